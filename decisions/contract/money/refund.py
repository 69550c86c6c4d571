"""Money that goes back: credits at the end of a life, refunds paid out, payments that never were (W-11.3, X-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from decisions.contract.facts import ContractStanding, PaymentsKnown
from decisions.contract.money.billing import REFUND_DUE
from decisions.contract.money.watch import OPEN
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Step, known, operator_task
from models.messages.contract.billing import CreditLeft, RecordRefund, ReversePayment
from models.messages.contract.contract import ContractState
from rules.calendar import japan_day
from rules.charges import refund as rule
from rules.citation import Decision, edition

REFUNDED = "record_refund"
REVERSED = "reverse_payment"


def credit_left(state: ContractState, command: CreditLeft, context: Context) -> list[Step]:
    """A statement of an ended contract gave money back that no other statement uses: an operator pays it out.

    Raises:
        NotAllowedError: `NOTHING_TO_REFUND`.
    """
    standing: ContractStanding = context.standing
    credit = standing.credit()
    if credit <= 0:
        message = "The contractor is owed nothing."
        raise NotAllowedError(message, code="NOTHING_TO_REFUND", articles=("W-11.3",))
    on = japan_day(context.moment)
    article = "W-23.3" if state.chapter == 2 else "W-11.3"
    detail = f"{credit} yen are owed to the contractor: an operator pays them out."
    data = {"statement_id": command.statement_id, "owed_back": credit}
    decision = Decision("needs_operator", (article, "X-05"), on, edition(on), detail, data)
    return [
        Step("credit_left", decision, Parts(put={"tasks": operator_task(REFUND_DUE, context.moment, article)}).patch())
    ]


def record_refund(state: ContractState, command: RecordRefund, context: Context) -> list[Step]:
    """What was paid out to the contractor; the record of an ended contract closes once nothing is owed either way.

    Raises:
        Refusal: `IN_THE_FUTURE`, `NOTHING_TO_REFUND`, `REFUND_TOO_HIGH`.
    """
    standing: ContractStanding = context.standing
    credit = standing.credit()
    on = japan_day(context.moment)
    ruling = rule.pay_out(
        chapter=state.chapter, credit=credit, amount=command.amount, paid_on=command.paid_on, today=on
    )
    settled = ruling.outcome == "refunded"
    open_charges = [each.charge_id for each in state.charges.values() if each.state in OPEN]
    closed = settled and state.past_correction and not open_charges and not standing.owed_statements()
    done = {"tasks": [REFUND_DUE]} if settled and REFUND_DUE in state.tasks else {}
    parts = Parts({"closed": True} if closed else {}, drop=done)
    decision = replace(ruling, data={**ruling.data, "closed": closed})
    return [Step(REFUNDED, decision, parts.patch(), state_from=on)]


def reverse_payment(state: ContractState, command: ReversePayment, context: Context) -> list[Step]:
    """A payment keyed in wrongly no longer counts: what it had settled is owed again (X-05).

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
    owed: dict[str, Any] = {}
    tasks: dict[str, Any] = {}
    if found is not None and found.kind == "payment":
        owed = {
            key: state.charges[key].model_copy(update={"state": "due"})
            for key in found.charges
            if key in state.charges and state.charges[key].state == "paid"
        }
    elif found is not None:
        tasks = operator_task(REFUND_DUE, context.moment, *ruling.articles)
    data = {**ruling.data, "statement_id": found.statement_id if found is not None else None, "charges": list(owed)}
    put = {"charges": owed, "tasks": tasks}
    return [Step(REVERSED, replace(ruling, data=data), Parts(put=put).patch(), state_from=on)]
