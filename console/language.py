"""Which language a command speaks, and its words: Japanese, unless English is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.wording import FIELDS, SENTENCES
from models import words
from models.said import Language, aloud, speak, spoken
from models.words import Words

__all__ = [
    "STATES",
    "Codes",
    "Language",
    "aloud",
    "codes_of",
    "heading",
    "language_of",
    "pick",
    "say",
    "speak",
    "spoken",
    "word",
]

Codes = Mapping[str, Words]
"""The words of codes, by the field that holds them."""

STATES: Mapping[str, Words] = {
    "contracts": words.CONTRACT_STATES,
    "memberships": words.MEMBERSHIP_STATES,
    "filings": words.FILING_STATES,
    "rollouts": words.ROLLOUT_STATES,
    "programs": words.PROGRAM_STATES,
    "people": {**words.MEMBERSHIP_STATES, **words.CONTRACT_STATES},
}
"""The words of states, by what has them; beside a person stand contracts and memberships."""


def language_of(typed: Sequence[str], environment: Mapping[str, str]) -> Language:
    """`--lang` where it was typed; else English where the locale of messages is English.

    Read before anything is parsed, since help and complaints about what was typed speak it, too.
    """
    options = list(typed[: typed.index("--")] if "--" in typed else typed)
    for at, word in enumerate(options):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and at + 1 < len(options):
            value = options[at + 1]
        if value in ("ja", "en"):
            return "en" if value == "en" else "ja"
    named = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if named.lower().replace("-", "_").partition(".")[0].partition("_")[0] == "en" else "ja"


def pick(pair: tuple[str, str]) -> str:
    """The spoken one of Japanese and English."""
    return pair[0] if spoken() == "ja" else pair[1]


def say(sentence: str, /, **values: Any) -> str:
    """A sentence of the commands.

    Raises:
        KeyError: there is no such sentence.
    """
    return pick(SENTENCES[sentence]).format(**values)


def heading(name: str) -> str:
    """The name of a field as people read it; one without words as it is."""
    return pick(FIELDS[name]) if name in FIELDS else name


def word(codes: Words, code: object) -> str:
    """A code, such as a state, in words; one without words as it is."""
    found = codes.get(str(code))
    return pick(found) if found else str(code)


def codes_of(collection: str) -> Codes:
    """The words of a thing's codes, by the fields that hold them."""
    states = STATES.get(collection, {})
    return {
        **dict.fromkeys(("state", "from", "to"), states),
        "operator": words.AREAS,
        "kind": words.ROLLOUT_KINDS if collection == "rollouts" else {},
    }
