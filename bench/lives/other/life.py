"""A contract's life on DBOS Transact: `python life.py ADDRESS LIVES AT_ONCE SECONDS`; what it took, as JSON.

Apply, accept, start, cancel, end: each is a transaction of rows recorded exactly once, the first four asked for and
waited for by a caller, the last after a durable sleep until the moment that is SECONDS away when it begins. There are
no rules, no letters rendered, no dry run and no undo: only what any such life must write.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, AsyncSQLAlchemyDatasource, SetWorkflowID
from tables import TABLES  # beside this script

LONG_S = 10 * 365 * 86_400.0
PATIENCE_S = 300.0
ASKED = ("start", "cancel")
LETTERS = {"accept", "start", "cancel", "end"}
STATES = {"apply": "applied", "accept": "accepted", "start": "active", "cancel": "ending", "end": "ended"}
SEQ = {event: number for number, event in enumerate(STATES, 1)}


async def rows(session: Any, contract_id: str, event: str) -> None:
    """What one decision leaves behind."""
    known = {"id": contract_id, "seq": SEQ[event], "event": event, "state": STATES[event]}
    statements = [
        "insert into contract values (:id, :state, null) on conflict (contract_id) do update set state = :state",
        "insert into transition (contract_id, seq, event) values (:id, :seq, :event)",
    ]
    if event in LETTERS:
        statements.append("insert into outbox values (:id || '-' || :event, :id, :event)")
    if event == "cancel":
        statements.append("insert into charge values (:id, 4860, 'planned')")
    if event == "end":
        statements.append("update charge set state = 'due' where contract_id = :id")
    for each in statements:
        await session.execute(sa.text(each), known)


async def main(address: str, lives: int, at_once: int, seconds: float) -> dict[str, float]:
    """Live them all and say how long what was waited for took."""
    DBOS(config={"name": "bench", "system_database_url": address, "sys_db_pool_size": 40, "log_level": "ERROR"})
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for each in TABLES:
            connection.execute(sa.text(each))
    database = await AsyncSQLAlchemyDatasource.create(address, engine_kwargs={"pool_size": 40})
    life = lived(database)
    DBOS.launch()
    ends_at = time.time() + seconds
    waiting = iter([f"K{number}" for number in range(lives)])

    async def some() -> None:
        for contract_id in waiting:
            with SetWorkflowID(contract_id):
                await DBOS.start_workflow_async(life, contract_id, ends_at)
            await DBOS.get_event_async(contract_id, "accept")
            for asked in ASKED:
                await DBOS.send_async(contract_id, {}, asked)
                await DBOS.get_event_async(contract_id, asked)

    began, spent = time.monotonic(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(some())
    keyed_in = time.monotonic() - began
    left = ends_at - time.time()
    if left < 0:
        sys.exit(f"the end came {-left:.0f} s before all were keyed in: more SECONDS")
    await asyncio.sleep(left)
    over = await ended(engine, lives)
    await database.engine.dispose()
    return {"keyed_in_s": keyed_in, "ended_s": over, "cpu_s": time.process_time() - spent}


def lived(database: Any) -> Any:
    """The workflow, its transactions in that database."""

    @database.transaction(isolation_level="READ COMMITTED")
    async def record(contract_id: str, event: str) -> None:
        await rows(database.sql_session(), contract_id, event)

    @DBOS.workflow()
    async def life(contract_id: str, ends_at: float) -> None:
        await record(contract_id, "apply")
        await record(contract_id, "accept")
        await DBOS.set_event_async("accept", value=True)
        for asked in ASKED:
            await DBOS.recv_async(asked, LONG_S)
            await record(contract_id, asked)
            await DBOS.set_event_async(asked, value=True)
        await DBOS.sleep_async(ends_at - time.time())
        await record(contract_id, "end")

    return life


async def ended(engine: sa.Engine, lives: int) -> float:
    """Seconds from the first end to the last."""
    due = time.monotonic()
    query = "select count(*), extract(epoch from max(at) - min(at)) from transition where event = 'end'"
    while True:
        with engine.connect() as connection:
            count, over = connection.execute(sa.text(query)).one()
        if count == lives:
            return float(over)
        if time.monotonic() - due > PATIENCE_S:
            sys.exit(f"{count} of {lives} ended within {PATIENCE_S:.0f} s")
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    found = asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    DBOS.destroy()
