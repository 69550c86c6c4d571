"""Contracts that take part in a rollout after its pages have passed them over, on PostgreSQL (W-C1.5, W-14.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from activities.rows.rollout import _leave_out, _select
from api.doors.dry_run import dry_decision
from decisions.registry import DOMAINS
from models.messages.contract.contract import workflow_id
from models.said import said
from models.tables.clock import Clock
from models.tables.contract.contract import Contract
from models.tables.log import Entity
from models.tables.rollout import Rollout, RolloutTarget
from service.healing.left_behind import LeftBehindContracts
from service.verify import differences
from store.facts.looked_up import standing
from store.rollouts import begin_alone, begun, ended_courses, step_of
from tests.activities.statements.book import Book, D, at_now, moment

NOW = "2018-07-10"
AT = "2018-05-15T08:00:00+09:00"
MOVED = ("done", "moved")


@pytest.fixture
def mansion(book: Book) -> Book:
    """On マンション H since 2016, with a term to 2018-12-31."""
    book.record(
        "K1",
        "import",
        "2018-04-21",
        contract_id="K1",
        course="W2_MANSION_H",
        applied_on="2016-06-10",
        service_start_on="2016-06-20",
        minimum_term_end_on="2018-12-31",
        line={"operator": "EAST", "brand": "NEXT", "service_type": "MANSION"},
    )
    return book


def announced(book: Book) -> None:
    """The merger, with the contracts it reaches by then."""
    with Session(book.engine) as session, session.begin():
        session.add(
            Rollout(
                rollout_id="R1",
                kind="course_merge",
                state="announced",
                courses=["W2_MANSION_H"],
                to_course="W2_MANSION",
                announced_on=D("2018-04-20"),
                effective_on=D("2018-06-01"),
                articles=["W-C1.5"],
                created_at=moment("2018-04-20"),
            )
        )
        session.flush()
        _select(session, "R1", ["W2_MANSION_H"], D("2018-06-01"))


def carried_out(book: Book) -> None:
    """The day has come; contracts that are over by then are left out."""
    with Session(book.engine) as session, session.begin():
        row = session.get_one(Rollout, "R1")
        row.begun_at, row.state = datetime(2018, 5, 31, 15, tzinfo=UTC), "finished"
        session.flush()
        _select(session, "R1", ["W2_MANSION_H"], D("2018-06-01"))
        _leave_out(session, "R1", D("2018-06-01"), moment("2018-06-01"))


def target(book: Book) -> tuple[str, str | None] | None:
    """What the rollout's list says of the contract."""
    with Session(book.engine) as session:
        row = session.get(RolloutTarget, ("R1", "K1"))
        return None if row is None else (row.state, row.outcome)


def course(book: Book) -> tuple[str, str]:
    """State and course in the contract's row."""
    with Session(book.engine) as session:
        row = session.get_one(Contract, "K1")
        return row.state, row.course


def dry(book: Book, name: str, **said: Any) -> dict[str, Any]:
    """The answer of a dry run, at business now."""
    with Session(book.engine) as session:
        session.merge(Clock(id=1, offset_s=0.0, frozen_at=moment(NOW)))
        session.flush()
        command = DOMAINS["contract"].commands[name].command.model_validate({"actor": "test", **said})
        answer = dry_decision(session, "contract", workflow_id("K1"), name, command)
        session.rollback()
    return answer.decision


@pytest.mark.parametrize("announced_before_the_end", [True, False])
def test_a_contract_left_out_as_over_is_moved_once_its_end_is_corrected(
    mansion: Book, *, announced_before_the_end: bool
) -> None:
    """Dry run and answer show the move of 06-01; the contract's row and the rollout's list say it afterwards."""
    if announced_before_the_end:
        announced(mansion)
    mansion.record("K1", "terminate", "2018-05-15", effective_on="2018-05-15", reason_code="breach")
    mansion.timer("K1", "2018-05-16")
    if not announced_before_the_end:
        announced(mansion)
    carried_out(mansion)
    assert (course(mansion), target(mansion)) == (
        ("ended", "W2_MANSION_H"),
        ("skipped", "skipped") if announced_before_the_end else None,
    )
    said = {"voids": 2, "reason_code": "entry_error"}
    tried = dry(mansion, "correct", **said)
    recorded = mansion.record("K1", "correct", NOW, **said)
    assert recorded.answer is not None
    assert {key: tried[key] for key in ("revises", "money")} == {
        key: recorded.answer.decision[key] for key in ("revises", "money")
    }
    comes = [each["becomes"]["event"] for each in tried["revises"] if each["was"] is None]
    assert comes == ["course_merge"]
    assert (course(mansion), target(mansion)) == (("active", "W2_MANSION"), MOVED)


def test_who_comes_back_by_a_late_application_takes_part_and_is_listed(mansion: Book) -> None:
    """With COLLABO on the day of changed terms; the application to be back by the day before it is keyed in after."""
    changes = [("2018-05-02", "COLLABO", "2018-05-10"), ("2018-05-15", "W2_MANSION", "2018-05-25")]
    away, back = (
        {"to_course": to, "channel": "paper", "received_at": f"{on}T10:00:00+09:00", "change_on": day}
        for on, to, day in changes
    )
    mansion.record("K1", "request_course_change", "2018-05-02T11:00:00+09:00", **away)
    mansion.timer("K1", "2018-05-20")
    announced(mansion)
    with Session(mansion.engine) as session, session.begin():
        row = session.get_one(Rollout, "R1")
        row.kind, row.courses, row.to_course = "terms_change", ["W2_MANSION"], None
    carried_out(mansion)
    assert (course(mansion), target(mansion)) == (("active", "COLLABO"), None)
    mansion.record("K1", "request_course_change", NOW, **back)
    assert (course(mansion), target(mansion)) == (("active", "W2_MANSION"), ("done", "terms_changed"))


@pytest.mark.parametrize(
    ("state", "reached"), [(None, True), ("skipped", True), ("done", True), ("planned", False), ("failed", False)]
)
def test_what_a_rollout_still_has_to_record_itself_is_left_to_it(
    mansion: Book, state: str | None, *, reached: bool
) -> None:
    """Planned: its page comes. Failed: an operator tries it again or takes that as its outcome."""
    announced(mansion)
    with Session(mansion.engine) as session, session.begin():
        assert begun(session, "K1") == [], "announced, and its day has not come"
        session.get_one(Rollout, "R1").begun_at = moment("2018-06-01")
        row = session.get_one(RolloutTarget, ("R1", "K1"))
        if state is None:
            session.delete(row)
        else:
            row.state = state
        session.flush()
        assert [step.op for step in begun(session, "K1")] == (["rollout/R1"] if reached else [])


def test_a_contract_taken_out_of_a_rollout_by_a_correction_is_no_longer_listed_as_moved(mansion: Book) -> None:
    """The list says so, and keeps saying so when the life is decided again over that day."""
    announced(mansion)
    with Session(mansion.engine) as session:
        step = step_of(session.get_one(Rollout, "R1"))
    mansion.record("K1", "rollout", "2018-06-01", **step.model_dump(mode="json", exclude={"at", "actor"}))
    carried_out(mansion)
    with Session(mansion.engine) as session, session.begin():
        row = session.get_one(RolloutTarget, ("R1", "K1"))
        row.state, row.outcome = MOVED
    mansion.record("K1", "correct", NOW, voids=2, reason_code="entry_error")
    assert (course(mansion), target(mansion)) == (("active", "W2_MANSION_H"), ("skipped", "corrected"))
    received_at = "2018-05-20T10:00:00+09:00"
    mansion.record("K1", "cancel", "2018-07-11", channel="paper", received_at=received_at, approved=True)
    assert (course(mansion), target(mansion)) == (("ended", "W2_MANSION_H"), ("skipped", "corrected"))


def test_a_contract_that_an_earlier_release_left_on_a_merged_course_is_found(mansion: Book) -> None:
    """`keiyaku verify` names it and the merger, until a correction or a further rollout has moved it (W-C1.5)."""
    entered = int(mansion.record("K1", "relocate", "2018-05-15", to_operator="EAST", received_at=AT).state["seq"])
    announced(mansion)
    carried_out(mansion)
    with Session(mansion.engine) as session, session.begin():
        target = session.get_one(RolloutTarget, ("R1", "K1"))
        target.state, target.outcome = "skipped", "skipped"
    found = said("left_behind", id="contract/K1", course="W2_MANSION_H", rollout="R1")
    assert found in differences(mansion.engine)
    mansion.record("K1", "correct", NOW, voids=entered, reason_code="entry_error", approved=True)
    assert course(mansion) == ("active", "W2_MANSION")
    assert found not in differences(mansion.engine)


def test_who_was_left_on_a_merged_course_is_an_operators_task_until_moved(mansion: Book) -> None:
    """Found once by a look, whoever looks again; gone once a correction has moved the contract (W-C1.5, X-05)."""
    entered = int(mansion.record("K1", "relocate", "2018-05-15", to_operator="EAST", received_at=AT).state["seq"])
    looks = LeftBehindContracts(mansion.engine, mansion.recorder)
    announced(mansion)
    assert looks.look() == [], "its day has not come"
    carried_out(mansion)
    assert looks.look() == [], "its page is still to record it"
    with Session(mansion.engine) as session, session.begin():
        at_now(session, NOW)
        session.get_one(RolloutTarget, ("R1", "K1")).state = "skipped"
    assert (looks.look(), looks.look()) == (["contract/K1"], [])
    assert tasks(mansion) == ["LEFT_ON_MERGED_COURSE"]
    mansion.record("K1", "correct", NOW, voids=entered, reason_code="entry_error", approved=True)
    assert course(mansion) == ("active", "W2_MANSION")
    looks.look()
    assert (tasks(mansion), looks.look()) == ([], [])
    assert differences(mansion.engine) == []


def test_a_task_of_a_merged_course_that_was_settled_does_not_come_back(mansion: Book) -> None:
    """An operator has said that it was dealt with: it is noticed once (X-05)."""
    mansion.record("K1", "relocate", "2018-05-15", to_operator="EAST", received_at=AT)
    looks = LeftBehindContracts(mansion.engine, mansion.recorder)
    announced(mansion)
    carried_out(mansion)
    with Session(mansion.engine) as session, session.begin():
        at_now(session, NOW)
        session.get_one(RolloutTarget, ("R1", "K1")).state = "skipped"
    assert looks.look() == ["contract/K1"]
    mansion.record("K1", "settle_task", NOW, why="LEFT_ON_MERGED_COURSE", reason_code="other")
    assert (looks.look(), tasks(mansion)) == ([], [])


def tasks(book: Book) -> list[str]:
    """What waits for an operator at the contract."""
    with Session(book.engine) as session:
        return sorted(session.get_one(Entity, workflow_id("K1")).state["tasks"])


def test_a_life_is_recorded_before_a_rollout_begins_or_after_it(mansion: Book) -> None:
    """Who records over the day of a merger and the merger wait for each other; of a dry run nobody waits (W-C1.5)."""
    announced(mansion)
    soon = text("set local lock_timeout = '50ms'")
    with Session(mansion.engine) as one, Session(mansion.engine) as other:
        standing(one, "contract", {"contract_id": "K1"}, records=True).rollouts()
        other.execute(soon)
        with pytest.raises(OperationalError, match="lock timeout"):
            begin_alone(other)
        other.rollback()
        one.commit()
        begin_alone(other)
        one.execute(soon)
        standing(one, "contract", {"contract_id": "K1"}).rollouts()
        with pytest.raises(OperationalError, match="lock timeout"):
            standing(one, "contract", {"contract_id": "K1"}, records=True).rollouts()


def test_a_course_is_none_from_the_day_of_a_rollout_that_has_begun(mansion: Book) -> None:
    """What an import is told of its course: announced, it goes on; begun, it has ended from the day, inclusive."""
    found = []
    for step in (announced, carried_out):
        step(mansion)
        with Session(mansion.engine) as session:
            found += [ended_courses(session, D(day)) for day in ("2018-05-31", "2018-06-01")]
    assert found[:3] == [{}, {}, {}]
    (ended,) = found[3].items()
    assert (ended[0], ended[1].to_course, ended[1].on) == ("W2_MANSION_H", "W2_MANSION", D("2018-06-01"))
