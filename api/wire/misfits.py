"""Where an entry does not fit and why: for programs, and in Japanese for the person in front of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.wire import json_text
from rules.explain.articles import misfits
from rules.explain.wording import refusal

NAMED_MAX = 20
"""So many are named; whoever has more starts with these."""


NOT_UTF8 = "The body is not UTF-8 text. Save it as UTF-8 and send it again."

OWN = frozenset(
    {"broken_text", "phone", "not_utf8", "date_written", "moment_written", "out_of_reach", "unseen_character"}
    | {"mail_address", "line_number", "left_of_points", "one_entitlement", "topic", "field_names"}
)
"""Kinds that the library of the doors does not know: they are named here."""


def not_utf8() -> dict[str, Any]:
    """What is said of a body in another encoding: spreadsheets of Windows save Shift_JIS unless told otherwise."""
    return {"message": misfits()["not_utf8"]}


def named(errors: Iterable[Mapping[str, Any]], whole: str = "body") -> list[dict[str, str]]:
    """Each misfit with its field; never a value, which may be personal.

    Args:
        errors: what pydantic says.
        whole: what a misfit of the whole is called.
    """
    words = misfits()
    found: list[dict[str, str]] = []
    for each in list(errors)[:NAMED_MAX]:
        field = json_text.place(part for part in each["loc"] if part != "body") or whole
        message = words.get(each["type"], words["value_error"])
        found.append({"field": field, "problem": each["msg"], "message": message})
    return found


def sentence(found: Sequence[Mapping[str, str]]) -> str:
    """All of them in one line."""
    return "; ".join(f"{each['field']}: {each['problem']}" for each in found)


def in_japanese(code: str, found: Sequence[Mapping[str, str]] = (), values: Mapping[str, Any] | None = None) -> str:
    """What a person reads of a refused line: what the code means, and each field that does not fit."""
    fields = "、".join(f"{each['field']}: {each['message']}" for each in found)
    meaning = refusal(code, "ja", values) or code
    return f"{meaning}({fields})" if fields else meaning
