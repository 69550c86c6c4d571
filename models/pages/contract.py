"""The operator's page of a contract."""

from __future__ import annotations

from models.messages.contract import ContractState
from models.operations.contract import OPERATIONS
from models.pages import parts

STATES = {
    "applied": "申込受付",
    "identity_requested": "身分証明書等の提示待ち",
    "filing": "回線の代行申込中",
    "accepted": "承諾済み(開始待ち)",
    "active": "利用中",
    "ending": "解約予定",
    "choosing": "契約者の選択待ち",
    "ended": "終了",
    "declined": "不承諾",
    "withdrawn": "取下げ",
}

COURSES = {
    "W2_FAMILY": "with フレッツ II ファミリー",
    "W2_MANSION": "with フレッツ II マンション",
}

TASKS = {
    "NOT_LINE_HOLDER": "申込者が回線契約者ではない(7条)。accept または refuse",
    "LINE_TYPE_CHANGED": "NTTがサービスタイプを変更した(4条2項)。switch_course を検討",
    "COURSE_DOES_NOT_MATCH_LINE": "コースと回線のタイプが合わない。switch_course を検討",
    "LINE_TAKEN_AT_OPENING": "開通した回線に別の契約がある(3条)。refuse を検討",
    "FILING_LATE": "代行申込の進捗が遅れている(8条)",
    "FILING_DEFECT": "代行申込に不備がある(8条)",
}

_FEES = {
    "planned": "予定",
    "due": "請求",
    "paid": "支払済み",
    "waived": "免除",
    "watched": "留保",
    "needs_operator": "判断待ち",
}


def render(state: ContractState) -> str:
    """State, course, minimum term, what is ahead and why, what can be undone, the updates allowed now."""
    term = state.minimum_term
    rows: list[tuple[str, object]] = [
        ("状態", f"**{STATES.get(state.state, state.state)}**"),
        ("コース", f"{COURSES.get(state.course, state.course)}(第{state.chapter}章)"),
        ("回線事業者", {"EAST": "NTT東日本", "WEST": "NTT西日本"}.get(state.line.operator) if state.line else None),
        ("申込日", state.applied_on),
        ("サービス提供開始日", state.service_start_on),
        ("最低利用期間", f"{term.start_on} 〜 {term.end_on}" if term else "なし" if state.service_start_on else None),
        ("終了日", state.end_on),
        ("代行申込", f"`filing/{state.filing_id}`" if state.filing_id and state.start_line else None),
    ]
    lines = ["# WAKWAK 契約", "", *parts.tasks(state, TASKS), *parts.table(rows), ""]
    if state.charges:
        lines += ["## 料金", "", "| 区分 | 金額(税込) | 状態 | 期日 | 根拠 |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| 解約事務手数料 | {charge.total:,}円({charge.amount:,}円+税{charge.tax:,}円) "
            f"| {_FEES[charge.state]} | {charge.due_on or '—'} | {', '.join(charge.articles)} |"
            for charge in state.charges.values()
        ]
        lines.append("")
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])
