"""Many members' hands on the same points and the same codes at once, through the recorder on a real PostgreSQL."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from activities.record import Recorder
from activities.rows.exchange import ExchangeRows, payment_message_id
from models.messages.club.exchange import SEND_FEE_PAYMENT, workflow_id
from models.messages.entity import Recorded, RecordRequest
from models.tables.club.club import Member, PointEntry
from models.tables.club.exchange import CodeStock, Exchange, ExchangeItem, MemberSession
from models.tables.contract.filing import CarrierMessage
from models.tables.log import Entity, Outbox
from rules.calendar import JST
from store.club import ledger, ledger_reads

Make = Callable[..., str]
CLIENTS = 200
AT = datetime(2024, 1, 10, 10, 15, tzinfo=JST)
TODAY = AT.date()
_NUMBERS = itertools.count(1)


@pytest.fixture
def recorder(club_engine: Engine) -> Recorder:
    """Decide-and-record, with the rows of exchanges."""
    return Recorder(club_engine, {"exchange": ExchangeRows()})


def gift(engine: Engine, codes: int, points: int = 100) -> str:
    """An item of its own with so many codes."""
    item_id = f"GIFT-{next(_NUMBERS)}"
    with Session(engine) as session, session.begin():
        session.add(ExchangeItem(item_id=item_id, name="ギフトコード", kind="gift_code", points=points))
        session.flush()
        for number in range(codes):
            code_id = f"{item_id}-{number:04d}"
            session.add(CodeStock(code_id=code_id, item_id=item_id, code=f"C{code_id}", url="https://gift.example"))
    return item_id


def fee(engine: Engine) -> str:
    """A fee payment as an item."""
    item_id = f"FEE-{next(_NUMBERS)}"
    with Session(engine) as session, session.begin():
        session.add(ExchangeItem(item_id=item_id, name="サービス料のお支払い", kind="fee_payment", points=1))
    return item_id


def with_points(engine: Engine, member_id: str, *points: int) -> str:
    """Lots of these points, granted month by month from 2023-01-01 on; and a session: its id."""
    session_id = f"S{next(_NUMBERS)}"
    with Session(engine) as session, session.begin():
        for number, each in enumerate(points, start=1):
            granted = date(2023, number, 1)
            ledger.grant(session, member_id, each, granted, usage_month=f"2023-{number:02d}", articles=("M-02.1",))
        member = session.get_one(Member, member_id)
        session.add(
            MemberSession(
                token_hash=session_id,
                session_id=session_id,
                request_mac="",
                member_id=member_id,
                line_key=member.line_key,
                opened_at=AT,
                expires_at=AT + timedelta(minutes=30),
                created_at=AT,
            )
        )
    return session_id


def confirmed(engine: Engine, member_id: str, item_id: str, quantity: int = 1) -> str:
    """A request that only has to be sent."""
    exchange_id = f"X{next(_NUMBERS)}"
    with Session(engine) as session, session.begin():
        item = session.get_one(ExchangeItem, item_id)
        session.add(
            Exchange(
                exchange_id=exchange_id,
                member_id=member_id,
                item_id=item_id,
                kind=item.kind,
                quantity=quantity,
                points=item.points * quantity,
                state="confirmed",
                email="a@example.com",
                phone="03",
                created_at=AT,
                confirmed_at=AT,
            )
        )
    return exchange_id


def send(recorder: Recorder, exchange_id: str, session_id: str, *, op: str = "op", at: datetime = AT) -> Recorded:
    """What the workflow does when the member presses "send"."""
    command = {"op": op, "at": at.isoformat(), "actor": "member", "exchange_id": exchange_id, "session_id": session_id}
    return recorder.record(
        RecordRequest(kind="exchange", entity_id=workflow_id(exchange_id), seq=0, name="send", command=command)
    )


def answered(recorder: Recorder, exchange_id: str, outcome: str, at: datetime = AT) -> Recorded:
    """What the workflow records when NTT has answered."""
    command = {
        "op": "effect",
        "at": AT.isoformat(),
        "item_id": SEND_FEE_PAYMENT,
        "data": {"outcome": outcome, "at": at.isoformat()},
    }
    return recorder.record(
        RecordRequest(kind="exchange", entity_id=workflow_id(exchange_id), seq=1, name="effect_done", command=command)
    )


def balance(engine: Engine, member_id: str, on: date = TODAY) -> int:
    with Session(engine) as session:
        return ledger_reads.balance(session, member_id, on).points


def row(engine: Engine, exchange_id: str) -> Exchange:
    with Session(engine) as session:
        return session.get_one(Exchange, exchange_id)


def codes_of(engine: Engine, exchange_id: str) -> list[CodeStock]:
    with Session(engine) as session:
        return list(session.exec(select(CodeStock).where(col(CodeStock.exchange_id) == exchange_id)).all())


def at_once(engine: Engine, recorder: Recorder, sends: list[tuple[str, str]]) -> Counter[str]:
    """Send all of them at the same time; outcomes by code."""
    _ = engine
    with ThreadPoolExecutor(40) as pool:
        done = list(pool.map(lambda each: send(recorder, *each), sends))
    return Counter(each.refused.code if each.refused else each.state["state"] for each in done)


# --- everybody at once -------------------------------------------------------------------------------------------


def test_two_hundred_sends_take_the_last_points_exactly_once(
    club_engine: Engine, new_member: Make, recorder: Recorder
) -> None:
    """760 points and 200 requests of 100 at once: seven win, each with a code of its own; 60 stay (M-09.5)."""
    member, item = new_member(), gift(club_engine, CLIENTS)
    session_id = with_points(club_engine, member, 250, 250, 260)
    requests = [confirmed(club_engine, member, item) for _ in range(CLIENTS)]
    told = at_once(club_engine, recorder, [(each, session_id) for each in requests])
    assert told == {"fulfilled": 7, "INSUFFICIENT_POINTS": CLIENTS - 7}
    assert balance(club_engine, member) == 60
    states = Counter(row(club_engine, each).state for each in requests)
    assert states == {"fulfilled": 7, "confirmed": CLIENTS - 7}
    with Session(club_engine) as session:
        spent = session.exec(
            select(PointEntry).where(col(PointEntry.member_id) == member, col(PointEntry.kind) == "spend")
        ).all()
        issued = session.exec(
            select(CodeStock).where(col(CodeStock.item_id) == item, col(CodeStock.exchange_id).is_not(None))
        ).all()
    assert sum(entry.points for entry in spent) == -700
    assert len({each.exchange_id for each in issued}) == len(issued) == 7


def test_the_last_codes_go_to_as_many_members(club_engine: Engine, new_member: Make, recorder: Recorder) -> None:
    """Five codes, thirty members with points enough: five get one, the others keep their points."""
    item = gift(club_engine, 5)
    members = [new_member() for _ in range(30)]
    sends = [(confirmed(club_engine, member, item), with_points(club_engine, member, 100)) for member in members]
    assert at_once(club_engine, recorder, sends) == {"fulfilled": 5, "OUT_OF_STOCK": 25}
    assert Counter(balance(club_engine, member) for member in members) == {0: 5, 100: 25}


def test_a_member_without_points_does_not_cost_another_one_the_last_code(
    club_engine: Engine, new_member: Make, recorder: Recorder
) -> None:
    """One code, one member who can pay among twenty who cannot: whoever comes first, the one who can pay gets it."""
    item, rich = gift(club_engine, 1), new_member()
    sends = [(confirmed(club_engine, rich, item), with_points(club_engine, rich, 100))]
    for member in [new_member() for _ in range(20)]:
        sends.insert(0, (confirmed(club_engine, member, item), with_points(club_engine, member, 99)))
    assert at_once(club_engine, recorder, sends) == {"fulfilled": 1, "INSUFFICIENT_POINTS": 20}


def test_requests_for_several_codes_at_once_never_block_each_other(
    club_engine: Engine, new_member: Make, recorder: Recorder
) -> None:
    """Ten codes, twenty requests of three: three get all theirs, the others none, one code is left."""
    item = gift(club_engine, 10)
    sends = []
    for _ in range(20):
        member = new_member()
        sends.append((confirmed(club_engine, member, item, 3), with_points(club_engine, member, 300)))
    assert at_once(club_engine, recorder, sends) == {"fulfilled": 3, "OUT_OF_STOCK": 17}
    counts = Counter(len(codes_of(club_engine, exchange_id)) for exchange_id, _ in sends)
    assert counts == {3: 3, 0: 17}


def test_the_same_request_sent_by_many_hands_is_one(club_engine: Engine, new_member: Make, recorder: Recorder) -> None:
    """Forty sends of one request under different operation ids: points leave once (M-09.5)."""
    member, item = new_member(), gift(club_engine, 5)
    session_id = with_points(club_engine, member, 400)
    exchange_id = confirmed(club_engine, member, item)
    with ThreadPoolExecutor(40) as pool:
        done = list(pool.map(lambda n: send(recorder, exchange_id, session_id, op=f"op-{n}"), range(40)))
    assert sum(each.refused is None for each in done) == 1
    assert balance(club_engine, member) == 300
    assert len(codes_of(club_engine, exchange_id)) == 1


# --- one at a time -----------------------------------------------------------------------------------------------


def test_a_repeated_operation_answers_the_same_and_takes_nothing(
    club_engine: Engine, new_member: Make, recorder: Recorder
) -> None:
    """The same operation id again: the stored answer, no second code."""
    member, item = new_member(), gift(club_engine, 5)
    session_id = with_points(club_engine, member, 400)
    exchange_id = confirmed(club_engine, member, item)
    first, again = send(recorder, exchange_id, session_id), send(recorder, exchange_id, session_id)
    assert first.answer is not None
    assert again.answer == first.answer
    assert balance(club_engine, member) == 300
    (code,) = codes_of(club_engine, exchange_id)
    assert code.expires_on == date(2024, 7, 31)


def test_a_refused_sending_changes_no_row(club_engine: Engine, new_member: Make, recorder: Recorder) -> None:
    """Too few points: no entity, no entry, no code; sent again with points enough it succeeds."""
    member, item = new_member(), gift(club_engine, 1)
    session_id = with_points(club_engine, member, 99)
    exchange_id = confirmed(club_engine, member, item)
    refused = send(recorder, exchange_id, session_id).refused
    assert refused is not None
    assert refused.code == "INSUFFICIENT_POINTS"
    with Session(club_engine) as session, session.begin():
        assert session.get(Entity, workflow_id(exchange_id)) is None
        ledger.grant(session, member, 1, date(2023, 12, 1), usage_month="2023-11", articles=("M-02.1",))
    assert send(recorder, exchange_id, session_id, op="later").refused is None
    assert balance(club_engine, member) == 0


def test_a_session_of_another_member_sends_nothing(club_engine: Engine, new_member: Make, recorder: Recorder) -> None:
    """Whoever reaches the workflow without the member's own session is refused (M-09.9, M-09.10)."""
    member, other, item = new_member(), new_member(), gift(club_engine, 1)
    with_points(club_engine, member, 400)
    exchange_id = confirmed(club_engine, member, item)
    for session_id in (with_points(club_engine, other, 400), "S-none", ""):
        refused = send(recorder, exchange_id, session_id, op=session_id or "none").refused
        assert refused is not None
        assert refused.code == "NO_SESSION"
    assert balance(club_engine, member) == 400


def test_a_failed_fee_payment_returns_every_point_to_its_own_lot(
    club_engine: Engine, new_member: Make, recorder: Recorder
) -> None:
    """150 of 100 and 100 points: both lots are as before, and the ledger shows what happened (M-09.5, M-04.6)."""
    member, item = new_member(), fee(club_engine)
    session_id = with_points(club_engine, member, 100, 100)
    exchange_id = confirmed(club_engine, member, item, 150)
    assert send(recorder, exchange_id, session_id).state["state"] == "sent"
    assert balance(club_engine, member) == 50
    with Session(club_engine) as session:
        kept = session.get_one(CarrierMessage, payment_message_id(exchange_id))
        assert kept.body == {"points": 150, "billing_month": "2024-02"}
        assert session.exec(select(Outbox).where(col(Outbox.entity_id) == workflow_id(exchange_id))).all() == []
    assert answered(recorder, exchange_id, "refused").state["state"] == "failed"
    assert balance(club_engine, member) == 200
    with Session(club_engine) as session:
        kinds = [(entry.kind, entry.points) for entry in ledger_reads.entries(session, member)]
    assert kinds[2:] == [("spend", -100), ("spend", -50), ("return", 100), ("return", 50)]
    assert row(club_engine, exchange_id).state == "failed"


def test_points_returned_after_the_programme_end_lapse_in_the_ledger_too(
    club_engine: Engine, new_member: Make, recorder: Recorder
) -> None:
    """Refused on 2025-04-01: returned and expired in one transaction, nothing is left usable (M-04.5, M-04.6)."""
    member, item = new_member(), fee(club_engine)
    session_id = with_points(club_engine, member, 100)
    exchange_id = confirmed(club_engine, member, item, 100)
    send(recorder, exchange_id, session_id)
    answered(recorder, exchange_id, "refused", datetime(2025, 4, 1, tzinfo=JST))
    with Session(club_engine) as session:
        kinds = [(entry.kind, entry.points) for entry in ledger_reads.entries(session, member)]
    assert kinds[1:] == [("spend", -100), ("return", 100), ("expire", -100)]
    assert balance(club_engine, member, date(2025, 4, 1)) == 0


def test_the_database_keeps_a_code_with_one_owner(club_engine: Engine, new_member: Make, recorder: Recorder) -> None:
    """Two codes of the same text, and a code with an owner but no moment, are refused whoever asks."""
    member, item = new_member(), gift(club_engine, 1)
    send(recorder, confirmed(club_engine, member, item), with_points(club_engine, member, 100))
    copied = "insert into code_stock (code_id, item_id, code, url) select 'again', item_id, code, url from code_stock"
    for statement in (copied, "update code_stock set issued_at = null"):
        with pytest.raises(IntegrityError, match="code_"), club_engine.begin() as connection:
            connection.execute(text(f"{statement} where item_id = :item"), {"item": item})
