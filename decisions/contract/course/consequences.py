"""What a course change costs and which minimum term follows (article 12 paragraphs 1 to 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from decisions.contract.changed import Values
from decisions.contract.money.fee import fee_decision
from models.messages.contract.contract import ContractState
from rules.citation import Decision
from rules.contract import minimum_term
from rules.contract.minimum_term import MinimumTerm
from rules.courses import course


@dataclass(frozen=True)
class Consequences:
    """What a change brings on its day."""

    money: Decision
    term: MinimumTerm | None
    articles: tuple[str, ...]
    carries: bool
    """Whether the term goes to a course outside this book (W-12.3b)."""


def consequences_of(state: ContractState, to_course: str, change_on: date, received_on: date) -> Consequences:
    """Fee and minimum term of a change on that day (W-12.1a to c, W-12.2a, W-12.2b, W-12.3a, b, d, W-23.4)."""
    money = fee_decision(state, change_on, "course_change", to_course=to_course)
    if course.chapter_of(to_course) == 1:
        term, articles = _term_in_chapter_one(state, change_on, received_on, money)
        return Consequences(money, term, (*money.articles, *articles), carries=False)
    carried = money.data.get("carried") if money.outcome == "carried" else None
    if carried is None or not carried["months"] or state.minimum_term is None:
        return Consequences(money, None, money.articles, carries=False)
    term = MinimumTerm(minimum_term.carried_from(change_on), state.minimum_term.end_on, state.minimum_term.source)
    return Consequences(money, term, money.articles, carries=True)


def _term_in_chapter_one(
    state: ContractState, change_on: date, received_on: date, money: Decision
) -> tuple[MinimumTerm | None, tuple[str, ...]]:
    """The term with フレッツ II begins with; what is carried comes along whatever service carried it (W-12.3b2)."""
    end_on = state.minimum_term.end_on if state.minimum_term else None
    ruling = minimum_term.for_course_change(received_on, change_on, state.course, end_on)
    if ruling.data["minimum_term"] is None and money.outcome == "carried":
        ruling = minimum_term.for_course_change(received_on, change_on, "COLLABO", end_on)
    found = ruling.data["minimum_term"]
    if found is None:
        return None, ruling.articles
    first, last = date.fromisoformat(found["start_on"]), date.fromisoformat(found["end_on"])
    return MinimumTerm(first, last, found["source"]), ruling.articles


def moved_term(state: ContractState, moved_on: date) -> Values:
    """What a move within with フレッツ II does to the term: fields to set, none where it stays as it is (A-41)."""
    own = state.minimum_term
    term = MinimumTerm(own.start_on, own.end_on, own.source) if own is not None and state.chapter == 1 else None
    ruling = minimum_term.after_move_within_chapter(term, moved_on)
    return {"minimum_term": ruling.data["minimum_term"]} if ruling.outcome == "set" else {}
