"""The doors on real rows, with no Temporal behind them: what is read, and what a dry run decides."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from api.app import create_app
from api.services import KeyRing, Services
from desk.app import mount

ROLES = ("backoffice", "operator", "auditor")


class Reading:
    """Whoever reads, with a key of each role."""

    def __init__(self, engine: Engine) -> None:
        """The doors, and the desk behind the same address."""
        self.engine = engine
        keys = KeyRing({role: (role, f"key of {role}") for role in ROLES})
        self.app = create_app(Services(engine=engine, client=None, keys=keys, webhook_secret="whsec_AAAA"))  # type: ignore[arg-type]
        mount(self.app)
        self.client = TestClient(self.app, base_url="http://testserver.invalid")

    def at(self, moment: datetime, *, runs: bool = False) -> None:
        """Set the business clock: it stands there, or runs from there."""
        with self.engine.begin() as connection:
            connection.execute(text("delete from clock"))
            stands = "insert into clock (id, offset_s, frozen_at) values (1, 0, :at)"
            running = "insert into clock (id, offset_s) values (1, extract(epoch from :at - clock_timestamp()))"
            connection.execute(text(running if runs else stands), {"at": moment})

    def get(self, path: str, *, role: str = "operator", language: str | None = None, **params: Any) -> Any:
        """A read that is granted."""
        answer = self.ask("GET", path, role=role, language=language, params=params)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def tried(self, path: str, body: dict[str, Any], *, role: str = "operator", language: str | None = None) -> Any:
        """A dry run that is granted."""
        answer = self.ask("POST", path, role=role, language=language, params={"dry_run": "true"}, json=body)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def ask(self, method: str, path: str, *, role: str = "operator", language: str | None = None, **more: Any) -> Any:
        """A request, whatever comes of it."""
        headers = {"Authorization": f"Bearer key of {role}", "Idempotency-Key": uuid.uuid4().hex}
        if language is not None:
            headers["Accept-Language"] = language
        return self.client.request(method, path, headers=headers, **more)

    def looks(self) -> list[dict[str, Any]]:
        """Every look that was kept."""
        return list(self.get("/v1/access-log", limit=500)["items"])
