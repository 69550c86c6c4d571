"""Whether a child is ready, asked without threads and without proxies."""

from __future__ import annotations

import asyncio
from pathlib import Path

from embedded.ports import LOOPBACK

_ANSWER_BYTES_MAX = 64


async def http_ok(port: int, path: str) -> bool:
    """Whether `GET path` on loopback answers 200."""
    try:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        status = await reader.readuntil(b"\r\n")
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return False
    finally:
        writer.close()
    return status[:_ANSWER_BYTES_MAX].split(b" ")[1:2] == [b"200"]


def pid_file_says(path: Path, pid: int) -> bool:
    """Whether a process has written its pid into its ready file."""
    try:
        return path.read_text().strip() == str(pid)
    except OSError:
        return False
