"""Courses by date, and how a contract moves from one to another (header of chapter 1, articles 4, 9, 15, 21)."""

from __future__ import annotations

from datetime import date

from rules import terms
from rules.calendar import Month
from rules.citation import Decision, edition
from rules.courses.course_catalogue import Course, catalogue
from rules.line.eligibility import Line, eligibility
from rules.refusal import Refusal

_CHOICE = {1: ("W-09.4", "W-06.1", "W-11.1"), 2: ("W-21.2", "W-19.1", "W-23.1")}
"""What opens the choice when the new line type matches no course, by chapter."""


def course(code: str) -> Course:
    """The catalogue's row of a code.

    Raises:
        Refusal: `UNKNOWN_COURSE`.
    """
    found = catalogue().courses.get(code)
    if found is None:
        raise Refusal("UNKNOWN_COURSE", f"{code!r} is no course code", ("W-04.1",), values={"given": code})
    return found


def check_channel(channel: str) -> None:
    """Pass where a change of course may be applied for so: as for a new contract (W-09.1, W-05.3, W-05.4).

    Raises:
        Refusal: `CHANNEL_NOT_OFFERED`.
    """
    if channel not in terms.constant("application.channels", list[str]):
        detail = "A course change is applied for on paper or online only."
        raise Refusal("CHANNEL_NOT_OFFERED", detail, ("W-09.1",))


def chapter_of(code: str) -> int | None:
    """The chapter whose rules a contract of that course follows; None outside this book (W-00.1, W-01.1, W-15.1).

    Raises:
        Refusal: `UNKNOWN_COURSE`.
    """
    return course(code).chapter


def billed_here() -> frozenset[str]:
    """Codes of the courses that bear statements of ours; those outside this book bear none (W-00.1, W-10.7)."""
    return frozenset(code for code, each in catalogue().courses.items() if each.chapter is not None)


def course_on(code: str, on: date) -> Decision:
    """What a contract of `code` is on that day after mergers and renames (W-C1.1 to W-C1.5, W-C2.1).

    `data.open_for_sale` is about the course answered: whether a new application of that day may name it (W-C1.3,
    A-40). Outcome `unchanged`, `merged`, `renamed`, or `not_yet` for a code made only later. A merger or rename does
    not touch the minimum term (A-41). The edition is None before 2010-02-01 (W-99.1).

    Raises:
        Refusal: `UNKNOWN_COURSE`.
    """
    asked = course(code)
    resolved, met = catalogue().resolve(code, on)
    now = catalogue().courses[resolved]
    if not catalogue().begun(code, on):
        outcome, detail = "not_yet", f"{code} exists only from {asked.exists_from}"
    elif met:
        outcome, detail = met[-1].how, f"a contract on {code} is on {resolved} since {met[-1].on}"
    else:
        outcome, detail = "unchanged", f"a contract on {code} is on {code}"
    rows = [article for change in met for article in change.articles] + list(now.articles)
    return Decision(
        outcome=outcome,
        articles=tuple(dict.fromkeys(rows)),
        effective_on=met[-1].on if met else None,
        edition=edition(on),
        detail=detail,
        data={"course": resolved, "open_for_sale": now.open_for_sale(on)},
    )


def matching_course(service_type: str, on: date) -> str | None:
    """The chapter 1 course for a line type on that day, None when there is none (W-01.1, W-04.1, W-09.3, W-21.2).

    Raises:
        DatedError: the day is before 2010-02-01.
    """
    return catalogue().matching.on(on).get(service_type)


def check_area(code: str, carrier_area: str) -> None:
    """Pass when the course exists in that NTT company's area (W-15.1).

    Raises:
        Refusal: `COURSE_NOT_IN_AREA`, as for ワイヤレス ファミリー in the East, or `UNKNOWN_COURSE`.
    """
    found = course(code)
    if carrier_area not in found.operators:
        raise Refusal(
            "COURSE_NOT_IN_AREA",
            f"{code} does not exist in the area of NTT {carrier_area}",
            ("W-15.1",),
            values={"course": code, "area": carrier_area},
        )


def check_open_for_sale(code: str, on: date) -> None:
    """Pass when a new application of that day may name the course (W-C1.3, W-C2.1, A-40).

    Raises:
        Refusal: `COURSE_CLOSED`, or `UNKNOWN_COURSE`.
    """
    found = course(code)
    if not found.open_for_sale(on):
        change = catalogue().changes.get(code)
        articles = (*found.articles, *(change.articles if change is not None and change.on <= on else ()))
        detail = f"{code} takes no new applications on {on}"
        raise Refusal("COURSE_CLOSED", detail, tuple(dict.fromkeys(articles)), values={"course": code, "on": on})


def check_matches_line(code: str, line: Line) -> None:
    """Pass when the annex matches the course with the line's service type (W-04.1, W-18.1, A-23).

    Raises:
        Refusal: `COURSE_DOES_NOT_MATCH_LINE`, or `UNKNOWN_COURSE`.
    """
    found = course(code)
    if found.service_type not in {None, line.service_type}:
        raise Refusal(
            "COURSE_DOES_NOT_MATCH_LINE",
            f"{code} is for {found.service_type} lines, this one is {line.service_type}",
            ("W-04.1", "W-06.1") if found.chapter == 1 else ("W-18.1", "W-19.1"),
            values={"course": code, "wanted": found.service_type, "given": line.service_type},
        )


def monthly_basic(code: str, month: Month) -> tuple[int, str]:
    """The monthly basic fee (月額基本料金) in yen, tax-exclusive, and the status of that number (W-04.1, W-18.1).

    The course is the one the contract is on in that month, so May 2017 bills at the old price (W-C1.4).

    Raises:
        Refusal: `NO_PRICE` for a course outside this book, or `UNKNOWN_COURSE`.
        DatedError: no price is known for that month.
    """
    course(code)
    resolved, _ = catalogue().resolve(code, month.first_day)
    price = catalogue().prices.get(resolved)
    if price is None:
        raise Refusal(
            "NO_PRICE", f"this book has no monthly basic fee for {resolved}", ("W-04.1",), values={"course": resolved}
        )
    period = price.period(month.first_day)
    return int(period.value), period.status


def _change_articles(source: Course, target: Course) -> tuple[str, ...]:
    """The rows a course change by application rests on; refuses the ones the book does not know."""
    if target.chapter == 2:
        raise Refusal(
            "NO_CHANGE_INTO_W1",
            f"no course change leads into with フレッツ ({target.code})",
            ("W-C2.2", "W-C2.1"),
            values={"course": target.code},
        )
    if source.chapter == 1 and target.chapter == 1:
        raise Refusal(
            "COURSE_FOLLOWS_LINE_TYPE",
            "between the with フレッツ II courses the course follows the line type: ask NTT to change the line",
            ("W-09.5", "W-09.3"),
        )
    if source.chapter is None and target.chapter is None:
        raise Refusal(
            "NOT_IN_THIS_BOOK",
            f"a change from {source.code} to {target.code} is not ruled here",
            ("W-09.1",),
            values={"course": source.code, "to_course": target.code},
        )
    acceptance = ("W-09.2",) if target.chapter == 1 else ()
    if source.chapter == 2:
        return (*(("W-09.1",) if target.chapter == 1 else ()), *acceptance, "W-21.1")
    return ("W-09.1", *acceptance)


def course_change(
    from_course: str,
    to_course: str,
    received_on: date,
    change_on: date | None,
    line: Line,
    *,
    accepted_on: date | None = None,
) -> Decision:
    """A course change by application (W-09.1, W-09.2, W-09.5, W-21.1, W-C2.2).

    Without an agreed `change_on` it takes effect on the first day of the month after acceptance; an agreed day that
    had passed when it was accepted is the day of acceptance: no answer moves a contract in the past. Into chapter 1 the
    acceptance rules of a new application hold (A-42): the course is sold, the line eligible and of its type, and the
    holder test of W-07.1, which needs an operator (outcome `needs_operator`; else `accepted`).

    Args:
        from_course: the contract's course; one merged by `received_on` counts as what it became.
        to_course: the course applied for.
        received_on: Japan day the application counts for.
        change_on: agreed Japan day of the change, or None.
        line: the line after the change; only read when the change leads into chapter 1.
        accepted_on: Japan day of acceptance when it was later than `received_on`.

    Raises:
        Refusal: `SAME_COURSE`, `NO_CHANGE_INTO_W1`, `COURSE_FOLLOWS_LINE_TYPE`, `NOT_IN_THIS_BOOK`, `COURSE_CLOSED`,
            `CHANGE_ON_PAST`, `COURSE_DOES_NOT_MATCH_LINE`, `UNKNOWN_COURSE`, or a ground of `eligibility`.
        DatedError: the day is before 2010-02-01.
    """
    source = course(catalogue().resolve(course(from_course).code, received_on)[0])
    target = course(to_course)
    if source.code == target.code:
        detail = f"the contract is on {target.code} already"
        raise Refusal("SAME_COURSE", detail, ("W-09.1",), values={"course": target.code})
    articles = _change_articles(source, target)
    accepted = max(received_on, accepted_on or received_on)
    _check_agreed_day(change_on, received_on)
    check_open_for_sale(target.code, received_on)
    holder_differs = False
    if target.chapter == 1:
        check_matches_line(target.code, line)
        refuse_ineligible(line, received_on)
        holder_differs = not line.holder_is_applicant
    effective_on = max(change_on, accepted) if change_on else Month.of(accepted).plus(1).first_day
    resolved, met = catalogue().resolve(target.code, effective_on)
    merged = tuple(article for change in met for article in change.articles)
    return Decision(
        outcome="needs_operator" if holder_differs else "accepted",
        articles=(*articles, *(("W-07.1",) if holder_differs else ()), *merged),
        effective_on=effective_on,
        edition=edition(received_on),
        detail=f"the contract changes from {source.code} to {resolved} on {effective_on}",
        data={"from_course": source.code, "course": resolved},
    )


def further_change(from_course: str, to_course: str, received_on: date, change_on: date | None) -> Decision:
    """A change between two services outside this book while a term of with フレッツ II is carried along (W-12.3b2).

    Without an agreed `change_on` it takes effect on the first day of the month after its application.

    Args:
        from_course: the contract's course.
        to_course: the course applied for.
        received_on: Japan day the application counts for.
        change_on: agreed Japan day of the change, or None.

    Raises:
        Refusal: `CHANGE_ON_PAST`, `COURSE_CLOSED`, `UNKNOWN_COURSE`.
    """
    _check_agreed_day(change_on, received_on)
    check_open_for_sale(to_course, received_on)
    effective_on = change_on or Month.of(received_on).plus(1).first_day
    return Decision(
        outcome="accepted",
        articles=("W-12.3b2",),
        effective_on=effective_on,
        edition=edition(received_on),
        detail=f"the contract changes from {from_course} to {to_course} on {effective_on}",
        data={"from_course": from_course, "course": to_course},
    )


def _check_agreed_day(change_on: date | None, received_on: date) -> None:
    """Pass when the agreed day of a change is not before its application (W-09.1)."""
    if change_on is not None and change_on < received_on:
        raise Refusal(
            "CHANGE_ON_PAST",
            f"{change_on} lies before the application of {received_on}",
            ("W-09.1",),
            values={"on": change_on, "received_on": received_on},
        )


def refuse_ineligible(line: Line, on: date) -> None:
    """Pass when article 6 lets the line carry chapter 1 (W-06.1, W-09.2).

    Raises:
        Refusal: the first ground as its code, all of them as `reasons`.
    """
    found = eligibility(1, line, on)
    if found.outcome == "ineligible":
        reasons = tuple(found.data["reasons"])
        raise Refusal(reasons[0], found.detail, found.articles, reasons)


def course_after_type_change(code: str, service_type: str, notified_on: date, effective_on: date, by: str) -> Decision:
    """The course after NTT changed the line's service type (W-09.3, W-09.4, W-21.2, A-38, A-41).

    A change by the contractor moves the course by itself, on the first day of the month after NTT's change date:
    within chapter 1 to the matching course, and from chapter 2 always into chapter 1. One by NTT needs an operator.
    A type no course matches opens the choice instead. The minimum term stays.

    Args:
        code: the contract's course on the day of the change.
        service_type: the line's new type.
        notified_on: Japan day NTT's notice arrived.
        effective_on: Japan day of NTT's change.
        by: `customer` or `ntt`.

    Returns:
        Outcome `moved`, `unchanged`, `needs_operator` or `choice`; `data.course` is the new (or proposed) course.

    Raises:
        Refusal: `NOT_IN_THIS_BOOK` outside chapters 1 and 2, `UNKNOWN_COURSE`.
        ValueError: `by` is something else.
        DatedError: the change is before 2010-02-01.
    """
    if by not in {"customer", "ntt"}:
        message = f"a line type is changed by 'customer' or 'ntt', not {by!r}"
        raise ValueError(message)
    present = course(catalogue().resolve(course(code).code, effective_on)[0])
    if present.chapter is None:
        raise Refusal(
            "NOT_IN_THIS_BOOK",
            f"no rule here moves {present.code} with its line",
            ("W-09.3",),
            values={"course": present.code},
        )
    moves_on = Month.of(effective_on).plus(1).first_day
    target = matching_course(service_type, moves_on)
    rule = "W-09.3" if present.chapter == 1 else "W-21.2"
    told = f"NTT changed the line to {service_type} on {effective_on}, notified {notified_on}"
    articles: tuple[str, ...]
    if target is None:
        outcome, articles, day, new = "choice", _CHOICE[present.chapter], None, None
        detail = f"{told}: no with フレッツ II course matches, the contractor chooses"
    elif present.chapter == 1 and present.service_type == service_type:
        outcome, articles, day, new = "unchanged", (rule,), None, catalogue().resolve(present.code, moves_on)[0]
        detail = f"{told}: {present.code} matches it already"
    elif by == "ntt":
        outcome, articles, day, new = "needs_operator", ("W-04.2", rule), moves_on, target
        detail = f"{told} of its own accord: an operator decides on the move to {target}"
    else:
        outcome, articles, day, new = "moved", (rule,), moves_on, target
        detail = f"{told}: the contract moves from {present.code} to {target} on {moves_on}"
    return Decision(outcome, articles, day, edition(effective_on), detail, {"course": new})


def course_switch(present_course: str, to_course: str, on: date, *, takes_effect_on: date | None = None) -> Decision:
    """An operator moves an application, or later a contract, because NTT changed the type (W-04.2, A-24, A-38, A-39).

    Args:
        present_course: the course applied for, or the contract's, which may be a chapter 2 one (W-21.2).
        to_course: the chapter 1 course that matches the line now.
        on: Japan day of the operator's decision.
        takes_effect_on: Japan day of the move when it is another one.

    Raises:
        Refusal: `NOT_IN_THIS_BOOK` when a course lies outside, `SAME_COURSE`, `COURSE_CLOSED`, `UNKNOWN_COURSE`.
    """
    present = course(catalogue().resolve(course(present_course).code, on)[0])
    target = course(to_course)
    if present.chapter is None or target.chapter != 1:
        raise Refusal(
            "NOT_IN_THIS_BOOK",
            "such a move leads into a with フレッツ II course only",
            ("W-04.2",),
        )
    if present.code == target.code:
        raise Refusal(
            "SAME_COURSE", f"the course is {target.code} already", ("W-04.2",), values={"course": target.code}
        )
    check_open_for_sale(target.code, on)
    articles = ("W-04.2",) if present.chapter == 1 else ("W-04.2", "W-21.2")
    detail = f"the course moves from {present.code} to {target.code}"
    return Decision("switched", articles, takes_effect_on or on, edition(on), detail, {"course": target.code})


def relocation(
    code: str, carrier_area: str, to_carrier_area: str, received_on: date, *, applied: bool = False
) -> Decision:
    """What moving house to another NTT company's area means (W-21.3).

    Outcome `application_required` for chapter 2 across the border: the contractor applies for with フレッツ II.
    Otherwise `stays`, as long as the line type is the same; chapter 1 is not mentioned and stays everywhere.
    Where that application is there already (`applied`), the outcome is `applied_for`: nothing more is needed.

    Raises:
        Refusal: `NOT_IN_THIS_BOOK` outside chapters 1 and 2, `UNKNOWN_COURSE`.
    """
    chapter = chapter_of(code)
    if chapter is None:
        detail = f"no rule here is about moving house with {code}"
        raise Refusal("NOT_IN_THIS_BOOK", detail, ("W-21.3",), values={"course": code})
    if chapter == 2 and carrier_area != to_carrier_area:
        outcome = "applied_for" if applied else "application_required"
        needed = "is there already" if applied else "is needed"
        detail = (
            f"from {carrier_area} to {to_carrier_area}: "
            f"with フレッツ ends here, an application to with フレッツ II {needed}"
        )
    else:
        outcome, detail = "stays", f"{code} stays as it is while the line type is unchanged"
    return Decision(outcome, ("W-21.3",), None, edition(received_on), detail, {"to_operator": to_carrier_area})


def course_after_initial_cancellation(previous_course: str | None, course_now: str, then: str, on: date) -> Decision:
    """Where an initial cancellation of a changed course leads (W-21.4, A-50).

    After a change out of chapter 2 the contract cannot return to it: the contractor ends it, or has it as a chapter 1
    course (also when that is the very course cancelled). Without such a change it can only end.

    Args:
        previous_course: the course before the change, None when there was none.
        course_now: the course whose contract is cancelled.
        then: `end` or a chapter 1 course.
        on: Japan day of sending; the day the outcome takes effect.

    Returns:
        Outcome `ends` or `becomes_w2`; `data.course` is None or the chapter 1 course.

    Raises:
        Refusal: `NO_RETURN_TO_W1`, `NOT_IN_THIS_BOOK`, `COURSE_FOLLOWS_LINE_TYPE`, `COURSE_CLOSED`, `UNKNOWN_COURSE`.
    """
    from_w1 = previous_course is not None and chapter_of(previous_course) == 2
    if then == "end":
        articles = ("W-21.4", "W-10.7") if from_w1 else ("W-12.4", "W-10.7")
        return Decision("ends", articles, on, edition(on), f"{course_now} ends on {on}", {"course": None})
    target = course(then)
    if target.chapter == 2:
        raise Refusal(
            "NO_RETURN_TO_W1", "with フレッツ is closed for good: nothing returns to it", ("W-21.4", "W-C2.2")
        )
    if not from_w1 or target.chapter != 1:
        detail = "only a contract that came from with フレッツ becomes with フレッツ II; this one can only end"
        raise Refusal("NOT_IN_THIS_BOOK", detail, ("W-21.4",))
    present = course(catalogue().resolve(course(course_now).code, on)[0])
    if present.chapter == 1 and present.code != target.code:
        detail = f"the line is of the type of {present.code}; the course follows it"
        raise Refusal("COURSE_FOLLOWS_LINE_TYPE", detail, ("W-09.5",), values={"course": present.code})
    check_open_for_sale(target.code, on)
    detail = f"the contract cannot return to {previous_course} and is {target.code}"
    return Decision("becomes_w2", ("W-21.4",), on, edition(on), detail, {"course": target.code})
