"""The guides as the service shows them."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from api.published.guide import ROOT, address_of, pages, render, switched

PAGES = sorted(address for address, file in pages().items() if file.suffix == ".md")
_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_ANCHOR = re.compile(r'id="([^"]*)"')


def test_the_first_page_and_every_guide_are_served() -> None:
    """`/guide` is the list; each guide stands beside it, other pages under `/guide/docs`."""
    assert {"/guide", *(f"/guide/{name}" for name in ("builder", "clerk", "integrator", "operator", "owner"))} <= set(
        PAGES
    )
    assert "/guide/docs/runbook" in PAGES


def test_a_guide_in_both_languages_leads_from_each_to_the_other() -> None:
    """There and back, of every guide; a page that has both languages, or Japanese alone, leads to none."""
    english = {address for address in PAGES if address.startswith("/guide/en/")}
    guides = {page.stem for page in (ROOT / "guide").glob("*.md")} - {"README", "quickstart"}
    assert english == {f"/guide/en/{name}" for name in guides}
    for address in english:
        other = switched(address)
        assert other == address.replace("/en/", "/")
        assert switched(other) == address
    assert [switched(each) for each in ("/guide", "/guide/quickstart", "/guide/docs/runbook")] == [None] * 3


@pytest.mark.parametrize("address", PAGES)
def test_every_link_of_a_page_leads_somewhere_here(address: str) -> None:
    """To another page that is served, to a heading that is there, or out of the house by its full address."""
    text = render(pages()[address])
    for link in _LINK.findall(text):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = pages().get(path or address)
        assert target is not None, link
        if anchor:
            assert unquote(anchor) in _ANCHOR.findall(render(target)), link


def test_what_somebody_writes_as_html_is_shown_as_text_and_a_table_scrolls_inside_itself() -> None:
    """The files are ours, and yet none of them can bring a script; on a telephone a table takes no page along."""
    assert all("<script" not in render(pages()[address]) for address in PAGES)
    drawn = [render(pages()[address]) for address in PAGES]
    assert all(each.count("<table>") == each.count('<div class="wide"><table>') for each in drawn)
    assert address_of(ROOT / "desk" / "08-audit.png") == "/guide/docs/desk/08-audit.png"
