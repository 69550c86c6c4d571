"""What can be asked of a filing."""

from __future__ import annotations

from models.machines.filing import OPEN, OVER
from models.messages import filing as messages
from models.operations.operation import SETTLE, SETTLE_TASK, Operation, table

OPERATIONS = table(
    Operation("carrier_status", OPEN | OVER | {"prepared"}, "NTTからの処理状況(13条1号)", messages.CarrierStatus),
    Operation(
        "correct_filing",
        frozenset({"defect"}),
        "不備を訂正して再提出する",
        messages.CorrectFiling,
        {"actor": "operator", "fields": ["address"]},
    ),
    Operation(
        "withdraw_filing",
        OPEN | {"prepared"},
        "代行申込みを取り下げる(工事日の前日まで)",
        messages.WithdrawFiling,
        {"actor": "operator"},
    ),
    SETTLE,
    SETTLE_TASK,
)
