"""What happened outside to one membership of the club."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from tests.model.facts import Fact


@dataclass(frozen=True, kw_only=True)
class Registered(Fact):
    """An application for membership, at the moment of applying (M-06.1, A-14)."""

    rank: ClassVar[int] = 10
    service_type: str = "NEXT_FAMILY"
    in_use_since: date
    ninen_started_on: date | None = None
    operator: str = "EAST"
    customer: str = "INDIVIDUAL"


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Fact):
    """The member left the club (M-05.7)."""


@dataclass(frozen=True, kw_only=True)
class Told(Fact):
    """A notice of NTT about the member's line: it arrived at `at` and holds from a day."""

    rank: ClassVar[int] = 40
    own_moment: ClassVar[bool] = False
    holds_from: date


@dataclass(frozen=True, kw_only=True)
class Converted(Told):
    """転用 (M-05.1)."""


@dataclass(frozen=True, kw_only=True)
class Abolished(Told):
    """廃止 (M-05.2)."""


@dataclass(frozen=True, kw_only=True)
class WentWest(Told):
    """The line is one of NTT West now (M-12.1)."""


@dataclass(frozen=True, kw_only=True)
class TypeTold(Told):
    """The line is of another type (M-02.2, M-03.5, M-05.3)."""

    service_type: str


@dataclass(frozen=True, kw_only=True)
class NinenStarted(Told):
    """にねん割 began (M-03.1, M-03.8)."""


@dataclass(frozen=True, kw_only=True)
class NinenCancelled(Told):
    """にねん割 was cancelled (M-03.6)."""


@dataclass(frozen=True, kw_only=True)
class SupportTold(Fact):
    """A support service runs from a day on, or ran until one (M-07.7)."""

    own_moment: ClassVar[bool] = False
    service: str
    active: bool
    day: date
