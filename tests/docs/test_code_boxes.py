"""What the pages show to be typed can be typed: shells parse it, commands, scenarios and targets are there."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest

from reference.catalogue import ROOT
from rehearsal.story.steps import load
from tests.console.test_help import parse

PAGES = [ROOT / "README.md", ROOT / "README.ja.md", *sorted((ROOT / "docs" / "guide").rglob("*.md"))]
PATHS = [str(page.relative_to(ROOT)) for page in PAGES]


def boxes(path: str, kind: str = "sh") -> list[str]:
    """The code of a page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", (ROOT / path).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def typed(path: str, program: str) -> Iterator[list[str]]:
    """The words after a program, line by line, comments aside."""
    for box in boxes(path):
        for line in box.splitlines():
            if re.match(rf"(\.venv/bin/)?{program} ", line):
                yield shlex.split(line, comments=True)[1:]


@pytest.mark.parametrize("path", PATHS)
def test_every_shell_box_is_one_a_shell_reads(path: str) -> None:
    """And it needs no program that many machines lack; curl shows what is refused."""
    for box in boxes(path):
        read = subprocess.run(["bash", "-n"], input=box, text=True, capture_output=True, check=False)
        assert read.returncode == 0, read.stderr
        assert "uuidgen" not in box
        assert re.search(r"curl (?!.*(-sS|--fail))", box) is None, box


@pytest.mark.parametrize("path", PATHS)
def test_every_command_of_a_box_is_there_with_its_options(path: str) -> None:
    """`keiyaku …` parses, a scenario that is rehearsed is shipped, `make …` is a target."""
    for words in typed(path, "keiyaku"):
        command = parse(words)
        if command == "rehearse":
            load(words[1])
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert [words[0] for words in typed(path, "make") if words[0] not in targets] == []


def test_a_guide_shows_the_same_to_type_in_both_languages() -> None:
    """Comments aside: what a test runs of the Japanese page is run of the English one as well."""
    for page in (ROOT / "docs" / "guide" / "en").glob("*.md"):
        for kind in ("sh", "python"):
            ja, en = (
                [re.sub(r"\s*(^|(?<=\s))#.*$", "", each, flags=re.MULTILINE) for each in boxes(path, kind)]
                for path in (f"docs/guide/{page.name}", f"docs/guide/en/{page.name}")
            )
            assert ja == en, page.name


def test_boxes_are_found() -> None:
    """Every page that tells a person what to type has some."""
    found = {path for path in PATHS if boxes(path)}
    assert {f"docs/guide/{name}.md" for name in ("builder", "integrator", "owner", "quickstart")} <= found
    assert {"README.md", "README.ja.md"} <= found
