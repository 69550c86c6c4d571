"""What the order of facts costs: a letter that came late, and taking one back, on short and long lives."""

from __future__ import annotations

import statistics
from datetime import datetime, timedelta

from bench.common.house import House
from bench.common.report import Report, ratio, timed
from embedded.stack import EmbeddedStack

ROUNDS = 31
LATE = 200
"""Entries of the life that a late letter is keyed into."""

SHORT, LONG = 300, 1500
"""Entries of the lives on which a letter is taken back."""


async def run(stack: EmbeddedStack) -> Report:
    """Plain, late and undone commands of contracts over HTTP; medians and their ratios."""
    house = House(stack)
    late_life, short_life, long_life = [await _life(house, f"CAF000000090{number}") for number in range(3)]
    await house.call("POST", "/v1/clock/advance", {"to": "2018-07-01T09:00:00+09:00"})
    await _grow(house, late_life, LATE)
    plain, late = await _late(house, late_life)
    await _grow(house, short_life, SHORT)
    await _grow(house, long_life, LONG)
    short, long = await _undone(house, short_life, long_life)
    return [
        ratio(f"late letter / plain letter, {LATE} entries", late, plain, most=3),
        ratio(f"undo on {LONG} / on {SHORT} entries", long, short, most=1),
    ]


async def _life(house: House, line_id: str) -> str:
    """The path of a contract in service."""
    path = f"/v1/contracts/{await house.apply(line_id)}"
    await house.call("POST", f"{path}/service-start", {"service_start_on": "2018-06-01"})
    return path


async def _now(house: House) -> datetime:
    return datetime.fromisoformat((await house.call("GET", "/v1/clock"))["now"])


async def _grow(house: House, path: str, count: int) -> None:
    """Inquiries until the log has so many entries."""
    there = await _entries(house, path)
    for _ in range(count - there):
        await house.call("POST", f"{path}/inquiries", {"topic": "GENERAL", "text": "計測", "attributable": False})


async def _entries(house: House, path: str) -> int:
    found, query = 0, {"limit": "500"}
    while True:
        page = await house.call("GET", f"{path}/history", **query)
        found += len(page["items"])
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def _letter(house: House, path: str, received_at: datetime) -> float:
    body = {"channel": "paper", "received_at": received_at.isoformat()}
    return await timed(lambda: house.call("POST", f"{path}/cancellation", body))


async def _undo(house: House, path: str) -> float:
    return await timed(lambda: house.call("DELETE", f"{path}/cancellation"))


async def _late(house: House, path: str) -> tuple[float, float]:
    plain, late = list[float](), list[float]()
    for number in range(ROUNDS):
        now = await _now(house)
        plain.append(await _letter(house, path, now))
        await _undo(house, path)
        late.append(await _letter(house, path, now - timedelta(minutes=number + 1)))
        await _undo(house, path)
    return statistics.median(plain), statistics.median(late)


async def _undone(house: House, *paths: str) -> list[float]:
    """Medians of taking a letter back, one life after the other in turn: what the machine does else slows both."""
    undone: list[list[float]] = [[] for _ in paths]
    for _ in range(ROUNDS):
        for path, took in zip(paths, undone, strict=True):
            await _letter(house, path, await _now(house))
            took.append(await _undo(house, path))
    return [statistics.median(took) for took in undone]
