"""What an entry may change of a contract's state: its fields by name and type, its collections by key.

A field misspelt, or given what it cannot hold, is seen by the type checker; a test compares the names with the state's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

from decisions import domain
from decisions.domain import Patching
from models.messages.contract.contract import Consents, LineFacts
from models.messages.contract.parts import (
    AppliedChange,
    AskedChoice,
    Benefit,
    CourseStep,
    FeePause,
    KeyedCharges,
    MadeChange,
    MinimumTerm,
    MoveWithLine,
    OwedChoice,
    PaymentAgency,
    Relocation,
    TakenStatement,
    TermsChange,
    ToldNotice,
    TypeChange,
    VoidedMonths,
    WaiverRequest,
    Watch,
)
from models.messages.entity import Charge
from rules.contract import minimum_term

Told = Mapping[str, object]
"""A model as a rule or a command told it, in JSON."""


class Values(TypedDict, total=False):
    """Fields of a contract's state that take a new value."""

    contract_id: str
    person_id: str | None
    line_key: str | None
    filing_id: str | None
    chapter: int
    course: str
    applied_course: str
    channel: str
    start_line: bool
    identity_required: bool
    applied_on: date | None
    received_on: date | None
    held_from: date | None
    line: LineFacts | Told | None
    wished_dates: Sequence[date]
    service_start_on: date | None
    minimum_term: MinimumTerm | minimum_term.MinimumTerm | Told | None
    end_on: date | None
    end_reason: str | None
    course_history: Sequence[CourseStep]
    pending_course_change: AppliedChange | MoveWithLine | None
    last_change: MadeChange | None
    payment_agency: PaymentAgency | None
    watch: Watch | None
    choice: AskedChoice | None
    consents: Consents | None
    written_on: date | None
    posted_on: date | None
    ntt_service_type: str | None
    owed_choice: OwedChoice | None
    carried_term: bool
    term_began_while_ending: bool
    voided_months: VoidedMonths | None
    with_flets_area: str | None
    relocation: Relocation | None
    past_correction: bool
    closed: bool
    benefits: Mapping[str, Benefit]
    charges: Mapping[str, Charge]


class Put(domain.Put, total=False):
    """Collections of a contract's state that get or replace items, by key."""

    charges: Mapping[str, Charge]
    benefits: Mapping[str, Benefit]
    waiver_requests: Mapping[str, WaiverRequest]
    type_changes: Mapping[str, TypeChange]
    told_notices: Mapping[str, ToldNotice]
    line_statements: Mapping[str, TakenStatement]
    keyed_charges: Mapping[str, KeyedCharges]
    fee_pauses: Mapping[str, FeePause]
    fee_terms: Mapping[str, object]
    fee_days: Mapping[str, date]
    terms_changes: Mapping[str, TermsChange]
    line: Mapping[str, object]


patch: Patching[Values, Put] = domain.patch
