"""The task of what could not be delivered: there while anything of the entity is, and then gone by itself (X-05)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio.client import Client

from activities.outbox.relay import Relay
from activities.outbox.undelivered import Undelivered
from activities.record import Recorder
from activities.rows.contract import ContractRows
from decisions.domain import Outgoing
from models.messages.entity import REFRESH, UNDELIVERABLE
from models.tables.log import Entity
from store.log import entries
from store.outbox import email
from tests.activities.outbox.outbox_stand import AT, END, START, Door, Post, config, relaying, rows, send, until
from tests.activities.statements.book import Book

K1 = "contract/K1"
TO_NTT = Outgoing("carrier", "CONTRACT", {})


class _Temporal:
    """Keeps who was told to read the record again."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def get_workflow_handle(self, entity_id: str) -> _Temporal:
        self.told.append(entity_id)
        return self

    async def signal(self, name: str) -> None:
        assert name == REFRESH


class _Service:
    """A relay and the teller of tasks, of one process."""

    def __init__(self, engine: Engine, post: Post, door: Door) -> None:
        self.temporal = _Temporal()
        self.undelivered = Undelivered(Recorder(engine, {"contract": ContractRows()}), cast("Client", self.temporal))
        self.relay = Relay(engine, config(post.port, door), self.undelivered.note, self.undelivered.arrived)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        telling = asyncio.create_task(self.undelivered.run(stop))
        async with relaying(self.relay):
            yield
        stop.set()
        await telling


@pytest.fixture
def waits(engine: Engine) -> Callable[[], bool]:
    """Whether an operator has the task, of a contract that there is."""
    Book(engine).imported("K1", "2018-05-01")
    with engine.begin() as connection:
        connection.execute(text("delete from outbox"))

    def asked() -> bool:
        with Session(engine) as session:
            return UNDELIVERABLE in session.get_one(Entity, K1).state["tasks"]

    return asked


def _events(engine: Engine) -> list[tuple[str, str]]:
    with Session(engine) as session:
        return [(each.event, each.actor) for each in entries(session, K1)][1:]


def _tried_again(engine: Engine, message_id: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("update outbox set failed_at = null, next_attempt_at = now() where message_id = :id"),
            {"id": message_id},
        )


def test_it_goes_with_the_last_of_what_was_given_up_and_comes_again(
    engine: Engine, door: Door, waits: Callable[[], bool]
) -> None:
    """A letter sent anew and a message tried again: the task stays until both are there; given up again, it is back."""
    post = Post(recipient_answers={"taro@example.jp": "550 no such user"})
    door.always["/EAST/messages"] = 400
    send(engine, K1, START, TO_NTT)

    async def story() -> None:
        async with post.open():
            service = _Service(engine, post, door)
            async with service.at_work():
                await until(lambda: all(row.failed_at for row in rows(engine)))
                assert waits()
                post.recipient_answers.clear()
                notice_id = str(rows(engine)[0].payload["notice_id"])
                with Session(engine) as session, session.begin():
                    session.add(email("again", K1, notice_id, AT))
                await until(lambda: len(post.mails) == 1)
                to_ntt = rows(engine)[1].message_id
                _tried_again(engine, to_ntt)
                await until(lambda: rows(engine)[1].failed_at is not None)
                assert waits()
                door.always.clear()
                _tried_again(engine, to_ntt)
                await until(lambda: not waits())
                await until(lambda: service.temporal.told[-1:] == [K1])
                post.recipient_answers["taro@example.jp"] = "550 no such user"
                send(engine, K1, END, seq=2)
                await until(lambda: rows(engine)[-1].failed_at is not None)
                assert waits()

    asyncio.run(story())
    assert _events(engine) == [
        *[("undeliverable", "worker")] * 3,
        ("delivered_after_all", "worker"),
        ("undeliverable", "worker"),
    ]


def _nobody(engine: Engine, _post: Post) -> None:
    with engine.begin() as connection:
        connection.execute(text("update person set email = '' where person_id = 'p1'"))


def _there(_engine: Engine, post: Post) -> None:
    post.recipient_answers.clear()


@pytest.mark.parametrize("mended", [_nobody, _there])
def test_a_process_that_ended_in_between_leaves_no_task(
    engine: Engine, door: Door, waits: Callable[[], bool], mended: Callable[[Engine, Post], Any]
) -> None:
    """Delivered, or to nobody any more, and not noted: whoever begins next notes it; not while it is still tried."""
    post = Post(recipient_answers={"taro@example.jp": "550 no such user"})
    send(engine, K1, START)

    async def story() -> None:
        async with post.open():
            service = _Service(engine, post, door)
            async with relaying(service.relay):
                await until(lambda: rows(engine)[0].failed_at is not None)
            _tried_again(engine, rows(engine)[0].message_id)
            assert not service.undelivered._recorder.note_delivered(K1), "it is on its way"
            mended(engine, post)
            async with relaying(Relay(engine, config(post.port, door))):
                await until(lambda: rows(engine)[0].delivered_at or rows(engine)[0].failed_at)
            assert waits()
            async with _Service(engine, post, door).at_work():
                await until(lambda: not waits())

    asyncio.run(story())
    assert _events(engine) == [("undeliverable", "worker"), ("delivered_after_all", "worker")]
