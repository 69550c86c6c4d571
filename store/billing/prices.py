"""The monthly basic fee by course and month, with its tax, as rows a set-based run joins (W-04.1, W-99.4, X-07)."""

from __future__ import annotations

import functools
import json
from datetime import date

from rules import terms
from rules.calendar import Month
from rules.charges.billing import charge
from rules.courses.course import monthly_basic
from rules.courses.course_catalogue import catalogue
from rules.dated import DatedError
from rules.refusal import Refusal

CODE = "monthly_basic"


@functools.lru_cache(maxsize=4)
def price_rows(through: Month) -> str:
    """JSON rows `course, from_month, to_month, amount, tax, total, status, articles`, months inclusive, yen.

    A month is supplied on its last day, so a tax rate that changes on a first holds from that month on. Months for
    which no price is known, and courses outside the book, have no row: nothing is billed for them here.

    Args:
        through: the last month needed.
    """
    first = Month.of(min(terms.constant("wakwak.editions", list[date])))
    rows: list[dict[str, object]] = []
    for code, course in catalogue().courses.items():
        if course.chapter is None:
            continue
        article = "W-18.1" if course.chapter == 2 else "W-04.1"
        for index in range(first.months_until(through) + 1):
            month = first.plus(index)
            price = _price(code, month)
            if price is None:
                continue
            row = {"course": code, **price, "articles": [article, "W-10.7", "W-99.4"]}
            last = rows[-1] if rows else {}
            if all(last.get(name) == value for name, value in row.items()) and last["to_month"] == str(month.plus(-1)):
                last["to_month"] = str(month)
            else:
                rows.append({**row, "from_month": str(month), "to_month": str(month)})
    return json.dumps(rows)


def _price(code: str, month: Month) -> dict[str, object] | None:
    try:
        amount, status = monthly_basic(code, month)
    except (Refusal, DatedError):
        return None
    supplied_on: date = month.last_day
    return {**charge(CODE, amount, supplied_on).as_json(), "status": status}
