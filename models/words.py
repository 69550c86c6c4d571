"""The words of codes that people read: one wording for letters, operators' pages, pictures, desk and command line.

Japanese first, then English. A code without words is written as it is, so that a page of an older release still reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, tuple[str, str]]

CONTRACT_STATES: Words = MappingProxyType(
    {
        "applied": ("お申込み受付", "applied"),
        "identity_requested": ("身分証明書等のご提示待ち", "identity asked for"),
        "filing": ("回線の代行申込み中", "filing with NTT"),
        "accepted": ("承諾済み・開始前", "accepted"),
        "active": ("ご利用中", "active"),
        "ending": ("解約予定", "ending"),
        "choosing": ("ご選択待ち", "choosing"),
        "ended": ("終了", "ended"),
        "declined": ("不承諾", "declined"),
        "withdrawn": ("お取下げ", "withdrawn"),
    }
)

MEMBERSHIP_STATES: Words = MappingProxyType(
    {
        "active": ("会員", "member"),
        "left": ("退会", "left"),
        "ineligible": ("資格喪失", "ineligible"),
        "ended_programme": ("プログラム終了", "programme ended"),
    }
)

PROGRAM_STATES: Words = MappingProxyType(
    {"running": ("稼働中", "running"), "paused": ("停止中", "paused"), "ended": ("終了", "ended")}
)

FILING_STATES: Words = MappingProxyType(
    {
        "prepared": ("送信前", "prepared"),
        "filed": ("申込済み", "filed"),
        "accepted": ("NTT受付済み", "accepted by NTT"),
        "defect": ("不備あり", "has a defect"),
        "negotiating": ("調整中", "negotiating"),
        "waiting_facility": ("設備待ち", "waiting for facilities"),
        "date_adjusting": ("工事日調整中", "arranging the date"),
        "waiting_work": ("工事待ち", "waiting for the work"),
        "opened": ("開通", "opened"),
        "cancelled": ("取消し", "cancelled"),
        "not_available": ("提供不可", "not available"),
    }
)

EXCHANGE_STATES: Words = MappingProxyType(
    {
        "draft": ("入力中", "draft"),
        "confirmed": ("確認済み", "confirmed"),
        "sent": ("送信済み", "sent"),
        "fulfilled": ("完了", "fulfilled"),
        "failed": ("不成立", "failed"),
    }
)

ROLLOUT_KINDS: Words = MappingProxyType(
    {
        "course_merge": ("コースの統合", "merger of courses"),
        "discontinue": ("提供の終了", "discontinuation"),
        "terms_change": ("規程の変更", "change of terms"),
    }
)

ROLLOUT_STATES: Words = MappingProxyType(
    {
        "announced": ("告知済み", "announced"),
        "running": ("進行中", "running"),
        "paused": ("停止中", "paused"),
        "finished": ("完了", "finished"),
    }
)

CHARGES: Words = MappingProxyType(
    {
        "termination_fee": ("解約事務手数料", "cancellation fee"),
        "monthly_basic": ("月額基本料金", "monthly fee"),
        "line_pass_through": ("フレッツ光ご利用料金(支払の代行)", "line charges"),
        "benefit_fee": ("特典規約にもとづく費用", "benefit fee"),
    }
)

CHARGE_STATES: Words = MappingProxyType(
    {
        "planned": ("予定", "planned"),
        "due": ("請求", "due"),
        "paid": ("支払済み", "paid"),
        "waived": ("免除", "waived"),
        "watched": ("留保", "watched"),
        "needs_operator": ("判断待ち", "to be decided"),
    }
)

WATCH_STATES: Words = MappingProxyType(
    {
        "watching": ("留保中", "watched"),
        "waived": ("免除", "waived"),
        "due": ("請求", "due"),
        "lifted": ("取りやめ", "lifted"),
    }
)
"""Of a suspended fee (W-12.6c)."""

STATEMENT_STATES: Words = MappingProxyType(
    {"issued": ("請求中", "issued"), "overdue": ("期日経過", "overdue"), "paid": CHARGE_STATES["paid"]}
)

CHOICES: Words = MappingProxyType(
    {
        "continue": ("ご利用の継続", "continue"),
        "course_change": ("他の接続サービスコースへの変更", "course change"),
        "cancel": ("ご解約", "cancellation"),
    }
)

CHOICE_STATES: Words = MappingProxyType(
    {
        "open": ("選択待ち", "choice open"),
        "escalated": ("選択待ち(担当者)", "choice escalated"),
        "continue": ("継続を選択", "continues"),
        "course_change": ("コース変更を選択", "course change chosen"),
        "cancel": ("解約を選択", "cancellation chosen"),
        "lapsed": ("選択は不要に", "choice lapsed"),
    }
)

STORAGE_STATES: Words = MappingProxyType(
    {
        "on": ("適用中", "on"),
        "off_grace": ("適用終了(容量は維持)", "off, capacity kept for now"),
        "reverted": ("容量を戻しました", "reverted"),
        "exempt": ("他サービスにより維持", "exempt"),
    }
)

DEFECTS: Words = MappingProxyType(
    {
        "ADDRESS": ("ご住所", "address"),
        "NAME": ("お名前", "name"),
        "PHONE": ("電話番号", "phone"),
        "ADDRESS_CONFIRMATION": ("ご住所の確認", "address to be confirmed"),
    }
)
"""What NTT finds wrong with a filing."""

END_REASONS: Words = MappingProxyType(
    {
        "cancellation": ("解約", "cancellation"),
        "initial_cancellation": ("初期契約解除", "initial cancellation"),
        "termination": ("解除", "termination"),
        "course_change": ("コース変更", "course change"),
        "relocation": ("移転", "relocation"),
        "choice": ("お客さまの選択", "the choice"),
        "discontinued": ("提供の終了", "discontinuation"),
        "line_lost": ("回線の終了", "loss of the line"),
        "line_type": ("回線のタイプの変更", "change of the line's type"),
        "leave": ("退会", "leaving"),
        "conversion": ("光コラボへの転用", "conversion"),
        "terminated": ("回線の解約", "the line was cancelled"),
        "moved_operator": ("エリアの移動", "moved to the other area"),
        "ineligible_type": ("対象外のタイプへの変更", "change to an ineligible type"),
        "abolition": ("回線の廃止", "abolition of the line"),
        "programme_end": ("プログラムの終了", "end of the programme"),
    }
)
"""Why a contract or a membership ends."""

LETTERS: Words = MappingProxyType(
    {
        "application_refused": ("お申し込みについてのお知らせ", "refusal"),
        "benefit_terms": ("特典の適用条件のお知らせ", "benefit terms"),
        "cancellation_accepted": ("ご解約の受付のお知らせ", "cancellation received"),
        "choice_reminder": ("【再度のお願い】ご契約の継続についてのご確認", "reminder of the choice"),
        "choice_request": ("ご契約の継続についてのご確認のお願い", "request for a choice"),
        "club_closure": ("クラブ終了のお知らせ", "end of the club"),
        "club_told_again": ("以前のお知らせの訂正", "correction of what was told"),
        "contract_ended": ("ご契約終了のお知らせ", "contract ended"),
        "course_change_date": ("コース変更日のお知らせ", "date of the course change"),
        "course_moved": ("接続サービスコース変更のお知らせ", "change of the course"),
        "direct_billing": ("フレッツ光ご利用料金の請求方法変更のお知らせ", "direct billing"),
        "exchange_done": ("交換完了のお知らせ", "exchange done"),
        "exchange_failed": ("交換できなかったお知らせ", "exchange failed"),
        "expiry_changed": ("有効期限変更のお知らせ", "changed expiry"),
        "fee_due": ("費用のお支払いのお知らせ", "fee due"),
        "fee_waived": ("解約事務手数料の免除のお知らせ", "fee waived"),
        "filing_failed": ("フレッツ光のお申し込みについてのお知らせ", "filing failed"),
        "initial_cancellation_accepted": ("初期契約解除の受付のお知らせ", "initial cancellation received"),
        "left": ("退会手続き完了のお知らせ", "left the club"),
        "membership_ended": ("会員資格終了のお知らせ", "membership ended"),
        "person_changed": ("登録内容変更のお知らせ", "changed details"),
        "points_expiring": ("ポイント失効のご案内", "points expiring"),
        "registration_done": ("会員登録完了のお知らせ", "registered"),
        "service_start": ("サービス利用開始日のお知らせ", "service start"),
        "statement_issued": ("請求書発行のお知らせ", "statement issued"),
        "storage_advice": ("増量特典終了にともなうデータ保存のお願い", "storage"),
        "termination": ("ご契約の解除のお知らせ", "termination"),
        "terms_changed": ("規程の変更のお知らせ", "changed terms"),
        "told_again": ("以前のお知らせの訂正", "correction of what was told"),
    }
)
"""Letters by their templates, as the desk and the letter that withdraws one call them."""

SERVICE_TYPES: Words = MappingProxyType(
    {
        "NEXT_FAMILY": ("フレッツ 光ネクスト ファミリー", "フレッツ 光ネクスト family"),
        "NEXT_MANSION": ("フレッツ 光ネクスト マンション", "フレッツ 光ネクスト mansion"),
        "LIGHT_FAMILY": ("フレッツ 光ライト ファミリー", "フレッツ 光ライト family"),
        "LIGHT_MANSION": ("フレッツ 光ライト マンション", "フレッツ 光ライト mansion"),
    }
)
"""Of a member's line."""

LINE_TYPES: Words = MappingProxyType(
    {"FAMILY": ("ファミリー", "family"), "MANSION": ("マンション", "mansion"), "BUSINESS": ("ビジネス", "business")}
)
"""Of the line under a contract."""

AREAS: Words = MappingProxyType({"EAST": ("NTT東日本", "NTT East"), "WEST": ("NTT西日本", "NTT West")})


def ja(words: Words, code: object) -> str:
    """The Japanese word of a code."""
    return words.get(str(code), (str(code), ""))[0]
