"""An execution decides about what its id names: anybody can start any workflow under any id."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest

from activities.admission import admitted
from decisions.registry import DOMAINS
from models.messages.contract.contract import Apply, Cancel, Consents, LineFacts
from models.messages.entity import Command, RecordRequest, Refused
from models.messages.program import BeginProgram
from models.seal import Seals

AT = datetime(2018, 6, 13, 1, tzinfo=UTC)
LETTER = Cancel(op="o1", channel="paper", received_at=AT)
PROGRAM = BeginProgram(op="b", code="flets-club")


def application(contract_id: str) -> Command:
    """Of one contract."""
    consents = Consents(general_terms="2017-06-01", course_terms="2017-06-01", carrier_terms="EAST-2017")
    line, op = LineFacts(carrier_area="EAST"), {"op": "o1", "contract_id": contract_id}
    return Apply(course="W2_FAMILY", channel="online", received_at=AT, line=line, consents=consents, **op)


@pytest.mark.parametrize(
    ("entity_id", "kind", "name", "outside", "command", "code"),
    [
        ("contract/K1", "contract", "apply", "start", application("K1"), None),
        ("contract/K2", "contract", "apply", "start", application("K1"), "OTHER_ENTITY"),
        ("membership/K1", "contract", "apply", "start", application("K1"), "OTHER_ENTITY"),
        ("contract/K1", "contract", "cancel", "update", LETTER, None),
        ("membership/K1", "contract", "cancel", "update", LETTER, "OTHER_ENTITY"),
        ("program/flets-club", "program", "begin", "start", PROGRAM, "NOT_PUBLISHED"),
    ],
)
def test_what_is_decided_is_of_the_executions_own_id(
    entity_id: str, kind: str, name: str, outside: Literal["start", "update"], command: Command, code: str | None
) -> None:
    """Its kind, and at a beginning the very one; nor does anybody begin a programme but the service."""
    request = RecordRequest(kind=kind, entity_id=entity_id, seq=0, name=name, outside=outside)
    told = admitted(Seals(["a secret of ours"]), DOMAINS[kind], request, command)
    assert (told.code if isinstance(told, Refused) else None) == code
    without = admitted(None, DOMAINS[kind], request, command)
    assert isinstance(without, Refused) is (code == "OTHER_ENTITY")
