"""A sentence in both languages, and which of them is spoken: Japanese, unless English is asked for.

What runs knows no language: it says `Said`, which as a text is English, as logs keep it and other programs read it.
Where a person reads it, `aloud` makes it the spoken one. The sentences stand in `models.operating`.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Literal, Self

from models.operating import SENTENCES

Language = Literal["ja", "en"]

_SPOKEN: ContextVar[Language] = ContextVar("spoken", default="ja")


def speak(language: Language) -> None:
    """Speak a language from here on."""
    _SPOKEN.set(language)


def spoken() -> Language:
    """The language of the command that runs."""
    return _SPOKEN.get()


class Said(str):  # noqa: SLOT000 - it has a second text
    """A sentence as English text, with its Japanese beside it."""

    ja: str

    def __new__(cls, ja: str, en: str) -> Self:
        """Both, already filled in."""
        made = super().__new__(cls, en)
        made.ja = ja
        return made


def said(sentence: str, /, **values: object) -> Said:
    """A sentence of `models.operating`, filled in; a value may itself be `Said`.

    Raises:
        KeyError: there is no such sentence, or a value of it is missing.
    """
    ja, en = SENTENCES[sentence]
    return Said(ja.format(**{name: _in_japanese(value) for name, value in values.items()}), en.format(**values))


_TROUBLES: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOENT: "no_such_file",
        errno.EACCES: "no_permission",
        errno.EPERM: "not_permitted",
        errno.EISDIR: "is_a_folder",
        errno.EEXIST: "exists",
        errno.ENAMETOOLONG: "name_too_long",
        errno.ENOTDIR: "no_folder",
        errno.ENOSPC: "disk_full",
        errno.EROFS: "read_only",
    }
)


def trouble(error: OSError) -> Said:
    """Why the system would not do something with a file; of a rare one, in its own English words."""
    known = _TROUBLES.get(error.errno or 0)
    return said(known) if known is not None else Said(*(error.strerror or type(error).__name__,) * 2)


def joined(each: list[Said]) -> Said:
    """Several sentences as one."""
    return Said("。".join(one.ja for one in each), "; ".join(each))


def aloud(text: object) -> str:
    """A text, or what an error says, in the spoken language; what is there in one language only, as it is."""
    if isinstance(text, BaseException) and text.args and isinstance(text.args[0], Said):
        text = text.args[0]
    return text.ja if isinstance(text, Said) and spoken() == "ja" else str(text)


def tell(sentence: str, /, **values: object) -> str:
    """A sentence of `models.operating` in the spoken language."""
    return aloud(said(sentence, **values))


def _in_japanese(value: object) -> object:
    if isinstance(value, BaseException) and value.args and isinstance(value.args[0], Said):
        return value.args[0].ja
    return value.ja if isinstance(value, Said) else value
