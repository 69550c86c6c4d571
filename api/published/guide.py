"""`/guide`: the guides and what they lead to, from the files of `docs/`; no internet, no build."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from markdown_it import MarkdownIt
from markdown_it.token import Token

router = APIRouter()

ROOT = Path(__file__).parents[2] / "docs"
_FIRST = "guide"
"""The folder of the guides; its README is the first page."""

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
    file = pages().get(request.url.path.rstrip("/"))
    if file is None:
        return _page("見つかりません / Not found", _NOWHERE, 404)
    if file.suffix in _PICTURES:
        return FileResponse(file, headers={"Cache-Control": "max-age=3600"})
    body = render(file)
    title = re.search(r"<h1[^>]*>(.*?)</h1>", body)
    said = html.escape(html.unescape(re.sub(r"<[^>]+>", "", title[1]))) if title else "Keiyaku"
    return _page(said, body)


_NOWHERE = (
    "<h1>見つかりません / Not found</h1>"
    '<p>このアドレスに手引きはありません。<a href="/guide">手引きの一覧</a>からお進みください。<br>'
    'There is no guide at this address; <a href="/guide">the list of guides</a> leads on.</p>'
)


def _page(said: str, body: str, status: int = 200) -> HTMLResponse:
    """A page in its frame."""
    return HTMLResponse(
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{said}</title>'
        '<link rel="stylesheet" href="/desk/static/desk.css"><link rel="icon" href="/desk/static/icon.svg"></head>'
        '<body class="guide"><header class="top"><nav aria-label="Keiyaku"><a href="/guide">手引き / Guides</a> '
        '<a href="/desk/">契約デスク / Desk</a> <a href="/docs">API</a></nav></header>'
        f"<main>{body}</main></body></html>",
        status,
        headers=_POLICY,
    )


# Pages for people, not operations of the interface: they are in no document and take no parameters.
router.add_route("/guide", guide, include_in_schema=False)
router.add_route("/guide/{page:path}", guide, include_in_schema=False)
