"""What can be asked of a programme."""

from __future__ import annotations

from models.operations.operation import Operation, table

_WHY = {"actor": "operator", "reason_code": "other"}

OPERATIONS = table(
    Operation("pause", frozenset({"running"}), "実行を止める(予定は残る)", example=_WHY, needs_reason=True),
    Operation(
        "resume",
        frozenset({"paused"}),
        "再開する(止めていた間の分も順に実行)",
        example=_WHY,
        needs_reason=True,
    ),
)
