"""Minimum term (最低利用期間) of with フレッツ II: article 12 paragraphs 1 and 2 (A-29, A-41, A-48, A-49)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from rules import terms
from rules.calendar import Month
from rules.citation import Decision, edition
from rules.courses.course import chapter_of
from rules.refusal import Refusal

Source = Literal["application", "course_change", "carried_from_collabo", "benefit"]
"""Where a term comes from."""


@dataclass(frozen=True)
class MinimumTerm:
    """A running minimum term, both days inclusive."""

    start_on: date
    """The first day of a month."""
    end_on: date
    """The last day of the term; a month end unless it was carried in as something else."""
    source: Source

    def as_json(self) -> dict[str, str]:
        """`{"start_on", "end_on", "source"}`."""
        return {"start_on": self.start_on.isoformat(), "end_on": self.end_on.isoformat(), "source": self.source}

    @property
    def months(self) -> int:
        """Calendar months of the term, first and last one included."""
        return Month.of(self.start_on).months_until(Month.of(self.end_on)) + 1


def is_inside(end_on: date | None, ended_on: date, *, change: bool = False) -> bool:
    """Whether a contract that ends on `ended_on` breaks a term whose last day is `end_on` (W-12.3).

    A contract that ends on the last day itself has completed the term, and so has one whose course changes on that
    day (A-34, two dated parameters). None is no term.

    Args:
        end_on: last day of the term, inclusive.
        ended_on: last day of the contract; for a change of course the first day on the new one.
        change: whether it ends by a change of course.
    """
    if end_on is None:
        return False
    name = "minimum_term.change_on_last_day_complete" if change else "minimum_term.last_day_complete"
    if terms.dated(name, bool).on(ended_on):
        return ended_on < end_on
    return ended_on <= end_on


def binding_end(end_on: date | None, service_start_on: date | None, ended_on: date) -> date | None:
    """The last day of the term a contract breaks by ending on a day; None where none binds it yet (W-12.1, W-12.3).

    A contract that is over before its service began, by an initial cancellation or a termination between the
    announcement and the announced day (W-12.1n), has begun no term: nothing is charged for ending it.

    Args:
        end_on: last day of its term, inclusive; None without a term.
        service_start_on: first day of service on the course that the term binds; None while none is announced.
        ended_on: last day of the contract; for a change of course the first day on the new one.
    """
    return None if service_start_on is None or ended_on < service_start_on else end_on


def for_application(applied_on: date, service_start_on: date) -> Decision:
    """The minimum term of a new contract (W-12.1, W-12.2).

    Args:
        applied_on: the Japan day of the application, for paper the day it arrived (A-55). It alone decides
            whether there is a term: 2018-05-31 is the last day with one.
        service_start_on: the announced service start (W-12.1n); the count starts on the first day of its month.

    Returns:
        Outcome `set` or `none`, with `minimum_term` in the data.
    """
    months = terms.dated("minimum_term.months", int).on(applied_on)
    if not months:
        return _none(applied_on, ("W-12.2",), f"Applied on {applied_on}: no minimum term.")
    term = _counted(months, service_start_on, "application")
    return _set("set", term, ("W-12.1",), applied_on, f"Applied on {applied_on}: {months} months to {term.end_on}.")


def for_course_change(
    applied_on: date, change_on: date, from_course: str, carried_minimum_end_on: date | None = None
) -> Decision:
    """The minimum term of a contract that came to with フレッツ II by course change (W-12.1a to c, W-12.2a, b).

    Args:
        applied_on: the Japan day on which the change was applied for; decides between paragraphs 1 and 2.
        change_on: the announced change date.
        from_course: the course code before the change.
        carried_minimum_end_on: last day of the term of 光コラボ; read only when the change comes from there.

    Returns:
        Outcome `set`, `carried` or `none`, with `minimum_term` in the data.

    Raises:
        Refusal: `NOT_A_COURSE_CHANGE`, for a move within with フレッツ II, which keeps its term (A-41);
            `UNKNOWN_COURSE`.
    """
    months = terms.dated("minimum_term.months", int).on(applied_on)
    chapter = chapter_of(from_course)
    if chapter == 1:
        raise Refusal(
            "NOT_A_COURSE_CHANGE",
            "A move within with フレッツ II follows the line type and keeps the minimum term it has.",
            ("W-09.5", "W-09.3"),
        )
    if chapter == 2:
        article = "W-12.1a" if months else "W-12.2b"
        return _none(applied_on, (article,), "Changed from with フレッツ: no minimum term.")
    if from_course in terms.constant("minimum_term.carrying_courses", list[str]):
        return _carried(applied_on, change_on, carried_minimum_end_on, paragraph_one=months > 0)
    if not months:
        return _none(applied_on, ("W-12.2b",), f"Changed on an application of {applied_on}: no minimum term.")
    term = _counted(months, change_on, "course_change")
    detail = f"Changed on {change_on}: {months} months to {term.end_on}."
    return _set("set", term, ("W-12.1c", "W-12.1"), applied_on, detail)


def carried_from(change_on: date) -> date:
    """The first day of a term that is carried by a change, into or out of this book (W-12.1b, W-12.3b, A-48)."""
    from_change_month = terms.dated("minimum_term.carried_counts_from", str).on(change_on) == "change_month"
    return Month.of(change_on).plus(0 if from_change_month else 1).first_day


def for_benefit(minimum_months: int, from_on: date) -> MinimumTerm:
    """The separate term of a benefit (特典), from the first day of the month of `from_on` (W-12.2p, A-49).

    The benefit terms are not part of the documents; months are counted as paragraph 1 counts them.

    Raises:
        Refusal: `BENEFIT_WITHOUT_MONTHS`, fewer than one month.
    """
    if minimum_months < 1:
        raise Refusal("BENEFIT_WITHOUT_MONTHS", "A benefit term has at least one month.", ("W-12.2p",))
    return _counted(minimum_months, from_on, "benefit")


def after_move_within_chapter(term: MinimumTerm | None, moved_on: date) -> Decision:
    """What a merger, a renaming or a move with the line type does to a term: nothing (A-41, W-C1.x, W-09.3).

    Where the owner reads it otherwise (a dated parameter) a term of the same length begins on the day of the move.

    Returns:
        Outcome `unchanged` or `set`, with `minimum_term` in the data.
    """
    articles = ("W-09.3", "W-C1.1", "W-C1.5")
    if term is not None and terms.dated("minimum_term.after_move", str).on(moved_on) == "begins_anew":
        fresh = _counted(term.months, moved_on, "course_change")
        return _set("set", fresh, articles, moved_on, f"The course moves: the term begins anew, to {fresh.end_on}.")
    return Decision(
        "unchanged",
        articles,
        edition=edition(moved_on),
        detail="The course moves within with フレッツ II; the minimum term stays as it is.",
        data=_data(term),
    )


def announced_at(emailed_at: datetime | None, posted_at: datetime | None, on: date) -> datetime | None:
    """When a start or change date counts as announced: once both letters are out (W-12.1n, W-12.1c, A-52).

    The date itself is the one stored value that both are rendered from; it may lie before the announcement.

    Args:
        emailed_at: when the e-mail left, aware; None while it has not.
        posted_at: when the member portal showed it, aware; None while it has not.
        on: the Japan day of the letter, by which the reading is chosen (a dated parameter).

    Returns:
        The later of the two moments, None while one is missing; the earlier one where one letter is enough.
    """
    moments = [moment for moment in (emailed_at, posted_at) if moment is not None]
    if terms.dated("minimum_term.announced_by", str).on(on) == "either_letter":
        return min(moments, default=None)
    return max(moments) if len(moments) == 2 else None


def _carried(applied_on: date, change_on: date, end_on: date | None, *, paragraph_one: bool) -> Decision:
    """Take over the rest of the term of 光コラボ, counted from the month after the change (A-48, a dated parameter).

    A term that ends in the change month has zero months left, as in W-12.3b, and leaves none.
    """
    start_on = carried_from(change_on)
    if end_on is None or end_on < start_on:
        article = "W-12.1b" if paragraph_one else "W-12.2b"
        return _none(applied_on, (article,), "Nothing is left of the term of 光コラボ: no minimum term.")
    term = MinimumTerm(start_on, end_on, "carried_from_collabo")
    article = "W-12.1b" if paragraph_one else "W-12.2a"
    return _set("carried", term, (article,), applied_on, f"{term.months} months of 光コラボ are left, to {end_on}.")


def _counted(months: int, day: date, source: Source) -> MinimumTerm:
    first = Month.of(day)
    return MinimumTerm(first.first_day, first.plus(months - 1).last_day, source)


def _data(term: MinimumTerm | None) -> dict[str, Any]:
    return {"minimum_term": term.as_json() if term else None}


def _none(applied_on: date, articles: tuple[str, ...], detail: str) -> Decision:
    return Decision("none", articles, edition=edition(applied_on), detail=detail, data=_data(None))


def _set(outcome: str, term: MinimumTerm, articles: tuple[str, ...], applied_on: date, detail: str) -> Decision:
    return Decision(outcome, articles, term.start_on, edition(applied_on), detail, _data(term))
