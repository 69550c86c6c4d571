"""Rendering one notice from one stored value, for both of its channels (W-12.1n, A-52)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, Undefined, UndefinedError

from activities.notices import wording
from models.tables.people import Person

NAMELESS = "お客さま"
"""Stands for the name of a person who is erased or unknown."""

_TEMPLATES = Path(__file__).with_name("templates")

KINDS = frozenset(path.stem for path in _TEMPLATES.glob("[a-z]*.j2"))
"""Every kind of notice there is a template for."""


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
    return environment


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
        data: JSON values; the head of each template says what it needs and what it may be given. More is ignored.
        person: whom it addresses; None or an erased one is addressed without a name.

    Raises:
        NoticeDataError: no such kind, or data the template needs is missing or ill-formed. The message names no
            personal data.
    """
    if kind not in KINDS:
        raise NoticeDataError(f"there is no notice {kind!r}")
    known = person is not None and person.erased_at is None and person.name.strip() != ""
    addressee = f"{_line(person.name)} 様" if known and person is not None else NAMELESS
    try:
        text = _ENVIRONMENT.get_template(f"{kind}.j2").render({**data, "addressee": addressee})
    except (TemplateError, TypeError, wording.WordingError) as error:
        raise NoticeDataError(f"notice {kind!r}: {error}") from error
    subject, _, body = text.strip().partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", body).strip()
    if not subject.strip() or not body:
        raise NoticeDataError(f"notice {kind!r} came out empty")
    return Rendered(_line(subject), f"{body}\n")


def _line(text: str) -> str:
    """One line: a line break in a value must not become a header or a paragraph of ours."""
    return " ".join(text.split())
