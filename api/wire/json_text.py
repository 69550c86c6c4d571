"""JSON as it may come in: UTF-8, nested so far, numbers finite, each name once; looked at before objects are built."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

DEPTH_MAX = 64
"""Objects and lists within each other."""

DIGITS_MAX = 40
"""Of a whole number."""

NAME_MAX = 80
"""Characters of a member's name that are told back."""

_TOO_DEEP = f"The body nests more than {DEPTH_MAX} levels deep."

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
        raise UnfitJsonError(_TOO_DEEP)


def parse(text: bytes | str) -> Any:
    """The value of a text.

    Raises:
        UnicodeDecodeError: not UTF-8.
        UnfitJsonError: too deep, a name twice, or a number that is not finite or has too many digits.
        ValueError: it is no JSON.
    """
    if isinstance(text, bytes):
        # What was counted and what is parsed is one text: a reader of bytes would guess UTF-16 and UTF-32 by itself.
        check_encoding(text)
        check_depth(text)
        text = text.decode("utf-8-sig")
    else:
        check_depth(text.encode("utf-8", "surrogatepass"))
    try:
        return json.loads(text, parse_constant=_constant, parse_float=_float, parse_int=_int, object_pairs_hook=_object)
    except RecursionError:
        raise UnfitJsonError(_TOO_DEEP) from None


def check_encoding(text: bytes) -> None:
    """Refuse what is not UTF-8, or what a reader of JSON would take for something else (RFC 8259, 8.1).

    Raises:
        UnicodeDecodeError: it is so.
    """
    text.decode()
    if not json.detect_encoding(text).startswith("utf-8"):
        raise UnicodeDecodeError("utf-8", text[:1], 0, 1, "JSON in another encoding")


def place(parts: Iterable[Any]) -> str:
    """Where in a value something does not fit, such as `line.operator`; it can be stored, sent and read.

    A name that no model knows is the caller's own text: what cannot be printed (NUL, half a surrogate pair, zero
    width) is shown as U+FFFD, and what is too long is cut.
    """
    return ".".join(_printable(str(part)[:NAME_MAX]) for part in parts)


def _printable(name: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ on which of two values counts, so neither does."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise UnfitJsonError(f"The name `{place([twice])}` stands twice in one object.")
    return found


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
