"""A thousand contracts through a course merger against a thousand empty updates on the same server."""

from __future__ import annotations

import asyncio
import statistics
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from bench.common.contracts import import_contracts
from bench.common.floor import floor
from bench.common.house import House
from bench.common.own import connected
from bench.common.report import Report, ratio
from bench.common.rows import PATIENCE_S, until_delivered
from embedded.stack import EmbeddedStack
from models.messages import rollout
from models.tables.log import Transition
from store.database import engine

CONTRACTS = 1_000
ROUNDS = 5
COURSES = ("W2_FAMILY_OLD", "W2_FAMILY_LIGHT")
"""Two of one line type, both still there before 2017-06-01."""
QUEUE = "bench-rollout"


async def run(stack: EmbeddedStack, count: int = CONTRACTS) -> Report:
    """Mergers to and fro between two courses, each beside a round of empty updates; medians and their ratio."""
    client = await connected(stack)
    database = engine(stack.database_url)
    house = House(stack)
    await import_contracts(client, database, count, COURSES[0])
    floors, mergers = [], []
    async with floor(client, QUEUE, count) as measured:
        for number in range(ROUNDS):
            courses = COURSES if number % 2 == 0 else (COURSES[1], COURSES[0])
            floors.append(await measured(number))
            mergers.append(await _merge(house, database, courses, count))
    database.dispose()
    merged, shown, base = (
        statistics.median(first for first, _ in mergers),
        statistics.median(last for _, last in mergers),
        statistics.median(floors),
    )
    what = f"course merger of {count:,} contracts / {count:,} empty updates"
    return [
        ratio(what, merged, base, f"medians of {ROUNDS}", most=1.5),
        ratio("until every workflow was told as well", shown, base),
    ]


async def _merge(house: House, database: Engine, courses: tuple[str, str], count: int) -> tuple[float, float]:
    """Seconds from the start of the effective day to the last outcome, and to the last workflow told.

    As recorded; notices have gone out before.
    """
    today = date.fromisoformat((await house.call("GET", "/v1/clock"))["today"])
    effective_on = today + timedelta(days=31)
    body = {
        "kind": "course_merge",
        "courses": [courses[0]],
        "to_course": courses[1],
        "announced_on": today.isoformat(),
        "effective_on": effective_on.isoformat(),
        "notice": "コースを統合します。",
    }
    rollout_id = (await house.call("POST", "/v1/rollouts", body))["rollout_id"]
    await _quiet(house, database, rollout_id)
    await house.call("POST", "/v1/clock/advance", {"to": effective_on.isoformat()})
    done = await house.call("GET", f"/v1/rollouts/{rollout_id}?limit=1")
    if done["state"] != "finished" or done["done"] < count:
        message = f"the merger did not finish: {done['state']}, {done['done']} done, {done['failed']} failed"
        raise RuntimeError(message)
    return _recorded(database, rollout_id)


async def _quiet(house: House, database: Engine, rollout_id: str) -> None:
    """Until the notices are written and delivered.

    Raises:
        TimeoutError: they are not.
    """
    async with asyncio.timeout(PATIENCE_S):
        while [item["event"] for item in await _agenda(house, rollout_id)] != ["start"]:  # noqa: ASYNC110  # nobody tells, it is asked
            await asyncio.sleep(0.2)
    await until_delivered(database)


async def _agenda(house: House, rollout_id: str) -> list[dict[str, Any]]:
    shown = await house.call("GET", f"/v1/rollouts/{rollout_id}?limit=1")
    return list(shown["agenda"])


def _recorded(database: Engine, rollout_id: str) -> tuple[float, float]:
    """Seconds after its start until a rollout was finished, and until its last page after that."""
    query = (
        select(col(Transition.event), col(Transition.recorded_at))
        .where(col(Transition.entity_id) == rollout.workflow_id(rollout_id))
        .order_by(col(Transition.seq))
    )
    with Session(database) as session:
        at = dict(session.execute(query).tuples().all())  # the last of each event
    return (at["finish"] - at["start"]).total_seconds(), (at["page"] - at["start"]).total_seconds()
