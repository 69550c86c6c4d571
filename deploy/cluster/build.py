"""Building the server's roles from `deploy/cluster/*.go`, once for each state of the sources."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from pathlib import Path

from embedded.errors import StackError

SOURCES = Path(__file__).resolve().parent
CACHE = SOURCES.parents[1] / ".keiyaku-build"
"""Left out of the repository and of images; removing it only costs the next build."""
BUILD_SECONDS = 3_600.0
"""A first build compiles a whole Temporal server: minutes on an ordinary machine."""


async def binary() -> Path:
    """The program, built first if these sources have not been.

    Raises:
        StackError: there is no Go here, or the build failed; the message ends with Go's own words.
    """
    found = CACHE / f"cluster-{_digest()}"
    if found.exists():
        return found
    go = shutil.which("go")
    if go is None:
        message = "Go is not installed, and the roles of the Temporal server are built with it (see go.mod)"
        raise StackError(message)
    CACHE.mkdir(exist_ok=True)
    beside = found.with_suffix(f".{os.getpid()}")
    # Static, so that the same file runs in any image; without symbols it is a third smaller.
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", "10", go, "build", "-ldflags=-s -w", "-o", str(beside), "."),
        cwd=SOURCES,
        env={**os.environ, "CGO_ENABLED": "0"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), BUILD_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise StackError(f"the roles cannot be built:\n{said.decode(errors='replace')[-4000:]}")
    beside.replace(found)
    for old in CACHE.glob("cluster-*"):
        if old != found:
            old.unlink(missing_ok=True)
    return found


def _digest() -> str:
    digest = hashlib.sha256()
    for source in sorted([*SOURCES.glob("*.go"), SOURCES / "go.mod", SOURCES / "go.sum"]):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]
