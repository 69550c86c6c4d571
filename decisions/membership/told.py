"""What the facts of a membership say of it: each in its place among the others, whatever state it is in.

Applied one after another, in the order they were keyed in, they give the fields from which end, renewals and points
follow. A correction leaves one out and applies the rest again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from decisions.fold import fold, voided
from decisions.membership.changed import Values
from decisions.membership.points import renewal
from decisions.membership.storage.perk import times_of, told_of
from models.messages.club.membership import (
    ChangeStoragePlan,
    ChangeSupport,
    Leave,
    LineChange,
    Loss,
    LossNotice,
    MembershipState,
    NinenWariTold,
    ServiceStep,
    Storage,
    Support,
    SupportTold,
)
from models.messages.entity import Entry
from models.said import Said, said
from rules.calendar import japan_day
from rules.club import points_table

_LOSSES: Mapping[str, Loss] = {"conversion": "conversion", "terminated": "abolition", "moved_operator": "abolition"}

_NINEN_WARI = frozenset({"ninen_wari_started", "ninen_wari_cancelled"})


# Notices of NTT


def by_notice(state: MembershipState, command: LineChange) -> Values:
    """The fields a notice about the line sets; none for a kind that says nothing of a membership."""
    if command.kind in _NINEN_WARI:
        return renewal.values_of(state.model_copy(update={"ninen_wari": _ninen_wari_with(state, command)}))
    cause = loss_cause(command)
    if cause is not None:
        return _lost(_with_loss(state, loss(cause, command)))
    if command.kind == "service_type_changed":
        return {"service": _service_with(state, command), **_lost(without_type(state, command.effective_on))}
    return {}


def loss_cause(command: LineChange) -> Loss | None:
    """What a notice says was lost; None where the line goes on.

    A line that goes to NTT West is abolished at NTT East, and the western club is another one (M-12.1).
    """
    if command.kind == "service_type_changed":
        return None if points_table.in_program(_type_of(command), command.effective_on) else "ineligible_type"
    if command.kind == "moved_operator" and command.details["operator"] != "WEST":
        return None
    return _LOSSES.get(command.kind)


def loss(cause: Loss, command: LineChange) -> LossNotice:
    """A loss as a notice tells it."""
    return LossNotice(cause=cause, effective_on=command.effective_on, kind=command.kind)


def superseded(state: MembershipState, notice: LossNotice) -> list[LossNotice]:
    """The losses whose place a notice takes."""
    return [each for each in state.losses if _told_again(each, notice)]


def without_type(state: MembershipState, on: date) -> list[LossNotice]:
    """The losses without one by a type of that day, which is told to be another type."""
    return [each for each in state.losses if each.cause != "ineligible_type" or each.effective_on != on]


def last_use(losses: Iterable[LossNotice]) -> date | None:
    """The line's last day of use by NTT's notices (M-02.3); None while it goes on."""
    return min((each.effective_on - timedelta(days=1) for each in losses), default=None)


def service_step(command: LineChange) -> ServiceStep:
    """The type of the line from the notice's day on."""
    service_type = _type_of(command)
    return ServiceStep(
        service_type=service_type,
        service_class=points_table.service_class(service_type),
        from_on=command.effective_on,
    )


def _type_of(command: LineChange) -> str:
    """The type NTT names; no notice of a change comes without one."""
    return str(command.details["service_type"])


def _lost(losses: list[LossNotice]) -> Values:
    return {"losses": losses, "in_use_through": last_use(losses)}


def _with_loss(state: MembershipState, notice: LossNotice) -> list[LossNotice]:
    former = superseded(state, notice)
    return [*(each for each in state.losses if each not in former), notice]


def _told_again(former: LossNotice, notice: LossNotice) -> bool:
    """Whether a notice takes a former one's place: of the same kind; a type of another day is another change."""
    if notice.cause == "ineligible_type" and former.effective_on != notice.effective_on:
        return False
    return former.kind == notice.kind or (not former.kind and former.cause == notice.cause)


def _service_with(state: MembershipState, command: LineChange) -> list[ServiceStep]:
    """The types of the line by day; of one day the last told stands."""
    others = [each for each in state.service if each.from_on != command.effective_on]
    return sorted([*others, service_step(command)], key=lambda each: each.from_on)


def _ninen_wari_with(state: MembershipState, command: LineChange) -> list[NinenWariTold]:
    """Everything told of にねん割, by its day."""
    fact = NinenWariTold(started=command.kind == "ninen_wari_started", on=command.effective_on)
    known = [each for each in renewal.told(state) if each != fact]
    return sorted([*known, fact], key=lambda each: (each.on, each.started))


# The member's own


def by_leaving(command: Leave, at: datetime) -> Values:
    """The last day of a member who leaves: the Japan day on which the notice arrived (M-05.7)."""
    return {"left_on": japan_day(command.received_at or at)}


def by_support(kept: Storage, command: ChangeSupport, told_on: date) -> Storage:
    """The storage with what is told of a support service; what it comes to follows from all of it (M-07.7, A-08).

    Args:
        kept: the storage before.
        command: what is told.
        told_on: the Japan day of the telling.
    """
    before = kept.support.get(command.service)
    known = told_of(before) if before is not None else []
    same = [each for each in known if (each.active, each.on) == (command.active, command.on)]
    ahead = told_on < command.on and all(each.ahead for each in same)
    said = SupportTold(active=command.active, on=command.on, ahead=ahead)
    told = sorted([said, *(each for each in known if each not in same)], key=lambda each: (each.on, each.active))
    times = times_of(told)
    last = times[-1] if times else None
    ends = [each.ended_on for each in times if each.ended_on is not None]
    support = Support(
        active=last is not None and last.ended_on is None,
        since=last.since if last is not None else None,
        ended_on=ends[-1] if ends else None,
        told=told,
    )
    return kept.model_copy(update={"support": {**kept.support, command.service: support}})


def by_storage_plan(kept: Storage, command: ChangeStoragePlan, size: str) -> Storage:
    """The storage with a plan from its day on; `size` in GB, as it is written."""
    return kept.model_copy(update={"plans": {**kept.plans, command.on.isoformat(): size}})


# All together


_LATEST = ("ninen_wari_started_on", "ninen_wari_cancelled_on")
"""The latest discount, as reads show it: it follows from all that was told of にねん割."""

FIELDS = ("losses", "in_use_through", "service", "ninen_wari", *_LATEST, "left_on")
"""What facts say of a membership besides its storage."""

OF_ANOTHER = "of_another_membership"
"""The outcome of a notice that is about whoever has the line now: it says nothing of this membership."""


def differences(log: Sequence[Entry]) -> list[Said]:
    """What the facts of a log say otherwise than its entries; empty for a log without facts."""
    if not is_complete(log):
        return []
    gone = voided(log)
    state = MembershipState.model_validate(fold(MembershipState().model_dump(mode="json"), log))
    right = applied(state, [entry for entry in sorted(log, key=lambda each: each.seq) if entry.seq not in gone])
    # What an earlier release kept of a service is less than what was told of it: it is taken as it is.
    earlier = {name: each for name, each in state.storage.support.items() if not each.told}
    support = {name: earlier.get(name, each) for name, each in right.storage.support.items()}
    right = right.model_copy(update={"storage": right.storage.model_copy(update={"support": support})})
    wrong = [
        name
        for name in MembershipState.model_fields
        if name not in _LATEST and getattr(right, name) != getattr(state, name)
    ]
    if not wrong and renewal.told(right) != renewal.told(state):
        # A discount that nobody tells of any more, which an entry of an earlier release still shows.
        wrong = ["ninen_wari"]
    return [said("field_not_told", name=name) for name in wrong]


def counting(log: Sequence[Entry], caused: Iterable[int]) -> list[Entry]:
    """The entries that count without those, in the order they were keyed in; of those that void only facts do."""
    gone = {*voided(log), *caused}
    rest = (each for each in log if each.seq not in gone and (each.fact is not None or not each.voids))
    return sorted(rest, key=lambda each: each.seq)


def folded(log: Sequence[Entry], caused: Iterable[int]) -> MembershipState:
    """The membership as the entries that count without those make it."""
    return MembershipState.model_validate(fold(MembershipState().model_dump(mode="json"), counting(log, caused)))


def is_complete(log: Iterable[Entry]) -> bool:
    """Whether a log holds its facts; one that an earlier release began does not."""
    return all(entry.fact is not None for entry in log if entry.seq == 1)


def applied(state: MembershipState, log: Iterable[Entry]) -> MembershipState:
    """The state with the fields that its facts say, and nothing else of them.

    Args:
        state: the membership as its entries were folded.
        log: the entries that count, in the order they were keyed in; complete (`is_complete`).
    """
    said, sizes = MembershipState(), dict(state.storage.plans)
    for entry in log:
        if entry.fact is None or entry.decision.get("outcome") == OF_ANOTHER:
            continue
        name, command = entry.fact.name, entry.fact.command
        if entry.seq == 1:
            said = MembershipState.model_validate(entry.patch.set)
        elif name == "line_notice":
            said = said.model_copy(update=by_notice(said, LineChange.model_validate(command)))
        elif name == "leave":
            said = said.model_copy(update=by_leaving(Leave.model_validate(command), entry.received_at))
        elif name == "change_support":
            storage = by_support(said.storage, ChangeSupport.model_validate(command), japan_day(entry.at))
            said = said.model_copy(update={"storage": storage})
        elif name == "change_storage_plan":
            plan = ChangeStoragePlan.model_validate(command)
            storage = by_storage_plan(said.storage, plan, sizes[plan.on.isoformat()])
            said = said.model_copy(update={"storage": storage})
    said = said.model_copy(update=renewal.values_of(said))
    kept = {"support": said.storage.support, "plans": said.storage.plans}
    fields = {name: getattr(said, name) for name in FIELDS}
    return state.model_copy(update={**fields, "storage": state.storage.model_copy(update=kept)})
