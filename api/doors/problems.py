"""Errors as RFC 9457 problems with a stable code and the articles behind a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rules.explain.wording import refusal, statements_in_words
from rules.refusal import Refusal

TITLES = {
    400: "Malformed request",
    401: "Not authenticated",
    403: "Not allowed for this key",
    404: "Not found",
    405: "No such method here",
    408: "Request not completed in time",
    409: "Not possible in this state",
    413: "Too large",
    422: "Refused by a rule",
    500: "Defect",
    503: "Not answering right now",
}


class Problem(Exception):  # noqa: N818 - the RFC's own word
    """Raised anywhere below a door; the door answers it as `application/problem+json`."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        articles: Sequence[str] = (),
        *,
        values: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> None:
        """Keep what the caller is told.

        Args:
            status: the HTTP status.
            code: the stable, upper-case name of what is wrong.
            detail: one sentence that says what to do.
            articles: requirement ids behind a refusal.
            values: the figures, days and names of the sentence, for the sentence in Japanese.
            extra: further members, such as `state` and `allowed`.
        """
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.articles = tuple(articles)
        self.values = dict(values or {})
        self.extra = extra

    @classmethod
    def of(cls, refused: Refusal, status: int = 422, **extra: Any) -> Problem:
        """What a rule refused, as the caller reads it."""
        return cls(status, refused.code, refused.detail, refused.articles, values=refused.values, **extra)

    def body(self) -> dict[str, Any]:
        """The problem document: `message` is for the person in front of it, in Japanese; `detail` says more.

        Neither calls a statement by its number: whoever paid it knows it by its month.
        """
        return {
            "type": f"https://keiyaku.example/problems/{self.code.lower().replace('_', '-')}",
            "title": TITLES.get(self.status, "Problem"),
            "status": self.status,
            "detail": statements_in_words(self.detail, "en"),
            "code": self.code,
            **({"message": message} if (message := refusal(self.code, "ja", self.values)) is not None else {}),
            "articles": list(self.articles),
            **self.extra,
        }


@contextmanager
def as_problem() -> Iterator[None]:
    """What a rule asked within refuses is what the caller reads.

    Raises:
        Problem: 422.
    """
    try:
        yield
    except Refusal as refused:
        raise Problem.of(refused) from None
