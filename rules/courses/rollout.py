"""Changes that reach many contracts: notice, mergers, discontinuation (W-14.1, W-26.1, W-C1.1 to W-C1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rules import terms
from rules.citation import Decision, edition
from rules.courses.course import chapter_of, course
from rules.courses.course_catalogue import catalogue
from rules.refusal import Refusal


def notice_period(announced_on: date, effective_on: date, *, chapters: Sequence[int] = (1,)) -> Decision:
    """Whether a change is announced long enough ahead (W-14.1, W-26.1, A-51).

    Args:
        announced_on: the Japan day of the notice.
        effective_on: the first day of the change; the days between the two are counted.
        chapters: chapters the change reaches.

    Returns:
        Outcome `accepted`, with `notice_days` in the data.

    Raises:
        Refusal: `EFFECTIVE_BEFORE_NOTICE`, not after the notice; `NOTICE_TOO_SHORT`, fewer days than the minimum.
    """
    articles = tuple(article for chapter, article in ((1, "W-14.1"), (2, "W-26.1")) if chapter in chapters)
    days = (effective_on - announced_on).days
    if days <= 0:
        raise Refusal("EFFECTIVE_BEFORE_NOTICE", "A change takes effect after its notice.", articles)
    least = terms.dated("rollout.notice_days_min", int).on(announced_on)
    if days < least:
        raise Refusal(
            "NOTICE_TOO_SHORT",
            f"A change is announced {least} days ahead; {days} are left.",
            articles,
            values={"least": least, "days": days},
        )
    detail = f"Announced {days} days ahead."
    return Decision("accepted", articles, effective_on, edition(effective_on), detail, {"notice_days": days})


def plan(kind: str, courses: Sequence[str], to_course: str | None, announced_on: date, effective_on: date) -> Decision:
    """Check a rollout before it is planned (W-14.1, W-26.1, W-C1.x, X-04).

    A merger moves the contracts to another course of the same chapter and leaves application date and minimum term
    alone (A-41).

    Args:
        kind: `course_merge`, `discontinue` or `terms_change`.
        courses: codes of the courses reached, at least one.
        to_course: destination of a merger, None otherwise.
        announced_on: the Japan day of the notice.
        effective_on: the first day of the change.

    Returns:
        Outcome `accepted`, with `notice_days`; `minimum_term_unchanged` is true for a merger.

    Raises:
        Refusal: `UNKNOWN_ROLLOUT_KIND`, `NO_COURSES`, `UNKNOWN_COURSE`, `NOT_OUR_COURSE`, `TO_COURSE_MISSING`,
            `TO_COURSE_NOT_ASKED`, `MERGED_INTO_ITSELF`, `OTHER_CHAPTER`, `OTHER_LINE_TYPE`, `CLOSED_BEFORE`, and
            those of `notice_period`.
    """
    if kind not in terms.constant("rollout.kinds", list[str]):
        raise Refusal(
            "UNKNOWN_ROLLOUT_KIND", f"{kind!r} is not a kind of rollout.", ("W-14.1",), values={"given": kind}
        )
    if not courses:
        raise Refusal("NO_COURSES", "A rollout names the courses it reaches.", ("W-14.1",))
    chapters = sorted({_chapter(code) for code in courses})
    notice = notice_period(announced_on, effective_on, chapters=chapters)
    if kind != "course_merge":
        if to_course is not None:
            raise Refusal("TO_COURSE_NOT_ASKED", "Only a merger leads to another course.", notice.articles)
        return notice
    rows = _merger_rows(courses, to_course, chapters, effective_on)
    return Decision(
        "accepted",
        (*rows, *notice.articles),
        effective_on,
        notice.edition,
        f"{', '.join(courses)} become {to_course}; minimum terms stay as they are.",
        {**notice.data, "minimum_term_unchanged": True},
    )


def taken_over_after(code: str, on: date, ended_on: date, to_course: str | None) -> Decision:
    """What taking a contract over means whose course one of our own rollouts has ended by then (W-14.1, W-26.1).

    A merged course is none any more: the contract is on what became of it. Of a discontinued one the text gives no
    consequence: the contract enters as it is, and an operator decides, since nobody here knows what was asked of it
    elsewhere (X-05).

    Args:
        code: the course named.
        on: the Japan day of the import.
        ended_on: the first Japan day without the course.
        to_course: the destination of a merger, None for a discontinuation.

    Returns:
        Outcome `needs_operator`.

    Raises:
        Refusal: `COURSE_NOT_CURRENT`, it was merged; `NOT_OUR_COURSE`.
    """
    article = {1: "W-14.1", 2: "W-26.1"}[_chapter(code)]
    if to_course is not None:
        detail = f"On the import day {on}: a contract on {code} is on {to_course} since {ended_on}. Name that one."
        raise Refusal("COURSE_NOT_CURRENT", detail, (article,), values={"on": on, "course": to_course})
    detail = f"{code} is discontinued since {ended_on}: an operator decides what becomes of the contract."
    return Decision("needs_operator", (article, "X-05"), ended_on, edition(ended_on), detail)


def _chapter(code: str) -> int:
    chapter = chapter_of(code)
    if chapter is None:
        raise Refusal(
            "NOT_OUR_COURSE", f"{code} is outside this rule book.", ("W-00.1", "W-14.1"), values={"course": code}
        )
    return chapter


def _merger_rows(
    courses: Sequence[str], to_course: str | None, chapters: Sequence[int], effective_on: date
) -> tuple[str, ...]:
    """The rows behind a merger: those of the catalogue when it is one of them, none when it is a new one."""
    if to_course is None:
        raise Refusal("TO_COURSE_MISSING", "A merger leads to a course.", ("W-14.1",))
    if to_course in courses:
        raise Refusal("MERGED_INTO_ITSELF", "A course cannot become itself.", ("W-14.1",))
    if [_chapter(to_course)] != list(chapters):
        raise Refusal("OTHER_CHAPTER", "A merger stays inside its chapter.", ("W-00.1", "W-14.1"))
    wanted = course(to_course).service_type
    unfit = [code for code in courses if wanted is not None and course(code).service_type not in {None, wanted}]
    if unfit:
        detail = f"{to_course} is for {wanted} lines; those of {', '.join(unfit)} are of another type."
        raise Refusal(
            "OTHER_LINE_TYPE",
            detail,
            ("W-09.3", "W-14.1"),
            values={"to_course": to_course, "wanted": wanted, "courses": unfit},
        )
    if not catalogue().alive(to_course, effective_on):
        raise Refusal(
            "CLOSED_BEFORE",
            f"{to_course} does not exist on {effective_on}.",
            ("W-04.1",),
            values={"course": to_course, "on": effective_on},
        )
    known = catalogue().changes
    rows = [
        article
        for code in courses
        if (change := known.get(code)) is not None and (change.on, change.target) == (effective_on, to_course)
        for article in change.articles
    ]
    return tuple(dict.fromkeys(rows))
