"""Days, months, moments and yen as the two languages write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rules.calendar import JST, Month
from rules.explain.articles import Language


def day(value: date, language: Language) -> str:
    """`2018年5月20日` or `20 May 2018`."""
    if language == "ja":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {value:%B %Y}"


def month(value: Month, language: Language) -> str:
    """`2018年5月` or `May 2018`."""
    first = value.first_day
    return f"{first.year}年{first.month}月" if language == "ja" else f"{first:%B %Y}"


def moment(value: datetime, language: Language) -> str:
    """To the minute, in Japan time."""
    local = value.astimezone(JST)
    return f"{day(local.date(), language)} {local:%H:%M}"


def yen(amount: int, language: Language) -> str:
    """`4,860円` or `4,860 yen`."""
    return f"{amount:,}円" if language == "ja" else f"{amount:,} yen"


def money(value: Mapping[str, Any], language: Language) -> str:
    """With and without tax, once where they are the same."""
    total, amount = int(value["total"]), int(value["amount"])
    if total == amount:
        return yen(total, language)
    tax = yen(int(value["tax"]), language)
    if language == "ja":
        return f"{yen(total, language)}(税抜{yen(amount, language)}+税{tax})"
    return f"{yen(total, language)} ({yen(amount, language)} + {tax} tax)"


def date_of(value: Any) -> date | None:
    """A stored day, `YYYY-MM-DD`; None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(JST).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None
