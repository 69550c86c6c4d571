"""`make simulate`: what a month end needs, by a small queueing simulation; prints the tables of docs/capacity.md.

Everything is seeded and nothing is measured here, so the same tables come out everywhere and a test compares the page
with them. What was measured, and what is assumed, stands below.
"""

from __future__ import annotations

import heapq
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.connections import Ours, server
from models.spread import share

PAGE = Path(__file__).resolve().parents[1] / "docs" / "capacity.md"
MEASURED, BEGIN, END = "<!-- what was measured -->", "<!-- make simulate -->", "<!-- end -->"

# --- the company ---------------------------------------------------------------------------------------------------

CONTRACTS = 1_000_000
MEMBERS = 3_000_000
ENDINGS = 15_000
"""Assumed: 1.5 % of the contracts end in a month, all of them at one midnight."""
CHANGES = 5_000
"""Assumed: 0.5 % change course at the same midnight."""
RENEWALS = 8_220
"""Memberships renewed on one day, 3,000,000 over 365."""
COMMANDS_PER_S = 5.0
"""Assumed of clerks and the web site at the busiest hour; taken at midnight as well."""

# --- measured by `python -m bench month` and kept in docs/performance.json -------------------------------------------

_KEPT = json.loads((PAGE.parent / "performance.json").read_text(encoding="utf-8"))["month"]


def _measured(what: str) -> dict[str, float]:
    """The figures of one line that the part said, by the process they are of."""
    line = next(each for each in _KEPT["said"] if each.startswith(what))
    return {name: float(number) for name, number in re.findall(r"([\w-]+) ([\d.]+)(?=  |$)", line)}


_CORE_MS = _measured("one of ")
WORKER_S, TEMPORAL_S, DATABASE_S = (_CORE_MS[name] / 1000 for name in ("worker", "temporal", "postgres"))
"""Seconds of a core for one wake-up or command; the Temporal server's with its store in SQLite."""
CONTRACT_KB, MEMBER_KB = (
    (each["keiyaku-db"], each["temporal-db"]) for each in (_measured("one contract"), _measured("one membership"))
)
"""Stored for each: in our database with its indexes, in Temporal's with one run of history."""

# --- assumed ---------------------------------------------------------------------------------------------------------

ON_POSTGRESQL = 2.0
"""How much more one wake-up costs a Temporal server whose store is PostgreSQL, both together."""
LOST = 0.002
"""Wake-ups whose worker or database fails under them."""
RETRY_S = 10.0
"""A lost one is taken up again after the workflow task's time-out."""
MOVES_PER_S = 500
"""`KEIYAKU_MOVES_PER_S` of an upgrade in such a house."""
TOLD_PER_S = 200
"""The same in the night in which the programme ends."""
SPREAD_S = 900.0
"""`KEIYAKU_SPREAD_S` of a month end."""

SEED = 20180601


@dataclass(frozen=True)
class Plan:
    """What serves a month end."""

    workers: int
    """Of one core each."""
    temporal_cores: int
    """Of all history, matching and frontend hosts and their database."""
    spread_s: float


@dataclass(frozen=True)
class Outcome:
    """What came of it, in seconds."""

    half: float
    """When half of the wake-ups were done, after midnight."""
    whole: float
    command_p50: float
    command_p99: float
    """Of commands that came before the last wake-up was done."""


PLANS = (
    *(Plan(workers, cores, 0.0) for workers, cores in ((1, 2), (4, 8), (16, 32))),
    *(Plan(workers, cores, SPREAD_S) for workers, cores in ((1, 2), (2, 4), (4, 8))),
)
STAGES = 3
"""Temporal gives the task, a worker decides and records, Temporal takes the result."""


def wake_ups() -> int:
    """How many wake at the midnight of a month end."""
    return ENDINGS + CHANGES + RENEWALS


def play(plan: Plan) -> Outcome:
    """One month end: every wake-up and command passes its stages in the order in which it comes to each."""
    draw = random.Random(SEED)  # noqa: S311 -- the same table every time is the point
    wakes = [share(f"contract/K{number:08X}") * plan.spread_s for number in range(wake_ups())]
    # Enough commands for whatever it takes: those after the last wake-up are not counted.
    longest = plan.spread_s + 4 * wake_ups() * max(WORKER_S / plan.workers, TEMPORAL_S * ON_POSTGRESQL)
    arrivals, at = list(wakes), 0.0
    while (at := at + draw.expovariate(COMMANDS_PER_S)) < longest:
        arrivals.append(at)
    temporal, workers = [0.0] * plan.temporal_cores, [0.0] * plan.workers
    events = [(moment, job, 0) for job, moment in enumerate(arrivals)]
    heapq.heapify(events)
    done: dict[int, float] = {}
    waiting = len(wakes)
    while waiting:
        moment, job, stage = heapq.heappop(events)
        if stage == STAGES:
            done[job] = moment
            waiting -= job < len(wakes)
            continue
        if stage == 1 and draw.random() < LOST:
            heapq.heappush(events, (moment + RETRY_S, job, 0))
            continue
        station, cost = (workers, WORKER_S + DATABASE_S) if stage == 1 else (temporal, TEMPORAL_S * ON_POSTGRESQL / 2)
        end = max(moment, heapq.heappop(station)) + cost
        heapq.heappush(station, end)
        heapq.heappush(events, (end, job, stage + 1))
    finished = sorted(done[job] for job in range(len(wakes)))
    waits = sorted(done[job] - arrivals[job] for job in done if job >= len(wakes))
    return Outcome(finished[len(finished) // 2], finished[-1], _at(waits, 0.5), _at(waits, 0.99))


def _at(values: list[float], part: float) -> float:
    return values[min(len(values) - 1, int(len(values) * part))]


def month_end() -> Iterator[str]:
    """The table of the simulation."""
    yield "| workers | cores for Temporal | spread | half done | all done | a command, p50 | p99 |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for plan in PLANS:
        found = play(plan)
        spread = f"{plan.spread_s / 60:.0f} min" if plan.spread_s else "none"
        yield (
            f"| {plan.workers} | {plan.temporal_cores} | {spread} | {found.half:,.0f} s | {found.whole:,.0f} s "
            f"| {found.command_p50:,.2f} s | {found.command_p99:,.2f} s |"
        )


def arithmetic() -> Iterator[str]:
    """The table of what follows by multiplication."""
    ours, theirs = (
        (CONTRACTS * contract + MEMBERS * member) / 1e6 for contract, member in zip(CONTRACT_KB, MEMBER_KB, strict=True)
    )
    entities = CONTRACTS + MEMBERS
    house = Ours(workers=8, apis=4)
    end_core_h = MEMBERS * (WORKER_S + DATABASE_S) / 3600
    temporal_core_h = MEMBERS * TEMPORAL_S * ON_POSTGRESQL / 3600
    yield "| what | from | makes |"
    yield "| --- | --- | ---: |"
    yield f"| our database | {CONTRACT_KB[0]} KB × 1,000,000 + {MEMBER_KB[0]} KB × 3,000,000 | {ours:,.0f} GB |"
    yield f"| Temporal's store | {CONTRACT_KB[1]} KB × 1,000,000 + {MEMBER_KB[1]} KB × 3,000,000 | {theirs:,.0f} GB |"
    yield f"| executions a history shard | 4,000,000 / 512 | {entities / 512:,.0f} |"
    yield f"| wake-ups of one midnight a shard | {wake_ups():,} / 512 | {wake_ups() / 512:,.0f} |"
    yield (
        f"| connections of our database | 8 workers, 4 APIs and jobs, [as added up](production.md#connections) "
        f"| {server(house.most)} |"
    )
    busy = wake_ups() * (WORKER_S + DATABASE_S) / SPREAD_S
    yield (
        f"| one worker at a month end | {wake_ups():,} × {(WORKER_S + DATABASE_S) * 1e3:.1f} ms in {SPREAD_S:.0f} s "
        f"| {busy:.0%} busy |"
    )
    yield (
        f"| the programme ends for all members | 3,000,000 × {(WORKER_S + DATABASE_S) * 1e3:.1f} ms, "
        f"× {TEMPORAL_S * ON_POSTGRESQL * 1e3:.1f} ms | {end_core_h:.0f} + {temporal_core_h:.0f} core hours |"
    )
    yield (
        f"| the same with 16 workers and 32 cores for Temporal | {end_core_h:.1f} / 16, {temporal_core_h:.1f} / 32 "
        f"| {max(end_core_h / 16, temporal_core_h / 32) * 60:.0f} min |"
    )
    cores = TOLD_PER_S * (WORKER_S + DATABASE_S), TOLD_PER_S * TEMPORAL_S * ON_POSTGRESQL
    yield (
        f"| the same told at {TOLD_PER_S} a second | {TOLD_PER_S} × {(WORKER_S + DATABASE_S) * 1e3:.1f} ms, "
        f"× {TEMPORAL_S * ON_POSTGRESQL * 1e3:.1f} ms; 3,000,000 / {TOLD_PER_S} "
        f"| {cores[0]:.1f} cores of workers and our database, {cores[1]:.1f} of Temporal's, "
        f"for {MEMBERS / TOLD_PER_S / 3600:.1f} h |"
    )
    yield (
        f"| an upgrade reaches every sleeper | 4,000,000 / {MOVES_PER_S} a second "
        f"| {entities / MOVES_PER_S / 3600:.1f} h |"
    )


def measured() -> Iterator[str]:
    """The table of what was measured, and the sentence on what is stored."""
    yield f"Measured on {_KEPT['on']}: {_KEPT['machine']}"
    yield ""
    yield "| one wake-up | core |"
    yield "| --- | ---: |"
    yield f"| worker: replay nothing, decide, adopt | {WORKER_S * 1e3:.1f} ms |"
    yield f"| Temporal server and its store | {TEMPORAL_S * 1e3:.1f} ms |"
    yield f"| our database | {DATABASE_S * 1e3:.1f} ms |"
    yield ""
    yield (
        f"A contract about to end stores {CONTRACT_KB[0]} KB in our database, indexes included, and {CONTRACT_KB[1]} "
        f"KB in Temporal's; a new membership {MEMBER_KB[0]} KB and {MEMBER_KB[1]} KB."
    )


def tables() -> list[str]:
    """What the page carries between its marks, in order."""
    return [
        "\n".join([MEASURED, "", *measured(), "", END]),
        "\n".join([BEGIN, "", *month_end(), "", *arithmetic(), "", END]),
    ]


def write() -> None:
    """Put the tables into the page."""
    page = PAGE.read_text(encoding="utf-8")
    for made in tables():
        before, begin, rest = page.partition(made.partition("\n")[0])
        page = before + made + rest.partition(END)[2] if begin else page
    PAGE.write_text(page, encoding="utf-8")


def main(words: list[str]) -> None:
    """Print the tables; `--write` puts them into the page."""
    if "--write" in words:
        write()
    else:
        sys.stdout.write("\n\n".join(tables()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
