"""A Docker engine with compose 2: the one that runs here, or one of our own from Debian's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.cluster.build import CACHE
from deploy.proving.shell import ProvingError, call, say, text

PACKAGES = ("docker.io", "debootstrap")
_TRIXIE = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main\n"
"""Where compose 2 is packaged: the stable release before it has only 1.29, which refuses `name:`."""
START_SECONDS = 60.0
STOP_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Engine:
    """How to speak to an engine."""

    client: str
    env: dict[str, str]
    ours: bool
    """Whether we started it, and so may kill its containers' processes from outside."""

    def docker(self, *words: str | Path, seconds: float = 900, given: bytes | None = None) -> str:
        """One call of the client: what it said.

        Raises:
            ProvingError: it failed.
        """
        done = call([self.client, *words], env=self.env, seconds=seconds, given=given)
        return done.stdout.decode(errors="replace")

    def tries(self, *words: str | Path, seconds: float = 60) -> bool:
        """Whether a call succeeds."""
        try:
            return call([self.client, *words], env=self.env, seconds=seconds, may_fail=True).returncode == 0
        except ProvingError:
            return False


@contextmanager
def engine() -> Iterator[Engine]:
    """An engine for the block; one that was not running before is stopped afterwards.

    Raises:
        ProvingError: there is none, and none can be installed.
    """
    CACHE.mkdir(exist_ok=True)
    config = CACHE / "docker-config"
    (config / "cli-plugins").mkdir(parents=True, exist_ok=True)
    env = {"DOCKER_CONFIG": str(config), "DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}
    running = next((client for client in _clients() if _answers(client, env)), None)
    if running is not None:
        say(f"the engine that runs here is used ({running})")
        _add_compose(running, env)
        yield Engine(client=running, env=env, ours=False)
        return
    client = _install()
    with _daemon() as socket:
        env["DOCKER_HOST"] = f"unix://{socket}"
        _add_compose(client, env)
        yield Engine(client=client, env=env, ours=True)


def _clients() -> list[str]:
    """Every `docker` on the path: another program of that name may come first."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [str(Path(folder) / "docker") for folder in folders if (Path(folder) / "docker").is_file()]


def _answers(client: str, env: dict[str, str]) -> bool:
    return call([client, "info"], env=env, seconds=20, may_fail=True).returncode == 0


def _install() -> str:
    if shutil.which("dockerd") is None:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            message = "no Docker engine runs here, and one is installed only by root on Debian: start one and try again"
            raise ProvingError(message)
        say(f"installing {' and '.join(PACKAGES)}")
        call(["apt-get", "update"], seconds=300)
        call(
            ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES],
            env={"DEBIAN_FRONTEND": "noninteractive"},
        )
    packaged = Path("/usr/bin/docker")
    return str(packaged) if packaged.exists() else "docker"


@contextmanager
def _daemon() -> Iterator[Path]:
    """A daemon of our own on a folder of our own: nothing of it is left but what makes the next run faster."""
    home = CACHE / "engine"
    home.mkdir(exist_ok=True)
    run = Path(tempfile.mkdtemp(prefix="keiyaku-engine-"))  # short, as sockets need it
    socket = run / "docker.sock"
    command = [
        *("dockerd", "--host", f"unix://{socket}", "--data-root", str(home / "data")),
        *("--exec-root", str(run / "exec"), "--pidfile", str(home / "pid")),
    ]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)  # noqa: S603
    try:
        deadline = time.monotonic() + START_SECONDS
        while (
            not socket.exists()
            or call(["/usr/bin/docker", "info"], env={"DOCKER_HOST": f"unix://{socket}"}, may_fail=True).returncode
        ):
            if process.poll() is not None or time.monotonic() > deadline:
                said = (home / "log").read_text(errors="replace")[-2000:]
                raise ProvingError(f"dockerd does not start:\n{said}")
            time.sleep(0.5)
        say("a Docker engine of our own is up")
        yield socket
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        call(["umount", run / "exec" / "netns" / "default"], may_fail=True)  # the daemon leaves it mounted
        shutil.rmtree(run, ignore_errors=True)


def _add_compose(client: str, env: dict[str, str]) -> None:
    """Make sure that `docker compose` is version 2."""
    if call([client, "compose", "version"], env=env, may_fail=True).returncode == 0:
        return
    plugin = Path(env["DOCKER_CONFIG"]) / "cli-plugins" / "docker-compose"
    folder = CACHE / "compose-package"
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(_TRIXIE)
    options = [
        *("-o", f"Dir::Etc::sourcelist={folder / 'sources.list'}", "-o", "Dir::Etc::sourceparts=/dev/null"),
        *("-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder}", "-o", "APT::Sandbox::User=root"),
    ]
    call(["apt-get", *options, "update"], seconds=300)
    call(["apt-get", *options, "download", "docker-compose"], seconds=300, cwd=folder)
    package = next(folder.glob("docker-compose_*.deb"))
    call(["dpkg-deb", "-x", package, folder / "unpacked"])
    found = folder / "unpacked" / "usr" / "libexec" / "docker" / "cli-plugins" / "docker-compose"
    shutil.copy(found, plugin)
    say(text([client, "compose", "version"], env=env).strip() + ", from Debian trixie")
