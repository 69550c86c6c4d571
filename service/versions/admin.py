"""`keiyaku versions`: which version is current, what runs on the others, and making one current."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from temporalio.service import RPCError, RPCStatusCode

from models.said import Said, aloud, said, tell
from service.connect import connect
from service.exits import Exit
from service.healing.lease import has_holder
from service.versions.known import Routing, Versions
from settings import Settings
from store.database import engine as database_engine


def show(settings: Settings, *, as_json: bool = False) -> int:
    """Print the versions, one a line, then what is stuck; or all of it as JSON.

    Returns:
        0; 1 where something is stuck or runs on a version without a worker.

    Raises:
        TemporalAwayError, RPCError, SQLAlchemyError: nobody could be asked.
    """

    async def work() -> int:
        versions = Versions(await connect(settings), settings.deployment)
        routing = await versions.routing()
        found = await _standing(settings, versions, routing) if routing is not None else []
        stuck = await versions.problems()
        if as_json:
            told = {"deployment": settings.deployment, "versions": [asdict(each) for each in found], "stuck": stuck}
            sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        else:
            _print(settings, found if routing is not None else None, stuck)
        lost = any(each.running and not each.served for each in found)
        return int(lost or bool(stuck))

    return asyncio.run(work())


@dataclass(frozen=True)
class Standing:
    """How a version stands."""

    version: str
    status: str
    ramp_percent: float | None
    """Of what begins and wakes; None: it is not being brought in by and by."""
    running: int
    served: bool
    """Whether a worker of it is there."""


async def _standing(settings: Settings, versions: Versions, routing: Routing) -> list[Standing]:
    engine = database_engine(settings.require_database_url(), pool_size=1)
    return [
        Standing(
            each.build_id,
            each.status,
            routing.ramp_percent if each.build_id == routing.ramping else None,
            await versions.count(each.build_id),
            has_holder(engine, versions.presence(each.build_id)),
        )
        for each in routing.versions
    ]


def _print(settings: Settings, found: Sequence[Standing] | None, stuck: Sequence[str]) -> None:
    if found is None:
        sys.stdout.write(tell("unversioned", deployment=settings.deployment) + "\n")
    for each in found or ():
        share = f" {each.ramp_percent:g} %" if each.ramp_percent is not None else ""
        standing = {"version": each.version, "status": each.status + share, "running": each.running}
        worker = said("served" if each.served else "unserved")
        sys.stdout.write(tell("version_line", **standing, served=worker) + "\n")
    for workflow_id in stuck:
        sys.stdout.write(tell("stuck", id=workflow_id) + "\n")


def _not_there(build_id: str, error: RPCError) -> Said:
    return said("cannot_take_over", version=build_id, why=error.message)


def promote(settings: Settings, build_id: str, ramp: float | None) -> int:
    """Make a version current, or ramp it.

    Returns:
        0; 5 where it cannot be, with the reason printed.

    Raises:
        TemporalAwayError, RPCError: nobody answers.
    """

    async def work() -> int:
        versions = Versions(await connect(settings), settings.deployment)
        try:
            await versions.promote(build_id, ramp)
        except RPCError as error:
            if error.status not in {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION}:
                raise
            routing = await versions.routing()
            is_current = routing is not None and routing.current == build_id
            why = said("takes_all", version=build_id) if is_current else _not_there(build_id, error)
            sys.stderr.write(tell("complaint", why=why) + "\n")
            return Exit.REFUSED
        done = said("is_current" if ramp is None else "takes_share", version=build_id, percent=ramp)
        sys.stdout.write(aloud(done) + "\n")
        return 0

    return asyncio.run(work())
