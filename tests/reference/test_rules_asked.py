"""Every rule is asked by the service: one that only its own tests reach proves nothing of what is decided."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from reference.catalogue import ROOT

ROOMS = ("activities", "api", "carrier", "console", "decisions", "desk", "models", "pages", "reference", "rules")
ROOMS += ("service", "store", "workflows")

TEXTS = {"rules.explain.articles.texts"}
"""Texts that no decision rests on: all paraphrases beside the catalogue."""


def module_of(root: Path, file: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def named(tree: ast.Module, modules: set[str]) -> Iterator[str]:
    """What a module takes from others by name: `from a import b` and `b.c` of a module `b`."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                if whole in modules:
                    known[each.asname or each.name] = whole
                else:
                    yield whole
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield f"{known[node.value.id]}.{node.attr}"


def unasked(root: Path) -> list[str]:
    """Public functions of `rules/` that nothing outside tests names."""
    files = [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]
    trees = {module_of(root, file): ast.parse(file.read_text(encoding="utf-8")) for file in files}
    asked = {name for tree in trees.values() for name in named(tree, set(trees))}
    found = []
    for module, tree in trees.items():
        if module.partition(".")[0] == "rules":
            own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            functions = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
            found += [f"{module}.{name}" for name in functions if name not in own and f"{module}.{name}" not in asked]
    return found


def test_every_rule_is_asked() -> None:
    """What stands beside it in another room under the same name does not count."""
    assert set(unasked(ROOT)) == TEXTS


@pytest.mark.parametrize(
    ("asking", "found"),
    [
        ("from rules.x import size", []),
        ("from rules import x\nx.size()", []),
        ("def size(): ...\nsize()", ["rules.x.size"]),
    ],
)
def test_one_of_the_same_name_elsewhere_is_another(tmp_path: Path, asking: str, found: list[str]) -> None:
    """A second function that took a rule's place is how one goes unasked."""
    for room, text in (("rules", "def size(): ..."), ("store", asking)):
        (tmp_path / room).mkdir()
        (tmp_path / room / "x.py").write_text(text, encoding="utf-8")
    assert unasked(tmp_path) == found
