"""Support services, storage plans and the reversion of the capacity (M-07.2 to M-07.7; A-05 to A-08)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from decisions.common.effects import effect_done
from decisions.domain import Context, NotAllowedError, Outgoing, Step
from decisions.membership.changed import Put, patch
from decisions.membership.parts import known_on_of, plan_of
from decisions.membership.storage.in_line import LOWERING, SETTING, files_gone, orders
from decisions.membership.storage.perk import (
    REVERT,
    advice,
    kept_gb,
    known_late,
    planned,
    raised,
    revert_agenda,
    still_lowered,
    told_gb,
)
from decisions.membership.told import by_storage_plan, by_support
from models.messages.club.membership import (
    REVERT_STORAGE,
    ChangeStoragePlan,
    ChangeSupport,
    MembershipState,
    Storage,
)
from models.messages.entity import AgendaItem, EffectDone
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club.storage import SupportService, keeps_increase
from rules.refusal import Refusal

GB_MAX = 1_000_000

EFFECT = LOWERING
"""In the agenda: the capacity is being lowered by the storage service."""

_BEING_REVERTED = "The capacity is being lowered just now; try again in a moment."


def change_support(state: MembershipState, command: ChangeSupport, context: Context) -> list[Step]:
    """A support service begins or ends: while one runs the capacity stays, when the last one ends it is tested again.

    One that had begun by the reversion day counts however late it is told: the capacity is raised again, the files
    that are gone stay gone. One that began later changes nothing of what has reverted (A-08).

    Raises:
        Refusal: `UNKNOWN_SERVICE` for any other service (M-07.7).
    """
    if not keeps_increase(command.service):
        known = ", ".join(SupportService)
        raise Refusal(
            "UNKNOWN_SERVICE", f"Only these keep the increase: {known}.", ("M-07.7",), values={"known": known}
        )
    changed = by_support(state.storage, command, japan_day(context.moment))
    data = {"service": command.service, "active": command.active}
    return [_changed(state, changed, "change_support", ("M-07.7", "M-07.4"), command.on, context, data)]


def change_storage_plan(state: MembershipState, command: ChangeStoragePlan, context: Context) -> list[Step]:
    """Another plan from a day on; one bought before the reversion removes or shrinks the overflow (M-07.6).

    After the reversion the storage service is told of it, whenever it began.

    Raises:
        Refusal: `NO_SUCH_CAPACITY` for what is no size in GB.
    """
    try:
        size = Decimal(command.capacity_gb)
    except InvalidOperation:
        size = Decimal(-1)
    if not (size.is_finite() and 0 < size <= GB_MAX):
        raise Refusal(
            "NO_SUCH_CAPACITY", f"A plan has more than 0 and at most {GB_MAX} GB.", ("M-07.2",), values={"most": GB_MAX}
        )
    changed = by_storage_plan(state.storage, command, f"{size.normalize():f}")
    data = {"capacity_gb": float(size)}
    return [_changed(state, changed, "change_storage_plan", ("M-07.2", "M-07.6"), command.on, context, data)]


def _changed(
    state: MembershipState,
    changed: Storage,
    event: str,
    articles: tuple[str, ...],
    on: date,
    context: Context,
    data: Mapping[str, Any],
) -> Step:
    """The entry of a change; the reversion ahead is put where it now belongs."""
    if EFFECT in state.agenda:
        raise NotAllowedError(_BEING_REVERTED, articles=articles)
    today = japan_day(context.moment)
    after, put, drop = _tested_again(state.storage, changed, context)
    ordered, over = orders(after, state.agenda, context)
    sizes = [item.data["capacity_gb"] for item in ordered.values() if item.event == SETTING]
    gone = files_gone(state.storage, after, context)
    told = {
        **data,
        "storage": after.state,
        "perk_off_on": after.perk_off_on.isoformat() if after.perk_off_on else None,
        "reverts_on": after.reverts_on.isoformat() if after.reverts_on else None,
        **({"sets_gb": float(Decimal(sizes[0]))} if sizes else {}),
    }
    detail = {
        "on": "The increase applies.",
        "off_grace": f"The capacity reverts at the end of {after.reverts_on}.",
        "exempt": "The capacity stays because of a support service.",
        "reverted": "The capacity has reverted; that is not undone.",
    }[after.state]
    if sizes:
        detail = f"{detail} The storage service is told to set {sizes[0]} GB."
    outcome = "kept" if after.state == "reverted" and not sizes else "changed"
    decision = Decision(outcome, articles, on, plan_of(context).edition(today), detail, told)
    puts: Put = {"agenda": {**put, **ordered}}
    if gone:
        puts["tasks"] = gone
    change = patch({"storage": after}, put=puts, drop={"agenda": [*drop, *over]})
    return Step(event, decision, change, state_from=max(on, today), outgoing=told_of_day(state.storage, after))


def _tested_again(was: Storage, kept: Storage, context: Context) -> tuple[Storage, dict[str, AgendaItem], list[str]]:
    """The perk of an end as all that is known makes it; the reversion ahead is put where it now belongs (A-08)."""
    off_on = kept.perk_off_on
    if kept.state == "on" or off_on is None:
        return kept, {}, []
    known_on = known_late(was, kept, off_on, japan_day(context.moment))
    if kept.state == "reverted":
        told = told_gb(was)
        kept = kept.model_copy(update={"set_gb": None if told is None else f"{told.normalize():f}"})
        if still_lowered(kept, off_on, known_on, context.moment):
            return planned(kept, off_on, known_on), {}, []
        kept = raised(kept, "off_grace")
    after = planned(kept, off_on, known_on)
    put = revert_agenda(after)
    return after, put, [] if put else [REVERT]


def told_of_day(before: Storage, after: Storage) -> tuple[Outgoing, ...]:
    """Advice to whoever hears of the day for the first time, as one kept whole until now, or of another (M-07.6)."""
    if after.state != "off_grace" or after.perk_off_on is None:
        return ()
    same = before.state == "off_grace" and before.reverts_on == after.reverts_on
    return () if same else (advice(after, after.perk_off_on),)


def carry_out_reversion(state: MembershipState, item: AgendaItem, context: Context) -> list[Step]:
    """The reversion day is over: tested once more, then the storage service lowers the capacity (M-07.4, A-08)."""
    kept = state.storage
    tested = planned(kept, kept.perk_off_on or item.on, kept.known_on)
    if tested.state != "off_grace" or tested.reverts_on != item.on:
        put = revert_agenda(tested)
        decision = Decision("kept", ("M-07.7",), item.on, None, "A support service keeps the capacity.")
        change = patch({"storage": tested}, put={"agenda": put}, drop={"agenda": [] if put else [REVERT]})
        return [Step(REVERT, decision, change, received_at=item.at)]
    capacity = kept_gb(kept, item.on)
    effect = AgendaItem(
        item_id=EFFECT,
        event=EFFECT,
        at=item.at,
        on=item.on,
        articles=["M-07.4", "M-07.5"],
        label=f"容量超過分の削除と容量の変更 {item.on}",
        effect=REVERT_STORAGE,
        data={"capacity_gb": f"{capacity.normalize():f}", "timeout_s": 120},
    )
    decision = Decision(
        "reverts",
        ("M-07.4", "M-07.5", "M-07.3"),
        item.on,
        plan_of(context).edition(item.on),
        f"The capacity becomes {capacity.normalize():f} GB; what does not fit is deleted, oldest first.",
        {"capacity_gb": float(capacity)},
    )
    change = patch(put={"agenda": {EFFECT: effect}}, drop={"agenda": [REVERT]})
    return [Step(REVERT, decision, change, received_at=item.at)]


def carried_out(state: MembershipState, command: EffectDone, context: Context) -> list[Step]:
    """The storage service has answered: the capacity is the plan's own again (M-07.4, M-07.5)."""
    (done,) = effect_done(state, command, context)
    item = state.agenda[command.item_id]
    if item.event == SETTING and command.failed is None:
        return [_set(state, item, context)]
    if command.item_id != EFFECT or command.failed is not None:
        return [done]
    deleted = int(command.data["deleted"])
    told = state.storage.model_copy(
        update={
            "state": "reverted",
            "reverted_at": context.moment,
            "deleted_files": deleted,
            "set_gb": item.data["capacity_gb"],
        }
    )
    # What became known while it was under way is seen now.
    after, put, drop = _tested_again(told, told, context)
    rest = {key: each for key, each in state.agenda.items() if key != EFFECT}
    ordered, over = orders(after, rest, context)
    gone = files_gone(told, after, context)
    articles = ("M-07.4", "M-07.5") if deleted else ("M-07.4",)
    decision = Decision(
        "reverted",
        articles,
        item.on,
        plan_of(context).edition(item.on),
        f"{deleted} files did not fit and were deleted, oldest first.",
        {"deleted": deleted, "capacity_gb": float(Decimal(item.data["capacity_gb"]))},
    )
    puts: Put = {"agenda": {**put, **ordered}}
    if gone:
        puts["tasks"] = gone
    change = patch({"storage": after}, put=puts, drop={"agenda": [EFFECT, *drop, *over]})
    return [Step("storage_reverted", decision, change)]


def _set(state: MembershipState, item: AgendaItem, context: Context) -> Step:
    """The storage service has the capacity it was told; what became known meanwhile is told next (M-07.6, M-07.7)."""
    size = str(item.data["capacity_gb"])
    kept = state.storage.model_copy(update={"set_gb": size})
    rest = {key: each for key, each in state.agenda.items() if key != item.item_id}
    put, over = orders(kept, rest, context)
    decision = Decision(
        "set",
        tuple(item.articles),
        item.on,
        plan_of(context).edition(item.on),
        f"The storage service has set the capacity to {size} GB.",
        {"capacity_gb": float(Decimal(size))},
    )
    gone = [item.item_id] if item.item_id not in put else []
    return Step("storage_set", decision, patch({"storage": kept}, put={"agenda": put}, drop={"agenda": [*gone, *over]}))


def shown(state: MembershipState, today: date) -> Storage:
    """The storage as of a day: the flag is off on the leave or end date itself, capacity returns later (M-07.3)."""
    end = state.agenda.get("end")
    ended_on = state.ended_on or (end.on if end is not None and end.on <= today else None)
    if state.storage.state != "on" or ended_on is None:
        return state.storage
    off = planned(state.storage, ended_on, known_on_of(end))
    return off if ended_on <= today else off.model_copy(update={"state": "on"})
