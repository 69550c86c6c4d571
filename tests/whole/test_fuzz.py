"""Every operation of the published document answers as it says, whatever is sent: a minute of what `make fuzz` does."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from tests.fuzz.attack import attack, published
from tests.fuzz.seeds import populated

if TYPE_CHECKING:
    from tests.whole.conftest import House

SEED = 20_180_531
OPERATIONS = 85
"""The document has at least so many."""


def test_every_answer_is_as_published(fresh_house: House) -> None:
    """No 5xx, no status, content type or shape that the document does not know; and a wrong document is found out."""
    world = populated(fresh_house.stack)
    outcome = attack(world, examples=4, seconds=15, seed_number=SEED)
    assert outcome.wrong == {}, "\n".join(outcome.lines())
    assert len(outcome.by_operation) >= OPERATIONS
    lying = copy.deepcopy(published(world))
    for path in list(lying["paths"]):
        if path != "/v1/contracts/{contract_id}":
            del lying["paths"][path]
        else:
            del lying["paths"][path]["get"]["responses"]["404"]
    assert attack(world, examples=10, seconds=5, seed_number=SEED, document=lying).wrong
