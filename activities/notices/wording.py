"""How dates, money, courses and articles are written in a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from models import words
from rules.calendar import Month, japan_day
from rules.courses.course_catalogue import full_name


class WordingError(ValueError):
    """A value cannot be written; the message names its form, not its content."""


RULE_BOOK = "WAKWAK 光 with フレッツシリーズ利用規程"

_UNFIT = "現在の接続サービスコースの提供条件に該当しなくなったことを確認いたしました。"

GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "brand_changed": f"ご利用のフレッツ光が、品目の変更により、{_UNFIT}",
        "conversion": "ご利用のフレッツ光の契約が転用により終了したことを、NTT からの連絡により確認いたしました。",
        "discontinued": "ご利用の接続サービスコースの提供を終了いたしますことは、先のお知らせのとおりです。",
        "discounts_changed": f"ご利用のフレッツ光が、割引サービスの変更により、{_UNFIT}",
        "excluded": f"ご利用のフレッツ光が、請求方法または割引サービスの変更により、{_UNFIT}",
        "moved_operator": f"ご利用のフレッツ光が、移転により、{_UNFIT}",
        "name_change": "フレッツ光の名義変更にともない、NTT より WAKWAK 光のご利用の終了について連絡がございました。",
        "other": "NTT より、WAKWAK 光のご利用の終了について連絡がございました。",
        "tax_status_changed": f"ご利用のフレッツ光が、課税区分の変更により、{_UNFIT}",
        "terminated": "ご利用のフレッツ光の契約が終了したことを、NTT からの連絡により確認いたしました。",
        "type_not_listed": f"ご利用のフレッツ光が、回線タイプの変更により、{_UNFIT}",
    }
)
"""Why a contractor has to choose, by the reason of the ground: what happened to the line or the course, and no more.

Articles 11 and 23. A line that no longer fits goes on; only the first words of a lost one say that it has ended.
"""

_NO_GROUND = "NTT からの連絡により、ご契約の継続についてご確認いただく必要がございます。"
"""Of a letter whose reason no table names: it says that something is to be chosen, and nothing that may not be so."""


def ground(reason: object) -> str:
    """The sentence by which a contractor is told why there is a choice (articles 11 and 23)."""
    return GROUNDS.get(str(reason), _NO_GROUND)


def contract_state(code: object) -> str:
    """The state of a contract, as its contractor reads it."""
    return words.ja(words.CONTRACT_STATES, code)


def membership_state(code: object) -> str:
    """The state of a membership, as its member reads it."""
    return words.ja(words.MEMBERSHIP_STATES, code)


def letter(kind: object) -> str:
    """The name of a letter."""
    return words.ja(words.LETTERS, kind)


def day(value: object) -> str:
    """`2018-06-12`, a date, or a moment (its Japan day) → `2018年6月12日`.

    Raises:
        WordingError: it is none of them.
    """
    found = as_day(value)
    return f"{found.year}年{found.month}月{found.day}日"


def as_day(value: object) -> date:
    """A date, `YYYY-MM-DD`, or a moment (its Japan day) → the day.

    Raises:
        WordingError: it is none of them.
    """
    try:
        if isinstance(value, str):
            return japan_day(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)
        if isinstance(value, datetime):
            return japan_day(value)
    except ValueError:
        raise WordingError("a day is not written YYYY-MM-DD") from None
    if isinstance(value, date):
        return value
    raise WordingError(f"a {type(value).__name__} is not a day")


def month(value: object) -> str:
    """`2018-06` → `2018年6月`.

    Raises:
        WordingError: it is not written so.
    """
    found = as_month(value)
    return f"{found.year}年{found.month}月"


def as_month(value: object) -> Month:
    """`YYYY-MM` → the month.

    Raises:
        WordingError: it is not written so.
    """
    try:
        return value if isinstance(value, Month) else Month.parse(str(value))
    except ValueError:
        raise WordingError("a month is not written YYYY-MM") from None


def yen(value: object) -> str:
    """`{"amount", "tax", "total"}` → `4,500円(税抜)/4,860円(税込)` (W-99.4); a number of yen → `4,500円`.

    What bears no tax is written once.

    Raises:
        WordingError: it is neither.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}円"
    if isinstance(value, Mapping) and {"amount", "total"} <= value.keys():
        if value["amount"] == value["total"]:
            return yen(value["total"])
        return f"{yen(value['amount'])}(税抜)/{yen(value['total'])}(税込)"
    raise WordingError(f"a {type(value).__name__} is not money")


def points(value: object) -> str:
    """`1000` → `1,000ポイント`.

    Raises:
        WordingError: it is no whole number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}ポイント"
    raise WordingError(f"a {type(value).__name__} is not a number of points")


def course(code: object) -> str:
    """The full name of a course (接続サービスコース); a code that no edition knows is written as it is."""
    return full_name(str(code))


def choice(code: object) -> str:
    """The name of a choice after the line's end (articles 11 and 23)."""
    return words.ja(words.CHOICES, code)


def item(code: object) -> str:
    """The name of a charge."""
    return words.ja(words.CHARGES, code)


_ARTICLE = re.compile(r"^W-(\d{2})\.")


def cite(ids: Iterable[str]) -> str:
    """Requirement ids → the articles a customer can look up, each once; an empty text where none has one.

    `["W-10.2", "W-12.3c"]` → `「WAKWAK 光 with フレッツシリーズ利用規程 第10条、第12条」`.
    """
    matches = (_ARTICLE.match(each) for each in ids)
    numbers = dict.fromkeys(int(match[1]) for match in matches if match)
    parts = ["前文" if number == 0 else "附則" if number == 99 else f"第{number}条" for number in numbers]
    return f"「{RULE_BOOK} {'、'.join(parts)}」" if parts else ""


FILTERS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "day": day,
        "month": month,
        "yen": yen,
        "points": points,
        "course": course,
        "choice": choice,
        "item": item,
        "cite": cite,
        "contract_state": contract_state,
        "membership_state": membership_state,
        "letter": letter,
        "ground": ground,
    }
)
"""What templates may use, by name."""
