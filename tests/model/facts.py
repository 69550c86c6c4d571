"""What happened outside: every fact of one life, with its legal moment; when it was keyed in is no part of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened outside.

    `at` is its legal moment in Japan time, naive: a letter's arrival, the day a notice of NTT holds from, the day
    service starts, the moment an operator decided.
    """

    at: datetime
    rank: ClassVar[int] = 50
    """Facts of one moment stand in this order, then by content."""
    own_moment: ClassVar[bool] = True
    """Whether its legal moment is one of its own; an operator's decision, say, counts from when it was made."""

    @property
    def on(self) -> date:
        """The Japan day of the legal moment."""
        return self.at.date()

    def key(self) -> tuple[Any, ...]:
        """The legal place; equal facts have equal keys, whatever order they were keyed in."""
        content = tuple((each.name, repr(getattr(self, each.name))) for each in fields(self))
        return (self.at, self.rank, type(self).__name__, content)


@dataclass(frozen=True)
class Line:
    """What the rules know of an access line."""

    operator: str = "EAST"
    brand: str = "NEXT"
    service_type: str = "FAMILY"
    holder_is_applicant: bool = True
    billing: tuple[str, ...] = ()
    discounts: tuple[str, ...] = ()
    zutto_months: int | None = None
    tax_exempt_embassy: bool = False


def replace_holder(line: Line) -> Line:
    """The line in the contractor's name again."""
    return replace(line, holder_is_applicant=True)


@dataclass(frozen=True, kw_only=True)
class Applied(Fact):
    """申込み: sent online, or arrived on paper (W-05.3, W-05.4, A-55)."""

    rank: ClassVar[int] = 10
    course: str
    line: Line = field(default_factory=Line)
    channel: str = "online"
    identity_required: bool = False


@dataclass(frozen=True, kw_only=True)
class Imported(Fact):
    """A running contract was taken over on the day of `at`."""

    rank: ClassVar[int] = 10
    course: str
    applied_on: date
    service_start_on: date
    term_end_on: date | None = None
    payment_agency: bool = False
    line: Line = field(default_factory=Line)


@dataclass(frozen=True, kw_only=True)
class IdentityShown(Fact):
    """An identity document was shown (W-05.2)."""

    rank: ClassVar[int] = 12


@dataclass(frozen=True, kw_only=True)
class AcceptedByOperator(Fact):
    """An operator accepted after the holder test (W-07.1)."""

    rank: ClassVar[int] = 13
    own_moment: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class RefusedByOperator(Fact):
    """An operator refused under article 7."""

    rank: ClassVar[int] = 13
    own_moment: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Fact):
    """The applicant took the application back."""

    rank: ClassVar[int] = 14


@dataclass(frozen=True, kw_only=True)
class ServiceStarted(Fact):
    """The announced first day of service is the day of `at` (W-12.1n)."""

    rank: ClassVar[int] = 20


@dataclass(frozen=True, kw_only=True)
class CancellationReceived(Fact):
    """解約の届出 (W-10.1 to W-10.6, W-22.1)."""

    channel: str = "paper"
    wanted_month: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeRequested(Fact):
    """An application for another course (W-09.1, W-21.1)."""

    to_course: str
    change_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeDecided(Fact):
    """An operator decided on a change whose applicant does not hold the line (W-07.1, W-09.2)."""

    own_moment: ClassVar[bool] = False
    accept: bool


@dataclass(frozen=True, kw_only=True)
class InitiallyCancelled(Fact):
    """初期契約解除, dispatched on the day of `at` (W-12.4, W-12.5, W-21.4)."""

    papers_received_on: date
    then: str = "end"


@dataclass(frozen=True, kw_only=True)
class Terminated(Fact):
    """解除 by NTT-ME: at the moment it was decided, or at the end of its last day where it is keyed in after that."""

    last_day: date

    @property
    def is_past(self) -> bool:
        """Whether it counts from its last day, whenever it is keyed in."""
        return self.at == datetime.combine(self.last_day, time.max)


@dataclass(frozen=True, kw_only=True)
class BenefitGiven(Fact):
    """A benefit with a term and a fee of its own (W-12.2p)."""

    own_moment: ClassVar[bool] = False
    benefit_id: str
    months: int
    fee: int
    from_on: date


@dataclass(frozen=True, kw_only=True)
class FeeDecided(Fact):
    """An operator decided on a waiting fee: of the contract (`about` None) or of a benefit (W-12.3d, W-12.2p)."""

    own_moment: ClassVar[bool] = False
    due: bool
    about: str | None = None


@dataclass(frozen=True, kw_only=True)
class WaiverGranted(Fact):
    """An operator waived under article 12 paragraph 6."""

    own_moment: ClassVar[bool] = False
    case: str


@dataclass(frozen=True, kw_only=True)
class CourseSwitched(Fact):
    """An operator moved the contract to the course of a line type NTT changed (W-04.2, A-38)."""

    own_moment: ClassVar[bool] = False
    to_course: str


@dataclass(frozen=True, kw_only=True)
class Chosen(Fact):
    """The contractor's choice (W-11.1, W-11.2)."""

    choice: str
    to_course: str | None = None
    holder_is_applicant: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Notice(Fact):
    """A notice of NTT about the line.

    What it asks of anybody counts from its arrival, which is `at`; NTT names the same day here.
    """

    rank: ClassVar[int] = 40
    own_moment: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class LineEnded(Notice):
    """The line contract ended, by abolition or by conversion (転用)."""

    conversion: bool = False


@dataclass(frozen=True, kw_only=True)
class EndNotified(Notice):
    """NTT notified the end of the service."""

    reason: str
    """`name_change` or `other`."""


@dataclass(frozen=True, kw_only=True)
class TypeChanged(Notice):
    """The line's service type changed.

    A change by the contractor to a listed type moves the course by itself, so it counts from its own day (W-09.3).
    """

    own_moment: ClassVar[bool] = True
    service_type: str
    by: str
    """`customer` or `ntt`."""

    @property
    def counts_from_its_day(self) -> bool:
        """Whether `at` is the beginning of the day NTT names, rather than the arrival."""
        return self.by == "customer" and self.service_type != "BUSINESS"


@dataclass(frozen=True, kw_only=True)
class Excluded(Notice):
    """Billing and discounts of the line, as they are from that day."""

    billing: tuple[str, ...] = ()
    discounts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OperatorMoved(Notice):
    """The line moved to the area of NTT East or West."""

    operator: str


@dataclass(frozen=True, kw_only=True)
class HolderChanged(Notice):
    """The name of the line holder changed."""


@dataclass(frozen=True, kw_only=True)
class Unusable(Notice):
    """The line became unusable."""

    attributable: bool


@dataclass(frozen=True, kw_only=True)
class LineStatement(Notice):
    """NTT's charges of one month, which may pass through onto ours (W-24.1, W-25.1f)."""

    month: date
    """Its first day."""


@dataclass(frozen=True, kw_only=True)
class StatementUnpaid(Fact):
    """A combined statement was not paid by its due date (W-24.3)."""

    own_moment: ClassVar[bool] = False
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Merged(Fact):
    """A rollout merged courses on the day of `at` (W-C1.x)."""

    rank: ClassVar[int] = 30
    courses: tuple[str, ...]
    to_course: str


@dataclass(frozen=True, kw_only=True)
class Relocated(Fact):
    """The contractor moves house (W-21.3)."""

    to_operator: str


def may_come_late(fact: Fact) -> bool:
    """Whether it can be keyed in after its legal moment and still counts from there."""
    if isinstance(fact, Terminated):
        return fact.is_past
    return fact.counts_from_its_day if isinstance(fact, TypeChanged) else fact.own_moment


def in_legal_order(facts: set[Fact] | frozenset[Fact] | list[Fact]) -> list[Fact]:
    """The facts by legal moment; the order they came in does not matter."""
    return sorted(facts, key=lambda fact: fact.key())
