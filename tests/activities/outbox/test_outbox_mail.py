"""Letters through a real SMTP server: once each, in their order, and what becomes of those it does not take."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import Engine
from sqlmodel import Session

from activities.outbox.relay import ALONE_TRIES, GivenUp, Relay
from decisions.domain import Outgoing
from models.tables.log import Outbox
from models.tables.people import Person
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


def test_a_person_erased_before_delivery_gets_no_mail(engine: Engine, door: Door) -> None:
    """The address is read when the mail goes out: after an erasure the row is given up."""
    send(engine, "contract/c-1", START)
    with Session(engine) as session, session.begin():
        session.get_one(Person, "p1").erased_at = AT
    post = Post()
    deliver(engine, post, door)
    (mail,) = rows(engine)
    assert mail.failed_at is not None
    assert "erased" in (mail.last_error or "")
    assert post.mails == []


def test_letters_share_a_connection(engine: Engine, door: Door) -> None:
    """Rows that flow are handed in over one connection."""
    for n in range(10):
        send(engine, f"contract/c-{n}", START)
    post = Post()
    deliver(engine, post, door)
    assert len(post.mails) == 10
    assert post.connections < 10


def test_mail_waits_for_the_server_and_nothing_else_waits_for_mail(engine: Engine, door: Door) -> None:
    """With no SMTP server NTT is served at once; when it is there, the mails arrive once, in order."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        post = Post(port=probe.getsockname()[1])
    send(engine, "contract/c-1", START, Outgoing("carrier", "CONTRACT", {}))
    send(engine, "contract/c-1", END, seq=2)

    def mails() -> list[Outbox]:
        return [row for row in rows(engine) if row.channel == "email"]

    async def story() -> None:
        async with relaying(Relay(engine, config(post.port, door))):
            await until(lambda: all(row.delivered_at for row in rows(engine) if row.channel != "email"))
            await until(lambda: mails()[0].attempts >= 3)
            first, second = mails()
            assert first.delivered_at is None
            assert first.last_error is not None
            assert second.attempts == 0, "a later letter of the contract never goes before an earlier one"
            async with post.open():
                await until(settled(engine))

    asyncio.run(story())
    assert [mail["message_id"].split("@")[0] for mail in post.mails] == [
        "<contract.c-1.1-1-email",
        "<contract.c-1.2-1-email",
    ]
    assert all(row.last_error is None for row in rows(engine))


def test_a_repeated_letter_has_the_same_message_id(engine: Engine, door: Door) -> None:
    """A letter handed in again after `451` is byte for byte known to the receiver by its Message-ID."""
    post = Post(answers=["451 try later"])
    send(engine, "contract/c-1", START)
    deliver(engine, post, door)
    first, second = post.mails
    assert first["message_id"] == second["message_id"]
    assert next(row for row in rows(engine) if row.channel == "email").attempts == 2


def test_a_refused_address_is_given_up_and_the_next_is_served(engine: Engine, door: Door) -> None:
    """`550` ends the tries with a reason that names no address; the contract's later letter and others go out."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="b@example.jp", created_at=AT))
        session.add(Person(person_id="p3", name="C", email="no address at all", created_at=AT))
    post = Post(recipient_answers={"b@example.jp": "550 <b@example.jp> unknown"})
    send(engine, "contract/c-2", START, person_id="p2")
    send(engine, "contract/c-3", START, person_id="p3")
    send(engine, "contract/c-1", START)
    deliver(engine, post, door)
    mails = {row.entity_id: row for row in rows(engine) if row.channel == "email"}
    assert (mails["contract/c-2"].attempts, mails["contract/c-2"].last_error) == (1, "550 <(address)> unknown")
    assert mails["contract/c-2"].failed_at is not None
    assert (mails["contract/c-3"].attempts, mails["contract/c-3"].failed_at is not None) == (1, True)
    assert mails["contract/c-1"].delivered_at is not None
    assert [mail["to"] for mail in post.mails] == [["taro@example.jp"]]


def test_one_letter_delayed_holds_back_its_own_contract_only(engine: Engine, door: Door) -> None:
    """`450` for one address: that contract's letters wait, every other contract's go out."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="b@example.jp", created_at=AT))
    post = Post(recipient_answers={"b@example.jp": "450 later"})
    send(engine, "contract/c-2", START, person_id="p2")
    send(engine, "contract/c-2", END, person_id="p2", seq=2)
    send(engine, "contract/c-1", START)
    send(engine, "contract/c-1", END, seq=2)

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door))):
            await until(lambda: len(post.mails) == 2)
            await until(lambda: max(row.attempts for row in rows(engine) if row.entity_id == "contract/c-2") >= 2)
            assert {mail["to"][0] for mail in post.mails} == {"taro@example.jp"}
            post.recipient_answers.clear()
            await until(settled(engine))

    asyncio.run(story())
    assert [mail["message_id"].split("@")[0] for mail in post.mails[2:]] == [
        "<contract.c-2.1-1-email",
        "<contract.c-2.2-1-email",
    ]


@pytest.mark.parametrize("email", ["taro@[x.jp", "taro(x)@example.jp"])
def test_an_address_that_is_none_costs_its_own_row(engine: Engine, door: Door, email: str) -> None:
    """Such a person may be in the database: the letter is parked for an operator, to nobody else; the next one goes."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email=email, created_at=AT))
    send(engine, "contract/c-2", START, person_id="p2")
    send(engine, "contract/c-1", START)
    told: list[GivenUp] = []
    post = Post()

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door), told.append)):
            await until(settled(engine))

    asyncio.run(story())
    bad, good = rows(engine)
    assert bad.failed_at is not None
    assert email not in str(bad.last_error)
    assert good.delivered_at is not None
    assert [mail["to"] for mail in post.mails] == [["taro@example.jp"]]
    assert told == [GivenUp(entity_id="contract/c-2", message_id=bad.message_id, channel="email")]


def test_an_old_mobile_address_goes_out_quoted(engine: Engine, door: Door) -> None:
    """`a..b@docomo.ne.jp` is a mailbox people have; the receiving side takes the quotation marks off again."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="a..b@docomo.ne.jp", created_at=AT))
    send(engine, "contract/c-2", START, person_id="p2")
    post = Post()
    deliver(engine, post, door)
    assert [mail["to"] for mail in post.mails] == [["a..b@docomo.ne.jp"]]


class _Breaks(Post):
    """A mail server that breaks the connection off in the middle of every letter to one address."""

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        if "b@example.jp" in envelope.rcpt_tos:
            server.transport.abort()
            return "451 too late"
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize("post", [Post(recipient_answers={"b@example.jp": "452 its mailbox is full"}), _Breaks()])
def test_what_alone_is_never_taken_becomes_an_operators_after_days(engine: Engine, door: Door, post: Post) -> None:
    """`452` or a broken connection for ever: while others are taken it is parked with a task, and they come once."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="b@example.jp", created_at=AT))
    send(engine, "contract/c-2", START, person_id="p2")
    told: list[GivenUp] = []

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door, give_up_seconds=0), told.append)):
            while not told:
                number = len(post.mails)
                send(engine, f"contract/c-{number + 3}", START)
                await until(lambda number=number: len(post.mails) > number)
            await until(settled(engine))

    asyncio.run(story())
    parked, *others = rows(engine)
    (given_up,) = told
    assert (given_up.message_id, given_up.tries) == (parked.message_id, parked.attempts - 1)
    assert parked.failed_at is not None
    assert parked.attempts > ALONE_TRIES
    assert len(post.mails) == len(others) == sum(each.delivered_at is not None for each in others)


def test_where_nothing_is_taken_nothing_is_given_up(engine: Engine, door: Door) -> None:
    """A mail server whose disk is full for a week is waited for, however old a letter grows."""
    send(engine, "contract/c-1", START)
    send(engine, "contract/c-2", START)
    post = Post(recipient_answers={"taro@example.jp": "452 out of space"})

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door, give_up_seconds=0))):
            await until(lambda: min(row.attempts for row in rows(engine)) > 2 * ALONE_TRIES)

    asyncio.run(story())
    assert [row.failed_at for row in rows(engine)] == [None, None]


class _Drips(Post):
    """A mail server that answers a letter to one address a character at a time, without an end."""

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        while "b@example.jp" in envelope.rcpt_tos and not server.transport.is_closing():
            server.transport.write(b"2")
            await asyncio.sleep(0.01)
        return await super().handle_DATA(server, session, envelope)


def test_an_answer_that_never_ends_holds_nobody_up(engine: Engine, door: Door) -> None:
    """No part of it is late, and the whole is cut off: that letter is tried again later, the others go."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="b@example.jp", created_at=AT))
    send(engine, "contract/c-2", START, person_id="p2")
    send(engine, "contract/c-1", START)
    post = _Drips()

    async def story() -> None:
        async with post.open():
            stands = config(post.port, door)
            impatient = replace(stands, smtp=replace(stands.smtp, port=post.port, letter_seconds=0.2))
            async with relaying(Relay(engine, impatient)):
                await until(lambda: any(mail["to"] == ["taro@example.jp"] for mail in post.mails))

    asyncio.run(story())
    dripped, other = rows(engine)
    assert dripped.delivered_at is None
    assert dripped.attempts >= 1
    assert other.delivered_at is not None
