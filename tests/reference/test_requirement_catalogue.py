from __future__ import annotations

from pathlib import Path

import pytest

from reference.catalogue import Catalogue, CatalogueError, load, parse

HEAD = "| ID | Rule | Inputs | Outcome | Worked example | Ambiguity / note |\n|---|---|---|---|---|---|\n"
ONE = "| W-10.2 | By the 25th. | arrival | month end | 04-25 → 04-30 | A-26 |\n"
READINGS = (
    "\n| ID | Question | What the text says | Recommended reading and why | Rows |\n|---|---|---|---|---|\n"
    "| A-26 | Cut-off | Arrival. | Arrival date. | W-10.2 |\n"
    "| A-28 | Ranges | - | - | W-10.2 to W-10.4, W-11.x |\n"
)
FACTS = "\n| ID | Fact | Status |\n|---|---|---|\n| F-19b | A guess. | unconfirmed |\n"


def small(extra: str = "") -> Catalogue:
    """A catalogue of a few rows."""
    rows = "".join(f"| {each} | R. | - | - | - | - |\n" for each in ("W-10.3", "W-10.4", "W-10.5", "W-11.1", "W-11.2"))
    return parse(f"## 2. Rows\n\n### W-G Article 10\n\n{HEAD}{ONE}{rows}{extra}{READINGS}{FACTS}")


def test_a_row_keeps_its_cells_and_section() -> None:
    """A row is read with its six cells and the heading above its table."""
    row = small().rows["W-10.2"]
    assert (row.section, row.rule, row.inputs) == ("W-G Article 10", "By the 25th.", "arrival")
    assert (row.outcome, row.example, row.note) == ("month end", "04-25 → 04-30", "A-26")


def test_an_escaped_bar_is_no_cell_end() -> None:
    """A bar behind a backslash belongs to its cell."""
    row = small("| W-12.3b2 | one \\| two | - | - | - | - |\n").rows["W-12.3b2"]
    assert row.rule == "one | two"


def test_readings_and_facts_are_entries_too() -> None:
    """The registers of readings and of facts are read from their own headers."""
    known = small()
    assert "A-26" in known
    assert known.facts["F-19b"].status == "unconfirmed"
    assert "A-99" not in known


def test_ranges_and_families_name_their_rows() -> None:
    """`W-10.2 to W-10.4` covers its ends and the row between, not the next; `W-11.x` every row of the article."""
    known = small()
    assert known.rows_of(known.readings["A-28"]) == ("W-10.2", "W-10.3", "W-10.4", "W-11.1", "W-11.2")


def test_a_row_has_the_readings_that_name_it_and_those_it_names() -> None:
    """Readings are linked from either side."""
    known = small()
    assert [each.id for each in known.readings_of(known.rows["W-10.2"])] == ["A-26", "A-28"]
    assert [each.id for each in known.readings_of(known.rows["W-10.5"])] == []


def test_nearest_ids_are_sought_in_the_same_article_first() -> None:
    """A mistyped paragraph names its article's rows; a mistyped article whatever looks like it."""
    assert set(small().nearest("w-11.22")) == {"W-11.1", "W-11.2"}
    assert "W-10.2" in small().nearest("W-99.2")
    assert small().nearest("?") == ()


def test_other_tables_are_prose() -> None:
    """A table with another header holds no rows, whatever its cells look like."""
    known = small("\n| Date | Row |\n|---|---|\n| 2018-06-01 | W-12.2 |\n")
    assert "W-12.2" not in known


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("| W-10.2 | again | - | - | - | - |\n", "twice"),
        ("| W-10.9 | too short | - | - | - |\n", "5 cells instead of 6"),
        ("| W-1.9 | id | - | - | - | - |\n", "not the shape"),
        ("| W-10.x | id | - | - | - | - |\n", "not the shape"),
    ],
)
def test_a_broken_row_is_refused_by_name(line: str, why: str) -> None:
    """A repeated id, a missing cell or an ill-formed id is an error that says which."""
    with pytest.raises(CatalogueError, match=why):
        small(line)


def test_text_without_rows_is_refused() -> None:
    """A file without a table of rules is not taken for an empty catalogue."""
    with pytest.raises(CatalogueError, match="not the catalogue"):
        parse("# Something else\n")


def test_the_counts_of_the_head_may_hold() -> None:
    """A head that states the counts of its tables passes."""
    assert list(parse(f"Rows: 1 in total = 1. Ambiguities: 2\n\n{HEAD}{ONE}{READINGS}").rows) == ["W-10.2"]


@pytest.mark.parametrize("stated", ["2 in total. Ambiguities: 2", "1 in total. Ambiguities: 1"])
def test_other_counts_than_the_head_states_are_refused(stated: str) -> None:
    """A row or reading lost or added in silence shows in the counts."""
    with pytest.raises(CatalogueError, match=r"the head states . rows and . readings; there are 1 and 2"):
        parse(f"Rows: {stated}\n\n{HEAD}{ONE}{READINGS}")


def test_a_tree_without_catalogue_is_refused(tmp_path: Path) -> None:
    """Away from the source tree the reference says so."""
    with pytest.raises(CatalogueError, match="source tree only"):
        load(tmp_path)
