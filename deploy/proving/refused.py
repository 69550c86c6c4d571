"""What the composition must refuse: settings that would fail later, one process too many, commands past our doors."""

from __future__ import annotations

import asyncio
import json
import time

import yaml

from deploy.cluster.load import Load
from deploy.connections import API, RELAY, RESERVED, WORKER
from deploy.proving.images import ROOT
from deploy.proving.shell import ProvingError, say
from deploy.proving.stack import Stack
from models.tables.database.connections import OTHERS

WITHIN_SECONDS = 240.0
WEBHOOK = ("--env", "KEIYAKU_WEBHOOK_URL=http://stand-in:8100/hook", "--env", "KEIYAKU_WEBHOOK_SECRET=")
BAD_SETTINGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("worker", WEBHOOK, "KEIYAKU_WEBHOOK_URL needs KEIYAKU_WEBHOOK_SECRET"),
    ("relay", WEBHOOK, "KEIYAKU_WEBHOOK_URL needs KEIYAKU_WEBHOOK_SECRET"),
    ("api", ("--env", "KEIYAKU_DOOR_SECRET=short"), "KEIYAKU_DOOR_SECRET: must have at least"),
    ("worker", ("--env", "KEIYAKU_SPREAD_S=soon"), "KEIYAKU_SPREAD_S"),
    ("api", ("--env", "KEIYAKU_OIDC_ISSUER=https://idp.example"), "KEIYAKU_OIDC_AUDIENCE"),
)
"""Service, what it is told otherwise, and what it says before it ends."""
PAST_THE_DOORS = (
    ("line_notice", {"notice_id": "n1", "kind": "terminated", "effective_on": "2018-07-01"}, "NOT_PUBLISHED"),
    ("cancel", {"channel": "paper", "received_at": "2018-06-01T00:00:00+09:00", "seal": "1.00"}, "BAD_SEAL"),
)
"""Updates that anybody who reaches Temporal could send: name, input and the code of the refusal."""


def settings(stack: Stack) -> None:
    """Nothing starts without a setting that has no default, with a bad one, or with keys it cannot read.

    Raises:
        ProvingError: something starts, or does not say what is wrong.
    """
    told = (stack.folder / ".env").read_text()
    bare = stack.folder / "bare.env"
    required = sorted(set(_required()))
    for name in required:
        lines = (line for line in told.splitlines(keepends=True) if not line.startswith(f"{name}="))
        bare.write_text("".join(lines))
        _must_say(stack.refuses("config", "--quiet", env_file=bare), name)
    for service, otherwise, sentence in BAD_SETTINGS:
        _must_say(stack.refuses("run", "--rm", "--no-deps", "-T", *otherwise, service), sentence)
    closed = stack.folder / "closed.json"
    closed.write_text(json.dumps(stack.keys))
    closed.chmod(0o400)
    elsewhere = ("--volume", f"{closed}:/closed.json:ro", "--env", "KEIYAKU_KEYS_FILE=/closed.json")
    for service in ("api", "worker", "relay"):
        words = (*elsewhere, "--env", "KEIYAKU_DOOR_SECRET=", service)
        _must_say(stack.refuses("run", "--rm", "--no-deps", "-T", *words), "cannot be read")
    say(f"refused: {len(required)} settings left out, {len(BAD_SETTINGS)} bad ones, keys of another account")


async def one_too_many(stack: Stack, load: Load) -> None:
    """Workers are added until the database has no room: the last says so and does not start, the others go on.

    Raises:
        ProvingError: it starts, or says something else.
    """
    there = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    (limit,) = (
        int(word.partition("=")[2]) for word in there["services"]["keiyaku-db"]["command"] if "max_conn" in word
    )
    before = stack.workers
    fit = (limit - RESERVED - OTHERS - API - RELAY) // WORKER
    stack.workers = fit
    await asyncio.to_thread(stack.replace, "worker")
    await load.progress(1)
    asked = (fit + 1) * WORKER + API + RELAY + OTHERS
    sentence = f"with this process {asked} could be asked for: raise max_connections to {asked + RESERVED}"
    more = ("up", "--detach", "--no-build", "--no-deps", "--scale", f"worker={fit + 1}", "worker")
    await asyncio.to_thread(stack.compose, *more)
    deadline = time.monotonic() + WITHIN_SECONDS
    while sentence not in (said := stack.compose("logs", "--no-color", "--tail", "20", "worker")):
        if time.monotonic() > deadline:
            raise ProvingError(f"worker {fit + 1} of {fit} does not say {sentence!r}:\n{said}")
        await asyncio.sleep(1)
    await load.progress(1)
    stack.workers = before
    await asyncio.to_thread(stack.replace, "worker")
    say(f"{fit} workers fit, one more is refused: {sentence}")


def past_the_doors(stack: Stack, contract_id: str) -> None:
    """Updates sent to Temporal itself, without a seal or with a false one, are refused with their code.

    Raises:
        ProvingError: one is taken, or refused for another reason.
    """
    for name, given, code in PAST_THE_DOORS:
        words = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "temporal", "temporal-namespace")
        update = ("workflow", "update", "execute", "--workflow-id", f"contract/{contract_id}", "--name", name)
        _must_say(stack.refuses(*words, *update, "--input", json.dumps(given)), code)
    say(f"refused past the doors: {', '.join(f'{name} as {code}' for name, _, code in PAST_THE_DOORS)}")


def _required() -> list[str]:
    """The variables that docker-compose.yml asks for and has no default for."""
    words = (ROOT / "docker-compose.yml").read_text(encoding="utf-8").split("${")[1:]
    return [word.partition(":?")[0] for word in words if ":?" in word.partition("}")[0]]


def _must_say(said: str, sentence: str) -> None:
    if sentence not in said:
        raise ProvingError(f"it should say {sentence!r}, and said:\n{said[-2000:]}")
