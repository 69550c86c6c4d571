"""What answers look like, for the published document: fields may be added, so further ones are never excluded.

The document is checked against what the doors really answer by the fuzzer (`tests/fuzz`); nothing is filtered here.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Shown(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="allow")


class Money(Shown):
    """Yen."""

    amount: int
    tax: int
    total: int


class Task(Shown):
    """Something that waits for an operator."""

    why: str
    since: AwareDatetime
    articles: list[str]


class Ahead(Shown):
    """A dated thing ahead."""

    on: date
    event: str
    articles: list[str]
    undo_until: AwareDatetime | None


class Problem(Shown):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    articles: list[str]
    message: str | None = None
    """In Japanese, for the person in front of it."""


class LogProof(Shown):
    """Whether the log of everything decided about in a month is as it was written."""

    month: str
    holds: bool
    entities: int
    entries: int
    broken: list[dict[str, Any]]
    anchors: list[dict[str, Any]]


class Decided(Shown):
    """What was decided; a dry run says so and has changed nothing."""

    outcome: str
    effective_on: date | None
    articles: list[str]
    edition: str | None
    detail: str
    state: str
    dry_run: bool = False


class DecisionShown(Shown):
    """A decision inside another answer."""

    outcome: str
    effective_on: date | None
    articles: list[str]
    edition: str | None
    detail: str


class Begun(Shown):
    """What a request began; a dry run has no ids and answers 200."""

    state: str
    dry_run: bool = False


class ContractBegun(Begun):
    """What an application began; a dry run has no ids and answers 200."""

    contract_id: str | None
    workflow_id: str | None
    decision: DecisionShown


class MembershipBegun(Begun):
    """What a registration began; a dry run has no ids and answers 200."""

    member_id: str | None
    workflow_id: str | None
    decision: DecisionShown


class PageOf(Shown):
    """A page of a list."""

    items: list[dict[str, Any]]
    next_cursor: str | None


class ContractRow(Shown):
    """A contract in a list."""

    contract_id: str
    workflow_id: str
    state: str
    chapter: int | None
    course: str
    operator: str | None
    line_id: str | None
    applied_on: date | None
    service_start_on: date | None
    end_on: date | None
    needs_operator: bool
    next_action_at: AwareDatetime | None


class ContractPage(Shown):
    """Contracts."""

    items: list[ContractRow]
    next_cursor: str | None


class CourseFrom(Shown):
    """A course a contract was on."""

    course: str
    from_on: date
    reason: str


class Awaiting(Shown):
    """A revision that waits for an operator's approval."""

    held_id: str
    event: str
    against: list[str]
    since: AwareDatetime
    actor: str
    on_behalf_of: str | None
    reason: str | None
    said: dict[str, Any] | None


class ContractShown(Shown):
    """One contract."""

    contract_id: str
    workflow_id: str
    state: str
    chapter: int | None
    course: str
    operator: str | None
    line_id: str | None
    applied_on: date | None
    service_start_on: date | None
    minimum_term: dict[str, Any] | None
    end_on: date | None
    end_reason: str | None
    payment_agency: dict[str, Any] | None
    watch: dict[str, Any] | None
    choice: dict[str, Any] | None
    pending_course_change: dict[str, Any] | None
    course_history: list[CourseFrom]
    filing_id: str | None
    agenda: list[Ahead]
    allowed: list[str]
    courses: dict[str, list[str]] = {}
    """Command, such as `request_course_change`, → the courses it would be granted for now; empty of a day past."""
    needs_operator: list[Task]
    awaiting: list[Awaiting]
    billed_party: str


class Entry(Shown):
    """One entry of a log."""

    seq: int
    event: str
    received_at: AwareDatetime
    recorded_at: AwareDatetime
    effective_on: date
    actor: str
    articles: list[str]
    edition: str | None
    voids: list[int]
    voided: bool


class EntryPage(Shown):
    """A log, ascending."""

    items: list[Entry]
    next_cursor: str | None


class Charge(Shown):
    """A charge."""

    charge_id: str
    code: str
    money: Money
    state: str
    due_on: date | None
    articles: list[str]


class ChargePage(Shown):
    """Charges."""

    items: list[Charge]
    next_cursor: str | None


class Payable(Shown):
    """A row of what is owed to NTT, yen with NTT's tax."""

    entry_id: int
    area: str
    contract_id: str
    month: str
    code: str
    amount: int
    reverses: int | None
    line_charge_id: str
    articles: list[str]
    at: AwareDatetime


class PayablePage(Shown):
    """Rows of what is owed to NTT, and their sum over all pages."""

    items: list[Payable]
    total: int
    next_cursor: str | None


class Sent(Shown):
    """When each channel delivered."""

    email: AwareDatetime | None
    portal: AwareDatetime | None


class Notice(Shown):
    """A letter."""

    notice_id: str
    kind: str
    subject: str
    body: str
    sent: Sent
    announced_at: AwareDatetime | None = None
    """When the start or change day it tells counted as announced: both letters were out (A-52)."""


class OneNotice(Notice):
    """A letter, and what it is about."""

    entity_id: str


class NoticePage(Shown):
    """Letters."""

    items: list[Notice]
    next_cursor: str | None


class Statement(Shown):
    """A monthly statement."""

    statement_id: str
    month: str
    due_on: date
    state: str
    money: Money
    paid: int
    owed: int
    items: list[dict[str, Any]]


class StatementPage(Shown):
    """Statements, the earliest month first."""

    items: list[Statement]
    next_cursor: str | None


class Filing(Shown):
    """An agency filing."""

    filing_id: str
    workflow_id: str
    contract_id: str
    state: str
    operator: str
    sequence: int
    work_on: date | None
    opened_on: date | None
    line_id: str | None
    defects: list[str]
    needs_operator: list[Task]


class Imported(Shown):
    """What became of each line."""

    imported: int
    already: int
    refused: int
    lines: list[dict[str, Any]]
    dry_run: bool = False


class Membership(Shown):
    """One membership."""

    member_id: str
    workflow_id: str
    state: str
    registered_on: date
    ended_on: date | None
    end_reason: str | None
    line_id: str | None
    mail_consents: dict[str, bool]
    storage: dict[str, Any]
    renewal: list[dict[str, Any]]
    agenda: list[Ahead]
    needs_operator: list[Task]
    awaiting: list[Awaiting]
    allowed: list[str]


class Lot(Shown):
    """Points granted on one day."""

    lot_id: str
    granted_on: date
    kind: str
    points: int
    left: int
    expires_on: date
    original_expires_on: date


class Expiring(Shown):
    """Points that expire together."""

    expires_on: date
    points: int


class Points(Shown):
    """A balance."""

    on: date
    balance: int
    lots: list[Lot]
    expiring: list[Expiring]


class LedgerEntry(Shown):
    """One booking of points."""

    entry_id: str
    lot_id: str
    kind: str
    points: int
    on: date
    articles: list[str]


class LedgerPage(Shown):
    """Every booking, in the order it was written."""

    items: list[LedgerEntry]
    next_cursor: str | None


class Storage(Shown):
    """A member's storage in GB."""

    state: str
    plan_gb: float
    capacity_gb: float
    deletions: list[dict[str, Any]]


class Program(Shown):
    """A programme."""

    code: str
    state: str


class Rollout(Shown):
    """A change of many contracts."""

    rollout_id: str
    workflow_id: str
    kind: str
    state: str
    courses: list[str]
    to_course: str | None
    announced_on: date
    effective_on: date
    planned: int
    remaining: int
    done: int
    skipped: int
    failed: int


class RolloutPage(Shown):
    """Rollouts, the latest first."""

    items: list[Rollout]
    next_cursor: str | None


class Session(Shown):
    """A member's session."""

    token: str
    expires_at: AwareDatetime


class SessionShown(Shown):
    """The member, the balance, the line."""

    member: dict[str, Any]
    balance: int
    lots: list[Lot]
    expires_at: AwareDatetime


class Exchange(Shown):
    """A request of a member."""

    exchange_id: str
    state: str
    item_id: str
    kind: str
    quantity: int
    points: int
    email: str
    phone: str
    sent_at: AwareDatetime | None
    allowed: list[str]


class Clock(Shown):
    """Business time."""

    now: AwareDatetime
    today: date
    real: AwareDatetime
    """Real time, which does not move with business time."""
    rehearsal: bool


class Health(Shown):
    """Whether the service can answer."""

    status: str
    temporal: str
    database: str


class Alive(Shown):
    """The process answers."""

    status: str


class Person(Shown):
    """A person, with what is theirs; an auditor sees personal data in outline."""

    person_id: str


class PersonExport(Shown):
    """All that is held of a person: table → its rows."""

    person_id: str
    held: dict[str, list[dict[str, Any]]]


class PersonErased(Shown):
    """A person of whom ids are left."""

    outcome: Literal["erased"]
    person_id: str
    change_id: str
    erased_at: str


class Explained(Shown):
    """Every decision of a life unfolded."""

    language: str
    decisions: list[dict[str, Any]]


class Resent(Shown):
    """A letter on its way again."""

    notice_id: str


class TriedAgain(Shown):
    """A message that was given up, on its way again under its own id."""

    outcome: Literal["queued"]
    message_id: str
    channel: str
    entity_id: str


class EventData(Shown):
    """The entry of a log that an event tells; `from` and `to` are states."""

    seq: int
    event: str
    from_: str | None = Field(alias="from")
    to: str | None
    effective_on: date
    articles: list[str]
    edition: str | None
    voids: list[int]


class Event(Shown):
    """Something that happened, as a CloudEvent; its `id` is the cursor behind it."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"]
    data: EventData


class Events(Shown):
    """Events after a cursor; `next_after` goes on from the last one."""

    items: list[Event]
    next_after: str | None


class OpenSession(Shown):
    """A session of a member that still opens the site."""

    session_id: str
    opened_at: AwareDatetime
    expires_at: AwareDatetime
    current: bool


class OpenSessions(Shown):
    """The open sessions of the member who asks, the latest first."""

    items: list[OpenSession]
    next_cursor: str | None


class LoggedOut(Shown):
    """A session that opens nothing any more."""

    ended_at: str | None


class Taken(Shown):
    """What became of a message of NTT."""

    status: str
