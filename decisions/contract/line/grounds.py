"""The grounds of an open choice: they add up, and the choice is over once none is left (articles 11, 23; A-46)."""

from __future__ import annotations

from collections.abc import Mapping

from models.messages.contract.contract import ContractState
from models.messages.contract.parts import AskedChoice, ChoiceGround
from rules.line import choice_grounds as rule

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
