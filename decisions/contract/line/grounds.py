"""The grounds of an open choice: they add up, and the choice is over once none is left (articles 11, 23; A-46)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from decisions.contract.lines import rule_line
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import AskedChoice, ChoiceGround
from rules.courses.course import matching_course
from rules.line import choice_grounds as rule
from rules.line.eligibility import eligibility

Grounds = Mapping[str, ChoiceGround]
"""By group, in the order in which they came."""


def of(state: ContractState) -> dict[str, ChoiceGround]:
    """The grounds of the open choice; empty where none is open."""
    if state.state != "choosing" or state.choice is None:
        return {}
    return {rule.group_of(each.kind): each for each in known(state.choice)}


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
    found = {rule.group_of(each.kind): _under(each, chapter) for each in asked}
    return fitting_again(found) if rule.LINE in found and _fits(state, on, chapter) else found


def _fits(state: ContractState, on: date, chapter: int) -> bool:
    line = rule_line(state.line) if state.line is not None else None
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
    """The ground a letter is worded by."""
    return grounds[next(group for group in rule.STRENGTH if group in grounds)]


def with_ground(grounds: Grounds, ground: ChoiceGround) -> dict[str, ChoiceGround]:
    """With one more; of a group the last to arrive stands."""
    return {**grounds, rule.group_of(ground.kind): ground}


def fitting_again(grounds: Grounds) -> dict[str, ChoiceGround]:
    """Without what only said that the line does not fit (A-46)."""
    return {group: each for group, each in grounds.items() if group != rule.LINE}


def effect(before: Grounds, after: Grounds) -> str:
    """As `rules.line.choice_grounds.effect`."""
    return rule.effect(_offers(before), _offers(after))


def offered(grounds: Grounds) -> list[str]:
    """What may be chosen."""
    return list(rule.offered_by(_offers(grounds)))


def _offers(grounds: Grounds) -> dict[str, list[str]]:
    return {group: list(each.offered) for group, each in grounds.items()}
