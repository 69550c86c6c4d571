"""Whether a child is ready, asked without threads and without proxies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from embedded.ports import LOOPBACK

_ANSWER_BYTES_MAX = 64


_HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
"""How a gRPC client begins: the preface and an empty SETTINGS frame, which a living server answers with its own."""

_FRAME_HEAD_BYTES = 9

_SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)
"""What a PostgreSQL server answers with one byte, before anybody is authenticated."""


async def http_ok(port: int, path: str) -> bool:
    """Whether `GET path` on loopback answers 200."""
    return (await _status(port, path)).split(b" ")[1:2] == [b"200"]


async def http_answers(port: int, path: str) -> bool:
    """Whether `GET path` on loopback is answered at all: one whose servers are away is alive."""
    return bool(await _status(port, path))


async def grpc_answers(port: int) -> bool:
    """Whether a gRPC server speaks: a port alone is open also while its process stands still."""
    return len(await _answer(asyncio.open_connection(LOOPBACK, port), _HTTP2_PREFACE, _FRAME_HEAD_BYTES)) > 0


async def postgres_answers(socket: Path) -> bool:
    """Whether a PostgreSQL server answers on its socket, from before any log-in."""
    return len(await _answer(asyncio.open_unix_connection(str(socket)), _SSL_REQUEST, 1)) > 0


async def _status(port: int, path: str) -> bytes:
    """The status line, empty without an answer."""
    asked = f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode()
    said = await _answer(asyncio.open_connection(LOOPBACK, port), asked, _ANSWER_BYTES_MAX)
    return said.partition(b"\r\n")[0]


async def _answer(
    connecting: Coroutine[Any, Any, tuple[asyncio.StreamReader, asyncio.StreamWriter]], asked: bytes, most: int
) -> bytes:
    """What is answered first, at most so many bytes; empty where nobody is there."""
    try:
        reader, writer = await connecting
    except OSError:
        return b""
    try:
        writer.write(asked)
        await writer.drain()
        return await reader.read(most)
    except OSError:
        return b""
    finally:
        writer.close()


def touched_lately(path: Path, within_s: float) -> bool:
    """Whether a file was written within so many seconds; one that is not there yet is given the time to come."""
    try:
        return time.time() - path.stat().st_mtime < within_s  # noqa: TID251  # files are dated by this machine
    except OSError:
        return True


def pid_file_says(path: Path, pid: int) -> bool:
    """Whether a process has written its pid into its ready file."""
    try:
        return path.read_text().strip() == str(pid)
    except OSError:
        return False
