"""Every text that a body takes is one that can be kept, printed and shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from api.contracts.filings import FilingCorrection
from api.doors.fields import Body
from api.programs.routes import _csv

UNSEEN = ("\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ufeff", "\u034f", "\u180b", "\U000e0080")
PLAIN = ("ab", "AB", "1", "a@b.jp")


def _bodies(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in kind.__subclasses__():
        yield each
        yield from _bodies(each)


def _taken(adapter: TypeAdapter[Any], text: str) -> Any:
    try:
        return adapter.validate_python(text)
    except ValidationError:
        return None


def test_no_text_of_a_body_holds_what_cannot_be_seen(app: FastAPI) -> None:
    """Wherever a plain text enters, one with a control, invisible or direction-changing character is not kept."""
    assert app.routes
    texts, wrong = 0, set()
    for body in {each for each in _bodies(Body) if each.__module__.startswith("api.")}:
        for name, field in body.model_fields.items():
            adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
            plain = [each for each in PLAIN if isinstance(_taken(adapter, each), str)]
            texts += bool(plain)
            for each in plain:
                for char in UNSEEN:
                    kept = _taken(adapter, f"{each[0]}{char}{each[1:]}")
                    if kept is not None and not isinstance(kept, SecretStr) and char in str(kept):
                        wrong.add(f"{body.__name__}.{name}")
    assert texts > 30
    assert wrong == set()


@pytest.mark.parametrize("value", ["\u202e郎太", ["ok", "太\u200b郎"], {"deep": {"\u2066name": 1}}])
def test_corrected_fields_are_plain_however_deep(value: Any) -> None:
    """What goes to NTT for a defect holds nothing unseen; ends of lines stay."""
    assert FilingCorrection.model_validate({"fields": {"address": "一行目\n二行目", "floor": 3}}).fields["floor"] == 3
    with pytest.raises(ValidationError, match="cannot be seen"):
        FilingCorrection.model_validate({"fields": {"address": value}})


@pytest.mark.parametrize("fields", [{"address": "x" * 4001}, {"email": "taro@[x.jp"}, {"phone": "by the river"}])
def test_corrected_fields_have_the_bounds_of_the_first_ones(fields: dict[str, str]) -> None:
    """They go to NTT and are kept: neither a text without an end nor an address or a number that is none."""
    with pytest.raises(ValidationError):
        FilingCorrection.model_validate({"fields": fields})


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "\nx",
    " =1",
    "\u3000=1",
    *(f"{wide}1+1" for wide in "＝＋－＠﹦﹢﹣﹫"),
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_report_begins_a_formula(cell: str) -> None:
    """A text that a spreadsheet would carry out is one it shows; a number stays a number."""
    assert _csv([[cell, "plain", -1]]).lstrip('"').startswith("'")
    assert _csv([["plain", -1, "山田 太郎 = 夫"]]) == "plain,-1,山田 太郎 = 夫\r\n"
