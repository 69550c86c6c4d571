"""What the decisions about memberships share: the plan in force, agenda items, the ledger's orders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from decisions.common.closing import close_item
from decisions.domain import Context, Outgoing, Step
from decisions.membership.changed import Values
from decisions.membership.facts import asking
from decisions.membership.storage.perk import known_late
from models.messages.club.membership import PROGRAMME_END, MembershipState, Storage
from models.messages.entity import AgendaItem
from rules.calendar import end_of, japan_day
from rules.citation import Decision
from rules.club import registration
from rules.club.points import LossCause, loss_of_use
from rules.club.program import Plan
from rules.club.registration import EndState, MembershipEnd

END = "end"

KNOWN_ON = "known_on"
"""In the item of an end: the day on which it became known, where that was too late for the advice about stored data."""

TOLD_ON = "told_on"
"""In the item of an end: the day on which it became known, where its record would have closed by then."""

LEDGER = "ledger"
"""The channel of orders to the points ledger; the projection carries them out in the deciding transaction."""

_LABELS = {
    EndState.LEFT: "退会",
    EndState.INELIGIBLE: "資格喪失",
    EndState.ENDED_PROGRAMME: "プログラム終了",
}

_DAY = timedelta(days=1)


def plan_of(context: Context) -> Plan:
    """The plan in force, looked up in the deciding transaction."""
    return asking(context).plan()


def is_over(state: MembershipState) -> bool:
    """Whether the membership has ended: no end is moved and nothing is earned any more."""
    return state.seq > 0 and state.state != "active"


def kept(state: MembershipState, event: str, context: Context, *articles: str) -> Step:
    """What came after the end of a membership is kept in its log and changes nothing."""
    day = japan_day(context.moment)
    detail = f"The membership is over ({state.state}): it is only kept."
    return Step(event, Decision("kept", articles, day, plan_of(context).edition(day), detail))


def planned_end(state: MembershipState, plan: Plan) -> MembershipEnd:
    """The earliest of leaving, losing the line and the programme end (M-06.3)."""
    losses = tuple((LossCause(notice.cause), notice.effective_on) for notice in state.losses)
    return registration.membership_end(left_on=state.left_on, losses=losses, plan=plan)


def may_use_points(state: MembershipState, context: Context) -> bool:
    """Whether points may still be used now, by all that is known: nothing can be made good for whom none are left."""
    return end_of(planned_end(state, plan_of(context)).usable_through) > context.moment


def end_cause(state: MembershipState, end: MembershipEnd) -> str:
    """What ends it: the cause of the loss, `left` or `programme_end`."""
    if end.state is EndState.ENDED_PROGRAMME:
        return PROGRAMME_END
    if end.state is EndState.LEFT:
        return str(LossCause.LEFT)
    ending = (
        each for each in state.losses if loss_of_use(LossCause(each.cause), each.effective_on).closes_on == end.ended_on
    )
    return str(next(ending).cause)


def end_item(
    state: MembershipState, end: MembershipEnd, context: Context, storage: Storage | None = None
) -> AgendaItem:
    """The end of a membership, after the last day on which points may be used (A-11, A-12).

    Args:
        state: the membership.
        end: as now planned.
        context: of whatever tells of the end: one that becomes known too late for the advice about stored data says
            on which day it did (M-07.6, A-05).
        storage: as it stood under an end before, where this one takes its place; the state's when None.
    """
    today = japan_day(context.moment)
    known_on = known_late(storage or state.storage, state.storage, end.ended_on, today)
    late = {KNOWN_ON: known_on.isoformat()} if known_on is not None else {}
    if today > close_item(end.ended_on).on:
        late[TOLD_ON] = today.isoformat()
    return AgendaItem(
        item_id=END,
        event="end",
        at=end_of(end.usable_through),
        on=end.ended_on,
        articles=list(end.articles),
        label=f"{_LABELS[end.state]} {end.ended_on}",
        data={
            "state": str(end.state),
            "cause": end_cause(state, end),
            "usable_through": end.usable_through.isoformat(),
            **late,
        },
    )


def by_plan(state: MembershipState, plan: Plan, now: datetime) -> MembershipState:
    """An open membership as a read shows it: its end lies where the plan in force puts it (M-06.3, M-07.1).

    Memberships are told of a replaced plan when it is announced (M-08.4); until then what is recorded of the
    programme's end is the former day, which nobody is to read any more.
    """
    item = state.agenda.get(END)
    if is_over(state) or item is None or item.at <= now:
        return state
    moved = moved_with(item, plan)
    return state if moved is item else state.model_copy(update={"agenda": {**state.agenda, END: moved}})


def moved_with(item: AgendaItem, plan: Plan) -> AgendaItem:
    """The item of an end by the programme on the plan's day; any other as it is (M-07.1)."""
    if item.data.get("cause") != PROGRAMME_END or item.on == plan.ends_on:
        return item
    through = {"usable_through": plan.ends_on.isoformat()}
    return item.model_copy(
        update={
            "at": end_of(plan.ends_on),
            "on": plan.ends_on,
            "label": f"{_LABELS[EndState.ENDED_PROGRAMME]} {plan.ends_on}",
            "data": {**item.data, **through},
        }
    )


def known_on_of(item: AgendaItem | None) -> date | None:
    """The day on which an end became known, where that was too late for the advice (M-07.6)."""
    known_on = item.data.get(KNOWN_ON) if item is not None else None
    return date.fromisoformat(known_on) if known_on else None


def closing(item: AgendaItem) -> AgendaItem:
    """When the record of an end closes; one told after that day can be corrected as long from then on (X-05)."""
    told_on = item.data.get(TOLD_ON)
    return close_item(date.fromisoformat(told_on) if told_on else item.on)


def end_values(state: MembershipState, end: MembershipEnd) -> Values:
    """What the state shows of a known end; nothing of the programme's own end before it has come."""
    if end.state is EndState.ENDED_PROGRAMME:
        return {"usable_through": None, "ended_on": None, "end_state": None, "end_cause": None, "end_articles": []}
    return {
        "usable_through": end.usable_through,
        "ended_on": end.ended_on,
        "end_state": str(end.state),
        "end_cause": end_cause(state, end),
        "end_articles": list(end.articles),
    }


def now_at(context: Context, on: date, item_id: str, event: str, articles: list[str], label: str) -> AgendaItem:
    """An item at 00:00 of a Japan day, or at once where that has passed."""
    at = max(end_of(on - _DAY), context.moment)
    return AgendaItem(item_id=item_id, event=event, at=at, on=on, articles=articles, label=label)


def ledger(name: str, **data: object) -> Outgoing:
    """An order to the points ledger."""
    return Outgoing(LEDGER, name, data)


def first_day_after(day: date) -> date:
    """The next Japan day."""
    return day + _DAY


def moment_of(received_at: datetime | None, context: Context) -> datetime:
    """When a request arrived: as evidence says, or now."""
    return received_at or context.moment
