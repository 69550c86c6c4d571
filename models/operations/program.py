"""What can be asked of a programme."""

from __future__ import annotations

from models.messages.program import ReplacePlan
from models.operations.operation import SETTLE, SETTLE_TASK, Operation, table

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
    Operation(
        "replace_plan",
        frozenset({"running", "paused"}),
        "終了計画を差し替える(告知日の前まで。メンバーズクラブのみ)",
        ReplacePlan,
        {
            **_WHY,
            "plan": {
                "announced_on": "2023-07-01",
                "registration_ends_on": "2023-09-30",
                "last_grant_month": "2023-12",
                "points_redated": {
                    "granted_from": "2023-04-01",
                    "granted_to": "2023-12-31",
                    "expires_on": "2025-03-31",
                },
                "ends_on": "2025-03-31",
            },
        },
        needs_reason=True,
    ),
    SETTLE,
    SETTLE_TASK,
)
