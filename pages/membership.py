"""The operator's page of a membership."""

from __future__ import annotations

from models import words
from models.messages.club.membership import PROGRAMME_END, MembershipState
from models.messages.program import FLETS_CLUB, workflow_id
from models.operations.membership import OPERATIONS
from pages import parts
from rules.explain import wording

RENEWALS = {
    "open": "判定前",
    "booked": "付与済み",
    "disqualified": "対象外",
    "after_last_cohort": "最終対象月より後",
    "lapsed": "会員終了により消滅",
}


def render(state: MembershipState) -> str:
    """State, line, renewals, storage, what is ahead and why, the updates allowed now."""
    service = state.service[-1] if state.service else None
    rows: list[tuple[str, object]] = [
        ("状態", f"**{words.ja(words.MEMBERSHIP_STATES, state.state)}**"),
        ("登録日", f"{state.registered_on}{'(再登録)' if state.former_member else ''}"),
        ("回線のタイプ", words.ja(words.SERVICE_TYPES, service.service_type) if service else None),
        ("利用開始日", state.in_use_since),
        ("にねん割の開始日", state.ninen_wari_started_on),
        ("にねん割の解約日", state.ninen_wari_cancelled_on),
        ("ポイントを使える最終日", state.usable_through),
        ("終了日", state.ended_on),
        ("増量特典", words.ja(words.STORAGE_STATES, state.storage.state)),
        ("特典の適用終了日", state.storage.perk_off_on),
        ("容量が戻る日", state.storage.reverts_on),
    ]
    lines = ["# フレッツ光メンバーズクラブ 会員", "", *parts.tasks(state), *parts.table(rows), ""]
    if state.renewals:
        lines += ["## にねん割更新ポイント", "", "| 満了月 | 更新月 | 付与期限 | 状態 |", "| --- | --- | --- | --- |"]
        lines += [
            wording.in_words(
                f"| {each.term_end_month} | {each.window_from} 〜 {each.window_to} | {each.book_by} "
                f"| {RENEWALS[each.state]} |",
                "ja",
            )
            for each in state.renewals.values()
        ]
        lines.append("")
    return parts.page([*lines, *parts.ahead(state), *_of_plan(state), *parts.updates(OPERATIONS, state)])


def _of_plan(state: MembershipState) -> list[str]:
    """Whose day the programme's end above is: an execution learns of another plan when it is announced (M-08.4)."""
    if not any(item.data.get("cause") == PROGRAMME_END for item in state.agenda.values()):
        return []
    told_last = "プログラム終了の日は、この会員に最後に伝わった計画のものです。"
    until_told = "計画が改められたときは、告知が届くまで前の日のままです。"
    return ["", f"{told_last}{until_told}いまの計画は `{workflow_id(FLETS_CLUB)}` のページにあります。"]
