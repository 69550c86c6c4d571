"""The doors with nothing behind them: what they refuse before anything is asked of anybody."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine

from api.app import create_app
from api.services import KeyRing, Services

KEYS = {role: (role, f"key of {role}") for role in ("backoffice", "operator", "auditor", "site")}


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The app, its database and Temporal away: whatever gets past the doors fails."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    services = Services(engine=engine, client=None, keys=KeyRing(KEYS), webhook_secret="whsec_AAAA")  # type: ignore[arg-type]
    return create_app(services)
