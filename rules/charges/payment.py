"""A payment for a statement: what it settles, and what is not taken (W-11.3, W-23.3, W-24.1)."""

from __future__ import annotations

from datetime import date

from rules.citation import Decision, edition
from rules.refusal import Refusal


def check_used(statement_id: str, *, chapter: int, used_from: date, paid_on: date) -> None:
    """Pass where the month of a statement had begun when it was paid: nobody pays before it was used (W-11.3, W-23.3).

    Raises:
        Refusal: `BEFORE_USE`.
    """
    if paid_on < used_from:
        detail = f"paid_on is {paid_on}; {statement_id} is for a month that began on {used_from}."
        raise Refusal(
            "BEFORE_USE",
            detail,
            ("W-23.3" if chapter == 2 else "W-11.3",),
            values={"on": paid_on, "statement": statement_id, "used_from": used_from},
        )


def receive(
    statement_id: str,
    *,
    chapter: int,
    combined: bool,
    owed: int | None,
    amount: int,
    taken: bool,
    paid_on: date,
    today: date,
) -> Decision:
    """What a payment means; debts survive the end of a contract (W-11.3, W-23.3).

    Args:
        statement_id: the statement it is for.
        chapter: 1 or 2, of the contract.
        combined: whether the statement bears NTT's charges too (W-24.1).
        owed: yen still owed on the statement, tax included; None: the contract has no such statement.
        amount: yen received.
        taken: whether it was taken before, so that `owed` is what it left.
        paid_on: the day it was paid.
        today: the business day.

    Returns:
        `paid` or `partly_paid` with `owed`, the yen that are left.

    Raises:
        Refusal: `IN_THE_FUTURE`, `UNKNOWN_STATEMENT`, `OVERPAID`.
    """
    if paid_on > today:
        detail = f"paid_on is {paid_on}, later than today; send it when it has been paid."
        raise Refusal("IN_THE_FUTURE", detail, ("X-06",), values={"on": paid_on})
    article = "W-23.3" if chapter == 2 else "W-11.3"
    if owed is None:
        raise Refusal("UNKNOWN_STATEMENT", "The contract has no statement under this id.", (article,))
    if not taken and amount > owed:
        detail = f"{amount} yen are more than the {owed} yen still owed on {statement_id}."
        raise Refusal(
            "OVERPAID", detail, (article,), values={"amount": amount, "owed": owed, "statement": statement_id}
        )
    left = owed if taken else owed - amount
    return Decision(
        "paid" if left == 0 else "partly_paid",
        (article, "W-24.1") if combined else (article,),
        paid_on,
        edition(paid_on),
        f"{amount} yen received for {statement_id}; {left} yen are still owed.",
        {"statement_id": statement_id, "owed": left, "retroactive": paid_on < today},
    )
