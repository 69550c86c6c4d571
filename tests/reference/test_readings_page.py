"""The page of readings speaks of every reading once, and names parameters that exist and are tried."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from reference.catalogue import ROOT, load, table_lines
from rules import terms

PAGE = ROOT / "docs" / "readings.md"
ID = re.compile(r"A-[0-9]{2}")


def _rows() -> list[list[str]]:
    return [found for *_, found in table_lines(PAGE.read_text(encoding="utf-8")) if ID.fullmatch(found[0])]


def test_every_reading_is_told_once_in_both_languages() -> None:
    """No reading of the catalogue is left out, none is told twice or in one language only."""
    assert Counter(row[0] for row in _rows()) == Counter(dict.fromkeys(load().readings, 1))
    assert all(row[1] and row[2] for row in _rows())


def test_every_parameter_named_exists() -> None:
    """Who follows the page finds the entry in `rules/terms`."""
    named = {name for row in _rows() for name in re.findall(r"`([a-z_]+\.[A-Za-z_]+)`", row[3])}
    assert named
    assert named - set(terms.catalogue()) == set()


def test_every_parameter_of_a_reading_is_on_the_page() -> None:
    """A term that cites a reading, or has several readings to choose from, stands in the table."""
    page = PAGE.read_text(encoding="utf-8")
    readings = [
        name
        for name, term in terms.catalogue().items()
        if term.options or any(ID.fullmatch(article) for article in term.articles)
    ]
    assert [name for name in readings if f"`{name}`" not in page] == []


def test_every_reading_with_options_is_tried_both_ways() -> None:
    """A parameter whose other value no test sets is a promise only."""
    tests = "\n".join(file.read_text(encoding="utf-8") for file in Path(ROOT / "tests" / "rules").rglob("test_*.py"))
    untried = [name for name, term in terms.catalogue().items() if term.options and f'"{name}"' not in tests]
    assert untried == []


def test_every_reading_is_tried_otherwise_or_says_why_not() -> None:
    """With a parameter, a test sets another value of it; without one, an operator decides or a reason stands there."""
    files = [file.read_text(encoding="utf-8") for file in Path(ROOT / "tests").rglob("test_*.py")]
    tests = "\n".join(files)
    without = []
    for reading, japanese, english, where in (row[:4] for row in _rows()):
        named = re.findall(r"`([a-z_]+\.[A-Za-z_]+)`", where)
        options = [name for name in named if terms.catalogue()[name].options]
        tried = all(f'set_term("{name}"' in tests or f'"{name}"' in tests for name in options)
        tried = tried and any(re.search(rf"\b{reading}\b", each) for each in files)
        fixed = not where and len(japanese) > 20 and len(english) > 20
        decided = bool(where) and not named
        if not (fixed or decided or (named and tried)):
            without.append(reading)
    assert without == []
