"""The grounds of an open choice: they add up, and the choice is over once none is left (articles 11, 23; A-46)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from decisions.contract.line import relocation
from decisions.contract.lines import rule_line
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import AskedChoice, ChoiceGround
from rules.courses.course import matching_course
from rules.line import choice_grounds as rule
from rules.line.eligibility import eligibility

Grounds = Mapping[str, ChoiceGround]
"""By what they rest on, in the order in which they came: see `_key`."""


def of(state: ContractState) -> dict[str, ChoiceGround]:
    """The grounds of the open choice; empty where none is open."""
    if state.state != "choosing" or state.choice is None:
        return {}
    return {_key(each): each for each in known(state.choice)}


def _key(ground: ChoiceGround) -> str:
    """One ground for each group; of a line that does not fit, one for each kind of notice that brought something."""
    return ground.kind if _is_of_the_line(ground) else rule.group_of(ground.kind)


def _is_of_the_line(ground: ChoiceGround) -> bool:
    return rule.group_of(ground.kind) == rule.LINE


def of_the_line(grounds: Grounds) -> ChoiceGround | None:
    """The last ground that says that the line does not fit (A-46); None where there is none."""
    return next((each for each in reversed(list(grounds.values())) if _is_of_the_line(each)), None)


def known(choice: AskedChoice) -> list[ChoiceGround]:
    """The grounds as they were recorded; an earlier release kept the last one only."""
    if choice.grounds:
        return list(choice.grounds)
    alone = ChoiceGround(
        kind=choice.opened_by,
        reason=choice.reason,
        effective_on=choice.effective_on,
        articles=choice.articles,
        offered=choice.offered,
    )
    return [alone]


def standing(state: ContractState, on: date, chapter: int) -> dict[str, ChoiceGround]:
    """The grounds of a choice whose answer has fallen, as far as they still stand on that day.

    A line that fits again meanwhile asks for nothing (A-46); a lost line, or a service that ends, stays so.
    """
    fallen = state.choice.answered if state.choice is not None and state.state == "choosing" else state.choice
    if fallen is None:
        return {}
    asked = known(fallen)
    if state.state != "choosing" and fallen.answered is not None:
        asked = [*known(fallen.answered), *asked]
    found = {_key(each): _under(each, chapter) for each in asked}
    return fitting_again(found) if of_the_line(found) is not None and _fits(state, on, chapter) else found


def _fits(state: ContractState, on: date, chapter: int) -> bool:
    line = rule_line(state.line) if state.line is not None else None
    if relocation.has_crossed(state) and chapter == relocation.WITH_FLETS:
        chapter = 1
    if line is None or eligibility(chapter, line, on).outcome != "eligible":
        return False
    return matching_course(line.service_type, on) is not None


def _under(ground: ChoiceGround, chapter: int) -> ChoiceGround:
    """The ground under the articles of the chapter the contract goes on in."""
    named = _CHAPTER_ONE if chapter == 1 else {}
    return ground.model_copy(update={"articles": [named.get(each, each) for each in ground.articles]})


_CHAPTER_ONE = {"W-23.1": "W-11.1", "W-23.2": "W-11.2"}
"""What article 23 says of with フレッツ, article 11 says of with フレッツ II."""


def leading(grounds: Grounds) -> ChoiceGround:
    """The ground a letter is worded by: of the strongest group the last to arrive."""
    return max(reversed(list(grounds.values())), key=lambda each: -rule.STRENGTH.index(rule.group_of(each.kind)))


def with_ground(grounds: Grounds, ground: ChoiceGround) -> dict[str, ChoiceGround]:
    """With one more; of those that rest on the same the last to arrive stands, and stands last."""
    return {**{key: each for key, each in grounds.items() if key != _key(ground)}, _key(ground): ground}


def with_unfit_line(
    grounds: Grounds, ground: ChoiceGround, *, was: Collection[str], rows: Collection[str]
) -> dict[str, ChoiceGround]:
    """With what a notice says of a line that does not fit: only as far as the notice itself brought it (A-46).

    A notice that changes nothing of what the line lacks brings no ground: what asked for the choice still does. What
    the line no longer lacks asks for nothing.

    Args:
        grounds: of the open choice.
        ground: of the notice, under all rows that exclude the line now.
        was: rows that excluded the line before the notice, as `rules.line.line_notice.unfit_rows`.
        rows: those that exclude it now.
    """
    still = {
        key: each
        for key, each in grounds.items()
        if not _is_of_the_line(each) or not set(rows).isdisjoint(each.articles)
    }
    brought = [row for row in rows if row not in was and row in ground.articles]
    if not brought and of_the_line(still) is not None:
        return still
    before = still.get(_key(ground))
    own = {*brought, *(row for row in rows if before is not None and row in before.articles)} if brought else set(rows)
    articles = [row for row in ground.articles if row in own or row not in rows]
    return with_ground(still, ground.model_copy(update={"articles": articles}))


def fitting_again(grounds: Grounds) -> dict[str, ChoiceGround]:
    """Without what only said that the line does not fit (A-46)."""
    return {key: each for key, each in grounds.items() if not _is_of_the_line(each)}


def effect(before: Grounds, after: Grounds) -> str:
    """As `rules.line.choice_grounds.effect`."""
    return rule.effect(_offers(before), _offers(after))


def offered(grounds: Grounds) -> list[str]:
    """What may be chosen."""
    return list(rule.offered_by(_offers(grounds)))


def _offers(grounds: Grounds) -> dict[str, list[str]]:
    return {group: list(each.offered) for group, each in grounds.items()}
