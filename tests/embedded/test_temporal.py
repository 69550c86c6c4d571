"""The packaged Temporal server as a child: ready means usable, also on a file of an earlier release."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

from embedded.children.child import Child
from embedded.children.supervisor import Supervisor
from embedded.ports import free_ports
from embedded.servers.temporal import SEARCH_ATTRIBUTES, Temporal, binary


def registered(server: Temporal) -> dict[str, str]:
    """The search attributes that the server knows."""
    said = subprocess.run(
        [str(binary()), "operator", "search-attribute", "list", "--address", server.address, "--output", "json"],
        check=True,
        capture_output=True,
        env=server.env,
    )
    read: dict[str, str] = json.loads(said.stdout)["customAttributes"]
    return read


def test_an_older_file_gets_the_newer_search_attributes(tmp_path: Path) -> None:
    """A file made with one attribute has all of them after the next start, and after a kill as well."""
    (port,) = free_ports(1)
    old = Temporal(
        database=tmp_path / "t.db",
        port=port,
        ui_port=None,
        rehearsal=True,
        search_attributes={"ContractState": "Keyword"},
    )
    new = Temporal(database=tmp_path / "t.db", port=port, ui_port=None, rehearsal=True)

    def child(server: Temporal) -> Child:
        return Child(
            name="temporal", command=server.command, env=server.env, log=tmp_path / "t.log", ready=server.is_ready
        )

    async def story() -> None:
        for server, known in ((old, {"ContractState"}), (new, set(SEARCH_ATTRIBUTES))):
            supervisor = Supervisor([child(server)], home=tmp_path, say=lambda _line: None)
            async with asyncio.timeout(90):
                await supervisor.start()
                assert set(registered(server)) == known
                before = supervisor.pids["temporal"]
                supervisor.kill("temporal")
                await supervisor.wait_restarted("temporal", after=before)
                assert set(registered(server)) == known
                await supervisor.stop()

    asyncio.run(story())


def test_time_skips_in_rehearsal_only(tmp_path: Path) -> None:
    """A server on the real clock is never told that executions may skip time."""
    for rehearsal in (False, True):
        server = Temporal(database=tmp_path / "t.db", port=1, ui_port=2, rehearsal=rehearsal)
        assert any("TimeSkippingEnabled=true" in word for word in server.command) == rehearsal
