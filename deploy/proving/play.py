"""What is done to the composition, and what must be true afterwards."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from deploy.cluster.load import LIVES, SCRIPT, Load, as_lived
from deploy.proving import refused, watching
from deploy.proving.shell import ProvingError, say
from deploy.proving.stack import Stack

LIVES_EACH = 3
"""So many lives are lived from end to end after each thing that is done."""
HALVES = 5
"""So many contracts are in force across the upgrade and the restored backup, and end after both."""
DATABASES = {"keiyaku-db": ("keiyaku", ("keiyaku",)), "temporal-db": ("temporal", ("temporal", "temporal_visibility"))}
"""Service → its account and the databases that a backup holds."""
WRITERS = ("api", "worker", "relay", "temporal-ui", "temporal")
"""What is stopped for a backup, so that both stores are of one moment."""
OURS = ("worker", "relay", "api")
"""What an upgrade replaces."""
MOVED_WITHIN_SECONDS = 240.0
ASKED_WITHIN_SECONDS = 60.0
_SCRIPT = """
import json, sys, urllib.request
request = urllib.request.Request('http://stand-in:8100/scripts/default', sys.stdin.buffer.read(), method='PUT',
                                 headers={'content-type': 'application/json'})
urllib.request.urlopen(request, timeout=10).read()
"""


async def play(stack: Stack) -> None:
    """The whole of it.

    Raises:
        ProvingError: something that must hold does not.
    """
    began = time.monotonic()
    stack.up()
    say(f"up and healthy in {time.monotonic() - began:.0f} s: {_roll_call(stack)}")
    teach(stack)
    await asyncio.to_thread(refused.settings, stack)
    load = Load([stack.api], stack.keys["operator"], at_once=3)
    async with living(load):
        await load.progress(LIVES_EACH)
        say(f"{len(load.done)} lives from application to end")
        await _scale(stack, load, 4)
        await watching.watch(stack)
        await refused.one_too_many(stack, load)
        await _kill_each(stack, load)
        halves = [await load.half() for _ in range(HALVES)]
        await asyncio.to_thread(refused.past_the_doors, stack, halves[0])
        await _upgrade(stack, load)
        await _upgrade_beside(stack, load)
        await watching.judge(stack)
    check(stack, load, halves)
    backup = save(stack)
    say(f"a backup of {sum(map(len, backup.values())) / 1024:.0f} KiB is taken; everything is thrown away")
    stack.down(volumes=True)
    restore(stack, backup)
    check(stack, load, halves)
    for contract_id in halves:
        await load.finish(contract_id)
    async with living(load):
        await load.progress(LIVES_EACH)
    check(stack, load)
    say(f"restored: {HALVES} contracts begun before the upgrade are over now, {len(load.done)} lives, every log whole")


@asynccontextmanager
async def living(load: Load) -> AsyncIterator[None]:
    """Lives under way inside the block; all are brought to their end after it."""
    async with asyncio.TaskGroup() as group:
        load.begin()
        group.create_task(load.run())
        yield
        load.stop()


async def _scale(stack: Stack, load: Load, workers: int) -> None:
    stack.workers = workers
    await asyncio.to_thread(stack.replace, "worker")
    await load.progress(LIVES_EACH)
    say(f"scaled to {workers} workers: {_roll_call(stack)}")


async def _kill_each(stack: Stack, load: Load) -> None:
    for container in stack.containers():
        load.slowest, load.repeats = 0.0, 0
        stack.kill(container)
        back = await asyncio.to_thread(stack.until_back, container)
        await load.progress(LIVES_EACH)
        say(
            f"{container.name:32} killed, back after {back:4.1f} s; "
            f"the slowest answer took {load.slowest:5.1f} s, {load.repeats} repeats"
        )


async def _upgrade(stack: Stack, load: Load) -> None:
    """A new image takes over while contracts are in flight: migrations beside the old one, then our processes."""
    await asyncio.to_thread(stack.build, "keiyaku:two")
    load.slowest, load.repeats = 0.0, 0
    await asyncio.to_thread(stack.compose, "run", "--rm", "--no-deps", "-T", "migrate")
    await asyncio.to_thread(stack.replace, *OURS)
    await load.progress(LIVES_EACH)
    _must_run_everywhere(stack)
    say(f"upgraded under load; the slowest answer took {load.slowest:.1f} s, {load.repeats} repeats")


async def _upgrade_beside(stack: Stack, load: Load) -> None:
    """Another image takes over while the one before still works, until nothing is left on that one."""
    before, workers = stack.image, stack.workers
    await asyncio.to_thread(stack.build, "keiyaku:three")
    load.slowest, load.repeats = 0.0, 0
    await asyncio.to_thread(stack.compose, "run", "--rm", "--no-deps", "-T", "migrate")
    stack.image_before, stack.workers = before, workers - 1
    more = ("--profile", "upgrade")
    await asyncio.to_thread(stack.compose, *more, "up", "--detach", "--no-build", "--no-deps", "worker-before")
    await asyncio.to_thread(stack.until_healthy)
    looked_at = await watching.until_looked_at(stack)
    held = (await _running(stack))[before]
    began = time.monotonic()
    await asyncio.to_thread(stack.replace, *OURS)
    while (running := await _running(stack))[before]:
        if time.monotonic() - began > MOVED_WITHIN_SECONDS:
            raise ProvingError(f"executions are still on {before}: {running}")
        await asyncio.sleep(1)
    moved = time.monotonic() - began
    await asyncio.to_thread(stack.compose, *more, "rm", "--stop", "--force", "worker-before")
    stack.workers = workers
    await asyncio.to_thread(stack.replace, "worker")
    await load.progress(LIVES_EACH)
    _must_run_everywhere(stack)
    say(
        f"upgraded beside the version before: {held} executions moved in {moved:.0f} s, the start of all processes "
        f"included; the slowest answer took {load.slowest:.1f} s, {load.repeats} repeats; "
        f"Prometheus looked at both versions: {looked_at}"
    )


def _must_run_everywhere(stack: Stack) -> None:
    ours = {each.name: each.image for each in stack.containers() if each.service in OURS}
    if set(ours.values()) != {stack.image} or sum("worker" in name for name in ours) != stack.workers:
        raise ProvingError(f"{stack.image} does not run everywhere: {ours}")


async def _running(stack: Stack) -> Counter[str]:
    """Version → executions that run on it.

    Raises:
        ProvingError: nobody says for long; Temporal lets few ask about one deployment at a time, so it is asked again.
    """
    deadline = time.monotonic() + ASKED_WITHIN_SECONDS
    ask = ("exec", "-T", "api", "python", "-m", "cli", "versions", "list", "--lang", "en")
    while True:
        try:
            said = await asyncio.to_thread(stack.compose, *ask)
        except ProvingError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(2)
            continue
        words = [line.split() for line in said.splitlines() if " running " in line]
        return Counter({line[0]: int(line[line.index("running") - 1]) for line in words})


def teach(stack: Stack) -> None:
    """Tell the stand-in what NTT answers to every filing."""
    stack.compose("exec", "-T", "api", "python", "-c", _SCRIPT, given=json.dumps(SCRIPT).encode())


def check(stack: Stack, load: Load, halves: Sequence[str] = ()) -> None:
    """Compare the logs with the lives that were answered, the states with the logs, and look for stuck messages.

    Raises:
        ProvingError: something is lost, doubled or stuck.
    """
    rows = _sql(stack, "select entity_id, event from transition where entity_id like 'contract/%' order by 1, seq")
    logs: dict[str, list[str]] = {}
    for entity_id, event in rows:
        logs.setdefault(entity_id.removeprefix("contract/"), []).append(event)
    lived = {contract_id: as_lived(log) for contract_id, log in logs.items()}
    wanted = {contract_id: LIVES[kind] for contract_id, kind in load.done.items()}
    wanted |= dict.fromkeys(halves, LIVES["letter"][:3])
    if lived != wanted:
        wrong = {each: logs.get(each) for each in lived.keys() | wanted.keys() if lived.get(each) != wanted.get(each)}
        raise ProvingError(f"logs that are not the lives that were answered: {wrong}")
    stack.compose("exec", "-T", "api", "python", "-m", "cli", "verify")
    deadline = time.monotonic() + 120
    while (waiting := _sql(stack, "select count(*) from outbox where delivered_at is null"))[0][0] != "0":
        if time.monotonic() > deadline:
            raise ProvingError(f"{waiting[0][0]} messages were not delivered")
        time.sleep(1)


def _sql(stack: Stack, sql: str) -> list[list[str]]:
    said = stack.compose(
        "exec", "-T", "keiyaku-db", "psql", "-h", "/var/run/postgresql", "-U", "keiyaku", "-AtF", "|", "-c", sql
    )
    return [line.split("|") for line in said.splitlines()]


def save(stack: Stack) -> dict[tuple[str, str], bytes]:
    """Stop what writes and dump every database: (service, database) → archive."""
    stack.compose("stop", *WRITERS)
    made = {}
    for service, (account, names) in DATABASES.items():
        for name in names:
            dump = ("pg_dump", "-h", "/var/run/postgresql", "-U", account, "--format=custom", name)
            made[service, name] = stack.compose_bytes("exec", "-T", service, *dump)
    return made


def restore(stack: Stack, backup: dict[tuple[str, str], bytes]) -> None:
    """New, empty databases from a backup, then everything else on them."""
    stack.up(*DATABASES)
    # A dump of a database holds no roles; `migrate` gives this one its password and its rights.
    made = ("psql", "-h", "/var/run/postgresql", "-U", "keiyaku", "-c", "create role keiyaku_service login")
    stack.compose("exec", "-T", "keiyaku-db", *made)
    for (service, name), archive in backup.items():
        account = DATABASES[service][0]
        where = ("-h", "/var/run/postgresql", "-U", account)
        if name != account:
            stack.compose("exec", "-T", service, "createdb", *where, name)
        stack.compose("exec", "-T", service, "pg_restore", *where, "--exit-on-error", "-d", name, given=archive)
    stack.up()
    teach(stack)


def _roll_call(stack: Stack) -> str:
    return ", ".join(sorted(each.name.removeprefix("keiyaku-proving-") for each in stack.containers()))
