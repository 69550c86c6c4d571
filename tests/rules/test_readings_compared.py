"""A reading is chosen by its name: one that is none of its options would never be chosen, and nobody would see it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rules
from rules import terms


def _compared() -> Iterator[tuple[str, object]]:
    """Each value of the terms that a rule compares, and what with: `terms.dated("…").on(day) == "…"`."""
    for file in sorted(Path(str(rules.__file__)).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and isinstance(node.comparators[0], ast.Constant):
                named = [
                    call.args[0].value
                    for call in ast.walk(node.left)
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "terms.dated"
                    if isinstance(call.args[0], ast.Constant)
                ]
                yield from ((str(name), node.comparators[0].value) for name in named)


@pytest.mark.parametrize(("name", "value"), sorted(set(_compared()), key=str))
def test_what_a_reading_is_compared_with_is_one_of_its_options(name: str, value: object) -> None:
    """A misspelt option is an option that is never taken."""
    assert value in terms.catalogue()[name].options


def test_readings_are_found_in_the_rules() -> None:
    """The test above looks at something."""
    assert len(set(_compared())) > 20
