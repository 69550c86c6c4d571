"""The production topology on loopback, every part a process of its own.

One PostgreSQL; of Temporal's roles two histories, two matchings, two frontends and one worker service, the doubles on
127.0.0.1 and 127.0.0.2 under the same ports; three of our workers, two APIs; a TCP proxy in front of the frontends and
one in front of the APIs; the stand-in for NTT.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import httpx

from deploy.cluster.build import binary
from deploy.cluster.load import SCRIPT
from deploy.cluster.postgres import Database
from deploy.connections import Ours, Temporal, server
from embedded.children.child import Child
from embedded.children.probes import http_ok, pid_file_says
from embedded.children.supervisor import Supervisor
from embedded.ports import LOOPBACK, free_ports
from embedded.servers.postgres import Postgres
from embedded.servers.temporal import SEARCH_ATTRIBUTES
from service.access.keys import Keys, ensure_keys

ROOT = Path(__file__).resolve().parents[2]
NAMESPACE = "keiyaku"
HOSTS = (LOOPBACK, "127.0.0.2")
ROLES = {"history": HOSTS, "matching": HOSTS, "frontend": HOSTS, "worker": HOSTS[:1]}
"""Temporal's role → the addresses it runs on."""
WORKERS = 3
APIS = 2
SHARDS = 16
TEMPORAL_POOLS = Temporal(roles=sum(len(hosts) for hosts in ROLES.values()), store=8, visibility=3)
"""Small pools: the roles are many here, and their load is not."""
MAX_CONNECTIONS = server(TEMPORAL_POOLS.most, Ours(workers=WORKERS, apis=APIS, relays=0).most)
PASSWORD = "p@ss/w#rd: 100%"  # noqa: S105 - of a database that lives for one test; every character is meant to hurt
TEMPORAL_PASSWORD = "p@ss/w#rd:100%"  # noqa: S105 - the same without a space, which Temporal's own quoting loses


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where everything listens; Temporal's roles use theirs on each address."""

    postgres: int
    frontends: int
    """The proxy in front of Temporal."""
    apis: int
    """The proxy in front of our doors."""
    carrier: int
    smtp: int
    api: tuple[int, ...]
    grpc: dict[str, int]
    membership: dict[str, int]
    http: int

    @classmethod
    def free(cls) -> Ports:
        """Ports that nothing uses now."""
        found = iter(free_ports(6 + APIS + 2 * len(ROLES)))
        return cls(
            postgres=next(found),
            frontends=next(found),
            apis=next(found),
            carrier=next(found),
            smtp=next(found),
            http=next(found),
            api=tuple(next(found) for _ in range(APIS)),
            grpc={role: next(found) for role in ROLES},
            membership={role: next(found) for role in ROLES},
        )


@dataclass(frozen=True, kw_only=True)
class Topology:
    """What runs, and where it keeps its files."""

    home: Path
    cluster: Path
    """The program of `deploy/cluster`."""
    ports: Ports = field(default_factory=Ports.free)

    @property
    def killable(self) -> list[str]:
        """Every process that stays, in the order of starting."""
        return [child.name for child in self.children() if not child.once]

    @property
    def keys(self) -> Keys:
        """The keys of our doors."""
        return ensure_keys(self.home / "keys.json")

    @property
    def database_url(self) -> str:
        """Our database, its password quoted as the runbook says."""
        return f"postgresql://keiyaku:{quote(PASSWORD, safe='')}@{LOOPBACK}:{self.ports.postgres}/keiyaku"

    @property
    def apis(self) -> list[str]:
        """Where our doors answer, each API for itself."""
        return [f"http://{LOOPBACK}:{port}" for port in self.ports.api]

    @property
    def temporal(self) -> str:
        """`host:port` of the frontends' proxy."""
        return f"{LOOPBACK}:{self.ports.frontends}"

    def children(self) -> list[Child]:
        """In the order of starting."""
        return [
            self._postgres(),
            self._temporal_job("schema", "schema", needs=("postgres",)),
            *(self._role(role, at) for role in ROLES for at in range(len(ROLES[role]))),
            self._proxy("frontends", self.ports.frontends, [f"{host}:{self.ports.grpc['frontend']}" for host in HOSTS]),
            self._namespace(),
            self._ours("migrate", "migrate", needs=("postgres",), once=True),
            self._ours("carrier", "carrier", ready=lambda _pid: http_ok(self.ports.carrier, "/healthz")),
            *(self._worker(f"worker-{number + 1}") for number in range(WORKERS)),
            *(self._api(f"api-{number + 1}", port) for number, port in enumerate(self.ports.api)),
            self._proxy("apis", self.ports.apis, [f"{LOOPBACK}:{port}" for port in self.ports.api]),
        ]

    def keiyaku(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command of the console on it."""
        command = (sys.executable, "-m", "cli", *words, "--lang", "en")
        env = self._env("console")
        return subprocess.run(command, cwd=ROOT, env=env, text=True, capture_output=True, check=False, timeout=300)  # noqa: S603

    # --- PostgreSQL ----------------------------------------------------------------------------------------------

    @property
    def database(self) -> Database:
        """The PostgreSQL of both stores."""
        return Database(
            packaged=Postgres.at(self.home / "pg"),
            port=self.ports.postgres,
            max_connections=MAX_CONNECTIONS,
            passwords={"temporal": TEMPORAL_PASSWORD, "keiyaku": PASSWORD},
        )

    def _postgres(self) -> Child:
        database = self.database
        return Child(
            name="postgres",
            command=database.command,
            env=database.packaged.env,
            log=self._log("postgres"),
            before=database.prepare,
            ready=database.is_ready,
            account=database.packaged.account,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    # --- Temporal ------------------------------------------------------------------------------------------------

    def _temporal_env(self, host: str = LOOPBACK) -> dict[str, str]:
        """The variables of the published server image, as docker-compose.yml sets them."""
        ports = {f"{role.upper()}_GRPC_PORT": str(port) for role, port in self.ports.grpc.items()}
        ports |= {f"{role.upper()}_MEMBERSHIP_PORT": str(port) for role, port in self.ports.membership.items()}
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LOG_LEVEL": "warn",
            "DB": "postgres12",
            "DB_PORT": str(self.ports.postgres),
            "POSTGRES_SEEDS": LOOPBACK,
            "POSTGRES_USER": "temporal",
            "POSTGRES_PWD": TEMPORAL_PASSWORD,
            "DBNAME": "temporal",
            "VISIBILITY_DBNAME": "temporal_visibility",
            "SQL_MAX_CONNS": str(TEMPORAL_POOLS.store),
            "SQL_MAX_IDLE_CONNS": str(TEMPORAL_POOLS.store),
            "SQL_VIS_MAX_CONNS": str(TEMPORAL_POOLS.visibility),
            "SQL_VIS_MAX_IDLE_CONNS": str(TEMPORAL_POOLS.visibility),
            "NUM_HISTORY_SHARDS": str(SHARDS),
            "BIND_ON_IP": host,
            "TEMPORAL_BROADCAST_ADDRESS": host,
            "CLUSTER_RPC_ADDRESS": self.temporal,
            "FRONTEND_HTTP_PORT": str(self.ports.http),
            "DYNAMIC_CONFIG_FILE_PATH": str(ROOT / "deploy" / "temporal.yaml"),
            **ports,
        }

    def _temporal_job(self, name: str, *words: str, needs: tuple[str, ...]) -> Child:
        return Child(
            name=name,
            command=(str(self.cluster), *words),
            env=self._temporal_env(),
            log=self._log(name),
            needs=needs,
            once=True,
            start_seconds=240,
        )

    def _namespace(self) -> Child:
        attributes = [f"--search-attribute={name}={kind}" for name, kind in SEARCH_ATTRIBUTES.items()]
        words = ("namespace", "--address", self.temporal, "--name", NAMESPACE, "--within=3m", *attributes)
        return self._temporal_job("namespace", *words, needs=("frontends",))

    def _role(self, role: str, at: int) -> Child:
        host = ROLES[role][at]
        name = "worker-service" if role == "worker" else f"{role}-{at + 1}"
        return Child(
            name=name,
            command=(str(self.cluster), "start", "--service", role),
            env=self._temporal_env(host),
            log=self._log(name),
            ready=lambda _pid: _listens(host, self.ports.grpc[role]),
            needs=("postgres", "schema"),
            stop_seconds=5,
            start_seconds=180,
        )

    # --- ours ----------------------------------------------------------------------------------------------------

    def _env(self, name: str, **more: str) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("TEMPORAL_", "KEIYAKU_"))}
        carrier, secret = f"http://{LOOPBACK}:{self.ports.carrier}", self.keys.carrier_webhook_secret
        return {
            **inherited,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "NO_PROXY": ",".join((*HOSTS, "localhost")),
            "TEMPORAL_ADDRESS": self.temporal,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "KEIYAKU_HOME": str(self.home / name),
            "KEIYAKU_KEYS_FILE": str(self.home / "keys.json"),
            "KEIYAKU_CLOCK": "real",
            "KEIYAKU_DATABASE_URL": self.database_url,
            "KEIYAKU_CARRIER_URL_EAST": carrier,
            "KEIYAKU_CARRIER_URL_WEST": carrier,
            "KEIYAKU_CARRIER_PORT": str(self.ports.carrier),
            "KEIYAKU_CARRIER_SECRET": secret,
            "KEIYAKU_STORAGE_URL": carrier,
            "KEIYAKU_CALLBACK_URL": f"http://{LOOPBACK}:{self.ports.apis}",
            "KEIYAKU_SMTP_HOST": LOOPBACK,
            "KEIYAKU_SMTP_PORT": str(self.ports.smtp),
            **more,
        }

    def _ours(
        self,
        name: str,
        command: str,
        *,
        needs: tuple[str, ...] = ("postgres", "migrate", "namespace"),
        ready: Callable[[int], Awaitable[bool]] | None = None,
        once: bool = False,
        **env: str,
    ) -> Child:
        child = Child(
            name=name,
            command=(sys.executable, "-m", "cli", command),
            env=self._env(name, **env),
            cwd=ROOT,
            log=self._log(name),
            needs=needs,
            once=once,
            start_seconds=180,
            stop_seconds=25,
        )
        return child if ready is None else replace(child, ready=ready)

    def _worker(self, name: str) -> Child:
        file = self.home / name / "worker.ready"

        async def ready(pid: int) -> bool:
            return pid_file_says(file, pid)

        return self._ours(name, "worker", ready=ready)

    def _api(self, name: str, port: int) -> Child:
        return self._ours(name, "api", ready=lambda _pid: http_ok(port, "/healthz"), KEIYAKU_API_PORT=str(port))

    def _proxy(self, name: str, port: int, behind: list[str]) -> Child:
        return Child(
            name=name,
            command=(sys.executable, "-m", "deploy.cluster.proxy", f"{LOOPBACK}:{port}", *behind),
            env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            log=self._log(name),
            ready=lambda _pid: _listens(LOOPBACK, port),
        )

    def _log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"


@asynccontextmanager
async def running(home: Path, say: Callable[[str], None]) -> AsyncIterator[tuple[Topology, Supervisor]]:
    """The topology in an empty home, for the length of the block; the stand-in knows what NTT answers.

    Raises:
        StackError: it cannot be started.
    """
    topology = Topology(home=home, cluster=await binary())
    (home / "logs").mkdir()
    supervisor = Supervisor(topology.children(), home=home, say=say)
    began = time.monotonic()
    await supervisor.start()
    try:
        say(f"{len(topology.killable)} processes after {time.monotonic() - began:.0f} s: {topology.killable}")
        async with httpx.AsyncClient(trust_env=False) as http:
            script = f"http://{LOOPBACK}:{topology.ports.carrier}/scripts/default"
            (await http.put(script, json=SCRIPT)).raise_for_status()
        yield topology, supervisor
    finally:
        await supervisor.stop()


async def _listens(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
