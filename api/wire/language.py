"""In which language a person is answered: `Accept-Language`, Japanese where it says nothing we speak."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header

from rules.explain.articles import Language


def preferred(header: str | None) -> Language:
    """The first of ours by weight."""
    best: tuple[float, Language] = (0.0, "ja")
    for part in (header or "").split(","):
        tag, _, rest = part.strip().partition(";")
        weight = _weight(rest)
        code = tag.strip().lower().partition("-")[0]
        if code in {"ja", "en"} and weight > best[0]:
            best = (weight, "en" if code == "en" else "ja")
    return best[1]


def _weight(rest: str) -> float:
    value = rest.strip().removeprefix("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0


async def _language(accept_language: Annotated[str | None, Header(max_length=200)] = None) -> Language:
    return preferred(accept_language)


Spoken = Annotated[Language, Depends(_language)]
"""`ja` or `en`."""
