"""The picture of the rooms is drawn from the imports, and one that is no longer true is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from reference.catalogue import ROOT
from reference.rooms_page import PAGE, RoomError, arrows, circles, discover, failures, layers, write

MANY, DOZEN = 60, 12

FILES = {
    "law/__init__.py": '"""What is so."""\n',
    "desk/__init__.py": '"""Who asks.\n\nMore of it.\n"""\n',
    "desk/mail/__init__.py": '"""Letters."""\n',
    "desk/late.py": "import json\n\n\ndef ask() -> None:\n    from law import anything\n    import shelf.box\n",
    "shelf/__init__.py": '"""What is kept."""\n',
    "shelf/box.py": "from law.text import rule\nfrom . import lid\n",
    "tests/__init__.py": '"""Looks at all of them."""\n',
    "cli.py": '"""The way in."""\nimport desk\n',
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Three rooms, one file beside them, and a folder that is none."""
    (tmp_path / "docs").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_import_counts_and_an_arrow_says_something_new(tree: Path) -> None:
    """An import inside a function is one too; the arrow from desk to law follows from the others and is not drawn."""
    rooms = discover(tree)
    assert rooms["desk"].imports == {"law", "shelf"}
    assert rooms["desk"].parts == {"desk/mail": "Letters."}
    assert arrows(rooms) == [("cli", "desk"), ("desk", "shelf"), ("shelf", "law")]
    assert layers(rooms) == ["cli", "desk", "shelf", "law"]
    assert circles(rooms) == []


def test_a_circle_is_named_and_drawn_whole(tree: Path) -> None:
    """Rooms that need each other say so on the page."""
    (tree / "law/extra.py").write_text("import desk\n", encoding="utf-8")
    rooms = discover(tree)
    assert circles(rooms) == ["desk", "law", "shelf"]
    assert {("desk", "law"), ("law", "desk"), ("desk", "shelf"), ("shelf", "law")} < set(arrows(rooms))


def test_a_missing_and_a_stale_page_are_refused(tree: Path) -> None:
    """A new import makes the page stale, and the first line that differs is told."""
    assert failures(tree) == [f"{PAGE} is missing"]
    write(tree)
    assert failures(tree) == []
    (tree / "law/extra.py").write_text("import cli\n", encoding="utf-8")
    (wrong,) = failures(tree)
    assert wrong.startswith(f"{PAGE} is not what the imports say now: ")


def test_a_room_says_what_it_is_and_is_python(tree: Path) -> None:
    """A package without a docstring and a file that does not parse are refused, not passed over."""
    (tree / "law/__init__.py").write_text("", encoding="utf-8")
    with pytest.raises(RoomError, match="law has no docstring"):
        discover(tree)
    (tree / "law/__init__.py").write_text("def\n", encoding="utf-8")
    with pytest.raises(RoomError, match=r"__init__\.py:1: not Python"):
        discover(tree)


def test_no_room_of_ours_needs_itself_by_way_of_others() -> None:
    """The rooms stand in layers: none is in a circle of imports."""
    assert circles(discover(ROOT)) == []


def test_no_room_of_ours_is_flat() -> None:
    """A folder holds a dozen files of Python at most, at any depth; only migrations stand in one row for ever."""
    folders = [ROOT / name for name in [*discover(ROOT), "bench"] if (ROOT / name).is_dir()]
    folders += [each for folder in folders for each in folder.rglob("*") if each.is_dir()]
    assert len(folders) > MANY
    crowded = {
        each.relative_to(ROOT).as_posix(): found
        for each in folders
        if (found := len([file for file in each.glob("*.py") if file.name != "__init__.py"])) > DOZEN
    }
    assert crowded.keys() == {"migrations/versions"}
