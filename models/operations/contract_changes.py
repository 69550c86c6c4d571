"""What can be asked to change a running contract."""

from __future__ import annotations

from typing import Any

from models.machines.contract import BEGUN, IN_FORCE
from models.messages.contract import changes as messages
from models.operations.operation import Operation

_BY: dict[str, Any] = {"actor": "operator"}
_WHY = {**_BY, "reason_code": "other"}

CHANGES = (
    Operation(
        "request_course_change",
        frozenset({"active"}),
        "コース変更の申込みを受けた(9条・21条)",
        messages.RequestCourseChange,
        {**_BY, "to_course": "COLLABO", "channel": "online", "received_at": "2018-05-21T10:00:00+09:00"},
    ),
    Operation(
        "undo_course_change",
        IN_FORCE,
        "コース変更の申込みを取り消す(変更日前)",
        messages.UndoCourseChange,
        _BY,
        requires="pending_course_change",
    ),
    Operation(
        "decide_course_change",
        IN_FORCE,
        "回線契約者でない申込者のコース変更を承諾する・しない(7条・9条2項)",
        messages.DecideCourseChange,
        {**_WHY, "accept": True},
        needs_reason=True,
        requires="pending_course_change",
    ),
    Operation(
        "relocate",
        IN_FORCE,
        "転居の申出を受けた(21条3項)",
        messages.Relocate,
        {**_BY, "to_operator": "WEST", "received_at": "2018-05-21T10:00:00+09:00"},
    ),
    Operation(
        "initial_cancellation",
        IN_FORCE,
        "初期契約解除の届出を受けた(12条4項・5項、21条4項)",
        messages.InitialCancellation,
        {**_BY, "papers_received_on": "2018-05-10", "dispatched_on": "2018-05-17", "then": "end"},
    ),
    Operation(
        "terminate",
        IN_FORCE,
        "契約を解除する(12条3項3号)",
        messages.Terminate,
        {**_WHY, "effective_on": "2018-06-15"},
        needs_reason=True,
    ),
    Operation(
        "add_benefit",
        IN_FORCE,
        "特典の最低利用期間と費用を登録する(12条2項)",
        messages.AddBenefit,
        {**_WHY, "benefit_id": "CAMPAIGN-2018", "minimum_months": 12, "fee": 10000, "from_on": "2018-06-01"},
        needs_reason=True,
    ),
    Operation(
        "decide_fee",
        BEGUN,
        "判断待ちの費用を請求する・しない(12条3項)",
        messages.DecideFee,
        {**_WHY, "charge_id": "K…-F5", "due": True},
        needs_reason=True,
    ),
)
