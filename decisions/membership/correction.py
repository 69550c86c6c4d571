"""A wrong entry of a membership undone, kept in the log; the rest of its life follows again (X-05)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from decisions.domain import Context, Outgoing, Step, known, operator_task, patch
from decisions.fold import apply_entry, consequences, fold, voided
from decisions.membership import renewal
from decisions.membership.facts import LineKnown
from decisions.membership.parts import END, end_item, end_values, ledger, plan_of, planned_end
from models.messages.entity import Entry
from models.messages.membership import Correct, MembershipState, Storage
from rules.calendar import japan_day
from rules.citation import Decision
from rules.refusal import Refusal

STORAGE_LOWERED = "STORAGE_TO_RAISE"
"""The capacity had been lowered for an end that does not count: the storage service has to raise it again (M-07.2)."""

_ARTICLES = ("X-05",)

_NOT_UNDONE = frozenset({"adjust_points", "plan_announced", "plan_changed", "change_credentials", "correct"})
"""What cannot be taken back: points given may be spent, and the programme's own plan is not one member's."""

_FOLLOWS = frozenset(
    {"usable_through", "ended_on", "end_state", "end_cause", "end_articles", "in_use_through", "storage"}
    | {"ninen_wari_started_on", "ninen_wari_cancelled_on"}
)
"""Fields that follow from others and are found anew; a later entry that set one does not rest on the wrong one."""


def correct(state: MembershipState, command: Correct, context: Context) -> list[Step]:
    """Void an entry and all it caused, then bring end, renewals, storage and points in line with what is left (X-05).

    An end by a wrong notice is taken back: the membership is active again, and its points return as lots of their own
    with the days of their grants.

    Raises:
        Refusal: `NO_SUCH_ENTRY`, `FIRST_ENTRY`, `ALREADY_VOIDED`, `NOT_CORRECTABLE`, `LATER_ENTRY_RESTS_ON_IT`, or
            `LINE_TAKEN` where the line has another membership by now.
    """
    entry = _entry(context.log, command.voids)
    caused = consequences(context.log, entry.seq)
    gone = {*voided(context.log), *caused}
    rest = [each for each in context.log if each.seq not in gone and not each.voids]
    _check_rest(rest, [each for each in context.log if each.seq in caused])
    after = MembershipState.model_validate(fold(MembershipState().model_dump(mode="json"), rest))
    if state.state != "active" and after.state == "active" and known(context, LineKnown).line_taken:
        detail = "The line has another membership by now; this one cannot be active again."
        raise Refusal("LINE_TAKEN", detail, ("M-02.1", "X-05"))
    articles = tuple(dict.fromkeys(row for each in context.log if each.seq in caused for row in each.articles))
    day = japan_day(context.moment)
    detail = f"Entry {entry.seq} ({entry.event}) no longer counts."
    decision = Decision("corrected", articles, day, plan_of(context).edition(day), detail, {"voids": caused})
    undone = [each for each in context.log if each.seq in caused]
    return [Step("correct", decision, voids=tuple(caused)), _brought_in_line(after, undone, entry, context)]


def _entry(log: tuple[Entry, ...], seq: int) -> Entry:
    entry = next((each for each in log if each.seq == seq), None)
    if entry is None:
        raise Refusal("NO_SUCH_ENTRY", f"The log has no entry {seq}; read the history.", _ARTICLES)
    if entry.seq == 1:
        raise Refusal("FIRST_ENTRY", "The first entry is the membership itself; leave instead.", _ARTICLES)
    if entry.seq in voided(log) or entry.voids:
        raise Refusal("ALREADY_VOIDED", f"Entry {seq} is voided already, or voids another one.", _ARTICLES)
    if entry.event in _NOT_UNDONE or entry.caused_by is not None:
        detail = f"Entry {seq} ({entry.event}) is not undone by itself; correct what it follows from."
        raise Refusal("NOT_CORRECTABLE", detail, _ARTICLES)
    return entry


def _check_rest(rest: list[Entry], caused: list[Entry]) -> None:
    """Every later entry must still start from the state it was made in, and from facts that are still there."""
    wrong = {place for entry in caused for place in _facts(entry)}
    first = min(entry.seq for entry in caused)
    state = MembershipState().model_dump(mode="json")
    for entry in rest:
        starts = entry.to_state is None or entry.from_state is None or entry.from_state == state["state"]
        if not starts or (entry.seq > first and wrong & set(_facts(entry))):
            detail = f"Entry {entry.seq} ({entry.event}) rests on it; correct that one first."
            raise Refusal("LATER_ENTRY_RESTS_ON_IT", detail, _ARTICLES)
        state = apply_entry(state, entry)


def _facts(entry: Entry) -> Iterable[tuple[str, str]]:
    """What an entry says on its own, by field or by collection and key."""
    yield from (("", name) for name in entry.patch.set if name not in _FOLLOWS)
    yield from (("facts", key) for key in entry.patch.put.get("facts", {}))


def _brought_in_line(after: MembershipState, undone: list[Entry], entry: Entry, context: Context) -> Step:
    """End, renewals, storage and points as they follow from what is left."""
    plan, today = plan_of(context), japan_day(context.moment)
    end = planned_end(after, plan)
    values: dict[str, Any] = {**end_values(after, end), **renewal.values_of(after)} if after.state == "active" else {}
    planned = renewal.plan(after, context) if after.state == "active" else renewal.Planned()
    put = planned.put()
    tasks = dict(put.get("tasks", {}))
    booked = _booked(undone)
    if booked:
        put["renewals"] = {**put.get("renewals", {}), **booked}
        put["agenda"] = {
            key: item for key, item in put.get("agenda", {}).items() if key not in map(renewal.item_id, booked)
        }
        planned.drop += [renewal.item_id(key) for key in booked if renewal.item_id(key) in after.agenda]
        tasks |= operator_task(renewal.BOOKED_IN_ERROR, context.moment, "M-03.6", "X-05")
    orders: tuple[Outgoing, ...] = ()
    if after.state == "active":
        put["agenda"] = {**put.get("agenda", {}), END: end_item(after, end)}
        if after.storage.state == "reverted":
            tasks |= operator_task(STORAGE_LOWERED, context.moment, "M-07.2", "X-05")
        values["storage"] = _storage_on(after.storage)
        ended = any(each.event == "end" for each in undone)
        orders = (_reopening(entry, context),) if ended else ()
    if tasks:
        put["tasks"] = tasks
    detail = f"The membership is {after.state}; it ends on {after.ended_on or end.ended_on}."
    data = {"state": after.state, "ends_on": end.ended_on.isoformat(), "usable_through": end.usable_through.isoformat()}
    decision = Decision("follows", ("X-05", *end.articles), today, plan.edition(today), detail, data)
    change = patch(values, put=put, drop={"agenda": planned.drop})
    return Step("correction_followed", decision, change, state_from=today, outgoing=orders)


def _booked(undone: list[Entry]) -> dict[str, Any]:
    """Bonuses that were booked on the wrong entry: the points are there, so they stay booked until an operator acts."""
    return {
        key: each
        for entry in undone
        for key, each in entry.patch.put.get("renewals", {}).items()
        if each["state"] == "booked"
    }


def _storage_on(kept: Storage) -> Storage:
    """The perk as before an end: it goes off with the end that is ahead now (M-07.3)."""
    return kept.model_copy(
        update={"state": "on", "perk_off_on": None, "reverts_on": None, "reverted_at": None, "deleted_files": 0}
    )


def _reopening(entry: Entry, context: Context) -> Outgoing:
    """The order to give back what the end had closed, from today on (M-05.7, A-09)."""
    today = japan_day(context.moment)
    ref = hashlib.sha256(f"{entry.op}/{context.moment.isoformat()}".encode()).hexdigest()[:12]
    return ledger("reopen", on=today, ref=ref)
