"""The desk's last net: a store that does not answer, or a defect, is told as a page like everything else there."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.services import AWAY
from desk.door import DoorAwayError

log = logging.getLogger(__name__)

Shown = Callable[[Request, int, str], HTMLResponse]
"""A page of a status; the id of a defect, or nothing."""

RETRY_AFTER_S = 5

_AWAY: tuple[type[Exception], ...] = (*AWAY, DoorAwayError)


class Net:
    """Between the desk and the doors it hangs on."""

    def __init__(self, app: ASGIApp, shown: Shown) -> None:
        """Catch what falls out of an app.

        Args:
            app: the pages.
            shown: makes the page for it, with nothing behind it asked.
        """
        self._app = app
        self._shown = shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        begun = False

        async def outgoing(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, outgoing)
        except _AWAY as error:
            if begun:
                raise
            log.warning("not answering at the desk: %s", type(error).__name__)
            page = self._shown(Request(scope), 503, "")
            page.headers["Retry-After"] = str(RETRY_AFTER_S)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            error_id = f"E-{uuid.uuid4().hex[:12]}"
            log.exception("%s: a page of the desk failed by a defect", error_id)
            page = self._shown(Request(scope), 500, error_id)
        else:
            return
        await page(scope, receive, send)
