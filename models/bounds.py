"""How far dates, numbers and texts reach that somebody else names: arithmetic on them never overflows."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

YEAR_MIN = 1990
YEAR_MAX = 2199

NUMBER_MAX = 1_000_000_000_000
"""The largest number of a command, of either sign."""

TEXT_MAX = 10_000
"""Characters of one text of a command."""

DEPTH_MAX = 20
"""Objects and lists within each other in a command."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9].*")

REPLACEMENT = "\ufffd"
"""What stands where a reader lost a character: a text of another encoding was read as UTF-8."""

_INVISIBLE = frozenset(
    {*map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0))}
    | {*map(chr, (*range(0x180B, 0x1810), *range(0xFFF0, 0xFFF9)))}
    | {*map(chr, (*range(0xE0000, 0xE0100), *range(0xE01F0, 0xE1000)))}
)
"""What shows nothing though its category says otherwise: Unicode's default ignorables, and blanks among the letters.

The selectors that choose the form of a kanji are ignorable too and stay: names are written with them.
"""


def _written_as_date(value: Any) -> Any:
    """A number is no date, though it could be read as seconds since 1970; nor is its text."""
    if isinstance(value, date) or (isinstance(value, str) and _DATE.fullmatch(value.strip())):
        return value
    raise PydanticCustomError("date_written", "a date is written YYYY-MM-DD")


def _written_as_moment(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value.strip())):
        return value
    raise PydanticCustomError("moment_written", "a timestamp is written as in RFC 3339, with an offset")


def in_reach(value: date) -> Any:
    """The date or moment itself.

    Raises:
        ValueError: its year lies outside `YEAR_MIN` to `YEAR_MAX`, both inclusive.
    """
    if not YEAR_MIN <= value.year <= YEAR_MAX:
        bounds = {"first": YEAR_MIN, "last": YEAR_MAX}
        raise PydanticCustomError("out_of_reach", "the year must lie from {first} to {last}", bounds)
    return value


Day = Annotated[date, BeforeValidator(_written_as_date), AfterValidator(in_reach)]
"""A Japan calendar day, 1990 to 2199."""

Moment = Annotated[AwareDatetime, BeforeValidator(_written_as_moment), AfterValidator(in_reach)]
"""RFC 3339 with an offset, 1990 to 2199."""

MonthText = Annotated[str, StringConstraints(pattern=r"^(199[0-9]|2[01][0-9][0-9])-(0[1-9]|1[0-2])$")]
"""`YYYY-MM`, 1990-01 to 2199-12."""


def wrong_character(text: str, *, lines: bool) -> str | None:
    """Why a text cannot be kept and shown as it stands; None where it can.

    Args:
        text: what was sent.
        lines: whether it may run over several lines.
    """
    for char in text:
        kind = unicodedata.category(char)
        if lines and char in "\n\r\t":
            continue
        if kind == "Cs":
            return "this is not valid Unicode text"
        if kind in {"Cc", "Zl", "Zp"} or char in "\ufffe\uffff":
            return "control characters are not text"
        if kind == "Cf" or char in _INVISIBLE:
            return "characters that cannot be seen, or that change the direction of writing, are not text"
    return None


def check_reach(value: Any, depth: int = 0) -> None:
    """Refuse what a decision, a row or a page could choke on, wherever it stands in a message.

    Raises:
        ValueError: a date, a number, a text or the nesting goes beyond the bounds of this module.
    """
    if depth > DEPTH_MAX:
        message = f"more than {DEPTH_MAX} levels"
        raise ValueError(message)
    if isinstance(value, date):
        in_reach(value)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if not (math.isfinite(value) and -NUMBER_MAX <= value <= NUMBER_MAX):
            message = f"a number must be finite and lie within {NUMBER_MAX}"
            raise ValueError(message)
    elif isinstance(value, str):
        if len(value) > TEXT_MAX or "\x00" in value:
            message = f"a text has at most {TEXT_MAX} characters, none of them NUL"
            raise ValueError(message)
    else:
        for each in _parts(value):
            check_reach(each, depth + 1)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, BaseModel):
        return [getattr(value, name) for name in type(value).model_fields]
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list | tuple | set | frozenset) else ()


_BEGINS_A_FORMULA = frozenset("=+-@")
"""Also in their wide and small forms, which a spreadsheet set to Japanese reads as the same, and behind blanks."""
_BEGINS_ANOTHER_CELL = ("\t", "\r", "\n")


def csv_cell(value: object) -> str:
    """A value as a cell of a CSV file that a spreadsheet may open: no text begins a formula, a number stays one."""
    if isinstance(value, int | float):
        return str(value)
    text = " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if first in _BEGINS_A_FORMULA or text.startswith(_BEGINS_ANOTHER_CELL) else text
