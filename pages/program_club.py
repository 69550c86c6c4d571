"""What the club's programme adds to the operator's page: its plan, and the names of its runs and counts."""

from __future__ import annotations

from models.messages.program import (
    ADVISE_END,
    ADVISE_REVERSION,
    ANNOUNCE_WIND_DOWN,
    BOOK_MONTHLY_POINTS,
    END_MEMBERSHIPS,
    EXPIRE_POINTS,
    REMIND_EXPIRING,
    WAKE_ENDED,
    WAKE_MEMBERSHIPS,
    ProgramState,
)
from rules.club.program import plan_of

RUNS = {
    BOOK_MONTHLY_POINTS: "マンスリーポイントの付与",
    EXPIRE_POINTS: "ポイントの失効",
    REMIND_EXPIRING: "有効期限のお知らせ",
    ANNOUNCE_WIND_DOWN: "提供終了の告知",
    ADVISE_END: "終了前のデータ保存のお願い",
    ADVISE_REVERSION: "容量が戻る前のお知らせ",
    END_MEMBERSHIPS: "プログラム終了による会員資格の終了",
    WAKE_MEMBERSHIPS: "会員画面の更新",
    WAKE_ENDED: "終了した会員の画面の更新",
}

COUNTS = {
    "members": "会員",
    "granted": "付与",
    "points": "ポイント",
    "rejected": "付与期限切れ",
    "lots": "ロット",
    "letters": "お知らせ",
    "too_late": "期限後のため中止",
    "told": "告知済み",
    "skipped": "対象外",
    "failed": "失敗",
    "kept": "容量の維持",
    "ended": "終了",
    "left": "個別に終了",
    "woken": "更新",
}


def plan_rows(state: ProgramState) -> list[tuple[str, object]]:
    """The plan by which the club ends."""
    if not state.plan:
        return []
    plan = plan_of(state.plan)
    redated = plan.points_redated
    return [
        ("告知日", plan.announced_on),
        ("新規会員登録の受付終了", plan.registration_ends_on),
        ("最後のポイント付与月", plan.last_grant_month),
        (
            "有効期限の変更",
            f"{redated.granted_from} 〜 {redated.granted_to} の付与分を {redated.expires_on} まで",
        ),
        ("提供終了日", plan.ends_on),
        ("会員への反映", _reached(state, plan.announced_on.isoformat())),
    ]


def _reached(state: ProgramState, period: str) -> str:
    """How far the plan has come to the members, whose own pages show what they were told last (M-08.4)."""
    waiting = {item.event for item in state.agenda.values() if item.data.get("period") == period}
    waiting |= {item.event for item in state.held if item.data.get("period") == period}
    done = {event for event, run in state.runs.items() if run.period == period}
    if WAKE_MEMBERSHIPS in done - waiting:
        return "済み"
    if f"{ANNOUNCE_WIND_DOWN}/{period}" in state.agenda or ANNOUNCE_WIND_DOWN in done:
        return "伝えている途中です。会員のページは順に新しい日になります"
    return f"{period} の告知で伝えます。それまで会員のページは、前に伝わった計画の日のままです"
