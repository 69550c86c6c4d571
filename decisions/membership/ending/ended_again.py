"""The end of a membership made again: by what came after it and counts from a day before, or by a correction (M-06.3).

A membership ends by the earliest of its facts, whenever they become known. What they make of an end that has taken
effect already is recorded as a new one: the old end is voided with all it caused, nothing is edited (X-05).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from decisions.domain import Context, Outgoing, RaisedTask, Step, known, operator_task
from decisions.fold import consequences
from decisions.membership.changed import Values, patch
from decisions.membership.compared import Tasks
from decisions.membership.ending import too_late
from decisions.membership.facts import LineKnown
from decisions.membership.parts import END, end_item, end_values, ledger, plan_of, planned_end
from decisions.membership.points import booked, monthly, renewal
from decisions.membership.storage import in_line, perk
from decisions.membership.storage.storage import told_of_day
from decisions.membership.told import OF_ANOTHER, folded
from models.messages.club.membership import MembershipState, Renewal, Storage
from models.messages.entity import AgendaItem, Entry
from rules.calendar import end_of, japan_day
from rules.citation import Decision
from rules.club.registration import MembershipEnd

TOLD_AFTER_THE_END = "LINE_NOTICE_AFTER_END"
"""What came after the end puts it on another day: an operator looks at what was used or refused between (X-05)."""

CLUB_TOLD_AGAIN = "club_told_again"
"""The letter that takes earlier ones back."""

_OF_THE_LIVING = frozenset({"end", "renewal", "service_type"})
"""Agenda events of a membership that is not over."""

_OF_THE_ENDED = frozenset({perk.REVERT, in_line.LOWERING})
"""Agenda events that follow from an end, whatever put them where they stand, as a support told since.

Left there, the capacity of a member who has not ended would be lowered, and files deleted.
"""


def by_later_word(
    state: MembershipState, told: Step, facts: Values, context: Context, *, no_longer_so: Sequence[Entry] = ()
) -> list[Step]:
    """What came after the end, and the end as it follows from all that is known now.

    Args:
        state: a membership that is over.
        told: what came, deciding nothing about the end.
        facts: the fields it sets.
        context: with the log.
        no_longer_so: entries that count, but told letters that hold no longer where the end is another one.

    Returns:
        `told` with its facts; where the end is another one by them, it voids the old end, and what follows comes next.
    """
    plan = plan_of(context)
    end = planned_end(state.model_copy(update=dict(facts)), plan)
    ended = next((each for each in reversed(context.log) if each.event == "end"), None)
    if ended is None or _is_as_before(state, end):
        after = state.model_copy(update=dict(facts))
        compared = _compared(state, after, context, goes_on=False)
        renewals, never = renewal.at_end(after, end.usable_through, context)
        put, drop = compared.there(), compared.gone()
        put |= {"renewals": renewals} if renewals else {}
        drop |= {"renewals": never} if never else {}
        return [replace(told, patch=patch(facts, put=put, drop=drop))]
    task = operator_task(TOLD_AFTER_THE_END, context.moment, "M-06.3", "X-05")
    if _is_ahead(end, context) and known(context, LineKnown).line_taken:
        # It would be active again beside another membership of the line: an operator says which of them is wrong.
        decision = replace(told.decision, outcome=OF_ANOTHER, detail="The line has another membership by now.")
        return [replace(told, decision=decision, patch=patch(put={"tasks": task}))]
    caused = consequences(context.log, ended.seq)
    undone = [each for each in context.log if each.seq in caused]
    after = folded(context.log, caused).model_copy(update=dict(facts))
    follows = made_again(after, [*no_longer_so, *undone], str(ended.op), context, state)
    return [replace(told, patch=patch(facts), voids=tuple(caused)), with_tasks(follows, task)]


def _compared(
    before: MembershipState, after: MembershipState, context: Context, *, goes_on: bool, afresh: bool = False
) -> Tasks:
    """The tasks about what was booked and what came too late, as the facts leave them."""
    of_points = booked.tasks(before, after, context, goes_on=goes_on, afresh=afresh)
    return of_points | too_late.tasks(before, after, context)


def with_tasks(step: Step, tasks: Mapping[str, RaisedTask]) -> Step:
    """The step, with further tasks for an operator."""
    if not tasks:
        return step
    return replace(step, patch=step.patch + patch(put={"tasks": tasks}))


def ends_otherwise(after: MembershipState, context: Context) -> bool:
    """Whether a membership that is over would end in another way by its facts."""
    return after.state != "active" and not _is_as_before(after, planned_end(after, plan_of(context)))


def _is_as_before(state: MembershipState, end: MembershipEnd) -> bool:
    return (str(end.state), end.ended_on, end.usable_through) == (state.state, state.ended_on, state.usable_through)


def _is_ahead(end: MembershipEnd, context: Context) -> bool:
    """Whether points may still be used now."""
    return end_of(end.usable_through) > context.moment


def made_again(
    after: MembershipState, undone: Sequence[Entry], op: str, context: Context, was: MembershipState
) -> Step:
    """End, renewals, storage and points as they follow from what is left.

    Args:
        after: the membership as it follows from the entries that count.
        undone: the entries that do not count any more.
        op: what the order to the ledger is known by.
        context: of the command.
        was: the membership as it stood until now.
    """
    plan, today = plan_of(context), japan_day(context.moment)
    end = planned_end(after, plan)
    # Bonuses that were booked on the wrong entry: the points are there, so they stay booked until an operator acts.
    kept = _booked(undone)
    after = after.model_copy(update={"renewals": {**after.renewals, **kept}})
    is_open = after.state == "active"
    of_the_end = [key for key, each in after.agenda.items() if is_open and each.event in _OF_THE_ENDED]
    agenda = {key: each for key, each in after.agenda.items() if key not in of_the_end}
    after = after.model_copy(update={"agenda": agenda})
    goes_on = is_open and _is_ahead(end, context)
    values: Values = {**end_values(after, end), **renewal.values_of(after)} if is_open else {}
    lasted = after if goes_on else renewal.until(after, end.usable_through)
    planned = renewal.plan(lasted, context) if is_open else renewal.Planned()
    put = planned.put()
    compared = _compared(was, after, context, goes_on=goes_on, afresh=was.state != "active")
    compared.drop += planned.no_longer_asked
    planned.drop += of_the_end
    tasks = {**put.get("tasks", {}), **compared.put}
    if kept:
        put["renewals"] = {**put.get("renewals", {}), **kept}
        planned.drop += [renewal.item_id(key) for key in kept if renewal.item_id(key) in after.agenda]
    orders: tuple[Outgoing, ...] = ()
    if is_open:
        put["agenda"] = {**put.get("agenda", {}), END: end_item(after, end, context, was.storage)}
        storage = _storage(after.storage, was.storage, end, context)
        if goes_on and any(each.event == "end" for each in undone):
            missed, task = monthly.owed(after, context)
            orders, tasks = (_reopening(op, context), *missed), {**tasks, **task}
    else:
        # What had cost a bonus is undone, and the end found nothing open then.
        renewals, planned.never = renewal.at_end(after, end.usable_through, context)
        put["renewals"] = {**renewals, **put.get("renewals", {})}
        storage, reversion_ahead = _storage_off(after.storage, was.storage, context)
        orders = told_of_day(was.storage, storage)
        put["agenda"] = {**put.get("agenda", {}), **reversion_ahead}
        planned.drop += [] if reversion_ahead or perk.REVERT not in after.agenda else [perk.REVERT]
        # What the undone entry had taken off the agenda before the end took off the rest.
        planned.drop += [key for key, item in after.agenda.items() if item.event in _OF_THE_LIVING]
    values["storage"] = storage
    advised = _day_stays(was.storage, storage)
    orders = (*_told_again(undone, after, end, context, advised=advised), *orders)
    ordered, not_ahead = _to_storage_service(storage, after, was, context)
    put["agenda"] = {**put.get("agenda", {}), **ordered}
    planned.drop += not_ahead
    tasks |= in_line.files_gone(was.storage, storage, context)
    if tasks:
        put["tasks"] = tasks
    decision = _follows(after, end, context, goes_on=goes_on)
    change = patch(values, put=put, drop={**planned.gone(), **compared.gone()})
    return Step("correction_followed", decision, change, state_from=today, outgoing=orders)


def _follows(after: MembershipState, end: MembershipEnd, context: Context, *, goes_on: bool) -> Decision:
    """What is answered: an end whose day is past is carried out next, in the same breath, and a read then says so."""
    is_open, today = after.state == "active", japan_day(context.moment)
    shown = str(end.state) if is_open and not goes_on else after.state
    ends_on = end.ended_on if is_open else after.ended_on or end.ended_on
    detail = f"The membership is {shown}; it {'ends' if goes_on else 'ended'} on {ends_on}."
    data = {"state": shown, "ends_on": ends_on.isoformat(), "usable_through": end.usable_through.isoformat()}
    return Decision("follows", ("X-05", *end.articles), today, plan_of(context).edition(today), detail, data)


def _told_again(
    undone: Sequence[Entry], after: MembershipState, end: MembershipEnd, context: Context, *, advised: bool
) -> tuple[Outgoing, ...]:
    """One correcting letter for all that was written and no longer holds; none where nothing was.

    Where the day of which the member was advised last stays, the advice does; what it overtook says nothing any more.
    """
    letters = [each for entry in undone for each in entry.told if each.channel == "notice"]
    withdrawn = list(dict.fromkeys(each.name for each in letters if not (advised and each.name == perk.ADVICE)))
    if not withdrawn:
        return ()
    goes_on = after.state == "active" and _is_ahead(end, context)
    data = {
        "withdrawn": withdrawn,
        "state": "active" if goes_on else str(end.state),
        "usable_through": end.usable_through,
    }
    return (Outgoing("notice", CLUB_TOLD_AGAIN, data),)


def _day_stays(before: Storage, after: Storage) -> bool:
    """Whether files are deleted on the day that was told last, as where a support service put it off (A-05, A-08)."""
    return before.state == after.state == "off_grace" and before.reverts_on == after.reverts_on


def _booked(undone: Sequence[Entry]) -> dict[str, Renewal]:
    """Bonuses booked by entries that do not count any more, by term end month."""
    return {
        key: Renewal.model_validate(each)
        for entry in undone
        for key, each in entry.patch.put.get("renewals", {}).items()
        if each["state"] == "booked"
    }


def _storage(kept: Storage, was: Storage, end: MembershipEnd, context: Context) -> Storage:
    """The perk as before an end: it goes off with the end that counts now (M-07.3).

    What has been lowered stays so where the new end would have lowered it by now, too (A-08).
    """
    kept = _as_told(kept, was)
    if kept.state == "reverted":
        known_on = perk.known_late(kept, kept, end.ended_on, japan_day(context.moment))
        if perk.still_lowered(kept, end.ended_on, known_on, context.moment):
            return kept
    return perk.raised(kept, "on").model_copy(update={"perk_off_on": None, "known_on": None})


def _storage_off(kept: Storage, was: Storage, context: Context) -> tuple[Storage, dict[str, AgendaItem]]:
    """The perk of an end that stands, as the support services that count keep it (M-07.4, M-07.7, A-08)."""
    kept, off_on = _as_told(kept, was), kept.perk_off_on
    if off_on is None:
        return kept, {}
    # Where it is still lowered without what is undone, it has not been raised since: nothing new becomes known of it.
    before = kept if kept.state == "reverted" else was
    known_on = perk.known_late(before, kept, off_on, japan_day(context.moment))
    if kept.state == "reverted":
        if perk.still_lowered(kept, off_on, known_on, context.moment):
            return perk.planned(kept, off_on, known_on), {}
        kept = perk.raised(kept, "off_grace")
    off = perk.planned(kept, off_on, known_on)
    return off, perk.revert_agenda(off)


def _as_told(kept: Storage, was: Storage) -> Storage:
    """The storage with what its service was told last: that does not change with what is known."""
    told = perk.told_gb(was)
    return kept.model_copy(update={"set_gb": f"{told.normalize():f}"}) if told is not None else kept


def _to_storage_service(
    kept: Storage, after: MembershipState, was: MembershipState, context: Context
) -> tuple[dict[str, AgendaItem], list[str]]:
    """What the storage service is told; what was on its way to it and no longer counts may have come there."""
    on_its_way = {in_line.SETTING, in_line.LOWERING}
    lost = [each for key, each in was.agenda.items() if each.event in on_its_way and key not in after.agenda]
    return in_line.orders(kept, after.agenda, context, lost)


def _reopening(op: str, context: Context) -> Outgoing:
    """The order to give back what the end had closed, from today on (M-05.7, A-09)."""
    today = japan_day(context.moment)
    ref = hashlib.sha256(f"{op}/{context.moment.isoformat()}".encode()).hexdigest()[:12]
    return ledger("reopen", on=today, ref=ref)
