"""What can be asked of a rollout."""

from __future__ import annotations

from models.messages import rollout as messages
from models.operations.operation import SETTLE, SETTLE_TASK, Operation, table

_BY = {"actor": "operator", "reason_code": "operational"}

OPERATIONS = table(
    Operation("pause", frozenset({"announced", "running"}), "一時停止する(いまのページの後で止まる)", example=_BY),
    Operation(
        "resume",
        frozenset({"paused"}),
        "再開する(失敗した契約はもう一度試す)",
        messages.ResumeRollout,
        {**_BY, "accept_failed": False},
    ),
    SETTLE,
    SETTLE_TASK,
)
