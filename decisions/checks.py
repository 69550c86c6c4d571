"""Checks that every kind of entity shares."""

from __future__ import annotations

from datetime import date, datetime

from rules.calendar import japan_day
from rules.refusal import Refusal


def not_in_future(name: str, value: datetime | date, moment: datetime) -> None:
    """Evidence cannot be dated later than the business now (X-06).

    Raises:
        Refusal: `IN_THE_FUTURE`.
    """
    late = value > moment if isinstance(value, datetime) else value > japan_day(moment)
    if late:
        detail = f"{name} is {value.isoformat()}, later than now ({moment.isoformat()}); send it when it has happened."
        raise Refusal("IN_THE_FUTURE", detail, ("X-06",))
