"""Asking NTT which line a browser is on (契約回線認証, M-09.2, M-09.8)."""

from __future__ import annotations

import asyncio
import logging
from weakref import WeakKeyDictionary

import httpx
from pydantic import ValidationError

from api.doors.problems import Problem
from api.services import Services
from models.messages.carrier import LineCheck, LineCheckResult

log = logging.getLogger(__name__)

TIMEOUT_S = 8.0
"""Less than the ten seconds in which every door answers."""

_CLIENTS: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()


async def line_of(house: Services, carrier_area: str, line_token: str) -> str | None:
    """The number of the line that a token stands for; None: NTT of that area never issued it.

    Raises:
        Problem: 503, NTT does not answer now.
    """
    url = f"{house.carrier_urls[carrier_area].rstrip('/')}/{carrier_area}/line-checks"
    try:
        answer = await _client().post(url, json=LineCheck(line_token=line_token).model_dump())
    except httpx.HTTPError as error:
        raise _away(type(error).__name__) from None
    if answer.status_code in {400, 404, 422}:
        return None
    if not answer.is_success:
        raise _away(str(answer.status_code))
    try:
        return LineCheckResult.model_validate_json(answer.content).line_id
    except ValidationError:
        raise _away("an answer that is none") from None


def mismatch() -> Problem:
    """The access comes from elsewhere: another line, a mobile network, an office (M-09.2)."""
    detail = "The access does not come from the line on which the member is registered; use that line or its Wi-Fi."
    return Problem(403, "LINE_MISMATCH", detail, ("M-09.2", "M-09.8"))


def _away(why: str) -> Problem:
    log.warning("no line check: %s", why)
    detail = "NTT does not answer the line check now; nothing has changed. Send the same request again."
    return Problem(503, "CARRIER_NOT_ANSWERING", detail)


def _client() -> httpx.AsyncClient:
    """One client a loop: making one costs more than the check itself."""
    loop = asyncio.get_running_loop()
    client = _CLIENTS.get(loop)
    if client is None:
        # No proxy of the environment: line tokens go where the settings say.
        client = _CLIENTS[loop] = httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False)
    return client
