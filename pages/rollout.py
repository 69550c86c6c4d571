"""The operator's page of a rollout."""

from __future__ import annotations

from models.messages.rollout import RolloutState
from models.operations.rollout import OPERATIONS
from pages import parts

STATES = {
    "announced": "告知済み(実施日待ち)",
    "running": "実施中",
    "paused": "一時停止中",
    "finished": "完了",
}

KINDS = {"course_merge": "コースの統合・名称変更", "discontinue": "提供終了", "terms_change": "規程の変更"}

_COUNTS = {"planned": "未処理", "done": "処理済み", "skipped": "対象外", "failed": "失敗"}


def render(state: RolloutState) -> str:
    """State, dates, progress, what is ahead, the updates allowed now."""
    rows: list[tuple[str, object]] = [
        ("状態", f"**{STATES.get(state.state, state.state)}**"),
        ("種類", KINDS[state.kind]),
        ("対象コース", ", ".join(state.courses)),
        ("移行先コース", state.to_course),
        ("告知日", state.announced_on),
        ("実施日", state.effective_on),
        ("根拠", ", ".join(state.articles)),
        *((name, f"{state.counts.get(key, 0):,}件") for key, name in _COUNTS.items() if state.counts),
    ]
    lines = ["# 一斉変更(14条・26条)", "", *parts.tasks(state), *parts.table(rows), ""]
    return parts.page([*lines, *parts.ahead(state), *parts.updates(OPERATIONS, state)])
