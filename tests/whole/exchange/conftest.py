"""One stack and one timeline for the folder, in the last months of the programme.

The files run in the order of their names: the end of the programme comes last.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.verify import differences
from store.database import engine
from tests.furnished import Furniture
from tests.whole.collector import collecting
from tests.whole.exchange.site import BEGINS, Club


@pytest.fixture(scope="package")
def club(furniture: Furniture) -> Iterator[Club]:
    """A stack that begins on 2025-03-20 and is traced; at the end every stored state is still the fold of its log."""
    with collecting() as collector:
        traced = {"KEIYAKU_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        with furniture.stack(clock=BEGINS, extra_env=traced) as background:
            yield Club(background.stack, collector, lambda: background.pid("carrier"))
            assert differences(engine(background.stack.database_url)) == []
