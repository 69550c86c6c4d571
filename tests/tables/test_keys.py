"""Keys of the doors on a real PostgreSQL, asked through the doors themselves."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.app import create_app
from api.services import KeyRing, Services
from service.access import admin_keys
from store.people import access
from store.people.access import KeyRefusedError

FILE_KEY = "the file's operator key"


def ask(engine: Engine, key: str | None) -> int:
    """The status of a read that takes any key."""
    ring = KeyRing({"operator": ("operator", FILE_KEY)})
    app = create_app(Services(engine=engine, client=None, keys=ring, webhook_secret="whsec_AAAA"))  # type: ignore[arg-type]

    async def send() -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            return (await client.get("/v1/clock", headers=headers)).status_code

    return asyncio.run(send())


def made(engine: Engine, role: str, name: str, *, expires_at: datetime | None = None) -> str:
    """A key made now."""
    with Session(engine) as session, session.begin():
        return access.create(session, role, name, datetime.now(UTC), expires_at=expires_at)


def test_a_key_counts_at_once_until_it_is_revoked(club_engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the file's key two operators have theirs; one revoked opens nothing; no key stands in the table."""
    first, second = made(club_engine, "operator", "desk-1"), made(club_engine, "operator", "desk-2")
    assert [ask(club_engine, key) for key in (first, second, FILE_KEY)] == [200, 200, 200]
    url = club_engine.url.render_as_string(hide_password=False)
    assert admin_keys.revoke(url, "desk-1") == 0
    assert [ask(club_engine, key) for key in (first, second, FILE_KEY)] == [401, 200, 200]
    assert admin_keys.show(url) == 0
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines() if "desk" in line] == ["desk-1", "desk-2"]
    assert admin_keys.show(url, as_json=True) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["name"]: row["counts"] for row in rows if "desk" in row["name"]} == {"desk-1": False, "desk-2": True}
    assert [admin_keys.revoke(url, "nobody"), admin_keys.rotate(url, "nobody", 0)] == [4, 4]
    assert "revoked" in told
    with club_engine.connect() as connection:
        rows = str(connection.execute(text("select k::text from api_key k")).all())
    assert first not in rows
    assert second not in rows
    assert second not in told


def test_an_old_key_counts_until_its_end_and_no_longer(club_engine: Engine) -> None:
    """Rotated without delay the old one is over at once, with a delay both count; an expired one opens nothing."""
    old = made(club_engine, "auditor", "books")
    now = datetime.now(UTC)
    with Session(club_engine) as session, session.begin():
        new = access.rotate(session, "books", now, keeps=timedelta(hours=1))
    assert [ask(club_engine, key) for key in (old, new)] == [200, 200]
    with Session(club_engine) as session, session.begin():
        newest = access.rotate(session, "books", datetime.now(UTC), keeps=timedelta(0))
    assert [ask(club_engine, key) for key in (old, new, newest)] == [200, 401, 200]
    ended = made(club_engine, "auditor", "ended", expires_at=now + timedelta(days=1))
    with club_engine.begin() as connection:
        connection.execute(text("update api_key set expires_at = clock_timestamp() where name = 'ended'"))
    assert ask(club_engine, ended) == 401


@pytest.mark.parametrize("name", ["operator", "carrier", "Desk", "x", "a b", "person:1", "a" * 41])
def test_a_key_takes_nobodys_name(club_engine: Engine, name: str) -> None:
    """Names of our own actors, of roles, and what is no plain name are refused; so is one that is there."""
    with pytest.raises(KeyRefusedError):
        made(club_engine, "operator", name)
    with pytest.raises(KeyRefusedError, match="no role"):
        made(club_engine, "admin", "someone")


def test_a_key_of_a_name_is_made_once(club_engine: Engine) -> None:
    """A second one of the same name is refused; revoked, the name is free again."""
    made(club_engine, "site", "portal")
    with pytest.raises(KeyRefusedError, match="rotate"):
        made(club_engine, "site", "portal")
    with Session(club_engine) as session, session.begin():
        assert access.revoke(session, "portal", datetime.now(UTC)) == 1
    made(club_engine, "site", "portal")


def test_a_wrong_key_leaves_a_line_and_a_figure(club_engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever guesses is counted and written down, with the address and without the guess."""

    def figure() -> float:
        return REGISTRY.get_sample_value("keiyaku_refused_total", {"why": "key"}) or 0.0

    before = figure()
    with caplog.at_level(logging.WARNING):
        assert ask(club_engine, "kk_guessed-and-wrong") == 401
        assert ask(club_engine, None) == 401
    assert figure() == before + 2
    assert "refused (key) GET /v1/clock from 127.0.0.1" in caplog.text
    assert "guessed-and-wrong" not in caplog.text
