"""JSON as it may come in: nested so far, numbers finite, looked at before anything builds objects of it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

DEPTH_MAX = 64
"""Objects and lists within each other."""

DIGITS_MAX = 40
"""Of a whole number."""

NAME_MAX = 80
"""Characters of a member's name that are told back."""

_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKETS = b"[]{}"
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_UP_AND_DOWN = bytes.maketrans(_BRACKETS, b"\x01\xff\x01\xff")


class UnfitJsonError(ValueError):
    """The text goes beyond what is taken; the reason repeats nothing of it."""


def check_depth(text: bytes) -> None:
    """Refuse a text that nests too deep, without building anything of it.

    Raises:
        UnfitJsonError: more than `DEPTH_MAX` levels.
    """
    if text.count(b"[") + text.count(b"{") <= DEPTH_MAX:
        return
    steps = _TEXT.sub(b"", text).translate(_UP_AND_DOWN, _OTHERS)
    if max(accumulate(memoryview(steps).cast("b")), default=0) > DEPTH_MAX:
        raise UnfitJsonError(f"The body nests more than {DEPTH_MAX} levels deep.")


def parse(text: bytes | str) -> Any:
    """The value of a text.

    Raises:
        UnfitJsonError: too deep, or a number that is not finite or has too many digits.
        ValueError: it is no JSON.
    """
    check_depth(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return json.loads(text, parse_constant=_constant, parse_float=_float, parse_int=_int)


def place(parts: Iterable[Any]) -> str:
    """Where in a value something does not fit, such as `line.operator`; it can be stored, sent and read.

    A name that no model knows is the caller's own text: what cannot be printed (NUL, half a surrogate pair, zero
    width) is shown as U+FFFD, and what is too long is cut.
    """
    return ".".join(_printable(str(part)[:NAME_MAX]) for part in parts)


def _printable(name: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)


def _constant(_: str) -> Any:
    raise UnfitJsonError("NaN and Infinity are no JSON.")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnfitJsonError("A number is too large.")
    return number


def _int(text: str) -> int:
    if len(text) > DIGITS_MAX:
        raise UnfitJsonError(f"A whole number has more than {DIGITS_MAX} digits.")
    return int(text)
