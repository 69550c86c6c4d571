"""Whose signature opens the carrier's doors."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import create_engine
from standardwebhooks import Webhook

from api.app import create_app
from api.services import KeyRing, Services

OLD, NEW, FOREIGN = (f"whsec_{letter * 43}=" for letter in "AEI")
BODY = json.dumps({"status": "accepted"})
"""Signed, it is 400 for what is missing; nothing is asked of the database."""


def post(secrets: str, signature: str, at: datetime) -> httpx.Response:
    """One callback to doors that know these secrets."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    app = create_app(Services(engine=engine, client=None, keys=KeyRing({}), webhook_secret=secrets))  # type: ignore[arg-type]
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/json",
    }

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.post("/v1/carrier/filings/F1/status", content=BODY, headers=headers)

    return asyncio.run(send())


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_any_secret_signs_while_one_replaces_another(secret: str) -> None:
    """Both verify until the old one is taken away; a signature of a third is 401."""
    now = datetime.now(UTC)
    assert post(f"{NEW} {OLD}", Webhook(secret).sign("1", now, BODY), now).status_code == 400
    assert post(f"{NEW} {OLD}", Webhook(FOREIGN).sign("1", now, BODY), now).status_code == 401
    assert post(NEW, Webhook(OLD).sign("1", now, BODY), now).status_code == 401


def test_one_of_several_signatures_is_enough() -> None:
    """A sender that signs with both secrets is heard by whoever knows one; a stale time-stamp is heard by nobody."""
    now = datetime.now(UTC)
    both = " ".join(Webhook(each).sign("1", now, BODY) for each in (NEW, OLD))
    assert post(OLD, both, now).status_code == 400
    old = now - timedelta(minutes=6)
    assert post(OLD, Webhook(OLD).sign("1", old, BODY), old).status_code == 401
