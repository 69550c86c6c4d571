"""A caller is told what decide-and-record answered, or what is recorded; never what an execution merely says."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from api.doors.problems import Problem
from api.doors.send import _as_recorded, _is_behind
from models.messages.entity import Answer
from models.seal import Seals

ENTITY, OP = "contract/K1", "op-1"
SEALS = Seals(["new secret", "old secret"])
TOLD, STORED = Answer(state="ending", decision={"total": 0}), Answer(state="ending", decision={"total": 4_950})


@pytest.mark.parametrize(
    ("answer", "stored", "begins", "told"),
    [
        (SEALS.answered(ENTITY, OP, TOLD), None, False, TOLD),
        (Seals(["old secret"]).answered(ENTITY, OP, TOLD), None, False, TOLD),
        (TOLD, STORED, False, STORED),
        (TOLD, None, False, None),
        (SEALS.answered(ENTITY, "op-2", TOLD), None, False, None),
        (SEALS.answered(ENTITY, "op-2", TOLD), None, True, SEALS.answered(ENTITY, "op-2", TOLD)),
        (SEALS.answered("contract/K2", OP, TOLD), None, False, None),
        (SEALS.answered(ENTITY, OP, STORED).model_copy(update={"decision": {"total": 0}}), STORED, False, STORED),
    ],
)
def test_an_answer_counts_as_it_was_decided(
    answer: Answer, stored: Answer | None, begins: bool, told: Answer | None
) -> None:
    """Sealed for this operation of this entity, through JSON and back; otherwise as far as it is recorded, or 503.

    Of two requests that begin the same, the second is told so by what asks for the beginning.
    """

    async def read(_work: Any) -> Any:
        return stored, object()

    house: Any = SimpleNamespace(seals=SEALS, read=read)
    sent = Answer.model_validate_json(answer.model_dump_json())
    if told is None:
        with pytest.raises(Problem) as refused:
            asyncio.run(_as_recorded(house, ENTITY, OP, sent, begins=begins))
        assert refused.value.status == 503
    else:
        found = asyncio.run(_as_recorded(house, ENTITY, OP, sent, begins=begins))
        assert (found.state, found.decision) == (told.state, told.decision)


@pytest.mark.parametrize(
    ("seq", "state", "behind"),
    [(7, "ending", False), (6, "active", True), (7, "active", True), (8, "active", False), (None, "active", False)],
)
def test_a_refusal_by_a_state_that_is_not_the_records_is_asked_again(seq: int | None, state: str, behind: bool) -> None:
    """An earlier one, or as late and another one; a database that is older than the execution has no say in it."""
    cause = ApplicationError("no", {"code": "ILLEGAL_TRANSITION", "state": state, "seq": seq})
    nothing = SimpleNamespace(scalar_one_or_none=lambda: None)
    recorded = SimpleNamespace(seq=7, state={"state": "ending"})
    session: Any = SimpleNamespace(execute=lambda _: nothing, get=lambda *_: recorded)
    assert _is_behind(session, ENTITY, OP, cause) is behind
