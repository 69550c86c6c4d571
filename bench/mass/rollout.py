"""A thousand contracts through a course merger against a thousand empty updates on the same server."""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import date, timedelta

from sqlalchemy import Engine, select, text
from sqlmodel import Session, col
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.common.floor import at_once, floor
from bench.common.house import House
from embedded.stack import EmbeddedStack
from models.messages import rollout
from models.messages.contract import contract
from models.messages.entity import CONTRACTS_QUEUE
from models.tables.log import Transition
from models.tables.people import Line, Person
from rules.calendar import japan_day
from store.database import business_now, clock_offset, engine

CONTRACTS = 1_000
ROUNDS = 5
COURSES = ("W2_FAMILY_OLD", "W2_FAMILY_LIGHT")
"""Two of one line type, both still there before 2017-06-01."""
QUEUE = "bench-rollout"
PATIENCE_S = 300


async def run(stack: EmbeddedStack, count: int = CONTRACTS) -> list[str]:
    """Mergers to and fro between two courses, each beside a round of empty updates; medians and their ratio."""
    client = await Client.connect(stack.urls.temporal, data_converter=pydantic_data_converter)
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
        f"{what}  {merged / base:5.2f}  ({merged:.2f} s / {base:.2f} s, medians of {ROUNDS}; target at most 1.5)",
        f"until every workflow was told as well  {shown / base:5.2f}  ({shown:.2f} s)",
    ]


async def import_contracts(client: Client, database: Engine, count: int, course: str = "W2_FAMILY") -> None:
    """Running contracts, each with a person and a line."""
    with Session(database) as session, session.begin():
        now, offset = business_now(session), clock_offset(session).total_seconds()
        for number in range(count):
            person_id, line_key = f"PBENCH{number}", f"LBENCH{number}"
            # Without an address the announcement is posted to the portal only: mail is not what is measured.
            session.add(Person(person_id=person_id, name=f"契約 {number}", email="", created_at=now))
            session.add(Line(line_key=line_key, line_id=f"CAF77{number:08d}", operator="EAST", created_at=now))
    began = japan_day(now).replace(day=1)

    async def enter(number: str) -> None:
        contract_id = f"KBENCH{number}"
        facts = contract.LineFacts(carrier_area="EAST")
        start = contract.ContractInput(
            contract_id=contract_id,
            person_id=f"PBENCH{number}",
            line_key=f"LBENCH{number}",
            import_=contract.Import(course=course, applied_on=began, service_start_on=began, line=facts),
            offset_s=offset,
        )
        handle = await client.start_workflow(
            contract.WORKFLOW, start, id=contract.workflow_id(contract_id), task_queue=CONTRACTS_QUEUE
        )
        await handle.execute_update("apply")

    await at_once([str(number) for number in range(count)], enter)


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
    """Until the notices are written and delivered: delivery is not what is measured."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        shown = await house.call("GET", f"/v1/rollouts/{rollout_id}?limit=1")
        with Session(database) as session:
            waiting = session.execute(
                text("select count(*) from outbox where delivered_at is null and failed_at is null")
            ).scalar_one()
        if waiting == 0 and [item["event"] for item in shown["agenda"]] == ["start"]:
            return
        await asyncio.sleep(0.2)
    message = f"{waiting} messages were not delivered within {PATIENCE_S} s"
    raise TimeoutError(message)


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
