from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reference.__main__ import page_failures
from reference.catalogue import Catalogue, Row
from reference.citations import Citation
from reference.rule import Evidence
from reference.rules_page import article, render
from rules.terms import load

ROW = Row("W-12.3c", "W-I Article 12", "Fee of 4,500 yen from 2018-06-01.", "-", "due", "2019-09-30 | 4,860", "-")
TEXT_ROW = Row("W-02.1", "W-C Articles 1 to 4", "Section.", "-", "-", "-", "-")
RULE = Citation("W-12.3c", "rules/charges/fee.py", 12, "termination_fee", "function", "The fee.")
KNOWN = Evidence(
    Catalogue({"W-02.1": TEXT_ROW, "W-12.3c": ROW}, {}, {}),
    (
        RULE,
        Citation("W-12.3c", "rules/charges/fee.py", 1, "", "module"),
        Citation("W-12.3c", "rules/terms/fee.yaml", 1, "termination", "entry"),
        Citation("W-12.3c", "tests/rules/test_fee.py", 12, "test_fee", "function", "It is due."),
    ),
    load("termination: {unit: yen, values: [{value: 4500, from: 2010-02-01, articles: [W-12.3c]}]}", "fee"),
    {"W-02.1": "only text"},
)


def test_a_row_shows_article_dates_parameters_code_and_tests() -> None:
    """One line a rule, under the heading of its section, without line numbers."""
    page = render(KNOWN)
    assert "\n## W-I Article 12\n" in page
    assert (
        "| W-12.3c | Fee of 4,500 yen from 2018-06-01. | article 12-3 c | 2018-06-01 "
        "| `fee.termination` 2010-02-01..  4500  (source) | `rules/charges/fee.py::termination_fee` "
        "| `rules/test_fee.py::test_fee` |\n"
    ) in page
    assert "| W-02.1 | Section. | article 2-1 | - | - | text only: only text | - |\n" in page


def test_a_moved_line_leaves_the_page_alone() -> None:
    """The page is the same when only line numbers change."""
    moved = tuple(replace(each, line=each.line + 40) for each in KNOWN.citations)
    assert render(replace(KNOWN, citations=moved)) == render(KNOWN)


@pytest.mark.parametrize(
    ("requirement", "place"),
    [
        ("W-12.3b2", "article 12-3 b2"),
        ("W-06.1", "article 6-1"),
        ("W-C1.4", "chapter 1, header, 4"),
        ("W-99.3", "supplement, 3"),
        ("M-04.1", "closing notice"),
        ("X-07", "both documents"),
    ],
)
def test_the_article_is_read_from_the_id(requirement: str, place: str) -> None:
    """An id says where its rule stands."""
    assert article(requirement) == place


def test_a_page_is_checked_against_the_tree(tmp_path: Path) -> None:
    """A missing page fails, a fresh one passes, a stale one names its rows, an edited head is seen too."""
    page = tmp_path / "docs" / "rules.md"
    assert page_failures(tmp_path, KNOWN) == ["docs/rules.md is missing"]
    page.parent.mkdir()
    page.write_text(render(KNOWN), encoding="utf-8")
    assert page_failures(tmp_path, KNOWN) == []
    assert page_failures(tmp_path, replace(KNOWN, citations=())) == ["docs/rules.md is stale in W-12.3c"]
    page.write_text(render(KNOWN).replace("# Rules\n", "# Laws\n", 1), encoding="utf-8")
    assert page_failures(tmp_path, KNOWN) == ["docs/rules.md is stale outside its tables"]
