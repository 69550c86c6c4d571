"""The composition of the embedded stack: what `make run`, a rehearsal and the whole-system tests start."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from embedded.children.child import Child
from embedded.children.probes import grpc_answers, http_answers, http_ok, pid_file_says, touched_lately
from embedded.children.supervisor import Supervisor
from embedded.errors import StackError
from embedded.home import HomeLock, make_home, write_addresses
from embedded.ports import LOOPBACK, check_free, free_ports
from embedded.servers.postgres import SERVICE, Postgres
from embedded.servers.temporal import NAMESPACE, SEARCH_ATTRIBUTES, Temporal
from models.said import said
from service.access.keys import Keys, KeysError, ensure_keys
from service.pulse import PULSE_S
from settings import Settings

CHILDREN = ("temporal", "postgres", "carrier", "worker", "api")
_SERVERS = ("postgres", "migrate", "temporal")
"""What must be ready before ours start."""
_ROOT = Path(__file__).resolve().parents[1]
_START = datetime.fromisoformat("2018-05-20T09:00:00+09:00")


@dataclass(frozen=True, kw_only=True)
class Urls:
    """Where the parts of a running stack answer."""

    api: str
    carrier: str
    temporal: str
    """`host:port`."""
    ui: str | None


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where a stack listens, on loopback."""

    api: int
    temporal: int
    """The gRPC door."""
    carrier: int
    """The stand-in for NTT and for the storage service."""
    ui: int | None = None
    """The Web UI; None leaves it out."""
    metrics: int | None = None
    """The worker's page of figures; None leaves it out."""

    @classmethod
    def free(cls) -> Ports:
        """Ports that nothing uses now, without the Web UI."""
        api, temporal, carrier, metrics = free_ports(4)
        return cls(api=api, temporal=temporal, carrier=carrier, metrics=metrics)

    @property
    def by_variable(self) -> dict[str, int]:
        """Environment variable → port."""
        named = {
            "KEIYAKU_API_PORT": self.api,
            "KEIYAKU_TEMPORAL_PORT": self.temporal,
            "KEIYAKU_UI_PORT": self.ui,
            "KEIYAKU_CARRIER_PORT": self.carrier,
            "KEIYAKU_METRICS_PORT": self.metrics,
        }
        return {variable: port for variable, port in named.items() if port is not None}


class EmbeddedStack:
    """Everything of one home: the packaged servers, the carrier's stand-in, worker and API.

    Lives in one event loop, in one thread (see `Supervisor`).
    """

    def __init__(
        self,
        home: Path,
        *,
        ports: Ports,
        clock: datetime | Literal["real"] = _START,
        samples: bool = False,
        extra_env: Mapping[str, str] | None = None,
        search_attributes: Mapping[str, str] = SEARCH_ATTRIBUTES,
        server_values: tuple[str, ...] = (),
        say: Callable[[str], None] = print,
    ) -> None:
        """Decide everything; nothing is written or started yet.

        Args:
            home: the directory of everything written; made when missing.
            ports: where it listens.
            clock: the business moment at which a new home begins; `real` for no rehearsal.
            samples: whether a new home begins with sample contracts and members.
            extra_env: variables for the children, over everything else.
            search_attributes: name → type, made sure of at every start.
            server_values: more dynamic configuration of the Temporal server, `name=value`.
            say: takes one line for the console.
        """
        self.home = home.absolute()
        self.ports = ports
        self.urls = Urls(
            api=f"http://{LOOPBACK}:{ports.api}",
            carrier=f"http://{LOOPBACK}:{ports.carrier}",
            temporal=f"{LOOPBACK}:{ports.temporal}",
            ui=None if ports.ui is None else f"http://{LOOPBACK}:{ports.ui}",
        )
        self.smtp_port = next(port for port in free_ports(6) if port not in ports.by_variable.values())
        """Of the mail catcher inside the carrier's stand-in."""
        self.clock = clock
        self.rehearsal = clock != "real"
        self.samples = samples
        self._extra_env = dict(extra_env or {})
        self._say = say
        self._temporal = Temporal(
            database=self.home / "temporal.db",
            port=ports.temporal,
            ui_port=ports.ui,
            rehearsal=self.rehearsal,
            search_attributes=search_attributes,
            values=server_values,
        )
        self._postgres: Postgres | None = None
        self._supervisor: Supervisor | None = None
        self._keys: Keys | None = None
        self._lock: HomeLock | None = None

    @classmethod
    def from_settings(cls, settings: Settings, *, say: Callable[[str], None] = print) -> Self:
        """The stack of `make run`."""
        return cls(
            settings.home,
            ports=Ports(
                api=settings.api_port,
                temporal=settings.temporal_port,
                ui=settings.ui_port,
                carrier=settings.carrier_port,
                metrics=settings.metrics_port,
            ),
            clock=settings.clock,
            samples=settings.samples,
            say=say,
        )

    @property
    def keys(self) -> Keys:
        """The keys of the home; there once `start` has begun."""
        if self._keys is None:
            raise StackError(said("not_begun", home=self.home))
        return self._keys

    @property
    def database_url(self) -> str:
        """The database as its owner, for SQLAlchemy with psycopg 3; the same at every start of a home."""
        return self.postgres.url()

    @property
    def postgres(self) -> Postgres:
        """The database server; looked up at its first use."""
        if self._postgres is None:
            self._postgres = Postgres.at(self.home / "pg")
        return self._postgres

    @property
    def pids(self) -> dict[str, int]:
        """Name → pid of the running children."""
        return self._running().pids

    def env(self) -> dict[str, str]:
        """What the children see: the caller's environment, with every setting that concerns this stack replaced.

        TEMPORAL_* and Temporal's profile file are left out: they may point at another cluster. Loopback is
        exempt from proxies.
        """
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
        exempt = ",".join(filter(None, (inherited.get("NO_PROXY") or inherited.get("no_proxy"), LOOPBACK, "localhost")))
        clock = self.clock if isinstance(self.clock, str) else self.clock.isoformat()
        return {
            **inherited,
            "NO_PROXY": exempt,
            "no_proxy": exempt,
            "PYTHONUNBUFFERED": "1",
            "TEMPORAL_ADDRESS": self.urls.temporal,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "KEIYAKU_HOME": str(self.home),
            **{variable: str(port) for variable, port in self.ports.by_variable.items()},
            "KEIYAKU_CLOCK": clock,
            "KEIYAKU_REHEARSAL": "1" if self.rehearsal else "0",
            "KEIYAKU_SAMPLES": "1" if self.samples else "0",
            "KEIYAKU_SAMPLE_ITEMS": "1",
            "KEIYAKU_DATABASE_URL": self.postgres.url(user=SERVICE),
            "KEIYAKU_KEYS_FILE": str(self.home / "keys.json"),
            "KEIYAKU_CARRIER_SECRET": self.keys.carrier_webhook_secret,
            "KEIYAKU_CARRIER_URL_EAST": self.urls.carrier,
            "KEIYAKU_CARRIER_URL_WEST": self.urls.carrier,
            "KEIYAKU_STORAGE_URL": self.urls.carrier,
            "KEIYAKU_CALLBACK_URL": self.urls.api,
            "KEIYAKU_SMTP_HOST": LOOPBACK,
            "KEIYAKU_SMTP_PORT": str(self.smtp_port),
            "KEIYAKU_SMTP_TLS": "none",
            "KEIYAKU_SMTP_USER": "",
            "KEIYAKU_SMTP_PASSWORD": "",
            **self._extra_env,
        }

    async def start(self) -> None:
        """Start everything and return when all of it is ready.

        Raises:
            PortTakenError: before anything is started.
            HomeBusyError: another keiyaku runs this home.
            ChildFailedError: a child did not become ready five times in a row. Everything has been stopped.
            StackError: the home, the keys or a server cannot be used; the message says why.
        """
        if self._supervisor is not None:
            raise StackError(said("runs_already", home=self.home))
        make_home(self.home)
        lock = HomeLock(self.home)
        try:
            check_free(self.ports.by_variable)
            self._keys = self._ensure_keys()
            self._tell_account()
            (self.home / "logs").mkdir(mode=0o700, exist_ok=True)
            write_addresses(self.home, {"temporal": self.urls.temporal, "api": self.urls.api})
            supervisor = Supervisor(self._children(), home=self.home, say=self._say)
        except BaseException:
            lock.release()
            raise
        self._lock, self._supervisor = lock, supervisor
        self._say(said("starting", home=self.home))
        try:
            await supervisor.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End everything in reverse order, within 10 seconds; harmless when repeated."""
        if self._supervisor is not None:
            await self._supervisor.stop()
            self._supervisor = None
            await self.postgres.end_orphans()
            self.postgres.clean()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    async def until_failed(self) -> None:
        """Wait for what stops everything; for ever if nothing does.

        Raises:
            ChildFailedError: a child did not become ready five times in a row. The caller stops.
            StackError: a child can no longer be started.
        """
        await self._running().until_failed()

    def kill(self, name: str) -> None:
        """SIGKILL a child of `CHILDREN`; it is started again at once."""
        self._running().kill(name)

    async def hold(self, name: str, *, hard: bool = False) -> None:
        """End a child, by SIGKILL if `hard`, and keep it away until `release`."""
        await self._running().hold(name, hard=hard)

    async def release(self, name: str) -> None:
        """Start a held child and return when it is ready."""
        supervisor = self._running()
        supervisor.release(name)
        await supervisor.wait_ready(name)

    async def wait_ready(self, name: str) -> None:
        """Wait until a child is ready.

        Raises:
            StackError: something failed for good meanwhile.
        """
        await self._running().wait_ready(name)

    async def wait_restarted(self, name: str, *, after: int) -> None:
        """Wait until a child runs as another process than `after` and is ready: what follows a `kill`."""
        await self._running().wait_restarted(name, after=after)

    def kill_all(self) -> None:
        """SIGKILL every child, for a person who will not wait; `stop` still has to follow."""
        if self._supervisor is not None:
            self._supervisor.kill_all()

    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise StackError(said("not_running", home=self.home))
        return self._supervisor

    def _ensure_keys(self) -> Keys:
        try:
            return ensure_keys(self.home / "keys.json")
        except KeysError as error:
            raise StackError(*error.args) from None

    def _tell_account(self) -> None:
        account = self.postgres.account
        if account is None:
            return
        passing = "" if account.keeps is None else said("passes")
        self._say(said("runs_as", account=account.name, passing=passing))

    def _children(self) -> list[Child]:
        """In the order of starting. The two servers come up side by side; ours follow when both are there."""
        postgres, env = self.postgres, self.env()
        return [
            Child(
                name="postgres",
                command=postgres.command,
                env=postgres.env,
                log=self._log("postgres"),
                before=postgres.prepare,
                ready=postgres.is_ready,
                alive=lambda _pid: postgres.answers(),
                account=postgres.account,
                stop_signal=signal.SIGINT,  # SIGTERM would wait for every client
                death_signal=signal.SIGINT,
            ),
            Child(
                name="migrate",
                command=_cli("migrate"),
                env={**env, "KEIYAKU_OWNER_DATABASE_URL": self.database_url},
                cwd=_ROOT,
                log=self._log("migrate"),
                needs=("postgres",),
                once=True,
            ),
            Child(
                name="temporal",
                command=self._temporal.command,
                env=self._temporal.env,
                log=self._log("temporal"),
                ready=self._temporal.is_ready,
                alive=lambda _pid: grpc_answers(self.ports.temporal),
            ),
            self._door("carrier", self.ports.carrier, stop_seconds=1.0),
            worker_child("worker", self.home, env=self.env(), log=self._log("worker"), needs=_SERVERS),
            self._door("api", self.ports.api, stop_seconds=1.5),
        ]

    def _door(self, name: str, port: int, *, stop_seconds: float) -> Child:
        async def ready(_pid: int) -> bool:
            return await http_ok(port, "/healthz")

        async def alive(_pid: int) -> bool:
            return await http_answers(port, "/healthz")

        return Child(
            name=name,
            command=_cli(name),
            env=self.env(),
            cwd=_ROOT,
            log=self._log(name),
            ready=ready,
            alive=alive,
            needs=_SERVERS,
            stop_seconds=stop_seconds,
        )

    def _log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"


def worker_child(name: str, home: Path, *, env: Mapping[str, str], log: Path, needs: tuple[str, ...] = ()) -> Child:
    """A worker that says in its home that it is ready, and again every few seconds that it is alive."""
    ready_file = home / "worker.ready"

    async def forget() -> None:
        """A number left by an earlier worker could be the next one's."""
        ready_file.unlink(missing_ok=True)

    async def ready(pid: int) -> bool:
        return pid_file_says(ready_file, pid)

    async def alive(_pid: int) -> bool:
        return touched_lately(ready_file, PULSE_S * 3)

    return Child(
        name=name,
        command=_cli("worker"),
        env=env,
        cwd=_ROOT,
        log=log,
        ready=ready,
        alive=alive,
        needs=needs,
        stop_seconds=3.0,
        before=forget,
    )


def _cli(command: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "cli", command)


@asynccontextmanager
async def stack(settings: Settings, *, say: Callable[[str], None] = print) -> AsyncIterator[EmbeddedStack]:
    """The stack of `make run`, running inside the block.

    Raises:
        StackError: as `EmbeddedStack.start`.
    """
    running = EmbeddedStack.from_settings(settings, say=say)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
