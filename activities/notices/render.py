"""Rendering one notice from one stored value, for both of its channels (W-12.1n, A-52)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, Undefined, UndefinedError
from pydantic import ValidationError

from activities.notices import club, wakwak, wording
from activities.notices.letter import Letter
from models.tables.people import Person

NAMELESS = "お客さま"
"""Stands for the name of a person who is erased or unknown."""

_TEMPLATES = Path(__file__).with_name("templates")

LETTERS: Mapping[str, type[Letter]] = {**wakwak.LETTERS, **club.LETTERS}
"""Every kind of notice: the name of its template, and what its data are."""


class NoticeDataError(ValueError):
    """There is no template of that kind, or what it needs is missing or ill-formed."""


@dataclass(frozen=True)
class Rendered:
    """A notice as the customer reads it, by e-mail and on the portal alike."""

    subject: str
    """One line."""
    body: str
    """Plain text; lines end with a line feed."""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # the output is plain text, never HTML: a name must read as it was written
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update({name: _present(written) for name, written in wording.FILTERS.items()})
    environment.filters["subjects"] = subjects
    return environment


def subjects(letters: Iterable[Mapping[str, Any]]) -> list[str]:
    """The subjects of letters that were sent, each once and without the sender's mark.

    One that cannot be written any more is named by its kind.
    """
    return list(dict.fromkeys(_subject(str(each["kind"]), each["data"]) for each in letters))


def _subject(kind: str, data: Mapping[str, Any]) -> str:
    try:
        return render(kind, data, None).subject.removeprefix("【WAKWAK】")
    except NoticeDataError:
        return wording.letter(kind)


def _present(written: Callable[[Any], str]) -> Callable[[Any], str]:
    """The filter, which names a missing value instead of its type."""

    def apply(value: object) -> str:
        if isinstance(value, Undefined):
            raise UndefinedError(value._undefined_message)  # noqa: SLF001  # the library's own words
        return written(value)

    return apply


_ENVIRONMENT = _environment()


def render(kind: str, data: Mapping[str, Any], person: Person | None) -> Rendered:
    """Write the letter of a kind.

    Args:
        kind: the name of a template, such as `service_start`.
        data: what the class of the letter names. More is ignored.
        person: whom it addresses; None or an erased one is addressed without a name.

    Raises:
        NoticeDataError: no such kind, or data the template needs is missing or ill-formed. The message names no
            personal data.
    """
    letter = LETTERS.get(kind)
    if letter is None:
        raise NoticeDataError(f"there is no notice {kind!r}")
    known = person is not None and person.erased_at is None and person.name.strip() != ""
    addressee = f"{_line(person.name)} 様" if known and person is not None else NAMELESS
    try:
        text = _ENVIRONMENT.get_template(f"{kind}.j2").render({**_checked(kind, letter, data), "addressee": addressee})
    except (TemplateError, TypeError, wording.WordingError) as error:
        raise NoticeDataError(f"notice {kind!r}: {error}") from error
    subject, _, body = text.strip().partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", body).strip()
    if not subject.strip() or not body:
        raise NoticeDataError(f"notice {kind!r} came out empty")
    return Rendered(_line(subject), f"{body}\n")


def _checked(kind: str, letter: type[Letter], data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return letter.model_validate(data).values()
    except ValidationError as error:
        # The places and what is wrong there; never the values.
        places = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in error.errors())
        raise NoticeDataError(f"notice {kind!r}: {places}") from None


def _line(text: str) -> str:
    """One line: a line break in a value must not become a header or a paragraph of ours."""
    return " ".join(text.split())
