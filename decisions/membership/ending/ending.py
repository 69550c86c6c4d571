"""Leaving, and the end of a membership (M-05, M-06.3, M-07.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from decisions.common.checks import not_in_future
from decisions.common.closing import CLOSE
from decisions.domain import Context, NotAllowedError, Outgoing, Step, known
from decisions.membership.changed import Put, Values, patch
from decisions.membership.ending import too_late
from decisions.membership.ending.ended_again import CLUB_TOLD_AGAIN, by_later_word
from decisions.membership.facts import BalanceKnown
from decisions.membership.parts import (
    END,
    closing,
    end_item,
    end_values,
    first_day_after,
    is_over,
    known_on_of,
    ledger,
    moment_of,
    plan_of,
    planned_end,
)
from decisions.membership.points import renewal
from decisions.membership.storage.in_line import OF_STORAGE
from decisions.membership.storage.perk import PerkOff, perk_off, planned
from decisions.membership.told import by_leaving, last_use
from models.messages.club.membership import PROGRAMME_END, Leave, LossNotice, MembershipState, PlanChanged, Storage
from models.messages.entity import AgendaItem
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club.registration import EndState, MembershipEnd
from rules.refusal import Refusal

FAREWELL = "left"
"""The letter that tells a member what leaving means."""

_MOVES = {"left": "leave", "ineligible": "lose_line", "ended_programme": "end_programme"}


def leave(state: MembershipState, command: Leave, context: Context) -> list[Step]:
    """The member leaves: points are usable through that day, then forfeited (M-05.7, M-07.3).

    The answer tells what would be lost, so that a dry run can show it before the member confirms.

    Raises:
        Refusal: `IN_THE_FUTURE`, `BEFORE_REGISTRATION`.
        NotAllowedError: the member has left by then. An earlier letter of leaving counts, keyed in after a later one.
    """
    received = moment_of(command.received_at, context)
    not_in_future("received_at", received, context.keyed_at)
    day = japan_day(received)
    if state.registered_on is not None and day < state.registered_on:
        raise Refusal(
            "BEFORE_REGISTRATION",
            f"The member registered on {state.registered_on}.",
            ("M-05.7",),
            values={"on": state.registered_on},
        )
    if state.left_on is not None and day >= state.left_on:
        message = f"The member has left; points are usable through {state.left_on}."
        raise NotAllowedError(message, articles=("M-05.7",), values={"left_on": state.left_on})
    if is_over(state):
        return _left_before(state, command, received, context)
    plan = plan_of(context)
    after = state.model_copy(update={"left_on": day})
    end = planned_end(after, plan)
    item = end_item(after, end, context)
    storage = planned(state.storage, end.ended_on, known_on_of(item))
    purse = known(context, BalanceKnown)
    decision = Decision(
        "leaving",
        ("M-05.7", "M-06.3", "M-07.3", "M-07.4"),
        day,
        plan.edition(day),
        f"Points are usable through {end.usable_through}; what is left then is forfeited.",
        {
            "usable_through": end.usable_through.isoformat(),
            "forfeited_points": purse.balance if purse.forfeited is None else purse.forfeited,
            "perk_off_on": end.ended_on.isoformat(),
            "reverts_on": storage.reverts_on.isoformat() if storage.reverts_on else None,
        },
    )
    tasks = too_late.tasks(state, after, context)
    put: Put = {"agenda": {END: item}, **tasks.there()}
    values: Values = {"left_on": day, **end_values(after, end)}
    change = patch(values, put=put, drop=tasks.gone())
    letters: tuple[Outgoing, ...] = (_farewell(end, storage, purse),) if end.state is EndState.LEFT else ()
    if letters and state.left_on is not None:
        data = {"withdrawn": [FAREWELL], "state": str(end.state), "usable_through": end.usable_through}
        letters = (Outgoing("notice", CLUB_TOLD_AGAIN, data), *letters)
    return [Step("leave_notice", decision, change, received_at=received, outgoing=letters)]


def _farewell(end: MembershipEnd, storage: Storage, purse: BalanceKnown) -> Outgoing:
    """What leaving means for points and storage, told when the notice arrives: what is left is usable that day only.

    Keyed in after that day, it says what was forfeited; nothing of it can be used any more (M-05.7).
    """
    data: dict[str, object] = {"ended_on": end.ended_on, "points": purse.balance, "reverts_on": storage.reverts_on}
    if purse.forfeited is not None:
        data = {**data, "points": None, "forfeited": purse.forfeited}
    return Outgoing("notice", FAREWELL, data)


def _left_before(state: MembershipState, command: Leave, received: datetime, context: Context) -> list[Step]:
    """A letter keyed in after an end, as by a later letter: it counts where it arrived while points could be used.

    Raises:
        NotAllowedError: the membership was over by then.
    """
    day = japan_day(received)
    if state.usable_through is None or day > state.usable_through:
        message = f"The membership ended on {state.ended_on} as {state.state}; nobody is left to leave."
        raise NotAllowedError(message, articles=("M-06.3", "M-05.7"), values={"ended_on": state.ended_on})
    edition = plan_of(context).edition(day)
    decision = Decision("leaving", ("M-05.7", "M-06.3", "M-07.3"), day, edition, f"The member left on {day}.")
    step = Step("leave_notice", decision, received_at=received)
    farewells = [each for each in context.log if any(letter.name == FAREWELL for letter in each.told)]
    steps = by_later_word(state, step, by_leaving(command, received), context, no_longer_so=farewells)
    return [*steps[:-1], _with_farewell(steps[-1], context)]


def _with_farewell(follows: Step, context: Context) -> Step:
    """Whoever turns out to have left is told what leaving meant, as if the letter had been keyed in when it came."""
    planned_again = follows.patch.put.get("agenda", {}).get(END)
    if planned_again is None or planned_again["data"]["state"] != EndState.LEFT:
        return follows
    item = AgendaItem.model_validate(planned_again)
    storage = planned(Storage.model_validate(follows.patch.set["storage"]), item.on, known_on_of(item))
    purse = known(context, BalanceKnown)
    data = {
        "ended_on": item.on,
        "points": None,
        # What the end that was recorded first had closed is not there to be forfeited once more.
        "forfeited": purse.forfeited or None,
        "reverts_on": storage.reverts_on if storage.state == "off_grace" else None,
    }
    return replace(follows, outgoing=(*follows.outgoing, Outgoing("notice", FAREWELL, data)))


def with_losses(
    state: MembershipState, losses: Sequence[LossNotice], context: Context
) -> tuple[Values, AgendaItem, MembershipEnd]:
    """What NTT's notices of loss make of a membership: values, the item of the end, and the end as now planned (A-11).

    Args:
        state: the membership.
        losses: all that stand; a notice told again for another day stands in the place of the former one.
        context: of the command.
    """
    after = state.model_copy(update={"losses": losses})
    end = planned_end(after, plan_of(context))
    values: Values = {"losses": losses, "in_use_through": last_use(losses), **end_values(after, end)}
    return values, end_item(after, end, context), end


def plan_changed(state: MembershipState, command: PlanChanged, context: Context) -> list[Step]:
    """The programme ends on another day: the end of this membership moves with it (M-07.1, M-06.3)."""
    plan = plan_of(context)
    end = planned_end(state, plan)
    day = japan_day(context.moment)
    decision = Decision(
        "replanned",
        ("M-07.1", "M-06.3"),
        day,
        plan.edition(day),
        f"The programme ends on {plan.ends_on}; asked for {command.ends_on}.",
        {"ends_on": plan.ends_on.isoformat()},
    )
    return [
        Step(
            "plan_changed",
            decision,
            patch(end_values(state, end), put={"agenda": {END: end_item(state, end, context)}}),
        )
    ]


def carry_out_end(state: MembershipState, item: AgendaItem, context: Context) -> list[Step]:
    """The day after the last usable one: the balance is closed, the perk goes off (M-05, M-06.3, M-07.1, M-07.3)."""
    plan = plan_of(context)
    if item.data["cause"] == PROGRAMME_END and plan.ends_on > item.on:
        return [_moved(state, item, context)]
    through = date.fromisoformat(item.data["usable_through"])
    shown = first_day_after(through)
    ended_as, cause = str(item.data["state"]), str(item.data["cause"])
    perk = perk_off(state, item.on, known_on_of(item))
    stays = {CLOSE: closing(item), **perk.agenda}
    renewals, never = renewal.lapsed(state, shown), list[str]()
    if cause != PROGRAMME_END:
        renewals, never = renewal.at_end(state, through, context)
    put: Put = {"agenda": stays, "renewals": renewals}
    values: Values = {
        "usable_through": through,
        "ended_on": item.on,
        "end_state": ended_as,
        "end_cause": cause,
        "end_articles": item.articles,
        "storage": perk.storage,
    }
    decision = Decision(
        ended_as,
        tuple(dict.fromkeys((*item.articles, "M-07.3"))),
        item.on,
        plan.edition(item.on),
        f"Points were usable through {through}.",
        {"cause": cause, "usable_through": through.isoformat(), "perk_off_on": item.on.isoformat()},
    )
    return [
        Step(
            "end",
            decision,
            patch(
                values,
                put=put,
                drop={
                    "agenda": [
                        key for key, each in state.agenda.items() if key not in stays and each.event not in OF_STORAGE
                    ],
                    **({"renewals": never} if never else {}),
                },
            ),
            move=_MOVES[ended_as],
            received_at=item.at,
            state_from=shown,
            outgoing=(ledger("close", on=shown), *_told(ended_as, cause, through, perk), *perk.outgoing),
        )
    ]


def _told(ended_as: str, cause: str, through: date, perk: PerkOff) -> tuple[Outgoing, ...]:
    """That a lost line has ended it; who left was told then, and the programme's end was announced to all (M-07.6)."""
    if ended_as != EndState.INELIGIBLE:
        return ()
    off = perk.storage
    reverts_on = off.reverts_on if off.state == "off_grace" else None
    data = {"ended_on": off.perk_off_on, "usable_through": through, "reason": cause, "reverts_on": reverts_on}
    return (Outgoing("notice", "membership_ended", data),)


def _moved(state: MembershipState, item: AgendaItem, context: Context) -> Step:
    """The plan was replaced and this item had not been told: the membership goes on."""
    plan = plan_of(context)
    end = planned_end(state, plan)
    decision = Decision(
        "replanned", ("M-07.1",), item.on, plan.edition(item.on), f"The programme ends on {plan.ends_on}."
    )
    return Step(
        "plan_changed", decision, patch(put={"agenda": {END: end_item(state, end, context)}}), received_at=item.at
    )
