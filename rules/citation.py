"""What a rule answers with: an outcome always names the articles and the edition it rests on (X-04)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules import terms


@dataclass(frozen=True)
class Decision:
    """The answer of one rule.

    `effective_on` is the Japan day the outcome takes effect, None where the outcome has no day.
    """

    outcome: str
    articles: tuple[str, ...]
    effective_on: date | None = None
    edition: str | None = None
    """The revision of the terms in force when the deciding fact happened; None before 2010-02-01 (W-99.1)."""
    detail: str = ""
    """One English sentence for a call centre."""
    data: dict[str, Any] = field(default_factory=dict)
    """What the operation adds, ready for JSON."""

    def __post_init__(self) -> None:
        """Refuse a decision without an article."""
        if not self.articles:
            message = f"a decision {self.outcome!r} rests on no article"
            raise ValueError(message)

    def as_json(self) -> dict[str, Any]:
        """The shape of a decision in the public interface, with what the operation adds."""
        return {
            "outcome": self.outcome,
            "effective_on": self.effective_on.isoformat() if self.effective_on else None,
            "articles": list(self.articles),
            "edition": self.edition,
            "detail": self.detail,
            **self.data,
        }


def edition(day: date) -> str | None:
    """The revision of the WAKWAK rule book in force on `day` (W-99.1, W-99.3); None before the first."""
    revisions = terms.constant("wakwak.editions", list[date])
    current = [revision for revision in revisions if revision <= day]
    return max(current).isoformat() if current else None
