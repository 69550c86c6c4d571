"""What a list of decisions says of each: which way, where to, which entry, how much."""

from __future__ import annotations

from typing import Any

import pytest

from rules.explain.steps import outcome

ROWS: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "settle_task",
        {"outcome": "settled", "why": "WAIVER_REQUESTED"},
        "免除を認めない",
        "waiver not granted",
    ),
    ("switch_course", {"outcome": "switched", "course": "W2_MANSION"}, "マンション", "マンション"),
    (
        "course_change",
        {"outcome": "accepted", "to_course": "OTHER"},
        "→ その他の WAKWAK コース",
        "→ another WAKWAK course",
    ),
    (
        "undo_cancellation",
        {"outcome": "undone", "voids": [4], "voided_event": "cancel"},
        "取り消した記録: #4 解約の届出を受け付けました",
        "taken back: #4 The cancellation notice was received",
    ),
    ("correct", {"outcome": "voided", "voids": [7, 8]}, "取り消した記録: #7・#8", "taken back: #7, #8"),
    (
        "course_change",
        {"outcome": "accepted", "to_course": "COLLABO", "fee_outcome": "due",
         "fee": {"amount": 4500, "tax": 360, "total": 4860}},
        "→ WAKWAK 光コラボ 解約事務手数料 4,860円",
        "→ WAKWAK 光コラボ cancellation fee 4,860 yen",
    ),
    (
        "record_payment",
        {"outcome": "partly_paid", "amount": 100, "owed": 1971},
        "100円を受領、残り 1,971円",
        "100 yen received, 1,971 yen still owed",
    ),
    (
        "set_mail_consents",
        {"outcome": "consents_set", "club": False, "ntt_east": True},
        "クラブのメール 希望しない、NTT東日本のメール 希望する",
        "the club's mail not wanted, NTT East's mail wanted",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("event", "decision", "ja", "en"), ROWS)
def test_a_decision_says_its_way_its_course_its_entry_and_its_sum(
    event: str, decision: dict[str, Any], ja: str, en: str
) -> None:
    """A refused waiver is no instruction, a switch names its course, an undo and a correction what they took back."""
    assert ja in outcome(event, decision, "2019-07-10", "ja")
    assert en in outcome(event, decision, "2019-07-10", "en")


def test_a_settled_task_says_that_it_was_settled() -> None:
    """The words of a task say what is to be done; once it is done they stand behind that."""
    said = outcome("settle_task", {"outcome": "settled", "why": "LINE_HOLDER_CHANGED"}, "2019-07-10", "ja")
    assert said.startswith("確認済み: ")
