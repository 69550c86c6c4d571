"""Links between our pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reference.catalogue import ROOT
from rules import terms

PAGES = sorted([ROOT / "README.md", ROOT / "README.ja.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
PARAMETER = re.compile(r"`([a-z_]+\.[a-z_]+)`")


def _anchors(page: Path) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    """Relative links name files of this repository; an anchor names a heading there."""
    wrong = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            wrong.append(link)
    assert wrong == []


def test_the_guide_has_a_page_for_everybody() -> None:
    """Each guide stands in the index, in Japanese with a short English part or a whole English page."""
    folder = ROOT / "docs" / "guide"
    guides = {page.name for page in folder.glob("*.md")} - {"README.md"}
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert guides == set(re.findall(r"\((\w+\.md)\)", index))
    english = {page.name for page in folder.glob("en/*.md")}
    assert english == set(re.findall(r"\(en/(\w+\.md)\)", index))
    assert [name for name in english if f"](en/{name})" not in (folder / name).read_text(encoding="utf-8")] == []
    assert [name for name in guides if "**In short.**" not in (folder / name).read_text(encoding="utf-8")] == []


def test_the_owners_guide_names_parameters_that_exist() -> None:
    """Who reads there where to change an amount finds the entry."""
    named = set(PARAMETER.findall((ROOT / "docs" / "guide" / "owner.md").read_text(encoding="utf-8")))
    assert {name for name in named if not name.endswith(".md")} - set(terms.catalogue()) == set()


def test_both_readmes_lead_to_the_same_places_and_type_the_same_commands() -> None:
    """What one of them says is there, the other says too."""
    english, japanese = (ROOT.joinpath(name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md"))

    def said(text: str) -> tuple[set[str], set[str], set[str]]:
        links = {link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith(("http", "README"))}
        commands = {line.split("#")[0].strip() for line in text.splitlines() if line.startswith(("make ", ".venv/"))}
        return links, commands, set(re.findall(r"KEIYAKU_\w+", text))

    assert said(english) == said(japanese)
