"""What can be asked of a membership."""

from __future__ import annotations

from typing import Any

from models.machines.membership import ACTIVE, ANY, OVER
from models.messages.club import membership as messages
from models.messages.entity import DecideRevision
from models.operations.operation import SETTLE, SETTLE_TASK, Operation, table

_BY: dict[str, Any] = {"actor": "operator"}
_WHY = {**_BY, "reason_code": "other"}

OPERATIONS = table(
    Operation(
        "leave",
        ACTIVE,
        "退会(当日までポイントを利用できる)",
        messages.Leave,
        {**_BY, "received_at": "2024-10-15T10:00:00+09:00"},
        late=OVER,
    ),
    Operation(
        "set_mail_consents",
        ANY,
        "メールマガジンの同意を登録する",
        messages.SetMailConsents,
        {**_BY, "club": True, "ntt_east": False},
    ),
    Operation(
        "adjust_points",
        ACTIVE,
        "付与漏れポイントを本来の付与日で補う",
        messages.AdjustPoints,
        {**_WHY, "points": 300, "granted_on": "2023-12-01", "usage_month": "2023-11"},
        needs_reason=True,
    ),
    Operation(
        "correct",
        ANY,
        "誤った記録を取り消す(記録は残る)",
        messages.Correct,
        {**_WHY, "voids": 3},
        needs_reason=True,
    ),
    Operation(
        "decide_revision",
        ANY,
        "会員に不利となる訂正を承認する・しない",
        DecideRevision,
        {**_WHY, "held_id": "12", "accept": True},
        needs_reason=True,
        requires="awaiting",
    ),
    Operation("change_credentials", ANY, "受付センタでパスワードを変更した(値は送らない)", example=_BY),
    Operation("line_notice", ANY, "NTTからの回線に関する通知", messages.LineChange),
    Operation(messages.EXCHANGE_FAILED, ANY, "ポイント交換の不成立(ポイント返還後の確認)", messages.ExchangeFailed),
    Operation("plan_changed", ACTIVE, "プログラム終了計画の変更", messages.PlanChanged),
    Operation(messages.PLAN_ANNOUNCED, ACTIVE, "プログラム終了計画の告知", messages.PlanAnnounced),
    Operation(
        "change_support",
        ANY,
        "サポートサービスの開始・終了(増量特典の継続)",
        messages.ChangeSupport,
        {**_BY, "service": "REMOTE_SUPPORT", "active": True, "on": "2025-03-01"},
    ),
    Operation(
        "change_storage_plan",
        ANY,
        "容量プランの変更(増量分を除くGB)",
        messages.ChangeStoragePlan,
        {**_BY, "capacity_gb": "25", "on": "2025-04-20"},
    ),
    SETTLE,
    SETTLE_TASK,
)
