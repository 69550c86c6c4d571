"""What a caller names by a code: as it was sent where the book knows it, UNKNOWN where nobody does.

What nobody knows may be anything, a person's name too, and what a contract is decided on stays in its log for good.
"""

from __future__ import annotations

import re
from datetime import date

from rules import terms
from rules.courses.course_catalogue import catalogue

UNKNOWN = "UNKNOWN"
"""In place of what nobody knows; it is no course, edition or channel, so it is refused as what was sent would be."""

CARRIER_TERMS = re.compile(r"(EAST|WEST)-([0-9]{4})")
"""How NTT's terms are named: the company and the year."""


def course(code: str) -> str:
    """A course of the catalogue, open for sale or not."""
    return code if code in catalogue().courses else UNKNOWN


def then(code: str) -> str:
    """What becomes of a contract that is cancelled initially: `end`, or a course."""
    return code if code == "end" else course(code)


def channel(name: str) -> str:
    """A way in which an application or a cancellation may be made."""
    ways = (*terms.constant("application.channels", list[str]), *terms.constant("cancellation.channels", list[str]))
    return name if name in ways else UNKNOWN


def edition(day: str) -> str:
    """An edition of this book, or of the general terms that the owner lists."""
    listed = (each for period in terms.dated("application.general_terms", list[date]).periods for each in period.value)
    known = {each.isoformat() for each in (*terms.constant("wakwak.editions", list[date]), *listed)}
    return day if day in known else UNKNOWN


def carrier_terms(name: str) -> str:
    """NTT's terms of some company and year."""
    return name if CARRIER_TERMS.fullmatch(name) else UNKNOWN


def one_of(code: str, known: frozenset[str]) -> str:
    """An id that is one of those a contract has."""
    return code if code in known else UNKNOWN
