"""Telephone numbers as people write them: digits of either width, and the signs between their groups."""

from __future__ import annotations

import re
import unicodedata

LENGTH_MAX = 40

_DASHES = re.compile("[‐-―−ーｰ－]")
"""What people type for a hyphen: dashes of every kind, the minus sign, the long sound mark."""

_NUMBER = re.compile(r"\+?[0-9() -]*")


def is_number(written: str) -> bool:
    """Whether a text can be dialled: digits with `+` before them, and hyphens, parentheses and blanks between.

    How many digits there are is not tested: numbers of other countries and extensions follow no one pattern.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", written)).strip()
    return bool(_NUMBER.fullmatch(plain)) and any(each.isdigit() for each in plain)
