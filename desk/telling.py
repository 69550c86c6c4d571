"""A decision that was only tried, told as the log would tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from rules.explain import explain
from rules.explain.articles import Language


def told(
    event: str, effect: Mapping[str, Any], owner: Mapping[str, Any], received_at: str | None, language: Language
) -> dict[str, Any]:
    """Title, articles, facts and arithmetic of a decision of a dry run or of a what-if.

    Args:
        event: the name it would have in the log.
        effect: what the door answered.
        owner: the contract or membership as it stands.
        received_at: as it was typed, or RFC 3339; now where it was not.
        language: of the page.
    """
    at = _moment(received_at)
    on = effect.get("effective_on")
    return explain(
        event=event,
        articles=tuple(effect.get("articles", ())),
        decision=effect,
        facts=owner,
        received_at=at,
        effective_on=date.fromisoformat(on) if on else at.date(),
        language=language,
    ).as_json()


def _moment(text: str | None) -> datetime:
    if text:
        try:
            found = datetime.fromisoformat(text if len(text) > 16 else f"{text}:00+09:00")
        except ValueError:
            return datetime.now(UTC)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return datetime.now(UTC)
