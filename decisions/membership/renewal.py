"""にねん割更新ポイント: an entitlement a renewal, decided after its window and booked at once (M-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from decisions.domain import Context, Step, patch
from decisions.membership.parts import ledger, plan_of
from models.messages.entity import AgendaItem
from models.messages.membership import MembershipState, Renewal
from rules import booking, renewal
from rules.calendar import Month, end_of, japan_day
from rules.citation import Decision
from rules.programme import Plan
from rules.renewal import ServiceClass

TERMS_MAX = 100
"""Terms looked through; two hundred years."""


def item_id(end_month: Month | str) -> str:
    """The key of a renewal in the agenda."""
    return f"renewal_{end_month}"


def next_end_month(started_on: date, window_reaches: date, after: Month | None = None) -> Month | None:
    """The first term end month whose window reaches a day, and that lies after another one."""
    for renewals in range(TERMS_MAX):
        month = renewal.term_end_month(started_on, renewals)
        if booking.window(month).to_on >= window_reaches and (after is None or month > after):
            return month
    return None


def opened(end_month: Month, moment: datetime, plan: Plan) -> dict[str, dict[str, Any]]:
    """The `put` of one entitlement and of the day it is decided: the first after the window (M-03.3, M-03.4)."""
    window = booking.window(end_month)
    entitlement = Renewal(
        term_end_month=str(end_month),
        window_from=window.from_on,
        window_to=window.to_on,
        book_by=booking.book_by(end_month),
    )
    today = japan_day(moment)
    if plan.known_on(today) and end_month > plan.last_term_end_month:
        late = {"state": "after_last_cohort", "reasons": ["AFTER_LAST_COHORT"], "decided_on": today}
        return {"renewals": {str(end_month): entitlement.model_copy(update=late)}}
    item = AgendaItem(
        item_id=item_id(end_month),
        event="renewal",
        at=max(end_of(window.to_on), moment),
        on=window.to_on,
        articles=["M-03.3", "M-03.4"],
        label=f"にねん割更新ポイントの判定({end_month}満了)",
        data={"term_end_month": str(end_month)},
    )
    return {"renewals": {str(end_month): entitlement}, "agenda": {item.item_id: item}}


def ruling(state: MembershipState, end_month: Month, plan: Plan) -> Decision:
    """The rule on this membership's facts (M-03.1 to M-03.8)."""
    last = booking.window(end_month).to_on
    service = state.service_on(last)
    return renewal.renewal_bonus(
        end_month,
        ServiceClass(service.service_class if service else "MANSION"),
        state.registered_on or last,
        ninen_wari_cancelled_on=state.ninen_wari_cancelled_on,
        in_use_through=state.in_use_through,
        plan=plan,
    )


def carry_out(state: MembershipState, item: AgendaItem, context: Context) -> list[Step]:
    """The window has passed: book the bonus or say why there is none, and open the next term's (M-03.4, A-04)."""
    plan, day = plan_of(context), japan_day(item.at)
    month = Month.parse(str(item.data["term_end_month"]))
    ruled = ruling(state, month, plan)
    became = {"due": "booked"}.get(ruled.outcome, ruled.outcome)
    points = int(ruled.data["points"])
    entitlement = state.renewals[str(month)].model_copy(
        update={"state": became, "reasons": ruled.data["reasons"], "decided_on": day, "points": points}
    )
    put: dict[str, dict[str, Any]] = {"renewals": {str(month): entitlement}}
    started_on = state.ninen_wari_started_on if state.ninen_wari_cancelled_on is None else None
    upcoming = next_end_month(started_on, day, month) if started_on else None
    if upcoming is not None and ruled.outcome != "after_last_cohort":
        for name, values in opened(upcoming, item.at, plan).items():
            put[name] = {**put.get(name, {}), **values}
    order = ledger("grant", points=points, granted_on=day, term_end_month=str(month), articles=list(ruled.articles))
    decision = replace(ruled, outcome=became, effective_on=day, data={**ruled.data, "term_end_month": str(month)})
    change = patch(put=put, drop={"agenda": [item.item_id]})
    return [
        Step(
            "renewal",
            decision,
            change,
            received_at=item.at,
            state_from=day,
            outgoing=(order,) if became == "booked" else (),
        )
    ]


def disqualified_by_cancellation(state: MembershipState, cancelled_on: date, today: date) -> dict[str, Renewal]:
    """Open entitlements that a cancellation of にねん割 on or before their window's last day ends (M-03.6)."""
    return {
        key: each.model_copy(update={"state": "disqualified", "reasons": ["NINEN_WARI_CANCELLED"], "decided_on": today})
        for key, each in state.renewals.items()
        if each.state == "open" and cancelled_on <= each.window_to
    }


def lapsed(state: MembershipState, on: date) -> dict[str, Renewal]:
    """Entitlements still open when a membership ends come to nothing: nobody is left to book for (M-06.3)."""
    return {
        key: each.model_copy(update={"state": "lapsed", "reasons": ["MEMBERSHIP_ENDED"], "decided_on": on})
        for key, each in state.renewals.items()
        if each.state == "open"
    }


def replaced(state: MembershipState, on: date) -> dict[str, Renewal]:
    """Entitlements still open when another two-year term begins: that one renews nothing any more (M-03.6)."""
    return {
        key: each.model_copy(update={"state": "disqualified", "reasons": ["NINEN_WARI_REPLACED"], "decided_on": on})
        for key, each in state.renewals.items()
        if each.state == "open"
    }
