"""Cancellation fee (解約事務手数料) of with フレッツ II: article 12 paragraphs 3 to 6 (A-29 to A-37, A-49)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from rules import terms
from rules.calendar import Month
from rules.charges.fee_amount import amount_of_initial_cancellation, last_day_on_contract, taxed_fee
from rules.citation import Decision, edition
from rules.contract.minimum_term import is_inside
from rules.courses.course import chapter_of
from rules.money import Money, untaxed
from rules.refusal import Refusal

Cause = Literal["cancellation", "termination", "course_change"]
"""How a contract ends (解約, 解除, コース変更); termination by either side (W-12.3)."""

Waiver = Literal["death", "line_name_change", "line_unusable"]
"""The three cases of paragraph 6 (W-12.6a to c)."""

TAXED = ("W-99.4", "X-07")
"""The rows behind tax on an amount."""

NOTHING = untaxed(0)
"""No yen."""


def termination_fee(
    *,
    applied_on: date,
    minimum_term_end_on: date | None,
    ended_on: date,
    cause: Cause,
    to_course: str | None = None,
    initial_cancellation: bool = False,
    waiver: Waiver | None = None,
    in_carried_contract: bool = False,
) -> Decision:
    """The fee when a with フレッツ II contract ends, or a contract that carries its term (W-12.3 to W-12.6).

    Args:
        applied_on: the Japan day of the application of the contract.
        minimum_term_end_on: last day of its term, inclusive; None without a term (`minimum_term.binding_end`).
        ended_on: last day of the contract; for a course change the change date.
        cause: how it ends.
        to_course: destination, demanded by a course change and read only there.
        initial_cancellation: notified under 初期契約解除; reduces a fee that exists and never makes one (A-30, A-31).
            It has no effect on a course change.
        waiver: the case of paragraph 6, taken as granted. `line_unusable` asks for a course change (W-12.6c).
        in_carried_contract: the contract is a 光コラボ or 光プラス inside its carried period (W-12.3b2, A-32).

    Returns:
        Outcome `none`, `due`, `reduced`, `waived`, `carried`, `watched` or `needs_operator`. Data: `fee` in yen
        (suspended when `watched`, the default when `needs_operator`), `carried`; `due_on` when due or reduced,
        `watch_until` when watched.

    Raises:
        Refusal: `TO_COURSE_MISSING`, `NO_CHANGE_INTO_W1`, `UNKNOWN_COURSE`.
        DatedError: a fee is due on a day for which no amount or tax rate is known.
    """
    destination = _destination(to_course) if cause == "course_change" else None
    last_day = last_day_on_contract(ended_on, change=destination is not None)
    initial = initial_cancellation and destination is None
    inside = is_inside(minimum_term_end_on, ended_on, change=destination is not None)
    if minimum_term_end_on is None or not inside:
        return _no_fee_outside(applied_on, minimum_term_end_on, ended_on, last_day, initial=initial)
    if in_carried_contract and not terms.dated("fee.carried_contract_fee", bool).on(ended_on):
        return _answer(
            "none", ("W-12.3b2",), ended_on, "The service that carries the term charges under its own rules."
        )
    if destination is None:
        decision = _fee_of_cancellation(ended_on, waiver, reduced=initial and not in_carried_contract)
    else:
        decision = _fee_of_change(destination, minimum_term_end_on, ended_on, waiver, from_carried=in_carried_contract)
    if not in_carried_contract:
        return decision
    return _answer(decision.outcome, (*decision.articles, "W-12.3b2"), ended_on, decision.detail, **decision.data)


def no_fee_in_chapter_two(ended_on: date) -> Decision:
    """A with フレッツ contract ends without a fee at any time (W-23.4)."""
    return _answer("none", ("W-23.4",), ended_on, "Chapter 2 has no minimum term and no cancellation fee.")


def fee_due_on(ended_on: date) -> date:
    """The Japan day, inclusive, by which a fee is to be paid (W-12.3c): the company's own date, a dated parameter."""
    return Month.of(ended_on).plus(terms.dated("fee.due_months_after", int).on(ended_on)).last_day


def operator_decision(default: Money, ended_on: date, *, due: bool) -> Decision:
    """What an operator decides about a change to a course named in neither list (W-12.3d, A-33).

    Args:
        default: the fee that waited, in yen.
        ended_on: the change date.
        due: whether the operator lets it stand.
    """
    if due:
        articles = ("W-12.3d", "W-12.3c", *TAXED)
        due_on = fee_due_on(ended_on).isoformat()
        return _answer(
            "due", articles, ended_on, "The operator lets the fee stand.", fee=default.as_json(), due_on=due_on
        )
    return _answer("waived", ("W-12.3d",), ended_on, "The operator asks for no fee.")


def benefit_fee(
    amount: int,
    term_end_on: date,
    ended_on: date,
    cause: Cause,
    *,
    to_course: str | None = None,
    waiver: Waiver | None = None,
    initial_cancellation: bool = False,
) -> Decision:
    """The fee of a benefit's own term (W-12.2p, A-49): never reduced by initial cancellation, but waivable (W-12.6).

    Both are dated parameters.

    Args:
        amount: yen, tax-exclusive, from the benefit's own terms.
        term_end_on: last day of the benefit's term, inclusive.
        ended_on: last day of the contract; for a course change the change date.
        cause: how it ends.
        to_course: destination of a course change.
        waiver: the case of paragraph 6, taken as granted.
        initial_cancellation: notified under 初期契約解除; read only where the owner lets it reduce this fee too.

    Returns:
        As `termination_fee`. A course change that leaves with フレッツ II is for an operator: paragraph 3's
        lists do not name benefits, and the benefit terms are not in the documents.
    """
    destination = _destination(to_course) if cause == "course_change" else None
    last_day = last_day_on_contract(ended_on, change=destination is not None)
    if not is_inside(term_end_on, ended_on, change=destination is not None):
        return _answer("none", ("W-12.2p",), ended_on, "The term of the benefit is complete.")
    if destination is not None and chapter_of(destination) == 1:
        return _answer("none", ("W-09.3", "W-12.2p"), ended_on, "A move within with フレッツ II ends no benefit.")
    waiver = waiver if terms.dated("fee.benefit_waivable", bool).on(last_day) else None
    if waiver in {"death", "line_name_change"}:
        return _waived(waiver, ("W-12.6", "W-12.2p"), ended_on)
    if destination is not None:
        fee = taxed_fee(amount, last_day)
        if waiver == "line_unusable":
            return _watched(fee, term_end_on, ended_on, ("W-12.6c", "W-12.6", "W-12.2p", *TAXED))
        detail = "The benefit terms decide what a course change costs: an operator confirms the fee."
        return _answer("needs_operator", ("W-12.2p", *TAXED), ended_on, detail, fee=fee.as_json())
    reduced = initial_cancellation and terms.dated("fee.benefit_reduced", bool).on(last_day)
    fee = taxed_fee(amount_of_initial_cancellation(amount, last_day) if reduced else amount, last_day)
    articles = (*(("W-12.4",) if reduced else ()), "W-12.2p", *TAXED)
    detail = f"The benefit's term runs to {term_end_on}: its fee is due."
    due_on = fee_due_on(ended_on).isoformat()
    return _answer("reduced" if reduced else "due", articles, ended_on, detail, fee=fee.as_json(), due_on=due_on)


def waiver_admissible(
    case: Waiver,
    *,
    cause: Cause,
    end_notice_reason: str | None = None,
    attributable: bool | None = None,
    decided_on: date,
) -> Decision:
    """Whether an operator may grant a waiver at all (W-12.6, A-36); granting stays the operator's discretion.

    Args:
        case: the case of paragraph 6.
        cause: how the contract ended.
        end_notice_reason: reason of NTT's end notice, `name_change` or another; None without a notice (W-12.6b).
        attributable: whether the contractor caused the loss of the line; None while unknown (W-12.6c).
        decided_on: Japan day of the operator's decision.

    Returns:
        Outcome `admissible` or `not_admissible`.
    """
    found = {
        "death": ("W-12.6a", True, "The contractor has died."),
        "line_name_change": (
            "W-12.6b",
            end_notice_reason == "name_change",
            "NTT has to have notified the end because the name of the line holder changed.",
        ),
        "line_unusable": (
            "W-12.6c",
            cause == "course_change" and attributable is False,
            "The line has to be lost through no fault of the contractor, who changes to another course.",
        ),
    }
    article, admissible, detail = found[case]
    outcome = "admissible" if admissible else "not_admissible"
    return Decision(outcome, (article, "W-12.6"), edition=edition(decided_on), detail=detail)


def watch_until(term_end_on: date, changed_on: date) -> date:
    """The last day, inclusive, on which a notice of cancellation still makes a suspended fee due (W-12.6c, A-35)."""
    if terms.dated("fee.watch_rule", str).on(changed_on) == "original_end":
        return term_end_on
    months = terms.dated("fee.watch_months", int).on(changed_on)
    return Month.of(changed_on).plus(months - 1).last_day


def watch_outcome(
    suspended: Money, watch_end_on: date, on: date, *, notice_received_on: date | None = None, withdrawn: bool = False
) -> Decision:
    """What has become of a suspended fee at the start of `on` or on it (W-12.6c, A-35).

    Args:
        suspended: the fee in yen, with the tax of the last day before the contract changed (A-37).
        watch_end_on: last day of the watch, inclusive.
        on: the Japan day asked about; the watch is final only from the day after its end.
        notice_received_on: when a notice of cancellation (general terms article 13) arrived, whatever day it takes
            effect; None without one.
        withdrawn: whether that notice was withdrawn.

    Returns:
        Outcome `due`, `watched` or, for good, `waived`.
    """
    if notice_received_on is not None and notice_received_on <= watch_end_on and not withdrawn:
        detail = f"Cancellation was notified on {notice_received_on}, inside the watch: the fee is due."
        due_on = fee_due_on(notice_received_on).isoformat()
        return _answer(
            "due", ("W-12.6c", "W-12.3c", *TAXED), notice_received_on, detail, fee=suspended.as_json(), due_on=due_on
        )
    if on <= watch_end_on:
        detail = f"The fee stays suspended until {watch_end_on}."
        data = {"fee": suspended.as_json(), "watch_until": watch_end_on.isoformat()}
        return _answer("watched", ("W-12.6c",), watch_end_on, detail, **data)
    return _answer("waived", ("W-12.6c",), watch_end_on, f"No cancellation until {watch_end_on}: waived for good.")


def _destination(to_course: str | None) -> str:
    """The course a change leads to, checked: unknown codes and the closed with フレッツ are refused (W-C2.2)."""
    if to_course is None:
        raise Refusal("TO_COURSE_MISSING", "A course change needs the course it leads to.", ("W-12.3",))
    if chapter_of(to_course) == 2:
        raise Refusal("NO_CHANGE_INTO_W1", "No course change into with フレッツ exists.", ("W-C2.2", "W-C2.1"))
    return to_course


def _no_fee_outside(
    applied_on: date, end_on: date | None, ended_on: date, last_day: date, *, initial: bool
) -> Decision:
    """No term, or a complete one: no fee, and nothing for an initial cancellation to reduce (A-31, A-34)."""
    if end_on is not None:
        article, detail = "W-12.3", f"The minimum term to {end_on} is complete: no fee."
    else:
        paragraph_two = not terms.dated("minimum_term.months", int).on(applied_on)
        article, detail = "W-12.2" if paragraph_two else "W-12.3", "There is no minimum term: no fee."
    return _no_fee(article, ended_on, last_day, detail, initial=initial)


def _no_fee(article: str, ended_on: date, last_day: date, detail: str, *, initial: bool) -> Decision:
    """No fee exists; an initial cancellation costs nothing either, unless the owner reads it so (A-31)."""
    if initial and terms.dated("fee.initial_cancellation_without_term", str).on(last_day) == "reduced_amount":
        fee = taxed_fee(terms.dated("fee.initial_cancellation_amount", int).on(last_day), last_day)
        due_on = fee_due_on(ended_on).isoformat()
        articles = ("W-12.4", article, *TAXED)
        detail = f"{detail} The amount for an initial cancellation is due all the same."
        return _answer("reduced", articles, ended_on, detail, fee=fee.as_json(), due_on=due_on)
    return _answer("none", ("W-12.4", article) if initial else (article,), ended_on, detail)


def _fee_of_cancellation(ended_on: date, waiver: Waiver | None, *, reduced: bool) -> Decision:
    """Cancellation or termination inside the term: item c, paragraph 4, paragraph 6 cases 1 and 2."""
    articles: tuple[str, ...] = ("W-12.4", "W-12.3c") if reduced else ("W-12.3c",)
    if waiver in {"death", "line_name_change"}:
        return _waived(waiver, ("W-12.6", *articles), ended_on)
    amount = terms.dated("fee.amount", int).on(ended_on)
    fee = taxed_fee(amount_of_initial_cancellation(amount, ended_on) if reduced else amount, ended_on)
    detail = "Ended inside the minimum term: the fee is due."
    if reduced:
        detail = "Ended inside the minimum term by initial cancellation: the reduced fee is due."
    if waiver == "line_unusable":
        detail += " The waiver for an unusable line asks for a change to another course."
    due_on = fee_due_on(ended_on).isoformat()
    outcome = "reduced" if reduced else "due"
    return _answer(outcome, (*articles, *TAXED), ended_on, detail, fee=fee.as_json(), due_on=due_on)


def _fee_of_change(
    to_course: str, end_on: date, changed_on: date, waiver: Waiver | None, *, from_carried: bool
) -> Decision:
    """A course change inside the term: items a and b, moves within the chapter, then the gap (W-12.3d)."""
    if to_course in terms.constant("fee.fee_free_destinations", list[str]):
        return _answer("waived", ("W-12.3a",), changed_on, f"Change to {to_course}: the fee is waived.")
    if to_course in terms.constant("fee.carrying_destinations", list[str]):
        return _carried(end_on, changed_on, ("W-12.3b",))
    if chapter_of(to_course) == 1:
        if from_carried:
            return _carried(end_on, changed_on, ("W-12.2a", "W-12.1b"))
        detail = "A move within with フレッツ II keeps the minimum term and costs nothing."
        return _answer("none", ("W-09.3", "W-12.3"), changed_on, detail)
    return _fee_of_unlisted_change(to_course, end_on, changed_on, waiver)


def _fee_of_unlisted_change(to_course: str, end_on: date, changed_on: date, waiver: Waiver | None) -> Decision:
    """A change to a course in neither list: it bears a fee, but an operator has to say so (W-12.3d, A-33)."""
    if waiver in {"death", "line_name_change"}:
        return _waived(waiver, ("W-12.6", "W-12.3d"), changed_on)
    last_day = last_day_on_contract(changed_on, change=True)
    fee = taxed_fee(terms.dated("fee.amount", int).on(last_day), last_day)
    if waiver == "line_unusable":
        return _watched(fee, end_on, changed_on, ("W-12.6c", "W-12.6", "W-12.3d", *TAXED))
    detail = f"Change to {to_course}, named in neither list: an operator confirms the fee."
    return _answer("needs_operator", ("W-12.3d", "W-12.3c", *TAXED), changed_on, detail, fee=fee.as_json())


def _carried(end_on: date, changed_on: date, articles: tuple[str, ...]) -> Decision:
    """The rest of the term moves on, counted from the month after the change to the end month (W-12.3b)."""
    months = max(0, Month.of(changed_on).months_until(Month.of(end_on)))
    detail = f"No fee now; {months} months of the term move to the new contract, to {end_on}."
    return _answer("carried", articles, changed_on, detail, carried={"months": months, "end_on": end_on.isoformat()})


def _waived(waiver: Waiver | None, articles: tuple[str, ...], ended_on: date) -> Decision:
    if waiver == "death":
        return _answer("waived", ("W-12.6a", *articles), ended_on, "The contractor has died: the fee is waived.")
    detail = "NTT ended the service because the line holder's name changed: the fee is waived."
    return _answer("waived", ("W-12.6b", *articles), ended_on, detail)


def _watched(fee: Money, end_on: date, changed_on: date, articles: tuple[str, ...]) -> Decision:
    until = watch_until(end_on, changed_on)
    detail = f"The fee is suspended; it falls due if cancellation is notified by {until}."
    return _answer("watched", articles, changed_on, detail, fee=fee.as_json(), watch_until=until.isoformat())


def _answer(outcome: str, articles: tuple[str, ...], ended_on: date, detail: str, **data: Any) -> Decision:
    """A decision about a fee; without a fee in `data` it is 0 yen, without carried months there are none."""
    filled = {"fee": NOTHING.as_json(), "carried": None, **data}
    return Decision(outcome, articles, ended_on, edition(ended_on), detail, filled)
