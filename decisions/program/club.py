"""The calendar of フレッツ光メンバーズクラブ: booking, expiry, reminders, the wind-down (M-02, M-04, M-07)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from decisions.program.schedule import Program, Run, Slot
from models.messages.program import (
    ADVISE_END,
    ADVISE_REVERSION,
    ANNOUNCE_WIND_DOWN,
    BOOK_MONTHLY_POINTS,
    END_MEMBERSHIPS,
    EXPIRE_POINTS,
    FLETS_CLUB,
    REMIND_EXPIRING,
    WAKE_ENDED,
    WAKE_MEMBERSHIPS,
    ProgramState,
)
from rules.calendar import Month
from rules.club import club_runs
from rules.club.program import Plan, notice_plan, plan_of

NOT_BOOKED = "POINTS_NOT_BOOKED"
"""A usage month was due after the last day of booking: its members need adjustments (M-02.5)."""

NOT_TOLD = "MEMBERS_NOT_TOLD"
"""Memberships that did not take the announcement: pause and resume to tell them again."""

_DAY = timedelta(days=1)


def plan_in(state: ProgramState) -> Plan:
    """The plan a programme runs by; the one of the notice where it has none."""
    return plan_of(state.plan) if state.plan else notice_plan()


def _has_run(state: ProgramState, event: str, period: str) -> bool:
    """Whether a run of that period was carried out or is under way."""
    done = state.runs.get(event)
    return (done is not None and done.period == period) or f"{event}/{period}" in state.agenda


# --- monthly points ----------------------------------------------------------------------------------------------


def _booking(state: ProgramState, on: date) -> Slot | None:
    month = club_runs.next_booking(on, plan_in(state))
    if month is not None and _has_run(state, BOOK_MONTHLY_POINTS, str(month)):
        month = club_runs.next_booking(on + _DAY, plan_in(state))
    return Slot(str(month), club_runs.books_on(month)) if month is not None else None


def _next_booking(state: ProgramState, slot: Slot) -> Slot | None:
    month = Month.parse(slot.period).plus(1)
    return Slot(str(month), club_runs.books_on(month)) if month <= plan_in(state).last_usage_month else None


# --- expiry and its reminder -------------------------------------------------------------------------------------


def _expiry(state: ProgramState, on: date) -> Slot | None:
    """The run comes the day after the last usable one; on that very day it still does."""
    last = club_runs.next_expiry(on - _DAY, plan_in(state))
    if last is not None and _has_run(state, EXPIRE_POINTS, last.isoformat()):
        last = club_runs.next_expiry(on, plan_in(state))
    return Slot(last.isoformat(), last + _DAY) if last is not None else None


def _next_expiry(state: ProgramState, slot: Slot) -> Slot | None:
    last = club_runs.next_expiry(date.fromisoformat(slot.period) + _DAY, plan_in(state))
    return Slot(last.isoformat(), last + _DAY) if last is not None else None


def _reminder(state: ProgramState, on: date) -> Slot | None:
    """A reminder whose day has passed is left out: the next one in time counts."""
    last = club_runs.next_expiry(on, plan_in(state))
    while last is not None and (club_runs.reminds_on(last) < on or _has_run(state, REMIND_EXPIRING, last.isoformat())):
        last = club_runs.next_expiry(last + _DAY, plan_in(state))
    return Slot(last.isoformat(), club_runs.reminds_on(last)) if last is not None else None


def _next_reminder(state: ProgramState, slot: Slot) -> Slot | None:
    last = club_runs.next_expiry(date.fromisoformat(slot.period) + _DAY, plan_in(state))
    return Slot(last.isoformat(), club_runs.reminds_on(last)) if last is not None else None


# --- the wind-down -----------------------------------------------------------------------------------------------


def _announcement(state: ProgramState, on: date) -> Slot | None:
    """On the day of the plan; a programme that begins later, but before its end, tells whoever is there at once."""
    plan = plan_in(state)
    period = plan.announced_on.isoformat()
    if on > plan.ends_on or _has_run(state, ANNOUNCE_WIND_DOWN, period):
        return None
    return Slot(period, max(plan.announced_on, on))


def _then_wake(state: ProgramState, period: str, counts: Mapping[str, int]) -> Mapping[str, Slot]:
    """Workflows learn at once what was recorded; the plan itself has taken effect without them."""
    _ = (state, counts)
    return {WAKE_MEMBERSHIPS: Slot(period, date.fromisoformat(period))}


def _end_advice(state: ProgramState, on: date) -> Slot | None:
    plan = plan_in(state)
    period, day = plan.ends_on.isoformat(), club_runs.advises_end_on(plan)
    # Nobody hears of the end before it is announced.
    day = max(day, plan.announced_on)
    return None if day < on or _has_run(state, ADVISE_END, period) else Slot(period, day)


def _ending(state: ProgramState, on: date) -> Slot | None:
    """In the first moment after the last day; a programme that begins on that very day still does it."""
    ends_on = plan_in(state).ends_on
    if on > ends_on + _DAY or _has_run(state, END_MEMBERSHIPS, ends_on.isoformat()):
        return None
    return Slot(ends_on.isoformat(), ends_on + _DAY)


def _then_end(state: ProgramState, period: str, counts: Mapping[str, int]) -> Mapping[str, Slot]:
    """A calendar of an earlier release has no such run: the last advice before the end puts it there."""
    _ = counts
    slot = _ending(state, date.fromisoformat(period))
    return {END_MEMBERSHIPS: slot} if slot is not None else {}


def _then_wake_ended(state: ProgramState, period: str, counts: Mapping[str, int]) -> Mapping[str, Slot]:
    """Workflows learn afterwards that they are over; those that were left out carry out their own end."""
    _ = (state, counts)
    return {WAKE_ENDED: Slot(period, date.fromisoformat(period) + _DAY)}


def _reversion_advice(state: ProgramState, on: date) -> Slot | None:
    """Before the reversion that follows the programme end; whoever leaves earlier gets a letter on leaving."""
    month = club_runs.last_reversion(plan_in(state))
    if club_runs.next_reversion(on) > month or _has_run(state, ADVISE_REVERSION, str(month)):
        return None
    return Slot(str(month), club_runs.advises_reversion_on(month))


def _while_capacity_is_kept(state: ProgramState, period: str, counts: Mapping[str, int]) -> Mapping[str, Slot]:
    """After the programme's end it goes on as long as a support service keeps somebody's capacity (M-07.7)."""
    month = Month.parse(period).plus(1)
    if not counts.get("kept") or ADVISE_REVERSION in state.agenda:
        return {}
    return {ADVISE_REVERSION: Slot(str(month), club_runs.advises_reversion_on(month))}


CLUB = Program(
    code=FLETS_CLUB,
    default_plan=lambda: notice_plan().as_json(),
    runs=(
        Run(
            event=BOOK_MONTHLY_POINTS,
            activity=BOOK_MONTHLY_POINTS,
            label="マンスリーポイントの付与",
            articles=("M-02.1", "M-02.3", "M-02.4"),
            first=_booking,
            following=_next_booking,
            alerts={"rejected": NOT_BOOKED},
        ),
        Run(
            event=EXPIRE_POINTS,
            activity=EXPIRE_POINTS,
            label="ポイントの失効",
            articles=("M-04.1", "M-04.5", "M-04.6"),
            first=_expiry,
            following=_next_expiry,
        ),
        Run(
            event=REMIND_EXPIRING,
            activity=REMIND_EXPIRING,
            label="有効期限のお知らせ",
            articles=("M-04.1", "M-08.2"),
            first=_reminder,
            following=_next_reminder,
        ),
        Run(
            event=ANNOUNCE_WIND_DOWN,
            activity=ANNOUNCE_WIND_DOWN,
            label="提供終了の告知",
            articles=("M-08.4", "M-04.4", "M-07.1"),
            first=_announcement,
            following=lambda _state, _slot: None,
            alerts={"failed": NOT_TOLD},
            retried=NOT_TOLD,
            when_done=_then_wake,
        ),
        Run(
            event=WAKE_MEMBERSHIPS,
            activity=WAKE_MEMBERSHIPS,
            label="会員画面の更新",
            articles=("M-08.4",),
            first=lambda _state, _on: None,
            following=lambda _state, _slot: None,
        ),
        Run(
            event=ADVISE_END,
            activity=ADVISE_END,
            label="終了前のデータ保存のお願い",
            articles=("M-07.6", "M-07.4"),
            first=_end_advice,
            following=lambda _state, _slot: None,
            when_done=_then_end,
        ),
        Run(
            event=END_MEMBERSHIPS,
            activity=END_MEMBERSHIPS,
            label="プログラム終了による会員資格の終了",
            articles=("M-07.1", "M-06.3", "M-04.5", "M-07.3"),
            first=_ending,
            following=lambda _state, _slot: None,
            when_done=_then_wake_ended,
        ),
        Run(
            event=WAKE_ENDED,
            activity=WAKE_ENDED,
            label="終了した会員の画面の更新",
            articles=("M-07.1",),
            first=lambda _state, _on: None,
            following=lambda _state, _slot: None,
        ),
        Run(
            event=ADVISE_REVERSION,
            activity=ADVISE_REVERSION,
            label="容量が戻る前のお知らせ",
            articles=("M-07.6", "M-07.4"),
            first=_reversion_advice,
            following=lambda _state, _slot: None,
            when_done=_while_capacity_is_kept,
        ),
    ),
)
