"""A cold workflow's first command: a worker that has it not in memory replays its history first.

Beside it, in turn: an empty update of a bare workflow that is cold too, and the same command on a contract that the
worker has in memory.
"""

from __future__ import annotations

import statistics
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from bench.common.contracts import begun
from bench.common.empty import EmptyWorkflow
from bench.common.own import connected, own_worker
from bench.common.report import Report, ratio, timed
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import Cancel
from models.messages.entity import CONTRACTS_QUEUE, UPGRADE
from store.database import business_now, clock_offset, engine

ROUNDS = 60
WARM_UP = 8


async def run(stack: EmbeddedStack, rounds: int = ROUNDS) -> Report:
    """One worker begins everything and goes; the next one is asked."""
    client, database = await connected(stack), engine(stack.database_url)
    await stack.hold("worker")
    with Session(database) as session:
        now, offset = business_now(session), clock_offset(session)
    cold, warm, bare = list[Any](), list[Any](), list[Any]()
    async with own_worker(client, database):
        for number in range(rounds + WARM_UP):
            for mark, found in (("COLD", cold), ("WARM", warm)):
                contract_id = f"K{mark}{number:04}"
                found.append(
                    await begun(client, contract_id, CONTRACTS_QUEUE, offset, now - timedelta(1), now, now.date())
                )
            empty = await client.start_workflow(EmptyWorkflow.run, id=f"cold/{number}", task_queue=CONTRACTS_QUEUE)
            await empty.execute_update(EmptyWorkflow.nothing)
            bare.append(empty)
    events = len((await cold[0].fetch_history()).events)
    took: dict[str, list[float]] = {"cold": [], "warm": [], "bare": []}
    async with own_worker(client, database):
        for each in warm:
            await each.signal(UPGRADE)  # a task in which nothing happens; the query waits for it
            await each.query("state", result_type=dict)
        for number in range(rounds + WARM_UP):
            took["bare"].append(await timed(partial(bare[number].execute_update, EmptyWorkflow.nothing)))
            for mark, found in (("cold", cold), ("warm", warm)):
                letter = Cancel(op=f"{mark}/{number}", channel="online", received_at=now)
                took[mark].append(await timed(partial(found[number].execute_update, "cancel", letter, id=letter.op)))
    database.dispose()
    first, memory, floor = (statistics.median(took[name][WARM_UP:]) for name in ("cold", "warm", "bare"))
    what, how = "first command of a cold contract", f"p50 of {rounds}"
    return [
        ratio(f"{what} / an empty update of a cold bare workflow", first, floor, f"{how}, {events} events replayed"),
        ratio(f"{what} / of one in memory", first, memory, how),
    ]
