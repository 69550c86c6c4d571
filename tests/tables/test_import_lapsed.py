"""What had lapsed before a membership was taken over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from activities.notices import render
from api.memberships.import_rows import ImportedLot, ImportRow, decide, write
from models.messages.club.membership import MemberLine
from models.tables.clock import Clock
from models.tables.club.club import PointEntry, PointLot
from models.tables.contract.contract import Notice
from models.tables.log import Outbox
from rules.calendar import JST
from store.club.ledger_reads import balance
from store.club.ledger_runs import expire

D = date.fromisoformat


@pytest.fixture
def on(club_engine: Engine, request: pytest.FixtureRequest) -> Iterator[date]:
    """The business clock stands on that day."""
    day = D(request.param)
    with Session(club_engine) as session, session.begin():
        session.execute(delete(Clock))
        session.add(Clock(id=1, offset_s=0, frozen_at=datetime(day.year, day.month, day.day, 10, tzinfo=JST)))
    yield day
    with Session(club_engine) as session, session.begin():
        session.execute(delete(Clock))


def member(external_id: str, line_id: str, **changes: Any) -> ImportRow:
    """A membership with one lot, 800 points of it left."""
    line = MemberLine(
        carrier_area="EAST", service_type="NEXT_FAMILY", service_class="FAMILY", in_use_since=D("2017-04-12")
    )
    said: dict[str, Any] = {
        "member": {"name": "会員", "email": "a@example.jp", "phone": "03"}, "line": line,
        "registered_on": D("2018-04-01"), "mail_magazine": False, "storage_plan_gb": None,
        "lots": [ImportedLot(D("2022-03-31"), "monthly", 1200, 800)],
    }  # fmt: skip
    return ImportRow(external_id=external_id, line_id=line_id, **{**said, **changes})


@pytest.mark.parametrize(
    ("on", "left", "lapsed"),
    [("2024-03-31", 800, None), ("2024-04-01", 0, "2024-04-01"), ("2024-05-10", 0, "2024-04-01")],
    indirect=["on"],
)
def test_a_lot_that_expired_before_the_import_has_its_closing(
    club_engine: Engine, on: date, left: int, lapsed: str | None
) -> None:
    """Usable to 2024-03-31: taken over then it is there, a day later it is not, and the ledger says why (M-04.2)."""
    row = member(f"LAPSED-{on}", f"CAF77{on:%Y%m%d}")
    with Session(club_engine) as session, session.begin():
        decide(session, [row], "test", f"op-{on}")
        assert row.outcome == "waiting", row.detail
        write(session, [row], webhooks=True)
    with Session(club_engine) as session, session.begin():
        expire(session, on)  # the daily run finds nothing of it left to do
        found = session.exec(select(PointEntry).where(col(PointEntry.member_id) == row.member_id)).all()
        (lot,) = session.exec(select(PointLot).where(col(PointLot.member_id) == row.member_id)).all()
        told = session.exec(select(Outbox.channel).where(col(Outbox.entity_id) == f"membership/{row.member_id}")).all()
        assert told == ["event"], "whoever listens is told of the entry, as of every other"
        assert (lot.left, balance(session, row.member_id, on).points) == (left, left)
        assert balance(session, row.member_id, D("2024-03-31")).points == 800
        closings = [(each.on, each.points, each.account, each.articles) for each in found if each.kind == "expire"]
        assert closings == ([(D(lapsed), -800, "expired", ["M-04.2", "M-04.1"])] if lapsed else [])
        assert sum(each.points for each in found) == left


@pytest.mark.parametrize("on", ["2024-03-31", "2024-05-10"], indirect=True)
def test_a_row_that_is_there_already_says_what_differs_and_changes_nothing(club_engine: Engine, on: date) -> None:
    """Fields by name, lots by what came along and not by what is left of them today; the same row differs nowhere."""
    names = (f"AGAIN-{on}", f"CAF78{on:%Y%m%d}")
    first, same = member(*names), member(*names)
    lots = [ImportedLot(D("2022-03-31"), "monthly", 1200, 900)]
    other = member(*names, registered_on=D("2018-05-01"), storage_plan_gb="5", lots=lots,
                   member={"name": "会員", "email": "a@example.jp", "phone": "04"})  # fmt: skip
    for row in (first, same, other):
        with Session(club_engine) as session, session.begin():
            decide(session, [row], "test", f"op-{id(row)}")
            write(session, [row])
            expire(session, on)
    assert [(row.outcome, row.differs) for row in (first, same)] == [("imported", []), ("already", [])]
    assert (other.outcome, other.differs) == ("already", ["lots", "member.phone", "registered_on", "storage_plan_gb"])


@pytest.mark.parametrize(("on", "letters"), [("2025-03-31", []), ("2025-05-02", ["storage_advice"])], indirect=["on"])
def test_what_an_import_finds_due_is_told_by_letter(club_engine: Engine, on: date, letters: list[str]) -> None:
    """Taken over after the programme's end: the advice about stored data is on the portal and on its way (M-07.6)."""
    row = member(f"TOLD-{on}", f"CAF79{on:%Y%m%d}", lots=[])
    with Session(club_engine) as session, session.begin():
        decide(session, [row], "test", f"op-{on}")
        write(session, [row], render=render)
    with Session(club_engine) as session:
        about = f"membership/{row.member_id}"
        kinds = session.exec(select(Notice.kind).where(col(Notice.entity_id) == about)).all()
        channels = session.exec(select(Outbox.channel).where(col(Outbox.entity_id) == about)).all()
    assert (kinds, channels) == (letters, ["email" for _ in letters])
