"""A membership's public messages: input, state, updates and ids. No personal data anywhere here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from models.messages.carrier import CarrierArea
from models.messages.entity import Command, EntityState, Message

WORKFLOW = "MembershipWorkflow"

PROGRAMME_END = "programme_end"
"""The cause of an end by the programme itself."""

PLAN_ANNOUNCED = "plan_announced"
"""The update by which the programme tells an open membership of its plan."""

EXCHANGE_FAILED = "exchange_failed"
"""The update by which an exchange tells a membership that its points came back."""

REVERT_STORAGE = "revert_storage"
"""The activity that lowers a member's storage capacity and deletes what does not fit (M-07.4, M-07.5)."""

SET_STORAGE = "set_storage_capacity"
"""The activity that sets a member's storage capacity and deletes nothing (M-07.6, M-07.7)."""

MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
"""`YYYY-MM` in ASCII digits."""

ServiceClass = Literal["FAMILY", "MANSION"]
Loss = Literal["conversion", "abolition", "ineligible_type"]


def workflow_id(member_id: str) -> str:
    """`membership/{member_id}`."""
    return f"membership/{member_id}"


class ServiceStep(Message):
    """The service type of the line from a Japan day on."""

    service_type: str
    service_class: ServiceClass
    from_on: date


class MemberLine(Message):
    """What rules need to know of the member's line; its number stays in the database under `line_key`."""

    carrier_area: CarrierArea = Field(default="EAST", alias="operator")
    service_type: str
    service_class: ServiceClass | None = None
    """As it was told; None: by the type."""
    in_use_since: date
    ninen_wari_started_on: date | None = None
    """The first day of the two-year term."""


class LossNotice(Message):
    """Something NTT told of the line that ends the right to use points (M-05.1 to M-05.3)."""

    cause: Loss
    effective_on: date
    """Points are usable through the day before (A-11)."""
    kind: str = ""
    """The kind of NTT's notice; a later notice of that kind takes this one's place. Empty in older logs."""


class NinenWariTold(Message):
    """What NTT told of にねん割 (M-03.1, M-03.6), kept with the day it named."""

    started: bool
    on: date
    """Its first day, or the day of its cancellation."""


class Renewal(Message):
    """What one renewal of にねん割 earns (M-03)."""

    term_end_month: str
    window_from: date
    window_to: date
    book_by: date
    state: Literal["open", "booked", "disqualified", "after_last_cohort", "lapsed"] = "open"
    reasons: list[str] = Field(default_factory=list)
    decided_on: date | None = None
    points: int = 0


class SupportTold(Message):
    """What was told of a support service once (M-07.7)."""

    active: bool
    on: date
    """Its first day where it is active, otherwise its last one."""
    ahead: bool = False
    """Told before that day."""


class Support(Message):
    """A support service that keeps the increase (M-07.7): all that was told of it, and what it comes to."""

    active: bool
    """Whether it goes on, as far as is known; it may begin ahead."""
    since: date | None = None
    """The first day of the latest time it runs."""
    ended_on: date | None = None
    """The last day of the latest time that has an end."""
    told: list[SupportTold] = Field(default_factory=list)
    """Everything told, by day; empty in older logs, where the three fields above say it."""


class Storage(Message):
    """The storage perk (M-07): its flag, and the day the capacity returns."""

    state: Literal["on", "off_grace", "reverted", "exempt"] = "on"
    perk_off_on: date | None = None
    reverts_on: date | None = None
    """At the end of this day what does not fit is deleted (M-07.4, A-05); None while on or exempt."""
    known_on: date | None = None
    """The day on which that became known, where it was too late for the advice before it (M-07.6); None: in time."""
    support: dict[str, Support] = Field(default_factory=dict)
    plan_gb: str | None = None
    """GB without the increase, a decimal in digits; None: the free plan."""
    plans: dict[str, str] = Field(default_factory=dict)
    """First Japan day → GB of a plan bought later; those ahead included."""
    reverted_at: datetime | None = None
    """The business moment at which the capacity was lowered."""
    deleted_files: int = 0
    """Files that had to go then; which ones is in the database."""
    set_gb: str | None = None
    """GB that the storage service was told last, a decimal in digits; None: nothing, or by an earlier release."""

    def plan_on(self, day: date) -> str | None:
        """GB of the plan on a Japan day, None for the free one."""
        begun = [since for since in self.plans if date.fromisoformat(since) <= day]
        return self.plans[max(begun)] if begun else self.plan_gb


class Imported(Message):
    """What came with a membership from another system."""

    on: date
    """The Japan day of the import."""
    booked_before: list[str] = Field(default_factory=list)
    """Term end months of the renewals whose bonus came as a lot."""


class MembershipState(EntityState):
    """What a membership is, folded from its log; fields are only ever added, with defaults."""

    state: str = "active"
    member_id: str = ""
    person_id: str | None = None
    line_key: str | None = None
    former_member: bool = False
    """A re-registration (M-06.2): the person's line had a membership before."""
    registered_on: date | None = None
    service: list[ServiceStep] = Field(default_factory=list)
    """Service types by first day, ascending; those ahead included."""
    in_use_since: date | None = None
    in_use_through: date | None = None
    """The line's last day of use, once NTT told it (M-02.3)."""
    ninen_wari: list[NinenWariTold] = Field(default_factory=list)
    """Everything told of it, by day; empty in older logs, where the two days below say it."""
    ninen_wari_started_on: date | None = None
    """The first day of the first term of the latest one."""
    ninen_wari_cancelled_on: date | None = None
    renewals: dict[str, Renewal] = Field(default_factory=dict)
    """By term end month."""
    left_on: date | None = None
    losses: list[LossNotice] = Field(default_factory=list)
    usable_through: date | None = None
    """The last day points may be used, once leaving or a loss is known; the programme end is in the agenda only."""
    ended_on: date | None = None
    end_state: Literal["left", "ineligible", "ended_programme"] | None = None
    end_cause: str | None = None
    end_articles: list[str] = Field(default_factory=list)
    mail_club: bool = False
    mail_ntt_east: bool = False
    storage: Storage = Field(default_factory=Storage)
    imported: Imported | None = None
    """None: it registered here."""

    @model_validator(mode="before")
    @classmethod
    def _of_any_release(cls, document: Any) -> Any:
        """Earlier releases kept what an import says under `facts`: logs and rows still hold it there."""
        if not isinstance(document, Mapping) or "facts" not in document:
            return document
        said, facts = {key: value for key, value in document.items() if key != "facts"}, document["facts"]
        if said.get("imported") is None and "imported_on" in facts:
            # The first of them did not keep what had been booked: nothing had.
            said["imported"] = {"on": facts["imported_on"], "booked_before": facts.get("booked_before", [])}
        return said

    def service_on(self, day: date) -> ServiceStep | None:
        """The service type on a Japan day: the last one that began by it, otherwise the first."""
        past = [step for step in self.service if step.from_on <= day]
        return past[-1] if past else (self.service[0] if self.service else None)


class Identity(Command):
    """The ids a membership begins with; they stand for the person and the line."""

    member_id: str = ""
    person_id: str | None = None
    line_key: str = ""


class Register(Identity):
    """An application for membership (新規会員登録, 再登録)."""

    customer: Literal["INDIVIDUAL", "CORPORATE"] = "INDIVIDUAL"
    applied_at: datetime
    line: MemberLine
    mail_magazine: bool = False


class ImportMember(Identity):
    """A membership that already exists enters; its lots are written beside it."""

    registered_on: date
    line: MemberLine
    mail_magazine: bool = False
    storage_plan_gb: str | None = None


class MembershipInput(Message):
    """Starts a membership's workflow, or continues it."""

    member_id: str
    person_id: str | None = None
    line_key: str = ""
    register_: Register | None = None
    """None where the database holds the membership already: an import, or a run that goes on."""
    spread_s: float = 0.0
    """Over how many seconds the wake-ups of one midnight are spread, as the last record said."""
    offset_s: float | None = None
    """Business time minus this execution's clock, in seconds; None: asked of the database."""
    state: dict[str, Any] | None = None
    """Carried over by continue-as-new, or read from the database by whoever starts an imported membership."""
    done: list[str] = Field(default_factory=list)
    """Operation ids answered by earlier runs, the latest last."""


class Leave(Command):
    """The member leaves the club (退会, M-05.7)."""

    received_at: datetime | None = None
    """None: the moment of the command."""

    def happened_at(self) -> datetime | None:
        """Its arrival."""
        return self.received_at


class SetMailConsents(Command):
    """The two magazines, a consent each (M-08.3, A-19)."""

    club: bool
    ntt_east: bool


class AdjustPoints(Command):
    """A missed grant is made good (M-02.5, A-09); exactly one month."""

    points: int
    granted_on: date
    """The original grant day."""
    usage_month: MonthText | None = None
    term_end_month: MonthText | None = None


class Correct(Command):
    """A wrong entry undone, kept in the log (X-05)."""

    voids: int = Field(ge=1)


class LineChange(Command):
    """A notice of NTT about the member's line."""

    notice_id: str
    kind: str
    effective_on: date
    details: dict[str, Any] = Field(default_factory=dict)


class ExchangeFailed(Command):
    """Points of an exchange came back: what was asked because they were spent is looked at again (X-05)."""

    exchange_id: str


class PlanChanged(Command):
    """The plan of the programme was replaced: the end moves with it (M-07.1)."""

    ends_on: date


class PlanAnnounced(Command):
    """The plan by which the programme ends was announced (M-08.4): the end and the last cohort follow it."""

    announced_on: date


class ChangeSupport(Command):
    """A support service that keeps the increase begins or ends (M-07.7)."""

    service: str
    active: bool
    on: date
    """Its first day, or its last one."""


class ChangeStoragePlan(Command):
    """The member takes another storage plan (M-07.6)."""

    capacity_gb: str
    """GB without the increase, a decimal in digits."""
    on: date
    """Its first day."""
