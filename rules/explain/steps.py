"""The arithmetic of a decision as steps a customer can follow, each written once for both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rules import terms
from rules.calendar import Month, fiscal_year, japan_day
from rules.explain.articles import Language, cite
from rules.explain.wording import date_of, day, money, month, yen


@dataclass(frozen=True)
class Told:
    """What the steps of one decision are made of."""

    articles: tuple[str, ...]
    decision: Mapping[str, Any]
    """What the caller was told."""
    facts: Mapping[str, Any]
    """The folded state after the entry."""
    received_at: datetime
    effective_on: date
    language: Language

    def day(self, name: str) -> date | None:
        """A day of the decision, otherwise of the state."""
        return date_of(self.decision.get(name)) or date_of(self.facts.get(name))

    def say(self, ja: str, en: str) -> str:
        """The sentence in the language asked for."""
        return ja if self.language == "ja" else en

    def d(self, value: date) -> str:
        """A day as the language writes it."""
        return day(value, self.language)

    def cite(self, *articles: str) -> str:
        """The first of these articles that the decision rests on."""
        return cite(next((each for each in articles if each in self.articles), articles[0]), self.language)


Steps = Callable[[Told], list[str]]


def application(told: Told) -> list[str]:
    """On which day the application counts (W-05.3, W-05.4)."""
    on = told.day("applied_on")
    if on is None:
        return []
    how = (
        told.say("オンラインで送信", "sent online")
        if "W-05.3" in told.articles
        else told.say("書面が到着", "paper arrived")
    )
    counted = told.say(f"申込日 {told.d(on)}", f"applied on {told.d(on)}")
    return [f"{told.d(japan_day(told.received_at))} {how}", told.cite("W-05.3", "W-05.4"), counted]


def minimum_term(told: Told) -> list[str]:
    """From the application day to the last day of the term (W-12.1, W-12.2)."""
    applied, started = told.day("applied_on"), told.day("service_start_on") or told.day("change_on")
    if applied is None:
        return []
    first = told.say(f"{told.d(applied)}申込み", f"applied on {told.d(applied)}")
    term = told.decision.get("minimum_term", told.facts.get("minimum_term"))
    if not term:
        return [
            first,
            told.cite("W-12.2", "W-12.2b", "W-12.1a", "W-12.1b"),
            told.say("最低利用期間なし", "no minimum term"),
        ]
    start, end = date.fromisoformat(term["start_on"]), date.fromisoformat(term["end_on"])
    months = Month.of(start).months_until(Month.of(end)) + 1
    steps = [first, told.cite("W-12.1", "W-12.1c", "W-12.1b", "W-12.2a")]
    if term["source"] == "carried_from_collabo":
        steps.append(
            told.say(f"光コラボの残り{months}か月を引き継ぐ", f"the {months} months left of 光コラボ are taken over")
        )
    elif started is not None:
        steps.append(
            told.say(
                f"開始日{told.d(started)}を含む月の初日 {told.d(start)}から{months}か月",
                f"{months} months from {told.d(start)}, the first day of the month of {told.d(started)}",
            )
        )
    else:
        steps.append(told.say(f"{told.d(start)}から{months}か月", f"{months} months from {told.d(start)}"))
    return [*steps, told.say(f"{told.d(end)}まで", f"to {told.d(end)}")]


def cancellation(told: Told) -> list[str]:
    """From the arrival of the notice to the month end (W-10.2 to W-10.6)."""
    on = japan_day(told.received_at)
    cutoff = int(terms.dated("cancellation.cutoff_day").on(on))
    paper = bool({"W-10.2", "W-10.3"} & set(told.articles))
    how = told.say("書面が到着" if paper else "オンラインで送信", "letter arrived" if paper else "sent online")
    in_time = on.day <= cutoff
    side = told.say(
        f"{cutoff}日まで" if in_time else f"{cutoff}日を過ぎている",
        f"by day {cutoff}" if in_time else f"after day {cutoff}",
    )
    earliest = Month.of(on) if in_time else Month.of(on).plus(1)
    which = told.say(
        f"{'その月' if in_time else '翌月'}({month(earliest, 'ja')})の末日",
        f"the last day of {month(earliest, 'en')}",
    )
    steps = [f"{told.d(on)} {how}", side, told.cite("W-10.2", "W-10.3", "W-10.4", "W-10.5"), which]
    if Month.of(told.effective_on) != earliest:
        steps.append(told.say("ご希望の月を採用(第10条)", "the later month that was wanted (article 10)"))
    return [*steps, told.say(f"{told.d(told.effective_on)}をもって解約", f"ends with {told.d(told.effective_on)}")]


def fee(told: Told) -> list[str]:
    """Whether the end lies inside the term, how much, with which tax, by when (W-12.3 to W-12.6)."""
    amount = told.decision.get("fee")
    if not isinstance(amount, Mapping):
        return []
    term = told.decision.get("minimum_term", told.facts.get("minimum_term"))
    ended, outcome = told.effective_on, told.decision.get("fee_outcome", told.decision.get("outcome"))
    if not term:
        return [
            told.say("最低利用期間なし", "no minimum term"),
            told.say("解約事務手数料 0円", "no cancellation fee"),
        ]
    last = date.fromisoformat(term["end_on"])
    if outcome == "none" or not amount.get("total"):
        reason = told.say(
            "免除・対象外" if ended < last else "期間を満了", "waived or outside" if ended < last else "completed"
        )
        days = told.say(
            f"終了日 {told.d(ended)}、期間の末日 {told.d(last)}", f"ends {told.d(ended)}, term to {told.d(last)}"
        )
        return [days, reason, told.say("解約事務手数料 0円", "no cancellation fee")]
    net, tax = int(amount["amount"]), int(amount["tax"])
    rate = int(terms.dated("tax.rate_percent").on(ended))
    steps = [
        told.say(
            f"終了日 {told.d(ended)}は期間の末日 {told.d(last)}より前",
            f"{told.d(ended)} is before the last day {told.d(last)}",
        ),
        told.cite("W-12.4", "W-12.3c", "W-12.3d") if "W-12.4" in told.articles else told.cite("W-12.3c", "W-12.3d"),
        told.say(f"解約事務手数料 {yen(net, 'ja')}(税抜)", f"fee {yen(net, 'en')} without tax"),
    ]
    if tax:
        steps.append(
            told.say(
                f"{told.d(ended)}の税率{rate}%: {net:,}×{rate}%={yen(tax, 'ja')}",
                f"{rate}% tax on {told.d(ended)}: {net:,} × {rate}% = {yen(tax, 'en')}",
            )
        )
    steps.append(told.say(f"合計 {yen(int(amount['total']), 'ja')}", f"total {yen(int(amount['total']), 'en')}"))
    due = told.day("fee_due_on")
    if due is not None:
        steps.append(told.say(f"{told.d(due)}までにお支払い", f"to be paid by {told.d(due)}"))
    return steps


def ruled(told: Told) -> list[str]:
    """What an operator made of a fee: no day is compared with a term here, a person decided (W-12.3d, W-12.6, X-05)."""
    amount = told.decision.get("fee")
    if not isinstance(amount, Mapping):
        return []
    fee_is = told.say(f"解約事務手数料 {money(amount, 'ja')}", f"cancellation fee {money(amount, 'en')}")
    if "W-12.6" in told.articles:
        first = told.cite(*(each for each in told.articles if each.startswith("W-12.6")))
        if told.decision.get("outcome") == "watched":
            return [first, told.say("確認できるまで留保", "suspended until it is clear"), fee_is]
        how = told.say("担当者が証拠を確かめて免除", "waived by an operator on the evidence")
        return [first, how, fee_is + told.say(" → 0円", " → ¥0")]
    if amount.get("total"):
        how = told.say("担当者が請求すると判断", "an operator decided that it is due")
        return [told.cite("W-12.3d", "W-12.2p"), how, fee_is]
    how = told.say("担当者が請求しないと判断", "an operator decided that it is not due")
    return [told.cite("W-12.3d", "W-12.2p"), how, told.say("解約事務手数料 0円", "no cancellation fee")]


def carried(told: Told) -> list[str]:
    """What is left of a term moves into the new contract (W-12.3b)."""
    term = told.decision.get("minimum_term")
    changed = told.day("change_on") or told.effective_on
    if not term:
        return []
    start, end = date.fromisoformat(term["start_on"]), date.fromisoformat(term["end_on"])
    months = Month.of(start).months_until(Month.of(end)) + 1
    return [
        told.say(f"変更日 {told.d(changed)}", f"changes on {told.d(changed)}"),
        told.cite("W-12.3b"),
        told.say(f"翌月 {told.d(start)}から期間の末日 {told.d(end)}まで", f"from {told.d(start)} to {told.d(end)}"),
        told.say(f"{months}か月を新しい契約に引き継ぐ", f"{months} months move into the new contract"),
    ]


def initial(told: Told) -> list[str]:
    """The window of an initial cancellation (W-12.4)."""
    last = told.day("last_day")
    if last is None:
        return []
    days = int(terms.dated("cancellation.initial_cancellation_days").on(last))
    first = last - timedelta(days=days - 1)
    return [
        told.say(f"書面の受領 {told.d(first)}を1日目として{days}日", f"{days} days, {told.d(first)} being the first"),
        told.say(f"{told.d(last)}までの発信が有効", f"sent by {told.d(last)}"),
    ]


def leaving(told: Told) -> list[str]:
    """What leaving the club ends, and when the storage goes back (M-05.7, M-07.3, M-07.4)."""
    ended = told.day("ended_on") or told.effective_on
    reverts = Month.of(ended).plus(1).last_day
    return [
        told.say(f"退会日・資格の終わり {told.d(ended)}", f"membership ends {told.d(ended)}"),
        told.say(
            f"翌日 {told.d(ended + timedelta(days=1))}にポイント失効",
            f"points lapse on {told.d(ended + timedelta(days=1))}",
        ),
        told.say(f"翌月末 {told.d(reverts)}に容量が戻る", f"storage goes back at the end of {told.d(reverts)}"),
    ]


def expiry(granted_on: date, original: date, current: date, language: Language) -> list[str]:
    """How the last usable day of a lot follows from the day of its grant (M-04.1 to M-04.4)."""
    year = fiscal_year(granted_on)
    said = (
        [f"{day(granted_on, 'ja')}付与", f"{year}年度", "終了のお知らせ(3年後の3月31日)", f"{day(original, 'ja')}まで"]
        if language == "ja"
        else [
            f"granted {day(granted_on, 'en')}",
            f"fiscal year {year}",
            "31 March three years later",
            f"to {day(original, 'en')}",
        ]
    )
    if current != original:
        said.append(
            f"終了に伴い {day(current, 'ja')}に変更"
            if language == "ja"
            else f"moved to {day(current, 'en')} by the end of the programme"
        )
    return said


def charge(told: Told) -> list[str]:
    """A fee of another kind: how much."""
    amount = told.decision.get("fee")
    return [money(amount, told.language)] if isinstance(amount, Mapping) and "total" in amount else []


CHAINS: tuple[tuple[tuple[str, ...], Steps], ...] = (
    (("W-05.3", "W-05.4"), application),
    (("W-12.1", "W-12.1a", "W-12.1b", "W-12.1c", "W-12.2", "W-12.2a", "W-12.2b"), minimum_term),
    (("W-10.2", "W-10.3", "W-10.4", "W-10.5"), cancellation),
    (("W-12.3", "W-12.3a", "W-12.3c", "W-12.3d", "W-12.4", "W-23.4"), fee),
    (("W-12.3b",), carried),
    (("W-12.4",), initial),
    (("W-12.2p",), charge),
    (("M-05.7",), leaving),
)
"""Articles → the steps told where a decision rests on one of them, in the order a life goes."""
