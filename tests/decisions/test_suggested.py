"""What the operator's page in Temporal suggests for copying is granted as it stands, long after it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from models.messages.contract.contract import ContractState
from models.messages.filing import FilingState
from pages import contract as contract_page
from pages import filing as filing_page

Moment = Callable[[str], Any]
SUGGESTED = re.compile(r"^- `(\w+)` .*\n\n  `(\{.*\})`$", re.MULTILINE)


def suggestions(page: str) -> list[tuple[str, dict[str, Any]]]:
    """Update and input, of a page."""
    return [(name, json.loads(values)) for name, values in SUGGESTED.findall(page)]


def active(life: Any, moment: Moment) -> None:
    """Nothing special."""
    _ = (life, moment)


def changing(life: Any, moment: Moment) -> None:
    """A change whose fee waits for an operator."""
    life.ask("request_course_change", moment("2018-08-10 10:00"), to_course="OTHER", channel="paper",
             received_at=moment("2018-08-10 09:00"))  # fmt: skip


def collabo(life: Any, moment: Moment) -> None:
    """On a course outside the book, where nothing can be switched and the same change is none."""
    life.ask("request_course_change", moment("2018-07-10 10:00"), to_course="COLLABO", channel="paper",
             received_at=moment("2018-07-10 09:00"))  # fmt: skip
    life.pass_to(moment("2018-08-02 00:00"))


def cancelled(life: Any, moment: Moment) -> None:
    """Ending."""
    life.ask("cancel", moment("2018-08-10 10:00"), channel="paper", received_at=moment("2018-08-10 09:00"))


def waiver_asked(life: Any, moment: Moment) -> None:
    """An operator is to see the evidence."""
    life.ask("request_waiver", moment("2018-08-10 10:00"), case="death")


def choosing(life: Any, moment: Moment) -> None:
    """NTT ends the service."""
    life.ask("line_notice", moment("2018-08-10 10:00"), notice_id="N1", kind="end_notified",
             effective_on="2018-08-31", details={"reason": "other"})  # fmt: skip


@pytest.mark.parametrize("told", [active, changing, collabo, cancelled, waiver_asked, choosing])
def test_every_suggested_input_is_granted_weeks_after_the_page_was_written(
    contract: Any, moment: Moment, told: Callable[[Any, Moment], None]
) -> None:
    """Sent as copied, nothing is refused and nothing counts from a day in the past."""
    told(contract, moment)
    found = suggestions(contract_page.render(ContractState.model_validate(contract.state)))
    assert found
    state, log = contract.state, contract.log
    for name, values in found:
        contract.state, contract.log = state, list(log)
        outcome = contract.ask(name, moment("2018-08-25 10:00"), **values)
        assert outcome.refused is None, (name, values, outcome.refused)
        assert not outcome.answer.decision.get("retroactive"), name
    assert not re.search(r"20[0-9]{2}-", json.dumps([values for _, values in found]))


def test_what_needs_a_day_or_an_id_is_named_to_be_filled_in(contract: Any) -> None:
    """A cancellation, a course, a charge: no example of another contract stands there."""
    page = contract_page.render(ContractState.model_validate(contract.state))
    assert "`cancel` 解約の届出を受けた(10条・22条)\n\n  入力する項目: `actor`、`channel`、`received_at`" in page
    assert "2019-04-25" not in page
    assert {"switch_course", "request_course_change", "decide_fee", "correct"}.isdisjoint(
        name for name, _ in suggestions(page)
    )


def test_a_filing_says_what_is_wrong_in_words_and_suggests_what_waits(moment: Moment) -> None:
    """No code of NTT, and the task that waits there, not one of another filing."""
    task = {"why": "FILING_DEFECT", "since": moment("2018-08-10 10:00"), "articles": ["W-08.1"]}
    state = FilingState.model_validate(
        {
            "filing_id": "F1",
            "contract_id": "K1",
            "state": "defect",
            "defects": ["ADDRESS"],
            "tasks": {"FILING_DEFECT": task},
        }
    )
    page = filing_page.render(state)
    assert "ご住所" in page
    assert dict(suggestions(page)).get("settle_task", {"why": "FILING_DEFECT"})["why"] == "FILING_DEFECT"
    assert dict(suggestions(page))["correct_filing"]["fields"] == ["address"]
