"""Contracts that exist already enter as running ones."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from models.messages.contract.rollout import RolloutStep

if TYPE_CHECKING:
    from collections.abc import Callable

RUNNING: dict[str, Any] = {
    "contract_id": "K1",
    "person_id": "P1",
    "line_key": "L1",
    "course": "W2_FAMILY",
    "applied_on": "2017-08-01",
    "service_start_on": "2017-08-10",
    "minimum_term_end_on": "2019-07-31",
    "line": {"operator": "EAST"},
}
W1 = {
    "course": "W1_FAMILY",
    "applied_on": "2009-04-01",
    "service_start_on": "2009-04-20",
    "minimum_term_end_on": None,
    "payment_agency": True,
}


def enter(new_life: Callable[[], Any], moment: Callable[[str], Any], **changes: Any) -> tuple[Any, Any]:
    """A life that begins with an import on 2018-05-20, and the outcome."""
    life = new_life()
    return life, life.ask("import", moment("2018-05-20 09:00"), **RUNNING | changes)


def test_a_running_contract_is_active_with_its_term(new_life: Callable[[], Any], moment: Callable[[str], Any]) -> None:
    """The term ends on the day named and its start is counted back 24 months (W-12.1)."""
    life, outcome = enter(new_life, moment)
    assert outcome.answer.decision["outcome"] == "imported"
    state = life.now
    assert (state.state, state.chapter, state.course) == ("active", 1, "W2_FAMILY")
    term = state.minimum_term
    assert (term.start_on, term.end_on, term.source) == (date(2017, 8, 1), date(2019, 7, 31), "application")
    assert state.held_from == date(2018, 5, 20)
    assert life.on("2017-08-10").state == "active"
    assert life.on("2017-08-09") is None


def test_without_a_last_day_there_is_no_term(new_life: Callable[[], Any], moment: Callable[[str], Any]) -> None:
    """Null means none."""
    life, _ = enter(new_life, moment, minimum_term_end_on=None)
    assert life.now.minimum_term is None


def test_with_flets_enters_with_payment_on_behalf(new_life: Callable[[], Any], moment: Callable[[str], Any]) -> None:
    """Chapter 2 enters by import, payment on behalf on since its service start (W-24.1)."""
    life, _ = enter(new_life, moment, **W1)
    agency = life.now.payment_agency
    assert (life.now.chapter, agency.state, agency.since) == (2, "on", date(2009, 4, 20))


def test_other_courses_enter_outside_the_chapters(new_life: Callable[[], Any], moment: Callable[[str], Any]) -> None:
    """光コラボ enters with its own term and no chapter of this book."""
    life, _ = enter(new_life, moment, course="COLLABO", minimum_term_end_on="2019-08-31")
    assert (life.now.state, life.now.chapter, life.now.minimum_term.end_on) == ("active", 0, date(2019, 8, 31))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"course": "NO_SUCH"}, "UNKNOWN_COURSE"),
        ({"course": "W2_FAMILY_OLD"}, "COURSE_NOT_CURRENT"),
        ({**W1, "course": "W1_WIRELESS_FAMILY"}, "COURSE_NOT_IN_AREA"),
        ({"course": "W2_MANSION"}, "COURSE_DOES_NOT_MATCH_LINE"),
        ({**W1, "applied_on": "2010-02-01", "service_start_on": "2010-02-10"}, "COURSE_CLOSED"),
        ({**W1, "minimum_term_end_on": "2019-07-31"}, "NO_TERM_IN_CHAPTER_TWO"),
        ({"payment_agency": True}, "PAYMENT_AGENCY_NOT_OFFERED"),
        ({"service_start_on": "2018-05-21"}, "IN_THE_FUTURE"),
        ({"service_start_on": "2017-07-31"}, "BEFORE_APPLICATION"),
        ({"minimum_term_end_on": "2017-08-09"}, "TERM_BEFORE_SERVICE_START"),
        ({"minimum_term_end_on": "2017-08-10"}, "TERM_ENDS_INSIDE_MONTH"),
        ({"minimum_term_end_on": "2019-07-30"}, "TERM_ENDS_INSIDE_MONTH"),
        ({"course": "COLLABO", "minimum_term_end_on": "2019-08-30"}, "TERM_ENDS_INSIDE_MONTH"),
    ],
)
def test_what_cannot_exist_does_not_enter(
    new_life: Callable[[], Any], moment: Callable[[str], Any], changes: dict[str, Any], code: str
) -> None:
    """A line that contradicts the documents is refused and leaves nothing."""
    life, outcome = enter(new_life, moment, **changes)
    assert outcome.refused.code == code
    assert outcome.refused.articles
    assert life.log == []


@pytest.mark.parametrize(
    "changes",
    [
        {**W1, "applied_on": "2010-01-31", "service_start_on": "2010-02-10"},
        {"service_start_on": "2018-05-20"},
        {"service_start_on": "2017-08-01"},
        {"minimum_term_end_on": "2017-08-31"},
        {"minimum_term_end_on": "2020-02-29"},
        {**W1, "course": "W1_WIRELESS_FAMILY", "line": {"operator": "WEST"}},
    ],
)
def test_the_near_side_of_those_bounds_enters(
    new_life: Callable[[], Any], moment: Callable[[str], Any], changes: dict[str, Any]
) -> None:
    """The last possible day of each enters."""
    life, _ = enter(new_life, moment, **changes)
    assert life.now.state == "active"


def test_a_taken_line_is_refused(new_life: Callable[[], Any], moment: Callable[[str], Any]) -> None:
    """One contract per line (W-03.1)."""
    life = new_life()
    life.facts = {"line_taken": True}
    assert life.ask("import", moment("2018-05-20 09:00"), **RUNNING).refused.code == "LINE_TAKEN"


def test_it_enters_once(new_life: Callable[[], Any], moment: Callable[[str], Any]) -> None:
    """A contract that exists cannot be imported into."""
    life, _ = enter(new_life, moment)
    assert life.ask("import", moment("2018-05-20 09:01"), **RUNNING).refused.status == 409


LETTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "moves": ("relocate", {"to_operator": "WEST", "received_at": "2018-03-18T10:00:00+09:00"}),
    "cancels": ("cancel", {"channel": "paper", "received_at": "2018-03-30T10:00:00+09:00"}),
    "terminated": ("terminate", {"effective_on": "2018-03-15", "reason_code": "breach"}),
    "leaves": (
        "request_course_change",
        {"to_course": "COLLABO", "channel": "online", "received_at": "2018-04-15T10:00:00+09:00"},
    ),
    "agreed": (
        "request_course_change",
        {
            "to_course": "DOCOMO",
            "channel": "online",
            "received_at": "2018-03-20T10:00:00+09:00",
            "change_on": "2018-04-20",
        },
    ),
}
"""Letters that arrived in March and April, keyed in in June."""


@pytest.mark.parametrize("letters", list(permutations(LETTERS, 2)))
def test_letters_from_before_the_import_are_decided_by_their_days_and_not_by_that_of_the_import(
    new_life: Callable[[], Any], moment: Callable[[str], Any], letters: tuple[str, str]
) -> None:
    """Taken over on 2018-03-01 or on 05-20: the same two letters make the same life, whichever is keyed in first."""
    lives = []
    for day in ("2018-03-01", "2018-05-20"):
        life = new_life()
        life.ask("import", moment(f"{day} 09:00"), **RUNNING)
        told = [
            life.ask(LETTERS[each][0], moment(f"2018-06-05 1{index}:00"), approved=True, **LETTERS[each][1])
            for index, each in enumerate(letters)
        ]
        life.pass_to(moment("2018-06-06 10:00"))
        codes = [each.refused.code if each.refused else None for each in told]
        lives.append((codes, life.now.model_dump(exclude={"held_from", "latest"})))
    assert lives[0] == lives[1]


def test_a_change_asked_for_after_a_termination_before_the_import_has_no_contract_to_change(
    new_life: Callable[[], Any], moment: Callable[[str], Any]
) -> None:
    """Terminated by 2018-03-15, a change asked for on 04-15, taken over on 05-20: it is over since 03-15."""
    life, _ = enter(new_life, moment)
    life.ask("request_course_change", moment("2018-06-05 10:00"), **LETTERS["leaves"][1])
    life.ask("terminate", moment("2018-06-05 11:00"), approved=True, **LETTERS["terminated"][1])
    assert (life.now.state, life.now.course, life.now.end_on) == ("ended", "W2_FAMILY", date(2018, 3, 15))


GONE: dict[str, Any] = {"rollout_id": "R1", "on": "2018-05-20"}


@pytest.mark.parametrize("running", [{}, {**W1, "line": {"operator": "EAST"}}])
def test_a_contract_on_a_course_discontinued_by_its_import_is_an_operator_s_task(
    new_life: Callable[[], Any], moment: Callable[[str], Any], running: dict[str, Any]
) -> None:
    """It enters active, whatever was asked of its contractor elsewhere; the task goes with the course (W-14.1)."""
    life = new_life()
    life.facts["ended"] = GONE
    told = life.ask("import", moment("2018-05-20 09:00"), **RUNNING | running).answer.decision
    assert (life.now.state, life.now.choice, list(life.now.tasks)) == ("active", None, ["COURSE_DISCONTINUED"])
    assert ("W-26.1" if running else "W-14.1") in told["articles"]
    at = moment("2018-05-21 10:00")
    life.ask("request_course_change", at, to_course="DOCOMO", channel="online", received_at=at)
    life.pass_to(moment("2018-06-01 00:00"))
    assert (life.now.course, life.now.tasks) == ("DOCOMO", {})


def test_a_contract_on_a_course_merged_by_its_import_enters_as_what_became_of_it(
    new_life: Callable[[], Any], moment: Callable[[str], Any]
) -> None:
    """`course` is the course on the import day: one that a rollout has merged is none, as with the catalogue's own."""
    life = new_life()
    life.facts["ended"] = {**GONE, "to_course": "W1_MANSION_2"}
    merged = {**W1, "course": "W1_MANSION_1", "line": {"operator": "EAST", "service_type": "MANSION"}}
    refused = life.ask("import", moment("2018-05-20 09:00"), **RUNNING | merged).refused
    assert (refused.code, refused.values["course"]) == ("COURSE_NOT_CURRENT", "W1_MANSION_2")
    life.facts.clear()
    life.ask("import", moment("2018-05-20 10:00"), **RUNNING | merged | {"course": "W1_MANSION_2"})
    assert (life.now.state, life.now.tasks) == ("active", {})


def test_what_rollouts_did_by_the_day_of_the_import_is_in_what_it_tells(
    new_life: Callable[[], Any], moment: Callable[[str], Any]
) -> None:
    """Discontinued on 2018-05-01, taken over on 05-20: a letter from before it does not ask for a choice."""
    life, _ = enter(new_life, moment)
    gone = {"rollout_id": "R1", "kind": "discontinue", "courses": ["W2_FAMILY"], "announced_on": "2018-03-01"}
    life.facts["rollouts"] = [
        RolloutStep.model_validate({**gone, "op": "rollout/R1", "actor": "rollout", "effective_on": "2018-05-01"})
    ]
    life.ask("relocate", moment("2018-06-05 10:00"), **LETTERS["moves"][1])
    assert (life.now.state, life.now.choice) == ("active", None)
