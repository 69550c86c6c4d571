"""What a contractor owes and is owed, statement by statement: one account of all of them (W-11.3, W-23.3, X-05).

A statement is never edited, so what is owed of one is not on its face: a later one may have taken its items back,
another may have given money back that pays it, and a refund may have been paid out of what is needed after all. All of
that is told from what was billed and what was paid alone, whatever the order in which it became known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Billed:
    """One statement, and what the contractor paid for it."""

    statement_id: str
    total: int
    """Yen, tax included; negative where more is taken back than billed."""
    paid: int = 0
    """Yen received for it, less what of it never counted."""
    never_paid: int = 0
    """Yen keyed in as received for it that never counted."""
    takes_back: Mapping[str, int] = field(default_factory=dict)
    """By earlier statement, the oldest first, the yen of its items that this one takes back; in the total already."""


@dataclass(frozen=True)
class Account:
    """Where a contractor stands. There is never something owed and a credit at once."""

    owed: Mapping[str, int]
    """Yen owed by statement; those that owe nothing are left out."""
    netted: Mapping[str, int]
    """Yen by statement that were billed, never paid, and taken back by a later one."""
    credit: int
    """Yen owed to the contractor, that no statement uses."""
    set_off: Mapping[str, int] = field(default_factory=dict)
    """Yen by statement that nobody paid, and that is settled with what the contractor was owed."""

    def payable(self, billed: Billed) -> int:
        """Yen that a payment for a statement may bring.

        What is owed. What is settled with a credit: the payment was made before that was known, or in spite of it, and
        the credit is the contractor's again. What was paid for it, did not count as it was keyed in, and has been
        taken back by now: it is keyed in again rightly, and is owed to the contractor.
        """
        key = billed.statement_id
        return self.owed.get(key, 0) + self.set_off.get(key, 0) + min(billed.never_paid, self.netted.get(key, 0))

    def set_against(self, billed: Billed, amount: int, gone: int) -> int:
        """Yen of a statement that a payment is set against: what is asked for, or more where it may bring more.

        Args:
            billed: the statement.
            amount: yen of the payment.
            gone: yen of it that are owed no more, and that the next statement takes back.
        """
        asked = max(0, self.owed.get(billed.statement_id, 0) - gone)
        return max(asked, min(amount, self.payable(billed)))


def account(statements: Sequence[Billed], refunded: int = 0) -> Account:
    """Settle all statements of a contract against each other (W-11.3, W-23.3).

    1. A later statement that takes items back which nobody paid settles them, and asks for the rest of its own in
       full: the debt stands where it is asked for, not on a month nobody owes.
    2. What was paid and taken back pays the statement that takes it back, then the open ones, the oldest first.
    3. What is left is the contractor's, less what was paid out.
    4. Where more was paid out than is left, since a payment turned out never to have been made, its statement is owed
       again.

    The sum never changes: what is owed less the credit is what was billed and paid out, less what was received.

    Args:
        statements: all of them, the oldest first.
        refunded: yen paid out to the contractor.
    """
    left = {each.statement_id: each.total - each.paid for each in statements}
    netted: dict[str, int] = {}
    for each in statements:
        for earlier, back in each.takes_back.items():
            yen = min(left[earlier], back)
            if yen > 0:
                left[earlier] -= yen
                left[each.statement_id] += yen
                netted[earlier] = netted.get(earlier, 0) + yen
    credit = -sum(yen for yen in left.values() if yen < 0) - refunded
    owed = {key: max(0, yen) for key, yen in left.items()}
    if credit < 0:
        _owed_again(statements, owed, netted, -credit)
        credit = 0
    set_off: dict[str, int] = {}
    for each in statements:
        used = min(owed[each.statement_id], credit)
        owed[each.statement_id] -= used
        credit -= used
        if used:
            set_off[each.statement_id] = used
    return Account({key: yen for key, yen in owed.items() if yen}, netted, credit, set_off)


def _owed_again(statements: Sequence[Billed], owed: dict[str, int], netted: dict[str, int], yen: int) -> None:
    """Yen paid out too much: owed on what was taken back unpaid, first where a payment never counted."""
    for each in sorted(statements, key=lambda billed: not billed.never_paid):
        back = min(yen, netted.get(each.statement_id, 0))
        owed[each.statement_id] += back
        if back:
            netted[each.statement_id] -= back
        yen -= back
    if yen and statements:
        owed[statements[-1].statement_id] += yen
