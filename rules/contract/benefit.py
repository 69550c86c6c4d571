"""The fee of a benefit (特典) by its own term: it binds from its first day to its last (W-12.2p, A-49)."""

from __future__ import annotations

from datetime import date

from rules.charges import fee
from rules.citation import Decision, edition
from rules.contract.minimum_term import MinimumTerm, binding_end


def fee_of_benefit(
    amount: int,
    term: MinimumTerm,
    ended_on: date,
    cause: fee.Cause,
    *,
    to_course: str | None = None,
    waiver: fee.Waiver | None = None,
) -> Decision:
    """As `fee.benefit_fee`; a contract that ends before the benefit's term begins breaks nothing (W-12.2p).

    Args:
        amount: yen, tax-exclusive, from the benefit's own terms.
        term: the benefit's term, both days inclusive.
        ended_on: last day of the contract; for a course change the change date.
        cause: how it ends.
        to_course: destination of a course change.
        waiver: the case of paragraph 6, taken as granted.
    """
    if binding_end(term.end_on, term.start_on, ended_on) is None:
        detail = f"The term of the benefit begins only on {term.start_on}: no fee."
        return Decision("none", ("W-12.2p",), ended_on, edition(ended_on), detail, {"fee": fee.NOTHING.as_json()})
    return fee.benefit_fee(amount, term.end_on, ended_on, cause, to_course=to_course, waiver=waiver)


def ends_with_change(change_on: date | None, last_day: date, *, leaves: bool) -> bool:
    """Whether a course change ends benefits before an end of the contract does (W-12.2p).

    A change out of with フレッツ II settles them on its own day; an end after it finds none of them running.

    Args:
        change_on: the day of a change that is ahead; None without one.
        last_day: the last day of the contract, inclusive.
        leaves: whether the change leads out of with フレッツ II.
    """
    return leaves and change_on is not None and change_on <= last_day
