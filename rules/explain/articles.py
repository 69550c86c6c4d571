"""Requirement ids as articles a customer can look up, and in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from rules import written
from rules.club.points import expiry
from rules.club.program import Plan, notice_plan

Language = Literal["ja", "en"]

_HERE = Path(__file__).parent
_ARTICLE = re.compile(r"^W-([0-9]{2})\.([0-9]+)(.*)$")
_CHAPTER = re.compile(r"^W-C([0-9])\.")


@cache
def _written() -> dict[str, dict[str, str]]:
    """Requirement id → language → its paraphrase, the dates of the closing plan left open."""
    found: dict[str, dict[str, str]] = {}
    for name in ("wakwak", "club", "both"):
        found |= written.read((_HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@cache
def texts() -> dict[str, dict[str, str]]:
    """Requirement id → language → its paraphrase, by the plan of the notice."""
    return {name: {"ja": paraphrase(name, "ja"), "en": paraphrase(name, "en")} for name in _written()}


def _dates(plan: Plan, language: Language) -> dict[str, str]:
    """What the notice says in days, from a plan."""
    redated = plan.points_redated
    days = {
        "ends_on": plan.ends_on,
        "registration_ends_on": plan.registration_ends_on,
        "last_usage_on": plan.last_usage_month.last_day,
        "granted_from": redated.granted_from,
        "granted_to": redated.granted_to,
        "expires_on": redated.expires_on,
        "original_expires_on": expiry(redated.granted_to, plan=plan).original_expires_on,
    }
    months = {"last_grant_month": plan.last_grant_month, "last_term_end_month": plan.last_term_end_month}
    also = ", which is also the programme end" if plan.ends_on == _FY2022_EXPIRES_ON else ""
    if language == "en":
        said = {name: f"{value.day} {value:%B %Y}" for name, value in days.items()}
        return said | {name: f"{value.first_day:%B %Y}" for name, value in months.items()} | {"which_ends": also}
    said = {name: f"{value.year}年{value.month}月{value.day}日" for name, value in days.items()}
    return said | {name: f"{value.first_day.year}年{value.first_day.month}月" for name, value in months.items()}


_FY2022_EXPIRES_ON = date(2025, 3, 31)


@cache
def events() -> dict[str, dict[str, str]]:
    """Event of a log → language → what happened."""
    found: dict[str, dict[str, str]] = written.read((_HERE / "events.yaml").read_text(encoding="utf-8"))
    return found


def paraphrase(article: str, language: Language, plan: Plan | None = None) -> str:
    """An article in plain words; of an id that is no row, such as a reading (A-), the id.

    Args:
        article: requirement id.
        language: of the words.
        plan: the closing plan in force, whose days the club's articles name; None: that of the notice.
    """
    known: dict[str, Any] = _written().get(article, {})
    said = str(known.get(language, article))
    return said.format(**_dates(plan or notice_plan(), language)) if "{" in said else said


def event(name: str, language: Language, kind: str = "") -> str:
    """What happened, in a few words; the name of an event that has none.

    Args:
        name: of the event, as the log has it.
        language: of the words.
        kind: of the entity it happened to, such as `membership`: an end is not the same of everything that ends.
    """
    known = events().get(f"{kind}.{name}") or events().get(name)
    if known is not None:
        return known.get(language, name)
    # A programme's run is recorded page by page and at its end, under its own name.
    run, _, part = name.rpartition("_")
    return f"{event(run, language)}{_PARTS[part][language]}" if part in _PARTS and run in events() else name


def happened(name: str, decision: Mapping[str, Any], language: Language, kind: str = "") -> str:
    """What an entry of the log says happened: `event`, told apart where one name stands for what two of them did.

    Args:
        name: of the event, as the log has it.
        decision: what it was answered.
        language: of the words.
        kind: of the entity.
    """
    # Charges of a line are taken under one name, whether NTT told them or somebody keyed them in.
    keyed = name == "line_statement" and decision.get("outcome") == "taken" and "notice_id" not in decision
    return event("take_line_charges" if keyed else name, language, kind)


@cache
def futures() -> dict[str, dict[str, str]]:
    """Event that can lie ahead → language → what will happen."""
    found: dict[str, dict[str, str]] = written.read((_HERE / "ahead.yaml").read_text(encoding="utf-8"))
    return found


def will_happen(name: str, language: Language, kind: str = "") -> str:
    """What lies ahead, in a few words; the name of an event that has none. As `event`, in the future."""
    known = futures().get(f"{kind}.{name}") or futures().get(name)
    return known.get(language, name) if known is not None else name


_PARTS: Mapping[str, Mapping[Language, str]] = {
    "page": {"ja": "(途中)", "en": " (part)"},
    "done": {"ja": "(完了)", "en": " (done)"},
}


@cache
def _tasks() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = written.read((_HERE / "tasks.yaml").read_text(encoding="utf-8"))
    return found


def task(code: str, language: Language) -> str:
    """What waits for an operator and what can be done about it; the code of one that has no text."""
    return _tasks().get(code, {}).get(language, code)


@cache
def refusals() -> dict[str, dict[str, Any]]:
    """Code of a refusal → language → what it means for a person; `more`: sentences with its figures."""
    found: dict[str, dict[str, Any]] = written.read((_HERE / "refusals.yaml").read_text(encoding="utf-8"))
    return found


@cache
def misfits() -> dict[str, str]:
    """Kind of what is wrong with one entry → Japanese; the doors' library says the same in English."""
    found: dict[str, str] = written.read((_HERE / "misfits.yaml").read_text(encoding="utf-8"))
    return found


def cite(article: str, language: Language) -> str:  # noqa: PLR0911 - one line a kind of document
    """`W-12.1` → `第12条第1項`; `W-12.3c` → `第12条第3項(c)`; what is no article is named by its document."""
    if article.startswith("M-"):
        return "終了のお知らせ" if language == "ja" else "closing notice"
    chapter = _CHAPTER.match(article)
    if chapter:
        return f"第{chapter[1]}章 前書き" if language == "ja" else f"head of chapter {chapter[1]}"
    match = _ARTICLE.match(article)
    if match is None:
        return "共通の定め" if language == "ja" else "common rule"
    number, paragraph, item = int(match[1]), match[2], match[3]
    if number == 0:
        return "前文" if language == "ja" else "preamble"
    if number == 99:
        return "附則" if language == "ja" else "supplementary provisions"
    letter = f"({item})" if item and item not in {"n", "p"} else ""
    if language == "ja":
        return f"第{number}条第{paragraph}項{letter}"
    return f"article {number}({paragraph}){letter}"
