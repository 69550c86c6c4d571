"""What crossed between NTT and us, field by field, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from desk.words import CODES, course_name, plain_date, plain_moment, plain_month, yen
from rules import written
from rules.explain.articles import Language

_WORDS = written.read((Path(__file__).with_name("crossed.yaml")).read_text(encoding="utf-8"))
FIELDS: Mapping[str, tuple[str, str]] = {name: (ja, en) for name, (ja, en) in _WORDS["fields"].items()}
NAMED: Mapping[str, tuple[str, str]] = {code: (ja, en) for code, (ja, en) in _WORDS["codes"].items()}

_FREE = frozenset({"text", "name", "name_kana", "address", "email", "phone", "postal_code"})
"""Written by somebody: a word of it that is also a code is no code."""

_COURSES = frozenset({"course", "to_course", "from_course"})
_YEN = frozenset({"amount", "yen"})


def crossed(body: Any, language: Language) -> list[tuple[str, str]]:
    """The fields of a message with their values; a name nobody has words for stands as it is.

    Args:
        body: as it crossed.
        language: of the page.
    """
    return list(_fields(body, language)) if isinstance(body, Mapping) else []


def _fields(body: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, Mapping):
            # What is inside has names of its own; the word around it says nothing more.
            yield from _fields(value, language)
        elif value not in (None, "", []):
            yield label(name, language), shown(name, value, language)


def label(name: str, language: Language) -> str:
    """What a field is called."""
    words = FIELDS.get(name)
    return words[0 if language == "ja" else 1] if words else name


def shown(name: str, value: Any, language: Language) -> str:
    """A value of a field as people write it."""
    mark = "、" if language == "ja" else ", "
    if isinstance(value, list):
        return mark.join(
            " ".join(text for _, text in _fields(each, language))
            if isinstance(each, Mapping)
            else shown(name, each, language)
            for each in value
        )
    if name in _FREE:
        return str(value)
    if name in _YEN and isinstance(value, int) and not isinstance(value, bool):
        return yen(value, language)
    if name in _COURSES:
        return course_name(str(value), language)
    return _plain(str(value).lower() if isinstance(value, bool) else value, language)


def _plain(value: Any, language: Language) -> str:
    text = str(value)
    words = NAMED.get(text) or CODES["defect"].get(text)
    if words is not None:
        return str(words[0 if language == "ja" else 1])
    if day := plain_date(text, language):
        return day
    return plain_moment(text, language) if _is_moment(text) else plain_month(text, language) if len(text) == 7 else text


def _is_moment(text: str) -> bool:
    try:
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
