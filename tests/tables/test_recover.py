"""Where the stores disagree: an execution that knows more than the log, or something else, is told from one behind."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from decisions.fold import fold
from models.messages.filing import FilingState
from models.tables.log import Entity, Transition
from service.healing.recover import Found, Recovery
from store.log import entries

AT = datetime(2024, 2, 20, tzinfo=UTC)
FILING = "filing/FRECOVER"


@pytest.fixture(scope="module")
def states(club_engine: Engine) -> list[dict[str, Any]]:
    """A filing with three entries; its state after each."""
    with Session(club_engine) as session, session.begin():
        row = Entity(entity_id=FILING, kind="filing", seq=3, state={}, offset_s=0, created_at=AT, recorded_at=AT)
        session.add(row)
        session.flush()
        for seq in (1, 2, 3):
            session.add(
                Transition(
                    entity_id=FILING, seq=seq, op=f"op-{seq}", event="carrier_accepted", received_at=AT, at=AT,
                    recorded_at=AT, effective_on=date(2024, 2, 20), state_from=date(2024, 2, 20), actor="carrier",
                    articles=["W-08.1"], voids=[], patch={"set": {"sequence": seq}}, decision={},
                )
            )  # fmt: skip
        session.flush()
        empty, log = FilingState().model_dump(mode="json"), entries(session, FILING)
        found = [fold(empty, log[: seq + 1]) for seq in range(3)]
        row.state = found[-1]
    return found


@pytest.mark.parametrize(
    ("after", "changes", "behind"),
    [
        (3, {}, False),
        (2, {}, False),
        (3, {"seq": 4}, True),
        (3, {"sequence": 9}, True),
        (2, {"sequence": 9}, True),
        (1, {"seq": 0}, False),
    ],
)
def test_what_an_execution_knows_is_looked_for_in_the_log(
    club_engine: Engine, states: list[dict[str, Any]], after: int, changes: dict[str, Any], *, behind: bool
) -> None:
    """One that is only older is not behind; one whose own number stands for something else in the log is."""
    held = {**states[after - 1], **changes}

    async def query(*_: Any, **__: Any) -> dict[str, Any]:
        return held

    client: Any = SimpleNamespace(get_workflow_handle=lambda _: SimpleNamespace(query=query))
    found = Found()
    asyncio.run(Recovery(club_engine, client)._compare(FILING, found.behind, found))
    assert found.behind == ([FILING] if behind else [])
