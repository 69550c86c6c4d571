"""Steps ahead: which of them can be played, when, and the message each of them carries."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carrier.playing.scripts import JAPAN, ScriptStep, day
from carrier.problems import CarrierError
from carrier.store import Store, stamp
from models.messages.carrier import FilingStatusMessage

DEFECTS_UNNAMED = ["ADDRESS_CONFIRMATION"]
"""住所確認, the reason of a defect whose script names none (F-24)."""


@dataclass(frozen=True)
class Step:
    """One planned answer of NTT."""

    step_id: str
    filing_id: str
    sequence: int
    due_at: datetime
    script: ScriptStep
    dropped: bool
    corrected: bool
    played: bool
    answer: int | None

    @property
    def blocks(self) -> bool:
        """Whether everything after it waits for a correction."""
        return self.script.status == "defect" and not self.corrected

    def has(self, fault: str) -> bool:
        """Whether the script gives it this fault."""
        return fault in self.script.faults


@dataclass(frozen=True)
class Group:
    """Steps that are sent in one play, in this order: one step, or a reordered one after its successors."""

    due_at: datetime
    steps: tuple[Step, ...]


def _step(row: sqlite3.Row) -> Step:
    return Step(
        step_id=row["step_id"],
        filing_id=row["filing_id"],
        sequence=row["sequence"],
        due_at=datetime.fromisoformat(row["due_at"]).astimezone(JAPAN),
        script=ScriptStep.model_validate_json(row["step"]),
        dropped=bool(row["dropped"]),
        corrected=row["corrected_at"] is not None,
        played=row["played_at"] is not None,
        answer=row["answer"],
    )


def groups(steps: Iterable[Step]) -> list[Group]:
    """The playable groups of one filing, from its steps in order of sequence.

    Nothing after an open defect is playable. A reordered step waits for its successor; without one it goes alone.
    """
    found: list[Group] = []
    waiting: list[Step] = []
    for step in steps:
        if step.dropped:
            continue
        waiting.append(step)
        if step.has("reorder") and not step.blocks:
            continue
        found.append(Group(step.due_at, tuple(reversed(waiting))))
        waiting = []
        if step.blocks:
            return found
    if waiting:
        found.append(Group(waiting[-1].due_at, tuple(reversed(waiting))))
    return found


def ahead(store: Store, until: datetime | None) -> list[tuple[datetime, Step]]:
    """Unplayed, playable steps due at or before `until` (all when None), by (due moment, filing, sequence)."""
    rows = store.rows(
        "select * from steps where filing_id in"
        " (select filing_id from steps where played_at is null and dropped = 0 and (? is null or due_at <= ?))"
        " order by filing_id, sequence",
        *([None, None] if until is None else [stamp(until)] * 2),
    )
    by_filing: dict[str, list[Step]] = defaultdict(list)
    for row in rows:
        by_filing[row["filing_id"]].append(_step(row))
    found = [
        (group.due_at, step)
        for steps in by_filing.values()
        for group in groups(steps)
        for step in group.steps
        if not step.played and (until is None or group.due_at <= until)
    ]
    return sorted(found, key=lambda item: (item[0], item[1].filing_id, item[1].sequence))


def group_of(store: Store, step_id: str) -> tuple[Step, Group | None]:
    """A step and the group it is played with; None when the step is played already.

    Raises:
        CarrierError: 404 `STEP_UNKNOWN`; 409 `STEP_DROPPED` after a cancellation; 409 `STEP_WAITS` for a correction.
    """
    rows = store.rows(
        "select * from steps where filing_id = (select filing_id from steps where step_id = ?) order by sequence",
        step_id,
    )
    steps = [_step(row) for row in rows]
    step = next((step for step in steps if step.step_id == step_id), None)
    if step is None:
        raise CarrierError(404, "STEP_UNKNOWN", f"there is no step {step_id}")
    if step.played:
        return step, None
    if step.dropped:
        raise CarrierError(409, "STEP_DROPPED", f"step {step_id} was dropped when its filing was cancelled")
    group = next((group for group in groups(steps) if step in group.steps), None)
    if group is None:
        raise CarrierError(409, "STEP_WAITS", f"step {step_id} waits for the correction of a defect")
    return step, group


def mark_played(store: Store, step_id: str, played_at: datetime, answer: int) -> None:
    """Record that a step's callback was taken or finally refused with this HTTP status."""
    with store.transaction() as sql:
        sql.execute(
            "update steps set played_at = ?, answer = ? where step_id = ? and played_at is null",
            (stamp(played_at), answer, step_id),
        )


def message(store: Store, step: Step) -> FilingStatusMessage:
    """The whole state NTT knows at this step: a fold of the filing's steps up to it, the same at every retry."""
    filing = store.row("select * from filings where filing_id = ?", step.filing_id)
    if filing is None:
        raise CarrierError(404, "FILING_UNKNOWN", f"there is no filing {step.filing_id}")
    rows = store.rows(
        "select * from steps where filing_id = ? and sequence <= ? and (dropped = 0 or step_id = ?) order by sequence",
        step.filing_id,
        step.sequence,
        step.step_id,
    )
    facts = _facts([_step(row) for row in rows], filing)
    script = step.script
    return FilingStatusMessage(
        filing_id=step.filing_id,
        sequence=step.sequence,
        status=script.status,
        occurred_at=step.due_at,
        defects=(script.defects or DEFECTS_UNNAMED) if script.status == "defect" else script.defects,
        reason=script.reason,
        **facts,
    )


def _facts(steps: Sequence[Step], filing: sqlite3.Row) -> dict[str, Any]:
    """What the steps so far established: work day, opening day, line and type."""
    filed_at = datetime.fromisoformat(filing["filed_at"])
    facts: dict[str, Any] = {}
    for step in steps:
        script = step.script
        if script.work_on is not None:
            facts["work_on"] = day(script.work_on, filed_at)
        if script.opened_on is not None:
            facts["opened_on"] = day(script.opened_on, filed_at)
        if script.line_id is not None:
            facts["line_id"] = script.line_id
        if script.service_type is not None:
            facts["service_type"] = script.service_type
        if script.status == "opened":
            facts.setdefault("opened_on", step.due_at.date())
            facts.setdefault("line_id", filing["line_id"])
            facts.setdefault("service_type", json.loads(filing["body"])["service_type"])
    return facts
