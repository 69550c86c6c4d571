"""`docs/rooms.md`: which room imports which, drawn from the import statements themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reference.machines_page import MARK

PAGE = "docs/rooms.md"
OUTSIDE = frozenset({"tests", "bench", "docs"})
"""Folders that look at the rooms and are none of them."""
MODULES = ("settings", "worker", "cli")
"""Single files beside the rooms: what is read from outside, and the two ways in."""


class RoomError(ValueError):
    """A file of a room is not Python, or a room does not say what it is."""


@dataclass(frozen=True)
class Room:
    """One room, or one single file beside them."""

    name: str
    sentence: str
    """The first sentence of its docstring."""
    imports: frozenset[str]
    """Other rooms that a file of it imports, lazily or not."""
    parts: Mapping[str, str]
    """Its own sub-rooms, each with its sentence."""


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise RoomError(f"{path.name}:{error.lineno}: not Python: {error.msg}") from error


def _sentence(path: Path, name: str) -> str:
    text = " ".join((ast.get_docstring(_parsed(path)) or "").split("\n\n", maxsplit=1)[0].split())
    if not text:
        raise RoomError(f"{name} has no docstring that says what it is")
    return text


def imported(tree: ast.AST) -> Iterator[str]:
    """The first name of everything a file imports, also inside functions and for type checking only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            yield node.module.partition(".")[0]


def discover(root: Path) -> dict[str, Room]:
    """Every package of the tree at `root` and the single files beside them, by name.

    Raises:
        RoomError: a file is not Python, or a room has no docstring.
    """
    folders = {each.parent.name: each.parent for each in root.glob("*/__init__.py") if each.parent.name not in OUTSIDE}
    files = {name: root / f"{name}.py" for name in MODULES if (root / f"{name}.py").is_file()}
    known = set(folders) | set(files)
    found = {}
    for name in sorted(known):
        folder = folders.get(name)
        mine = sorted(folder.rglob("*.py")) if folder else [files[name]]
        names = {each for file in mine for each in imported(_parsed(file))}
        parts = {
            each.parent.relative_to(root).as_posix(): _sentence(each, each.parent.name)
            for each in sorted(folder.glob("*/__init__.py") if folder else ())
        }
        first = folder / "__init__.py" if folder else files[name]
        found[name] = Room(name, _sentence(first, name), frozenset(names & known - {name}), parts)
    return found


def _reaches(rooms: Mapping[str, Room], start: str) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for each in rooms[ahead.pop()].imports - seen:
            seen.add(each)
            ahead.append(each)
    return seen


def circles(rooms: Mapping[str, Room]) -> list[str]:
    """Rooms that import themselves by way of others, sorted."""
    return sorted(name for name in rooms if name in _reaches(rooms, name))


def arrows(rooms: Mapping[str, Room]) -> list[tuple[str, str]]:
    """What the picture draws: an import that another way leads to as well is left out, since it says nothing more.

    Among rooms in a circle every import is drawn.
    """
    round_ = set(circles(rooms))
    return [
        (name, each)
        for name, room in rooms.items()
        for each in sorted(room.imports)
        if {name, each} & round_ or not any(each in _reaches(rooms, other) for other in room.imports - {each})
    ]


def layers(rooms: Mapping[str, Room]) -> list[str]:
    """The rooms from what nothing imports down to what imports nothing."""
    return sorted(rooms, key=lambda name: (-len(_reaches(rooms, name)), name))


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{each}`" for each in names)


def render(rooms: Mapping[str, Room]) -> str:
    """The page; the same tree gives the same bytes."""
    order = layers(rooms)
    table = [f"| `{name}` | {rooms[name].sentence} | {_quoted(sorted(rooms[name].imports)) or '-'} |" for name in order]
    parts = [f"| `{part}` | {said} |" for name in order for part, said in rooms[name].parts.items()]
    round_ = circles(rooms)
    lines = [
        MARK, "", "# The rooms", "",
        "An arrow is an import, from the room that uses to the one that is used; one that follows from two others is",
        "not drawn. The table has them all. What is allowed is a law of its own (`lint-imports`); this is what is.",
        "", "```mermaid", "flowchart TD",
        *(f"    {one} --> {other}" for one, other in arrows({name: rooms[name] for name in order})),
        "```", "",
        f"In a circle: {_quoted(round_)}." if round_ else "No room is in a circle.",
        "", "| Room | What it is | Imports |", "|---|---|---|", *table,
        "", "| Sub-room | What it is |", "|---|---|", *parts,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def failures(root: Path) -> list[str]:
    """Why the page below `root` is not what it should be; empty when it is."""
    path, want = root / PAGE, render(discover(root))
    if not path.is_file():
        return [f"{PAGE} is missing"]
    have = path.read_text(encoding="utf-8")
    if have == want:
        return []
    changed = [line for line in want.splitlines() if line not in have.splitlines()]
    changed += [line for line in have.splitlines() if line not in want.splitlines()]
    return [f"{PAGE} is not what the imports say now: {changed[0] if changed else 'the order of its lines'}"]


def write(root: Path) -> None:
    """Write the page."""
    (root / PAGE).write_text(render(discover(root)), encoding="utf-8")
