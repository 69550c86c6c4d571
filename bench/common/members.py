"""Members for a part to measure."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine, text

from bench.common.house import House
from bench.common.rows import PATIENCE_S, execute


async def import_members(house: House, database: Engine, count: int) -> None:
    """Members as another system hands them over; their workflows are started by the worker.

    Raises:
        TimeoutError: not all of them were started.
    """
    since = "2010-01-01"
    rows = [
        {
            "external_id": f"BENCH-{number}",
            "registered_on": since,
            "line": {
                "operator": "EAST",
                "line_id": f"CAF99{number:08d}",
                "service_type": "NEXT_FAMILY",
                "service_class": "FAMILY",
                "in_use_since": since,
            },
            "member": {"name": f"会員 {number}", "email": f"bench{number}@example.com", "phone": "03-0000-0000"},
            "lots": [],
        }
        for number in range(count)
    ]
    await house.import_lines("/v1/memberships/import", rows)
    clock = asyncio.get_running_loop()
    deadline, query = clock.time() + PATIENCE_S, text("select count(*) from member where not workflow_started")
    while True:
        with database.connect() as connection:
            waiting = connection.execute(query).scalar_one()
        if waiting == 0:
            # Without an address the closing notice is posted to the portal only: mail is not what is measured.
            execute(database, "update person set email = '' where true")
            return
        if clock.time() > deadline:
            message = f"{waiting} memberships were not started within {PATIENCE_S:.0f} s"
            raise TimeoutError(message)
        await asyncio.sleep(0.2)
