"""Every kind of entity can be started again from its row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from decisions.registry import DOMAINS
from service.healing.executions import INPUTS, TYPES
from worker import WORKFLOWS

STATES = sorted((Path(__file__).parents[1] / "golden" / "states").glob("*.json"))


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_a_kept_state_of_any_release_makes_an_input(path: Path) -> None:
    """With the state whole, the operations that were answered, the offset, and the ids the workflow needs."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    carried = {"offset_s": 1.5, "state": said["state"], "done": ["op-1"]}
    made: Any = INPUTS[said["kind"]](said["state"], carried)
    assert (made.offset_s, made.done, made.state) == (1.5, ["op-1"], said["state"])
    for name in ("contract_id", "filing_id", "member_id", "exchange_id", "rollout_id", "code", "person_id"):
        if hasattr(made, name) and name in said["state"]:
            assert getattr(made, name) == said["state"][name]


def test_no_kind_is_left_out() -> None:
    """A kind of entity that the healer does not know would stay gone."""
    assert set(INPUTS) == set(TYPES) == set(DOMAINS)
    types = {kind.__temporal_workflow_definition.name for kind in WORKFLOWS}  # type: ignore[attr-defined]
    assert set(TYPES.values()) == types
