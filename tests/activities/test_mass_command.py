"""One command to many entities, where one of them cannot be decided."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import psycopg
import pytest
from temporalio.client import Client

from activities.mass.command import MassCommand, Told
from activities.record import Recorder
from models.messages.entity import Answer, Command, Recorded, RecordRequest, Refused


class Recording(Recorder):
    """Records nothing; one contract has a defect, and the database can be away."""

    def __init__(self, failure: Exception) -> None:
        """What happens to `contract/bad`."""
        self.failure = failure

    def record_aside(self, request: RecordRequest) -> tuple[Recorded, bool]:
        """Answer, or fail."""
        if request.entity_id == "contract/bad":
            raise self.failure
        return Recorded(state={}, offset_s=0, answer=Answer(state="active", decision={})), False


def record(failure: Exception) -> dict[str, Told]:
    """The same command for three contracts."""

    async def run() -> dict[str, Told]:
        ids = ["contract/a", "contract/bad", "contract/b"]
        # No workflow is told here: nothing that may be asked of these contracts changes.
        mass = MassCommand(cast("Client", None), Recording(failure))
        return {told.entity_id: told async for told in mass.record("contract", ids, "rollout", Command(op="x"))}

    return asyncio.run(run())


def test_a_defect_of_one_decision_is_its_outcome_and_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The others are recorded; the one is refused by name, with the cause in the log and not in the answer."""
    with caplog.at_level(logging.ERROR):
        told = record(RuntimeError("taro@example.jp cannot be decided"))
    assert {key: type(each.answer) for key, each in told.items()} == {
        "contract/a": Answer,
        "contract/bad": Refused,
        "contract/b": Answer,
    }
    refused: Any = told["contract/bad"].answer
    assert (refused.code, refused.status, told["contract/bad"].wake) == ("DECISION_FAILED", 422, False)
    assert "taro" not in refused.detail
    assert "taro@example.jp" in caplog.text


def test_a_database_that_is_away_fails_the_page() -> None:
    """Nothing is refused for it: the page is tried again."""
    with pytest.raises(psycopg.OperationalError):
        record(psycopg.OperationalError("away"))
