"""A TCP proxy in front of several servers, each connection to the next one that takes it.

`python -m deploy.cluster.proxy 127.0.0.1:7233 127.0.0.1:7333 127.0.0.2:7333`: where to listen, then where to go.
It is what a company's load balancer does for gRPC and HTTP; it reads nothing of what passes.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Sequence
from contextlib import suppress

CONNECT_SECONDS = 1.0
_CHUNK_BYTES = 65_536

Address = tuple[str, int]


def address(text: str) -> Address:
    """`host:port`.

    Raises:
        ValueError: it is not that.
    """
    host, separator, port = text.rpartition(":")
    if not separator or not host:
        raise ValueError(f"{text!r} is not host:port")
    return host, int(port)


class Proxy:
    """Passes each connection on, by turns; a server that does not take it is passed over."""

    def __init__(self, servers: Sequence[Address]) -> None:
        """Know where to go."""
        self._servers = list(servers)
        self._turns = itertools.count()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side is done."""
        behind = await self._connect()
        if behind is None:
            writer.close()
            return
        back_reader, back_writer = behind
        ways = {
            asyncio.create_task(_carry(reader, back_writer)),
            asyncio.create_task(_carry(back_reader, writer)),
        }
        # A side that is gone takes the other with it: a half-open connection would hide a dead server.
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for each in (writer, back_writer):
            each.close()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._turns)
        for offset in range(len(self._servers)):
            host, port = self._servers[(first + offset) % len(self._servers)]
            with suppress(OSError, TimeoutError):
                return await asyncio.wait_for(asyncio.open_connection(host, port), CONNECT_SECONDS)
        return None


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything that arrives, until the end of it or a broken connection."""
    with suppress(OSError):
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
            await writer.drain()


async def serve(listen: Address, servers: Sequence[Address]) -> None:
    """Serve until cancelled."""
    server = await asyncio.start_server(Proxy(servers).handle, *listen)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(address(sys.argv[1]), [address(each) for each in sys.argv[2:]]))
