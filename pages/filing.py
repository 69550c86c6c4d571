"""The operator's page of a filing."""

from __future__ import annotations

from models import words
from models.messages.filing import FilingState
from models.operations.filing import OPERATIONS
from pages import parts

STATES = {
    "prepared": "送付準備中",
    "filed": "NTTへ送付済み",
    "accepted": "NTT受付",
    "defect": "不備",
    "negotiating": "折衝中",
    "waiting_facility": "設備待ち",
    "date_adjusting": "工事日調整",
    "waiting_work": "工事待ち",
    "opened": "開通",
    "cancelled": "注文取消",
    "not_available": "提供不可",
}


def render(state: FilingState) -> str:
    """State, dates, defects, milestones ahead, the updates allowed now."""
    rows: list[tuple[str, object]] = [
        ("状態", f"**{STATES.get(state.state, state.state)}**"),
        ("回線事業者", words.ja(words.AREAS, state.carrier_area)),
        ("契約", f"`contract/{state.contract_id}`"),
        ("送付", parts.moment(state.filed_at) if state.filed_at else None),
        ("工事日", state.work_on),
        ("開通日", state.opened_on),
        ("回線のタイプ", words.ja(words.LINE_TYPES, state.service_type)),
        ("不備", "、".join(words.ja(words.DEFECTS, each) for each in state.defects)),
        ("NTT通番", state.sequence),
    ]
    lines = ["# 代行申込(8条)", "", *parts.tasks(state), *parts.table(rows), ""]
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])
