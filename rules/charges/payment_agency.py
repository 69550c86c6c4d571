"""Payment on behalf (支払の代行) of フレッツ光 charges: article 24 (A-43, A-44)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rules import terms
from rules.calendar import Month
from rules.citation import Decision, edition
from rules.refusal import Refusal

State = Literal["on", "off_unpaid", "off_ended"]
"""Where payment on behalf stands; it never comes back on by itself (A-43)."""


@dataclass(frozen=True)
class LineCharge:
    """One item of NTT's charges for a line."""

    code: str
    amount: int
    """Yen as NTT bills them; passed on unchanged, without tax of ours (W-24.1)."""


@dataclass(frozen=True)
class Split:
    """Charges by who bills them."""

    passed_through: tuple[LineCharge, ...]
    """Billed to the contractor with the monthly fee (W-24.1)."""
    direct: tuple[LineCharge, ...]
    """Billed by NTT to the service user (W-24.2a, W-24.4)."""
    articles: tuple[str, ...]


def is_offered(chapter: int) -> bool:
    """Whether contracts of the chapter start with payment on behalf (W-24.1); chapter 1 has none."""
    return chapter in terms.constant("payment_agency.chapters", list[int])


def row_of(code: str) -> str:
    """The row a charge code falls under: W-24.1 when it passes through, W-24.2a to e when NTT bills it.

    Raises:
        Refusal: `UNKNOWN_CHARGE_CODE`.
    """
    if code in terms.constant("payment_agency.passed_through", list[str]):
        return "W-24.1"
    direct = terms.constant("payment_agency.direct", dict[str, str])
    if code not in direct:
        raise Refusal(
            "UNKNOWN_CHARGE_CODE", f"{code!r} is not a code of a line charge.", ("W-24.1",), values={"given": code}
        )
    return direct[code]


def split(charges: Iterable[LineCharge], month: Month, off_from: date | None) -> Split:
    """Divide the charges of one month into what we bill and what NTT bills (W-24.1, W-24.2a to e, W-24.3, W-24.4).

    Args:
        charges: items of NTT's statement; a withdrawn campaign may come long after its month (W-24.2e).
        month: the month the charges belong to.
        off_from: first day without payment on behalf; None while it is on.

    Raises:
        Refusal: `UNKNOWN_CHARGE_CODE`.
    """
    on = in_force(month, off_from)
    through: list[LineCharge] = []
    direct: list[LineCharge] = []
    articles: list[str] = []
    for charge in charges:
        row = row_of(charge.code)
        passes = row == "W-24.1" and on
        (through if passes else direct).append(charge)
        articles.append(row)
    if not on:
        articles.append("W-24.4")
    return Split(tuple(through), tuple(direct), tuple(dict.fromkeys(articles)) or ("W-24.1",))


def in_force(month: Month, off_from: date | None) -> bool:
    """Whether charges of the month are ours to bill, and their statement ours to receive (W-25.1f, A-44).

    Off from the first day of a month or earlier: no. A month in which it was in force on any day: yes.
    """
    return off_from is None or month.first_day < off_from


def withdrawal(due_on: date, on: date, *, settled_on: date | None = None) -> Decision:
    """Whether non-payment withdraws payment on behalf (W-24.3, A-43: the days are dated parameters).

    Args:
        due_on: last day, inclusive, to pay the combined invoice.
        on: the Japan day asked about; the rule decides from the day after `decided_after(due_on)`.
        settled_on: the day on which the whole invoice, its line part too, was paid; None while it is not.

    Returns:
        Outcome `not_yet` (the due date has not passed), `kept`, or `withdrawn`, effective on the first day of the
        month after the due date; a later payment restores nothing.
    """
    last_on = decided_after(due_on)
    if settled_on is not None and settled_on <= last_on:
        return Decision("kept", ("W-24.3",), None, edition(due_on), f"Paid on {settled_on}, in time.")
    if on <= last_on:
        return Decision("not_yet", ("W-24.3",), None, edition(due_on), f"Payable until {last_on}.")
    off_from = Month.of(due_on).plus(terms.dated("payment_agency.off_months_after_due", int).on(due_on)).first_day
    detail = f"Unpaid after {last_on}: NTT bills the line charges itself from {off_from}."
    return Decision("withdrawn", ("W-24.3",), off_from, edition(due_on), detail)


def decided_after(due_on: date) -> date:
    """The last day on which a payment still keeps payment on behalf: the due date, without grace (W-24.3, A-43)."""
    return due_on + timedelta(days=terms.dated("payment_agency.grace_days", int).on(due_on))


def decided_on(due_on: date) -> date:
    """The day from whose beginning a statement not paid by then withdraws payment on behalf (W-24.3, A-43)."""
    return decided_after(due_on) + timedelta(days=1)


def restoration(paid_on: date) -> Decision:
    """Whether a payment after the withdrawal restores payment on behalf by itself (W-24.3, A-43).

    Returns:
        Outcome `stays_off`, as the documents know no way back, or `restored`, effective on the first day of the month
        after the payment, where the owner wants one.
    """
    if terms.dated("payment_agency.restored_by_payment", bool).on(paid_on):
        on_from = Month.of(paid_on).plus(1).first_day
        return Decision("restored", ("W-24.3",), on_from, edition(paid_on), f"Paid: on again from {on_from}.")
    return Decision("stays_off", ("W-24.3",), None, edition(paid_on), "A later payment restores nothing.")


def end_with_contract(last_day_on: date, *, off_unpaid_from: date | None = None) -> Decision:
    """With フレッツ has ended or become another course: NTT bills directly from the next day (W-24.4, A-44).

    What NTT has already invoiced to us stays on our invoice. A withdrawal for non-payment that would begin only after
    the end never begins: the end takes its place, whichever of the two became known first.

    Args:
        last_day_on: last day of with フレッツ, inclusive; for a course change the day before the change date.
        off_unpaid_from: first day without payment on behalf where a withdrawal was decided (W-24.3); None: none was.

    Returns:
        Outcome `ended`, or `off_already` where the withdrawal comes first; effective on the first day on which NTT
        bills directly.
    """
    off_from = last_day_on + timedelta(days=1)
    if terms.dated("payment_agency.direct_from", str).on(last_day_on) == "next_month":
        off_from = Month.of(last_day_on).plus(1).first_day
    if off_unpaid_from is not None and off_unpaid_from < off_from:
        detail = f"NTT bills the line charges itself since {off_unpaid_from}."
        return Decision("off_already", ("W-24.3",), off_unpaid_from, edition(off_unpaid_from), detail)
    return Decision(
        "ended", ("W-24.4",), off_from, edition(off_from), f"NTT bills the line charges itself from {off_from}."
    )


def billed_party(state: State | None) -> Literal["contractor", "service_user"]:
    """Who is billed what passes through (W-24.5).

    Returns:
        the contractor, by us, while payment on behalf is on; otherwise the service user (当該サービス利用者), by NTT;
        None never had it.
    """
    return "contractor" if state == "on" else "service_user"
