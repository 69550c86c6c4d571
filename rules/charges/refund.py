"""What the contractor is owed back, and payments that never were (W-11.3, W-23.3, X-05)."""

from __future__ import annotations

from datetime import date

from rules.citation import Decision, edition
from rules.refusal import Refusal


def pay_out(*, chapter: int, credit: int, amount: int, paid_on: date, today: date) -> Decision:
    """A refund that was paid out.

    Args:
        chapter: of the contract.
        credit: yen owed back.
        amount: yen paid out.
        paid_on: the day it was paid out.
        today: the business day.

    Returns:
        `refunded` or `partly_refunded`, with `owed_back`, the yen that are left.

    Raises:
        Refusal: `IN_THE_FUTURE`, `NOTHING_TO_REFUND`, `REFUND_TOO_HIGH`.
    """
    article = "W-23.3" if chapter == 2 else "W-11.3"
    if paid_on > today:
        raise Refusal("IN_THE_FUTURE", f"paid_on is {paid_on}, later than today.", ("X-06",), values={"on": paid_on})
    if credit <= 0:
        raise Refusal("NOTHING_TO_REFUND", "The contractor is owed nothing.", (article,))
    if amount > credit:
        detail = f"{amount} yen are more than the {credit} yen the contractor is owed."
        raise Refusal("REFUND_TOO_HIGH", detail, (article,), values={"amount": amount, "credit": credit})
    left = credit - amount
    outcome = "refunded" if left == 0 else "partly_refunded"
    data = {"amount": amount, "owed_back": left, "paid_on": paid_on.isoformat()}
    detail = f"{amount} yen were paid out." + (f" {left} yen are still owed back." if left else "")
    return Decision(outcome, (article, "X-05"), paid_on, edition(paid_on), detail, data)


def reverse(payment_id: str, *, kind: str | None, amount: int, reversed_before: bool, on: date) -> Decision:
    """A payment, or a refund, that was keyed in wrongly: it never counted (X-05).

    Args:
        payment_id: which one.
        kind: `payment`, `refund` or `credit`; None: the contract has no such payment.
        amount: yen.
        reversed_before: whether it was reversed already.
        on: the business day.

    Raises:
        Refusal: `UNKNOWN_PAYMENT`, `ALREADY_REVERSED`, `NOT_REVERSIBLE`: a credit is set off by the statements' run.
    """
    if kind is None:
        raise Refusal(
            "UNKNOWN_PAYMENT", f"The contract has no payment {payment_id}.", ("X-05",), values={"payment": payment_id}
        )
    if kind == "credit":
        raise Refusal(
            "NOT_REVERSIBLE",
            f"{payment_id} is a credit that a statement gave back.",
            ("X-05",),
            values={"payment": payment_id},
        )
    if reversed_before:
        raise Refusal(
            "ALREADY_REVERSED", f"{payment_id} has been reversed already.", ("X-05",), values={"payment": payment_id}
        )
    data = {"payment_id": payment_id, "kind": kind, "amount": amount}
    return Decision("reversed", ("X-05",), on, edition(on), f"{payment_id} over {amount} yen does not count.", data)
