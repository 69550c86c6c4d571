"""The operator's page of a programme."""

from __future__ import annotations

from models.messages.program import CHECK_OVERDUE, ISSUE_STATEMENTS, WAKWAK_BILLING, ProgramState
from models.operations.program import OPERATIONS
from models.pages import parts

STATES = {"running": "稼働中", "paused": "停止中", "ended": "終了"}

NAMES = {WAKWAK_BILLING: "WAKWAK 月次請求"}

RUNS = {ISSUE_STATEMENTS: "請求書の発行", CHECK_OVERDUE: "支払期日の確認"}

COUNTS = {
    "statements": "請求書",
    "open": "うち未払い",
    "issued": "今回発行",
    "items": "明細",
    "contracts": "契約",
    "overdue": "未払い",
    "withdrawn": "代行の終了",
    "settled": "完済の反映",
    "suspended": "督促保留",
}


def render(state: ProgramState) -> str:
    """State, the latest runs with their counts, the runs ahead, the updates allowed now."""
    rows: list[tuple[str, object]] = [
        ("状態", f"**{STATES.get(state.state, state.state)}**"),
        *((f"前回の{RUNS.get(event, event)}", _said(run.period, run.counts)) for event, run in state.runs.items()),
        *((f"計画: {name}", value) for name, value in state.plan.items()),
    ]
    lines = [f"# {NAMES.get(state.code, state.code)}", "", *parts.table(rows), ""]
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])


def _said(period: str, counts: dict[str, int]) -> str:
    told = "、".join(f"{COUNTS.get(name, name)} {count:,}" for name, count in counts.items())
    return f"{period}({told})" if told else period
