"""`deploy/mtls.yml` as it is: only who has a certificate connects, and only who has the right token is served.

Run by hand or by `make test-cluster`, as the topology beside it. Certificates, keys and tokens come from `openssl`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import ListNamespacesRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from deploy.cluster.build import binary
from deploy.cluster.postgres import Database
from deploy.cluster.topology import ROOT, TEMPORAL_PASSWORD
from embedded.children.child import Child
from embedded.children.supervisor import Supervisor
from embedded.home import temporary_home
from embedded.ports import LOOPBACK, free_ports
from embedded.servers.postgres import Postgres

pytestmark = pytest.mark.timeout(1_800)

NAMESPACE = "keiyaku"
PORTS = ("frontend", "internal-frontend", "history", "matching", "worker")


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """A certificate authority's folder and the key that signs tokens."""

    folder: Path

    def make(self) -> None:
        """Make everything that deploy/mtls.yml asks for."""
        self.folder.mkdir()
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Keiyaku CA",
                      "-keyout", "ca.key", "-out", "ca.pem")  # fmt: skip
        for name, subject in (("server", "temporal"), ("client", "keiyaku")):
            self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={subject}",
                          "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
            (self.folder / f"{name}.ext").write_text(f"subjectAltName=DNS:{subject}\n")
            self._openssl("x509", "-req", "-days", "2", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                          "-CAcreateserial", "-extfile", f"{name}.ext", "-out", f"{name}.pem")  # fmt: skip
        self._openssl("genrsa", "-out", "token.key", "2048")
        said = self._openssl("rsa", "-in", "token.key", "-noout", "-modulus").decode()
        modulus = bytes.fromhex(said.strip().partition("=")[2])
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": _url(modulus), "e": "AQAB"}
        (self.folder / "keys.jwks").write_text(json.dumps({"keys": [key]}))

    def token(self, *permissions: str) -> str:
        """A token with these permissions, good for an hour."""
        head = {"alg": "RS256", "kid": "one", "typ": "JWT"}
        body = {"sub": "test", "permissions": permissions, "exp": int(time.time()) + 3_600}
        signed = ".".join(_url(json.dumps(each).encode()) for each in (head, body))
        signature = self._openssl("dgst", "-sha256", "-sign", "token.key", given=signed.encode())
        return f"{signed}.{_url(signature)}"

    def _openssl(self, *words: str, given: bytes | None = None) -> bytes:
        done = subprocess.run(["openssl", *words], cwd=self.folder, input=given, capture_output=True, check=False)  # noqa: S603, S607
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


def _url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server, and how our processes' own configuration reaches it."""

    address: str
    secrets: Secrets

    async def connect(self, *permissions: str, certificate: bool = True) -> Client:
        """A client as `worker.connect` makes it, from the variables that deploy/mtls.yml passes on."""
        variables = {key: str(value) for key, value in _laid_over()["worker"]["environment"].items()}
        variables = {key: value.replace("/run/tls", str(self.secrets.folder)) for key, value in variables.items()}
        del variables["TEMPORAL_API_KEY"]
        if permissions:
            variables["TEMPORAL_API_KEY"] = self.secrets.token(*permissions)
        if not certificate:
            del variables["TEMPORAL_TLS_CLIENT_CERT_PATH"], variables["TEMPORAL_TLS_CLIENT_KEY_PATH"]
        config = ClientConfig.load_client_connect_config(disable_file=True, override_env_vars=variables)
        config["target_host"], config["namespace"] = self.address, NAMESPACE
        return await Client.connect(**config)


def _laid_over() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "deploy" / "mtls.yml").read_text(encoding="utf-8"))["services"])


@asynccontextmanager
async def _server(home: Path) -> AsyncIterator[Server]:
    """PostgreSQL and one process of all roles, with exactly the variables of compose and of mtls.yml."""
    secrets = Secrets(folder=home / "tls")
    secrets.make()
    ports = free_ports(3 + 2 * len(PORTS))
    database = Database(
        packaged=Postgres.at(home / "pg"),
        port=ports[0],
        max_connections=100,
        passwords={"temporal": TEMPORAL_PASSWORD},
    )
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    env = compose["services"]["temporal"]["environment"] | _laid_over()["temporal"]["environment"]
    env = {key: str(value).replace("/run/tls", str(secrets.folder)) for key, value in env.items()}
    env |= {
        "PATH": os.environ.get("PATH", os.defpath),
        "LOG_LEVEL": "warn",
        "DB_PORT": str(ports[0]),
        "POSTGRES_SEEDS": LOOPBACK,
        "POSTGRES_PWD": TEMPORAL_PASSWORD,
        "NUM_HISTORY_SHARDS": "4",
        "BIND_ON_IP": LOOPBACK,
        "DYNAMIC_CONFIG_FILE_PATH": str(ROOT / "deploy" / "temporal.yaml"),
        "TEMPORAL_JWT_KEY_SOURCE1": (secrets.folder / "keys.jwks").as_uri(),
        "FRONTEND_HTTP_PORT": str(ports[1]),
        "INTERNAL_FRONTEND_HTTP_PORT": str(ports[2]),
    }
    del env["PROMETHEUS_ENDPOINT"]
    for number, role in enumerate(PORTS):
        name = role.upper().replace("-", "_")
        env |= {f"{name}_GRPC_PORT": str(ports[3 + 2 * number]), f"{name}_MEMBERSHIP_PORT": str(ports[4 + 2 * number])}
    address = f"{LOOPBACK}:{ports[3]}"
    served = Server(address=address, secrets=secrets)
    cluster = str(await binary())

    async def ready(_pid: int) -> bool:
        try:
            client = await served.connect("temporal-system:admin")
            return await client.service_client.check_health()
        except (RPCError, RuntimeError):
            return False

    children = [
        Child(name="postgres", command=database.command, env=database.packaged.env, log=home / "postgres.log",
              before=database.prepare, ready=database.is_ready, account=database.packaged.account),
        Child(name="schema", command=(cluster, "schema"), env=env, log=home / "schema.log", needs=("postgres",),
              once=True, start_seconds=240),
        Child(name="temporal", command=(cluster, "start"), env=env, log=home / "temporal.log", ready=ready,
              needs=("schema",), start_seconds=240),
    ]  # fmt: skip
    supervisor = Supervisor(children, home=home, say=lambda _: None)
    await supervisor.start()
    try:
        yield served
    finally:
        await supervisor.stop()


@dataclass(frozen=True, kw_only=True)
class Found:
    """What became of each way to call."""

    without_certificate: str
    without_token: RPCStatusCode | None
    stranger: RPCStatusCode | None
    reader_starts: RPCStatusCode | None
    writer_starts: RPCStatusCode | None
    writer_lists_namespaces: RPCStatusCode | None


async def _try(home: Path) -> Found:
    async with _server(home) as server:
        admin = await server.connect("temporal-system:admin")
        await _namespace(admin)
        try:
            await server.connect("temporal-system:admin", certificate=False)
            without_certificate = "connected"
        except RuntimeError as error:
            without_certificate = str(error)
        writer = await server.connect(f"{NAMESPACE}:write")
        writer_starts = None
        for _ in range(60):  # hosts read a new namespace a little later
            writer_starts = await _starts(writer)
            if writer_starts is not RPCStatusCode.NOT_FOUND:
                break
            await asyncio.sleep(0.5)
        return Found(
            without_certificate=without_certificate,
            without_token=await _starts(await server.connect()),
            stranger=await _starts(await server.connect("other:write")),
            reader_starts=await _starts(await server.connect(f"{NAMESPACE}:read")),
            writer_starts=writer_starts,
            writer_lists_namespaces=await _lists(writer),
        )


async def _namespace(admin: Client) -> None:
    keep = Duration(seconds=86_400)
    request = RegisterNamespaceRequest(namespace=NAMESPACE, workflow_execution_retention_period=keep)
    await admin.workflow_service.register_namespace(request, timeout=timedelta(seconds=30))


async def _starts(client: Client) -> RPCStatusCode | None:
    try:
        await client.start_workflow("Nothing", id=f"w{time.monotonic_ns()}", task_queue="nobody")
    except RPCError as error:
        return error.status
    return None


async def _lists(client: Client) -> RPCStatusCode | None:
    try:
        await client.workflow_service.list_namespaces(ListNamespacesRequest(), timeout=timedelta(seconds=30))
    except RPCError as error:
        return error.status
    return None


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    """One server, asked in every way."""
    with temporary_home("keiyaku-mtls-") as home:
        yield asyncio.run(_try(home))


def test_nobody_connects_without_a_certificate(found: Found) -> None:
    """The handshake fails, whatever the token."""
    assert found.without_certificate != "connected"


def test_a_token_decides(found: Found) -> None:
    """Without a token, with another namespace's, or with a reader's nothing is started; with a writer's it is."""
    denied = RPCStatusCode.PERMISSION_DENIED
    assert (found.without_token, found.stranger, found.reader_starts) == (denied, denied, denied)
    assert found.writer_starts is None


def test_our_processes_may_not_administer(found: Found) -> None:
    """What our processes hold is no right over the cluster."""
    assert found.writer_lists_namespaces is RPCStatusCode.PERMISSION_DENIED
