"""Money that goes back: credits at the end of a life, refunds paid out, payments that never were (W-11.3, X-05)."""

from __future__ import annotations

from dataclasses import replace

from decisions.contract.facts import PaymentsKnown, asking
from decisions.contract.money.billing import article_of, refund_task
from decisions.contract.money.watch import closing, is_settled
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Step, known
from models.messages.contract.billing import CreditLeft, RecordRefund, ReversePayment
from models.messages.contract.contract import ContractState
from models.messages.entity import Charge
from models.operations.operation import impossible
from rules.calendar import japan_day
from rules.charges import refund as rule
from rules.citation import Decision, edition

REFUNDED = "record_refund"
REVERSED = "reverse_payment"


def credit_left(state: ContractState, command: CreditLeft, context: Context) -> list[Step]:
    """A run found that a refund has become due, or is due no more: an operator is asked to pay it out, or no longer.

    Raises:
        NotAllowedError: `NOTHING_TO_REFUND`: nobody is asked, and nothing is owed that no statement will use.
    """
    standing = asking(context)
    credit = standing.refundable()
    article = article_of(state)
    asked = refund_task(state, credit, context.moment)
    on = japan_day(context.moment)
    if credit <= 0 or not state.gets_refunds:
        if not asked.drop:
            message = "The contractor is owed nothing that no statement will use."
            raise NotAllowedError(message, code="NOTHING_TO_REFUND", articles=("W-11.3",))
        detail = "Nothing is left to pay out: statements have used it."
        decision = Decision("nothing", (article, "X-05"), on, edition(on), detail)
        closed = is_settled(state, asked, owed=standing.owed_statements(), credit=standing.credit())
        return [Step("credit_left", decision, (asked + (closing(state) if closed else Parts())).patch())]
    detail = f"{credit} yen are owed to the contractor: an operator pays them out."
    data = {"statement_id": command.statement_id, "owed_back": credit}
    decision = Decision("needs_operator", (article, "X-05"), on, edition(on), detail, data)
    return [Step("credit_left", decision, asked.patch())]


def record_refund(state: ContractState, command: RecordRefund, context: Context) -> list[Step]:
    """What was paid out to the contractor; the record of an ended contract closes once nothing is owed either way.

    Raises:
        NotAllowedError: it is billed here, and its next statement uses what it is owed.
        Refusal: `IN_THE_FUTURE`, `NOTHING_TO_REFUND`, `REFUND_TOO_HIGH`.
    """
    if not state.gets_refunds:
        raise NotAllowedError(impossible("contract", REFUNDED, state), articles=(article_of(state),))
    standing = asking(context)
    credit = standing.refundable()
    on = japan_day(context.moment)
    ruling = rule.pay_out(
        chapter=state.chapter, credit=credit, amount=command.amount, paid_on=command.paid_on, today=on
    )
    left = credit - command.amount
    asked = refund_task(state, left, context.moment)
    closed = is_settled(state, asked, owed=standing.owed_statements(), credit=standing.credit() - command.amount)
    parts = asked + (closing(state) if closed else Parts())
    decision = replace(ruling, data={**ruling.data, "closed": closed})
    return [Step(REFUNDED, decision, parts.patch(), state_from=on)]


def reverse_payment(state: ContractState, command: ReversePayment, context: Context) -> list[Step]:
    """A payment keyed in wrongly no longer counts: what it had settled is owed again, or paid by a credit (X-05).

    Raises:
        Refusal: `UNKNOWN_PAYMENT`, `ALREADY_REVERSED`, `NOT_REVERSIBLE`.
    """
    found = known(context, PaymentsKnown).payment
    if found is not None and found.contract_id != state.contract_id:
        found = None
    on = japan_day(context.moment)
    ruling = rule.reverse(
        command.payment_id,
        kind=found.kind if found is not None else None,
        amount=found.amount if found is not None else 0,
        reversed_before=found is not None and found.reversed,
        on=on,
    )
    owed: dict[str, Charge] = {}
    parts = Parts()
    if found is not None:
        uncovered = found.uncovered if found.uncovered is not None else found.charges
        owed = {
            key: state.charges[key].model_copy(update={"state": "due"})
            for key in uncovered
            if key in state.charges and state.charges[key].state == "paid"
        }
        parts = Parts(put={"charges": owed}) + refund_task(state, found.credit, context.moment)
        if is_settled(state, parts, owed=found.owed_statements, credit=found.credit):
            parts = parts + closing(state)
    data = {**ruling.data, "statement_id": found.statement_id if found is not None else None, "charges": list(owed)}
    return [Step(REVERSED, replace(ruling, data=data), parts.patch(), state_from=on)]
