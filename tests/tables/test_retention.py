"""What is over goes on its day and not a day before; what a proof needs stays for good."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, SQLModel

from migrations.grants import settle
from models.tables.club.exchange import Exchange, ExchangeItem, MemberSession
from models.tables.contract.contract import Notice
from models.tables.contract.filing import CarrierMessage
from models.tables.log import Entity, Outbox
from models.tables.people import DeskSession, Note, NoticeResend
from models.tables.rollout import Rollout
from models.tables.service.doors import Idempotency
from rules.calendar import japan_day, start_of
from rules.retention import Kept, kept_from
from store.database import engine as make_engine
from store.retention import let_go

_NUMBERS = itertools.count(1)


def name(stem: str) -> str:
    """A name of its own."""
    return f"{stem}{next(_NUMBERS)}"


@pytest.fixture(scope="module")
def service(club_engine: Engine) -> Iterator[Engine]:
    """The same database as the service's own role, which the run works as."""
    url = club_engine.url.set(username="keiyaku_service")
    settle(*(each.render_as_string(hide_password=False) for each in (club_engine.url, url)))
    engine = make_engine(url.render_as_string(hide_password=False), pool_size=4)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def another_day(club_engine: Engine) -> None:
    """As if today's run had not been yet; only the owner can make that so."""
    with club_engine.begin() as connection:
        connection.execute(text("alter table retention_run disable trigger user"))
        connection.execute(text("delete from retention_run"))
        connection.execute(text("alter table retention_run enable trigger user"))


def ages(kind: Kept) -> tuple[datetime, datetime]:
    """The last moment that may go, and the first that is kept."""
    first = start_of(kept_from(kind, japan_day(datetime.now(UTC))))
    return first - timedelta(microseconds=1), first


def add(engine: Engine, *rows: SQLModel) -> None:
    """Write rows."""
    with Session(engine) as session, session.begin():
        for row in rows:
            session.add(row)
            session.flush()


def there(engine: Engine, table: str, column: str, names: list[str]) -> list[str]:
    """Which of them are still there."""
    with engine.connect() as connection:
        found = set(connection.execute(text(f"select {column} from {table}")).scalars())
    return [each for each in names if each in found]


def request(key: str, at: datetime) -> Idempotency:
    """A request of a moment."""
    return Idempotency(caller="operator", key=key, request_hash="h", at=at, created_at=at, status=200, answer={})


def delivery(message_id: str, at: datetime | None, **columns: Any) -> Outbox:
    """A message, delivered at a moment or not at all."""
    old = datetime(2010, 1, 1, tzinfo=UTC)
    values = {"entity_id": message_id, "channel": "email", "payload": {}, "delivered_at": at, **columns}
    return Outbox(message_id=message_id, created_at=old, business_at=old, next_attempt_at=old, **values)


def test_requests_and_deliveries_go_after_their_time(club_engine: Engine, service: Engine) -> None:
    """The last moment before the boundary goes, the first after it stays; what waits or has failed stays."""
    old, kept = ages("request")
    keys = [name("k") for _ in range(2)]
    add(club_engine, request(keys[0], old), request(keys[1], kept))
    old, kept = ages("delivered")
    sent = [name("m") for _ in range(8)]
    about = {"payload": {"notice_id": name("contract.K")}}
    same = name("contract/K")
    add(
        club_engine,
        delivery(sent[0], old),
        delivery(sent[1], kept),
        delivery(sent[2], None),
        delivery(sent[3], None, failed_at=old),
        delivery(sent[4], None, failed_at=old, entity_id=same),
        delivery(sent[5], old, entity_id=same),  # sent again by an operator: why nobody waits for the failed one
        delivery(sent[6], None, failed_at=old, **about),
        delivery(sent[7], old, **about),  # in the name of what the letter was written for, not of the person
    )
    gone = let_go(service)
    assert (gone["request"], gone["delivered"]) == (1, 1)
    assert there(club_engine, "idempotency", "key", keys) == keys[1:]
    assert there(club_engine, "outbox", "message_id", sent) == sent[1:]


def test_sessions_go_unless_points_left_in_them(
    club_engine: Engine, service: Engine, new_member: Callable[..., str]
) -> None:
    """An ended session goes after its time; one in which an exchange was sent proves the line and stays (A-17)."""
    old, kept = ages("session")
    item = name("I")
    add(club_engine, ExchangeItem(item_id=item, name="商品", kind="gift_code", points=100))
    sessions: list[str] = []
    for at, sent in ((old, False), (kept, False), (old, True)):
        member_id, token = new_member(), name("t")
        sessions.append(token)
        end = at + timedelta(minutes=30)
        add(
            club_engine,
            MemberSession(
                token_hash=token, session_id=token, request_mac="", member_id=member_id,
                line_key=member_id.replace("M", "L", 1), opened_at=at, expires_at=end, created_at=at,
            ),
        )  # fmt: skip
        if sent:
            add(club_engine, exchange(member_id, item, at, sent_at=at + timedelta(minutes=5)))
    desk = [name("d") for _ in range(2)]
    for token, at in zip(desk, (old, kept), strict=True):
        add(club_engine, DeskSession(
            token_hash=token, actor="operator", role="operator", csrf="", created_at=at, expires_at=at,
        ))  # fmt: skip
    assert let_go(service)["session"] == 2
    assert there(club_engine, "member_session", "session_id", sessions) == sessions[1:]
    assert there(club_engine, "desk_session", "token_hash", desk) == desk[1:]


def exchange(member_id: str, item: str, at: datetime, sent_at: datetime | None = None) -> Exchange:
    """A request of a member, sent or not."""
    return Exchange(
        exchange_id=name("X"), member_id=member_id, item_id=item, kind="gift_code", quantity=1, points=100,
        state="sent" if sent_at else "confirmed", email="a@example.jp", phone="", created_at=at, sent_at=sent_at,
    )  # fmt: skip


def test_a_draft_goes_with_its_address_and_a_sent_exchange_never(
    club_engine: Engine, service: Engine, new_member: Callable[..., str]
) -> None:
    """A draft nobody sent is forgotten (M-09.4); one that was sent, or whose sending has begun, is not."""
    old, kept = ages("draft")
    member_id, item = new_member(), name("I")
    add(club_engine, ExchangeItem(item_id=item, name="商品", kind="gift_code", points=100))
    drafts = [exchange(member_id, item, old), exchange(member_id, item, kept), exchange(member_id, item, old, old)]
    begun = exchange(member_id, item, old)
    ids = [each.exchange_id for each in (*drafts, begun)]
    add(
        club_engine, *drafts, begun,
        Entity(
            entity_id=f"exchange/{begun.exchange_id}", kind="exchange", seq=1, state={}, offset_s=0, created_at=old,
            recorded_at=old,
        ),
    )  # fmt: skip
    assert let_go(service)["draft"] == 1
    assert there(club_engine, "exchange", "exchange_id", ids) == ids[1:]
    with pytest.raises(IntegrityError, match="is not over"), service.begin() as connection:
        connection.execute(text("delete from exchange where exchange_id = :id"), {"id": ids[2]})
    with pytest.raises(IntegrityError, match="is not over"), service.begin() as connection:
        connection.execute(text("delete from outbox where delivered_at is null"))


def message(at: datetime, entity_id: str | None = None, **columns: Any) -> CarrierMessage:
    """A message of NTT, done with."""
    values = {"direction": "in", "kind": "line_change", "done": True, **columns}
    return CarrierMessage(message_id=name("in/"), entity_id=entity_id, body={}, at=at, recorded_at=at, **values)


def test_messages_of_ntt_stay_as_long_as_anything_they_are_about_is_open(
    club_engine: Engine, service: Engine, new_member: Callable[..., str]
) -> None:
    """Seven years after the end of everything on the line, and strays soon; what has had no effect yet stays."""
    old, kept = ages("carrier_message")
    ended, running = name("contract/K"), name("contract/K")
    member_id = new_member()
    line_key = member_id.replace("M", "L", 1)
    for entity_id, closed in ((ended, True), (running, False), (f"membership/{member_id}", False)):
        add(club_engine, Entity(
            entity_id=entity_id, kind=entity_id.partition("/")[0], seq=1, state={}, offset_s=0, closed=closed,
            created_at=old, recorded_at=old,
        ))  # fmt: skip
    stray_old, stray_kept = ages("stray_message")
    goes = [message(old, ended), message(stray_old, None)]
    stays = [
        message(kept, ended),
        message(old, running),
        message(old, ended, line_key=line_key),
        message(old, ended, done=False),
        message(stray_kept, None),
        message(old, None, line_key=line_key),
    ]
    expected = [each.message_id for each in stays]
    names = [each.message_id for each in (*goes, *stays)]
    add(club_engine, *goes, *stays)
    gone = let_go(service)
    assert (gone["carrier_message"], gone["stray_message"]) == (1, 1)
    assert there(club_engine, "carrier_message", "message_id", names) == expected


def test_the_text_of_a_rollout_that_never_was_goes(club_engine: Engine, service: Engine) -> None:
    """Of two identical announcements at once one loses, and its text with it; that of the other stays."""
    old, kept = ages("stray_note")
    texts = [name("N") for _ in range(3)]
    for note_id, at in zip(texts, (old, kept, old), strict=True):
        add(club_engine, Note(note_id=note_id, text="統合します", created_at=at))
    day = date(2018, 6, 1)
    add(club_engine, Rollout(
        rollout_id=name("R"), kind="terms_change", state="finished", courses=[], announced_on=day, effective_on=day,
        text_id=texts[2], articles=["W-14.1"], created_at=old,
    ))  # fmt: skip
    assert let_go(service)["stray_note"] == 1
    assert there(club_engine, "note", "note_id", texts) == texts[1:]


def test_a_day_has_one_run_that_says_how_much_went(club_engine: Engine, service: Engine) -> None:
    """The second of a day lets nothing go; the account of both can be read, and not be rewritten by the service."""
    old, _ = ages("request")
    first, second = name("k"), name("k")
    add(club_engine, request(first, old))
    assert let_go(service)["request"] == 1
    add(club_engine, request(second, old))
    assert let_go(service) == {}
    assert there(club_engine, "idempotency", "key", [first, second]) == [second]
    with service.connect() as connection:
        told = connection.execute(text("select gone from retention_run where kind = 'request'")).scalars().all()
    assert told == [1]
    for statement in ("delete from retention_run", "delete from contract", "delete from notice", "delete from entity"):
        with service.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(statement))


def test_a_rehearsal_that_jumps_years_forgets_no_request_of_today(club_engine: Engine, service: Engine) -> None:
    """Requests count in real time, drafts in business time: a clock ten years ahead lets today's drafts go only."""
    key = name("k")
    note = name("N")
    now = datetime.now(UTC)
    add(club_engine, request(key, now), Note(note_id=note, text="統合します", created_at=now))
    with club_engine.begin() as connection:
        connection.execute(text("insert into clock (id, offset_s) values (1, 315360000)"))
    try:
        assert let_go(service)["stray_note"] >= 1
    finally:
        with club_engine.begin() as connection:
            connection.execute(text("delete from clock"))
    assert there(club_engine, "idempotency", "key", [key]) == [key]


def test_a_letter_sent_again_long_ago_counts_as_sent(club_engine: Engine, service: Engine) -> None:
    """The page of a letter says so when the row of the outbox has gone."""
    from api.care.tasks import resends

    old, _ = ages("delivered")
    notice, again = name("n"), name("r")
    add(
        club_engine,
        Notice(notice_id=notice, entity_id="contract/KR", kind="accepted", subject="", body="", created_at=old),
        NoticeResend(resend_id=again, notice_id=notice, at=old, actor="operator"),
        delivery(f"{again}-email", old),
    )
    let_go(service)
    assert there(club_engine, "outbox", "message_id", [f"{again}-email"]) == []
    with Session(club_engine) as session:
        assert [each["state"] for each in resends(session, [notice])[notice]] == ["sent"]
