"""Everything that can wait for an operator: its code, its words, and what settles it (X-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

About = Literal[
    "application", "line", "course", "fee", "waiver", "with_flets", "refund", "line_charges", "points", "order"
]
"""The application of a contract that has not begun; the line of a contract in force on a course of this book; the
course it is on; a fee that may still be asked; a fee that may be waived, paid or not; with フレッツ, which it has
not left; money that no statement of ours will use; a month's line charges of which two lists stand beside each other;
points that a member may still use; an order that NTT works on."""


@dataclass(frozen=True)
class Task:
    """One kind of thing that waits for an operator."""

    code: str
    """As the state of an entity holds it."""
    wording: str
    """As an operator reads it."""
    settled_by: tuple[str, ...] = ()
    """The updates that settle it; none: it goes with what it waits for, as the wording says."""
    in_turn: bool = False
    """Whether it takes all of them, one after the other."""
    about: About | None = None
    """What it is about, without which nothing is left to do, so that it goes with that, with an end as well; None: it
    stays, as a debt, a dispute, a defect or an approval does, until somebody settles it or what it waits for comes."""


SETTLE = ("settle_task",)

_CONTRACT = (
    Task(
        "NOT_LINE_HOLDER",
        "申込者が回線契約者ではない(7条)。accept または refuse",
        ("accept", "refuse"),
        about="application",
    ),
    Task("LINE_TYPE_CHANGED", "NTTがサービスタイプを変更した(4条2項)。switch_course を検討", SETTLE, about="line"),
    Task("COURSE_DOES_NOT_MATCH_LINE", "コースと回線のタイプが合わない。switch_course を検討", SETTLE, about="line"),
    Task("LINE_TAKEN_AT_OPENING", "開通した回線に別の契約がある(3条)。refuse を検討", SETTLE, about="application"),
    Task(
        "OPENED_LINE_OF_ANOTHER",
        "開通した回線の契約者が申込者ではない(7条)。確認して settle_task、または terminate",
        SETTLE,
        about="line",
    ),
    Task(
        "NOTICE_NEEDS_TAKEN_LINE",
        "通知のとおりなら契約が再び使う回線に、別の契約がある(3条・17条)。確認して settle_task",
        SETTLE,
    ),
    Task(
        "LINE_BRAND_CHANGED", "NTTが回線の品目を変更した(9条・21条)。コースを確認して settle_task", SETTLE, about="line"
    ),
    Task("FILING_LATE", "代行申込の進捗が遅れている(8条)", SETTLE, about="application"),
    Task("FEE_DECISION", "費用を請求するかどうかの判断(12条3項)。decide_fee", ("decide_fee", "waive")),
    Task(
        "COURSE_CHANGE_NOT_LINE_HOLDER",
        "コース変更の申込者が回線契約者ではない(7条・9条2項)。decide_course_change",
        ("decide_course_change",),
    ),
    Task("CHOICE_OVERDUE", "契約者の選択がない(11条・23条)。自動では解約しない。連絡して choose", ("choose",)),
    Task(
        "CONTINUE_NOT_LINE_HOLDER",
        "継続を選んだが回線契約者ではない(7条・11条2項)。承継のうえ choose",
        ("choose",),
    ),
    Task(
        "WAIVER_REQUESTED",
        "免除の申出がある(12条6項)。waive または settle_task(認めない)",
        ("waive", *SETTLE),
        about="waiver",
    ),
    Task("LINE_HOLDER_CHANGED", "回線の名義が変わった(7条)。確認して settle_task", SETTLE, about="line"),
    Task(
        "LINE_UNUSABLE",
        "回線が利用不能になった(12条6項3号)。waive を検討、または settle_task",
        ("waive", *SETTLE),
        about="fee",
    ),
    Task(
        "MOVED_ACROSS_AREAS",
        "東西のエリアをまたいで移転した(21条3項)。with フレッツ II の申込みを案内",
        SETTLE,
        about="with_flets",
    ),
    Task(
        "LINE_NOTICE_BEFORE_SERVICE",
        "提供開始前に回線が変わった(6条・9条)。refuse を検討、または settle_task",
        SETTLE,
        about="line",
    ),
    Task("LINE_NOTICE_OUTSIDE_TERMS", "規程の期間外の回線通知がある。確認して settle_task", SETTLE, about="line"),
    Task("LINE_DISPUTE_OURS", "当社の責めによる回線の紛争(8条4項)。対応して settle_task", SETTLE),
    Task(
        "COURSE_DISCONTINUED",
        "コースの提供終了(14条・26条)。契約者へ連絡して choose(選択中でなければ解約・コース変更)、または settle_task",
        SETTLE,
        about="course",
    ),
    Task(
        "LEFT_ON_MERGED_COURSE",
        "統合で無くなったコースに残っている(1章・14条)。誤りの記録を correct で訂正するか、一斉変更をもう一度行う",
        SETTLE,
        about="course",
    ),
    Task(
        "NTT_WAS_TOLD_TO_BILL_DIRECTLY",
        "直接請求を通知した後に請求書が完済された(24条1項・3項)。NTTに確認して settle_task",
        SETTLE,
    ),
    Task(
        "REFUND_DUE",
        "契約者への返金が必要(11条・23条)。返金して record_refund",
        ("record_refund",),
        about="refund",
    ),
    Task(
        "LINE_CHARGES_DIFFER",
        "登録した回線料金とNTTの明細の金額が違い、両方を請求する(24条)。見比べ、誤りは correct、正しければ settle_task",
        SETTLE,
        about="line_charges",
    ),
)

_FILING = (
    Task(
        "FILING_DEFECT",
        "代行申込に不備がある(8条)。代行申込の correct_filing で訂正",
        ("correct_filing", *SETTLE),
        about="order",
    ),
    Task("LATE_ACCEPTED", "NTTの受付が遅れている。NTTに確認して settle_task", SETTLE, about="order"),
    Task("LATE_WORK_DATE", "工事日が決まっていない。NTTに確認して settle_task", SETTLE, about="order"),
    Task("LATE_OPENED", "工事日を過ぎても開通の報告がない。NTTに確認して settle_task", SETTLE, about="order"),
)

_MEMBERSHIP = (
    Task(
        "RENEWAL_BOOKED_IN_ERROR",
        "付与済みの更新ポイントが、いま分かっているにねん割・サービスタイプでは対象外。確認して settle_task",
        SETTLE,
        about="points",
    ),
    Task(
        "BONUS_NOT_BOOKED",
        "付与期限を過ぎて判明した更新ポイントがある。adjust_points で補って settle_task",
        SETTLE,
        about="points",
    ),
    Task(
        "LINE_NOTICE_AFTER_END",
        "終了後の通知で終了日が変わった。その間のポイント利用を確認し、誤りなら correct で取り消して settle_task",
        SETTLE,
    ),
    Task(
        "POINTS_SPENT_AFTER_END",
        "ポイントを利用できなくなった日より後に交換があった。扱いを決め、誤りなら correct で取り消して settle_task",
        SETTLE,
    ),
    Task(
        "LINE_LOST_BEFORE_REGISTRATION",
        "登録日までに回線が対象外になっていた。付与を確認し、通知が誤りなら correct で取り消して settle_task",
        SETTLE,
    ),
    Task("STORAGE_TO_RAISE", "終了の取消しにより、下げた容量を元に戻す必要がある。戻して settle_task", SETTLE),
    Task(
        "FILES_DELETED_IN_ERROR",
        "いま分かっている事実では消す必要のなかったファイルを削除していた。会員に連絡して settle_task",
        SETTLE,
    ),
    Task(
        "POINTS_NOT_BOOKED",
        "付与期限を過ぎた利用月がある(会員ごとに adjust_points で補って settle_task)",
        SETTLE,
        about="points",
    ),
    Task(
        "POINTS_BY_ANOTHER_TYPE",
        "付与済みの月のサービスタイプが違っていた。付与ポイントを確認し、不足は adjust_points で補って settle_task",
        SETTLE,
        about="points",
    ),
    Task(
        "ROWS_LEFT_OUT",
        "一括処理で、処理も記録もできなかった契約・会員がある。ワーカーのログで確認し、補って settle_task",
        SETTLE,
    ),
    Task("MEMBERS_NOT_TOLD", "告知できなかった会員がいる(停止して再開すると再送)", ("pause", "resume"), in_turn=True),
)

_EXCHANGE = (
    Task(
        "PAYMENT_ANSWERED_OTHERWISE",
        "登録した充当結果と後のNTTの回答が違う。NTTに確認し、誤りなら undo_payment_told、正しければ settle_task",
        ("undo_payment_told", *SETTLE),
    ),
)

_ROLLOUT = (
    Task(
        "ROLLOUT_FAILED",
        "移行できなかった契約がある。resume(再試行)または accept_failed で確定",
        ("resume",),
    ),
)

_ANY = (
    Task("EFFECT_REFUSED", "相手方が受付を拒否した。履歴の内容を確認", SETTLE),
    Task("DEFECT", "システム不具合で処理できなかった。担当技術者へ連絡", SETTLE),
    Task(
        "NOT_ANSWERED",
        "NTTまたはストレージから何日も応答がない(送信は続けている)。問い合わせて、結果の登録か settle_task",
        ("payment_told", *SETTLE),
    ),
    Task(
        "UNDELIVERABLE",
        "お知らせを配信できない。連絡先を直して再送。届けば自動で消える",
        (*SETTLE, "settle_defect"),
    ),
    Task("REVISION_APPROVAL", "決め直しの承認待ち。decide_revision で承認または不承認", ("decide_revision",)),
    Task("WORKFLOW_RESTARTED", "実行を再開した。内容を確認", SETTLE),
    Task(
        "UNSEALED_RESULT",
        "当社のワーカー以外からの処理結果を採用せず、再実行している。Temporalに接続できる者を確認",
        SETTLE,
    ),
    Task("GROUND_GONE", "前提が失われた判断がある。確認", SETTLE),
    Task("LOG_BEHIND", "記録が巻き戻っている。担当技術者へ連絡", SETTLE),
)

TASKS: Mapping[str, Task] = MappingProxyType(
    {task.code: task for task in (*_CONTRACT, *_FILING, *_MEMBERSHIP, *_EXCHANGE, *_ROLLOUT, *_ANY)}
)
"""Every code that can stand among what waits for an operator."""


def wording(code: str) -> str:
    """What an operator reads; a code this release does not know, in a state of another one, is not shown raw."""
    task = TASKS.get(code)
    return task.wording if task else "確認が必要(詳細は履歴を参照)"
