"""Another plan by which the club ends, before the present one takes effect (M-08.4, M-04.4)."""

from __future__ import annotations

from typing import Any

from decisions.domain import Context, NotAllowedError, Step
from decisions.program.changed import patch
from decisions.program.club import CLUB, plan_in
from decisions.program.schedule import scheduled
from models.messages.entity import Patch
from models.messages.program import ProgramState, ReplacePlan
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club.program import Plan, check_replacement, plan_of
from rules.refusal import Refusal

_ARTICLES = ("M-08.4", "M-07.1", "M-04.4", "M-06.1", "M-02.5")


def replace_plan(state: ProgramState, command: ReplacePlan, context: Context) -> list[Step]:
    """Put another plan in the place of one that has not been announced; the calendar follows it.

    What is due already, because the programme is held, stays due.

    Raises:
        NotAllowedError: the programme has no such plan.
        Refusal: those of `rules.club.program`: `NOTICE_TOO_SHORT`, `PLAN_OUT_OF_ORDER`, `PLAN_IN_EFFECT`,
            `ANNOUNCED_IN_THE_PAST`; `MALFORMED_PLAN` for what is no plan at all.
    """
    if state.code != CLUB.code:
        message = f"{state.code} does not run by a closing plan."
        raise NotAllowedError(message, articles=("M-01.2",))
    current, new, today = plan_in(state), _read(command.plan), japan_day(context.moment)
    check_replacement(current, new, today)
    unchanged = new == current
    decision = Decision(
        "unchanged" if unchanged else "planned",
        _ARTICLES,
        new.announced_on,
        new.edition(today),
        f"Announced on {new.announced_on}; the programme ends on {new.ends_on}.",
        {"plan": new.as_json(), "announce_by": new.announce_by.isoformat()},
    )
    if unchanged:
        return [Step("replace_plan", decision, state_from=today)]
    after = state.model_copy(update={"plan": new.as_json()})
    return [Step("replace_plan", decision, _rescheduled(after, context), state_from=today)]


def _read(plan: dict[str, Any]) -> Plan:
    try:
        return plan_of(plan)
    except Refusal:
        raise
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        detail = f"This is no plan: {type(error).__name__}."
        raise Refusal("MALFORMED_PLAN", detail, ("M-08.4",)) from None


def _rescheduled(state: ProgramState, context: Context) -> Patch:
    """The patch of a new plan: runs ahead move to its days, runs due or under way stay."""
    paused = state.state == "paused"
    waiting = state.held if paused else list(state.agenda.values())
    kept = {item.item_id: item for item in waiting if item.effect is not None or item.at <= context.moment}
    gone = [item.item_id for item in waiting if item.item_id not in kept]
    today = japan_day(context.moment)
    slots = [(run, run.first(state, today)) for run in CLUB.runs if run.event not in kept]
    ahead = {run.event: scheduled(run, slot) for run, slot in slots if slot is not None}
    if paused:
        held = [*kept.values(), *ahead.values()]
        return patch({"plan": state.plan, "held": held})
    drop = {"agenda": [key for key in gone if key not in ahead]}
    return patch({"plan": state.plan}, put={"agenda": ahead}, drop=drop)
