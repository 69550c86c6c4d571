"""Some lives of every kind, played against the service; `python -m tests.prove` plays many more."""

from __future__ import annotations

import pytest

from tests.prove.lives import KINDS
from tests.prove.shrink import as_test, shrink

SEEDS = range(1000)
BLOCK = 100


@pytest.mark.parametrize("first", SEEDS[::BLOCK])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_service_and_model_make_the_same_life_of_the_same_facts(name: str, first: int) -> None:
    """State, dates, course, fees and agenda are those of an independent reading of the catalogue."""
    kind = KINDS[name]
    for seed in range(first, first + BLOCK):
        facts, today = kind.made(seed)
        if kind.fails(facts, today, seed):
            kept, day = shrink(facts, today, lambda some, at, seed=seed: kind.fails(some, at, seed))
            pytest.fail(as_test(f"{name}_seed_{seed}", kept, day, kind.fails(kept, day, seed)), pytrace=False)
