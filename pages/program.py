"""The operator's page of a programme."""

from __future__ import annotations

from models import words
from models.messages.program import CHECK_OVERDUE, FLETS_CLUB, ISSUE_STATEMENTS, WAKWAK_BILLING, ProgramState
from models.operations.program import OPERATIONS
from pages import parts, program_club

NAMES = {WAKWAK_BILLING: "WAKWAK 月次請求", FLETS_CLUB: "フレッツ光メンバーズクラブ"}

RUNS = {ISSUE_STATEMENTS: "請求書の発行", CHECK_OVERDUE: "支払期日の確認", **program_club.RUNS}

COUNTS = {
    **program_club.COUNTS,
    "statements": "請求書",
    "open": "うち未払い",
    "issued": "今回発行",
    "items": "明細",
    "contracts": "契約",
    "overdue": "未払い",
    "withdrawn": "代行の終了",
    "settled": "完済の反映",
    "refunds": "返金の依頼",
    "unnoted": "処理も記録もできなかったもの",
    "suspended": "督促保留",
}


def render(state: ProgramState) -> str:
    """State, the latest runs with their counts, the runs ahead, the updates allowed now."""
    rows: list[tuple[str, object]] = [
        ("状態", f"**{words.ja(words.PROGRAM_STATES, state.state)}**"),
        *((f"前回の{RUNS.get(event, event)}", _said(run.period, run.counts)) for event, run in state.runs.items()),
        *(program_club.plan_rows(state) if state.code == FLETS_CLUB else ()),
    ]
    held = [("再開時に行うもの", "、".join(item.label for item in state.held))] if state.held else []
    tasks = parts.tasks(state)
    lines = [f"# {NAMES.get(state.code, state.code)}", "", *tasks, *parts.table([*rows, *held]), ""]
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])


def _said(period: str, counts: dict[str, int]) -> str:
    told = "、".join(f"{COUNTS.get(name, name)} {count:,}" for name, count in counts.items())
    return f"{period}({told})" if told else period
