"""What NTT tells of a member's line: the end of its use, its type, にねん割 (M-02.3, M-03.6, M-05, A-11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from decisions.domain import Context, Step
from decisions.membership import told
from decisions.membership.changed import Put, Values, patch
from decisions.membership.ending import too_late
from decisions.membership.ending.ended_again import by_later_word
from decisions.membership.ending.ending import with_losses
from decisions.membership.parts import END, is_over, kept, now_at, plan_of
from decisions.membership.points import booked, renewal
from models.messages.club.membership import LineChange, LossNotice, MembershipState
from models.messages.entity import AgendaItem
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club.ninen_wari import first_day_of_term


def line_notice(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    """One notice about the line; a kind that changes nothing of a membership is kept in the log."""
    if is_over(state):
        return _after_the_end(state, command, context)
    return _KINDS.get(command.kind, _nothing)(state, command, context)


def _after_the_end(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    """What counts from a day before the end moves it; the rest counts if the end is taken back (M-06.3)."""
    step = kept(state, command.kind, context, "M-06.3")
    step = replace(step, decision=replace(step.decision, data={"notice_id": command.notice_id}))
    facts = told.by_notice(state, command)
    if all(getattr(state, name) == value for name, value in facts.items()):
        return [step]
    return by_later_word(state, step, facts, context)


def _conversion(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    return _lost(state, command, context, told.loss("conversion", command), "M-05.1")


def _terminated(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    return _lost(state, command, context, told.loss("abolition", command), "M-05.2")


def _moved(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    if told.loss_cause(command) is None:
        return _nothing(state, command, context)
    notice = told.loss("abolition", command)
    return _lost(state, command, context, notice, "M-12.1", "M-05.2")


def _type_changed(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    if told.loss_cause(command) is not None:
        return _lost(state, command, context, told.loss("ineligible_type", command), "M-05.3")
    step, facts = told.service_step(command), told.by_notice(state, command)
    service_type = step.service_type
    decision = _decision("service_changed", command, context, ("M-02.2", "M-03.5"), f"Now {service_type}.")
    after = state.model_copy(update={"service": facts["service"]})
    planned = renewal.plan(after, context)
    # The same change told again with another type: what it had ended goes on, and nothing of it came too late.
    goes_on = too_late.tasks(state, state.model_copy(update=facts), context)
    put, tasks = planned.put(), booked.tasks(state, after, context, goes_on=True) | goes_on
    tasks.drop += planned.no_longer_asked
    if tasks.put:
        put["tasks"] = {**put.get("tasks", {}), **tasks.put}
    if command.effective_on > japan_day(context.moment):
        key = f"service_type_{command.effective_on}"
        item = now_at(context, command.effective_on, key, "service_type", ["M-02.2"], f"タイプ変更 {step.from_on}")
        put["agenda"] = {**put.get("agenda", {}), key: item}
    values: Values = {"service": facts["service"]}
    if facts["losses"] != state.losses:
        changed, end, _ = with_losses(state, facts["losses"], context)
        values |= changed
        put["agenda"] = {**put.get("agenda", {}), END: end}
    drop = {**planned.gone(), **tasks.gone()}
    return [Step("service_type_changed", decision, patch(values, put=put, drop=drop))]


def service_type_begins(state: MembershipState, item: AgendaItem, context: Context) -> list[Step]:
    """A type that NTT told ahead begins: the row behind every list follows (M-02.2)."""
    service = state.service_on(item.on)
    decision = Decision(
        "service_changed",
        ("M-02.2", "M-03.5"),
        item.on,
        plan_of(context).edition(item.on),
        f"{service.service_type if service else 'No type'} from {item.on} on.",
    )
    return [Step("service_type", decision, patch(drop={"agenda": [item.item_id]}), received_at=item.at)]


def _ninen_wari_started(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    begins = first_day_of_term(command.effective_on)
    detail = f"A term from {begins} on."
    return [_ninen_wari(state, command, context, ("M-03.1", "M-03.8"), detail)]


def _ninen_wari_cancelled(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    return [_ninen_wari(state, command, context, ("M-03.6",), f"にねん割 ended on {command.effective_on}.")]


def _ninen_wari(
    state: MembershipState, command: LineChange, context: Context, articles: tuple[str, ...], detail: str
) -> Step:
    """A fact about にねん割 takes its place among the others by its day; the renewals follow from all of them."""
    after = state.model_copy(update=told.by_notice(state, command))
    planned = renewal.plan(after, context)
    lost = {key for key, each in planned.renewals.items() if each.state == "disqualified"} | set(planned.never)
    wrong = sorted(renewal.booked_in_error(after, context))
    decision = _decision(
        command.kind, command, context, articles, detail, disqualified=sorted(lost), booked_in_error=wrong
    )
    put, tasks = planned.put(), booked.tasks(state, after, context, goes_on=True)
    tasks.drop += planned.no_longer_asked
    if tasks.put:
        put["tasks"] = {**put.get("tasks", {}), **tasks.put}
    change = patch(renewal.values_of(after), put=put, drop={**planned.gone(), **tasks.gone()})
    return Step(command.kind, decision, change)


def _nothing(state: MembershipState, command: LineChange, context: Context) -> list[Step]:
    _ = state
    decision = _decision("kept", command, context, ("M-06.3",), f"{command.kind} changes nothing of a membership.")
    return [Step("line_notice", decision)]


def _lost(
    state: MembershipState, command: LineChange, context: Context, notice: LossNotice, *articles: str
) -> list[Step]:
    """The line is lost on a day; the same kind told again, for whatever day, takes the former notice's place."""
    former = told.superseded(state, notice)
    facts = told.by_notice(state, command)
    values, item, end = with_losses(state, facts["losses"], context)
    decision = _decision(
        "line_lost",
        command,
        context,
        (*articles, "M-06.3", "M-07.3"),
        f"Points are usable through {end.usable_through}.",
        usable_through=end.usable_through.isoformat(),
        supersedes=[each.effective_on.isoformat() for each in former if each.effective_on != notice.effective_on],
    )
    # A notice told again for a later day may leave nothing of the kind to look at.
    tasks = too_late.tasks(state, state.model_copy(update=facts), context)
    put: Put = {"agenda": {END: item}, **tasks.there()}
    return [Step(command.kind, decision, patch(values, put=put, drop=tasks.gone()))]


def _decision(
    outcome: str, command: LineChange, context: Context, articles: tuple[str, ...], detail: str, **more: object
) -> Decision:
    on = command.effective_on
    data = {"notice_id": command.notice_id, **more}
    return Decision(outcome, articles, on, plan_of(context).edition(japan_day(context.moment)), detail, data)


_KINDS: dict[str, Callable[[MembershipState, LineChange, Context], list[Step]]] = {
    "conversion": _conversion,
    "terminated": _terminated,
    "moved_operator": _moved,
    "service_type_changed": _type_changed,
    "ninen_wari_started": _ninen_wari_started,
    "ninen_wari_cancelled": _ninen_wari_cancelled,
}

KINDS = frozenset(_KINDS)
"""Kinds of line notices a membership listens to."""
