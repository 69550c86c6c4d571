"""The operator's page of a contract."""

from __future__ import annotations

from models import words
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import AppliedChange
from models.messages.entity import Charge
from models.operations.contract import OPERATIONS
from pages import parts
from pages.parts import COURSES
from rules.explain import wording

_CHAPTERS = {1: "第1章", 2: "第2章"}


def _pending(state: ContractState) -> str | None:
    """The course change ahead, and whether it still waits for an operator."""
    change = state.pending_course_change
    if change is None:
        return None
    on = change.change_on or "変更日未定"
    waits = "(承諾待ち)" if isinstance(change, AppliedChange) and change.status == "needs_operator" else ""
    return f"{COURSES.get(change.to_course, change.to_course)} {on}{waits}"


def _choice(state: ContractState) -> str | None:
    """Where the choice stands, what is offered and since when."""
    choice = state.choice
    if choice is None:
        return None
    offered = "・".join(words.ja(words.CHOICES, each) for each in choice.offered)
    return f"{words.ja(words.CHOICE_STATES, choice.state)}({offered}、{choice.opened_on} から)"


def _charge(charge: Charge) -> str:
    name, stands = words.ja(words.CHARGES, charge.code), words.ja(words.CHARGE_STATES, charge.state)
    due = f"、期日 {wording.day(charge.due_on, 'ja')}" if charge.due_on else ""
    money = f"**{charge.total:,}円**({charge.amount:,}円+税{charge.tax:,}円)"
    return f"- {name} {money} {stands}{due}({', '.join(charge.articles)})"


def render(state: ContractState) -> str:
    """State, course, minimum term, what is ahead and why, what can be undone, the updates allowed now."""
    term = state.minimum_term
    rows: list[tuple[str, object]] = [
        ("状態", f"**{words.ja(words.CONTRACT_STATES, state.state)}**"),
        ("コース", f"{COURSES.get(state.course, state.course)}({_CHAPTERS.get(state.chapter, '本規程の外')})"),
        ("予定のコース変更", _pending(state)),
        ("回線事業者", words.ja(words.AREAS, state.line.carrier_area) if state.line else None),
        ("申込日", state.applied_on),
        ("サービス提供開始日", state.service_start_on),
        ("最低利用期間", f"{term.start_on} 〜 {term.end_on}" if term else "なし" if state.service_start_on else None),
        ("最低利用期間の引継ぎ", "引継ぎ済み(12条3項2号)" if state.carried_term else None),
        ("契約者の選択", _choice(state)),
        (
            "費用の留保",
            f"{state.watch.until} まで({words.ja(words.WATCH_STATES, state.watch.state)})" if state.watch else None,
        ),
        ("終了日", state.end_on),
        ("代行申込", f"`filing/{state.filing_id}`" if state.filing_id and state.start_line else None),
    ]
    lines = ["# WAKWAK 契約", "", *parts.tasks(state), *parts.table(rows), ""]
    if state.charges:
        lines += ["## 料金", ""]
        lines += [_charge(charge) for charge in state.charges.values()]
        lines.append("")
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])
