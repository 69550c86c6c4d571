"""An execution whose tasks fail for a while goes on from its row; many at once are a release that does not fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from service.healing import healer
from service.healing.healer import STUCK_MAX, STUCK_S, Healer


class Temporal:
    """Says which executions are stuck."""

    def __init__(self) -> None:
        """None is."""
        self.stuck: list[str] = []

    async def list_workflows(self, _query: str, **_: Any) -> AsyncIterator[Any]:
        """Those, whatever is asked."""
        for each in self.stuck:
            yield SimpleNamespace(id=each)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The healer's clock."""
    now = [0.0]
    # Its name for the clock, and not the clock itself: event loops of other threads of this process go by that.
    monkeypatch.setattr(healer, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.mark.parametrize(
    ("stuck", "after_s", "helped"), [(2, STUCK_S - 1, 0), (2, STUCK_S, 2), (STUCK_MAX, 90, 20), (STUCK_MAX + 1, 90, 0)]
)
def test_those_that_stay_stuck_are_helped_and_rest_then(
    seconds: list[float], stuck: int, after_s: float, helped: int
) -> None:
    """One round sees them, a later one helps; one that is stuck again at once has a defect of ours, and rests."""
    temporal: Any = Temporal()
    looks = Healer(None, temporal)  # type: ignore[arg-type]  # nothing is asked of the database
    temporal.stuck = [f"contract/K{each}" for each in range(stuck)]
    assert asyncio.run(looks._stuck_for_long()) == []
    seconds[0] += after_s
    found = asyncio.run(looks._stuck_for_long())
    assert len(found) == helped
    for each in found:
        looks._replaced.begin(each)
    seconds[0] += STUCK_S
    assert not helped or asyncio.run(looks._stuck_for_long()) == []


def test_one_that_works_again_meanwhile_is_left_alone(seconds: list[float]) -> None:
    """A worker that could not for a moment is no poison: its time begins anew."""
    temporal: Any = Temporal()
    looks = Healer(None, temporal)  # type: ignore[arg-type]  # nothing is asked of the database
    for stuck in (["contract/K1"], [], ["contract/K1"]):
        temporal.stuck = stuck
        assert asyncio.run(looks._stuck_for_long()) == []
        seconds[0] += STUCK_S - 1
