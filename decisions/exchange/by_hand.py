"""What NTT East said of a fee payment by telephone or letter, keyed in by an operator (M-09.6, X-05).

It counts as NTT's own answer does, but stays open through the end of the month after that of the bill: until then it
can be taken back, and NTT's own answer may still come.
"""

from __future__ import annotations

from datetime import date, datetime

from decisions.common import defects
from decisions.common.checks import not_in_future
from decisions.domain import Context, NotAllowedError, Outgoing, Put, Step, known
from decisions.exchange import answer
from decisions.exchange.changed import Values, patch
from decisions.exchange.facts import OutcomeKnown
from decisions.exchange.sending import LEDGER, payment
from models.messages.club.exchange import (
    SEND_FEE_PAYMENT,
    TELL_MEMBERSHIP,
    UNDO_PAYMENT_TOLD,
    ExchangeState,
    PaymentTold,
    Use,
)
from models.messages.entity import DEFECT, AgendaItem, Command
from rules.calendar import Month, end_of, japan_day
from rules.citation import Decision
from rules.club import exchange as rules
from rules.club import points


def told(state: ExchangeState, command: PaymentTold, context: Context) -> list[Step]:
    """As if NTT had answered it itself at that moment; it is not asked any more.

    Raises:
        Refusal: `IN_THE_FUTURE`, `TOLD_BEFORE_SENT`.
        NotAllowedError: no answer of NTT is waited for.
    """
    not_in_future("told_at", command.told_at, context.moment)
    bill, sent_at = state.billing_month, state.sent_at
    if bill is None or sent_at is None or SEND_FEE_PAYMENT not in state.agenda:
        message = "No answer of NTT is waited for."
        raise NotAllowedError(message, articles=("M-09.6",))
    rules.check_told(command.told_at, sent_at)
    ending = answer.Ending(
        closed=False,
        known_at=context.keyed_at,
        values={"told_by_hand": True},
        agenda={answer.CLOSE: _closing(Month.parse(bill), context.keyed_at)},
        gone=_no_longer_asked(state),
    )
    becomes = answer.failed if command.outcome == answer.REFUSED else answer.paid
    return [becomes(state, command.told_at, known(context, OutcomeKnown), ending)]


def _no_longer_asked(state: ExchangeState) -> dict[str, list[str]]:
    """The message to NTT, also where a defect had set it aside."""
    retries = [
        key
        for key, item in state.agenda.items()
        if item.event == defects.RETRY and item.data.get("item_id") == SEND_FEE_PAYMENT
    ]
    task = f"{DEFECT}/{SEND_FEE_PAYMENT}"
    return {"agenda": [SEND_FEE_PAYMENT, *retries], **({"tasks": [task]} if task in state.tasks else {})}


def undo(state: ExchangeState, command: Command, context: Context) -> list[Step]:
    """NTT is asked again; points that had come back and could be used are taken once more (M-04.6, M-09.5).

    Raises:
        Refusal: `INSUFFICIENT_POINTS`, `POINTS_FORFEITED`: they are not there any more.
    """
    _ = command
    asked = known(context, OutcomeKnown)
    plan, day = asked.plan, japan_day(context.moment)
    back = state.usable_again if state.state == "failed" else 0
    values: Values = {"told_by_hand": False, "failure": None, "usable_again": 0, "closed": False}
    outgoing: list[Outgoing] = []
    if state.state == "failed":
        taken = points.spend(asked.purse.lots, back, day, loss=asked.purse.loss, plan=plan) if back else None
        uses = [Use(lot_id=use.lot_id, points=use.points) for use in taken.uses] if taken else []
        values |= {"uses": uses, "taking": state.taking + 1}
        if taken is not None:
            order = {"points": back, "balance_after": taken.balance_after}
            outgoing.append(Outgoing(LEDGER, "spend", order))
    withdrawn = "exchange_failed" if state.state == "failed" else "exchange_done"
    letter = {"withdrawn": [withdrawn], "exchange_id": state.exchange_id, "points": back or None}
    outgoing.append(Outgoing("notice", "club_told_again", letter))
    gone = [key for key in (answer.CLOSE, TELL_MEMBERSHIP) if key in state.agenda]
    drop = {"agenda": gone, "tasks": [key for key in state.tasks if key == answer.OTHERWISE]}
    put: Put = {"agenda": {SEND_FEE_PAYMENT: payment(str(state.billing_month), context)}}
    detail = f"What had been keyed in is taken back: NTT is asked again; {back} points were taken once more."
    told_now = {"points": back, "withdrawn": withdrawn}
    decision = Decision("reopened", ("M-09.6", "X-05"), day, plan.edition(day), detail, told_now)
    change = patch(values, put=put, drop=drop)
    return [Step(UNDO_PAYMENT_TOLD, decision, change, move="reopen", outgoing=tuple(outgoing))]


def _closing(bill: Month, keyed_at: datetime) -> AgendaItem:
    return _closing_after(rules.told_open_through(bill, japan_day(keyed_at)))


def _closing_after(on: date) -> AgendaItem:
    return AgendaItem(
        item_id=answer.CLOSE,
        event=answer.CLOSE,
        at=end_of(on),
        on=on,
        articles=["M-09.6", "X-05"],
        label="登録した充当結果の確定",
        undo_until=end_of(on),
    )


def close(state: ExchangeState, item: AgendaItem, context: Context) -> list[Step]:
    """What was keyed in stands; as long as somebody is asked about it, it stays open another month."""
    _ = context
    if state.tasks:
        later = _closing_after(Month.of(item.on).plus(1).last_day)
        decision = Decision("kept", ("M-09.6", "X-05"), item.on, None, "Somebody is still asked: it stays open.")
        return [Step(answer.CLOSE, decision, patch(put={"agenda": {later.item_id: later}}), received_at=item.at)]
    decision = Decision("closed", ("M-09.6", "X-05"), item.on, None, "What was keyed in of NTT's answer stands.")
    change = patch(
        {"closed": TELL_MEMBERSHIP not in state.agenda, "told_by_hand": False}, drop={"agenda": [item.item_id]}
    )
    return [Step(answer.CLOSE, decision, change, received_at=item.at)]
