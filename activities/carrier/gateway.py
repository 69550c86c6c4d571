"""The gateway to NTT East and West: every call idempotent by the id it carries."""

from __future__ import annotations

from typing import Any

import httpx
from pydantic import BaseModel

from activities.failures import refuses
from models.messages.carrier import FilingCancellation, FilingCorrection, FilingRequest

TIMEOUT_S = 10.0


class CarrierRefusedError(Exception):
    """NTT answered for good that it will not do this; retrying cannot help."""


class CarrierGateway:
    """Plain HTTP to both companies."""

    def __init__(self, urls: dict[str, str]) -> None:
        """Bind the base address of each area."""
        self._urls = urls
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S)

    async def file(self, carrier_area: str, request: FilingRequest) -> None:
        """Send an agency filing of a new line (W-08.1); a repeat is the same filing to NTT."""
        await self._post(carrier_area, "filings", request)

    async def cancel(self, carrier_area: str, filing_id: str, request: FilingCancellation) -> None:
        """Take the order back before the work day."""
        await self._post(carrier_area, f"filings/{filing_id}/cancel", request)

    async def correct(self, carrier_area: str, filing_id: str, request: FilingCorrection) -> None:
        """Send corrected fields after a defect."""
        await self._post(carrier_area, f"filings/{filing_id}/corrections", request)

    async def _post(self, carrier_area: str, path: str, message: BaseModel) -> dict[str, Any]:
        """Send one message.

        Raises:
            CarrierRefusedError: a definitive 4xx.
            httpx.HTTPError: no answer or a 5xx; try again.
        """
        answer = await self._http.post(
            f"{self._urls[carrier_area]}/{carrier_area}/{path}", json=message.model_dump(mode="json")
        )
        if refuses(answer):
            raise CarrierRefusedError(f"{carrier_area} {path}: {answer.status_code}")
        answer.raise_for_status()
        return dict(answer.json())
