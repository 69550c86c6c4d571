"""What every long-lived entity shares: agenda, log entry, command, and what decide-and-record takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from models.bounds import check_reach

CONTRACTS_QUEUE = "contracts"
"""Workflows and their local activities."""
CARRIER_QUEUE = "carrier"
"""Calls to NTT, rate-limited."""
RUNS_QUEUE = "runs"
"""Set-based work."""

DECIDE_AND_RECORD = "decide_and_record"
"""The one local activity of an entity."""

REFRESH = "refresh"
"""The signal that something was recorded for an entity from outside its workflow."""

UPGRADE = "upgrade"
"""The signal that another version of the code is current: whoever sleeps goes on with it."""

DEFECT = "DEFECT"
"""The task of a defect of ours, and the type of an activity's failure that no further attempt would cure."""

DECISION_FAILED = "DECISION_FAILED"
"""What a caller is told of a defect."""

UNDELIVERABLE = "UNDELIVERABLE"
WORKFLOW_RESTARTED = "WORKFLOW_RESTARTED"
"""The task of a message that the outbox has given up."""

LOG_IS_BEHIND = "LOG_IS_BEHIND"
"""The workflow knows entries that the database does not: an older database was restored."""

NOT_RECORDED = "NOT_RECORDED"
"""An execution asks for an outside effect that the record does not: the type of the activity's failure."""

EFFECT_FAILED = "effect_failed"
"""An outside effect failed by a defect: recorded as such, never decided."""

UNANSWERED = "unanswered"
"""The update by which whoever asks NTT or the storage service, and gets no answer for days, says so."""

NOT_ANSWERED = "NOT_ANSWERED"
"""The task of that."""

SETTLE_DEFECT = "settle_defect"
"""The operation that tries again what a defect set aside."""


class Message(BaseModel):
    """Base of everything that crosses a room; unknown fields of a later release are kept out, not refused.

    A field that was renamed keeps in every stored and sent document the name it had: that is its alias.
    """

    model_config = ConfigDict(extra="ignore", validate_by_name=True, serialize_by_alias=True)


class AgendaItem(Message):
    """One dated thing ahead of an entity."""

    item_id: str
    """Unique in the agenda: `end`, `choice_reminder_10`."""
    event: str
    at: datetime
    """The business moment at which it happens by itself."""
    on: date
    """The Japan day the rule names, such as the last day of a contract."""
    articles: list[str]
    label: str
    """For the operator's timer, in Japanese, without personal data; at most 60 characters."""
    undo_until: datetime | None = None
    """Until this business moment, exclusive, what put it here can be undone; None: it cannot."""
    effect: str | None = None
    """The activity that carries it out where an outside effect is needed; None: a pure decision."""
    caused_by: int | None = None
    """The entry that put it here."""
    data: dict[str, Any] = Field(default_factory=dict)
    error_id: str | None = None
    """Set aside: carrying it out failed by a defect of ours that the worker's log explains under this id."""
    tries: int = 0
    """How often carrying it out failed by a defect."""


class Task(Message):
    """Something that waits for an operator."""

    why: str
    """A code, such as `NOT_LINE_HOLDER`."""
    since: datetime
    articles: list[str]
    error_id: str | None = None
    """Of a `DEFECT`: where the worker's log explains it. Left out of JSON where there is none."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Tasks of every other kind are read and stored as they always were."""
        said: dict[str, Any] = serialize(self)
        if self.error_id is None:
            del said["error_id"]
        return said


class Charge(Message):
    """A charge of one contract outside the monthly run; yen."""

    charge_id: str
    code: Literal["termination_fee", "monthly_basic", "line_pass_through", "benefit_fee"]
    amount: int
    tax: int
    total: int
    state: Literal["planned", "due", "paid", "waived", "watched", "needs_operator"]
    due_on: date | None
    articles: list[str]
    benefit_id: str | None = None
    """The benefit whose fee it is."""

    @model_validator(mode="before")
    @classmethod
    def _of_any_release(cls, document: Any) -> Any:
        """Earlier releases named the benefit in the id alone: `{contract_id}-B-{benefit_id}`."""
        if not isinstance(document, Mapping) or document.get("benefit_id") is not None:
            return document
        benefit_id = str(document.get("charge_id", "")).partition("-B-")[2]
        return {**document, "benefit_id": benefit_id} if benefit_id else document


class Patch(Message):
    """How one entry changes the folded state."""

    set: dict[str, Any] = Field(default_factory=dict)
    """Fields that take a new value."""
    put: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Collection → key → value, added or replaced."""
    drop: dict[str, list[str]] = Field(default_factory=dict)
    """Collection → keys removed, after everything is put."""

    def __add__(self, other: Patch) -> Patch:
        """Both as one; where both set a field or put a key, the other does."""
        return Patch(
            set={**self.set, **other.set},
            put={name: {**self.put.get(name, {}), **other.put.get(name, {})} for name in {**self.put, **other.put}},
            drop={
                name: list(dict.fromkeys([*self.drop.get(name, ()), *other.drop.get(name, ())]))
                for name in {**self.drop, **other.drop}
            },
        )


class Command(Message):
    """What a door or an operator asks of an entity; fields are filled in by the recorder where absent.

    A command is a *fact* of the entity's life: it happened outside at a moment of its own (`happened_at`), and was
    keyed in at another (`at`). What follows from it is decided at the former.
    """

    op: str | None = None
    """Operation id; the update's own id where absent. The same one is carried out once."""
    at: datetime | None = None
    """The business moment at which the door received it; the recorder's business now where absent."""
    actor: str = "operator"
    """The name of the key that asked."""
    on_behalf_of: str | None = None
    reason_code: str | None = None
    note_id: str | None = None
    """Where free text lies in the database."""
    approved: bool = False
    """Whoever keyed it in may approve what it revises, and has given a reason: it need not wait for an operator."""
    seal: str | None = None
    """That it comes from a door or a worker of ours (`models.seal`); sent straight through Temporal, none."""

    @model_validator(mode="after")
    def _within_reach(self) -> Self:
        """Whoever sends it, over HTTP or straight through Temporal."""
        check_reach(self)
        return self

    def happened_at(self) -> datetime | None:
        """The legal moment: a letter's arrival, the day NTT names; None: the moment of keying in itself."""
        return None


KEYING = frozenset({"op", "at", "actor", "on_behalf_of", "reason_code", "note_id", "approved", "seal"})
"""Fields of a command that tell of its keying in, not of what happened."""


class DecideRevision(Command):
    """An operator approves or refuses a late fact, an undo or a correction that turns out against the customer."""

    held_id: str
    accept: bool


class EffectDone(Command):
    """An activity with an outside effect has done what an agenda item asked for."""

    item_id: str
    data: dict[str, Any] = Field(default_factory=dict)
    """What the activity gave back, such as the counts of a run."""
    failed: str | None = None
    """The code of a definitive refusal by the other side; None: it was done."""


class Unanswered(Command):
    """Whom an outside effect asks has not answered for so long that an operator should; it goes on being asked."""

    item_id: str
    """The agenda item of the effect; of an entity that only begins by it, the activity."""
    asked_at: datetime
    """The business moment from which it is asked."""
    values: dict[str, Any] = Field(default_factory=dict)
    """Fields of an entity that has no entry yet: what its row cannot stand without."""


class DecisionFailed(Command):
    """A decision, a due item or an outside effect failed by a defect of ours; what the recorder notes of it."""

    what: str
    """The command, or the event of the agenda item."""
    error_id: str
    item_id: str | None = None
    """The agenda item to set aside; None: it was a command, or what waits for an approval."""
    held_id: str | None = None
    """What waits for an approval and cannot be laid out; None: it was something else."""
    values: dict[str, Any] = Field(default_factory=dict)
    """Fields of an entity that has no entry yet: what its row cannot stand without."""


class Unsealed(Command):
    """The result of an outside effect was not taken; what the recorder notes of it."""

    item_id: str | None = None
    """The agenda item of the effect, which is carried out again."""


class Undeliverable(Command):
    """A message of the outbox was given up; what the recorder notes of it."""

    message_id: str
    channel: str


class Delivered(Command):
    """Nothing of the outbox that was given up is undelivered any more; what the recorder notes of it."""


class Restarted(Command):
    """The execution of an open entity had ended by no decision; what the recorder notes of it."""

    run_id: str
    """Of the execution that ended; of the new one where Temporal no longer knew any."""
    how: Literal["terminated", "canceled", "failed", "timed_out", "missing"]


class Fact(Message):
    """What the log keeps of a command, so that it can be decided again."""

    name: str
    command: dict[str, Any]
    """The command's own fields, without those of its keying in."""
    legal_at: datetime
    """The legal moment, never later than the keying in."""
    known: dict[str, Any] = Field(default_factory=dict)
    """What was looked up for it when it was keyed in."""


class Told(Message):
    """A message that an entry sent, as far as it may be kept: what was told and no longer holds is told again."""

    channel: str
    name: str
    data: dict[str, Any] = Field(default_factory=dict)
    unsent: bool = False
    """It never went out: by then nothing was left of it, or another message said the same. Nothing is to be taken back.
    Left out of JSON where it did."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What went out is stored as it always was."""
        said: dict[str, Any] = serialize(self)
        if not self.unsent:
            said.pop("unsent", None)
        return said


class Held(Message):
    """A revision that waits for an operator's approval, since it turns out against the customer."""

    fact: Fact | None = None
    """The late fact; None where an earlier one is to be taken out."""
    takes_out: str | None = None
    """The operation id of the fact to be taken out."""
    event: str
    """What the taking out is called: `correct`, `undo_cancellation`."""
    keyed_at: datetime
    actor: str
    on_behalf_of: str | None = None
    reason_code: str | None = None
    note_id: str | None = None
    against: list[str]
    """Why it is against the customer: `MORE_MONEY`, `EARLIER_END`, `LONGER_TERM`."""


class Entry(Message):
    """One recorded decision of an entity's log."""

    seq: int
    op: str
    event: str
    from_state: str | None
    to_state: str | None
    """None: nothing moved."""
    received_at: datetime
    at: datetime
    """The business moment at which it was decided."""
    effective_on: date
    """The Japan day it takes effect."""
    state_from: date
    """The first Japan day whose end shows the new state (X-01: an end shows from the day after the last one)."""
    actor: str
    on_behalf_of: str | None = None
    reason_code: str | None = None
    note_id: str | None = None
    articles: list[str]
    edition: str | None
    voids: list[int] = Field(default_factory=list)
    caused_by: int | None = None
    patch: Patch
    decision: dict[str, Any]
    """What the caller was told."""
    place: str | None = None
    """Where it stands in the life: a text that sorts by legal moment. None: recorded by a release that folded by
    number; those come first."""
    fact: Fact | None = None
    """The command it follows from, with its first entry only; None: a timer's, or one that is never decided again."""
    because: int | None = None
    """The entry that caused the revision by which this one came."""
    told: list[Told] = Field(default_factory=list)
    """What it sent to the outside."""
    known: dict[str, Any] = Field(default_factory=dict)
    """What was asked of the world outside the log when it was decided: decided again, it knows the same."""


class EntityState(Message):
    """What every entity's folded state holds; fields are only ever added, with defaults."""

    schema_version: int = 1
    seq: int = 0
    """Sequence number of the last recorded entry."""
    state: str = ""
    closed: bool = False
    """Nothing can happen to it any more: its workflow may return."""
    agenda: dict[str, AgendaItem] = Field(default_factory=dict)
    tasks: dict[str, Task] = Field(default_factory=dict)
    latest: str | None = None
    """The place of the last thing decided: what belongs before it is late."""
    ungrounded: list[str] = Field(default_factory=list)
    """Operation ids of facts that the life does not allow as it is now; they count again once their ground is back."""
    awaiting: dict[str, Held] = Field(default_factory=dict)
    """Revisions that wait for an operator's approval, by the sequence number of their entry."""

    @property
    def has_defect(self) -> bool:
        """Whether a defect waits for an operator, or an item is set aside because of one."""
        return any(task.why == DEFECT for task in self.tasks.values()) or any(
            item.error_id is not None for item in self.agenda.values()
        )

    @property
    def has_service_task(self) -> bool:
        """Whether something that the service itself could not do waits for an operator."""
        return self.has_defect or UNDELIVERABLE in self.tasks

    def next_item(self) -> AgendaItem | None:
        """The earliest item ahead; what is set aside waits for nobody."""
        ahead = [item for item in self.agenda.values() if item.error_id is None]
        return min(ahead, key=lambda item: (item.at, item.item_id), default=None)

    def due(self, moment: datetime) -> AgendaItem | None:
        """The earliest item due by the moment, inclusive."""
        item = self.next_item()
        return item if item is not None and item.at <= moment else None


class RecordRequest(Message):
    """Input of decide-and-record."""

    kind: str
    entity_id: str
    """The workflow id, such as `contract/K…`."""
    seq: int
    """The last entry the workflow knows."""
    name: str | None = None
    """The command's name; None carries out what is due and nothing else."""
    until: datetime | None = None
    """With no command: the business moment the timer stood for."""
    item_id: str | None = None
    """With no command: this due item and no other."""
    held_id: str | None = None
    """With no command: what waits for an approval under this number is laid out anew, and nothing else is done."""
    part: bool = False
    """Of a request that failed as a whole: what waits for an approval is left to requests of their own."""
    command: dict[str, Any] = Field(default_factory=dict)
    offset_s: float | None = None
    """The execution's own clock offset, kept with the row at creation."""
    outside: Literal["start", "update"] | None = None
    """How the command reached the workflow; None: the workflow made it itself."""


class Refused(Message):
    """A refusal that comes back as a value."""

    status: Literal[403, 409, 422]
    code: str
    detail: str
    articles: list[str] = Field(default_factory=list)
    values: dict[str, Any] = Field(default_factory=dict)
    """The figures, days and names of the sentence, for the sentence in Japanese."""
    state: str | None = None
    allowed: list[str] = Field(default_factory=list)
    error_id: str | None = None
    """Of `DECISION_FAILED`: where the worker's log explains it."""


class Answer(Message):
    """What a caller of an update learns."""

    state: str
    decision: dict[str, Any]
    seal: str | None = None
    """That decide-and-record said so, to whoever asked for this operation (`models.seal`)."""


class Recorded(Message):
    """Output of decide-and-record: the state to adopt, and the answer or the refusal."""

    state: dict[str, Any]
    offset_s: float
    spread_s: float = 0.0
    """Over how many seconds the wake-ups of one midnight are spread; a setting of the worker's."""
    answer: Answer | None = None
    refused: Refused | None = None
