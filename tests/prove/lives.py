"""The kinds of life that are played, and what has to hold of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tests.model.facts import Fact
from tests.prove import compare, generate, members, orders


@dataclass(frozen=True)
class Kind:
    """How a life is made up, and what is wrong with it."""

    made: Callable[[int], tuple[list[Fact], date]]
    """Seed → facts and the day on which the life is looked at."""
    fails: Callable[[Sequence[Fact], date, int], list[str]]
    """What does not hold, in words; empty where all does. The seed settles the order of keying in."""


def _contract(seed: int) -> tuple[list[Fact], date]:
    facts = generate.contract(seed)
    return facts, generate.last_day(facts, seed)


KINDS = {
    "contract": Kind(_contract, lambda facts, today, _: compare.disagreement(facts, today)),
    "contract_late": Kind(_contract, orders.orders_disagree),
    "contract_undo": Kind(_contract, orders.undo_disagrees),
    "contract_edits": Kind(_contract, orders.edits_disagree),
    "contract_shuffled": Kind(_contract, orders.shuffled_disagrees),
    "contract_told": Kind(_contract, orders.told_untruly),
    "contract_money": Kind(_contract, orders.money_lost),
    "membership": Kind(members.made, members.disagreement),
    "membership_late": Kind(members.made, members.late_disagrees),
    "membership_told": Kind(members.made, members.told_untruly),
    "membership_undo": Kind(members.made, members.undo_disagrees),
    "membership_shuffled": Kind(members.made, members.shuffled_disagrees),
}
"""By name; a name of its own for each thing that has to hold, so that a failure says which."""
