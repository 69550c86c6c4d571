"""The number of a フレッツ光 line in its one form, whoever wrote it (CAF, COP, お客さまID: F-29, F-30; W-03.1)."""

from __future__ import annotations

import re
import unicodedata

from rules.refusal import Refusal

_SEPARATORS = re.compile(r"[\s\u200b\u30fb\u30fc\u2043\u2212\ufeff]|[\u002d\u2010-\u2015]")
"""What people put between the groups of a number: blanks, hyphens and dashes of every kind, the long sound mark."""

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9_]{0,39}")


PREFIXES = ("CAF", "COP")
"""What stands before the digits of a number of today (F-29)."""


def meant(written: str) -> tuple[str, ...]:
    """The line numbers that somebody may mean who reads one out: digits alone leave out what stands before them.

    Raises:
        Refusal: as `canonical`.
    """
    plain = canonical(written)
    return (plain, *(f"{prefix}{plain}" for prefix in PREFIXES)) if plain.isdigit() else (plain,)


def canonical(written: str) -> str:
    """The one form of a line number: ASCII capitals and digits, nothing between them.

    `caf1234567890`, `CAF-123-456-7890` and `ＣＡＦ１２３４５６７８９０` are one line, so one contract can hold it
    (W-03.1, W-17.1) and its points are earned once (M-02.1). The form itself is not tested further: older numbers
    follow no published pattern (F-29, F-30).

    Raises:
        Refusal: `LINE_NUMBER_MALFORMED`, nothing is left of it, it is too long, or it holds another sign.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", written)).upper()
    if not _NUMBER.fullmatch(plain):
        detail = "A line number is made of letters and digits, 40 at most, such as CAF1234567890."
        raise Refusal("LINE_NUMBER_MALFORMED", detail, ("W-03.1", "M-09.2"))
    return plain
