"""What can be asked of a contract about its line: notices, the choice, waivers, inquiries."""

from __future__ import annotations

from typing import Any

from models.machines.contract import ANY, BEGUN
from models.messages.contract import notices as messages
from models.operations.operation import Operation

_BY: dict[str, Any] = {"actor": "operator"}
_WHY = {**_BY, "reason_code": "other"}

NOTICES = (
    Operation(
        "choose",
        frozenset({"choosing"}),
        "契約者の選択を受けた(11条・23条)",
        messages.Choose,
        {**_BY, "choice": "cancel", "received_at": "2019-03-20T10:00:00+09:00"},
    ),
    Operation(
        "waive",
        BEGUN,
        "費用の支払いを免除する(12条6項)",
        messages.Waive,
        {**_BY, "reason_code": "evidence_accepted", "case": "death"},
        needs_reason=True,
    ),
    Operation(
        "request_waiver",
        BEGUN,
        "免除の申出と証拠を受けた(12条6項)",
        messages.RequestWaiver,
        {**_BY, "case": "death"},
    ),
    Operation(
        "inquire",
        ANY,
        "回線についての問合せを記録する(8条2項・4項)",
        messages.Inquire,
        {**_BY, "topic": "CONSTRUCTION_DATE"},
    ),
    Operation(
        "settle_task",
        ANY,
        "担当者の判断待ちを処理済みにする",
        messages.SettleTask,
        {**_WHY, "why": "LINE_HOLDER_CHANGED"},
        needs_reason=True,
        requires="tasks",
    ),
    Operation("line_notice", ANY, "NTTからの回線の通知(13条2号・25条)", messages.TakeLineNotice),
)
