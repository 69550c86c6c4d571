"""The line by which Temporal's Web UI tells one execution from another."""

from __future__ import annotations

from typing import Any

import pytest

from models.messages.club.membership import MembershipInput
from models.messages.contract.contract import ContractInput
from models.messages.filing import FilingInput
from service.summaries import summary

APPLY = {
    "at": "2018-05-20T01:00:00Z",
    "actor": "site",
    "course": "W2_FAMILY",
    "channel": "online",
    "received_at": "2018-05-20T10:00:00+09:00",
    "line": {"operator": "WEST"},
    "consents": {"general_terms": "1", "course_terms": "1", "carrier_terms": "1"},
}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            ContractInput.model_validate({"contract_id": "K1", "apply": APPLY}),
            "語 / WAKWAK 光 with フレッツ II ファミリー / NTT西日本 / 開始時: お申込み受付",
        ),
        (
            ContractInput.model_validate({"contract_id": "K1", "apply": {**APPLY, "course": "山田太郎 " * 50}}),
            "語 / NTT西日本 / 開始時: お申込み受付",
        ),
        (
            ContractInput(
                contract_id="K1", state={"state": "ending", "course": "W2_FAMILY", "line": {"operator": "EAST"}}
            ),
            "語 / WAKWAK 光 with フレッツ II ファミリー / NTT東日本 / 再開時: 解約予定",
        ),
        (ContractInput(contract_id="K1", state={"state": "applied", "line": None}), "語 / 再開時: お申込み受付"),
        (FilingInput(filing_id="F1", contract_id="K1", carrier_area="EAST"), "語 / NTT東日本 / NEXT / FAMILY"),
        (MembershipInput(member_id="M1", state={"state": "left"}), "語 / 再開時: 退会"),
        ({"contract_id": "K1"}, "語"),
    ],
)
def test_the_summary_says_what_a_run_is_about(given: Any, says: str) -> None:
    """Course, area and the state it began with; a course that no catalogue knows is not repeated."""
    assert summary("語", given) == says
