"""What a rule raises when the documents do not allow what was asked (X-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(ValueError):  # noqa: N818 - the field's own word: a contract, a notice, a change is refused
    """A request the documents refuse; the doors answer it as 422 with the articles."""

    def __init__(
        self,
        code: str,
        detail: str,
        articles: tuple[str, ...],
        reasons: tuple[str, ...] = (),
        *,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what the caller is told.

        Args:
            code: the stable, upper-case name of the refusal.
            detail: one English sentence that says why.
            articles: requirement ids behind it, never empty.
            reasons: every ground, where there can be more than one; the code alone when left out.
            values: the figures, days and names that the sentence carries, for the sentence in Japanese.

        Raises:
            ValueError: no article is named.
        """
        if not articles:
            message = f"the refusal {code!r} rests on no article"
            raise ValueError(message)
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.articles = articles
        self.reasons = reasons or (code,)
        self.values = dict(values or {})
