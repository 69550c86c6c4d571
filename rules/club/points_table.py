"""The table of monthly points by service type and year of use, checked when it is loaded (M-02.2, A-02)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from typing import Literal

from rules import terms
from rules.calendar import Month
from rules.dated import Dated, DatedError
from rules.refusal import Refusal

Table = Mapping[str, Dated[list[int]]]
"""Service type → points by running year of use, dated."""


def load_table(found: Mapping[str, terms.Term]) -> Table:
    """Make the table of the entries of a terms file.

    Raises:
        DatedError: a row is empty, or a value is no whole number from 50 to 500.
    """
    limits = terms.constant("club.monthly_points_range", dict[str, int])
    rows: dict[str, Dated[list[int]]] = {}
    for name, term in found.items():
        if term.dated is None:
            message = f"{name}: a row of the points table must be dated"
            raise DatedError(message)
        for period in term.dated.periods:
            values = period.value
            if not isinstance(values, list) or not values:
                message = f"{name}: a row lists points by year of use, not {values!r}"
                raise DatedError(message)
            for points in values:
                if type(points) is not int or not limits["min"] <= points <= limits["max"]:
                    message = f"{name}: {points!r} is not between {limits['min']} and {limits['max']} points (M-02.2)"
                    raise DatedError(message)
        rows[name.removeprefix("points.")] = term.dated
    return rows


@functools.cache
def table() -> Table:
    """The packaged table.

    Raises:
        DatedError: see `load_table`.
    """
    return load_table({name: term for name, term in terms.catalogue().items() if name.startswith("points.")})


def canonical(service_type: str) -> str:
    """The service type a code stands for: `FAMILY` and `MANSION` are the types of フレッツ光ネクスト."""
    aliases = terms.constant("club.service_type_aliases", dict[str, str])
    return aliases.get(service_type, service_type)


def service_class(service_type: str) -> Literal["FAMILY", "MANSION"]:
    """The class of a service type, by which renewals are counted (M-03.5, F-03).

    Raises:
        Refusal: `UNKNOWN_SERVICE_TYPE` for a type outside the table: nothing is known of it.
    """
    known = terms.constant("club.service_classes", dict[str, Literal["FAMILY", "MANSION"]])
    found = known.get(canonical(service_type))
    if found is None:
        raise _unknown(service_type)
    return found


def in_program(service_type: str, on: date) -> bool:
    """Whether a line of that type can be in the programme on a Japan day (M-05.3, F-03)."""
    return canonical(service_type) in terms.dated("club.service_types", list[str]).on(on)


def year_of_use(in_use_since: date, usage_month: Month) -> int:
    """The running year of use in a month: 1 for the first twelve months, the month of opening included (F-05).

    Raises:
        ValueError: the line began after that month.
    """
    months = Month.of(in_use_since).months_until(usage_month)
    if months < 0:
        message = f"the line began on {in_use_since}, after {usage_month}"
        raise ValueError(message)
    return months // 12 + 1


def points_of(service_type: str, years_of_use: int | None, on: date) -> int:
    """Points a month of a service type.

    Args:
        service_type: a code of the table or an alias.
        years_of_use: the running year of use, 1 for the first; None counts as the first, the lowest.
        on: the Japan day whose table counts.

    Raises:
        Refusal: `UNKNOWN_SERVICE_TYPE` for a type outside the table or the programme.
        ValueError: a year below 1.
    """
    if years_of_use is not None and years_of_use < 1:
        message = f"the running year of use starts at 1, not {years_of_use}"
        raise ValueError(message)
    row = table().get(canonical(service_type))
    if row is None or not in_program(service_type, on):
        raise _unknown(service_type)
    values = row.on(on)
    return values[min(years_of_use or 1, len(values)) - 1]


def _unknown(service_type: str) -> Refusal:
    known = ", ".join(sorted(table()))
    detail = f"{service_type!r} is no service type of the programme; these are: {known}."
    return Refusal("UNKNOWN_SERVICE_TYPE", detail, ("M-02.2", "M-05.3"), values={"given": service_type, "known": known})
