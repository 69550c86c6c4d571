"""What becomes of an exchange that waits for NTT East: taken or refused, by its own answer (M-09.5, M-09.6, A-18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from decisions.common import defects
from decisions.domain import Context, Drop, NotAllowedError, Outgoing, Put, Step, known, operator_task
from decisions.exchange.changed import Values, patch
from decisions.exchange.facts import OutcomeKnown
from decisions.exchange.sending import LEDGER
from decisions.membership.ending.too_late import SPENT_AFTER_END
from models.messages.club.exchange import SEND_FEE_PAYMENT, TELL_MEMBERSHIP, TOLD_BY_HAND, ExchangeState
from models.messages.club.exchange_facts import Purse
from models.messages.entity import AgendaItem, DecisionFailed, EffectDone
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club import points
from rules.club.program import Plan

CARRIER_REFUSED = "CARRIER_REFUSED"
"""NTT East answered for good that it will not take the payment."""

REFUSED, ACCEPTED = "refused", "accepted"
"""That answer and the other one, as the activity gives them back."""

ANSWERED = "payment_answered"
"""NTT's own answer after one that was keyed in."""

OTHERWISE = "PAYMENT_ANSWERED_OTHERWISE"
"""The task of one that says the opposite."""

CLOSE = "close_exchange"
"""The item of the agenda after which what was keyed in stands."""


def effect_done(state: ExchangeState, command: EffectDone, context: Context) -> list[Step]:
    """NTT East has answered: the payment is taken, or refused for good and the points return (A-18, M-09.5).

    Or the membership has been told that they returned. What is neither answer says nothing of the points: the message
    is set aside for an operator, who tries it again or keys in what NTT says.

    Raises:
        NotAllowedError: nothing of that name is waiting.
    """
    item = state.agenda.get(command.item_id)
    if item is not None and item.effect == TELL_MEMBERSHIP:
        return [_told(state, item, known(context, OutcomeKnown))]
    outcome = command.data.get("outcome")
    if command.item_id != SEND_FEE_PAYMENT or outcome == TOLD_BY_HAND or (item is None and not state.told_by_hand):
        message = f"Nothing called {command.item_id} is waiting for an outside effect."
        raise NotAllowedError(message, code="NOTHING_TO_DO")
    if command.failed is not None or outcome not in (ACCEPTED, REFUSED):
        return _set_aside(state, command, context)
    # The item stands for the moment of the sending; the answer may have come much later.
    answered = datetime.fromisoformat(command.data["at"]) if "at" in command.data else context.moment
    asked = known(context, OutcomeKnown)
    if item is None:
        return [_answered_after_all(state, answered, asked.plan, taken=outcome != REFUSED)]
    return [(failed if outcome == REFUSED else paid)(state, answered, asked, Ending())]


def _set_aside(state: ExchangeState, command: EffectDone, context: Context) -> list[Step]:
    """Once it is keyed in nothing waits any more that could be set aside."""
    if SEND_FEE_PAYMENT not in state.agenda:
        message = f"{command.item_id} gave no answer, and none is waited for."
        raise NotAllowedError(message, code="NOTHING_TO_DO")
    code = command.failed or "NO_OUTCOME"
    broken = DecisionFailed(
        op=command.op,
        at=command.at,
        actor=command.actor,
        what=SEND_FEE_PAYMENT,
        error_id=defects.error_id_of(state.exchange_id, str(command.op)),
        item_id=SEND_FEE_PAYMENT,
    )
    (step,) = defects.failed(state, broken, context)
    # Whoever records it writes both into the log (`activities.record`): nothing failed there that had told them.
    decision = replace(step.decision, data={**step.decision.data, "code": code})
    return [replace(step, decision=decision)]


@dataclass(frozen=True)
class Ending:
    """What else an answer leaves behind; NTT's own leaves nothing to happen."""

    closed: bool = True
    known_at: datetime | None = None
    """The moment at which it was keyed in, where that is later: what lapsed until then is usable by nobody."""
    values: Values = field(default_factory=Values)
    agenda: Mapping[str, AgendaItem] = field(default_factory=dict)
    gone: Drop = field(default_factory=lambda: {"agenda": [SEND_FEE_PAYMENT]})


def paid(state: ExchangeState, answered: datetime, asked: OutcomeKnown, ending: Ending) -> Step:
    """NTT East has taken the points for the bill (M-09.6)."""
    plan, day = asked.plan, japan_day(answered)
    name = asked.item_name or state.item_id
    data = {"points": state.points, "billing_month": state.billing_month}
    detail = f"NTT East took {state.points} points for the bill of {state.billing_month}."
    decision = Decision("fulfilled", ("M-09.6", "M-01.4"), day, plan.edition(day), detail, data)
    notice = Outgoing(
        "notice",
        "exchange_done",
        {"exchange_id": state.exchange_id, "item": name, "points": state.points, "exchanged_on": state.sent_at},
    )
    change = patch({"closed": ending.closed, **ending.values}, put=_put(ending.agenda), drop=ending.gone)
    return Step("fulfil", decision, change, move="fulfil", received_at=answered, outgoing=(notice,))


def failed(state: ExchangeState, answered: datetime, asked: OutcomeKnown, ending: Ending) -> Step:
    """The points return to their own lots; one that expired or was forfeited meanwhile lapses again (M-04.6)."""
    plan, day = asked.plan, japan_day(answered)
    known_at = max(answered, ending.known_at or answered)
    back, returned = usable_again(state, asked.purse, known_at, plan), sum(use.points for use in state.uses)
    data = {"reason": CARRIER_REFUSED, "returned": returned, "usable_again": back}
    detail = f"NTT East refused it for good; {returned} points returned to their lots, {back} of them usable."
    decision = Decision("failed", ("M-09.5", "M-04.6"), day, plan.edition(day), detail, data)
    name = asked.item_name or state.item_id
    outgoing = (
        Outgoing(LEDGER, "give_back", {"on": japan_day(known_at)}),
        Outgoing("notice", "exchange_failed", {"exchange_id": state.exchange_id, "item": name, "points": back}),
    )
    # Only where somebody is asked about what was spent does the membership have to hear of it.
    told = {TELL_MEMBERSHIP: _telling(answered)} if SPENT_AFTER_END in asked.asked_of_member else {}
    values: Values = {
        "closed": ending.closed and not told,
        "failure": CARRIER_REFUSED,
        "usable_again": back,
        **ending.values,
    }
    change = patch(values, put=_put({**told, **ending.agenda}), drop=ending.gone)
    return Step("fail", decision, change, move="fail", received_at=answered, outgoing=outgoing)


def _put(agenda: Mapping[str, AgendaItem]) -> Put:
    return {"agenda": agenda} if agenda else {}


def _answered_after_all(state: ExchangeState, answered: datetime, plan: Plan, *, taken: bool) -> Step:
    """NTT's own answer to what an operator has keyed in already: it ends the exchange, or somebody has to ask NTT."""
    day = japan_day(answered)
    if taken is (state.state == "fulfilled"):
        detail = "NTT East answered what had been keyed in."
        decision = Decision("confirmed", ("M-09.6",), day, plan.edition(day), detail)
        change = patch(
            {"closed": TELL_MEMBERSHIP not in state.agenda, "told_by_hand": False}, drop=_by_hand_gone(state)
        )
        return Step(ANSWERED, decision, change, received_at=answered)
    said = "took it" if taken else "refused it"
    detail = f"NTT East {said}, and the opposite had been keyed in: an operator asks NTT which of the two is true."
    decision = Decision("differs", ("M-09.6", "X-05"), day, plan.edition(day), detail, {"taken": taken})
    task = operator_task(OTHERWISE, answered, "M-09.6", "X-05")
    return Step(ANSWERED, decision, patch(put={"tasks": task}), received_at=answered)


def _by_hand_gone(state: ExchangeState) -> dict[str, list[str]]:
    found = {
        "agenda": [CLOSE] if CLOSE in state.agenda else [],
        "tasks": [OTHERWISE] if OTHERWISE in state.tasks else [],
    }
    return {name: keys for name, keys in found.items() if keys}


def _telling(answered: datetime) -> AgendaItem:
    """The membership looks again at what is asked because the points were spent (X-05)."""
    return AgendaItem(
        item_id=TELL_MEMBERSHIP,
        event="membership_told",
        at=answered,
        on=japan_day(answered),
        articles=["M-09.5", "X-05"],
        label="会員契約への連絡(ポイント返還)",
        effect=TELL_MEMBERSHIP,
    )


def _told(state: ExchangeState, item: AgendaItem, asked: OutcomeKnown) -> Step:
    """The membership knows; nothing is left to happen, unless the failure can be taken back yet."""
    detail = "The membership was told that the points came back."
    decision = Decision("told", ("M-09.5", "X-05"), item.on, asked.plan.edition(item.on), detail)
    change = patch({"closed": not state.told_by_hand}, drop={"agenda": [item.item_id]})
    return Step("membership_told", decision, change, received_at=item.at)


def usable_again(state: ExchangeState, purse: Purse, at: datetime, plan: Plan) -> int:
    """Of the returned points, those that can still be used at a moment."""
    day = japan_day(at)
    if purse.loss is not None and day > purse.loss.usable_through:
        return 0
    returned = points.give_back(purse.lots, [points.Use(use.lot_id, use.points) for use in state.uses])
    return points.balance(returned, day, plan) - points.balance(purse.lots, day, plan)
