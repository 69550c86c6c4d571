"""The figures of a worker: commands by outcome and time, and how late what was due was done."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Histogram

from activities.failures import is_away
from decisions.registry import DOMAINS
from models.messages.entity import Recorded, RecordRequest
from rules.calendar import JST

log = logging.getLogger("keiyaku.commands")

COMMANDS = Histogram(
    "keiyaku_commands_seconds",
    "Decisions made and recorded by this worker: seconds, by command and outcome.",
    ["kind", "command", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
"""`command` is `due` where nothing was asked and something had fallen due; outcomes as `_Decision` names them."""

LATE = Histogram(
    "keiyaku_due_lag_seconds",
    "Business seconds between the moment a dated thing was due and its being done.",
    ["kind", "month_turn"],
    buckets=(1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600),
)
"""`month_turn` is `yes` for what is due at 00:00 of the first of a month, Japan time."""

NOT_TAKEN = Counter(
    "keiyaku_results_not_taken", "Results of outside effects that no worker of ours had sealed, by kind.", ["kind"]
)

for _kind in DOMAINS:
    NOT_TAKEN.labels(_kind)
    for _turn in ("yes", "no"):
        # Shown as none before the first: of a series that begins with the first, Prometheus takes no increase from it,
        # and a whole month's turn may be done between two looks.
        LATE.labels(_kind, _turn)


class _Decision:
    """What became of one; `defect` until it says otherwise."""

    def __init__(self) -> None:
        self.outcome = "defect"

    def recorded(self, recorded: Recorded) -> None:
        """`granted` or `refused`."""
        self.outcome = "granted" if recorded.refused is None else "refused"


@contextmanager
def measured(request: RecordRequest) -> Iterator[_Decision]:
    """Time one decision; one that ends in an error counts as `away` or `defect`."""
    began, decision = time.monotonic(), _Decision()
    try:
        yield decision
    except Exception as error:
        decision.outcome = "away" if is_away(error) else "defect"
        raise
    finally:
        took = time.monotonic() - began
        command = request.name or "due"
        COMMANDS.labels(request.kind, command, decision.outcome).observe(took)
        fields = {"kind": request.kind, "command": command, "outcome": decision.outcome, "seconds": round(took, 4)}
        log.info("decided", extra={"fields": fields})


def carried_out(kind: str, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> None:
    """Note how late it is for everything that was due and is gone from the agenda.

    Args:
        kind: of the entity.
        before: the agenda's rows as they were, by item.
        after: as they are now.
        now: the business moment.
    """
    for key, item in before.items():
        due_at = datetime.fromisoformat(item["at"])
        if key in after or due_at > now:
            continue
        local = due_at.astimezone(JST)
        turn = local.day == 1 and (local.hour, local.minute, local.second) == (0, 0, 0)
        LATE.labels(kind, "yes" if turn else "no").observe((now - due_at).total_seconds())
