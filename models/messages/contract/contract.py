"""The contract's public messages: input, state, updates and ids. No personal data anywhere here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, model_validator

from models import place
from models.machines.contract import BEFORE_SERVICE, IN_FORCE
from models.messages.carrier import CarrierArea
from models.messages.contract.earlier import lifted
from models.messages.contract.parts import (
    AskedChoice,
    Benefit,
    CourseStep,
    FeePause,
    FeeTerms,
    KeyedCharges,
    MadeChange,
    MinimumTerm,
    OwedChoice,
    PaymentAgency,
    PendingChange,
    Relocation,
    TakenStatement,
    TermsChange,
    ToldNotice,
    TypeChange,
    VoidedMonths,
    WaiverRequest,
    Watch,
)
from models.messages.entity import Charge, Command, EntityState, Message
from rules.calendar import start_of
from rules.courses.course import chapter_of

WORKFLOW = "ContractWorkflow"

Channel = Literal["online", "paper"]


def workflow_id(contract_id: str) -> str:
    """`contract/{contract_id}`."""
    return f"contract/{contract_id}"


class LineFacts(Message):
    """What rules need to know of an access line; its number stays in the database under `line_key`."""

    carrier_area: CarrierArea = Field(alias="operator")
    """NTT's side, in documents `operator`."""
    brand: str = "NEXT"
    service_type: str = "FAMILY"
    holder_is_applicant: bool = True
    billing: list[str] = Field(default_factory=list)
    discounts: list[str] = Field(default_factory=list)
    zutto_months: int | None = None
    tax_exempt_embassy: bool = False


class Consents(Message):
    """Editions of the three documents agreed to (W-00.4, W-05.1)."""

    general_terms: str
    course_terms: str
    carrier_terms: str


class Identity(Command):
    """The ids a new contract begins with; they stand for the person and the line."""

    contract_id: str = ""
    person_id: str | None = None
    line_key: str | None = None
    """None until NTT opens the line."""
    filing_id: str | None = None


class Apply(Identity):
    """The application (申込)."""

    course: str
    channel: Channel
    received_at: datetime
    line: LineFacts
    start_line: bool = False
    wished_dates: list[date] = Field(default_factory=list)
    identity_required: bool = False
    consents: Consents
    written_on: date | None = None
    posted_on: date | None = None

    def happened_at(self) -> datetime | None:
        """Arrival on paper, sending online (W-05.3, W-05.4)."""
        return self.received_at


class Import(Identity):
    """A contract that already exists enters (chapter 2 can enter no other way)."""

    course: str
    applied_on: date
    service_start_on: date
    minimum_term_end_on: date | None = None
    payment_agency: bool = False
    line: LineFacts

    def happened_at(self) -> datetime | None:
        """The beginning of its first day: letters that arrived before the import keep their order among each other."""
        return start_of(self.service_start_on)


class ContractInput(Message):
    """Starts a contract's workflow, or continues it."""

    contract_id: str
    person_id: str | None = None
    line_key: str | None = None
    """None until NTT opens the line."""
    filing_id: str | None = None
    apply: Apply | None = None
    import_: Import | None = None
    spread_s: float = 0.0
    """Over how many seconds the wake-ups of one midnight are spread, as the last record said."""
    offset_s: float | None = None
    """Business time minus this execution's clock, in seconds; None: asked of the database."""
    state: dict[str, Any] | None = None
    """Carried over by continue-as-new."""
    done: list[str] = Field(default_factory=list)
    """Operation ids answered by earlier runs, the latest last."""
    attributed: bool = False
    """Whether the execution was started with the search attributes of its state."""


class ContractState(EntityState):
    """The folded state of one contract."""

    contract_id: str = ""
    person_id: str | None = None
    line_key: str | None = None
    filing_id: str | None = None
    state: str = "applied"
    chapter: int = 1
    course: str = ""
    applied_course: str = ""
    channel: str = "online"
    start_line: bool = False
    identity_required: bool = False
    applied_on: date | None = None
    """The legal application day: arrival on paper, sending online (W-05.3, W-05.4)."""
    received_on: date | None = None
    held_from: date | None = None
    """The business day from which it holds its line (W-03.1)."""
    line: LineFacts | None = None
    wished_dates: list[date] = Field(default_factory=list)
    service_start_on: date | None = None
    minimum_term: MinimumTerm | None = None
    end_on: date | None = None
    """Last day in force, inclusive; planned while `ending`."""
    end_reason: str | None = None
    course_history: list[CourseStep] = Field(default_factory=list)
    pending_course_change: PendingChange | None = None
    last_change: MadeChange | None = None
    """The last change by application that took effect; None without one, or where an earlier release made it."""
    payment_agency: PaymentAgency | None = None
    watch: Watch | None = None
    choice: AskedChoice | None = None
    fee_pauses: dict[str, FeePause] = Field(default_factory=dict)
    """By the day a choice was opened; none while fees go on, as they do unless the owner reads it otherwise (A-28)."""
    charges: dict[str, Charge] = Field(default_factory=dict)
    benefits: dict[str, Benefit] = Field(default_factory=dict)
    waiver_requests: dict[str, WaiverRequest] = Field(default_factory=dict)
    consents: Consents | None = None
    written_on: date | None = None
    """The day on a paper application."""
    posted_on: date | None = None
    """The day a paper application was posted."""
    ntt_service_type: str | None = None
    """The service type NTT answered with and the course has not followed yet (W-04.2)."""
    type_changes: dict[str, TypeChange] = Field(default_factory=dict)
    """Every change of the line's type told so far, by its effective day."""
    told_notices: dict[str, ToldNotice] = Field(default_factory=dict)
    """The latest notice of each kind; a conversion is a termination told in another word."""
    line_statements: dict[str, TakenStatement] = Field(default_factory=dict)
    """By month, NTT's statement of line charges that counts."""
    keyed_charges: dict[str, KeyedCharges] = Field(default_factory=dict)
    """By entry, the line charges that were keyed in beside NTT's own statements."""
    owed_choice: OwedChoice | None = None
    """The choice that opens once the cancellation is taken back."""
    fee_terms: FeeTerms = Field(default_factory=FeeTerms)
    fee_days: dict[str, date] = Field(default_factory=dict)
    """By charge, the day of the course change a fee belongs to."""
    carried_term: bool = False
    """Whether its term outside chapters 1 and 2 was carried there from with フレッツ II (W-12.3b)."""
    term_began_while_ending: bool = False
    """Whether a course change brought a minimum term after the end was notified."""
    voided_months: VoidedMonths | None = None
    terms_changes: dict[str, TermsChange] = Field(default_factory=dict)
    """By rollout, the notices of changed terms it goes on under."""
    with_flets_area: CarrierArea | None = None
    """The area that a with フレッツ contract is for (W-15.1); None until NTT tells of a move: that of its line."""
    relocation: Relocation | None = None
    past_correction: bool = False
    """The time for corrections is over: what keeps the record open is owed, or asked of an operator (W-11.3, X-05)."""

    @property
    def may_not_have_begun(self) -> bool:
        """Whether service may still be ahead: not announced, or nothing has been decided on its first day or later."""
        if self.service_start_on is None or self.latest is None:
            return self.state in BEFORE_SERVICE
        return place.moment_of(self.latest) < start_of(self.service_start_on)

    @property
    def gets_refunds(self) -> bool:
        """Whether no statement of ours will use what it is owed: over, or in force outside this book (W-11.3)."""
        return self.state == "ended" or (self.state in IN_FORCE and chapter_of(self.course) is None)

    @model_validator(mode="before")
    @classmethod
    def _of_any_release(cls, document: Any) -> Any:
        """Documents of earlier releases are read as they were meant."""
        return lifted(document) if isinstance(document, Mapping) else document


class WithReceipt(Command):
    """A request that arrived at a moment."""

    received_at: datetime | None = None

    def happened_at(self) -> datetime | None:
        """Its arrival."""
        return self.received_at


class Cancel(WithReceipt):
    """解約の届出 (W-10)."""

    channel: Channel
    received_at: datetime
    wanted_month: str | None = Field(default=None, pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")
    posted_on: date | None = None
    """The postmark of a letter (A-26)."""


class UndoCancellation(Command):
    """Takes a cancellation back before it takes effect."""


class ShowIdentity(Command):
    """The identity document was shown (W-05.2)."""

    shown_at: datetime

    def happened_at(self) -> datetime | None:
        """When it was shown."""
        return self.shown_at


class StartService(Command):
    """The first day of service on a line that exists already."""

    service_start_on: date

    def happened_at(self) -> datetime | None:
        """The beginning of that day."""
        return start_of(self.service_start_on)


class SwitchCourse(Command):
    """An operator moves the contract to another W2 course (W-04.2)."""

    to_course: str


class FilingReport(Command):
    """What the filing tells its contract."""

    outcome: Literal["opened", "cancelled", "not_available", "type_changed", "jeopardy", "defect", "defect_cleared"]
    opened_on: date | None = None
    line_key: str | None = None
    service_type: str | None = None
    milestone: str | None = None
    occurred_at: datetime | None = None

    def happened_at(self) -> datetime | None:
        """The beginning of the day of the opening; of anything else, when NTT says it happened."""
        return start_of(self.opened_on) if self.opened_on is not None else self.occurred_at


class Correct(Command):
    """A wrong entry undone, kept in the log."""

    voids: int = Field(ge=1, le=1_000_000_000)
