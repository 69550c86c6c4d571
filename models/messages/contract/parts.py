"""What a contract's state is made of: the term, the choice, the watch, a change ahead, benefits. No personal data.

`Said` pieces are kept and shown as they were said: a member that nobody has given is not there, rather than null.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, SerializerFunctionWrapHandler, Tag, field_serializer, model_serializer

from models.messages.carrier import CarrierArea
from models.messages.contract.notices import Choice, WaiverCase
from models.messages.entity import Message
from rules.calendar import Month
from rules.charges.payment_agency import State


class Said(Message):
    """Written as it was said; members in the order in which a row keeps them, so that a read never changes order."""

    @model_serializer(mode="wrap")
    def _said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        whole = handler(self)
        given = [name for name in whole if name in self.model_fields_set]
        return {name: whole[name] for name in sorted(given, key=lambda name: (len(name), name))}


class MinimumTerm(Message):
    """最低利用期間; both ends inclusive."""

    start_on: date
    end_on: date
    source: Literal["application", "course_change", "carried_from_collabo", "benefit"]


class CourseStep(Message):
    """One line of the course history."""

    course: str
    from_on: date
    reason: str


class MadeChange(Message):
    """The last change by application that took effect: papers may still cancel it (W-12.4, W-21.4)."""

    from_course: str
    to_course: str
    received_on: date
    """The Japan day of its application."""
    change_on: date


class PaymentAgency(Message):
    """支払の代行 (W-24.x)."""

    state: State
    since: date


class FeeTerms(Message):
    """What every later fee decision of the contract takes into account (W-12.6)."""

    waiver: WaiverCase | None = None
    """A case of article 12 paragraph 6 an operator granted before the fee arose; of several the strongest."""
    waivers: list[WaiverCase] = Field(default_factory=list)
    """Every case granted so far whose ground stands; empty in a document of a release that kept the last one only."""

    @property
    def granted(self) -> tuple[WaiverCase, ...]:
        """Every case granted whose ground stands, the strongest first."""
        found = {*self.waivers, *([self.waiver] if self.waiver is not None else [])}
        return tuple(case for case in STRENGTH if case in found)

    @property
    def strongest(self) -> WaiverCase | None:
        """The case that decides a fee; None without one."""
        return next(iter(self.granted), None)

    def with_case(self, case: WaiverCase) -> FeeTerms:
        """With one more case granted: cases add up."""
        return _of_cases({*self.granted, case})

    def without_case(self, case: WaiverCase) -> FeeTerms:
        """With the ground of a case gone."""
        return _of_cases({*self.granted} - {case})


STRENGTH: tuple[WaiverCase, ...] = ("death", "line_name_change", "line_unusable")
"""The cases, those that waive every fee before the one that suspends that of a change (W-12.6a to c)."""


def _of_cases(cases: set[WaiverCase]) -> FeeTerms:
    kept = [case for case in STRENGTH if case in cases]
    return FeeTerms(waiver=kept[0] if kept else None, waivers=kept)


class VoidedMonths(Message):
    """Months whose basic fee is not billed after an initial cancellation, `YYYY-MM`, both inclusive (W-12.5)."""

    first: str | None
    """None: from the beginning of the contract."""
    last: str


class TermsChange(Message):
    """A notice of changed terms the contract goes on under (W-14.1, W-26.1)."""

    rollout_id: str
    announced_on: date
    effective_on: date
    edition: str | None


class Relocation(Message):
    """The latest word of the contractor moving house (W-21.3)."""

    to_carrier_area: CarrierArea = Field(alias="to_operator")
    received_on: date
    outcome: str


# What NTT told about the line


class ToldNotice(Message):
    """The latest notice of a kind, by the day it holds from; waivers rest on some of them (W-12.6b, W-12.6c)."""

    effective_on: date
    notice_id: str
    details: dict[str, Any] = Field(default_factory=dict)
    answered: bool = False
    """The contractor chose to continue: what it announced does not come, and no waiver rests on it any more."""


class LineChargeItem(Message):
    """One item of NTT's charges."""

    code: str
    amount: int
    """Yen as NTT bills it."""


class TakenStatement(Message):
    """NTT's statement of the line charges of one month, as the last notice told it (W-24.1, W-25.1f)."""

    seq: int
    """The entry that took it."""
    items: list[LineChargeItem]
    replaced: list[int] = Field(default_factory=list)
    """Entries whose statements of the same month it corrects."""


class KeyedCharges(Message):
    """Line charges of a month that somebody keyed in (W-24.1); several of a month add up."""

    month: str
    items: list[LineChargeItem]


class OwedChoice(ToldNotice):
    """The notice of a line lost while the contract was ending: the choice it opens if the cancellation is undone."""

    kind: str


class TypeChange(Message):
    """One change of the line's service type, as NTT told it (W-09.3, W-21.2)."""

    effective_on: date
    service_type: str
    by: str
    """`customer` or `ntt`."""
    notice_id: str
    notified_on: date
    moves: bool = True
    """Whether the course may follow by itself; no where an operator or a choice decides."""

    @property
    def moves_on(self) -> date:
        """The first day of the month after the change."""
        return Month.of(self.effective_on).plus(1).first_day

    @property
    def key(self) -> str:
        """Its key in the state: the last notice of one day stands."""
        return self.effective_on.isoformat()


class ChoiceGround(Message):
    """One of the grounds a choice rests on, as a notice told it (W-11.1, W-11.2, A-46)."""

    kind: str
    """The kind of notice, or `discontinued`."""
    reason: str
    """What the letter is worded by."""
    effective_on: date
    articles: list[str]
    offered: list[Choice]
    """What it leaves to choose."""


class AskedChoice(Said):
    """The choice the contractor was asked for, and what became of it (W-11.1, W-11.2, W-23.1, W-23.2, A-28)."""

    state: Literal["open", "escalated", "continue", "course_change", "cancel", "lapsed"]
    offered: list[Choice]
    opened_on: date
    opened_by: str
    """The kind of notice it rests on, or `discontinued`."""
    reason: str
    """What the letter is worded by."""
    articles: list[str]
    effective_on: date
    """From which day the ground holds."""
    escalates_on: date
    """The day on which an operator is asked on silence."""
    chosen_on: date | None = None
    """The Japan day the answer was received."""
    grounds: list[ChoiceGround] = Field(default_factory=list)
    """Every ground that stands; what is offered is what all of them leave. Empty where an earlier release asked."""
    answered: AskedChoice | None = None
    """The choice before, answered by a change that is still ahead: it is open again should that fall."""


class FeePause(Said):
    """Months that begin after a choice was opened bear no fee while it is open, where the owner reads it so (A-28)."""

    opened_on: date
    closed_on: date | None = None
    """The day the answer was received, or nothing was left to choose; None while it is open."""


# The course ahead


class Yen(Said):
    """An amount: tax-exclusive, its consumption tax, and both together."""

    amount: int
    tax: int
    total: int


class CarriedTerm(Said):
    """The rest of a minimum term that goes along to the other course (W-12.3b)."""

    months: int
    end_on: date


class AppliedChange(Said):
    """A course change that was applied for and has not taken effect (W-09.1, W-21.1)."""

    from_course: str
    to_course: str
    change_on: date | None
    """None while an operator has not accepted it and no day was agreed."""
    agreed_on: date | None
    received_at: datetime
    status: Literal["needs_operator", "planned"]
    charges: list[str]
    """Ids of the charges it raised."""
    minimum_term: MinimumTerm | None = None
    carried: CarriedTerm | None = None
    fee: Yen | None = None
    fee_outcome: str | None = None

    @field_serializer("received_at", when_used="json")
    def _moment(self, value: datetime) -> str:
        return value.isoformat()


class MoveWithLine(Said):
    """The next move of the course with the line's type: nobody applied for it, nobody can take it back (W-09.3)."""

    to_course: str
    change_on: date
    cause: Literal["line_type"]
    cancellable: Literal[False]
    articles: list[str]


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("cause", "applied_for"))
    return "line_type" if isinstance(value, MoveWithLine) else "applied_for"


PendingChange = Annotated[
    Annotated[AppliedChange, Tag("applied_for")] | Annotated[MoveWithLine, Tag("line_type")], Discriminator(_kind)
]
"""A change of the course that is ahead: one shape per kind."""


# Money


class WatchedCharge(Said):
    """The watch over one suspended fee (W-12.6c, A-35)."""

    state: Literal["watching", "waived", "due", "lifted"]
    until: date
    """Last day of the watch, inclusive."""
    changed_on: date
    """The day of the course change, from which a cancellation makes the fee due."""
    notice_received_on: date | None = None
    """The day of the cancellation notice that made it due."""


class Watch(WatchedCharge):
    """All watches of a contract; its own members are those of the one that ends last."""

    charge_id: str
    charges: dict[str, WatchedCharge]


class Benefit(Message):
    """特典: an obligation of its own beside article 12 (W-12.2p, A-49)."""

    benefit_id: str
    minimum_months: int
    fee: int
    """Yen, tax-exclusive."""
    from_on: date
    end_on: date
    """Last day of its term, inclusive."""
    over_on: date | None = None
    """The day its obligation ended with the course it was given for."""


class WaiverRequest(Message):
    """Evidence for a waiver came in; an operator answers (W-12.6, A-36)."""

    case: WaiverCase
    state: Literal["pending", "granted", "rejected", "lapsed"] = "pending"
    """`lapsed`: the contract came to its end without anything to waive."""
    received_on: date | None = None
    note_id: str | None = None
