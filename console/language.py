"""Which language a command speaks: Japanese, unless English is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.wording import SENTENCES
from models.said import Language, aloud, speak, spoken, tell, trouble

__all__ = ["Language", "aloud", "language_of", "pick", "say", "speak", "spoken", "tell"]


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


def pick(pair: Sequence[str]) -> str:
    """The spoken one of Japanese and English."""
    return pair[0] if spoken() == "ja" else pair[1]


def say(sentence: str, /, **values: Any) -> str:
    """A sentence of the commands.

    Raises:
        KeyError: there is no such sentence.
    """
    return pick(SENTENCES[sentence]).format(**values)


def trouble_with(error: OSError) -> str:
    """Why the system would not do something with a file, in the spoken language."""
    return aloud(trouble(error))
