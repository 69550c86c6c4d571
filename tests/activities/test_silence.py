"""What is said while NTT is asked in vain."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.carrier import silence
from decisions.common.unanswered import is_overdue
from decisions.domain import Context
from decisions.filing import status
from models.messages.entity import UNANSWERED, Unanswered
from models.messages.filing import SEND_FILING, FilingState
from tests.decisions.conftest import jst

ASKED, LATE = jst("2024-06-01 10:00:00"), jst("2024-06-10 10:00:00")


def test_the_contract_of_an_order_that_is_not_sent_hears_that_it_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """The filing is told first; what it then has to report reaches its contract before NTT has taken the order."""
    command = Unanswered(op="silent", actor="worker", item_id=SEND_FILING, asked_at=ASKED, values={"contract_id": "K1"})
    (step,) = status.unanswered(FilingState(), command, Context(LATE, LATE))
    filing = FilingState.model_validate({**step.patch.set, "seq": 1, "agenda": step.patch.put["agenda"]})
    told: list[tuple[str, ...]] = []

    async def tell(_client: Any, _engine: Any, entity_id: str, name: str, _command: Any) -> None:
        told.append((entity_id, name))

    async def report(_client: Any, _engine: Any, filing_id: str, contract_id: str, item: Any) -> None:
        told.append((filing_id, contract_id, item.data["outcome"]))

    monkeypatch.setattr(silence, "tell", tell)
    monkeypatch.setattr(silence, "report", report)
    monkeypatch.setattr(silence, "stored_filing", lambda _engine, _filing_id: filing)
    monkeypatch.setattr(silence._Asking, "_now", lambda _self: LATE)
    assert is_overdue(SEND_FILING, ASKED, LATE)
    info = replace(ActivityEnvironment.default_info(), activity_type=SEND_FILING, workflow_id="filing/F1")
    asking = silence._Asking(None, None, None)  # type: ignore[arg-type]
    asyncio.run(asking._say(info, command))
    assert told == [("filing/F1", UNANSWERED), ("filing/F1", "K1", "jeopardy")]
