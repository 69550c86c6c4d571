"""What can be asked of an exchange."""

from __future__ import annotations

from models.messages.club.exchange import PAYMENT_TOLD, UNDO_PAYMENT_TOLD, PaymentTold
from models.operations.operation import SETTLE, SETTLE_TASK, Operation, table

OPERATIONS = table(
    Operation(
        PAYMENT_TOLD,
        frozenset({"sent"}),
        "サービス料への充当について、NTTから聞いた結果を登録する",
        PaymentTold,
        {"actor": "operator", "reason_code": "other", "outcome": "taken", "told_at": "2024-06-12T10:00:00+09:00"},
        needs_reason=True,
    ),
    Operation(
        UNDO_PAYMENT_TOLD,
        frozenset({"fulfilled", "failed"}),
        "登録した充当の結果を取り消す(NTTへの送付を再開)",
        example={"actor": "operator", "reason_code": "entry_error"},
        needs_reason=True,
        requires="told_by_hand",
    ),
    SETTLE,
    SETTLE_TASK,
)
"""What NTT said of a fee payment, and the retry of what a defect set aside.

Only the member's own session sends a request, and nobody changes it after that (M-09.9).
"""

MEMBER_STEPS: dict[str, tuple[str, ...]] = {"draft": ("edit", "confirm"), "confirmed": ("edit", "send")}
"""What the member's session may do in a state."""
