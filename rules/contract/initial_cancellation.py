"""What an initial cancellation (初期契約解除) is about: the contract or change whose papers arrived (A-50, A-54)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rules import terms
from rules.calendar import Month
from rules.citation import Decision, edition
from rules.courses.course import chapter_of, matching_course
from rules.refusal import Refusal


@dataclass(frozen=True)
class Concluded:
    """A contract or a change of course for which papers are sent."""

    asked_on: date
    """Japan day of its application."""
    begins_on: date | None
    """First day of service, or of the new course; None while none is known."""


def subject(
    papers_on: date,
    dispatched_on: date,
    *,
    ahead: Concluded | None,
    changed: Concluded | None,
    contract: Concluded | None,
) -> Decision:
    """What the papers belong to: a change ahead, the last change made, or the contract itself (W-12.4, W-21.4).

    Papers belong to the last thing that had been asked for when they arrived.

    Args:
        papers_on: Japan day the papers arrived.
        dispatched_on: Japan day the notice was sent.
        ahead: a change that has not taken effect.
        changed: the last change that has.
        contract: the contract as it was applied for.

    Returns:
        Outcome `change_ahead`, `change` or `contract`.

    Raises:
        Refusal: `NOT_OF_THIS_CONTRACT`, papers from before the application, or long after everything began.
    """
    latest = [
        (name, each)
        for name, each in (("change_ahead", ahead), ("change", changed), ("contract", contract))
        if each is not None and each.asked_on <= papers_on
    ]
    if not latest:
        detail = f"Papers that arrived on {papers_on} are older than the contract: they belong to another one."
        raise Refusal("NOT_OF_THIS_CONTRACT", detail, ("W-12.4",), values={"on": papers_on})
    name, found = latest[0]
    began = found.begins_on or dispatched_on
    last_on = began + timedelta(days=terms.dated("cancellation.papers_latest_days", int).on(papers_on))
    if name != "change_ahead" and papers_on > last_on:
        detail = f"It began on {began}; papers that arrived on {papers_on} are not those of its conclusion."
        raise Refusal("NOT_OF_THIS_CONTRACT", detail, ("W-12.4",), values={"on": papers_on, "began": began})
    articles = ("W-12.4",) if name == "contract" else ("W-12.4", "W-21.4")
    return Decision(name, articles, dispatched_on, edition(dispatched_on), f"The papers are those of the {name}.", {})


def becomes(previous_course: str | None, course_now: str, service_type: str, on: date) -> str:
    """What follows where the contractor said nothing (W-21.4, A-50): `end`, or a with フレッツ II course.

    Who changed from with フレッツ to a course outside this book cannot return and is with フレッツ II; ending is for
    every other contract, that of with フレッツ II itself included, where it is what was cancelled.
    """
    from_w1 = previous_course is not None and chapter_of(previous_course) == 2
    if not from_w1 or chapter_of(course_now) == 1:
        return "end"
    return matching_course(service_type, on) or "end"


def unbilled(chapter: int, changed_on: date | None, dispatched_on: date) -> tuple[Month | None, Month] | None:
    """The months of with フレッツ II that are not billed, both inclusive (W-12.5); None: there are none.

    A month in which the contract began on another course is a month of that course and stays billed.

    Args:
        chapter: of the contract now cancelled.
        changed_on: the day of the change that is cancelled; None where the contract itself is.
        dispatched_on: the day of dispatch, the last one billed for nothing.
    """
    if chapter != 1:
        return None
    last = Month.of(dispatched_on)
    if changed_on is None:
        return None, last
    began = Month.of(changed_on)
    first = began if changed_on.day == 1 else began.plus(1)
    return (first, last) if first <= last else None
