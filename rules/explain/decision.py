"""One recorded decision, unfolded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rules.calendar import Month
from rules.club.program import Plan
from rules.courses.course_catalogue import full_name, own_name
from rules.dated import DatedError
from rules.explain import articles as texts
from rules.explain.articles import Language
from rules.explain.steps import CHAINS, Told, cancellation, fee, outcome, ruled
from rules.explain.wording import date_of, day, moment, money, month, month_of, statements_in_words

_LABELS: Mapping[str, tuple[str, str]] = {
    "received_at": ("受付", "received"),
    "applied_on": ("申込日", "applied on"),
    "service_start_on": ("サービス提供開始日", "service start"),
    "change_on": ("変更日", "change date"),
    "to_course": ("変更先コース", "new course"),
    "minimum_term": ("最低利用期間", "minimum term"),
    "end_on": ("終了日", "last day"),
    "fee": ("解約事務手数料", "cancellation fee"),
    "fee_due_on": ("支払期日", "due by"),
    "until": ("留保の期限", "watched until"),
    "points": ("ポイント", "points"),
    "usage_month": ("利用月", "month of use"),
    "term_end_month": ("満了月", "term end month"),
    "reverts_on": ("容量が戻る日", "storage goes back"),
}

_OF_BENEFIT: Mapping[str, tuple[str, str]] = {
    "minimum_term": ("特典の期間", "term of the benefit"),
    "fee": ("特典の解約費用", "fee of the benefit"),
}
_AFTER_CHANGE = ("変更後の最低利用期間", "minimum term after it")

ARROW = " → "

_RULED = frozenset({"waive", "decide_fee"})
"""What an operator makes of a fee, whatever day its own entry takes effect."""

_NOTICES = frozenset({"cancel", "choose"})
"""What a contractor cancels by."""


@dataclass(frozen=True)
class Fact:
    """One fact a decision used."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Explanation:
    """Why: what happened, in one sentence; the articles; the facts; the arithmetic."""

    title: str
    detail: str
    articles: tuple[tuple[str, str, str], ...]
    """Requirement id, citation, paraphrase."""
    facts: tuple[Fact, ...]
    chains: tuple[tuple[str, ...], ...]
    """Each a line of reasoning, its steps in order."""

    def as_json(self) -> dict[str, Any]:
        """The shape of the public interface; `steps` has one line a chain."""
        return {
            "title": self.title,
            "detail": self.detail,
            "articles": [{"id": one, "citation": cited, "text": said} for one, cited, said in self.articles],
            "facts": [{"name": fact.name, "label": fact.label, "value": fact.value} for fact in self.facts],
            "steps": [ARROW.join(chain) for chain in self.chains],
        }


def explain(
    *,
    event: str,
    articles: tuple[str, ...],
    decision: Mapping[str, Any],
    facts: tuple[Mapping[str, Any], Mapping[str, Any]],
    when: tuple[datetime, date],
    language: Language,
    kind: str = "",
    plan: Plan | None = None,
) -> Explanation:
    """Unfold one decision as it was recorded.

    Args:
        event: its name in the log.
        articles: the requirement ids it rests on.
        decision: what the caller was told.
        facts: the folded state it was decided on, and the one after it.
        when: the moment the notice arrived, aware, and the Japan day it takes effect.
        language: `ja` or `en`.
        kind: of the entity it was decided about.
        plan: the closing plan in force, whose days the club's articles name.
    """
    told = _told(event, articles, decision, facts, when, language)
    chains = _all_chains(event, told)
    title = texts.happened(event, decision, language, kind)
    return Explanation(
        title=title,
        detail=_detail(title, told, chains),
        articles=tuple((each, texts.cite(each, language), texts.paraphrase(each, language, plan)) for each in articles),
        facts=_facts(told),
        chains=chains,
    )


def sentence(
    *,
    event: str,
    articles: tuple[str, ...],
    decision: Mapping[str, Any],
    facts: tuple[Mapping[str, Any], Mapping[str, Any]],
    when: tuple[datetime, date],
    language: Language,
    kind: str = "",
    titled: bool = True,
) -> str:
    """The `detail` of one decision: what `explain` tells in one sentence, without the rest of it.

    Args:
        event: as in `explain`, as everything below.
        articles: the requirement ids it rests on.
        decision: what the caller was told; its own `detail` is English.
        facts: the folded state it was decided on, and the one after it.
        when: the moment the notice arrived, and the Japan day it takes effect.
        language: of the sentence.
        kind: of the entity.
        titled: whether it happened, and is said to have.
    """
    if language == "en":
        return english(str(decision.get("detail") or texts.happened(event, decision, language, kind)), kind)
    told = _told(event, articles, decision, facts, when, language)
    title = texts.happened(event, decision, language, kind) if titled else ""
    return _detail(title, told, _all_chains(event, told))


def english(text: str, kind: str = "") -> str:
    """A sentence as the log keeps it: courses by their names, statements by their months, entries by what happened.

    Args:
        text: with codes of the catalogue, and entries such as `Entry 4 (cancel)`.
        kind: of the entity whose log it is.
    """
    named = _COURSE.sub(lambda found: full_name(found[0], "en").removeprefix(_HOUSE), statements_in_words(text, "en"))
    return _ENTRY.sub(lambda found: f"{found[1]} ({texts.event(found[2], 'en', kind)})", named)


_COURSE = re.compile(r"\b[A-Z][A-Z0-9_]+\b")
_ENTRY = re.compile(r"\b(Entry [0-9]+) \(([a-z_]+)\)")
_HOUSE = "WAKWAK 光 "
"""Of every course of this book alike."""


def _told(
    event: str,
    articles: tuple[str, ...],
    decision: Mapping[str, Any],
    facts: tuple[Mapping[str, Any], Mapping[str, Any]],
    when: tuple[datetime, date],
    language: Language,
) -> Told:
    return Told(
        event=event,
        articles=articles,
        decision=decision,
        facts=facts[1],
        before=facts[0],
        received_at=when[0],
        effective_on=when[1],
        language=language,
    )


def _all_chains(event: str, told: Told) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(chain) for chain in _chains(event, told) if chain)


def _chains(event: str, told: Told) -> list[list[str]]:
    found = [ruled(told)] if event in _RULED else []
    for needed, steps in CHAINS:
        # An end repeats the articles of the notice that planned it; the arithmetic of the notice is told there.
        if steps is cancellation and event not in _NOTICES:
            continue
        if steps is fee and (event in _RULED or _carries(told)):
            continue
        if told.rests_on(*needed) or (steps is fee and "fee_outcome" in told.decision):
            try:
                found.append(steps(told))
            except DatedError:
                continue  # before the terms we know: the articles and facts still stand
    return found


def _carries(told: Told) -> bool:
    """Whether the term moves on into the new contract: that is told with the months it moves (W-12.3b)."""
    return told.decision.get("fee_outcome") == "carried" and told.rests_on("W-12.3b")


def _detail(title: str, told: Told, chains: tuple[tuple[str, ...], ...]) -> str:
    if told.language == "en":
        return english(str(told.decision.get("detail") or title))
    # Where no arithmetic says which way it went, a few words do.
    lines = "。".join(ARROW.join(chain) for chain in chains) or outcome(
        told.event, told.decision, told.effective_on, "ja"
    )
    first = f"{title}({day(told.effective_on, 'ja')})。" if title else ""
    return f"{first}{lines}{'。' if lines else ''}"


def _facts(told: Told) -> tuple[Fact, ...]:
    index = 0 if told.language == "ja" else 1
    found = [Fact("received_at", _LABELS["received_at"][index], moment(told.received_at, told.language))]
    for name, labels in _LABELS.items():
        value = told.decision.get(name)
        if name != "received_at" and value not in (None, "", []):
            said = own_name(str(value), told.language) if name == "to_course" else _value(value, told.language)
            found.append(Fact(name, _own_label(name, told, labels)[index], said))
    return tuple(found)


def _own_label(name: str, told: Told, labels: tuple[str, str]) -> tuple[str, str]:
    """A benefit has a term and a fee of its own, and a change names the term that follows it."""
    if "benefit_id" in told.decision:
        return _OF_BENEFIT.get(name, labels)
    return _AFTER_CHANGE if name == "minimum_term" and told.change_on is not None else labels


def _value(value: Any, language: Language) -> str:
    if isinstance(value, Mapping) and "total" in value:
        return money(value, language)
    if isinstance(value, Mapping) and {"start_on", "end_on"} <= value.keys():
        start, end = date.fromisoformat(value["start_on"]), date.fromisoformat(value["end_on"])
        months = Month.of(start).months_until(Month.of(end)) + 1
        unit = "か月" if language == "ja" else " months"
        return f"{day(start, language)} – {day(end, language)} ({months}{unit})"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if (of := month_of(value)) is not None:
        return month(of, language)
    on = date_of(value)
    return day(on, language) if on is not None else str(value)
