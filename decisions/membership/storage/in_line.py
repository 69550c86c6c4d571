"""The storage service is told the capacity, once it was told any: both end alike (M-07.6, M-07.7, A-08).

It sells plans and grants the increase by itself; of us it hears at a reversion. From then on its capacity is what we
told it, so whatever becomes known of a plan, a support service or the end is told as well. Nothing is deleted by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from decisions.domain import Context, RaisedTask, Step, operator_task
from decisions.membership.changed import patch
from decisions.membership.storage.perk import capacity_gb, kept_gb, told_gb
from models.messages.club.membership import SET_STORAGE, MembershipState, Storage
from models.messages.entity import AgendaItem
from rules.calendar import japan_day, start_of
from rules.citation import Decision

LOWERING = "storage_reverting"
"""In the agenda: the capacity is being lowered by the storage service, which deletes what does not fit."""

SETTING = "storage_setting"
"""The event of an item in the agenda: the storage service is being told the capacity."""

PLAN_BEGINS = "storage_plan_begins"
"""In the agenda: the day of a plan that was told ahead, once the storage service goes by what we tell it."""

FILES_GONE = "FILES_DELETED_IN_ERROR"
"""Files went that would be there by what is known now: somebody has to tell the member (M-07.5, X-05)."""

OF_STORAGE = frozenset({SETTING, PLAN_BEGINS})
"""Agenda events that go on when a membership ends."""


def orders(
    kept: Storage, agenda: Mapping[str, AgendaItem], context: Context, lost: Iterable[AgendaItem] = ()
) -> tuple[dict[str, AgendaItem], list[str]]:
    """What has to be told to the storage service, now and on the day of the next plan: what is put, what is dropped.

    Args:
        kept: the storage as it is now.
        agenda: as it stands.
        context: of whatever changed it.
        lost: items of what is under way there that no longer count: how far it came is not known.
    """
    under_way = sorted((each for each in agenda.values() if each.event == SETTING), key=lambda each: each.at)
    told, lost = told_gb(kept), list(lost)
    last = Decimal(under_way[-1].data["capacity_gb"]) if under_way else told
    if LOWERING in agenda or (last is None and not lost):
        return {}, []
    today = japan_day(context.moment)
    wanted, put = capacity_gb(kept, today), dict[str, AgendaItem]()
    if wanted != last or lost:
        order = _order(wanted, today, context)
        put[order.item_id] = order
    ahead = min((day for day in map(date.fromisoformat, kept.plans) if day > today), default=None)
    if ahead is None:
        return put, [PLAN_BEGINS] if PLAN_BEGINS in agenda else []
    return {**put, PLAN_BEGINS: _begins(ahead)}, []


def files_gone(was: Storage, kept: Storage, context: Context) -> dict[str, RaisedTask]:
    """A task where files went at a reversion that did not have to be, or would have left more (M-07.5, M-07.6).

    Args:
        was: the storage as it stood, reverted.
        kept: as it is by what is known now.
        context: of whatever made it known.
    """
    if was.state != "reverted" or not was.deleted_files or was.reverts_on is None:
        return {}
    more = kept_gb(kept, was.reverts_on) > kept_gb(was, was.reverts_on)
    return operator_task(FILES_GONE, context.moment, "M-07.5", "X-05") if more or kept.state != "reverted" else {}


def plan_begins(state: MembershipState, item: AgendaItem, context: Context) -> list[Step]:
    """The day of a plan told ahead has come: the storage service is told of it (M-07.6)."""
    rest = {key: each for key, each in state.agenda.items() if key != item.item_id}
    put, _ = orders(state.storage, rest, context)
    size = f"{capacity_gb(state.storage, item.on).normalize():f}"
    decision = Decision("begins", ("M-07.6",), item.on, None, f"The capacity is {size} GB.")
    drop = {} if PLAN_BEGINS in put else {"agenda": [item.item_id]}
    return [Step(PLAN_BEGINS, decision, patch(put={"agenda": put}, drop=drop), received_at=item.at)]


def _order(size: Decimal, today: date, context: Context) -> AgendaItem:
    digits = f"{size.normalize():f}"
    return AgendaItem(
        # Each size is an order of its own: one that is on its way is not taken for the next.
        item_id=f"{SETTING}_{digits}",
        event=SETTING,
        at=context.moment,
        on=today,
        articles=["M-07.6", "M-07.7"],
        label=f"容量を{digits}GBに変更",
        effect=SET_STORAGE,
        data={"capacity_gb": digits, "timeout_s": 120},
    )


def _begins(on: date) -> AgendaItem:
    return AgendaItem(
        item_id=PLAN_BEGINS,
        event=PLAN_BEGINS,
        at=start_of(on),
        on=on,
        articles=["M-07.6"],
        label=f"容量プランの開始 {on}",
    )
