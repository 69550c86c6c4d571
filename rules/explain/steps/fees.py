"""What an end or a change costs, told as it was decided: by its outcome, never by comparing the days again (W-12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rules import terms
from rules.calendar import Month, japan_day
from rules.charges.fee_amount import last_day_on_contract
from rules.courses.course_catalogue import full_name
from rules.explain.steps.told import Steps, Told
from rules.explain.wording import date_of, day, money, yen

_CHARGED = ("due", "reduced")
_STANDS = ("planned", "due", "paid")
"""States of the charge of a change that an operator let stand before its day."""


def fee(told: Told) -> list[str]:
    """Whether the end lies inside the term, how much, with which tax, by when (W-12.3 to W-12.6)."""
    amount = told.decision.get("fee")
    if not isinstance(amount, Mapping):
        return []
    if told.decision.get("suspended_fees"):
        return _suspended_falls_due(told)
    outcome = str(told.decision.get("fee_outcome") or ("due" if amount.get("total") else "none"))
    return _OUTCOMES.get(outcome, _none)(told)


def ruled(told: Told) -> list[str]:
    """What an operator made of a fee: no day is compared with a term here, a person decided (W-12.3d, W-12.6, X-05)."""
    amount = told.decision.get("fee")
    if not isinstance(amount, Mapping):
        return []
    fee_is = told.say(f"解約事務手数料 {money(amount, 'ja')}", f"cancellation fee {money(amount, 'en')}")
    if told.rests_on("W-12.6"):
        return _waiver(told, fee_is, some=bool(amount.get("total")))
    row = told.cite("W-12.2p", "W-12.3d")
    if amount.get("total"):
        return [row, told.say("担当者が請求すると判断", "an operator decided that it is due"), fee_is]
    return [row, told.say("担当者が請求しないと判断", "an operator decided that it is not due"), _nothing(told)]


def _waiver(told: Told, fee_is: str, *, some: bool) -> list[str]:
    """What a waiver does to the fees there are, or to those still to come (W-12.6)."""
    first = told.cite(*(each for each in told.articles if each.startswith("W-12.6")), "W-12.6")
    outcome = told.decision.get("outcome")
    if outcome == "granted":
        ahead = told.say(
            "このあとのコース変更で生じる解約事務手数料を留保", "the fee of a change that follows will be suspended"
        )
        return [first, told.say("担当者が証拠を確認", "an operator has seen the evidence"), ahead]
    if outcome == "watched":
        steps = [first, told.say("確認できるまで留保", "suspended until it is clear"), fee_is]
        return [*steps, *_until(told, date_of(told.decision.get("watch_until")))]
    how = told.say("担当者が証拠を確かめて免除", "waived by an operator on the evidence")
    if not some:
        ahead = told.say("契約の終了で生じる解約事務手数料は 0円", "the fee that the end would raise is 0 yen")
        return [first, how, ahead]
    return [first, how, fee_is + told.say(" → 0円", " → ¥0")]


def watch_over(told: Told) -> list[str]:
    """A suspended fee is waived for good: nobody cancelled in time (W-12.6c)."""
    amount, until = told.decision.get("fee"), told.effective_on
    if told.decision.get("outcome") != "waived" or "charges" in told.decision or not isinstance(amount, Mapping):
        return []
    kept = told.say(f"{told.d(until)}までに解約の通知なし", f"no cancellation was notified by {told.d(until)}")
    return [told.cite("W-12.6c"), kept, told.say("解約事務手数料を免除 → 0円", "the suspended fee is waived → 0 yen")]


def carried(told: Told) -> list[str]:
    """What is left of a term moves into the new contract (W-12.3b)."""
    what = told.decision.get("carried")
    changed, end = told.change_on, date_of(what.get("end_on")) if isinstance(what, Mapping) else None
    if changed is None or end is None or not isinstance(what, Mapping):
        return []
    months = int(what["months"])
    steps = [told.say(f"変更日 {told.d(changed)}", f"changes on {told.d(changed)}"), told.cite("W-12.3b")]
    term = told.decision.get("minimum_term")
    if not term or not months:
        return [
            *steps,
            told.say(f"期間の末日は {told.d(end)}", f"the term runs to {told.d(end)}"),
            told.say("引き継ぐ期間なし", "no month is left to move"),
            _nothing(told),
        ]
    start = date.fromisoformat(term["start_on"])
    nxt = told.say("翌月 ", "") if Month.of(start) != Month.of(changed) else ""
    return [
        *steps,
        told.say(f"{nxt}{told.d(start)}から期間の末日 {told.d(end)}まで", f"from {told.d(start)} to {told.d(end)}"),
        told.say(f"{months}か月を新しい契約に引き継ぐ", f"{months} months move into the new contract"),
    ]


def charge(told: Told) -> list[str]:
    """The fee of a benefit's own terms, as it was recorded: how much, and what it would be charged for (W-12.2p)."""
    amount = told.decision.get("fee")
    if "benefit_id" not in told.decision or not isinstance(amount, Mapping) or "total" not in amount:
        return []
    term = told.decision.get("minimum_term")
    if not isinstance(term, Mapping):
        return [money(amount, told.language)]
    last = day(date.fromisoformat(term["end_on"]), told.language)
    return [
        told.say(
            f"{last}までに契約が終わるときだけかかる費用 {money(amount, told.language)}",
            f"a fee only if the contract ends by {last}: {money(amount, told.language)}",
        )
    ]


def _nothing(told: Told) -> str:
    return told.say("解約事務手数料 0円", "no cancellation fee")


def _term_end(told: Told) -> date | None:
    """The last day of the term that the end or the change meets; a change itself names the term that follows it."""
    own = told.change_on is None and "minimum_term" in told.decision
    term: Any = told.decision.get("minimum_term") if own else told.before.get("minimum_term")
    return date.fromisoformat(term["end_on"]) if isinstance(term, Mapping) else None


def _last_day(told: Told) -> date:
    """The day whose amount and tax the fee bears: of a change the day before it (A-37)."""
    changed = told.change_on
    return last_day_on_contract(changed or told.effective_on, change=changed is not None)


def _days(told: Told) -> str:
    """On which day it ends; of a change the day and the last one before it."""
    changed, last = told.change_on, _last_day(told)
    if changed is None:
        return told.say(f"終了日 {told.d(last)}", f"ends {told.d(last)}")
    if last == changed:
        return told.say(f"変更日 {told.d(changed)}", f"changes on {told.d(changed)}")
    return told.say(
        f"変更日 {told.d(changed)}(変更前の最終日 {told.d(last)})",
        f"changes on {told.d(changed)} (last day before it {told.d(last)})",
    )


def _inside(told: Told) -> list[str]:
    """That the term was not complete yet."""
    end = _term_end(told)
    if end is None:
        return []
    if (told.change_on or told.effective_on) == end:
        return [told.say(f"{_days(told)}は期間の末日", f"{_days(told)}, the last day of the term, still inside it")]
    return [
        told.say(f"{_days(told)}は期間の末日 {told.d(end)}より前", f"{_days(told)}, before the last day {told.d(end)}")
    ]


def _leads_to(told: Told) -> str:
    return full_name(str(told.decision.get("to_course")), told.language)


def _none(told: Told) -> list[str]:
    """Why there is none: the first that holds of what the rule asks in its order."""
    return [*_why_none(told), _nothing(told)]


def _why_none(told: Told) -> list[str]:
    if told.decision.get("outcome") == "change_cancelled":
        return [told.say("取りやめるのはコース変更だけ", "only the change of course is cancelled")]
    if told.rests_on("W-21.4") and told.decision.get("outcome") != "ends":
        return [told.cite("W-21.4"), told.say("契約は続く", "the contract goes on")]
    if told.rests_on("W-23.4"):
        return [told.cite("W-23.4"), told.say("最低利用期間なし", "no minimum term")]
    if told.rests_on("W-12.3b2"):
        return [
            told.cite("W-12.3b2"),
            told.say("費用は現在のコースの定めによる", "the rules of its own course say what it costs"),
        ]
    return _met_no_term(told)


def _met_no_term(told: Told) -> list[str]:
    end, ended = _term_end(told), told.change_on or told.effective_on
    if end is None:
        return [told.say("最低利用期間なし", "no minimum term")]
    started = date_of(told.before.get("service_start_on"))
    if started is None or ended < started:
        return [
            _days(told),
            told.say("サービス開始前のため期間は始まっていない", "service had not begun, so neither had the term"),
        ]
    if ended >= end:
        complete = told.say(f"{_days(told)}、期間の末日 {told.d(end)}", f"{_days(told)}, term to {told.d(end)}")
        return [complete, told.say("期間を満了", "completed")]
    return [told.cite("W-09.3", "W-12.3"), told.say("期間はそのまま続く", "the term runs on as it is")]


def _waived(told: Told) -> list[str]:
    """A destination the article names, or a case of paragraph 6 (W-12.3a, W-12.6a, W-12.6b)."""
    if told.rests_on("W-12.3a"):
        named = told.say(f"{_leads_to(told)}への変更は免除", f"a change to {_leads_to(told)} is waived")
        return [*_inside(told), told.cite("W-12.3a"), named, _nothing(told)]
    case = told.say("免除の条件に当たる", "a case of the waiver")
    if told.rests_on("W-12.6a"):
        case = told.say("ご契約者の死亡による免除", "waived: the contractor has died")
    elif told.rests_on("W-12.6b"):
        case = told.say("回線の名義変更による免除", "waived: the line holder's name changed")
    return [*_inside(told), told.cite("W-12.6a", "W-12.6b", "W-12.6"), case, _nothing(told)]


def _needs_operator(told: Told) -> list[str]:
    """A destination that neither list names: an operator says whether it costs anything (W-12.3d)."""
    listed = told.say(
        f"{_leads_to(told)}は免除・引継ぎの対象に挙げられていない", f"neither list names {_leads_to(told)}"
    )
    became = _became(told)
    if became == "watched":
        return _watched(told)
    steps = [*_inside(told), told.cite("W-12.3d"), listed]
    if became == "waived":
        return [*steps, told.say("担当者が請求しないと判断", "an operator decided that it is not due"), _nothing(told)]
    if became in _STANDS:
        said = told.say("担当者が請求すると判断", "an operator decided that it is due")
        return [*steps, said, *_amount(told), *_due(told, _charge_due_on(told))]
    open_ = told.say("請求するかどうかは担当者が判断", "an operator decides whether it is due")
    return [*steps, *_amount(told), open_]


def _charges_of_change(told: Told) -> list[Mapping[str, Any]]:
    """The fee of article 12 of the change that takes effect, as it stands after it."""
    waiting, charges = told.before.get("pending_course_change"), told.facts.get("charges")
    if not isinstance(waiting, Mapping) or not isinstance(charges, Mapping):
        return []
    found = [charges[key] for key in waiting.get("charges") or () if key in charges]
    return [each for each in found if each.get("code") == "termination_fee"]


def _became(told: Told) -> str | None:
    """What an operator made of the fee before the day of the change; None of a change that is only asked for."""
    return next((str(each.get("state")) for each in _charges_of_change(told)), None)


def _charge_due_on(told: Told) -> date | None:
    return next((date_of(each.get("due_on")) for each in _charges_of_change(told)), None)


def _watched(told: Told) -> list[str]:
    """Suspended with the tax of the day before the change (W-12.6c)."""
    lost = told.say("回線が使えなくなったため留保", "suspended, since the line became unusable")
    watch = told.before.get("minimum_term") if told.change_on else None
    until = date_of(told.decision.get("watch_until"))
    if until is None and isinstance(watch, Mapping) and told.change_on is not None:
        rule = terms.dated("fee.watch_rule", str).on(told.change_on)
        until = date_of(watch.get("end_on")) if rule == "original_end" else None
    return [*_inside(told), told.cite("W-12.6c"), *_amount(told), lost, *_until(told, until)]


def _until(told: Told, until: date | None) -> list[str]:
    if until is None:
        return []
    return [told.say(f"{told.d(until)}までに解約の通知がなければ免除", f"waived unless cancelled by {told.d(until)}")]


def _carried(told: Told) -> list[str]:
    """The rest of the term moves on; `carried` and the term itself tell how (W-12.3b, W-12.3b2)."""
    return [*_inside(told), told.cite("W-12.3b", "W-12.2a", "W-12.1b"), _nothing(told)]


def _charged(told: Told) -> list[str]:
    """A fee that is asked for (W-12.3c, W-12.4)."""
    reduced = told.decision.get("fee_outcome") == "reduced"
    end = _term_end(told)
    inside = _inside(told)
    if end is None or (told.change_on or told.effective_on) > end:
        inside = [_days(told)]
    row = told.cite("W-12.4") if reduced else told.cite("W-12.3c", "W-12.3d")
    return [*inside, row, *_amount(told), *_due(told, told.day("fee_due_on"))]


def _amount(told: Told) -> list[str]:
    """The amount, the tax and its day, and the sum (A-37, X-07)."""
    amount: Mapping[str, Any] = told.decision["fee"]
    net, tax, last = int(amount["amount"]), int(amount["tax"]), _last_day(told)
    steps = [told.say(f"解約事務手数料 {yen(net, 'ja')}(税抜)", f"fee {yen(net, 'en')} without tax")]
    if tax:
        rate = terms.dated("tax.rate_percent", int).on(last)
        steps.append(
            told.say(
                f"{told.d(last)}の税率{rate}%: {net:,}×{rate}%={yen(tax, 'ja')}",
                f"{rate}% tax on {told.d(last)}: {net:,} × {rate}% = {yen(tax, 'en')}",
            )
        )
    total = int(amount["total"])
    return [*steps, told.say(f"合計 {yen(total, 'ja')}", f"total {yen(total, 'en')}")]


def _due(told: Told, due: date | None) -> list[str]:
    return [told.say(f"{told.d(due)}までにお支払い", f"to be paid by {told.d(due)}")] if due is not None else []


def _suspended_falls_due(told: Told) -> list[str]:
    """A notice inside the watch makes the suspended fee due, with the tax it was suspended with (W-12.6c, A-35)."""
    received = told.d(japan_day(told.received_at))
    steps = [
        told.say(
            f"留保の期間中の {received}に解約を通知", f"cancellation was notified on {received}, inside the watch"
        ),
        told.cite("W-12.6c"),
    ]
    for each in told.decision["suspended_fees"]:
        name = told.say("留保していた費用", "the suspended fee of")
        steps.append(f"{name} {money(each['fee'], told.language)}")
        steps += _due(told, date_of(each.get("fee_due_on")))
    if told.decision.get("fee_outcome") in _CHARGED and told.decision.get("fee") not in [
        each["fee"] for each in told.decision["suspended_fees"]
    ]:
        steps += _charged(told)
    return steps


_OUTCOMES: Mapping[str, Steps] = {
    "none": _none,
    "due": _charged,
    "reduced": _charged,
    "waived": _waived,
    "carried": _carried,
    "watched": _watched,
    "needs_operator": _needs_operator,
}
