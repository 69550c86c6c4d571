"""Applications: day, consents, holder test, acceptance and what is filed for the applicant (articles 3, 5, 7, 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules import terms
from rules.calendar import japan_day
from rules.citation import Decision, edition
from rules.courses.course import chapter_of, check_area, check_matches_line, check_open_for_sale, refuse_ineligible
from rules.line.eligibility import Line
from rules.named import CARRIER_TERMS
from rules.refusal import Refusal


@dataclass(frozen=True)
class Consents:
    """The three documents agreed to, by the edition each was agreed in (W-00.4, W-05.1); empty where not agreed."""

    general_terms: str
    """The edition's day, `YYYY-MM-DD`."""
    course_terms: str
    """The edition's day of this book, `YYYY-MM-DD`."""
    carrier_terms: str
    """NTT's IP network terms: the company and the year, such as `EAST-2017`."""


def application_day(
    channel: str, received_at: datetime, *, written_on: date | None = None, posted_on: date | None = None
) -> Decision:
    """The day an application counts for: it decides on the minimum term (W-05.3, W-05.4, A-55).

    Online it is the Japan day of sending; on paper the Japan day of arrival (a dated parameter), keeping the days it
    was written and posted; one that is not known leaves the arrival to decide. `data.date_conflict` says that another
    of these days lies under another edition of the book.

    Returns:
        Outcome `applied`, with `effective_on` and `data.applied_on` the day.

    Raises:
        Refusal: `CHANNEL_NOT_OFFERED`; `EVIDENCE_DATES` for paper written or posted after it arrived, posted before
            it was written, or such days on an online application.
    """
    if channel not in terms.constant("application.channels", list[str]):
        raise Refusal("CHANNEL_NOT_OFFERED", "an application is made online or on paper only", ("W-05.3", "W-05.4"))
    applied_on = japan_day(received_at)
    row = "W-05.3" if channel == "online" else "W-05.4"
    evidence = [day for day in (written_on, posted_on) if day is not None]
    if evidence and channel == "online":
        raise Refusal("EVIDENCE_DATES", "an online application is neither written nor posted on a day", (row,))
    if [*evidence, applied_on] != sorted([*evidence, applied_on]):
        raise Refusal("EVIDENCE_DATES", "a form is written, then posted, then arrives", (row,))
    arrived_on, applied_on = applied_on, _counted_on(channel, applied_on, written_on, posted_on)
    return Decision(
        outcome="applied",
        articles=(row,),
        effective_on=applied_on,
        edition=edition(applied_on),
        detail=f"the application counts for {applied_on}",
        data={
            "applied_on": applied_on.isoformat(),
            "written_on": written_on.isoformat() if written_on else None,
            "posted_on": posted_on.isoformat() if posted_on else None,
            "date_conflict": any(edition(day) != edition(applied_on) for day in (*evidence, arrived_on)),
        },
    )


def _counted_on(channel: str, arrived_on: date, written_on: date | None, posted_on: date | None) -> date:
    """The day an application counts for; on paper that of arrival, or the one the owner lets count (A-55)."""
    if channel != "paper":
        return arrived_on
    days = {"arrival": arrived_on, "postmark": posted_on, "writing": written_on}
    return days[terms.dated("application.paper_counts_from", str).on(arrived_on)] or arrived_on


def check_consents(consents: Consents, carrier_area: str, applied_on: date) -> None:
    """Pass when all three documents were agreed to in editions in force on that day (W-00.4, W-05.1).

    The course terms must name the edition of that day, and the general terms the same day or one the owner lists
    (their own revision days are not in the documents, F-35). NTT's terms must be those of the line's company, of a
    year not after the application's.

    Raises:
        Refusal: `CONSENT_MISSING`, `CONSENT_NOT_IN_FORCE` or `CONSENT_WRONG_OPERATOR`; `OUTSIDE_TERMS` before
            2010-02-01 (W-99.1).
    """
    articles = ("W-05.1", "W-00.4")
    given = {
        "general_terms": consents.general_terms,
        "course_terms": consents.course_terms,
        "carrier_terms": consents.carrier_terms,
    }
    missing = [name for name, named in given.items() if not named.strip()]
    if missing:
        raise Refusal("CONSENT_MISSING", f"not agreed to: {', '.join(missing)}", articles, values={"missing": missing})
    current = edition(applied_on)
    if current is None:
        raise Refusal(
            "OUTSIDE_TERMS", f"this book was not yet in force on {applied_on}", ("W-99.1",), values={"on": applied_on}
        )
    listed = terms.dated("application.general_terms", list[date]).on(applied_on)
    if consents.general_terms not in {current, *(day.isoformat() for day in listed)}:
        raise Refusal(
            "CONSENT_NOT_IN_FORCE",
            f"general terms of {consents.general_terms} were not in force",
            articles,
            values={"given": consents.general_terms},
        )
    if consents.course_terms != current:
        detail = f"the course terms in force on {applied_on} are those of {current}, not of {consents.course_terms}"
        raise Refusal(
            "CONSENT_NOT_IN_FORCE",
            detail,
            articles,
            values={"on": applied_on, "current": current, "given": consents.course_terms},
        )
    carrier = CARRIER_TERMS.fullmatch(consents.carrier_terms)
    if carrier is None or int(carrier[2]) > applied_on.year:
        detail = f"NTT terms {consents.carrier_terms} were not in force; they are named like {carrier_area}-2017"
        raise Refusal("CONSENT_NOT_IN_FORCE", detail, articles, values={"given": consents.carrier_terms})
    if carrier[1] != carrier_area:
        detail = f"the line is of NTT {carrier_area}, the terms agreed to are {consents.carrier_terms}"
        raise Refusal(
            "CONSENT_WRONG_OPERATOR", detail, articles, values={"area": carrier_area, "given": consents.carrier_terms}
        )


def check_line_free(code: str, *, line_taken: bool) -> None:
    """Pass when no other contract, of either chapter, holds the line (W-03.1, W-17.1).

    A course outside this book holds no line of it.

    Raises:
        Refusal: `LINE_TAKEN`.
    """
    if line_taken and chapter_of(code) is not None:
        row = "W-17.1" if chapter_of(code) == 2 else "W-03.1"
        raise Refusal("LINE_TAKEN", "one フレッツ光 contract carries one contract, and this line has one", (row,))


def holder_test(line: Line, on: date, *, start_line: bool, line_opened: bool = False) -> Decision:
    """Whether the applicant holds the line (W-07.1, X-05).

    NTT-ME *may* refuse who does not, so nobody is refused by itself: an operator decides. With a line ordered at the
    same time the test waits until NTT accepts or opens it, or article 8 could never work (A-21).

    Returns:
        Outcome `passed`, `deferred` or `needs_operator`.
    """
    if start_line and not line_opened:
        outcome, detail = "deferred", "tested when NTT accepts the new line"
    elif line.holder_is_applicant:
        outcome, detail = "passed", "the applicant holds the line"
    else:
        outcome, detail = "needs_operator", "the applicant does not hold the line; an operator accepts or refuses"
    return Decision(outcome, ("W-07.1",), edition=edition(on), detail=detail)


def operator_refusal(ground: str, on: date) -> Decision:
    """An operator's refusal of an application (W-07.1, W-07.2, W-07.3, W-00.3, A-22).

    A refusal of this book stands even where the general terms would accept.

    Args:
        ground: `REFUSE_NOT_LINE_HOLDER`, `REFUSE_OPERATIONAL`, or `REFUSE_GENERAL_TERMS` for one of their article 7.
        on: Japan day of the decision.

    Raises:
        Refusal: `UNKNOWN_GROUND`.
    """
    rows = {
        "REFUSE_NOT_LINE_HOLDER": ("W-07.1", "W-00.3"),
        "REFUSE_OPERATIONAL": ("W-07.2", "W-00.3"),
        "REFUSE_GENERAL_TERMS": ("W-07.3",),
    }
    if ground not in rows:
        raise Refusal("UNKNOWN_GROUND", f"{ground!r} is no ground of article 7", ("W-07.3",), values={"given": ground})
    return Decision("refused", rows[ground], on, edition(on), f"refused: {ground}", {"ground": ground})


def filing(chapter: int, kind: str, carrier_area: str, on: date, *, start_line: bool) -> Decision:
    """What NTT-ME files with NTT on the applicant's behalf (代行申込; W-08.1, W-08.5, W-20.1).

    Only a NEW line, in chapter 1, when the line starts together with the contract. Changes and cancellations of the
    line are the contractor's own business with NTT.

    Returns:
        Outcome `file` with `data.operator` the company it goes to, or `no_filing` when the applicant has a line.

    Raises:
        Refusal: `FILING_NOT_OFFERED`, with the company to turn to.
    """
    row = "W-08.5" if chapter == 1 else "W-20.1"
    kinds = terms.constant("application.filing_kinds", dict[int, list[str]])
    if kind not in kinds.get(chapter, []):
        raise Refusal(
            "FILING_NOT_OFFERED",
            f"{kind} of the line is for the contractor to file with NTT {carrier_area}",
            (row,),
            values={"area": carrier_area},
        )
    if not start_line:
        return Decision("no_filing", ("W-08.1",), edition=edition(on), detail="the applicant has a line already")
    detail = f"NTT-ME files the new line with NTT {carrier_area}"
    return Decision("file", ("W-08.1",), on, edition(on), detail, {"operator": carrier_area, "kind": kind})


def line_inquiry(chapter: int, topic: str, on: date, *, attributable: bool = False) -> Decision:
    """Where a question or a dispute about the line goes (W-08.2, W-08.4, W-20.2).

    Returns:
        Outcome `answer` for what the filing tells, `ours` for a dispute NTT-ME caused, else `refer` to NTT.
    """
    if topic == "LINE_DISPUTE":
        row = "W-08.4" if chapter == 1 else "W-20.2"
        outcome = "ours" if attributable else "refer"
        detail = "caused by NTT-ME, which answers for it" if attributable else "a dispute between contractor and NTT"
    else:
        row = "W-08.2" if chapter == 1 else "W-20.2"
        outcome = "answer" if topic in terms.constant("application.answerable_topics", list[str]) else "refer"
        detail = "answered from the filing" if outcome == "answer" else "referred to NTT"
    return Decision(outcome, (row,), edition=edition(on), detail=detail, data={"topic": topic})


def check_course(code: str, line: Line, applied_on: date) -> None:
    """Pass when a new application of that day may name the course for that line (W-01.1, W-04.1, W-C1.3, W-C2.1).

    Raises:
        Refusal: `NOT_IN_THIS_BOOK`, `COURSE_CLOSED`, `COURSE_NOT_IN_AREA`, `COURSE_DOES_NOT_MATCH_LINE` or
            `UNKNOWN_COURSE`.
    """
    if chapter_of(code) is None:
        raise Refusal(
            "NOT_IN_THIS_BOOK",
            f"{code} is applied for under its own terms",
            ("W-01.1", "W-00.1"),
            values={"course": code},
        )
    check_open_for_sale(code, applied_on)
    check_area(code, line.carrier_area)
    check_matches_line(code, line)


def accept(
    code: str, line: Line, applied_on: date, *, start_line: bool = False, identity_required: bool = False
) -> Decision:
    """Decide an application for chapter 1 whose consents are in order (W-06.1, W-07.1, W-07.3, W-08.1, W-05.2).

    Only what the documents command refuses by itself; the discretionary holder ground goes to an operator (X-05).
    A service type the annex does not list is refused as a line (W-06.1) before the course is compared with it.

    Returns:
        Outcome `identity_requested`, `filing`, `needs_operator` or `accepted`, in this order of precedence;
        `data.holder` is the outcome of the holder test.

    Raises:
        Refusal: a ground of `eligibility` or of `check_course`.
        DatedError: the day is before 2010-02-01.
    """
    if chapter_of(code) == 1:
        refuse_ineligible(line, applied_on)
    check_course(code, line, applied_on)
    holder = holder_test(line, applied_on, start_line=start_line)
    articles: tuple[str, ...] = ("W-07.3", "W-06.1")
    if identity_required:
        outcome, articles, detail = "identity_requested", ("W-05.2",), "an identity document is to be shown first"
    elif start_line:
        order = filing(1, "NEW", line.carrier_area, applied_on, start_line=True)
        outcome, articles, detail = "filing", order.articles, order.detail
    elif holder.outcome == "needs_operator":
        outcome, articles, detail = "needs_operator", holder.articles, holder.detail
    else:
        outcome, detail = "accepted", "nothing refuses the application"
    data = {"holder": holder.outcome}
    return Decision(outcome, articles, applied_on, edition(applied_on), detail, data)
