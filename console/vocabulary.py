"""The words of the house as the commands use them: names of fields, codes by the field that holds them, moments, money.

States, events, articles, letters, courses and refusals are worded elsewhere, for everybody who reads them; here is what
of them stands in which field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from console.language import pick, say, spoken
from console.wording import CODES, FIELDS, REQUESTS, Pairs
from desk import words as desk
from models import words
from rules.explain import articles, wording

STATES: Mapping[str, Pairs] = {
    "contract": words.CONTRACT_STATES,
    "membership": words.MEMBERSHIP_STATES,
    "filing": words.FILING_STATES,
    "rollout": words.ROLLOUT_STATES,
    "program": words.PROGRAM_STATES,
    "exchange": words.EXCHANGE_STATES,
    "person": {**words.MEMBERSHIP_STATES, **words.CONTRACT_STATES},
}
"""The words of states, by what has them; beside a person stand contracts and memberships."""

_YEN = frozenset({"amount", "credit", "difference", "fee", "owed", "owed_back", "paid", "tax", "total"})
_COUNTED = frozenset({"available", "balance", "balance_after", "forfeited_points", "left", "points", "points_redated"})
_COURSES = frozenset({"course", "courses", "from_course", "to_course", "then", "pending_course_change"})
_EVENTS = frozenset({"event", "reason", "runs"})
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*")


def _desk(kind: str) -> Pairs:
    return {code: (found[0], found[1]) for code, found in desk.CODES[kind].items()}


@cache
def _by_field() -> Mapping[str, Pairs]:
    """Codes in words, by the field that holds them; behind a dot, only below another."""
    health, lots, charges = _desk("health_state"), _desk("lot"), words.CHARGE_STATES
    shared: dict[str, Pairs] = {
        **dict.fromkeys(("operator", "to_operator", "from_operator", "area"), words.AREAS),
        **dict.fromkeys(("temporal", "database"), health),
        **dict.fromkeys(("end_reason", "end_cause", "cause", "losses", "opened_by"), words.END_REASONS),
        "status": {**words.FILING_STATES, **health},
        "fee_outcome": _desk("fee"),
        "reason": _desk("reason_code"),
        "reason_code": _desk("reason_code"),
        "against": _desk("against"),
        "defects": _desk("defect"),
        "role": _desk("role"),
        "action": _desk("action"),
        "actor": {**_desk("role"), **_desk("actor")},
        "what": {**_desk("letter"), **_desk("carrier")},
        "kind": {**_desk("kind"), **_desk("letter"), **lots, **words.ROLLOUT_KINDS},
        "code": {**words.CHARGES, **_desk("program")},
        "event": _desk("plan"),
        "outcomes": _desk("outcome"),
        "choice": words.CHOICES,
        "offered": words.CHOICES,
        "membership": words.MEMBERSHIP_STATES,
        "ended": words.MEMBERSHIP_STATES,
        "members": {**words.STORAGE_STATES, **words.MEMBERSHIP_STATES},
        "ledger": lots,
        "storage": words.STORAGE_STATES,
        **dict.fromkeys(("problem", "reasons"), _desk("problem")),
        "choice.state": words.CHOICE_STATES,
        "storage.state": words.STORAGE_STATES,
        "contracts.state": words.CONTRACT_STATES,
        "memberships.state": words.MEMBERSHIP_STATES,
        "exchanges.state": words.EXCHANGE_STATES,
        "money.state": charges,
        "was.state": charges,
        "becomes.state": charges,
    }
    return shared | {name: {**shared.get(name, {}), **found} for name, found in CODES.items()}


def heading(name: str, below: str = "") -> str:
    """The name of a field as people read it; one without words as it is.

    Args:
        name: of the field, or a code that stands for one.
        below: the field it stands in.
    """
    commands = updates() if below == "courses" else {}
    found = (
        FIELDS.get(f"{below}.{name}") or commands.get(name) or _by_field().get(below, {}).get(name) or FIELDS.get(name)
    )
    if found is not None:
        return pick(found)
    return articles.event(name, spoken(), "program") if below in _EVENTS else name


def code(value: str, name: str, below: str = "", kind: str = "") -> str:
    """A text of a field in words, where it is a code; else as it is.

    Args:
        value: the text.
        name: of its field.
        below: the field that one stands in.
        kind: of the entity it is about, such as `contract`: the same code is not the same word of each.
    """
    by = _by_field()
    states = STATES.get(kind, {}) if name in ("state", "from", "to") else {}
    for found in (by.get(f"{below}.{name}", {}), states, by.get(name, {})):
        if value in found:
            return pick(found[value])
    return _worded(value, below if below == "courses" else name, kind)


def _worded(value: str, name: str, kind: str) -> str:
    """What is worded by a function of the house."""
    language = spoken()
    if name in _COURSES:
        return desk.course_name(value, language)
    if name in _EVENTS:
        return articles.event(value, language, kind)
    if name in ("articles", "citation") and re.fullmatch(r"[A-Z]-\S+", value):
        return articles.cite(value, language)
    named = {"allowed": updates(), "fields": FIELDS}.get(name, {})
    if value in named:
        return pick(named[value])
    if name == "service_type" and "_" in value:  # of a member's line: brand and type in one
        brand, _, line_type = value.partition("_")
        return f"{code(brand, 'brand')} {code(line_type, name)}"
    return value


def scalar(value: Any, name: str, below: str = "", kind: str = "") -> str:
    """One value on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("yes" if value else "no")
    if isinstance(value, int):
        return wording.yen(value, spoken()) if name in _YEN else f"{value:,}" if name in _COUNTED else str(value)
    if isinstance(value, str) and is_moment(value):
        return moment(value)
    if isinstance(value, str) and (wording.date_of(value) or wording.month_of(value)):
        return wording.in_words(value, spoken())
    return code(str(value), name, below, kind)


def is_moment(value: Any) -> bool:
    """Whether a value is a moment as the service writes them, with its offset."""
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def moment(value: str) -> str:
    """A moment in Japan time, whatever its offset, to the minute."""
    return wording.moment(datetime.fromisoformat(value), spoken())


def money(value: Mapping[str, Any]) -> str:
    """A sum with its tax apart."""
    return wording.money(value, spoken())


def event(name: str, kind: str) -> str:
    """What happened, in a few words."""
    return code(name, "event", "", kind)


def ahead(item: Mapping[str, Any], kind: str) -> str:
    """What lies ahead, in Japanese as its timer is named."""
    return desk.ahead(item, kind, spoken())


def sentence(text: str) -> str:
    """A sentence of the service's own log, its courses by their names."""
    return desk.named(text)


def refusal(problem_code: str) -> str:
    """What a refusal means for the person in front of it; empty of one without words."""
    found = _by_field()["problem"].get(problem_code)
    return pick(found) if found else ""


def task(why: str) -> str:
    """What waits for an operator and what can be done about it."""
    return articles.task(why, spoken())


def request(method: str, template: str) -> Mapping[str, Any]:
    """What a request of the service is called, and its event in the log; empty of one nobody types.

    Args:
        method: such as `POST`.
        template: its path as published; whatever its first id is called.
    """
    spelled = f"{method} {re.sub(r'{[^}]+}', '{id}', template, count=1)}"
    return desk.requests().get(spelled) or REQUESTS.get(spelled, {})


def commands(begun: str) -> list[str]:
    """What `keiyaku do ID` takes and begins so, of whatever entity: what a shell completes without asking anybody."""
    paths = (each.partition(" ")[2] for each in (*desk.requests(), *REQUESTS))
    below = (found[1] for path in paths if (found := _OF_ONE.fullmatch(path)))
    return sorted({each for each in below if each.startswith(begun)})


_OF_ONE = re.compile(r"/v1/(?:contracts|memberships|filings|exchanges|rollouts)/{[^}]+}/([^{}]+)")


@cache
def updates() -> Mapping[str, tuple[str, str]]:
    """What can be asked of an entity, by the name of the update, as `allowed` has it."""
    known = [*desk.requests().values(), *REQUESTS.values()]
    return {each["needs"]: (each["ja"], each["en"]) for each in known if "needs" in each}


def allowed(names: list[str]) -> str:
    """What can be asked now; what only other parts of the service ask is left out."""
    found = [pick(updates()[name]) for name in names if name in updates()]
    return say("and").join(dict.fromkeys(found)) or say("nothing")


def explained(
    event_name: str, effect: Mapping[str, Any], owner: Mapping[str, Any], received_at: str | None, kind: str
) -> str:
    """A decision in one sentence with its arithmetic, as the log would tell it.

    Args:
        event_name: as the log has it.
        effect: what the service answered.
        owner: what it was decided about, as it stood.
        received_at: when the notice arrived, RFC 3339; None: on the day it takes effect.
        kind: of the owner.
    """
    from desk.telling import told

    on = f"{effect['effective_on']}T00:00:00+09:00"
    return str(told(event_name, effect, owner, received_at, spoken(), now=on, kind=kind)["detail"])
