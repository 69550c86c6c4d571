"""What NTT tells of the line's brand, discounts and tax status (W-06.2a, W-19.3, A-38, A-46, F-26)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


def notify(life: Any, at: datetime, kind: str, details: dict[str, Any]) -> str:
    """Take a notice of that day; gives what became of it."""
    told = {"notice_id": f"N-{at.isoformat()}", "kind": kind, "effective_on": at.date().isoformat()}
    outcome: str = life.ask("line_notice", at, **told, details=details).answer.decision["outcome"]
    return outcome


def test_an_exemption_that_begins_later_opens_a_choice_and_its_end_closes_it(contract: Any, moment: Moment) -> None:
    """An embassy's line carries no with フレッツ II while it is exempt (W-06.2a)."""
    assert notify(contract, moment("2019-03-01 10:00"), "tax_status_changed", {"tax_exempt_embassy": True}) == (
        "choice_opened"
    )
    assert contract.now.state == "choosing"
    assert notify(contract, moment("2019-03-05 10:00"), "tax_status_changed", {"tax_exempt_embassy": False}) == (
        "ends_choice"
    )
    assert contract.now.state == "active"


@pytest.mark.parametrize(("by", "tasks"), [("ntt", ["LINE_BRAND_CHANGED"]), ("customer", [])])
def test_a_brand_that_ntt_changes_is_an_operators_to_confirm(
    contract: Any, moment: Moment, by: str, tasks: list[str]
) -> None:
    """The contract runs on; nobody is asked to choose (A-38, F-26)."""
    notify(contract, moment("2019-04-01 10:00"), "brand_changed", {"brand": "PREMIUM", "by": by})
    assert (contract.now.state, contract.now.line.brand, list(contract.now.tasks)) == ("active", "PREMIUM", tasks)
