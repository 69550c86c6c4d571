"""Nothing that is killed, paused or terminated stops the service: a minute of what `make chaos` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.client import Asked
from tests.chaos.count import count
from tests.chaos.run import chaos

if TYPE_CHECKING:
    from tests.whole.conftest import House

SEED = 20_180_601
OPERATIONS = 40
FAULTS = 4
PATIENCE_S = 240


@pytest.mark.timeout(600)
def test_nothing_is_lost_doubled_or_told_wrongly(fresh_house: House) -> None:
    """Lives go on through four faults and all of them are well; and a run that lost something is found out."""
    drive, counts = chaos(
        fresh_house.background,
        SEED,
        OPERATIONS,
        patience_s=PATIENCE_S,
        faults=FAULTS,
        kinds=("kill", "kill_part", "pause", "terminate"),
    )
    assert counts.well, "\n".join(counts.lines())
    assert counts.asked == counts.answered >= OPERATIONS
    assert counts.faults.total() == FAULTS
    first = next(each for each in drive.asked() if each.granted and each.entity_id is not None and not each.dry_run)
    never = Asked("never-sent", first.role, "GET", "/v1/clock", None, False, first.entity_id, 200, {"now": "then"})
    drive.reader().asked.append(never)
    first.answer = {"state": "never told"}
    counts = count(drive, PATIENCE_S, print)
    assert ([str(never) in each for each in counts.lost], len(counts.wrong)) == ([True], 2), counts.failed
    drive.close()
