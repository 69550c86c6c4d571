"""Letters, listed with what they are about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from api.letters import letters, listed_with
from api.memberships.view import with_exchanges
from models.tables.club.exchange import Exchange, ExchangeItem
from models.tables.contract.contract import Notice
from models.tables.people import NoticeResend
from rules.calendar import JST

AT = datetime(2024, 1, 10, 10, 15, tzinfo=JST)


def test_a_member_is_shown_the_letters_of_exchanges_too(club_engine: Engine, new_member: Callable[..., str]) -> None:
    """Those of other members stay out; what was sent again says when; each leads to the list that has it."""
    mine, other = new_member(), new_member()
    with Session(club_engine) as session, session.begin():
        session.add(ExchangeItem(item_id="GIFT-LETTERS", name="ギフトコード", kind="gift_code", points=100))
        session.flush()
        for name, member_id in (("XMINE", mine), ("XOTHER", other)):
            session.add(
                Exchange(
                    exchange_id=name,
                    member_id=member_id,
                    item_id="GIFT-LETTERS",
                    kind="gift_code",
                    quantity=1,
                    points=100,
                    state="draft",
                    email="taro@example.com",
                    phone="",
                    created_at=AT,
                )
            )
        for number, about in enumerate(("exchange/XOTHER", "exchange/XMINE", f"membership/{mine}")):
            session.add(
                Notice(
                    notice_id=f"letters.{number}",
                    entity_id=about,
                    kind="exchange_done",
                    subject="交換完了のお知らせ",
                    body="",
                    created_at=AT + timedelta(minutes=number),
                )
            )
        session.flush()
        session.add(NoticeResend(resend_id="again.letters", notice_id="letters.1", at=AT, actor="operator"))
        session.flush()
        found = letters(session, with_exchanges(session, mine))
        assert [each["entity_id"] for each in found] == ["exchange/XMINE", f"membership/{mine}"]
        assert [[each["actor"] for each in letter["resent"]] for letter in found] == [["operator"], []]
        lists = listed_with(session, [*(each["entity_id"] for each in found), "exchange/XNOBODYS", "contract/K1"])
        assert {lists[each["entity_id"]] for each in found} == {f"membership/{mine}"}
        assert [lists[each] for each in ("exchange/XNOBODYS", "contract/K1")] == ["exchange/XNOBODYS", "contract/K1"]
