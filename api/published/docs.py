"""`/docs` and `/redoc` from files of our own: a house without internet reads its interface too."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from api.doors.problems import Problem

router = APIRouter()

_ASSETS = Path(__file__).with_name("assets")
_SERVED = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-start.js": "text/javascript",
    "ways.css": "text/css",
    "redoc.standalone.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}

_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Keiyaku API</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="icon" href="/docs/assets/favicon-32x32.png">'
)

_WAYS = (
    '<header class="top"><nav aria-label="Keiyaku"><a href="/guide">手引き / Guides</a> '
    '<a href="/guide/quickstart">はじめの五分 / Quick start</a> <a href="/desk/">契約デスク / Desk</a> '
    '<a href="/redoc">ReDoc</a></nav></header>'
)
"""From the interface to what explains it."""

_SWAGGER = (
    f'{_HEAD}<link rel="stylesheet" href="/docs/assets/swagger-ui.css">'
    f'<link rel="stylesheet" href="/docs/assets/ways.css"></head><body>{_WAYS}<div id="swagger-ui"></div>'
    '<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/assets/swagger-start.js"></script>'
    "</body></html>"
)

_REDOC = (
    f'{_HEAD}</head><body><redoc spec-url="/openapi.json" disable-google-font="true"></redoc>'
    '<script src="/docs/assets/redoc.standalone.js"></script></body></html>'
)

_POLICY = {
    # Both viewers write styles as they go; scripts, and everything else, come from here alone.
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


async def docs(_: Request) -> HTMLResponse:
    """The interface to read and to try."""
    return HTMLResponse(_SWAGGER, headers=_POLICY)


async def redoc(_: Request) -> HTMLResponse:
    """The interface to read."""
    return HTMLResponse(_REDOC, headers=_POLICY)


async def asset(request: Request) -> FileResponse:
    """One of the viewers' files.

    Raises:
        Problem: 404.
    """
    name = str(request.path_params["name"])
    if name not in _SERVED:
        raise Problem(404, "NOT_FOUND", "There is no such file.")
    return FileResponse(_ASSETS / name, media_type=_SERVED[name], headers={"Cache-Control": "max-age=86400"})


# Pages for people, not operations of the interface: they are in no document and take no parameters.
router.add_route("/docs", docs, include_in_schema=False)
router.add_route("/redoc", redoc, include_in_schema=False)
router.add_route("/docs/assets/{name}", asset, include_in_schema=False)
