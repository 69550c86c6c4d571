"""The composition under test: its own project, its own ports and passwords, its own folder."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy import make_env
from deploy.cluster.build import CACHE
from deploy.proving.engine import Engine
from deploy.proving.images import ROOT
from deploy.proving.shell import ProvingError, call
from embedded.ports import free_ports

PROJECT = "keiyaku-proving"
WAIT_SECONDS = 600
PASSWORDS = {
    "KEIYAKU_DB_PASSWORD": "p@ss/w#rd: 100% $HOME",
    "KEIYAKU_SERVICE_DB_PASSWORD": "an0ther/w#rd: 100% $HOME",
    "TEMPORAL_DB_PASSWORD": "p@ss/w#rd:100%",
}
"""Every character is meant to hurt; Temporal's own quoting loses a space (docs/production.md)."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container that stays."""

    id: str
    service: str
    name: str
    pid: int
    image: str
    status: str
    """`healthy`, `unhealthy`, `starting`, or what its state is when it has no health check."""


@dataclass(kw_only=True)
class Stack:
    """`docker compose` on the real file."""

    engine: Engine
    folder: Path
    published: bool
    """Whether the published images are used."""
    image: str = "keiyaku:one"
    image_before: str = ""
    """Of `worker-before`, in the profile `upgrade`; empty: as the file has it."""
    workers: int = 1
    ports: list[int] = field(default_factory=lambda: free_ports(3))

    def prepare(self) -> None:
        """Write `.env` and keys.json, readable for the containers' user."""
        make_env.make(self.folder, demo=True)
        lines = (self.folder / ".env").read_text().splitlines()
        values = {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)} | PASSWORDS
        api, ui, grafana = map(str, self.ports)
        values |= {"KEIYAKU_API_PUBLISHED": api, "KEIYAKU_UI_PUBLISHED": ui, "GRAFANA_PUBLISHED": grafana}
        if not self.published:  # the mirror that this machine installs from may be reached from its own network only
            values["KEIYAKU_BUILD_NETWORK"] = "host"
        (self.folder / ".env").write_text(make_env.env_text(values))

    @property
    def keys(self) -> dict[str, str]:
        """What keys.json holds."""
        return dict(json.loads((self.folder / "keys.json").read_text()))

    @property
    def api(self) -> str:
        """Where our doors answer."""
        return f"http://127.0.0.1:{self.ports[0]}"

    def compose(self, *words: str, seconds: float = 900, given: bytes | None = None) -> str:
        """One call of `docker compose` in this project.

        Raises:
            ProvingError: it failed.
        """
        return self._compose(words, seconds, given).decode(errors="replace")

    def compose_bytes(self, *words: str, seconds: float = 900) -> bytes:
        """As `compose`, the output as it is."""
        return self._compose(words, seconds, None)

    def _compose(self, words: Sequence[str], seconds: float, given: bytes | None) -> bytes:
        return call(self._command(words), env=self._env(), seconds=seconds, given=given).stdout

    def _command(self, words: Sequence[str], env_file: Path | None = None) -> list[str]:
        return [
            *(self.engine.client, "compose", "--project-name", PROJECT, "--project-directory", str(ROOT)),
            *("--file", str(ROOT / "docker-compose.yml"), "--env-file", str(env_file or self.folder / ".env"), *words),
        ]

    def _env(self) -> dict[str, str]:
        return {
            **self.engine.env,
            "KEIYAKU_IMAGE": self.image,
            "KEIYAKU_IMAGE_BEFORE": self.image_before,
            "KEIYAKU_DEMO_IMAGE": f"{self.image}-demo",
            "KEIYAKU_VERSION": self.image,
        }

    def build(self, image: str) -> None:
        """Build both images of the Dockerfile under a name."""
        self.image = image
        self.compose("build", "--quiet", seconds=2_400)

    def up(self, *services: str) -> None:
        """Bring it up, or up to date, and wait until everything is healthy."""
        scale = ("--scale", f"worker={self.workers}") if not services else ()
        self.compose("up", "--detach", "--no-build", *scale, *services, seconds=WAIT_SECONDS)
        self.until_healthy()

    def replace(self, *services: str) -> None:
        """Make containers of the present image out of those of an earlier one, and touch nothing else."""
        scale = ("--scale", f"worker={self.workers}")
        self.compose("up", "--detach", "--no-build", "--no-deps", *scale, *services, seconds=WAIT_SECONDS)
        self.until_healthy()

    def observe(self, *services: str) -> None:
        """Start services of the profile `observe` beside what runs, and wait until they do."""
        self.compose("--profile", "observe", "up", "--detach", "--no-build", "--no-deps", *services)
        self.until_healthy()

    def refuses(self, *words: str, env_file: Path | None = None) -> str:
        """What a call of `docker compose` says that must fail.

        Raises:
            ProvingError: it succeeded.
        """
        done = call(self._command(words, env_file), env=self._env(), seconds=120, may_fail=True)
        if done.returncode == 0:
            raise ProvingError(f"{' '.join(words)} should have been refused")
        return (done.stdout + done.stderr).decode(errors="replace")

    def down(self, *, volumes: bool) -> None:
        """Take it down, whatever its profile; with `volumes`, nothing of it may be left."""
        words = ("down", "--remove-orphans", "--timeout", "60", *(("--volumes",) if volumes else ()))
        self.compose("--profile", "*", *words)

    def left(self) -> list[str]:
        """Containers, networks and volumes of the project that are still there."""
        only = ("--filter", f"label=com.docker.compose.project={PROJECT}", "--quiet")
        found = [self.engine.docker("ps", "--all", *only)]
        found += [self.engine.docker("network", "ls", *only), self.engine.docker("volume", "ls", *only)]
        return " ".join(found).split()

    def containers(self) -> list[Container]:
        """Those that are there and are no jobs."""
        ids = self.engine.docker(
            "ps", "--all", "--quiet", "--no-trunc", "--filter", f"label=com.docker.compose.project={PROJECT}"
        ).split()
        if not ids:
            return []
        found: list[dict[str, Any]] = json.loads(self.engine.docker("inspect", *ids))
        return [_container(each) for each in found if each["HostConfig"]["RestartPolicy"]["Name"] != "on-failure"]

    def until_healthy(self, seconds: float = WAIT_SECONDS) -> None:
        """Wait until every container that stays is healthy.

        Raises:
            ProvingError: one is not, in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            found = self.containers()
            ill = [f"{each.name}: {each.status}" for each in found if each.status not in {"healthy", "running"}]
            if found and not ill:
                return
            if time.monotonic() > deadline:
                raise ProvingError(
                    f"not healthy after {seconds:g} s: {', '.join(ill) or 'nothing runs'}\n{self.logs()}"
                )
            time.sleep(0.5)

    def logs(self) -> str:
        """The last lines of every container."""
        return self.compose("logs", "--tail", "15", "--no-color")[-6000:]

    def keep_logs(self) -> Path:
        """Write all that every container said to a file that outlives them: where it is."""
        kept = CACHE / "proving.log"
        kept.write_text(self.compose("logs", "--timestamps", "--no-color"))
        return kept

    def kill(self, container: Container) -> None:
        """SIGKILL the process inside, as a crash would: the engine's own `kill` would also keep it from restarting."""
        if self.engine.ours:
            os.kill(container.pid, signal.SIGKILL)
            return
        self.engine.docker("kill", container.id)
        self.engine.docker("start", container.id)

    def until_back(self, container: Container) -> float:
        """Wait until a killed container runs and is healthy again; how long that took, in seconds.

        Raises:
            ProvingError: it is not, in time.
        """
        began = time.monotonic()
        while time.monotonic() - began < WAIT_SECONDS:
            now = next((each for each in self.containers() if each.id == container.id), None)
            if now is not None and now.pid not in {0, container.pid} and now.status in {"healthy", "running"}:
                return time.monotonic() - began
            time.sleep(0.2)
        raise ProvingError(f"{container.name} did not come back\n{self.logs()}")


def _container(found: dict[str, Any]) -> Container:
    state = found["State"]
    return Container(
        id=found["Id"],
        service=found["Config"]["Labels"]["com.docker.compose.service"],
        name=found["Name"].lstrip("/"),
        pid=state["Pid"],
        image=found["Config"]["Image"],
        status=state.get("Health", {}).get("Status") or state["Status"],
    )
