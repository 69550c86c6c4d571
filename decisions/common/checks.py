"""Checks that every kind of entity shares."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from rules.calendar import check_plausible, japan_day
from rules.refusal import Refusal


def not_in_future(name: str, value: datetime | date, moment: datetime) -> None:
    """Evidence cannot be dated later than the business now (X-06).

    Raises:
        Refusal: `IN_THE_FUTURE`.
    """
    late = value > moment if isinstance(value, datetime) else value > japan_day(moment)
    if late:
        detail = f"{name} is {value.isoformat()}, later than now ({moment.isoformat()}); send it when it has happened."
        raise Refusal("IN_THE_FUTURE", detail, ("X-06",), values={"on": value, "now": moment})


def check_dates(command: BaseModel) -> None:
    """Pass when every date a caller sent can belong to a contract or a membership, however deep it stands (X-01).

    Decided before any rule calculates with it: 9999-12-31 has no next day.

    Raises:
        Refusal: `DATE_OUT_OF_RANGE`, with the name of the field.
    """
    for name in type(command).model_fields:
        value = getattr(command, name)
        if isinstance(value, date):
            check_plausible(name, value)
        elif isinstance(value, BaseModel):
            check_dates(value)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, BaseModel):
                    check_dates(each)
                elif isinstance(each, date):
                    check_plausible(name, each)
