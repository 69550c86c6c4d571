"""Who acts in a log: whatever machinery names itself is known as machinery."""

from __future__ import annotations

import ast
from pathlib import Path

from models.actors import AUTOMATIC
from store.people.access import TAKEN

ROOT = Path(__file__).parents[2]
ROOMS = ("decisions", "activities", "workflows", "service", "api")


def test_no_machinery_passes_for_a_person() -> None:
    """A month of decisions leaves out what acts by itself: no room writes an actor that is not told apart from people.

    `member` is somebody: a member at the site.
    """
    named = {name for room in ROOMS for file in (ROOT / room).rglob("*.py") for name in _actors(file)}
    assert {"timer", "carrier", "filing"} <= named
    assert named - AUTOMATIC - {"member", "check"} == set()
    assert AUTOMATIC <= TAKEN


def _actors(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    given = [each.value for node in ast.walk(tree) if isinstance(node, ast.Call) for each in node.keywords
             if each.arg == "actor"]  # fmt: skip
    given += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(isinstance(on, ast.Name) and on.id == "ACTOR" for on in node.targets)
    ]
    return {str(each.value) for each in given if isinstance(each, ast.Constant) and each.value is not None}
