"""Where the code cites a requirement: file, line and the function, class, constant or term around it.

Ranges (`W-10.2 to W-10.5`) cite both ends; a family (`W-12.x`) is prose and cites nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reference.catalogue import ROOT

CITED = re.compile(r"(?<![A-Za-z0-9.-])(?:[MW]-C?\d+\.\d+[A-Za-z0-9]*|[AX]-\d{2}|F-\d{2}[a-z]?)(?![A-Za-z0-9])")
ROOMS = (
    "rules",
    "decisions",
    "models",
    "store",
    "pages",
    "workflows",
    "activities",
    "api",
    "carrier",
    "rehearsal",
    "embedded",
    "service",
    "desk",
    "console",
)
"""Rooms whose files are searched, rules first: lists are shown in this order, tests last."""
FILES = ("worker.py", "cli.py", "settings.py")
OWN_TESTS = "tests/reference/"
"""Left out: the tests of this room cite ids that do not exist, on purpose."""
YAML_KEY = re.compile(r"([A-Za-z_][\w-]*):")
MODULE = "module"
"""The kind of a citation that stands in no function, class, constant or entry; such a one covers no row."""


class CitationError(ValueError):
    """A file that should be searched is not Python."""


@dataclass(frozen=True)
class Citation:
    """One mention of a requirement id."""

    id: str
    file: str
    """Path below the tree, with forward slashes."""
    line: int
    scope: str
    """Qualified name of what encloses it: `Contract.apply`, a constant, a YAML entry; empty for the module."""
    kind: str
    """`function`, `class`, `constant`, `entry` or `module`."""
    sentence: str = ""
    """The first paragraph of the enclosing docstring."""

    @property
    def place(self) -> str:
        """`file::scope`, the way pytest writes it; without a line number."""
        return f"{self.file}::{self.scope.replace('.', '::')}" if self.scope else self.file


@dataclass(frozen=True)
class _Scope:
    name: str
    kind: str
    first: int
    last: int
    sentence: str = ""


def _sentence(docstring: str | None) -> str:
    return " ".join((docstring or "").strip().split("\n\n", maxsplit=1)[0].split())


def _assigned(node: ast.stmt) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return ", ".join(target.id for target in targets if isinstance(target, ast.Name))


def _scopes(body: list[ast.stmt], prefix: str = "") -> Iterator[_Scope]:
    """Outer scopes before inner ones."""
    for index, node in enumerate(body):
        last = node.end_lineno or node.lineno
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield _Scope(prefix + node.name, kind, first, last, _sentence(ast.get_docstring(node)))
            yield from _scopes(node.body, f"{prefix}{node.name}.")
        elif not prefix and (name := _assigned(node)):
            after = body[index + 1] if index + 1 < len(body) else None
            text = after.value if isinstance(after, ast.Expr) else None
            words = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else ""
            # The string below a constant is its docstring, so it cites for the constant.
            yield _Scope(
                name, "constant", node.lineno, (after.end_lineno or last) if words and after else last, _sentence(words)
            )


def _below_comments(lines: list[str], number: int) -> int:
    """The line a comment speaks of: the first one below its block that is no comment."""
    while number < len(lines) and lines[number - 1].lstrip().startswith("#"):
        number += 1
    return number


def in_python(text: str, file: str) -> list[Citation]:
    """Every citation in one Python file.

    Raises:
        CitationError: the file does not parse.
    """
    try:
        scopes = list(_scopes(ast.parse(text).body))
    except SyntaxError as error:
        raise CitationError(f"{file}:{error.lineno}: not Python: {error.msg}") from error
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines, start=1):
        for match in CITED.finditer(line):
            inside = [each for each in scopes if each.first <= number <= each.last]
            if not inside:
                spoken_of = _below_comments(lines, number)
                inside = [each for each in scopes if each.first <= spoken_of <= each.last][:1]
            scope = inside[-1] if inside else _Scope("", MODULE, 1, len(lines))
            found.append(Citation(match[0], file, number, scope.name, scope.kind, scope.sentence))
    return found


def in_yaml(text: str, file: str) -> list[Citation]:
    """Every citation in one YAML file, by top-level entry; what stands above the first entry is of the module."""
    lines = text.splitlines()
    keys = {number: match[1] for number, line in enumerate(lines, start=1) if (match := YAML_KEY.match(line))}
    entry, found = "", []
    for number, line in enumerate(lines, start=1):
        entry = keys.get(number, entry)
        for match in CITED.finditer(line):
            scope = keys.get(_below_comments(lines, number), entry) if line.startswith("#") and entry else entry
            found.append(Citation(match[0], file, number, scope, "entry" if scope else MODULE))
    return found


def _searched(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted(path for path in (root / room).rglob("*") if path.suffix in {".py", ".yaml"})
    yield from (root / name for name in FILES if (root / name).is_file())
    yield from sorted((root / "tests").rglob("*.py"))


def find(root: Path = ROOT) -> list[Citation]:
    """Every citation in the rooms and tests of the tree at `root`, rules first, tests last.

    Raises:
        CitationError: a file does not parse.
    """
    found: list[Citation] = []
    for path in _searched(root):
        file = path.relative_to(root).as_posix()
        if not file.startswith(OWN_TESTS):
            text = path.read_text(encoding="utf-8")
            found += in_yaml(text, file) if path.suffix == ".yaml" else in_python(text, file)
    return found
