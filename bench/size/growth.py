"""Whether anything grows with the house: reads, lists, commands and idle days at 2,000 contracts and at 200,000.

The many are copies of one contract with its log, agenda and rows, and no execution: what is measured of them is what
the doors read. The commands go to contracts that run. An idle day is one over which the business clock is moved while
nothing is due for any contract: a month without a statement is thirty of them.
"""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bench.common.contracts import import_rows
from bench.common.house import House
from bench.common.report import Report, ratio, timed
from bench.common.rows import alone, execute
from embedded.stack import EmbeddedStack
from store.database import engine

SIZES = (2_000, 200_000)
PAGE = 20_000
ROUNDS = 41
COMMANDS = 31
DAYS = 5
"""At each size; from June 10th none of them reaches the month's end."""

# A copy is closed to the healer, which would otherwise start an execution for each, and open in what lists read.
_COPIES = """
insert into person select r.* from generate_series(cast(:first as int), cast(:last as int)) n
  join contract c on c.contract_id = :model join person p on p.person_id = c.person_id
  cross join lateral jsonb_populate_record(p, jsonb_build_object('person_id', 'PGROW' || n)) r;
insert into line (line_key, line_id, operator, created_at)
select 'LGROW' || n, 'CAF' || (5500000000 + n), 'EAST', now()
from generate_series(cast(:first as int), cast(:last as int)) n;
insert into entity select r.* from generate_series(cast(:first as int), cast(:last as int)) n
  join entity e on e.entity_id = 'contract/' || :model
  cross join lateral jsonb_populate_record(e, jsonb_build_object('entity_id', 'contract/KGROW' || n, 'closed', true,
    'state', e.state || jsonb_build_object('contract_id', 'KGROW' || n, 'person_id', 'PGROW' || n,
      'line_key', 'LGROW' || n))) r;
insert into transition select r.* from generate_series(cast(:first as int), cast(:last as int)) n
  join transition t on t.entity_id = 'contract/' || :model
  cross join lateral jsonb_populate_record(t, jsonb_build_object('entity_id', 'contract/KGROW' || n)) r;
insert into contract select r.* from generate_series(cast(:first as int), cast(:last as int)) n
  join contract c on c.contract_id = :model
  cross join lateral jsonb_populate_record(c, jsonb_build_object('contract_id', 'KGROW' || n,
    'person_id', 'PGROW' || n, 'line_key', 'LGROW' || n, 'external_id', null)) r;
insert into agenda select 'contract/KGROW' || n, 'far', '2035-01-01', null
from generate_series(cast(:first as int), cast(:last as int)) n
"""


async def run(stack: EmbeddedStack, sizes: tuple[int, int] = SIZES) -> Report:
    """The same questions at both sizes; medians and their ratios, of the larger to the smaller."""
    house, database = House(stack), engine(stack.database_url, deadline_s=600)
    house.http.timeout = 600
    model, *ready = await import_rows(house, 0, 1 + 2 * COMMANDS)
    found: list[dict[str, float]] = []
    there = 0
    for number, size in enumerate(sizes):
        for first in range(there + 1, size + 1, PAGE):
            execute(database, _COPIES, model=model, first=first, last=min(first + PAGE - 1, size))
        there = size
        alone(database, "vacuum analyze")
        mine = ready[number * COMMANDS : (number + 1) * COMMANDS]
        found.append(await _asked(house, size, mine))
    database.dispose()
    small, large = found
    what = f"at {sizes[1]:,} contracts / at {sizes[0]:,}"
    return [ratio(f"{name} {what}", large[name], small[name], "medians", most=1.3) for name in small]


async def _asked(house: House, size: int, mine: list[str]) -> dict[str, float]:
    days = await _median(DAYS, lambda _: _next_day(house), warm_up=1)
    now = datetime.fromisoformat((await house.call("GET", "/v1/clock"))["now"])
    one = f"/v1/contracts/KGROW{size // 2}"
    found = {
        "idle day": days,
        "one contract": await _median(ROUNDS, lambda _: house.call("GET", one)),
        "its history": await _median(ROUNDS, lambda _: house.call("GET", f"{one}/history")),
        "first page of contracts": await _median(ROUNDS, lambda _: house.call("GET", "/v1/contracts", limit="50")),
        "page of one course and state": await _median(
            ROUNDS, lambda _: house.call("GET", "/v1/contracts", limit="50", course="W1_FAMILY", state="active")
        ),
    }
    letter = {"channel": "online", "received_at": now.isoformat()}
    found["cancellation"] = await _median(
        len(mine), lambda number: house.call("POST", f"/v1/contracts/{mine[number]}/cancellation", letter)
    )
    return found


async def _next_day(house: House) -> None:
    now = datetime.fromisoformat((await house.call("GET", "/v1/clock"))["now"])
    await house.call("POST", "/v1/clock/advance", {"to": (now + timedelta(days=1)).isoformat()})


async def _median(rounds: int, work: Callable[[int], Awaitable[object]], *, warm_up: int = 3) -> float:
    took = [await timed(partial(work, number)) for number in range(rounds)]
    return statistics.median(took[warm_up:])
