"""One stack for what kills and pauses it: it has to stand all of that, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.whole.conftest import running

if TYPE_CHECKING:
    from tests.furnished import Furniture
    from tests.whole.conftest import House


@pytest.fixture(scope="package")
def fresh_house(furniture: Furniture) -> Iterator[House]:
    """A stack of the folder's own; at the end every stored state is still the fold of its log."""
    with running(furniture) as found:
        yield found
