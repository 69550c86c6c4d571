"""What the steps of one decision are made of, and how they are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rules.explain.articles import Language, cite
from rules.explain.wording import date_of, day


@dataclass(frozen=True)
class Told:
    """What the steps of one decision are made of."""

    event: str
    """Its name in the log."""
    articles: tuple[str, ...]
    decision: Mapping[str, Any]
    """What the caller was told."""
    facts: Mapping[str, Any]
    """The folded state after the entry."""
    before: Mapping[str, Any]
    """The folded state the decision was made on."""
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

    def rests_on(self, *articles: str) -> bool:
        """Whether the decision rests on one of these articles."""
        return bool(set(articles) & set(self.articles))

    @property
    def change_on(self) -> date | None:
        """The first day on the new course where a course change is told of; None of anything else."""
        if "to_course" not in self.decision:
            return None
        return date_of(self.decision.get("change_on")) or self.effective_on


Steps = Callable[[Told], list[str]]
