"""An effect is carried out for what is on record, and for nothing that an execution only says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from activities.admission import is_recorded
from models.messages.entity import AgendaItem
from models.messages.filing import FilingInput
from models.tables.log import Entity

AT = datetime(2025, 5, 1, tzinfo=UTC)
ITEM = AgendaItem(
    item_id="reverting", event="reverting", at=AT, on=date(2025, 4, 30), articles=["M-07.4"], label="容量の変更",
    effect="revert_storage", caused_by=7, data={"capacity_gb": "5"},
)  # fmt: skip


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A membership whose capacity is to be lowered, and a contract whose line is filed for."""
    states: dict[str, dict[str, Any]] = {
        "membership/M1": {"agenda": {ITEM.item_id: ITEM.model_dump(mode="json")}},
        "contract/K1": {"agenda": {}, "filing_id": "F1"},
    }
    with Session(engine) as session:
        for entity_id, state in states.items():
            kind = entity_id.partition("/")[0]
            session.add(
                Entity(
                    entity_id=entity_id, kind=kind, seq=1, state=state, offset_s=0, closed=False, created_at=AT,
                    recorded_at=AT,
                )
            )  # fmt: skip
        session.flush()
        yield session


@pytest.mark.parametrize(
    ("entity_id", "changes", "recorded"),
    [
        ("membership/M1", {}, True),
        ("membership/M1", {"tries": 2}, True),
        ("membership/M2", {}, False),
        ("membership/M1", {"item_id": "another"}, False),
        ("membership/M1", {"data": {"capacity_gb": "0"}}, False),
        ("membership/M1", {"effect": "set_storage"}, False),
        ("membership/M1", {"at": datetime(2025, 4, 1, tzinfo=UTC)}, False),
    ],
)
def test_an_effect_is_asked_for_by_the_recorded_agenda(
    session: Session, entity_id: str, changes: dict[str, Any], *, recorded: bool
) -> None:
    """The same item, whether or not a defect had set it aside; nothing of it may be other."""
    asked = (entity_id, ITEM.model_copy(update=changes))
    assert is_recorded(session, "revert_storage", asked) is recorded


@pytest.mark.parametrize(
    ("contract_id", "filing_id", "recorded"), [("K1", "F1", True), ("K1", "F2", False), ("K2", "F1", False)]
)
def test_an_order_is_sent_for_the_filing_of_a_contract(
    session: Session, contract_id: str, filing_id: str, *, recorded: bool
) -> None:
    """A filing that was started straight through Temporal names somebody else's contract in vain (W-08.1)."""
    start = FilingInput(filing_id=filing_id, contract_id=contract_id, carrier_area="EAST", at=AT)
    assert is_recorded(session, "send_filing", (start,)) is recorded
