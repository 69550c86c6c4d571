"""The doors as a measuring client uses them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

import httpx

from api.contracts.applications import EXAMPLE
from embedded.stack import EmbeddedStack


class House:
    """A client with the operator's key."""

    def __init__(self, stack: EmbeddedStack) -> None:
        """Open the client."""
        self._key = stack.keys.operator
        self.http = httpx.AsyncClient(base_url=stack.urls.api, timeout=120)
        self.carrier = httpx.AsyncClient(base_url=stack.urls.carrier, timeout=30)

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """One request that must succeed."""
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": uuid.uuid4().hex}
        answer = await self.http.request(method, path, json=body, params=query, headers=headers)
        answer.raise_for_status()
        return dict(answer.json())

    async def import_lines(self, path: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What another system hands over, all of which must enter; gives what was answered.

        Raises:
            RuntimeError: not every row entered.
        """
        content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Idempotency-Key": uuid.uuid4().hex,
            "Content-Type": "application/x-ndjson",
        }
        answer = await self.http.post(path, content=content, headers=headers)
        answer.raise_for_status()
        told = dict(answer.json())
        if told["imported"] != len(rows):
            message = f"{told['imported']} of {len(rows)} entered: {answer.text[:500]}"
            raise RuntimeError(message)
        return told

    async def apply(self, line_id: str | None, **more: Any) -> str:
        """A contract; with no line number NTT-ME files for one."""
        body = {**EXAMPLE, **more, "line": {**EXAMPLE["line"], "line_id": line_id}, "start_line": line_id is None}
        return str((await self.call("POST", "/v1/applications", body))["contract_id"])
