"""Wake-ups of one midnight are spread by a hash of the id; every other moment stays as it is."""

from __future__ import annotations

from datetime import datetime

import pytest

from models.spread import later_by_s, share

IDS = [f"contract/K{number:08X}" for number in range(12_000)]
WIDTH_S = 900.0


@pytest.mark.parametrize(
    ("at", "spread"),
    [
        ("2018-07-01T00:00:00+09:00", True),
        ("2018-06-30T15:00:00+00:00", True),
        ("2018-06-30T23:59:59+09:00", False),
        ("2018-07-01T00:00:01+09:00", False),
        ("2018-07-01T00:00:00+00:00", False),
        ("2018-07-01T12:00:00+09:00", False),
    ],
)
def test_only_midnight_in_japan_is_spread(at: str, spread: bool) -> None:
    """A deadline at noon, or a second past midnight, wakes at its moment."""
    late = later_by_s(IDS[1], datetime.fromisoformat(at), WIDTH_S)
    assert (0 < late < WIDTH_S) if spread else late == 0


def test_no_minute_has_many_more_than_its_share() -> None:
    """12,000 over 15 minutes are 800 a minute; by chance none is a fifth off."""
    minutes = [0] * 15
    for each in IDS:
        minutes[int(share(each) * 15)] += 1
    assert sum(minutes) == len(IDS)
    assert all(640 < count < 960 for count in minutes), minutes
