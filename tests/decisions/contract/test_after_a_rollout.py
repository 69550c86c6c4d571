"""A life that turns out to have gone on over the day of a rollout takes part in it from that day (W-C1.5, W-14.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from models.messages.contract.rollout import RolloutStep, operation_id

Moment = Callable[[str], datetime]

MERGER = RolloutStep(
    op=operation_id("R1"),
    actor="rollout",
    rollout_id="R1",
    kind="course_merge",
    courses=["W2_MANSION_H"],
    to_course="W2_MANSION",
    announced_on=date(2018, 4, 20),
    effective_on=date(2018, 6, 1),
)

CANCELLATION = ("cancel", "2018-05-20 10:00", {"channel": "paper", "received_at": "2018-05-20T10:00:00+09:00"})
TERMINATION = ("terminate", "2018-05-15 10:00", {"effective_on": "2018-05-15", "reason_code": "breach"})
ON_THE_LAST_DAY = ("terminate", "2018-05-31 10:00", {"effective_on": "2018-05-31", "reason_code": "breach"})

IMPORTED: dict[str, Any] = {
    "contract_id": "K1",
    "person_id": "P1",
    "line_key": "L1",
    "course": "W2_MANSION_H",
    "applied_on": "2016-06-10",
    "service_start_on": "2016-06-20",
    "minimum_term_end_on": "2018-12-31",
    "line": {"operator": "EAST", "brand": "NEXT", "service_type": "MANSION"},
}


@pytest.fixture
def on_the_old_course(new_life: Callable[..., Any], moment: Moment) -> Any:
    """In force on マンション H, with a term to 2018-12-31."""
    life = new_life()
    told = life.ask("import", moment("2018-04-21 10:00"), **IMPORTED)
    assert told.refused is None, told.refused
    return life


def ended(life: Any, moment: Moment, name: str, at: str, fields: dict[str, Any]) -> int:
    """An end before the merger, and the merger carried out meanwhile without it; gives the entry that ended it."""
    told = life.ask(name, moment(at), **fields)
    assert told.refused is None, told.refused
    seq = next(entry.seq for entry in told.entries if entry.event == name)
    life.pass_to(moment("2018-06-02 10:00"))
    assert life.now.state == "ended"
    life.facts["rollouts"] = [MERGER]
    return int(seq)


def courses(life: Any) -> list[tuple[str, date]]:
    """Every course of the life since it came to us, with its first day."""
    return [(each.course, each.from_on) for each in life.now.course_history]


def steps(life: Any) -> list[tuple[str, str]]:
    """What stands in the log of rollouts."""
    gone = {seq for entry in life.log for seq in entry.voids}
    return [
        (entry.event, entry.decision["outcome"])
        for entry in life.log
        if entry.seq not in gone and entry.op.startswith("rollout/")
    ]


@pytest.mark.parametrize(("name", "at", "fields"), [CANCELLATION, TERMINATION, ON_THE_LAST_DAY])
def test_an_end_before_a_merger_corrected_after_it_leaves_the_contract_merged(
    on_the_old_course: Any, moment: Moment, name: str, at: str, fields: dict[str, Any]
) -> None:
    """Over before 2018-06-01, corrected on 07-10: on マンション from 06-01, with an entry of its own, and told so."""
    life = on_the_old_course
    seq = ended(life, moment, name, at, fields)
    told = life.ask("correct", moment("2018-07-10 10:00"), voids=seq, reason_code="entry_error")
    assert told.refused is None
    assert (life.now.state, life.now.course) == ("active", "W2_MANSION")
    assert courses(life)[-1] == ("W2_MANSION", date(2018, 6, 1))
    assert (life.on("2018-05-31").course, life.on("2018-06-01").course) == ("W2_MANSION_H", "W2_MANSION")
    assert steps(life) == [("course_merge", "moved")]
    comes = [each["becomes"] for each in told.answer.decision["revises"] if each["was"] is None]
    assert [(each["event"], each["effective_on"]) for each in comes] == [("course_merge", "2018-06-01")]
    (letter,) = [message for _, message in told.outgoing if message.name == "told_again"]
    assert letter.data["course"] == "W2_MANSION"


def test_told_again_and_corrected_again_the_merger_stands_once(on_the_old_course: Any, moment: Moment) -> None:
    """Corrected, terminated again before the merger, corrected again: skipped in between, moved once at the end."""
    life = on_the_old_course
    seq = ended(life, moment, *TERMINATION)
    life.ask("correct", moment("2018-07-10 10:00"), voids=seq, reason_code="entry_error")
    again = life.ask("terminate", moment("2018-07-11 10:00"), approved=True, **TERMINATION[2])
    assert (life.now.state, steps(life)) == ("ended", [("course_merge", "skipped")])
    seq = next(entry.seq for entry in again.entries if entry.event == "terminate")
    life.ask("correct", moment("2018-07-12 10:00"), voids=seq, reason_code="entry_error")
    assert (life.now.course, steps(life)) == ("W2_MANSION", [("course_merge", "moved")])


def test_a_merger_that_was_corrected_away_does_not_come_back(on_the_old_course: Any, moment: Moment) -> None:
    """An operator took this contract out of the merger: what is decided again later leaves it so."""
    life = on_the_old_course
    ended_by = ended(life, moment, *CANCELLATION)
    life.ask("correct", moment("2018-07-10 10:00"), voids=ended_by, reason_code="entry_error")
    seq = next(entry.seq for entry in life.log if entry.event == "course_merge")
    life.ask("correct", moment("2018-07-11 10:00"), voids=seq, reason_code="other")
    life.ask("cancel", moment("2018-07-12 10:00"), approved=True, **CANCELLATION[2])
    seq = next(entry.seq for entry in reversed(life.log) if entry.event == "cancel")
    life.ask("correct", moment("2018-07-13 10:00"), voids=seq, reason_code="entry_error")
    assert (life.now.state, life.now.course, steps(life)) == ("active", "W2_MANSION_H", [])


def test_an_end_that_stays_before_the_merger_has_no_part_in_it(on_the_old_course: Any, moment: Moment) -> None:
    """An earlier end told late leaves it over before the day: no entry is made of a merger that does not reach it."""
    life = on_the_old_course
    ended(life, moment, *CANCELLATION)
    life.ask("terminate", moment("2018-07-10 10:00"), approved=True, **TERMINATION[2])
    assert (life.now.end_on, life.now.course, steps(life)) == (date(2018, 5, 15), "W2_MANSION_H", [])


def test_a_contract_that_had_left_long_before_comes_back_into_what_is_left(
    on_the_old_course: Any, moment: Moment
) -> None:
    """Gone to COLLABO before the rollout was announced, so never among its contracts; the change is corrected after."""
    life = on_the_old_course
    at = moment("2018-04-22 10:00")
    told = life.ask("request_course_change", at, to_course="COLLABO", channel="online", received_at=at)
    seq = told.entries[0].seq
    life.pass_to(moment("2018-06-02 10:00"))
    assert life.now.course == "COLLABO"
    life.facts["rollouts"] = [MERGER]
    life.ask("correct", moment("2018-07-10 10:00"), voids=seq, reason_code="entry_error")
    assert (life.now.course, steps(life)) == ("W2_MANSION", [("course_merge", "moved")])


def test_an_end_told_again_for_a_day_after_the_merger_ends_the_new_course(
    on_the_old_course: Any, moment: Moment
) -> None:
    """Terminated by 05-15 in error, corrected, rightly terminated by 06-20: on マンション from 06-01 to 06-20."""
    life = on_the_old_course
    seq = ended(life, moment, *TERMINATION)
    life.ask("correct", moment("2018-07-10 10:00"), voids=seq, reason_code="entry_error")
    life.ask("terminate", moment("2018-07-10 11:00"), effective_on="2018-06-20", reason_code="breach", approved=True)
    assert (life.now.state, life.now.course, life.now.end_on) == ("ended", "W2_MANSION", date(2018, 6, 20))
    assert life.on("2018-06-10").course == "W2_MANSION"


def test_changed_terms_and_a_discontinuation_reach_who_comes_back_as_well(
    on_the_old_course: Any, moment: Moment
) -> None:
    """The other two kinds of a rollout: the notice it rests on is kept, and the choice is open, with its letter."""
    life = on_the_old_course
    seq = ended(life, moment, *CANCELLATION)
    terms = MERGER.model_copy(
        update={"op": operation_id("R0"), "rollout_id": "R0", "kind": "terms_change", "to_course": None}
    )
    gone = terms.model_copy(update={"op": operation_id("R2"), "rollout_id": "R2", "kind": "discontinue"})
    life.facts["rollouts"] = [gone, terms]
    told = life.ask("correct", moment("2018-06-05 10:00"), voids=seq, reason_code="entry_error")
    assert sorted(steps(life)) == [("discontinue", "choice_opened"), ("terms_change", "terms_changed")]
    assert (life.now.state, list(life.now.terms_changes)) == ("choosing", ["R0"])
    assert "COURSE_DISCONTINUED" in life.now.tasks
    assert [message.name for _, message in told.outgoing].count("choice_request") == 1


def test_an_application_keyed_in_after_a_merger_is_on_the_course_that_is_left(
    new_life: Callable[..., Any], moment: Moment, application: dict[str, Any]
) -> None:
    """Arrived on 2017-05-20 for ファミリーライト, keyed in on 06-10: the merger of 06-01 had not known of it."""
    life = new_life()
    life.facts["rollouts"] = [
        MERGER.model_copy(
            update={
                "courses": ["W2_FAMILY_LIGHT"],
                "to_course": "W2_FAMILY",
                "announced_on": date(2017, 4, 20),
                "effective_on": date(2017, 6, 1),
            }
        )
    ]
    arrived: dict[str, Any] = {
        "course": "W2_FAMILY_LIGHT",
        "channel": "paper",
        "received_at": "2017-05-20T10:00:00+09:00",
    }
    arrived["consents"] = {**application["consents"], "general_terms": "2017-02-01", "course_terms": "2017-02-01"}
    told = life.ask("apply", moment("2017-06-10 10:00"), **{**application, **arrived})
    assert told.answer.decision["outcome"] == "accepted", told.answer
    assert (life.now.applied_course, life.now.course) == ("W2_FAMILY_LIGHT", "W2_FAMILY")
    assert steps(life) == [("course_merge", "moved")]
