"""Signed callbacks to our API, by Standard Webhooks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

import httpx
from pydantic import BaseModel
from standardwebhooks.webhooks import Webhook

from carrier.config import CarrierConfig

NOT_A_JUDGEMENT = frozenset({401, 403, 408, 425, 429})
"""4xx that say nothing about the message itself (a key, a clock, a rate): it is sent again later."""


def is_final(status: int | None) -> bool:
    """Whether an answer ends the delivery: taken (2xx), or refused for good (most 4xx). None is no answer."""
    return status is not None and (200 <= status < 300 or (400 <= status < 500 and status not in NOT_A_JUDGEMENT))


class Callbacks:
    """One HTTP client to our API and the secret shared with it."""

    def __init__(self, config: CarrierConfig) -> None:
        """Prepare; nothing is sent yet.

        Raises:
            ValueError: the secret is no base64.
        """
        self._base = config.callback_url.rstrip("/")
        self._webhooks = [Webhook(each) for each in config.webhook_secret.split()]
        self._client = httpx.AsyncClient(
            timeout=config.callback_timeout_seconds,
            trust_env=False,  # our API is a neighbour: a proxy of the environment must not come between
            verify=self._base.startswith("https:"),  # reading the certificate store is slow, and for https only
        )

    async def send(self, path: str, webhook_id: str, message: BaseModel) -> tuple[int | None, str]:
        """Post one message under a stable id; the HTTP status (None when no answer came) and the answer's text."""
        body = message.model_dump_json(exclude_none=True)
        # Receivers check the timestamp against real time, not business time.
        now = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(each.sign(webhook_id, now, body) for each in self._webhooks),
        }
        try:
            answer = await self._client.post(self._base + path, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return None, f"{type(error).__name__}: {error}"
        return answer.status_code, answer.text

    async def __aenter__(self) -> Self:
        """Use as `async with`."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connections."""
        await self._client.aclose()
