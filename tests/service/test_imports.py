"""The law of imports for the two modules that import-linter cannot look at, as they are in no package."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"worker": {"rehearsal", "reference", "cli", "carrier"}, "settings": {"embedded", "service", "rehearsal"}}


def imported(source: str) -> set[str]:
    """The rooms a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_a_module_of_the_running_service_imports_no_rehearsal(name: str) -> None:
    """The worker runs without rehearsal and reference, and the settings know no room of ours."""
    assert imported((ROOT / f"{name}.py").read_text(encoding="utf-8")) & FORBIDDEN[name] == set()


def test_a_forbidden_import_is_seen() -> None:
    """The look itself finds both forms, inside a function too."""
    assert imported("import rehearsal.clock.clock\ndef f():\n    from reference import rule\n") == {
        "rehearsal",
        "reference",
    }
