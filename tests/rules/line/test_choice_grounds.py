"""Grounds of a choice stand side by side (W-11.1, W-11.2, A-46)."""

from __future__ import annotations

from itertools import permutations

import pytest

from rules.line import choice_grounds as rule

LEFT = {
    "end_notice": ("continue", "course_change", "cancel"),
    "line": ("course_change", "cancel"),
    "lost": ("course_change", "cancel"),
}


@pytest.mark.parametrize("order", list(permutations(LEFT)), ids=str)
def test_what_is_offered_does_not_depend_on_the_order(order: tuple[str, ...]) -> None:
    """What every ground leaves, in the order of article 11, whichever ground came first."""
    assert rule.offered_by({each: LEFT[each] for each in order}) == ("course_change", "cancel")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], "nothing"),
        ([], ["line"], "choice_opened"),
        (["line"], [], "ends_choice"),
        (["end_notice"], ["end_notice", "line"], "choice_narrowed"),
        (["end_notice", "line"], ["end_notice"], "choice_widened"),
        (["line"], ["line", "lost"], "nothing"),
        (["line"], ["line", "end_notice"], "nothing"),
    ],
)
def test_what_becomes_of_the_choice(before: list[str], after: list[str], expected: str) -> None:
    """It opens with the first ground, closes with the last, and between them offers less or more."""
    assert rule.effect({each: LEFT[each] for each in before}, {each: LEFT[each] for each in after}) == expected


def test_every_kind_of_notice_has_its_group() -> None:
    """What only says that the line does not fit is one group; a conversion is an end of the line."""
    assert rule.group_of("moved_operator") == rule.group_of("brand_changed") == rule.LINE
    assert rule.group_of("conversion") == rule.group_of("terminated") == rule.LOST
