"""A decision that was only tried, told as the log would tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from desk.words import CODES, code_text, course_name, plain_date, say, state_text, yen
from rules.calendar import JST, Month
from rules.club.program import Plan
from rules.explain import explain, wording
from rules.explain.articles import Language


def told(
    event: str,
    effect: Mapping[str, Any],
    owner: Mapping[str, Any],
    received_at: str | None,
    language: Language,
    *,
    now: str,
    kind: str,
    plan: Plan | None = None,
) -> dict[str, Any]:
    """Title, articles, facts and arithmetic of a decision of a dry run or of a what-if.

    Args:
        event: the name it would have in the log.
        effect: what the door answered.
        owner: the contract or membership as it stands.
        received_at: as it was typed, or RFC 3339; None: the business moment.
        language: of the page.
        now: the business moment, RFC 3339.
        kind: of the owner.
        plan: the closing plan in force.
    """
    at = _moment(received_at) or datetime.fromisoformat(now)
    on = effect.get("effective_on")
    return explain(
        event=event,
        articles=tuple(effect.get("articles", ())),
        decision=effect,
        facts=(owner, owner),
        when=(at, date.fromisoformat(on) if on else at.date()),
        language=language,
        kind=kind,
        plan=plan,
    ).as_json()


def _moment(text: str | None) -> datetime | None:
    """What was typed, in Japan time where it says no other; None of anything else: the door has refused that."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text if len(text) > _TO_THE_MINUTE else f"{text}:00+09:00")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=JST)


_TO_THE_MINUTE = 16
"""Characters of `2018-05-20T09:00`."""


@dataclass(frozen=True)
class _Of:
    """A decision that was only tried, and what it is about."""

    effect: Mapping[str, Any]
    owner: Mapping[str, Any]
    language: Language

    def say(self, key: str, **values: Any) -> str:
        return say(key, self.language, **values)

    def day(self, value: Any) -> str:
        return plain_date(value, self.language)

    def money(self, value: Any) -> str:
        return yen(value, self.language)

    def month(self, value: str) -> str:
        return wording.month(Month.parse(value), self.language)


def figures(effect: Mapping[str, Any], owner: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Every figure a dry run answered, with its words; nothing of it is kept from who confirms.

    Of what would wait for an operator, those of what is decided then.
    """
    effect = {**effect, **effect.get("if_approved", {})}
    of = _Of(effect, owner, language)
    found = [pair for name, tell in FIGURES.items() if effect.get(name) is not None for pair in tell(of, effect[name])]
    return list(dict.fromkeys((label, text) for label, text in found if text))


Pairs = Iterator[tuple[str, str]]


def _fee(of: _Of, value: Any) -> Pairs:
    """What is charged; of a fee that an operator takes off, what it was and what is left of it."""
    if "benefit_id" in of.effect:
        yield of.say("benefit_fee"), of.money(value)
        return
    outcome = of.effect.get("fee_outcome") or of.effect.get("outcome")
    words = code_text("fee", outcome, of.language) if outcome in CODES["fee"] else ""
    if outcome in {"waived", "watched"} and "charges" in of.effect:
        left = of.money(0) if outcome == "waived" else of.say("suspended")
        yield of.say("fee"), f"{of.money(value)} → {left} {words if outcome == 'waived' else ''}".strip()
    elif of.effect.get("outcome") != "granted":
        yield of.say("fee"), f"{of.money(value)} {words}".strip()


def _suspended(of: _Of, value: Any) -> Pairs:
    for each in value:
        due = of.say("due_on_day", day=of.day(each["fee_due_on"])) if each.get("fee_due_on") else ""
        yield of.say("suspended_fee"), f"{of.money(each['fee'])} {due}".strip()


def _carried(of: _Of, value: Any) -> Pairs:
    if value:
        yield of.say("carried_term"), of.say("until_day", day=of.day(value["end_on"]))


def _term(of: _Of, value: Any) -> Pairs:
    label = of.say("benefit_term" if "benefit_id" in of.effect else "minimum_term")
    yield label, of.say("from_to", start=of.day(value["start_on"]), end=of.day(value["end_on"]))


def _course(of: _Of, value: Any) -> Pairs:
    now = of.owner.get("course")
    if now is not None and value != now:
        yield of.say("course"), f"{course_name(now, of.language)} → {course_name(value, of.language)}"


def _cancelled_change(of: _Of, value: Any) -> Pairs:
    yield of.say("cancelled_change"), course_name(value, of.language)


def _unbilled(of: _Of, value: Any) -> Pairs:
    first = of.month(value["from"]) if value["from"] else of.say("from_the_beginning")
    yield of.say("unbilled_months"), of.say("from_to", start=first, end=of.month(value["through"]))


def _required(of: _Of, value: Any) -> Pairs:
    yield of.say("required_next"), of.say("course_change_to", course=course_name(value["to_course"] or "", of.language))


def _answer(of: _Of, value: Any) -> Pairs:
    yield of.say("answer"), state_text("filing", value["filing_state"], of.language)
    for name in ("work_on", "opened_on"):
        if name in value:
            yield of.say(name), of.day(value[name]) or of.say("undecided")


def _asked(of: _Of, value: Any) -> Pairs:
    yield of.say("asks"), code_text("operator", str(value).removeprefix("NTT_"), of.language)


def _expires(of: _Of, value: Any) -> Pairs:
    before = of.effect.get("original_expires_on")
    moved = f" ({of.say('original')} {of.day(before)})" if before and before != value else ""
    yield of.say("expires"), f"{of.day(value)}{moved}"


def _closed(of: _Of, value: Any) -> Pairs:
    if value:
        yield of.say("record"), of.say("record_closes")


def _day(key: str) -> Callable[[_Of, Any], Pairs]:
    def tell(of: _Of, value: Any) -> Pairs:
        yield of.say(key), of.day(value)

    return tell


def _yen(key: str) -> Callable[[_Of, Any], Pairs]:
    def tell(of: _Of, value: Any) -> Pairs:
        yield of.say(key), of.money(value)

    return tell


def _points(key: str) -> Callable[[_Of, Any], Pairs]:
    def tell(of: _Of, value: Any) -> Pairs:
        yield of.say(key), of.say("n_points", n=f"{value:,}")

    return tell


def _count(key: str) -> Callable[[_Of, Any], Pairs]:
    def tell(of: _Of, value: Any) -> Pairs:
        if value:
            yield of.say(key), of.say("n_items", n=len(value))

    return tell


FIGURES: Mapping[str, Callable[[_Of, Any], Pairs]] = MappingProxyType(
    {
        "fee": _fee,
        "fee_due_on": _day("due_by"),
        "due_on": _day("due_by"),
        "suspended_fees": _suspended,
        "watch_until": _day("watched_until"),
        "carried": _carried,
        "minimum_term": _term,
        "course": _course,
        "to_course": _course,
        "cancelled_change": _cancelled_change,
        "voided_months": _unbilled,
        "voided_charges": _count("voided_charges"),
        "required": _required,
        "answer": _answer,
        "ask": _asked,
        "owed": _yen("owed"),
        "owed_back": _yen("owed_back"),
        "closed": _closed,
        "usable_through": _day("usable_through"),
        "forfeited_points": _points("forfeited_points"),
        "perk_off_on": _day("perk_off_on"),
        "reverts_on": _day("reverts_on"),
        "expires_on": _expires,
    }
)
"""By the name the door gives it: the lines it makes on a confirmation."""

TOLD_ELSEWHERE = frozenset(
    # The decision itself, its state, letters, and a revision have places of their own.
    {"outcome", "effective_on", "articles", "edition", "detail", "state", "dry_run", "retroactive", "tells", "ahead"}
    | {
        "revises",
        "money",
        "held_id",
        "against",
        "if_approved",
        "event",
        "voids",
        "fee_outcome",
        "original_expires_on",
        "ground_gone",
    }
    # What was entered stands below; what an answer repeats of it, or of the owner, is not said twice.
    | {"club", "ntt_east", "points", "granted_on", "topic", "attributable", "papers_received_on", "dispatched_on"}
    | {"choice", "paid_on", "payment_id", "kind", "amount", "statement_id", "charge_id", "to_operator"}
    | {"from_operator", "service_start_on", "applied_on", "written_on", "posted_on", "from_course", "change_on"}
    | {"why", "reason", "request_id", "charges", "shown_at", "accept", "case", "holder", "ground"}
    # Why an application is declined stands above, a line each.
    | {"reasons"}
)
"""Names that are no figure of their own."""
