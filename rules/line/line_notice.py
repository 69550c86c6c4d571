"""What a notice of NTT about a line means to a contract, and what may cross to NTT (articles 9, 11, 13, 21, 23, 25)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules import terms
from rules.citation import Decision, edition
from rules.courses.course import course_after_type_change, matching_course
from rules.line.choice_grounds import group_of
from rules.line.eligibility import Line, eligibility
from rules.refusal import Refusal

BEFORE_SERVICE = frozenset({"applied", "identity_requested", "filing", "accepted"})
"""States of a contract that does not run yet."""

OPENED_BY_THE_LINE = frozenset(
    {"excluded", "service_type_changed", "moved_operator", "brand_changed", "discounts_changed", "tax_status_changed"}
)
"""Kinds of notices that open a choice because the line does not fit; one that fits again ends it (A-46)."""

OVER = frozenset({"ended", "declined", "withdrawn"})
"""States in which no notice changes anything."""


@dataclass(frozen=True)
class Subject:
    """What the rule needs to know of the contract a notice meets."""

    chapter: int
    course: str
    state: str
    """A state of the contract machine."""
    line: Line
    """The line as it was before the notice."""
    offered: tuple[str, ...] = ()
    """What an open choice offers; empty without one."""
    choice_opened_by: str | None = None
    """The kind of notice that opened it."""
    payment_agency_on: bool = False
    """Whether payment on behalf was in force in the month a line statement is for (W-25.1f)."""
    applied_for: bool = False
    """Whether a chapter 2 contract is on its way to chapter 1 already (W-21.2, W-21.3)."""
    area: str | None = None
    """The area a chapter 2 contract is for; None: that of its line (W-15.1)."""
    kept: frozenset[str] = frozenset()
    """Fields of the line of which NTT told a later day in a notice of another kind."""

    @property
    def home(self) -> str:
        """The area outside of which with フレッツ needs an application to with フレッツ II (W-21.3)."""
        return self.area or self.line.carrier_area


@dataclass(frozen=True)
class _Notice:
    kind: str
    details: Mapping[str, Any]
    effective_on: date
    notified_on: date

    def detail(self, name: str) -> Any:
        if name not in self.details:
            raise Refusal(
                "NOTICE_INCOMPLETE", f"A notice {self.kind} says {name!r}.", ("W-13.1b",), values={"missing": [name]}
            )
        return self.details[name]


def line_after(kind: str, details: Mapping[str, Any], line: Line, *, kept: frozenset[str] = frozenset()) -> Line:
    """The line as a notice leaves it (W-13.1b).

    Args:
        kind: of the notice.
        details: its details.
        line: the line before it.
        kept: fields that stay as they are, since NTT has told a later day of them.

    Raises:
        Refusal: `NOTICE_INCOMPLETE`, a member of `details` is missing.
    """
    notice = _Notice(kind, details, date.min, date.min)
    changed = _LINE_FIELDS.get(kind)
    if changed is None:
        return line
    return replace(line, **{name: value for name, value in changed(notice).items() if name not in kept})


def told_also_by(kind: str) -> tuple[str, frozenset[str]] | None:
    """The other kind that tells some of the same of a line, and the fields both tell; None: no other kind does.

    What the line is in each field follows the notice of the latest day, whichever kind it is of (W-13.1b).
    """
    found = {"excluded": "discounts_changed", "discounts_changed": "excluded"}.get(kind)
    return (found, frozenset({"discounts"})) if found is not None else None


def _after(notice: _Notice, subject: Subject) -> Line:
    return line_after(notice.kind, notice.details, subject.line, kept=subject.kept)


def tested_chapter(chapter: int, carrier_area: str, home: str) -> int:
    """Whose rules a line is tested by (A-46): those of the course, or of with フレッツ II where it has left the area.

    Outside its area a with フレッツ contract only waits for an application to with フレッツ II (W-21.3): what with
    フレッツ asks of lines there matters to nobody.
    """
    return 1 if chapter == 2 and carrier_area != home else chapter


_LINE_FIELDS: dict[str, Callable[[_Notice], dict[str, Any]]] = {
    "service_type_changed": lambda notice: {"service_type": str(notice.detail("service_type"))},
    "excluded": lambda notice: {
        "billing": tuple(notice.detail("billing")),
        "discounts": tuple(notice.detail("discounts")),
    },
    "moved_operator": lambda notice: {"carrier_area": str(notice.detail("operator"))},
    "brand_changed": lambda notice: {"brand": str(notice.detail("brand"))},
    "discounts_changed": lambda notice: {
        "discounts": tuple(notice.detail("discounts")),
        "zutto_months": _zutto_months(tuple(notice.detail("discounts")), notice.details),
    },
    "tax_status_changed": lambda notice: {"tax_exempt_embassy": bool(notice.detail("tax_exempt_embassy"))},
}
"""What each kind says of the line; the other kinds say what happened to it."""


def _zutto_months(discounts: tuple[str, ...], details: Mapping[str, Any]) -> int | None:
    """Months the ずっと割引 was applied for, as told; None without the discount or where nothing is told (W-19.3)."""
    told = details.get("zutto_months")
    return int(told) if told is not None and "ZUTTO" in discounts else None


def unfit_rows(chapter: int, line: Line, on: date) -> tuple[str, ...]:
    """Every row by which the line cannot carry the contract from that day on (W-06.x, W-09.4, W-19.x, A-46).

    Args:
        chapter: of the course; the line is tested under chapter 1 too, which a change of its type leads to (W-21.2).
        line: the line.
        on: the Japan day of the test.

    Returns:
        The rows, each once; empty for a line that fits.
    """
    found = [
        row
        for each in (chapter, 1)
        if (test := eligibility(each, line, on)).outcome != "eligible"
        for row in test.articles
    ]
    if matching_course(line.service_type, on) is None:
        found.append("W-09.4" if chapter == 1 else "W-21.2")
    return tuple(dict.fromkeys(found))


def effect_of(
    kind: str, details: Mapping[str, Any], effective_on: date, subject: Subject, *, notified_on: date
) -> Decision:
    """What a notice means to a contract (W-09.3, W-09.4, W-11.1, W-11.2, W-21.2, W-21.3, W-23.1, W-23.2, A-46).

    Args:
        kind: a kind of line notice of the public interface.
        details: its details.
        effective_on: the Japan day from which NTT says it holds.
        subject: the contract.
        notified_on: the Japan day the notice arrived.

    Returns:
        Outcome `nothing`, `course_moves` (data `to_course`, from the first day of the next month), `choice_opened`,
        `choice_narrowed` (data `offered`), `ends_choice`, `needs_operator` or `line_charges` (a statement that may
        be taken). Data `waiver_case` names a case of W-12.6 the notice is evidence for.

    Raises:
        Refusal: `UNKNOWN_NOTICE`, `NOTICE_INCOMPLETE`.
        DatedError: the day is before the first edition of the rule book.
    """
    notice = _Notice(kind, details, effective_on, notified_on)
    if kind not in _EFFECTS:
        raise Refusal("UNKNOWN_NOTICE", f"{kind!r} is not a kind of line notice.", ("W-13.1b",), values={"given": kind})
    if subject.state in OVER:
        return _nothing(notice, subject, f"The contract is {subject.state}: the notice is only kept.")
    return _EFFECTS[kind](notice, subject)


@dataclass(frozen=True)
class ChoiceSchedule:
    """The dated steps of an open choice; none of them ever cancels (A-28)."""

    remind_on: tuple[date, ...]
    """Japan days of the reminders."""
    escalate_on: date
    """Japan day from which an operator is asked; the contractor may still choose afterwards."""


def choice_schedule(opened_on: date, opened_by: str) -> ChoiceSchedule:
    """When to remind and when to escalate (W-11.1, W-11.2, W-23.1, W-23.2, A-28).

    Args:
        opened_on: the Japan day the choice was opened; the days are those in force then.
        opened_by: the kind of notice that opened it, or `discontinued`.
    """
    ground = group_of(opened_by)
    reminders = terms.dated("line_notice.reminder_days", dict[str, list[int]]).on(opened_on)[ground]
    escalation = terms.dated("line_notice.escalation_days", dict[str, int]).on(opened_on)[ground]
    return ChoiceSchedule(tuple(_plus(opened_on, days) for days in reminders), _plus(opened_on, escalation))


def decide_choice(
    choice: str,
    *,
    chapter: int,
    offered: tuple[str, ...],
    received_on: date,
    holder_is_applicant: bool | None = None,
) -> Decision:
    """What the contractor's choice leads to (W-11.1, W-11.2, W-11.4, W-23.1, W-23.2, A-47).

    Args:
        choice: `continue`, `course_change` or `cancel`.
        chapter: 1 or 2.
        offered: what the open choice offers.
        received_on: the Japan day the choice arrived.
        holder_is_applicant: whether the line holder is again the contractor (W-07.1), asked for `continue`.

    Returns:
        Outcome `continue` (term unchanged, no fee event), `needs_operator` (the line is someone else's: the contract
        may be taken over), `course_change` or `cancel`. The dates of the last two follow articles 9 and 10 (or 21
        and 22) by `received_on`; a `cancel` is a cancellation for the fee (W-11.4).

    Raises:
        Refusal: `CHOICE_NOT_OFFERED`.
    """
    after_end_notice = "continue" in offered
    rows = {1: ("W-11.2" if after_end_notice else "W-11.1"), 2: ("W-23.2" if after_end_notice else "W-23.1")}
    article = rows[chapter]
    if choice not in offered:
        raise Refusal(
            "CHOICE_NOT_OFFERED", f"The choices are {', '.join(offered)}.", (article,), values={"choices": offered}
        )
    current = edition(received_on)
    if choice == "continue":
        if holder_is_applicant:
            detail = "The contract continues; its minimum term is unchanged."
            return Decision("continue", (article, "W-07.1"), received_on, current, detail)
        detail = "The line is not the contractor's: an operator decides whether the contract is taken over."
        return Decision("needs_operator", (article, "W-07.1", "X-05"), received_on, current, detail)
    if choice == "cancel":
        articles = (article, "W-11.4") if chapter == 1 else (article, "W-23.4")
        return Decision("cancel", articles, None, current, "A cancellation, dated by the day it was received.")
    follows = "W-09.1" if chapter == 1 else "W-21.1"
    return Decision("course_change", (article, follows), None, current, "A course change, applied for that day.")


def may_exchange(information: str, *, chapter: int, on: date, payment_agency_on: bool = False) -> Decision:
    """Whether a kind of information may cross between us and NTT, in either direction (W-13.1, W-25.1, W-25.1f).

    Args:
        information: `filing_status`, `line_change`, `contract_content`, `inquiry`, `payment_status` or
            `line_charges`; anything else is outside the consent.
        chapter: 1 or 2.
        on: the Japan day of the exchange.
        payment_agency_on: whether payment on behalf was in force in the month the charges are for.

    Returns:
        Outcome `allowed` or `refused`.
    """
    mirrored = ("W-25.1",) if chapter == 2 else ()
    kinds = terms.constant("line_notice.information_kinds", dict[str, str])
    if information in kinds:
        detail = "The contractor agreed to the exchange of this kind."
        return Decision("allowed", (kinds[information], *mirrored), on, edition(on), detail)
    if information == terms.constant("line_notice.information_kind_with_payment_agency", str) and chapter == 2:
        outcome = "allowed" if payment_agency_on else "refused"
        detail = "Line charges cross only where payment on behalf is in force."
        return Decision(outcome, ("W-25.1f",), on, edition(on), detail)
    detail = "The contractor did not agree to the exchange of this kind."
    return Decision("refused", mirrored or ("W-13.1",), on, edition(on), detail)


def _plus(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


def _consent(subject: Subject) -> str:
    return "W-13.1b" if subject.chapter == 1 else "W-25.1"


def _answer(notice: _Notice, outcome: str, articles: tuple[str, ...], detail: str, **data: Any) -> Decision:
    on = data.pop("on", notice.effective_on)
    return Decision(outcome, articles, on, edition(notice.effective_on), detail, data)


def _nothing(notice: _Notice, subject: Subject, detail: str, *articles: str) -> Decision:
    return _answer(notice, "nothing", (*articles, _consent(subject)), detail)


def _operator(notice: _Notice, subject: Subject, detail: str, *articles: str, **data: Any) -> Decision:
    return _answer(notice, "needs_operator", (*articles, _consent(subject)), detail, **data)


def _choice(
    notice: _Notice, subject: Subject, offered: tuple[str, ...], detail: str, *articles: str, **data: Any
) -> Decision:
    """Open a choice, unless the contract does not run yet, already ends, or already chooses among as little."""
    if subject.state in BEFORE_SERVICE:
        return _operator(notice, subject, f"{detail} The application waits for an operator.", *articles, **data)
    if subject.state == "ending":
        return _nothing(notice, subject, f"{detail} The contract is ending already and stays so.", *articles)
    if not subject.offered:
        return _answer(notice, "choice_opened", articles, detail, offered=list(offered), **data)
    left = tuple(each for each in subject.offered if each in offered)
    if left == subject.offered:
        return _nothing(notice, subject, f"{detail} A choice is open already.", *articles)
    return _answer(notice, "choice_narrowed", articles, detail, offered=list(left), **data)


def _line_lost(notice: _Notice, subject: Subject) -> Decision:
    """Termination of the line contract; a conversion (転用) ends it as a フレッツ光 contract just so."""
    offered = tuple(terms.constant("line_notice.offered_when_line_lost", list[str]))
    article = "W-11.1" if subject.chapter == 1 else "W-23.1"
    return _choice(notice, subject, offered, f"The フレッツ光 contract ended on {notice.effective_on}.", article)


def _end_notified(notice: _Notice, subject: Subject) -> Decision:
    offered = tuple(terms.constant("line_notice.offered_when_end_notified", list[str]))
    article = "W-11.2" if subject.chapter == 1 else "W-23.2"
    case = "line_name_change" if notice.detail("reason") == "name_change" and subject.chapter == 1 else None
    return _choice(notice, subject, offered, "NTT notified the end of the service.", article, waiver_case=case)


def _name_changed(notice: _Notice, subject: Subject) -> Decision:
    detail = "The line's holder changed: an operator checks whether the contractor still holds it."
    return _operator(notice, subject, detail, "W-07.1")


def _unusable(notice: _Notice, subject: Subject) -> Decision:
    """A line that cannot be used; only a loss nobody can blame on the contractor matters, and only to a fee."""
    if subject.chapter == 2:
        return _nothing(notice, subject, "Chapter 2 has no fee to waive.", "W-23.4")
    if notice.detail("attributable"):
        return _nothing(notice, subject, "The contractor caused the loss: no waiver rests on it.", "W-12.6c")
    detail = "The line became unusable through no fault of the contractor: a waiver may follow a course change."
    return _operator(notice, subject, detail, "W-12.6c", waiver_case="line_unusable")


def _service_type_changed(notice: _Notice, subject: Subject) -> Decision:
    """Move to the matching course (W-09.3, W-21.2), or ask when NTT itself changed the type (W-04.2, A-38).

    The line is tested against article 6 in either chapter: the course it moves to is one of chapter 1 (A-46).
    """
    line = _after(notice, subject)
    by = _by(notice)
    change = course_after_type_change(subject.course, line.service_type, notice.notified_on, notice.effective_on, by)
    test = eligibility(1, line, notice.effective_on)
    if change.outcome == "choice" or test.outcome != "eligible":
        rows = test.articles if test.outcome != "eligible" else ()
        rows = tuple(dict.fromkeys((*change.articles, *rows, "W-11.1" if subject.chapter == 1 else "W-23.1")))
        offered = tuple(terms.constant("line_notice.offered_when_line_lost", list[str]))
        return _choice(notice, subject, offered, "No course matches the line any more.", *rows)
    to_course = change.data["course"]
    if change.outcome == "unchanged":
        return _eligible_again(notice, subject) or _nothing(notice, subject, change.detail, *change.articles)
    if subject.state in BEFORE_SERVICE:
        detail = f"The line became {line.service_type} during the application; the course may be switched."
        return _operator(notice, subject, detail, "W-04.2", "X-05", to_course=to_course)
    if change.outcome == "needs_operator":
        # Whatever course an operator finds for it, what only said that the line does not fit has gone.
        chapter = tested_chapter(subject.chapter, line.carrier_area, subject.home)
        fits = eligibility(chapter, line, notice.effective_on).outcome == "eligible"
        ends = _eligible_again(notice, subject) if fits else None
        return ends or _operator(notice, subject, change.detail, *change.articles, "X-05", to_course=to_course)
    articles = change.articles if subject.chapter == 1 else (*change.articles, "W-24.4")
    return _answer(notice, "course_moves", articles, change.detail, to_course=to_course, on=change.effective_on)


def _moved_operator(notice: _Notice, subject: Subject) -> Decision:
    """A move across the East/West border: an application to with フレッツ II for chapter 2 only (W-21.3)."""
    decision = _retested(notice, subject)
    if decision.outcome != "nothing" or subject.chapter != 2 or notice.detail("operator") == subject.home:
        return decision
    if subject.applied_for:
        detail = "The line moved across the areas: the change to with フレッツ II is ahead already."
        return _nothing(notice, subject, detail, "W-21.3")
    return _application_needed(notice, subject)


def _application_needed(notice: _Notice, subject: Subject) -> Decision:
    detail = "The line moved across the areas: with フレッツ needs an application to with フレッツ II."
    return _operator(notice, subject, detail, "W-21.3")


def asked_besides(
    kind: str, details: Mapping[str, Any], effective_on: date, subject: Subject, *, notified_on: date
) -> Decision | None:
    """What an operator is asked beside what a notice means to the choice (W-04.2, W-21.3, A-38); None: nothing.

    A change that NTT made itself is an operator's, and a move across the areas needs an application, also where the
    line does not fit just then, or fits again: what else is wrong with it may come and go in any order.

    Args:
        kind: as `effect_of`.
        details: as `effect_of`.
        effective_on: as `effect_of`.
        subject: as `effect_of`.
        notified_on: as `effect_of`.

    Returns:
        Outcome `needs_operator`.
    """
    notice = _Notice(kind, details, effective_on, notified_on)
    if subject.state not in {"active", "choosing"}:
        return None
    if kind == "moved_operator":
        crosses = subject.chapter == 2 and notice.detail("operator") != subject.home
        return _application_needed(notice, subject) if crosses and not subject.applied_for else None
    if kind not in {"service_type_changed", "brand_changed"} or _by(notice) != "ntt":
        return None
    line = _after(notice, subject)
    if kind == "brand_changed":
        listed = line.brand in terms.dated("eligibility.listed_brands", list[str]).on(effective_on)
        return _brand_to_confirm(notice, subject) if listed else None
    change = course_after_type_change(subject.course, line.service_type, notified_on, effective_on, "ntt")
    if change.outcome != "needs_operator":
        return None
    return _operator(notice, subject, change.detail, *change.articles, "X-05", to_course=change.data["course"])


def _retested(notice: _Notice, subject: Subject) -> Decision:
    """Test the line again; an exclusion that arises later opens the choice of a lost line (A-46)."""
    line = _after(notice, subject)
    chapter = tested_chapter(subject.chapter, line.carrier_area, subject.home)
    test = eligibility(chapter, line, notice.effective_on)
    if test.outcome == "eligible":
        return _eligible_again(notice, subject) or _nothing(notice, subject, "The line stays eligible.")
    return _excluded(notice, subject, *test.articles)


def _excluded(notice: _Notice, subject: Subject, *articles: str) -> Decision:
    """What an exclusion that arises later opens: the choice of a lost line, or an operator's task (A-46)."""
    detail = "The line is excluded from the service."
    article = "W-11.1" if subject.chapter == 1 else "W-23.1"
    if terms.dated("line_notice.later_exclusion", str).on(notice.effective_on) == "operator":
        return _operator(notice, subject, detail, *articles, article, "X-05")
    offered = tuple(terms.constant("line_notice.offered_when_line_lost", list[str]))
    return _choice(notice, subject, offered, detail, *articles, article)


def _brand_changed(notice: _Notice, subject: Subject) -> Decision:
    """Another brand of the line (A-38): tested again; a move by NTT itself is an operator's to confirm (F-26).

    The course follows the service type, not the brand. So a change by the contractor leaves an eligible line as it
    is, and the operator who confirms NTT's own change is shown the course that matches the line then.
    """
    by = _by(notice)
    decision = _retested(notice, subject)
    if by == "customer" or decision.outcome != "nothing" or subject.state == "ending":
        return decision
    return _brand_to_confirm(notice, subject)


def _brand_to_confirm(notice: _Notice, subject: Subject) -> Decision:
    line = _after(notice, subject)
    to_course = matching_course(line.service_type, notice.effective_on)
    rule = "W-09.3" if subject.chapter == 1 else "W-21.2"
    detail = (
        f"NTT made the line {line.brand} of its own accord: an operator confirms the course and tells the contractor."
    )
    return _operator(notice, subject, detail, "W-04.2", rule, "X-05", to_course=to_course)


def _by(notice: _Notice) -> str:
    by = str(notice.detail("by"))
    if by not in {"customer", "ntt"}:
        raise Refusal("NOTICE_INCOMPLETE", "A line is changed by 'customer' or 'ntt'.", ("W-13.1b",))
    return by


def _eligible_again(notice: _Notice, subject: Subject) -> Decision | None:
    """Close a choice that an exclusion had opened, once the line fits again (A-46)."""
    if subject.state != "choosing" or subject.choice_opened_by not in OPENED_BY_THE_LINE:
        return None
    detail = "The line fits the course again: nothing is left to choose."
    article = "W-06.1" if subject.chapter == 1 else "W-19.1"
    return _answer(notice, "ends_choice", (article, _consent(subject)), detail)


def _club_only(notice: _Notice, subject: Subject) -> Decision:
    return _nothing(notice, subject, "にねん割 is between the contractor and NTT.")


def _line_statement(notice: _Notice, subject: Subject) -> Decision:
    """A statement of line charges may be taken only while payment on behalf is in force (W-25.1f)."""
    agency_on = subject.payment_agency_on
    test = may_exchange("line_charges", chapter=subject.chapter, on=notice.effective_on, payment_agency_on=agency_on)
    outcome = "line_charges" if test.outcome == "allowed" else "nothing"
    return _answer(notice, outcome, test.articles, test.detail)


_EFFECTS: dict[str, Callable[[_Notice, Subject], Decision]] = {
    "service_type_changed": _service_type_changed,
    "terminated": _line_lost,
    "conversion": _line_lost,
    "end_notified": _end_notified,
    "name_changed": _name_changed,
    "unusable": _unusable,
    "excluded": _retested,
    "brand_changed": _brand_changed,
    "discounts_changed": _retested,
    "tax_status_changed": _retested,
    "moved_operator": _moved_operator,
    "ninen_wari_started": _club_only,
    "ninen_wari_cancelled": _club_only,
    "line_statement": _line_statement,
}
