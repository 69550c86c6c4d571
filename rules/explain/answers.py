"""What a “what if” without a contract is answered, in one sentence: the rule's own, in Japanese its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from rules.calendar import Month, japan_day, start_of
from rules.courses.course_catalogue import full_name
from rules.explain import steps
from rules.explain.articles import Language
from rules.explain.decision import sentence
from rules.explain.wording import date_of, day, figure, month, refusal

Asked = Mapping[str, Any]
"""The question, its days as days and its moments as moments."""
Answered = Mapping[str, Any]
"""The decision as JSON."""


def answer(name: str, asked: Asked, answered: Answered, language: Language) -> str:
    """The sentence of an answer below `/v1/decisions/`.

    Args:
        name: of the question, as in its address.
        asked: the question.
        answered: the decision as JSON, its `detail` the rule's own sentence.
        language: of the sentence.
    """
    return str(answered["detail"]) if language == "en" else _SENTENCES[name](asked, answered)


def _day(value: Any) -> str:
    on = date_of(value)
    return day(on, "ja") if on is not None else ""


def _reasons(answered: Answered) -> str:
    codes = answered.get("reasons") or ([answered["reason"]] if answered.get("reason") else [])
    return "、".join(_GROUNDS.get(str(each)) or refusal(str(each), "ja") or str(each) for each in codes)


_GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "EMBASSY": "大使館等の免税の回線です",
        "WEST_GROUP_LUMP": "NTT西日本で一括請求の回線です",
        "WEST_MY_BILLING": "NTT西日本でマイビリングの回線です",
        "WEST_SCHOOL": "NTT西日本で学校向け割引の回線です",
        "EAST_GROUP_LUMP": "NTT東日本で一括請求の回線です",
        "EAST_AT_BILLING": "NTT東日本で@ビリングの回線です",
        "EAST_SCHOOL": "NTT東日本で学校向け割引の回線です",
        "REGISTRATION_CLOSED": "新規会員登録の受付は終了しました",
        "NOT_IN_USE": "回線を必要な日(月または更新月の末日)まで利用していません",
        "NOT_REGISTERED": "会員登録がその月より後です",
        "MANSION_TYPE": "マンションタイプは対象外です",
        "NINEN_WARI_CANCELLED": "にねん割が解約されています",
        "REGISTERED_TOO_LATE": "会員登録が満了月より後です",
        "AFTER_LAST_COHORT": "最終の対象月より後の満了です",
    }
)
"""Grounds that are no refusal of a request, in Japanese."""


def _of_a_life(event: str, asked: Asked, answered: Answered, before: Mapping[str, Any], on: Any, **more: Any) -> str:
    """The arithmetic of the decision that a contract would record."""
    return sentence(
        event=event,
        articles=tuple(answered["articles"]),
        decision={**answered, **more},
        facts=(before, {}),
        when=(asked.get("received_at") or start_of(on), on),
        language="ja",
        titled=False,
    )


def _cancellation_date(asked: Asked, answered: Answered) -> str:
    on = date_of(answered["effective_on"]) or japan_day(asked["received_at"])
    return _of_a_life("cancel", asked, answered, {}, on)


def _minimum_term(asked: Asked, answered: Answered) -> str:
    if "change_on" not in asked:
        before = {"applied_on": asked["applied_on"].isoformat()}
        on = asked["service_start_on"]
        return _of_a_life("start_service", asked, answered, before, on, **before, service_start_on=on.isoformat())
    waiting = {"pending_course_change": {"received_at": start_of(asked["applied_on"])}}
    on = asked["change_on"]
    return _of_a_life("request_course_change", asked, answered, waiting, on, to_course="", change_on=on.isoformat())


def _termination_fee(asked: Asked, answered: Answered) -> str:
    end, on = asked["minimum_term_end_on"], asked["ended_on"]
    before: dict[str, Any] = {"service_start_on": asked["applied_on"].isoformat()}
    if end is not None:
        before["minimum_term"] = {"end_on": end.isoformat()}
    more: dict[str, Any] = {"fee_outcome": answered["outcome"]}
    if asked["cause"] == "course_change":
        more |= {"to_course": asked["to_course"] or "", "change_on": on.isoformat()}
    carried = answered.get("carried")
    if isinstance(carried, Mapping) and carried["months"]:
        last = date.fromisoformat(str(carried["end_on"]))
        first = Month.of(last).plus(1 - int(carried["months"])).first_day
        more["minimum_term"] = {"start_on": first.isoformat(), "end_on": last.isoformat()}
    return _of_a_life("terminate", asked, answered, before, on, **more)


def _eligibility(asked: Asked, answered: Answered) -> str:
    which = f"第{asked['chapter']}章のサービスを"
    if answered["outcome"] == "eligible":
        return f"この回線では{which}利用できます。"
    return f"この回線では{which}利用できません: {_reasons(answered)}。"


def _course(asked: Asked, answered: Answered) -> str:
    sold = "申込みを受け付けています" if answered["open_for_sale"] else "新しい申込みは受け付けていません"
    return f"{_day(asked['on'])}のコースは {full_name(str(answered['course']))} です。{sold}。"


def _initial_cancellation(asked: Asked, answered: Answered) -> str:
    window = (
        f"書面の受領 {_day(asked['papers_received_on'])}を1日目として、{_day(answered['last_day'])}までの発信が有効です"
    )
    in_time = "期間内です" if answered["outcome"] == "in_time" else "期間を過ぎています"
    return f"{window}。{_day(asked['dispatched_on'])}の発信は{in_time}。"


def _registration(asked: Asked, answered: Answered) -> str:
    if answered["outcome"] == "accepted":
        return f"{_day(japan_day(asked['applied_at']))}のお申込みで会員登録できます。"
    return f"会員登録はできません: {_reasons(answered)}。"


def _monthly_points(asked: Asked, answered: Answered) -> str:
    of = f"{month(Month.parse(asked['usage_month']), 'ja')}のご利用分"
    if answered["outcome"] == "none":
        return f"{of}のポイントはありません: {_reasons(answered)}。"
    return f"{of}は {answered['points']:,}ポイント、{month(Month.parse(answered['booking_month']), 'ja')}に付与します。"


def _renewal_bonus(asked: Asked, answered: Answered) -> str:
    of = f"{month(Month.parse(asked['term_end_month']), 'ja')}満了の更新ポイント"
    if answered["outcome"] != "due":
        return f"{of}はありません: {_reasons(answered)}。"
    window = answered["window"]
    renewing = f"更新月は {_day(window['from'])}から {_day(window['to'])}まで"
    return f"{of}は {answered['points']:,}ポイント、{renewing}、{_day(answered['book_by'])}までに付与します。"


def _points_expiry(asked: Asked, answered: Answered) -> str:
    days = (date_of(answered["original_expires_on"]), date_of(answered["expires_on"]))
    original, current = days
    told = steps.expiry(asked["granted_on"], original, current, "ja") if original and current else []
    over = "失効しています" if answered["outcome"] == "expired" else "利用できます"
    return f"{' → '.join(told)}。{over}。"


def _spend(asked: Asked, answered: Answered) -> str:
    uses = "、".join(f"{each['id']} から {each['points']:,}" for each in answered["uses"])
    left = f"残りは {answered['balance_after']:,}ポイントです"
    return f"{asked['points']:,}ポイントを有効期限の近い順に使います({uses})。{left}。"


def _storage_reversion(asked: Asked, answered: Answered) -> str:
    _ = asked
    off = f"{_day(answered['perk_off_on'])}に増量特典が終わります"
    if answered["outcome"] == "exempt":
        return f"{off}。サポートサービスのご利用中は容量を戻しません。"
    gone = (
        f"。容量を超える {figure(len(answered['deletes']), 'ja')}件のファイルを削除します"
        if answered["deletes"]
        else ""
    )
    return f"{off}。{_day(answered['reverts_on'])}に増量前の容量に戻します{gone}。"


_SENTENCES: Mapping[str, Callable[[Asked, Answered], str]] = MappingProxyType(
    {
        "cancellation-date": _cancellation_date,
        "minimum-term": _minimum_term,
        "termination-fee": _termination_fee,
        "eligibility": _eligibility,
        "course": _course,
        "initial-cancellation": _initial_cancellation,
        "registration": _registration,
        "monthly-points": _monthly_points,
        "renewal-bonus": _renewal_bonus,
        "points-expiry": _points_expiry,
        "spend": _spend,
        "storage-reversion": _storage_reversion,
    }
)
"""By the name of the question."""
