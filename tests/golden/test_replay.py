"""Every kept history replays on the workflow code as it is now.

A red replay means that running executions would break: guard the change with `workflow.patched("what-changes")` so
that old histories go the old way, and keep the old histories in `earlier`. `python -m rehearsal.golden` makes those
of `histories` anew, which is right only for what the code records differently by intent.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from deploy.upgrade.changed import OneTimer
from rehearsal.golden import HISTORIES_MAX
from worker import WORKFLOWS, runner
from workflows.contract import ContractWorkflow

HISTORIES = sorted(path for name in ("histories", "earlier") for path in Path(__file__).with_name(name).glob("*.json"))


def history(path: Path) -> WorkflowHistory:
    """One kept history."""
    said = json.loads(path.read_text(encoding="utf-8"))
    return WorkflowHistory.from_json(said["workflow_id"], said["history"])


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_kept_history_replays(path: Path) -> None:
    """The same commands in the same order, with the production converter and sandbox."""
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=pydantic_data_converter)
    asyncio.run(replayer.replay_workflow(history(path)))


def test_an_incompatible_change_is_seen() -> None:
    """Contracts that wait a moment more before every decision do not replay: the gate can close."""
    changed = [OneTimer if each is ContractWorkflow else each for each in WORKFLOWS]
    replayer = Replayer(workflows=changed, workflow_runner=runner(), data_converter=pydantic_data_converter)
    path = next(path for path in HISTORIES if path.stem == "contract-refused-1")
    with pytest.raises(workflow.NondeterminismError):
        asyncio.run(replayer.replay_workflow(history(path)))


def test_every_kind_of_workflow_is_kept() -> None:
    """No kind of execution is left out, and some run went on as a new one."""
    kept = [history(path).events for path in HISTORIES]
    started = {events[0].workflow_execution_started_event_attributes.workflow_type.name for events in kept}
    assert started == {kind.__temporal_workflow_definition.name for kind in WORKFLOWS}  # type: ignore[attr-defined]
    continued = [events[0].workflow_execution_started_event_attributes.continued_execution_run_id for events in kept]
    assert any(continued)


def test_the_kept_histories_are_small() -> None:
    """All together they stay below the bound of the command that makes them."""
    assert sum(path.stat().st_size for path in HISTORIES if path.parent.name == "histories") <= HISTORIES_MAX
