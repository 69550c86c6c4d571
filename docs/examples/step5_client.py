"""5. An own client over HTTP, against `make run`: apply, begin, ask what a cancellation would cost, cancel, take back.

Every request that changes something carries an `Idempotency-Key`. So it can be sent again after a broken connection or
a 503 until an answer comes, and is carried out once.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx

TRIES_MAX = 6
"""After that the caller is told; the same key later still finds what became of the request."""


class RefusedError(Exception):
    """The service answered with a problem document: 4xx, with a code and the articles behind it."""

    def __init__(self, problem: dict[str, Any]) -> None:
        """Keep what was told."""
        super().__init__(f"{problem.get('code', problem['status'])}: {problem.get('detail', '')}")
        self.problem = problem


class Keiyaku:
    """The service as another system sees it."""

    def __init__(self, url: str, key: str) -> None:
        """Speak to a service with a key of `keys.json`."""
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False)

    def read(self, path: str, **params: str) -> dict[str, Any]:
        """GET, as often as it takes."""
        return self._send(self._http.build_request("GET", path, params=params))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, **params: str) -> dict[str, Any]:
        """A request that changes something, once, however often it has to be sent."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._send(self._http.build_request(method, path, json=body, params=params, headers=headers))

    def _send(self, request: httpx.Request) -> dict[str, Any]:
        for attempt in range(TRIES_MAX):
            try:
                answer = self._http.send(request)
            except httpx.TransportError:
                if attempt + 1 == TRIES_MAX:
                    raise
                time.sleep(random.uniform(0, 2**attempt))  # noqa: S311  # spreads retries, keeps no secret
                continue
            if answer.status_code == 503 and attempt + 1 < TRIES_MAX:
                time.sleep(float(answer.headers.get("Retry-After", 2**attempt)))
                continue
            if answer.is_error:
                raise RefusedError(answer.json())
            return dict(answer.json())
        raise AssertionError("a loop of at least one attempt answers or raises")


def main(url: str, home: Path) -> None:
    """One contract's beginning and almost its end."""
    keys = json.loads((home / "keys.json").read_text(encoding="utf-8"))
    service = Keiyaku(url, keys["backoffice"])
    clock = service.read("/v1/clock")
    today, now = str(clock["today"]), str(clock["now"])
    # The edition in force, for the consents: they must name it.
    edition = str(service.ask("POST", "/v1/decisions/course", {"course": "W2_FAMILY", "on": today})["edition"])
    application = {
        "course": "W2_FAMILY",
        "channel": "online",
        "received_at": now,
        "applicant": {
            "name": "例題 一郎",
            "name_kana": "レイダイ イチロウ",
            "email": "ichiro@example.com",
            "phone": "03-0000-0000",
            "postal_code": "100-0001",
            "address": "東京都千代田区千代田1-1",
        },
        "line": {
            "operator": "EAST",
            "line_id": f"CAF{random.randrange(10**10):010}",  # noqa: S311  # a line nobody has yet
            "brand": "NEXT",
            "service_type": "FAMILY",
            "holder_is_applicant": True,
        },
        "consents": {"general_terms": edition, "course_terms": edition, "carrier_terms": f"EAST-{edition[:4]}"},
    }
    contract = str(service.ask("POST", "/v1/applications", application)["contract_id"])
    service.ask("POST", f"/v1/contracts/{contract}/service-start", {"service_start_on": today})
    print(f"{contract}: {service.read(f'/v1/contracts/{contract}')['state']}")

    letter = {"channel": "online", "received_at": now}
    path = f"/v1/contracts/{contract}/cancellation"
    would = service.ask("POST", path, letter, dry_run="true")
    print(f"cancelled now it would end on {would['effective_on']} and cost {would['fee']}")
    did = service.ask("POST", path, letter)
    print(f"cancelled: {did['effective_on']} ({', '.join(did['articles'])})")
    service.ask("DELETE", path)
    print(f"taken back: {service.read(f'/v1/contracts/{contract}')['state']}")

    try:
        service.ask("DELETE", path)
    except RefusedError as refused:
        print(f"not possible twice: {refused} (allowed: {', '.join(refused.problem['allowed'])})")


if __name__ == "__main__":
    main(
        sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000",
        Path(sys.argv[2] if len(sys.argv) > 2 else ".keiyaku"),
    )
