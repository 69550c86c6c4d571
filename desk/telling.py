"""A decision that was only tried, told as the log would tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rules.calendar import JST
from rules.explain import explain
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
    """
    at = _moment(received_at) or datetime.fromisoformat(now)
    on = effect.get("effective_on")
    return explain(
        event=event,
        articles=tuple(effect.get("articles", ())),
        decision=effect,
        facts=owner,
        received_at=at,
        effective_on=date.fromisoformat(on) if on else at.date(),
        language=language,
        kind=kind,
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
