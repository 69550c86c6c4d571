"""Days, months, moments, yen and the figures of a refusal as the two languages write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from rules.calendar import JST, Month
from rules.courses.course_catalogue import full_name
from rules.explain.articles import Language, refusals


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


def in_words(text: str, language: Language) -> str:
    """A text with each day and month in it, such as `2018-05-20` and `2018-05`, as the language writes it."""
    return months_in_words(days_in_words(text, language), language)


def timer(label: str) -> str:
    """What a timer is called in Japanese: its days and months as people write them, its course by its name."""
    return in_words(_CODE.sub(lambda found: full_name(found[0], "ja"), label), "ja")


_CODE = re.compile(r"[A-Z][A-Z0-9_]+")


def statements_in_words(text: str, language: Language) -> str:
    """A text with each statement in it, such as `K…-2018-05`, by its month: people do not know it by its number."""
    return _A_STATEMENT.sub(lambda found: _statement(Month.parse(found[1]), language), text)


def _statement(of: Month, language: Language) -> str:
    return f"{month(of, language)}分の請求書" if language == "ja" else f"the statement of {month(of, language)}"


_A_STATEMENT = re.compile(r"\bK[0-9A-F]+-([0-9]{4}-[0-9]{2})\b(?!-)")


def days_in_words(text: str, language: Language) -> str:
    """A text with each day in it as the language writes it; what looks like one and is none stays."""
    return _A_DAY.sub(lambda found: figure(found[0], language), text)


def months_in_words(text: str, language: Language) -> str:
    """A text with each month in it as the language writes it."""
    return _A_MONTH.sub(lambda found: month(Month.parse(found[0]), language), text)


_A_DAY = re.compile(r"(?<![0-9-])[12][0-9]{3}-[01][0-9]-[0-3][0-9](?![0-9-])")
_A_MONTH = re.compile(r"(?<![0-9-])[12][0-9]{3}-(?:0[1-9]|1[0-2])(?![0-9-])")


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


def month_of(value: Any) -> Month | None:
    """A stored month, `YYYY-MM`; None for anything else, also for what only looks like one."""
    try:
        return Month.parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


_NAMES: Mapping[str, tuple[str, str]] = {
    "continue": ("契約の継続", "to continue"),
    "course_change": ("コース変更", "a change of course"),
    "cancel": ("解約", "to cancel"),
    "EAST": ("東日本", "East"),
    "WEST": ("西日本", "West"),
    "FAMILY": ("ファミリータイプ", "FAMILY"),
    "MANSION": ("マンションタイプ", "MANSION"),
    "general_terms": ("利用規約", "general terms"),
    "course_terms": ("コースの規程", "course terms"),
    "carrier_terms": ("NTTの規約", "NTT's terms"),
    "email": ("メールアドレス", "e-mail address"),
    "phone": ("電話番号", "phone"),
    "reason": ("理由", "reason"),
    "attributable": ("お客さまの責任かどうか", "whose doing it was"),
    "backoffice": ("受付", "back office"),
    "operator": ("担当者", "operator"),
    "auditor": ("監査", "auditor"),
    "site": ("会員サイト", "members' site"),
    "service_type": ("サービスタイプ", "service type"),
}
"""Codes that a refusal names."""

_STORED_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9:]+)")


def figure(value: Any, language: Language) -> str:
    """A figure, a day, a moment or a name of a refusal as the language writes it."""
    if isinstance(value, list | tuple | set | frozenset):
        return ("、" if language == "ja" else ", ").join(figure(each, language) for each in value)
    if isinstance(value, int):
        return f"{value:,}"
    on = None if isinstance(value, datetime) else date_of(value)
    return day(on, language) if on is not None else _said(value, language)


def _said(value: Any, language: Language) -> str:
    """A moment or a month, otherwise a name: a refusal may repeat what a caller wrote, which only looks like one."""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    if (of := month_of(text)) is not None:
        return month(of, language)
    if _STORED_MOMENT.fullmatch(text):
        with suppress(ValueError, OverflowError):
            return moment(datetime.fromisoformat(text), language)
    if found := _A_STATEMENT.fullmatch(text):
        return _statement(Month.parse(found[1]), language)
    names = _NAMES.get(text)
    return names[0 if language == "ja" else 1] if names else full_name(text, language)


_NAMED = re.compile(r"\{([a-z_]+)\}")


def refusal(code: str, language: Language, values: Mapping[str, Any] | None = None) -> str | None:
    """What a refusal means, with its figures where a sentence for them stands beside it; None of a code without words.

    Args:
        code: of the refusal.
        language: of the words.
        values: the figures, days and names it was refused by.
    """
    known = refusals().get(code)
    if known is None:
        return None
    given = {name: figure(value, language) for name, value in (values or {}).items() if value not in (None, "", [], ())}
    fitting = [each for each in known.get("more", ()) if set(_NAMED.findall(each["ja"])) <= given.keys()]
    said = str(known[language])
    if not fitting:
        return said
    more = fitting[0][language].format(**given)
    return f"{said}({more})" if language == "ja" else f"{said} ({more})"
