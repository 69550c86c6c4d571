"""The operator's page of a contract."""

from __future__ import annotations

from models.messages.contract import ContractState
from models.messages.contract_parts import AppliedChange
from models.operations.contract import OPERATIONS
from pages import parts
from rules import terms
from rules.course_catalogue import full_name

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

COURSES = {code: full_name(code) for code in terms.constant("course.catalogue")}
"""Japanese names by code; read when the worker starts, since a workflow reads no files."""

_CODES = {
    "termination_fee": "解約事務手数料",
    "benefit_fee": "特典の費用",
    "monthly_basic": "月額基本料金",
    "line_pass_through": "フレッツ光料金(支払の代行)",
}

_CHAPTERS = {1: "第1章", 2: "第2章"}

_FEES = {
    "planned": "予定",
    "due": "請求",
    "paid": "支払済み",
    "waived": "免除",
    "watched": "留保",
    "needs_operator": "判断待ち",
}


def _pending(state: ContractState) -> str | None:
    """The course change ahead, and whether it still waits for an operator."""
    change = state.pending_course_change
    if change is None:
        return None
    on = change.change_on or "変更日未定"
    waits = "(承諾待ち)" if isinstance(change, AppliedChange) and change.status == "needs_operator" else ""
    return f"{COURSES.get(change.to_course, change.to_course)} {on}{waits}"


_CHOICE = {
    "open": "選択待ち",
    "escalated": "選択待ち(担当者へ)",
    "continue": "継続",
    "course_change": "コース変更",
    "cancel": "解約",
}


def _choice(state: ContractState) -> str | None:
    """Where the choice stands, what is offered and since when."""
    choice = state.choice
    if choice is None:
        return None
    offered = "・".join(_CHOICE.get(each, each) for each in choice.offered)
    return f"{_CHOICE.get(choice.state, choice.state)}({offered}、{choice.opened_on} から)"


def render(state: ContractState) -> str:
    """State, course, minimum term, what is ahead and why, what can be undone, the updates allowed now."""
    term = state.minimum_term
    rows: list[tuple[str, object]] = [
        ("状態", f"**{STATES.get(state.state, state.state)}**"),
        ("コース", f"{COURSES.get(state.course, state.course)}({_CHAPTERS.get(state.chapter, '本規程の外')})"),
        ("予定のコース変更", _pending(state)),
        ("回線事業者", {"EAST": "NTT東日本", "WEST": "NTT西日本"}.get(state.line.operator) if state.line else None),
        ("申込日", state.applied_on),
        ("サービス提供開始日", state.service_start_on),
        ("最低利用期間", f"{term.start_on} 〜 {term.end_on}" if term else "なし" if state.service_start_on else None),
        ("最低利用期間の引継ぎ", "引継ぎ済み(12条3項2号)" if state.carried_term else None),
        ("契約者の選択", _choice(state)),
        ("費用の留保", f"{state.watch.until} まで({state.watch.state})" if state.watch else None),
        ("終了日", state.end_on),
        ("代行申込", f"`filing/{state.filing_id}`" if state.filing_id and state.start_line else None),
    ]
    lines = ["# WAKWAK 契約", "", *parts.tasks(state), *parts.table(rows), ""]
    if state.charges:
        lines += ["## 料金", ""]
        lines += [
            f"- {_CODES.get(charge.code, charge.code)} **{charge.total:,}円**({charge.amount:,}円+税{charge.tax:,}円)"
            f" {_FEES[charge.state]}{f'、期日 {charge.due_on}' if charge.due_on else ''}({', '.join(charge.articles)})"
            for charge in state.charges.values()
        ]
        lines.append("")
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])
