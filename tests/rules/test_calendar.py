"""Which dates can be asked about at all."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rules.calendar import Month, check_plausible
from rules.refusal import Refusal


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2100, 12, 31), datetime(2024, 2, 29, tzinfo=UTC)])
def test_a_plausible_date_passes(day: date) -> None:
    """From 1990 to 2100 inclusive, days and moments (X-01)."""
    check_plausible("effective_on", day)


@pytest.mark.parametrize("day", [date.min, date(1989, 12, 31), date(2101, 1, 1), date.max])
def test_another_date_is_refused_before_arithmetic(day: date) -> None:
    """9999-12-31 has no next day: it is refused by name instead of overflowing later."""
    with pytest.raises(Refusal, match="effective_on") as refused:
        check_plausible("effective_on", day)
    assert (refused.value.code, refused.value.articles) == ("DATE_OUT_OF_RANGE", ("X-01",))


def test_the_last_month_of_the_calendar_has_a_last_day() -> None:
    """Looking at a month needs no month after it."""
    assert Month(9999, 12).last_day == date.max
