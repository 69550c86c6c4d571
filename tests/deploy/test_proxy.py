"""The TCP proxy in front of frontends and doors, with real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.cluster.proxy import Address, Proxy, address
from embedded.ports import LOOPBACK, free_ports


@asynccontextmanager
async def _named(name: str) -> AsyncIterator[tuple[Address, asyncio.Server]]:
    """A server that answers each line with its name and the line, and ends a connection at `end`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (line := await reader.readline()) and line != b"end\n":
            writer.write(f"{name} ".encode() + line)
        writer.close()

    async with await asyncio.start_server(answer, LOOPBACK, 0) as server:
        yield server.sockets[0].getsockname()[:2], server


@asynccontextmanager
async def _before(*servers: Address) -> AsyncIterator[Address]:
    async with await asyncio.start_server(Proxy(servers).handle, LOOPBACK, 0) as proxy:
        yield proxy.sockets[0].getsockname()[:2]


async def _ask(where: Address, line: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*where)
    writer.write(line)
    answer = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return answer


def test_connections_go_to_the_servers_by_turns() -> None:
    """Two servers get every other connection."""

    async def play() -> list[bytes]:
        async with _named("one") as (one, _), _named("two") as (two, _), _before(one, two) as proxy:
            return [await _ask(proxy, b"hello\n") for _ in range(4)]

    assert asyncio.run(play()) == [b"one hello\n", b"two hello\n"] * 2


def test_a_server_that_is_away_is_passed_over() -> None:
    """Each connection finds the one that is there; when none is, it is closed at once."""

    async def play() -> list[bytes]:
        dead: Address = (LOOPBACK, free_ports(1)[0])
        async with _named("one") as (one, _), _before(dead, one) as proxy:
            found = [await _ask(proxy, b"hello\n") for _ in range(2)]
        async with _before(dead) as proxy:
            return [*found, await _ask(proxy, b"hello\n")]

    assert asyncio.run(play()) == [b"one hello\n", b"one hello\n", b""]


def test_the_end_of_one_side_is_the_end_of_the_other() -> None:
    """A server that closes is noticed by its client at once, so that a dead frontend is not taken for a slow one."""

    async def play() -> bytes:
        async with _named("one") as (one, _), _before(one) as proxy:
            return await _ask(proxy, b"end\n")

    assert asyncio.run(play()) == b""


@pytest.mark.parametrize("text", ["7233", ":7233", "host:", "host:port"])
def test_an_address_is_a_host_and_a_port(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match=r".+"):
        address(text)
