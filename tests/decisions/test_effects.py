"""Outside effects: done, refused for good, and no longer wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


@pytest.fixture
def filing_contract(new_life: Callable[..., Any], moment: Moment, application: dict[str, Any]) -> Any:
    """A contract whose filing is about to be started."""
    life = new_life()
    wanted = {**application, "start_line": True, "line_key": None, "filing_id": "F1"}
    life.ask("apply", moment("2018-05-20 09:00"), **wanted)
    return life


def test_what_was_done_leaves_the_agenda(filing_contract: Any, moment: Moment) -> None:
    """The item goes and nothing waits for an operator."""
    filing_contract.ask("effect_done", moment("2018-05-20 09:01"), item_id="start_filing")
    assert (filing_contract.now.agenda, filing_contract.now.tasks) == ({}, {})


def test_a_definitive_refusal_waits_for_an_operator(filing_contract: Any, moment: Moment) -> None:
    """The item goes too, since trying again cannot help, and a task says so."""
    filing_contract.ask("effect_done", moment("2018-05-20 09:01"), item_id="start_filing", failed="CARRIER_REFUSED")
    assert filing_contract.now.agenda == {}
    assert set(filing_contract.now.tasks) == {"EFFECT_REFUSED"}
    assert filing_contract.log[-1].decision["code"] == "CARRIER_REFUSED"


def test_an_effect_that_is_no_longer_wanted_changes_nothing(filing_contract: Any, moment: Moment) -> None:
    """A withdrawal drops the start of the filing; its late completion is refused and records nothing."""
    filing_contract.ask("withdraw", moment("2018-05-20 09:01"))
    before = len(filing_contract.log)
    outcome = filing_contract.ask("effect_done", moment("2018-05-20 09:02"), item_id="start_filing")
    assert outcome.refused.code == "NOTHING_TO_DO"
    assert len(filing_contract.log) == before
