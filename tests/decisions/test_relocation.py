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
