"""The glossary names what exists, in three words each, and rests on rows that exist."""

from __future__ import annotations

import functools
import importlib
import re
from typing import Any

import pytest

from reference.catalogue import ROOT, load, table_lines

PAGE = ROOT / "docs" / "glossary.md"
CODE = re.compile(r"`([\w.]+)`")


def _rows() -> list[list[str]]:
    found = [row for *_, row in table_lines(PAGE.read_text(encoding="utf-8"))]
    return [row for row in found if row[0] != "日本語"]


def _found(path: str) -> Any:
    """The module, class, function, field or constant of a dotted path."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return functools.reduce(_member, parts[length:], thing)
    raise AssertionError(f"no module of {path}")


def _member(owner: Any, name: str) -> Any:
    fields = {**getattr(owner, "model_fields", {}), **getattr(owner, "__dataclass_fields__", {})}
    return fields[name] if name in fields else getattr(owner, name)


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0])
def test_every_code_name_exists(row: list[str]) -> None:
    """A reader who follows the third column arrives somewhere."""
    (path,) = CODE.findall(row[2])
    assert _found(path) is not None


def test_every_source_is_in_the_catalogue() -> None:
    """The last column names rows and readings, or says that the word is ours."""
    known = {*load().rows, *load().readings}
    assert [(row[0], each) for row in _rows() for each in row[3].split() if each != "-" and each not in known] == []


def test_every_term_is_told_once_in_both_languages() -> None:
    """No term stands there twice, and none in one language only."""
    terms = [row[0] for row in _rows()]
    assert len(terms) == len(set(terms))
    assert len(terms) > 40
    assert all(row[0] and row[1] and row[3] for row in _rows())


def test_a_name_that_is_gone_is_seen() -> None:
    """The look-up fails for a class, a field and a module that do not exist."""
    for path in ("rules.club.points.Gone", "models.messages.entity.Command.gone", "nowhere.Thing"):
        with pytest.raises((AttributeError, AssertionError)):
            _found(path)
