from __future__ import annotations

import pytest

from reference.catalogue import Catalogue, CatalogueError, Row
from reference.citations import Citation
from reference.coverage import failures, parse_not_modelled

KNOWN = Catalogue({each: Row(each, "s", f"Rule {each}.", "-", "-", "-", "-") for each in ("W-10.2", "W-10.3")}, {}, {})
RULE = Citation("W-10.2", "rules/contract/cancellation.py", 7, "effective_on", "function")
TEST = Citation("W-10.3", "tests/rules/test_cancellation.py", 9, "test_26th", "function")


def test_a_rule_and_a_test_cover_their_rows() -> None:
    """With every row cited by a rule or a test nothing is wrong."""
    assert failures(KNOWN, [RULE, TEST], {}) == []


def test_an_unknown_id_is_refused_with_its_place() -> None:
    """A citation of an id that the catalogue lacks names the line and the nearest ids, wherever it stands."""
    wrong = failures(KNOWN, [RULE, TEST, Citation("W-10.22", "api/x.py", 3, "", "module")], {})
    assert len(wrong) == 1
    assert wrong[0].startswith("api/x.py:3 cites W-10.22, which the catalogue does not have (it has: W-10.2")


@pytest.mark.parametrize(
    "citation",
    [
        None,
        Citation("W-10.3", "rules/contract/cancellation.py", 1, "", "module"),
        Citation("W-10.3", "decisions/cancellation.py", 5, "decide", "function"),
    ],
)
def test_a_row_nothing_speaks_for_is_refused(citation: Citation | None) -> None:
    """A row without citation, or cited only by a module's head or outside rules and tests, is named with its text."""
    wrong = failures(KNOWN, [RULE, *([citation] if citation else [])], {})
    assert wrong == ["W-10.3 is cited by no rule and no test, and docs/not-modelled.md gives no reason: Rule W-10.3."]


def test_a_listed_row_needs_no_citation() -> None:
    """A reason in the list stands for a row, also beside a test of an absence."""
    assert failures(KNOWN, [RULE], {"W-10.3": "text"}) == []
    assert failures(KNOWN, [RULE, TEST], {"W-10.3": "text"}) == []


def test_a_listed_row_that_a_rule_cites_is_refused() -> None:
    """The list may not go stale: a row that became a rule has to leave it."""
    wrong = failures(KNOWN, [RULE, TEST], {"W-10.2": "text"})
    assert len(wrong) == 1
    assert "rules/contract/cancellation.py::effective_on cites it: take it off the list" in wrong[0]


def test_a_listed_id_that_is_no_row_is_refused() -> None:
    """The list may only name rows of the catalogue."""
    assert failures(KNOWN, [RULE, TEST], {"W-98.7": "text"}) == [
        "docs/not-modelled.md lists W-98.7, which is no row of the catalogue"
    ]


def test_the_list_is_read_with_its_reasons() -> None:
    """Every line below `ID | Reason` counts, other tables do not."""
    text = "| Other | Table |\n|---|---|\n| a | b |\n\n| ID | Reason |\n|---|---|\n| W-02.1 | Text. |\n"
    assert parse_not_modelled(text) == {"W-02.1": "Text."}


@pytest.mark.parametrize(
    ("lines", "why"),
    [("| W-02.1 |  |\n", "without a reason"), ("| W-02.1 | a |\n| W-02.1 | b |\n", "listed twice")],
)
def test_a_careless_list_is_refused(lines: str, why: str) -> None:
    """An empty reason or a repeated row is an error."""
    with pytest.raises(CatalogueError, match=why):
        parse_not_modelled(f"| ID | Reason |\n|---|---|\n{lines}")
