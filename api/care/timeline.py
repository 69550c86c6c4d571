"""The life of a contract or a membership as lanes of a picture: pure functions of its state and its log."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.care.drawing import Kind, Lane, Mark, Span, Window, draw, window_of
from models import words
from models.messages.club.membership import MembershipState
from models.messages.contract.contract import ContractState
from models.messages.entity import AgendaItem, Charge, Entry
from rules.courses.course_catalogue import own_name
from rules.explain.articles import Language, happened, will_happen
from rules.explain.wording import date_of, day, timer, yen

_LANES: Mapping[str, tuple[str, str]] = {
    "course": ("コース", "Course"),
    "term": ("最低利用期間", "Minimum term"),
    "choice": ("選択・留保", "Choice, watch"),
    "events": ("出来事・予定", "Events"),
    "charges": ("料金", "Charges"),
    "member": ("会員", "Membership"),
    "storage": ("増量特典", "Storage"),
    "lots": ("ポイント", "Points"),
    "exchange": ("交換", "Exchange"),
}

_CHARGE_KINDS: Mapping[str, Kind] = {
    "planned": "planned",
    "due": "due",
    "paid": "paid",
    "waived": "waived",
    "watched": "watch",
    "needs_operator": "planned",
}

_LOG_MAX = 60
"""The picture shows the last so many entries; the log shows all."""


def contract_picture(
    state: ContractState, log: Sequence[Entry], today: date, language: Language, window: Window | None = None
) -> str:
    """A contract's life: courses, term, choice and watch, what happened and what lies ahead, charges."""
    lanes = [
        _lane("course", _courses(state, today, language), language),
        _lane("term", _term(state, language), language),
        _lane("choice", _choice(state, language), language),
        _lane(
            "events",
            [*_past(log, language, "contract"), *_ahead(state.agenda.values(), language, "contract")],
            language,
        ),
        _lane("charges", [_charge(each, state, language) for each in state.charges.values()], language),
    ]
    return _draw(("契約", "contract"), state.contract_id, lanes, today, language, window)


def membership_picture(
    state: MembershipState,
    log: Sequence[Entry],
    lots: Sequence[Mapping[str, Any]],
    today: date,
    language: Language,
    window: Window | None = None,
) -> str:
    """A member's life: membership, storage, what happened and lies ahead, lots of points to their last usable day."""
    lanes = [
        _lane("member", _membership(state, language), language),
        _lane("storage", _storage(state, language), language),
        _lane(
            "events",
            [*_past(log, language, "membership"), *_ahead(state.agenda.values(), language, "membership")],
            language,
        ),
        _lane("lots", _lots(lots, language), language),
    ]
    return _draw(("会員", "member"), state.member_id, lanes, today, language, window)


@dataclass(frozen=True)
class Stretch:
    """An exchange from its draft to its outcome."""

    exchange_id: str
    state: str
    begun_on: date | None
    sent_on: date | None
    """The day on which the points left; None: they have not."""
    closed_on: date | None


def exchange_picture(
    of: Stretch,
    log: Sequence[Entry],
    ahead: Sequence[AgendaItem],
    today: date,
    language: Language,
    window: Window | None = None,
) -> str:
    """An exchange: how long it is filled in, how long its outcome is waited for, what happened and lies ahead."""
    state = words.EXCHANGE_STATES[of.state][0 if language == "ja" else 1]
    first = of.begun_on or of.sent_on or today
    ends = of.closed_on if of.sent_on else today
    lanes = [
        _lane("exchange", [Span(state, of.sent_on or first, ends, "course" if of.sent_on else "planned")], language),
        _lane("events", [*_past(log, language, "exchange"), *_ahead(ahead, language, "exchange")], language),
    ]
    return _draw(("ポイント交換", "exchange"), of.exchange_id, lanes, today, language, window)


def _draw(
    kind: tuple[str, str],
    name: str,
    lanes: Sequence[Lane],
    today: date,
    language: Language,
    window: Window | None,
) -> str:
    title = f"時系列 {kind[0]} {name}" if language == "ja" else f"Timeline {kind[1]} {name}"
    parts = "、".join(lane.name for lane in lanes if lane.items)
    return draw(title, parts, lanes, today, window or window_of(lanes, today), language)


def _lane(name: str, items: Sequence[Span | Mark], language: Language) -> Lane:
    return Lane(_LANES[name][0 if language == "ja" else 1], tuple(items))


def _courses(state: ContractState, today: date, language: Language) -> list[Span | Mark]:
    begun = state.service_start_on
    steps = state.course_history
    spans: list[Span | Mark] = []
    for step, following in zip(steps, [*steps[1:], None], strict=False):
        start = max(step.from_on, begun) if begun and step is steps[0] else step.from_on
        end = following.from_on - timedelta(days=1) if following else state.end_on
        if begun is None:
            end = today if state.state not in {"declined", "withdrawn"} else start
        spans.append(Span(own_name(step.course, language), start, max(end, start) if end else None, "course"))
    change = state.pending_course_change.model_dump(mode="json") if state.pending_course_change else {}
    on = date_of(change.get("change_on"))
    if on is not None and change.get("to_course"):
        spans.append(Mark(f"→ {own_name(change['to_course'], language)}", on, "ahead", filled=False))
    return spans


def _term(state: ContractState, language: Language) -> list[Span | Mark]:
    term = state.minimum_term
    if term is None:
        return []
    last = day(term.end_on, language)
    until = f"〜{last}" if language == "ja" else f"to {last}"
    return [Span(until, term.start_on, term.end_on, "term")]


def _choice(state: ContractState, language: Language) -> list[Span | Mark]:
    found: list[Span | Mark] = []
    ja = language == "ja"
    choice = state.choice
    if choice is not None:
        waits = choice.state in {"open", "escalated"}
        label = words.CHOICE_STATES[choice.state][0 if ja else 1]
        found.append(Span(label, choice.opened_on, choice.escalates_on if waits else choice.opened_on, "choice"))
    if state.watch is not None:
        found.append(Span("費用の留保" if ja else "fee watched", state.watch.changed_on, state.watch.until, "watch"))
    return found


def _past(log: Sequence[Entry], language: Language, kind: str) -> list[Mark]:
    gone = {seq for entry in log for seq in entry.voids}
    shown = [entry for entry in log if entry.seq not in gone][-_LOG_MAX:]
    return [
        Mark(_short(happened(entry.event, entry.decision, language, kind)), entry.effective_on, "past")
        for entry in shown
    ]


def _short(text: str) -> str:
    """Without the ending a noun can do without; `戻しました` keeps it, since `戻` alone is no word."""
    return _ENDING.sub("", text) or text


_ENDING = re.compile(r"を受け付けました$|(?<=[一-龯ァ-ヶー]{2})しました$")


def _ahead(items: Sequence[AgendaItem] | Any, language: Language, kind: str) -> list[Mark]:
    return [
        Mark(
            timer(item.label) if language == "ja" else will_happen(item.event, "en", kind),
            item.on,
            "ahead",
            filled=False,
        )
        for item in items
    ]


def _charge(charge: Charge, state: ContractState, language: Language) -> Mark:
    said = words.CHARGE_STATES[charge.state][0 if language == "ja" else 1]
    on = charge.due_on or state.end_on or state.applied_on or date.max
    return Mark(f"{yen(charge.total, language)} {said}", on, _CHARGE_KINDS[charge.state], filled=charge.state == "paid")


def _membership(state: MembershipState, language: Language) -> list[Span | Mark]:
    if state.registered_on is None:
        return []
    label = {"ja": "会員", "en": "member"}[language]
    return [Span(label, state.registered_on, state.usable_through or state.ended_on, "course")]


def _storage(state: MembershipState, language: Language) -> list[Span | Mark]:
    perk = state.storage
    if state.registered_on is None:
        return []
    label = "+5GB" if language == "ja" else "+5 GB"
    found: list[Span | Mark] = [Span(label, state.registered_on, perk.reverts_on or perk.perk_off_on, "storage")]
    return found


def _lots(lots: Sequence[Mapping[str, Any]], language: Language) -> list[Span | Mark]:
    unit = "pt" if language == "en" else "ポイント"
    return [
        Span(
            f"{lot['left']:,}{unit}",
            date.fromisoformat(lot["granted_on"]),
            date.fromisoformat(lot["expires_on"]),
            "lot",
        )
        for lot in lots
        if lot["left"]
    ]
