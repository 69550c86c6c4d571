"""What an advance of a rehearsal's clock went on without is named in its answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.app import create_app
from api.services import KeyRing, Services
from models.tables.contract.contract import Contract
from models.tables.log import Agenda
from rehearsal.home import begin
from tests.tables.test_log_chain import life

BEGINS = datetime(2024, 2, 20, tzinfo=UTC)


class Moved:
    """A clock that goes on whatever is due."""

    def __init__(self, engine: Engine) -> None:
        """Of a database."""
        self.engine = engine

    async def advance(self, to: datetime) -> datetime:
        """At once."""
        with self.engine.begin() as connection:
            moved = "update clock set offset_s = extract(epoch from cast(:to as timestamptz) - clock_timestamp())"
            connection.execute(text(moved), {"to": to})
        return to


def test_what_still_waits_is_named_the_longest_first(club_engine: Engine) -> None:
    """An item of an agenda that is due, and an order that was never sent; nothing that lies ahead (X-06)."""
    begin(club_engine, BEGINS)
    asking, filing = life(club_engine), life(club_engine)
    day = timedelta(days=1)
    with Session(club_engine) as session, session.begin():
        session.add(Agenda(entity_id=asking, item_id="revert_storage", due_at=BEGINS + day, effect="revert_storage"))
        session.add(Agenda(entity_id=asking, item_id="end", due_at=BEGINS + 9 * day))
        session.add(
            Contract(
                contract_id=filing.partition("/")[2], filing_id="F1", state="filing", course="W2_FAMILY", chapter=2,
                applied_on=BEGINS.date(), created_at=BEGINS,
            )
        )  # fmt: skip
    with club_engine.begin() as connection:
        connection.execute(text("alter table transition disable trigger user"))
        connection.execute(
            text("update transition set event = 'start_filing', at = :at where entity_id = :id and seq = 3"),
            {"at": BEGINS, "id": filing},
        )
        connection.execute(text("alter table transition enable trigger user"))
    services: Any = Services(
        engine=club_engine, client=None, keys=KeyRing({"operator": ("operator", "k" * 20)}),  # type: ignore[arg-type]
        webhook_secret="whsec_AAAA", clock=Moved(club_engine),
    )  # fmt: skip

    async def ask() -> Any:
        transport = httpx.ASGITransport(app=create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            headers = {"Authorization": f"Bearer {'k' * 20}"}
            body = {"to": (BEGINS + 5 * day).isoformat()}
            return (await client.post("/v1/clock/advance", json=body, headers=headers)).json()

    told = asyncio.run(ask())
    assert [(each["entity_id"], each["what"]) for each in told["waiting"]] == [
        ("filing/F1", "send_filing"),
        (asking, "revert_storage"),
    ]
