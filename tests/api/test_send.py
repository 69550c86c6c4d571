"""Messages to Temporal in their turn, and what is told where it or the database does not answer."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

import api.services
from api.doors import send
from api.doors.kinds import Kind
from api.doors.problems import Problem
from api.services import KeyRing, Services, reading_only
from models.messages.entity import Message

KIND = Kind(name="contract", workflow="ContractLife", workflow_id="contract/{}".format, summary="")


def test_a_start_that_nobody_answers_is_a_503_and_leaves_no_error_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is told to ask again; nothing is logged later as an exception that was never retrieved."""
    monkeypatch.setattr(send, "WAIT_S", 0.3)
    left: list[dict[str, Any]] = []

    async def ask(port: int) -> int:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: left.append(context))
        client = await Client.connect(f"127.0.0.1:{port}", lazy=True, data_converter=pydantic_data_converter)
        services = Services(engine=create_engine("sqlite://"), client=client, keys=KeyRing({}), webhook_secret="")
        with pytest.raises(Problem) as told:
            await send.start(services, KIND, "K1", Message(), "apply", "op1")
        status = told.value.status
        del told
        gc.collect()
        await asyncio.sleep(0)
        gc.collect()
        return status

    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert asyncio.run(ask(silent.getsockname()[1])) == 503
    assert left == []


def test_one_entity_is_sent_a_few_messages_at_once_and_each_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporal would turn away an eleventh: whoever waits is sent in order, and other entities wait for nobody."""
    under_way: dict[str, int] = {"contract/K1": 0, "contract/K2": 0}
    most, order = dict(under_way), list[int]()

    async def ask() -> None:
        services = Services(engine=create_engine("sqlite://"), client=None, keys=KeyRing({}), webhook_secret="")  # type: ignore[arg-type]

        async def call(entity: str, number: int) -> None:
            under_way[entity] += 1
            most[entity] = max(most[entity], under_way[entity])
            order.append(number)
            await asyncio.sleep(0)
            under_way[entity] -= 1

        many = [send._in_turn(services, "contract/K1", lambda n=n: call("contract/K1", n)) for n in range(40)]  # type: ignore[misc]
        await asyncio.gather(*many, send._in_turn(services, "contract/K2", lambda: call("contract/K2", -1)))
        gc.collect()
        assert len(services.turns) == 0

    asyncio.run(ask())
    assert most == {"contract/K1": send.AT_ONCE, "contract/K2": 1}
    assert [number for number in order if number >= 0] == list(range(40))

    async def wait() -> int:
        services = Services(engine=create_engine("sqlite://"), client=None, keys=KeyRing({}), webhook_secret="")  # type: ignore[arg-type]
        services.turns["contract/K1"] = held = asyncio.Semaphore(0)
        with pytest.raises(Problem) as told:
            await send._in_turn(services, "contract/K1", lambda: asyncio.sleep(0))
        assert held.locked()
        return told.value.status

    monkeypatch.setattr(send, "WAIT_S", 0.1)
    assert asyncio.run(wait()) == 503


def test_a_read_waits_for_a_thread_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all threads wait for a database that stands still, the next caller is told in time as well."""
    monkeypatch.setattr(api.services, "ANSWER_S", 0.2)
    released = threading.Event()

    async def ask() -> None:
        services = Services(
            engine=create_engine("sqlite://"), client=None, keys=KeyRing({}), webhook_secret="",  # type: ignore[arg-type]
            threads=ThreadPoolExecutor(1),
        )  # fmt: skip
        slow = asyncio.create_task(services.read(lambda _: released.wait(30)))
        await asyncio.sleep(0)
        for late in (services.read(lambda _: True), services.single(lambda _: True)):
            with pytest.raises(PoolTimeoutError, match="no answer of the database"):
                await late
        released.set()
        # The first has a database that speaks: its statements have deadlines of their own.
        assert await slow

    asyncio.run(ask())


def test_a_request_that_only_reads_has_one_deadline_for_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that spoke and then stands still is not waited for longer, nor by the next read of the request."""
    monkeypatch.setattr(api.services, "READ_S", 0.2)
    released = threading.Event()

    async def ask() -> None:
        services = Services(engine=create_engine("sqlite://"), client=None, keys=KeyRing({}), webhook_secret="")  # type: ignore[arg-type]
        with reading_only():
            for _ in range(2):
                with reading_only(), pytest.raises(PoolTimeoutError, match="no answer of the database"):
                    await services.read(lambda _: released.wait(30))
        released.set()
        assert await services.read(lambda _: True)

    asyncio.run(ask())
