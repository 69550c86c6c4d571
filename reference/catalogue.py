"""The requirement catalogue, `docs/requirements.md`, as data.

Rows (`W-12.3b`, `M-02.5`, `X-07`) are rules, readings (`A-25`) say how unclear text is built, facts (`F-33`) are
background. A table is known by its header: `ID | Rule`, `ID | Question`, `ID | Fact`; other tables are prose.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The source tree this room reads."""

ROW_ID = re.compile(r"[MW]-(?:C\d|\d{2})\.\d+[a-z]?\d?|X-\d{2}")
READING_ID = re.compile(r"A-\d{2}")
FACT_ID = re.compile(r"F-\d{2}[a-z]?")
STATED = re.compile(r"^Rows: (\d+) in total\b.*?Ambiguities: (\d+)", re.MULTILINE)
RANGE = re.compile(r"([MW]-[C\d.]+\w*) to ([MW]-[C\d.]+\w*)")
FAMILY = re.compile(r"([MW]-(?:C\d|\d{2})\.)x")
NEAREST_MAX = 5


class CatalogueError(ValueError):
    """The catalogue cannot be read as tables of requirements; the message names the line."""


class NoTreeError(CatalogueError):
    """The documents are not beside the code, as in a package that was installed without them."""


@dataclass(frozen=True)
class Row:
    """One rule of the two documents."""

    id: str
    section: str
    rule: str
    inputs: str
    outcome: str
    example: str
    note: str


@dataclass(frozen=True)
class Reading:
    """How an unclear sentence is read, and for which rows."""

    id: str
    question: str
    text: str
    reading: str
    rows: str


@dataclass(frozen=True)
class Fact:
    """A fact from outside the two documents, with how well it is known."""

    id: str
    fact: str
    status: str


@dataclass(frozen=True)
class Catalogue:
    """Rows, readings and facts by id, each in the order of the document."""

    rows: dict[str, Row]
    readings: dict[str, Reading]
    facts: dict[str, Fact]

    def __contains__(self, requirement: str) -> bool:
        """Whether the id names a row, a reading or a fact."""
        return requirement in self.rows or requirement in self.readings or requirement in self.facts

    def rows_of(self, reading: Reading) -> tuple[str, ...]:
        """The row ids a reading speaks of: named ones, ranges (`M-05.1 to M-05.3`) and families (`W-12.x`)."""
        order = list(self.rows)
        named = set(ROW_ID.findall(reading.rows))
        for first, last in RANGE.findall(reading.rows):
            if first in self.rows and last in self.rows:
                named.update(order[order.index(first) : order.index(last) + 1])
        for family in FAMILY.findall(reading.rows):
            named.update(each for each in order if each.startswith(family))
        return tuple(each for each in order if each in named)

    def readings_of(self, row: Row) -> tuple[Reading, ...]:
        """The readings a row names, and those that name the row."""
        words = f"{row.rule} {row.inputs} {row.outcome} {row.example} {row.note}"
        named = set(READING_ID.findall(words))
        return tuple(each for each in self.readings.values() if each.id in named or row.id in self.rows_of(each))

    def nearest(self, requirement: str) -> tuple[str, ...]:
        """At most five ids that look like the one asked for, best first."""
        known = [*self.rows, *self.readings, *self.facts]
        article = f"{requirement.partition('.')[0].upper()}."
        # A slip is most often in the last digits: look in the same article first.
        same = [each for each in known if each.startswith(article)]
        return tuple(difflib.get_close_matches(requirement, same or known, n=NEAREST_MAX, cutoff=0.5))


def cells(line: str) -> list[str]:
    """The cells of one markdown table line; a bar inside a cell is escaped by a backslash."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def table_lines(text: str) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """Every body line of every markdown table: line number, the heading above, the table's header, the cells."""
    section, header = "", None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("|"):
            header = None
            section = line.lstrip("# ").strip() if line.startswith("#") else section
        elif header is None:
            header = tuple(cells(line))
        elif set(line) - set("|-: "):
            yield number, section, header, cells(line)


def _checked(number: int, found: list[str], size: int, pattern: re.Pattern[str], known: Container[str]) -> list[str]:
    if not pattern.fullmatch(found[0]):
        raise CatalogueError(f"line {number}: {found[0]!r} is not the shape of a requirement id")
    if len(found) != size:
        raise CatalogueError(f"line {number}: {found[0]} has {len(found)} cells instead of {size}")
    if found[0] in known:
        raise CatalogueError(f"line {number}: {found[0]} stands in the catalogue twice")
    return found


def parse(text: str) -> Catalogue:
    """Read the catalogue.

    Raises:
        CatalogueError: an ill-formed or repeated id, a missing cell, no row, or other counts than the head states.
    """
    rows: dict[str, Row] = {}
    readings: dict[str, Reading] = {}
    facts: dict[str, Fact] = {}
    for number, section, header, found in table_lines(text):
        match header[:2]:
            case ("ID", "Rule"):
                each = _checked(number, found, 6, ROW_ID, rows)
                rows[each[0]] = Row(each[0], section, *each[1:])
            case ("ID", "Question"):
                each = _checked(number, found, 5, READING_ID, readings)
                readings[each[0]] = Reading(*each)
            case ("ID", "Fact"):
                each = _checked(number, found, 3, FACT_ID, facts)
                facts[each[0]] = Fact(*each)
    if not rows:
        raise CatalogueError("no table that begins with 'ID | Rule': this is not the catalogue")
    stated = STATED.search(text)
    if stated and (int(stated[1]), int(stated[2])) != (len(rows), len(readings)):
        raise CatalogueError(
            f"the head states {stated[1]} rows and {stated[2]} readings; there are {len(rows)} and {len(readings)}",
        )
    return Catalogue(rows, readings, facts)


def load(root: Path = ROOT) -> Catalogue:
    """The catalogue of the tree at `root`.

    Raises:
        NoTreeError: it is missing.
        CatalogueError: it is ill-formed.
    """
    path = root / "docs" / "requirements.md"
    if not path.is_file():
        raise NoTreeError("docs/requirements.md is not here: the reference works in the source tree only")
    return parse(path.read_text(encoding="utf-8"))
