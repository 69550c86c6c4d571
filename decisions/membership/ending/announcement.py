"""The announcement reaches one membership: its end and its last cohort follow the plan (M-08.4, M-06.3, M-03.8)."""

from __future__ import annotations

from decisions.domain import Context, Step
from decisions.membership.changed import patch
from decisions.membership.parts import END, end_item, end_values, plan_of, planned_end
from decisions.membership.points import renewal
from models.messages.club.membership import MembershipState, PlanAnnounced
from rules.calendar import japan_day
from rules.citation import Decision


def plan_announced(state: MembershipState, command: PlanAnnounced, context: Context) -> list[Step]:
    """Put the end on the plan's day, unless the membership ends before, and close renewals after the last cohort.

    The closing notice itself goes out as a set; lots are re-dated in the ledger (M-04.4).
    """
    plan, today = plan_of(context), japan_day(context.moment)
    end = planned_end(state, plan)
    planned = renewal.plan(state, context)
    late = sorted(key for key, each in planned.renewals.items() if each.state == "after_last_cohort")
    put = planned.put()
    put["agenda"] = {**put.get("agenda", {}), END: end_item(state, end, context)}
    drop = planned.gone()
    decision = Decision(
        "told",
        ("M-08.4", "M-06.3", "M-07.1", *(("M-03.8",) if late else ())),
        command.announced_on,
        plan.edition(today),
        f"The programme ends on {plan.ends_on}; this membership on {end.ended_on}.",
        {"ends_on": end.ended_on.isoformat(), "renewals_closed": late},
    )
    return [Step("plan_announced", decision, patch(end_values(state, end), put=put, drop=drop), state_from=today)]
