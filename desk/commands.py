"""The forms of the desk: which request of the API each sends, with which fields. No rule: the door decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from rules.explain.articles import Language

Input = Literal["text", "date", "moment", "month", "number", "select", "yes", "hidden"]

COURSES = ("COLLABO", "HIKARI_PLUS", "DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A", "OTHER", "W2_FAMILY", "W2_MANSION")
"""Where a course change may lead; named by the catalogue."""


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    ja: str
    en: str
    input: Input = "text"
    required: bool = True
    options: tuple[tuple[str, str, str], ...] = ()
    """Value, Japanese, English."""

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en

    def shown(self, text: str, language: Language) -> str:
        """What was entered, as people read it; empty for an option that is named elsewhere."""
        if self.input in {"select", "yes"}:
            return next((ja if language == "ja" else en for value, ja, en in self.options if value == text), text)
        return text.replace("T", " ") if self.input == "moment" else text

    def read(self, text: str) -> Any:
        """The value as the API takes it; text that does not fit goes as it is, and the door says so."""
        if self.input == "moment":
            return f"{text}:00+09:00" if len(text) == 16 else text
        if self.input == "number":
            return int(text) if text.lstrip("-").isdecimal() and text.isascii() else text
        if self.input == "yes":
            return text == "true"
        return text


_BOTH = frozenset({"backoffice", "operator"})


@dataclass(frozen=True)
class Form:
    """One request a person can make of a contract, a member or a person."""

    name: str
    ja: str
    en: str
    method: Literal["POST", "PUT", "DELETE"]
    path: str
    fields: tuple[Field, ...] = ()
    needs: str | None = None
    """The command that has to be among `allowed`; None: always offered."""
    roles: frozenset[str] = _BOTH

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en

    def body(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """The body from the fields that were filled in; None for a request without one."""
        if self.method == "DELETE":
            return None
        return {
            each.name: each.read(form[each.name].strip()) for each in self.fields if form.get(each.name, "").strip()
        }


def _load() -> dict[str, tuple[Form, ...]]:
    found = yaml.safe_load(Path(__file__).with_name("forms.yaml").read_text(encoding="utf-8"))
    return {owner: tuple(_form(row) for row in rows) for owner, rows in found.items()}


def _form(row: dict[str, Any]) -> Form:
    fields = tuple(_field(each) for each in row.pop("fields", ()))
    return Form(fields=fields, roles=frozenset(row.pop("roles", _BOTH)), **row)


def _field(row: dict[str, Any]) -> Field:
    options = row.pop("options", ())
    shown = (
        tuple((code, "", "") for code in COURSES) if options == "courses" else tuple(tuple(each) for each in options)
    )
    return Field(options=shown, **row)


_FORMS = _load()
CONTRACT = _FORMS["contract"]
MEMBER = _FORMS["member"]
PERSON = _FORMS["person"][0]


def offered(forms: tuple[Form, ...], allowed: list[str], role: str) -> list[Form]:
    """What the state and the role offer."""
    return [form for form in forms if role in form.roles and (form.needs is None or form.needs in allowed)]


def named(forms: tuple[Form, ...], name: str) -> Form | None:
    """A form by its name."""
    return next((form for form in forms if form.name == name), None)
