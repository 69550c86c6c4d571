"""The free text beside a log entry, as whoever reads it may see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from api.services import Caller
from models.messages.filing import corrected
from rules.explain.articles import Language

FULL_ROLES = frozenset({"backoffice", "operator"})
"""Who needs personal data to do the work. An auditor checks decisions and sees who somebody is only in outline."""

_EVIDENCE = re.compile(r"(^|\n\n)(?:Evidence|証拠): ")
"""What stands before the evidence in a stored note; earlier releases wrote it in English."""

_LABELS: Mapping[str, tuple[str, str]] = {
    "name": ("お名前", "name"),
    "name_kana": ("お名前(フリガナ)", "name in kana"),
    "email": ("メールアドレス", "e-mail address"),
    "phone": ("電話番号", "phone"),
    "postal_code": ("郵便番号", "postal code"),
    "address": ("ご住所", "address"),
}
PERSONAL = frozenset({*_LABELS, "text", "applicant", "holder"})
"""Fields of a message to or from NTT that may name somebody."""


def outline(value: str) -> str:
    """The first character and how much is left out, so that two people can still be told apart."""
    return value[:1] + "＊" * min(len(value) - 1, 8) if value else ""


def evidence(reason: str | None, proof: str) -> str:
    """A note with what proves a case, as it is kept."""
    return f"{reason}\n\n証拠: {proof}" if reason else proof


def proof(text: str) -> str:
    """What proves a case, of a note with it."""
    marks = list(_EVIDENCE.finditer(text))
    return text[marks[-1].end() :] if marks else text


def shown(text: str | None, who: Caller, language: Language, *, filing: bool = False) -> str | None:
    """A note as it is read.

    Args:
        text: as it is kept.
        who: reads it; an auditor sees in outline what a filing was corrected to.
        language: of our own words in it.
        filing: whether it is of a filing, whose corrections are kept as the fields that go to NTT.
    """
    if text is None:
        return None
    if filing:
        fields, reason = corrected(text)
        if fields:
            return _told(fields, reason, who, language)
    return labelled(text, language)


def labelled(text: str, language: Language = "ja") -> str:
    """A note with our own words in it in the reader's language."""
    label = "証拠" if language == "ja" else "Evidence"
    return _EVIDENCE.sub(lambda found: f"{found[1]}{label}: ", text)


def field(name: str, language: Language) -> str:
    """What a field of a person is called; its own name where it has no other."""
    words = _LABELS.get(name)
    return words[0 if language == "ja" else 1] if words else name


def _told(fields: Mapping[str, Any], reason: str | None, who: Caller, language: Language) -> str:
    whole = who.role in FULL_ROLES
    said = [f"{field(name, language)}: {value if whole else outline(str(value))}" for name, value in fields.items()]
    return "\n".join([*said, *([reason] if reason else [])])


def message(body: Any, who: Caller) -> Any:
    """A message that crossed between NTT and us: in outline for an auditor, wherever it may name somebody."""
    return body if who.role in FULL_ROLES else _outlined(body, personal=False)


def may_name(body: Any) -> bool:
    """Whether a message that crossed between NTT and us has a field that may name somebody."""
    if isinstance(body, Mapping):
        return any((name in PERSONAL and bool(each)) or may_name(each) for name, each in body.items())
    return isinstance(body, list) and any(map(may_name, body))


def _outlined(value: Any, *, personal: bool) -> Any:
    if isinstance(value, Mapping):
        return {name: _outlined(each, personal=personal or name in PERSONAL) for name, each in value.items()}
    if isinstance(value, list):
        return [_outlined(each, personal=personal) for each in value]
    return outline(str(value)) if personal and value is not None else value


_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;]+")


def failure(text: str | None, who: Caller) -> str | None:
    """Why something could not be delivered; a mail server quotes addresses, which an auditor sees in outline."""
    if text is None or who.role in FULL_ROLES:
        return text
    return _ADDRESS.sub(lambda found: outline(found[0]), text)
