"""One recorded decision, unfolded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rules.calendar import Month
from rules.dated import DatedError
from rules.explain import articles as texts
from rules.explain.articles import Language
from rules.explain.steps import CHAINS, Told, cancellation, fee, ruled
from rules.explain.wording import date_of, day, moment, money
from rules.terms import constant

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

ARROW = " → "

_RULED = frozenset({"waive", "decide_fee"})
"""What an operator makes of a fee, whatever day its own entry takes effect."""


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
    facts: Mapping[str, Any],
    received_at: datetime,
    effective_on: date,
    language: Language,
    kind: str = "",
) -> Explanation:
    """Unfold one decision as it was recorded.

    Args:
        event: its name in the log.
        articles: the requirement ids it rests on.
        decision: what the caller was told.
        facts: the folded state after it.
        received_at: when the notice arrived, aware.
        effective_on: the Japan day it takes effect.
        language: `ja` or `en`.
        kind: of the entity it was decided about.
    """
    told = Told(articles, decision, facts, received_at, effective_on, language)
    chains = tuple(tuple(chain) for chain in _chains(event, told) if chain)
    title = texts.event(event, language, kind)
    return Explanation(
        title=title,
        detail=_detail(title, told, chains),
        articles=tuple((each, texts.cite(each, language), texts.paraphrase(each, language)) for each in articles),
        facts=_facts(told),
        chains=chains,
    )


def _chains(event: str, told: Told) -> list[list[str]]:
    found = [ruled(told)] if event in _RULED else []
    for needed, steps in CHAINS:
        # An end repeats the articles of the notice that planned it; the arithmetic of the notice is told there.
        if steps is cancellation and event != "cancel":
            continue
        if steps is fee and event in _RULED:
            continue
        if set(needed) & set(told.articles):
            try:
                found.append(steps(told))
            except DatedError:
                continue  # before the terms we know: the articles and facts still stand
    return found


def _detail(title: str, told: Told, chains: tuple[tuple[str, ...], ...]) -> str:
    if told.language == "en":
        return str(told.decision.get("detail") or title)
    lines = "。".join(ARROW.join(chain) for chain in chains)
    return f"{title}({day(told.effective_on, 'ja')})。{lines}{'。' if lines else ''}"


def _facts(told: Told) -> tuple[Fact, ...]:
    index = 0 if told.language == "ja" else 1
    found = [Fact("received_at", _LABELS["received_at"][index], moment(told.received_at, told.language))]
    for name, labels in _LABELS.items():
        value = told.decision.get(name)
        if name != "received_at" and value not in (None, "", []):
            said = _course(value) if name == "to_course" else _value(value, told.language)
            found.append(Fact(name, labels[index], said))
    return tuple(found)


def _course(code: Any) -> str:
    known = constant("course.catalogue").get(str(code))
    return str(known["name"]) if known else str(code)


def _value(value: Any, language: Language) -> str:
    if isinstance(value, Mapping) and "total" in value:
        return money(value, language)
    if isinstance(value, Mapping) and {"start_on", "end_on"} <= value.keys():
        start, end = date.fromisoformat(value["start_on"]), date.fromisoformat(value["end_on"])
        months = Month.of(start).months_until(Month.of(end)) + 1
        unit = "か月" if language == "ja" else " months"
        return f"{day(start, language)} – {day(end, language)} ({months}{unit})"
    on = date_of(value)
    return day(on, language) if on is not None else str(value)
