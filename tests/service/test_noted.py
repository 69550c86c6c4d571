"""Which ends of executions become an operator's task."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.client import WorkflowExecution, WorkflowExecutionStatus

from models.messages.entity import Restarted
from service.healing.executions import FOREIGN
from service.healing.healer import is_lost_store
from service.healing.noted import NOTED_MAX, Noted
from service.healing.recover import REASON as ADOPTED
from service.versions.upgrades import REASON as MOVED


@dataclass
class Tasks:
    """What was recorded, by entity; one entity cannot be."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def note_restarted(self, entity_id: str, message: Restarted) -> bool:
        """Record it."""
        if entity_id == "contract/poisoned":
            raise ValueError("no state")
        self.told.append((entity_id, message.how))
        return True


class Told(Noted):
    """With a database that holds every entity, and a server that knows why each run ended."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        """Run → why it ended."""
        self.tasks = Tasks()
        super().__init__(None, None, self.tasks)  # type: ignore[arg-type]
        self.reasons = reasons

    def _begun(self, found: Mapping[str, WorkflowExecution]) -> list[str]:
        return list(found)

    async def _reason(self, each: WorkflowExecution) -> str | None:
        return self.reasons.get(each.run_id)

    def look(self, executions: list[Any]) -> list[str]:
        """One round."""
        return asyncio.run(self.ended(executions))


def run(name: str, status: WorkflowExecutionStatus = WorkflowExecutionStatus.TERMINATED) -> Any:
    """An execution of a contract that has ended."""
    return SimpleNamespace(
        id=f"contract/{name}", run_id=name, status=status, close_time=datetime(2026, 1, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize("reason", [FOREIGN, ADOPTED, MOVED])
def test_what_this_service_ends_itself_is_nobodys_task(reason: str) -> None:
    """An upgrade, a recovery and an id given back; what a person ended beside them is one, however it ended."""
    noted = Told({"ours": reason, "clicked": "because"})
    ended = [run("ours"), run("clicked"), run("canceled", WorkflowExecutionStatus.CANCELED)]
    assert noted.look(ended) == ["contract/clicked", "contract/canceled"]
    assert noted.tasks.told == [("contract/clicked", "terminated"), ("contract/canceled", "canceled")]


def test_an_upgrade_of_many_hides_no_click() -> None:
    """More of ours than there may be tasks, and one click among them."""
    noted = Told({f"{number}": MOVED for number in range(2 * NOTED_MAX)})
    assert noted.look([*(run(f"{number}") for number in range(2 * NOTED_MAX)), run("clicked")]) == ["contract/clicked"]


def test_a_lost_store_is_one_alarm() -> None:
    """Nor are the last of so many tasks once a later round sees but those."""
    noted = Told({})
    many = [run(f"{number}") for number in range(NOTED_MAX + 1)]
    assert noted.look(many) == []
    assert noted.look([*many[-3:], run("clicked")]) == ["contract/clicked"]


def test_one_that_cannot_be_recorded_keeps_no_other_from_it() -> None:
    """A poisoned row costs its own task."""
    assert Told({}).look([run("poisoned"), run("clicked")]) == ["contract/clicked"]


@pytest.mark.parametrize(
    ("running", "wanted", "lost"), [(10, 10, False), (9, 10, False), (4, 10, True), (0, 1, True), (1000, 1021, True)]
)
def test_a_store_is_lost_where_more_is_missing_than_there(running: int, wanted: int, lost: bool) -> None:
    """Or more than anybody deletes by hand."""
    assert is_lost_store(running, wanted) is lost
