"""The words of the desk in both languages, and how values are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from models import words
from rules import written
from rules.calendar import JST
from rules.courses.course_catalogue import own_name, rows
from rules.explain import english, wording
from rules.explain.articles import Language, refusals, will_happen


def _load(name: str) -> Any:
    return written.read((Path(__file__).with_name("wording") / f"{name}.yaml").read_text(encoding="utf-8"))


WORDS: dict[str, list[str]] = _load("words")
CODES: dict[str, Mapping[str, Sequence[str]]] = {
    **_load("codes"),
    "charge": {**words.STATEMENT_STATES, **words.CHARGE_STATES},
    "item": words.CHARGES,
    "storage": words.STORAGE_STATES,
    "filing": words.FILING_STATES,
    "rollout": words.ROLLOUT_KINDS,
    "run": words.ROLLOUT_STATES,
    "operator": words.AREAS,
    "service_type": words.SERVICE_TYPES,
    "defect": words.DEFECTS,
    "end": words.END_REASONS,
    "letter": words.LETTERS,
    "problem": {code: (said["ja"], said["en"]) for code, said in refusals().items()},
}


STATES: Mapping[str, words.Words] = {
    "contract": words.CONTRACT_STATES,
    "membership": words.MEMBERSHIP_STATES,
    "filing": words.FILING_STATES,
    "rollout": words.ROLLOUT_STATES,
    "program": words.PROGRAM_STATES,
    "exchange": words.EXCHANGE_STATES,
}
"""By kind of entity: the same code is not the same word of each."""


def state_text(kind: str, value: Any, language: Language) -> str:
    """The state of a kind of entity in words; one without words as it is."""
    found = STATES.get(kind, {}).get(str(value))
    return found[0 if language == "ja" else 1] if found else str(value)


def say(key: str, language: Language, **values: Any) -> str:
    """A word of the desk.

    Raises:
        KeyError: there is no such word.
    """
    text = WORDS[key][0 if language == "ja" else 1]
    return text.format(**values) if values else text


def code_text(kind: str, value: Any, language: Language) -> str:
    """A code, such as a state, in words; one without words as it is."""
    found = CODES.get(kind, {}).get(str(value))
    return found[0 if language == "ja" else 1] if found else str(value)


def plain_date(value: Any, language: Language) -> str:
    """A stored day as people write it; empty for none."""
    on = wording.date_of(value)
    return wording.day(on, language) if on is not None else ""


def plain_moment(value: Any, language: Language) -> str:
    """A stored moment in Japan time, to the minute; empty for none."""
    if not value:
        return ""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:  # what somebody typed and the door has yet to refuse
        return str(value)
    return wording.moment(at, language) if at.tzinfo else plain_date(date(at.year, at.month, at.day), language)


def yen(value: Any, language: Language) -> str:
    """Money with and without tax; a number of yen."""
    if isinstance(value, dict):
        return wording.money(value, language)
    return wording.yen(int(value), language) if value is not None else ""


def course_name(code: str, language: Language = "ja") -> str:
    """The name of a course with its series; the code of one that no edition names."""
    known = rows().get(str(code))
    if known is None:
        return str(code)
    series = {1: "with フレッツ II ", 2: "with フレッツ "}.get(known["chapter"], "")
    return f"{series}{own_name(code, language)}"


def named(text: str) -> str:
    """An English sentence of the log, its courses by their names, its entries by what happened, its days as written."""
    return days(english(text))


def days(text: str) -> str:
    """An English sentence with each day in it as people write it; in Japanese they are written so already."""
    return wording.days_in_words(text, "en")


def looked_up(body: Mapping[str, Any], path: str) -> Any:
    """What an answer has under a dotted name; None where it has nothing."""
    found: Any = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


_WORD = re.compile(r"[A-Z][A-Z0-9_]+")


def ahead(item: Mapping[str, Any], kind: str, language: Language) -> str:
    """What will happen by itself, in a few words: as its timer is named, in Japanese; in English by its event.

    Courses stand there by their names, and days as people write them.
    """
    if language != "ja":
        return will_happen(item["event"], language, kind)
    named = _WORD.sub(lambda found: course_name(found[0]), item["label"])
    # Where the day stands before it, it is not said twice.
    return wording.in_words(named, language).removesuffix(f" {plain_date(item.get('on'), language)}")


def plain_month(value: Any, language: Language) -> str:
    """A text with each month in it, such as `2018-05`, as people write it."""
    return wording.months_in_words(str(value or ""), language)


@cache
def requests() -> Mapping[str, Mapping[str, Any]]:
    """What the forms ask of the service, by method and path: what each is called, and the update it `needs`."""
    files = sorted(Path(__file__).with_name("forms").glob("*.yaml"))
    rows = (row for file in files for row in written.read(file.read_text(encoding="utf-8")))
    return {f"{row['method']} {row['path']}": row for row in rows}


def today_of(now: str) -> date:
    """The Japan day of a moment."""
    return datetime.fromisoformat(now).astimezone(JST).date()
