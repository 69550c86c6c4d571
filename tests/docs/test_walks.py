"""The four walks from door to table are written down as they are."""

from __future__ import annotations

import ast
import re

import pytest

from reference.catalogue import ROOT

PAGE = (ROOT / "docs" / "walks.md").read_text(encoding="utf-8")
WALKS = re.findall(r"^## (.+?) — (\d+) files, (\d+) rooms\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"`([a-z_/]+\.py)::([A-Za-z_.]+)`")


def test_all_four_are_there() -> None:
    """A cancellation, a line notice, an exchange and a monthly grant."""
    assert [name.partition(" / ")[2] for name, *_ in WALKS] == [
        "A cancellation", "A notice about the line", "An exchange", "The monthly grant",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "files", "rooms", "walk"), WALKS, ids=[walk[0] for walk in WALKS])
def test_every_place_of_a_walk_exists_and_is_counted(name: str, files: str, rooms: str, walk: str) -> None:
    """Each names a file of ours and something it defines; the heading says how many files and rooms they are."""
    places = PLACE.findall(walk)
    assert [f"{name}: {file}::{what}" for file, what in places if not defines(file, what)] == []
    found = {file for file, _ in places}
    assert (len(found), len({file.partition("/")[0] for file in found})) == (int(files), int(rooms))


def defines(file: str, what: str) -> bool:
    """Whether a file has a definition of that dotted name; a class may inherit nothing here."""
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    for name in what.split("."):
        inside = next((node for node in body if name in named(node)), None)
        if inside is None:
            return False
        body = getattr(inside, "body", [])
    return True


def named(node: ast.stmt) -> list[str]:
    """The names that a statement binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [each.id for each in targets if isinstance(each, ast.Name)]
