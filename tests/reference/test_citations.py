from __future__ import annotations

from pathlib import Path

import pytest

from reference.citations import CitationError, find, in_python, in_yaml

CODE = '''"""A module (W-00.1)."""

import os

CUT_OFF = 25
"""The last day (W-10.2)."""

TABLE = ("W-15.1", "W-15.2")


# Why it is so: W-10.6.
def decide(day: int) -> str:
    """The end of the month (W-10.3).

    More words.
    """
    def inner() -> str:
        return "W-10.4"
    return inner()  # W-10.5


class Machine:
    """States (W-08.1)."""

    @property
    def state(self) -> str:
        """A-25, F-33 and X-07."""
        return ""


# W-20.1 stands alone.

'''


def test_every_citation_has_the_scope_around_it() -> None:
    """Functions, methods, inner functions, classes and constants are told apart; the rest is the module's."""
    found = {each.id: (each.scope, each.kind, each.line) for each in in_python(CODE, "rules/x.py")}
    assert found == {
        "W-00.1": ("", "module", 1),
        "W-10.2": ("CUT_OFF", "constant", 6),
        "W-15.1": ("TABLE", "constant", 8),
        "W-15.2": ("TABLE", "constant", 8),
        "W-10.6": ("decide", "function", 11),
        "W-10.3": ("decide", "function", 13),
        "W-10.4": ("decide.inner", "function", 18),
        "W-10.5": ("decide", "function", 19),
        "W-08.1": ("Machine", "class", 23),
        "A-25": ("Machine.state", "function", 27),
        "F-33": ("Machine.state", "function", 27),
        "X-07": ("Machine.state", "function", 27),
        "W-20.1": ("", "module", 31),
    }


def test_a_citation_carries_the_first_paragraph_of_its_docstring() -> None:
    """The sentence of a function stops before the details."""
    found = {each.id: each for each in in_python(CODE, "rules/x.py")}
    assert found["W-10.5"].sentence == "The end of the month (W-10.3)."
    assert found["A-25"].place == "rules/x.py::Machine::state"
    assert found["W-00.1"].place == "rules/x.py"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("W-12.3b2, W-C1.1; W-06.2a.", ["W-12.3b2", "W-C1.1", "W-06.2a"]),
        ("W-10.2 to W-10.5", ["W-10.2", "W-10.5"]),
        ("W-13.1a-e", ["W-13.1a"]),
        ("W-10.2のとおり", ["W-10.2"]),
        ("W-12.x and article 12, W-12", []),
        ("UTF-8, CAF-W-10.2, A-1, A-100, M-02", []),
        ("W-12.3B and W-1.2", ["W-12.3B", "W-1.2"]),
    ],
)
def test_what_counts_as_an_id(text: str, ids: list[str]) -> None:
    """Families and articles are prose; a mistyped id is still found, so that it can be refused."""
    assert [each.id for each in in_python(f"# {text}\n", "rules/x.py")] == ids


def test_terms_are_cited_by_entry() -> None:
    """In YAML the top-level entry is the scope; the head of the file belongs to none."""
    text = "# Head W-00.1\nfee:\n  values:\n    - {value: 1, articles: [W-12.3c]}\n# W-12.4 too\nnext:\n  unit: yen\n"
    found = [(each.id, each.scope, each.kind) for each in in_yaml(text, "rules/terms/x.yaml")]
    assert found == [("W-00.1", "", "module"), ("W-12.3c", "fee", "entry"), ("W-12.4", "next", "entry")]


def test_a_file_that_is_not_python_is_named() -> None:
    """A syntax error stops the search and says where."""
    with pytest.raises(CitationError, match=r"rules/x\.py:1"):
        in_python("def (:\n", "rules/x.py")


def test_rules_come_first_and_tests_last(tmp_path: Path) -> None:
    """A tree is searched room by room; other folders and the tests of this room are left out."""
    for file in (
        "tests/api/test_x.py",
        "tests/reference/test_y.py",
        "decisions/x.py",
        "rules/x.py",
        "bench/x.py",
        "cli.py",
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('X = "W-10.2"\n', encoding="utf-8")
    assert [each.file for each in find(tmp_path)] == ["rules/x.py", "decisions/x.py", "cli.py", "tests/api/test_x.py"]
