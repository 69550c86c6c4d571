"""Why a choice is open: grounds stand side by side, each with what it leaves to choose (articles 11, 23; A-46)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules import terms

LOST, LINE, DISCONTINUED, END_NOTICE = "lost", "line", "discontinued", "end_notice"

STRENGTH = (LOST, LINE, DISCONTINUED, END_NOTICE)
"""Groups of grounds, the one a letter is worded by first."""

GROUPS = {
    "terminated": LOST,
    "conversion": LOST,
    "end_notified": END_NOTICE,
    "discontinued": DISCONTINUED,
}
"""Kinds of grounds that are no question of whether the line fits."""


def group_of(kind: str) -> str:
    """The group of a ground by the kind of notice; what only says that the line does not fit is one group (A-46)."""
    return GROUPS.get(kind, LINE)


def offered_by(grounds: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What may be chosen while these grounds stand together: what every one of them leaves (W-11.1, W-11.2, A-46).

    Args:
        grounds: by group, what it leaves.
    """
    every = terms.constant("line_notice.offered_when_end_notified", list[str])
    return tuple(each for each in every if all(each in offered for offered in grounds.values()))


def effect(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> str:
    """What becomes of a choice whose grounds change, whatever the order they came in.

    Returns:
        `choice_opened`, `ends_choice`, `choice_narrowed`, `choice_widened` or `nothing`.
    """
    if not before or not after:
        return "nothing" if not before and not after else "choice_opened" if after else "ends_choice"
    was, becomes = set(offered_by(before)), set(offered_by(after))
    if becomes < was:
        return "choice_narrowed"
    return "nothing" if becomes == was else "choice_widened"
