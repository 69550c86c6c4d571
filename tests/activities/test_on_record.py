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
from models.messages.filing import SEND_WITHDRAWAL, START_FILING, FilingInput
from models.tables.log import Entity, Transition

AT = datetime(2025, 5, 1, tzinfo=UTC)
ITEM = AgendaItem(
    item_id="reverting", event="reverting", at=AT, on=date(2025, 4, 30), articles=["M-07.4"], label="容量の変更",
    effect="revert_storage", caused_by=7, data={"capacity_gb": "5"},
)  # fmt: skip


PLACED, TAKEN_BACK = (
    AgendaItem(
        item_id=name, event=name, at=AT, on=date(2025, 5, 1), articles=["W-08.1"], label=name, effect=name
    ).model_dump(mode="json")
    for name in (START_FILING, SEND_WITHDRAWAL)
)


def entity(entity_id: str, state: dict[str, Any]) -> Entity:
    """One as it is recorded."""
    return Entity(
        entity_id=entity_id, kind=entity_id.partition("/")[0], seq=1, state=state, offset_s=0, closed=False,
        created_at=AT, recorded_at=AT,
    )  # fmt: skip


def done(entity_id: str, event: str) -> Transition:
    """The entry of an effect that was carried out."""
    return Transition(
        entity_id=entity_id, seq=1, op=event, event=event, received_at=AT, at=AT, recorded_at=AT,
        effective_on=AT.date(), state_from=AT.date(), actor="worker", articles=["W-08.1"], voids=[], patch={},
        decision={},
    )  # fmt: skip


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A membership whose capacity is to be lowered, and a contract whose line is filed for."""
    order = {"contract_id": "K1", "state": "filing", "filing_id": "F1", "line": {"operator": "EAST"}}
    with Session(engine) as session:
        session.add(entity("membership/M1", {"agenda": {ITEM.item_id: ITEM.model_dump(mode="json")}}))
        session.add(entity("contract/K1", {**order, "agenda": {START_FILING: PLACED}}))
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


ORDER: dict[str, Any] = {"filing_id": "F1", "contract_id": "K1", "carrier_area": "EAST", "at": AT}


@pytest.mark.parametrize(
    ("changes", "recorded"),
    [
        ({}, True),
        ({"filing_id": "F2"}, False),
        ({"contract_id": "K2"}, False),
        ({"carrier_area": "WEST"}, False),
        ({"service_type": "MANSION"}, False),
        ({"wished_dates": [date(2025, 6, 1)]}, False),
        ({"at": datetime(2025, 4, 1, tzinfo=UTC)}, False),
    ],
)
def test_an_order_is_sent_as_its_contract_places_it(
    session: Session, changes: dict[str, Any], *, recorded: bool
) -> None:
    """A filing that was started straight through Temporal is sent neither to another company nor otherwise (W-08.1)."""
    assert is_recorded(session, "send_filing", (FilingInput(**{**ORDER, **changes}),)) is recorded


@pytest.mark.parametrize(
    ("contract", "filing", "recorded"),
    [
        ("filing", {"state": "prepared"}, True),
        ("filing", {"state": "filed"}, False),
        ("active", {"state": "opened"}, False),
        ("active", None, False),
        ("withdrawn", {"state": "cancelled"}, False),
        ("withdrawn", {"state": "cancelled", "agenda": {SEND_WITHDRAWAL: TAKEN_BACK}}, True),
    ],
)
def test_an_order_that_ntt_has_is_not_sent_again(
    session: Session, contract: str, filing: dict[str, Any] | None, *, recorded: bool
) -> None:
    """Nor is one that nobody wants any more; one taken back unanswered still goes there, to be taken back there."""
    placed = session.get_one(Entity, "contract/K1")
    agenda = placed.state["agenda"] if contract == "filing" else {}
    placed.state = {**placed.state, "state": contract, "agenda": agenda}
    if contract != "filing":
        session.add(done("contract/K1", START_FILING))
    if filing is not None:
        session.add(entity("filing/F1", {"filing_id": "F1", "contract_id": "K1", **filing}))
    session.flush()
    assert is_recorded(session, "send_filing", (FilingInput(**ORDER),)) is recorded
