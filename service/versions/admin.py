"""`keiyaku versions`: which version is current, what runs on the others, and making one current."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError, RPCStatusCode

from service.connect import connect
from service.exits import Exit
from service.healing.lease import has_holder
from service.versions.known import Routing, Versions
from settings import Settings
from store.database import engine as database_engine


def show(settings: Settings) -> int:
    """Print the versions, one a line, then what is stuck.

    Returns:
        0; 1 where something is stuck or runs on a version without a worker; 6 where nobody could be asked.
    """

    async def work() -> int:
        versions = Versions(await connect(settings), settings.deployment)
        routing = await versions.routing()
        code = 0
        if routing is None:
            sys.stdout.write(f"no worker of {settings.deployment!r} has a version: KEIYAKU_BUILD_ID gives it one\n")
        else:
            code = await _print(settings, versions, routing)
        stuck = await versions.problems()
        for workflow_id in stuck:
            sys.stdout.write(f"stuck  {workflow_id}: the code does not fit its history\n")
        return max(code, bool(stuck))

    return _run(work)


async def _print(settings: Settings, versions: Versions, routing: Routing) -> int:
    engine = database_engine(settings.require_database_url(), pool_size=1)
    lost = False
    for each in routing.versions:
        running = await versions.count(each.build_id)
        served = has_holder(engine, versions.presence(each.build_id))
        share = f" {routing.ramp_percent:g} %" if each.build_id == routing.ramping else ""
        sys.stdout.write(
            f"{each.build_id:24} {each.status + share:14} {running:9} running  {'served' if served else 'no worker'}\n"
        )
        lost = lost or bool(running and not served)
    return int(lost)


def promote(settings: Settings, build_id: str, ramp: float | None) -> int:
    """Make a version current, or ramp it.

    Returns:
        0; 5 where it cannot be, 6 where nobody answers, with the reason printed.
    """

    async def work() -> int:
        versions = Versions(await connect(settings), settings.deployment)
        try:
            await versions.promote(build_id, ramp)
        except RPCError as error:
            if error.status not in {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION}:
                raise
            sys.stderr.write(f"keiyaku: {build_id} cannot take over: start its workers first ({error.message})\n")
            return Exit.REFUSED
        sys.stdout.write(f"{build_id} is current\n" if ramp is None else f"{build_id} takes {ramp:g} %\n")
        return 0

    return _run(work)


def _run(work: Callable[[], Coroutine[None, None, int]]) -> int:
    try:
        return asyncio.run(work())
    except (RPCError, RuntimeError, SQLAlchemyError) as error:
        sys.stderr.write(f"keiyaku: a server is away ({type(error).__name__}): start it, then ask again\n")
        return Exit.AWAY
