"""The announcement reaches one membership: its end and its last cohort follow the plan (M-08.4, M-06.3, M-03.8)."""

from __future__ import annotations

from datetime import date
from typing import Any

from decisions.domain import Context, Step, patch
from decisions.membership import renewal
from decisions.membership.parts import END, end_item, end_values, plan_of, planned_end
from models.messages.membership import MembershipState, PlanAnnounced, Renewal
from rules.calendar import Month, japan_day
from rules.citation import Decision
from rules.programme import Plan


def plan_announced(state: MembershipState, command: PlanAnnounced, context: Context) -> list[Step]:
    """Put the end on the plan's day, unless the membership ends before, and close renewals after the last cohort.

    The closing notice itself goes out as a set; lots are re-dated in the ledger (M-04.4).
    """
    plan, today = plan_of(context), japan_day(context.moment)
    end = planned_end(state, plan)
    late = _after_last_cohort(state, plan, today)
    put: dict[str, dict[str, Any]] = {"agenda": {END: end_item(state, end)}, "renewals": dict(late)}
    drop = {"agenda": [renewal.item_id(key) for key in late if renewal.item_id(key) in state.agenda]}
    values = {**end_values(state, end), "facts": {**state.facts, "plan_announced_on": command.announced_on.isoformat()}}
    decision = Decision(
        "told",
        ("M-08.4", "M-06.3", "M-07.1", *(("M-03.8",) if late else ())),
        command.announced_on,
        plan.edition(today),
        f"The programme ends on {plan.ends_on}; this membership on {end.ended_on}.",
        {"ends_on": end.ended_on.isoformat(), "renewals_closed": sorted(late)},
    )
    return [Step("plan_announced", decision, patch(values, put=put, drop=drop), state_from=today)]


def _after_last_cohort(state: MembershipState, plan: Plan, today: date) -> dict[str, Renewal]:
    """Open entitlements whose term ends after the last cohort earn nothing any more (M-03.8)."""
    late = {"state": "after_last_cohort", "reasons": ["AFTER_LAST_COHORT"], "decided_on": today}
    return {
        key: each.model_copy(update=late)
        for key, each in state.renewals.items()
        if each.state == "open" and Month.parse(key) > plan.last_term_end_month
    }
