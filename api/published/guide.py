"""`/guide`: the guides and what they lead to, from the files of `docs/`; no internet, no build."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from markdown_it import MarkdownIt
from markdown_it.token import Token

router = APIRouter()

ROOT = Path(__file__).parents[2] / "docs"
_FIRST = "guide"
"""The folder of the guides; its README is the first page."""

_ENGLISH = "en/"
"""The folder, below the guides, of those that stand there in English as a whole."""

_PICTURES = frozenset({".png", ".svg"})

_POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_SLUG_DROPS = re.compile(r"[^\w\- ]")


def address_of(file: Path) -> str:
    """Where a page or a picture of `docs/` is served."""
    relative = file.relative_to(ROOT)
    name = relative.with_suffix("").as_posix() if relative.suffix == ".md" else relative.as_posix()
    inside = name.removeprefix(f"{_FIRST}/")
    if inside == "README":
        return "/guide"
    return f"/guide/{inside}" if inside != name else f"/guide/docs/{name}"


@cache
def pages() -> dict[str, Path]:
    """Address → file, of everything that is served."""
    files = [each for each in ROOT.rglob("*") if each.suffix == ".md" or each.suffix in _PICTURES]
    return {address_of(each): each for each in files}


def switched(address: str) -> str | None:
    """Where the same guide stands in the other language; None: a page has both, or Japanese alone.

    Args:
        address: of a page.
    """
    name = address.removeprefix("/guide/")
    other = f"/guide/{name.removeprefix(_ENGLISH)}" if name.startswith(_ENGLISH) else f"/guide/{_ENGLISH}{name}"
    return other if other in pages() else None


def slug(heading: str) -> str:
    """The anchor of a heading, as links in the files name it."""
    return _SLUG_DROPS.sub("", heading.strip().lower()).replace(" ", "-")


def render(file: Path) -> str:
    """A page as HTML; links to other pages lead to where those are served, others outside are plain words."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(file.read_text(encoding="utf-8"))
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(tokens[index + 1].content))
        for child in token.children or []:
            _led(child, file)
    drawn = str(parser.renderer.render(tokens, parser.options, {}))
    # A table wider than a telephone scrolls inside itself.
    return drawn.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")


def _led(token: Token, file: Path) -> None:
    name = {"link_open": "href", "image": "src"}.get(token.type)
    if name is None:
        return
    target = urlsplit(str(token.attrGet(name)))
    if target.scheme or target.netloc or not target.path:
        return
    found = (file.parent / target.path).resolve()
    if found.is_dir():
        found /= "README.md"
    if found.is_relative_to(ROOT) and found in pages().values():
        token.attrSet(name, address_of(found) + (f"#{target.fragment}" if target.fragment else ""))
    else:
        # Code and files of the repository: named, not served.
        token.attrs.pop(name, None)


async def guide(request: Request) -> FileResponse | HTMLResponse:
    """A guide, or a picture in one; an address that leads nowhere is told as a page too, with the way to the list."""
    address = request.url.path.rstrip("/")
    file = pages().get(address)
    if file is None:
        return _page("見つかりません / Not found", _NOWHERE, "", 404)
    if file.suffix in _PICTURES:
        return FileResponse(file, headers={"Cache-Control": "max-age=3600"})
    body = render(file)
    title = re.search(r"<h1[^>]*>(.*?)</h1>", body)
    said = html.escape(html.unescape(re.sub(r"<[^>]+>", "", title[1]))) if title else "Keiyaku"
    return _page(said, body, address)


_NOWHERE = (
    "<h1>見つかりません / Not found</h1>"
    '<p>このアドレスに手引きはありません。<a href="/guide">手引きの一覧</a>からお進みください。<br>'
    'There is no guide at this address; <a href="/guide">the list of guides</a> leads on.</p>'
)


def _page(said: str, body: str, address: str, status: int = 200) -> HTMLResponse:
    """A page in its frame, with the way to the same guide in the other language."""
    english = address.startswith(f"/guide/{_ENGLISH}")
    other, lang = switched(address), "en" if english else "ja"
    switch = f'<a href="{other}" lang="{_OTHER[lang][0]}">{_OTHER[lang][1]}</a>' if other else ""
    guides, desk = ("Guides", "Desk") if english else ("手引き / Guides", "契約デスク / Desk")
    return HTMLResponse(
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{said}</title>'
        '<link rel="stylesheet" href="/desk/static/desk.css"><link rel="icon" href="/desk/static/icon.svg"></head>'
        f'<body class="guide"><header class="top"><nav aria-label="Keiyaku"><a href="/guide">{guides}</a> '
        f'<a href="/desk/">{desk}</a> <a href="/docs">API</a></nav><div class="who">{switch}</div></header>'
        f"<main>{body}</main></body></html>",
        status,
        headers=_POLICY,
    )


_OTHER: Mapping[str, tuple[str, str]] = MappingProxyType({"ja": ("en", "English"), "en": ("ja", "日本語")})
"""By the language of a page: the other one, and its name."""


# Pages for people, not operations of the interface: they are in no document and take no parameters.
router.add_route("/guide", guide, include_in_schema=False)
router.add_route("/guide/{page:path}", guide, include_in_schema=False)
