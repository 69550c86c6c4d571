"""`keiyaku versions`: which version is current, what runs on the others, and making one current."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError, RPCStatusCode

from models.said import aloud, said, tell
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
            sys.stdout.write(tell("unversioned", deployment=settings.deployment) + "\n")
        else:
            code = await _print(settings, versions, routing)
        stuck = await versions.problems()
        for workflow_id in stuck:
            sys.stdout.write(tell("stuck", id=workflow_id) + "\n")
        return max(code, bool(stuck))

    return _run(work)


async def _print(settings: Settings, versions: Versions, routing: Routing) -> int:
    engine = database_engine(settings.require_database_url(), pool_size=1)
    lost = False
    for each in routing.versions:
        running = await versions.count(each.build_id)
        served = has_holder(engine, versions.presence(each.build_id))
        share = f" {routing.ramp_percent:g} %" if each.build_id == routing.ramping else ""
        standing = {"version": each.build_id, "status": each.status + share, "running": running}
        worker = said("served" if served else "unserved")
        sys.stdout.write(tell("version_line", **standing, served=worker) + "\n")
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
            why = said("cannot_take_over", version=build_id, why=error.message)
            sys.stderr.write(tell("complaint", why=why) + "\n")
            return Exit.REFUSED
        done = said("is_current" if ramp is None else "takes_share", version=build_id, percent=ramp)
        sys.stdout.write(aloud(done) + "\n")
        return 0

    return _run(work)


def _run(work: Callable[[], Coroutine[None, None, int]]) -> int:
    try:
        return asyncio.run(work())
    except (RPCError, RuntimeError, SQLAlchemyError) as error:
        sys.stderr.write(tell("complaint", why=said("server_away", why=type(error).__name__)) + "\n")
        return Exit.AWAY
