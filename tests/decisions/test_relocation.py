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
