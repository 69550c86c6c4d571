"""What can be asked of a contract."""

from __future__ import annotations

from typing import Any

from models.machines.contract import ANY, BEFORE_SERVICE, IN_FORCE
from models.messages.contract import billing as bills
from models.messages.contract import contract as messages
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import DecideRevision
from models.operations.contract_changes import CHANGES
from models.operations.contract_notices import NOTICES
from models.operations.operation import SETTLE, Operation, table

_BY: dict[str, Any] = {"actor": "operator"}
_WHY = {**_BY, "reason_code": "other"}

OPERATIONS = table(
    Operation("request_identity", frozenset({"applied"}), "身分証明書等の提示を求める(5条)", example=_BY),
    Operation(
        "show_identity",
        frozenset({"identity_requested"}),
        "身分証明書等の提示を受けた(5条)",
        messages.ShowIdentity,
        {**_BY, "shown_at": "2018-05-21T10:00:00+09:00"},
    ),
    Operation(
        "withdraw",
        BEFORE_SERVICE | {"active"},
        "申込みの取下げ(提供開始日の前日まで)",
        messages.WithReceipt,
        _BY,
        requires="may_not_have_begun",
    ),
    Operation("accept", frozenset({"applied"}), "申込みを承諾する(7条)", example=_WHY, needs_reason=True),
    Operation("refuse", BEFORE_SERVICE, "申込みを承諾しない(7条)", example=_WHY, needs_reason=True),
    Operation(
        "switch_course",
        BEFORE_SERVICE | {"active"},
        "NTTによるサービスタイプ変更に合わせてコースを変える(4条2項)",
        messages.SwitchCourse,
        {**_WHY, "to_course": "W2_MANSION"},
        needs_reason=True,
    ),
    Operation(
        "start_service",
        frozenset({"accepted"}),
        "サービス提供開始日を登録する(12条1項)",
        messages.StartService,
        {**_BY, "service_start_on": "2018-06-12"},
    ),
    Operation(
        "cancel",
        frozenset({"active", "choosing"}),
        "解約の届出を受けた(10条・22条)",
        messages.Cancel,
        {**_BY, "channel": "paper", "received_at": "2019-04-25T10:00:00+09:00"},
    ),
    Operation(
        "undo_cancellation",
        frozenset({"ending"}),
        "解約の届出を取り消す(発効前)",
        messages.UndoCancellation,
        _BY,
    ),
    *CHANGES,
    *NOTICES,
    Operation(
        "take_line_charges",
        ANY,
        "NTTの回線料金明細を受ける(24条)",
        bills.TakeLineCharges,
        {**_BY, "month": "2012-06", "items": [{"code": "FLETS", "amount": 5200}]},
    ),
    Operation("withdraw_payment_agency", IN_FORCE, "支払の代行を終える(24条3項)", bills.WithdrawPaymentAgency),
    Operation("credit_left", ANY, "返金の要否が変わった(11条・23条)", bills.CreditLeft),
    Operation(
        "record_refund",
        IN_FORCE | {"ended"},
        "返金したことを記録する(11条・23条)",
        bills.RecordRefund,
        {**_WHY, "amount": 1080, "paid_on": "2019-05-20"},
        needs_reason=True,
        requires="gets_refunds",
    ),
    Operation(
        "reverse_payment",
        ANY,
        "誤って登録した入金・返金を取り消す",
        bills.ReversePayment,
        {**_WHY, "payment_id": "op-12"},
        needs_reason=True,
    ),
    Operation("charge_owed", ANY, "戻した費用の再請求(12条)", bills.ChargeOwed),
    Operation("charge_paid", ANY, "請求書の完済(11条・23条)", bills.ChargePaid),
    Operation(
        "decide_revision",
        ANY,
        "契約者に不利となる訂正を承認する・しない",
        DecideRevision,
        {**_WHY, "held_id": "12", "accept": True},
        needs_reason=True,
        requires="awaiting",
    ),
    Operation("filing_report", ANY, "代行申込からの報告(8条)", messages.FilingReport),
    Operation("rollout", ANY, "一斉変更(14条・26条)", RolloutStep),
    Operation(
        "correct",
        ANY,
        "誤った記録を取り消す(記録は残る)",
        messages.Correct,
        {**_WHY, "voids": 3},
        needs_reason=True,
    ),
    SETTLE,
)
