"""Some lives of every kind, played against the service; `python -m tests.prove` plays many more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import pytest

from tests.model.facts import Fact
from tests.prove.lives import KINDS, Kind
from tests.prove.shrink import as_test, shrink

SEEDS = {
    "contract": 600,
    "contract_late": 150,
    "contract_undo": 150,
    "contract_edits": 150,
    "contract_shuffled": 60,
    "contract_told": 120,
    "contract_money": 100,
    "membership": 250,
    "membership_late": 100,
    "membership_told": 80,
    "membership_undo": 150,
    "membership_shuffled": 120,
}
"""How many of each: half a minute of one core."""


@pytest.mark.parametrize("name", sorted(KINDS))
def test_service_and_model_make_the_same_life_of_the_same_facts(name: str) -> None:
    """State, dates, course, fees and agenda are those of an independent reading, in every order of keying in."""
    kind = KINDS[name]
    for seed in range(SEEDS[name]):
        facts, today = kind.made(seed)
        if kind.fails(facts, today, seed):
            kept, day = shrink(facts, today, partial(_fails, kind, seed))
            pytest.fail(as_test(name, seed, kept, day, kind.fails(kept, day, seed)), pytrace=False)


def _fails(kind: Kind, seed: int, facts: Sequence[Fact], today: date) -> list[str]:
    return kind.fails(facts, today, seed)
