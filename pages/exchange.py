"""The operator's page of an exchange."""

from __future__ import annotations

from models.messages.club.exchange import ExchangeState
from models.operations.exchange import OPERATIONS
from pages import parts

STATES = {
    "confirmed": "送信前",
    "sent": "送信済み(処理中)",
    "fulfilled": "完了",
    "failed": "不成立(ポイント返還済み)",
}

KINDS = {"gift_code": "アイテム交換(ギフトコード)", "fee_payment": "サービス料のお支払い"}

FAILURES = {"CARRIER_REFUSED": "NTT東日本が受け付けなかった"}


def render(state: ExchangeState) -> str:
    """State, item, points by lot, what is ahead. Contact data and codes stay in the database."""
    rows: list[tuple[str, object]] = [
        ("状態", f"**{STATES.get(state.state, state.state)}**"),
        ("会員", f"`membership/{state.member_id}`"),
        ("種別", KINDS.get(state.kind, state.kind)),
        ("アイテム", f"{state.item_id} × {state.quantity}"),
        ("ポイント", f"{state.points:,}"),
        ("送信", parts.moment(state.sent_at) if state.sent_at else None),
        ("充当月", state.billing_month),
        ("不成立の理由", FAILURES.get(state.failure, state.failure) if state.failure else None),
    ]
    lines = ["# ポイント交換", "", *parts.tasks(state), *parts.table(rows), ""]
    if state.uses:
        lines += ["## 使われたポイント", "", "| ロット | ポイント |", "| --- | --- |"]
        lines += [f"| {use.lot_id} | {use.points:,} |" for use in state.uses]
        lines.append("")
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])
