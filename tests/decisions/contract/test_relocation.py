"""Moving house: only with フレッツ cannot cross the areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Moment = Callable[[str], Any]


@pytest.mark.parametrize(
    ("course", "to_operator", "outcome", "to_course"),
    [
        ("W1_FAMILY", "WEST", "application_required", "W2_FAMILY"),
        ("W1_FAMILY", "EAST", "stays", None),
        ("W2_FAMILY", "WEST", "stays", None),
    ],
)
def test_only_with_flets_cannot_cross_the_areas(
    new_life: Callable[[], Any], moment: Moment, course: str, to_operator: str, outcome: str, to_course: str | None
) -> None:
    """Across the border with フレッツ needs an application, and the answer says for what (W-21.3)."""
    life = new_life()
    values = {"applied_on": "2009-04-01", "service_start_on": "2009-04-20", "line": {"operator": "EAST"}}
    life.ask("import", moment("2018-05-01 09:00"), contract_id="K1", course=course, **values)
    at = moment("2018-05-10 10:00")
    told = life.ask("relocate", at, to_operator=to_operator, received_at=at.isoformat()).answer.decision
    assert told["outcome"] == outcome
    assert (told["required"] or {}).get("to_course") == to_course
    assert (life.now.course, life.now.agenda) == (course, {})


def test_the_next_change_is_tested_where_the_contractor_moves_to(new_life: Any, moment: Moment) -> None:
    """My ビリング excludes a West line only: from the East to the West the application is refused (W-21.3, W-06.2c)."""
    life = new_life()
    values = {
        "course": "W1_FAMILY",
        "applied_on": "2009-04-01",
        "service_start_on": "2009-04-20",
        "line": {"operator": "EAST", "billing": ["MY_BILLING"]},
    }
    life.ask("import", moment("2018-05-01 09:00"), contract_id="K1", **values)
    at = moment("2018-05-10 10:00")
    asked = {"to_course": "W2_FAMILY", "channel": "online"}
    life.ask("relocate", at, to_operator="WEST", received_at=at)
    assert list(life.now.tasks) == ["MOVED_ACROSS_AREAS"]
    refused = life.ask("request_course_change", moment("2018-05-11 10:00"), received_at=at, **asked).refused
    assert "W-06.2c" in refused.articles
    back = moment("2018-05-12 10:00")
    life.ask("relocate", back, to_operator="EAST", received_at=back)
    life.ask("request_course_change", moment("2018-05-13 10:00"), received_at=moment("2018-05-13 10:00"), **asked)
    assert life.now.tasks == {}
    assert life.now.pending_course_change.to_course == "W2_FAMILY"


def test_ntt_is_told_that_the_contractor_moves(contract: Any, moment: Moment) -> None:
    """A change of the line contract crosses both ways; taken back, NTT is told that too (W-13.1b)."""
    at = moment("2019-05-10 10:00")
    sent = contract.ask("relocate", at, to_operator="WEST", received_at=at).outgoing
    assert [(each.channel, each.name) for _, each in sent] == [("carrier", "LINE_CHANGE")]
    seq = next(entry.seq for entry in contract.log if entry.event == "relocate")
    taken = contract.ask("correct", moment("2019-05-11 10:00"), voids=seq, reason_code="entry_error").outgoing
    assert [(each.name, each.data["withdrawn"]) for _, each in taken] == [("LINE_CHANGE", True)]


@pytest.fixture
def with_flets(new_life: Callable[[], Any], moment: Moment) -> Any:
    """A with フレッツ contract on a line of the East."""
    life = new_life()
    values = {"applied_on": "2009-04-01", "service_start_on": "2009-04-20", "line": {"operator": "EAST"}}
    life.ask("import", moment("2018-05-01 09:00"), contract_id="K1", course="W1_FAMILY", **values)
    return life


def crosses(life: Any, at: Any, way: str) -> Any:
    """The contractor says that they move to the West, or NTT tells that the line did."""
    if way == "relocate":
        return life.ask("relocate", at, to_operator="WEST", received_at=at)
    told = {"kind": "moved_operator", "effective_on": at.date(), "details": {"operator": "WEST"}}
    return life.ask("line_notice", at, notice_id=f"N{len(life.log)}", **told)


def goes_to_flets_ii(life: Any, at: Any, way: str) -> Any:
    """The application, or a type of the line to which the course follows."""
    if way == "application":
        line = {"to_course": "W2_FAMILY", "channel": "online", "received_at": at}
        return life.ask("request_course_change", at, **line)
    changed = {"effective_on": at.date(), "details": {"service_type": "MANSION", "by": "customer"}}
    return life.ask("line_notice", at, notice_id="T", kind="service_type_changed", **changed)


@pytest.mark.parametrize("moved", ["relocate", "line_notice"])
@pytest.mark.parametrize("answered", ["application", "type"])
@pytest.mark.parametrize("first", ["moved", "answered"])
def test_an_application_or_a_move_with_the_line_answers_a_move_across_the_areas(
    with_flets: Any, moment: Moment, moved: str, answered: str, first: str
) -> None:
    """In whatever order they come, nobody is asked for what is there (W-21.2, W-21.3)."""
    steps = [lambda at: crosses(with_flets, at, moved), lambda at: goes_to_flets_ii(with_flets, at, answered)]
    for day, step in zip((10, 11), steps if first == "moved" else reversed(steps), strict=True):
        step(moment(f"2018-05-{day} 10:00"))
    assert with_flets.now.tasks == {}
    with_flets.pass_to(moment("2018-06-01 00:00"))
    assert (with_flets.now.chapter, with_flets.now.tasks) == (1, {})


def test_with_the_application_cancelled_another_one_is_needed(with_flets: Any, moment: Moment) -> None:
    """An initial cancellation of the change that answered a move: with フレッツ is left across the areas (W-21.3)."""
    crosses(with_flets, moment("2018-05-10 10:00"), "line_notice")
    assert with_flets.now.line.carrier_area == "WEST"
    goes_to_flets_ii(with_flets, moment("2018-05-11 10:00"), "application")
    papers = {"papers_received_on": "2018-05-12", "dispatched_on": "2018-05-14"}
    with_flets.ask("initial_cancellation", moment("2018-05-14 10:00"), **papers, then="end")
    assert (with_flets.now.pending_course_change, list(with_flets.now.tasks)) == (None, ["MOVED_ACROSS_AREAS"])
