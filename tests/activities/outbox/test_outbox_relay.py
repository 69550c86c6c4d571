"""Relays at work: who waits for whom, what is tried again, what is given up."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from activities.outbox.mail import Letter, MailSender
from activities.outbox.outgoing import Recipient, write_outgoing
from activities.outbox.relay import GivenUp, Relay
from decisions.domain import Outgoing
from models.tables.log import Outbox
from store.database import engine as make_engine
from tests.activities.outbox.outbox_stand import (
    AT,
    END,
    START,
    Door,
    Post,
    config,
    deliver,
    relaying,
    rows,
    send,
    settled,
    until,
)


def test_two_relays_send_every_mail_once_and_in_order(engine: Engine, door: Door) -> None:
    """With two relays at work each message arrives exactly once, those of one contract in their order."""
    for seq in range(1, 6):
        for n in range(6):
            send(engine, f"contract/c-{n}", END, Outgoing("carrier", "CONTRACT", {"seq": seq}), seq=seq)
    post = Post()

    async def story() -> None:
        async with post.open():
            settings = config(post.port, door)
            async with relaying(Relay(engine, settings), Relay(engine, settings)):
                await until(settled(engine))

    asyncio.run(story())
    assert len(post.mails) == len({mail["message_id"] for mail in post.mails}) == 30
    assert len(door.calls) == 30
    for n in range(6):
        mine = [mail["message_id"] for mail in post.mails if f".c-{n}." in mail["message_id"]]
        assert mine == [f"<contract.c-{n}.{seq}-1-email@wakwak.example>" for seq in range(1, 6)]
        assert [body["body"]["seq"] for _, _, body in door.calls if body["contract_id"] == f"c-{n}"] == [1, 2, 3, 4, 5]
    assert {row.attempts for row in rows(engine)} == {1}


@pytest.mark.parametrize(("status", "given_up"), [(400, True), (409, True), (408, False), (429, False), (503, False)])
def test_a_4xx_is_final_unless_it_is_about_now(engine: Engine, door: Door, status: int, *, given_up: bool) -> None:
    """A refusal of the message ends the tries; a busy or absent receiver is asked again with the same message."""
    door.answers = [status]
    send(engine, "contract/c-1", Outgoing("carrier", "CONTRACT", {}))
    deliver(engine, Post(), door)
    (row,) = rows(engine)
    assert (row.failed_at is not None) is given_up
    assert row.attempts == len(door.calls) == (1 if given_up else 2)
    assert all(call == door.calls[0] for call in door.calls)
    if given_up:
        assert row.last_error == f"{status} said   so", "NUL, which the database refuses, is left out"


def test_a_row_that_fails_by_a_defect_is_parked_and_the_lane_goes_on(
    engine: Engine, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a mailer raises costs one row and an operator's task, even where the task cannot be given."""
    for number in (1, 2, 3):
        send(engine, f"contract/c-{number}", START)
    genuine = MailSender.send

    def poisoned(self: MailSender, letter: Letter) -> None:
        if "c-2" in letter.message_id:
            raise AttributeError("'NoneType' object has no attribute 'value'")
        genuine(self, letter)

    def unable(_row: GivenUp) -> None:
        raise KeyError("tasks")

    monkeypatch.setattr(MailSender, "send", poisoned)
    post = Post()

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door), unable)):
            await until(settled(engine))

    asyncio.run(story())
    assert [row.failed_at is not None for row in rows(engine)] == [False, True, False]
    assert str(rows(engine)[1].last_error).startswith("AttributeError")
    assert len(post.mails) == 2


def test_a_failing_operator_does_not_block_the_other(engine: Engine, door: Door) -> None:
    """While EAST answers 500 to everything, WEST is served."""
    door.always = {"/EAST/messages": 500}
    with Session(engine) as session, session.begin():
        for n in range(3):
            message = [(1, Outgoing("carrier", "CONTRACT", {}))]
            write_outgoing(session, f"contract/e-{n}", message, Recipient(carrier_area="EAST"), AT)
            write_outgoing(session, f"contract/w-{n}", message, Recipient(carrier_area="WEST"), AT)

    async def story() -> None:
        async with relaying(Relay(engine, config(1, door))):
            await until(lambda: all(row.delivered_at for row in rows(engine) if "/w-" in row.entity_id))
            await until(lambda: all(row.attempts >= 2 for row in rows(engine) if "/e-" in row.entity_id))
            assert not any(row.delivered_at for row in rows(engine) if "/e-" in row.entity_id)
            door.always = {}
            await until(settled(engine))

    asyncio.run(story())


def test_waits_between_tries_double_up_to_the_most(engine: Engine, door: Door) -> None:
    """1, 2, 4 … 256, then 300 seconds and never more."""
    relay = Relay(engine, config(1, door, retry_seconds_min=1.0, retry_seconds_max=300.0))
    assert [relay._backoff(n) for n in (1, 2, 3, 9, 10, 11, 10_000)] == [1, 2, 4, 256, 300, 300, 300]


def test_a_row_is_not_tried_before_its_moment(engine: Engine, door: Door) -> None:
    """A row whose next try lies ahead stays, and so does its contract's next one; another contract is served."""
    for entity, seq in (("contract/c-1", 1), ("contract/c-1", 2), ("contract/c-2", 1)):
        send(engine, entity, Outgoing("carrier", "CONTRACT", {}), seq=seq)
    with Session(engine) as session, session.begin():
        row = session.exec(select(Outbox).where(Outbox.message_id == "contract.c-1.1-1-carrier")).one()
        row.next_attempt_at = datetime.now(UTC) + timedelta(hours=1)

    async def story() -> None:
        async with relaying(Relay(engine, config(1, door))):
            await until(lambda: rows(engine)[2].delivered_at is not None)
            send(engine, "contract/c-3", Outgoing("carrier", "CONTRACT", {}))
            await until(lambda: rows(engine)[3].delivered_at is not None)

    asyncio.run(story())
    assert [row.attempts for row in rows(engine)] == [0, 0, 1, 1]


def test_the_database_away_is_waited_for(engine: Engine, door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """While connections are refused the relay says so once and goes on; afterwards the rows are delivered."""
    send(engine, "contract/c-1", START)
    name = engine.url.database

    def close_doors(*, allow: bool) -> None:
        other = make_engine(engine.url.set(database="postgres").render_as_string(hide_password=False))
        with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(allow).lower()}"))
            if not allow:
                sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                connection.execute(text(sql), {"name": name})
        other.dispose()

    async def story() -> None:
        post = Post()
        await asyncio.to_thread(close_doors, allow=False)
        try:
            async with post.open(), relaying(Relay(engine, config(post.port, door))):
                await until(lambda: "waits for its database" in caplog.text)
                await asyncio.to_thread(close_doors, allow=True)
                await until(settled(engine))
        finally:
            await asyncio.to_thread(close_doors, allow=True)
        assert len(post.mails) == 1

    with caplog.at_level("INFO", logger="activities.outbox.relay"):
        asyncio.run(story())
    assert caplog.text.count("waits for its database") == 1
    assert "has its database again" in caplog.text


def test_a_killed_delivery_is_taken_up_at_once(engine: Engine, door: Door) -> None:
    """A row held by a worker is passed over; when that worker's connection dies, another delivers it."""
    send(engine, "contract/c-1", Outgoing("carrier", "CONTRACT", {}))
    send(engine, "contract/c-2", Outgoing("carrier", "CONTRACT", {}))

    async def story() -> None:
        holder = engine.connect()
        holder.execute(text("SELECT 1 FROM outbox WHERE entity_id = 'contract/c-1' FOR UPDATE"))
        async with relaying(Relay(engine, config(1, door))):
            await until(lambda: rows(engine)[1].delivered_at is not None)
            assert rows(engine)[0].attempts == 0
            holder.invalidate()
            await until(settled(engine))
        with suppress(OSError):
            holder.close()

    asyncio.run(story())
    assert len(door.calls) == 2


def test_a_row_without_its_notice_is_given_up(engine: Engine, door: Door) -> None:
    """A damaged row ends with a reason; the relay goes on."""
    with Session(engine) as session, session.begin():
        for channel, payload in (("email", {"notice_id": "x"}), ("carrier", {"operator": "EAST"})):
            session.add(
                Outbox(
                    message_id=f"x-{channel}",
                    entity_id="contract/c-1",
                    channel=channel,
                    payload=payload,
                    created_at=AT,
                    business_at=AT,
                    next_attempt_at=AT,
                )
            )
    deliver(engine, Post(), door)
    assert all(row.failed_at and row.last_error for row in rows(engine))


def test_what_a_receiver_says_stays_with_the_row(engine: Engine, door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """A mail server or NTT may quote whom they refuse: the log tells the status, the row the words."""
    post = Post(recipient_answers={"taro@example.jp": "550 B of this address is unknown"})
    door.answers = [503, 400]
    send(engine, "contract/c-1", START)
    send(engine, "contract/c-2", Outgoing("carrier", "CONTRACT", {}))
    with caplog.at_level("INFO", logger="activities.outbox.relay"):
        deliver(engine, post, door)
    said = [row.last_error for row in rows(engine)]
    assert said == ["550 B of this address is unknown", "400 said   so"]
    assert {"550", "503", "400"} <= set(caplog.text.split())
    assert not {"address", "said"} & set(caplog.text.split())
