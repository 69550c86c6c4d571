"""Keys of the doors on a real PostgreSQL, asked through the doors themselves."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.app import create_app
from api.doors.auth import key_caller, still_counts
from api.services import KeyRing, Services, mark_of
from desk import session as sessions
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


def at_desk(engine: Engine, key: str) -> Callable[[], bool]:
    """Signs in at the desk with a key; gives whether that session still counts."""
    ring = KeyRing({"operator": ("operator", FILE_KEY)})
    house = Services(engine=engine, client=None, keys=ring, webhook_secret="whsec_AAAA")  # type: ignore[arg-type]
    who = asyncio.run(key_caller(house, key))
    assert who is not None
    with Session(engine) as session, session.begin():
        token = sessions.begin(session, who, key)

    def counts() -> bool:
        with Session(engine) as session:
            found = sessions.find(session, token)
        return found is not None and asyncio.run(still_counts(house, found.who, found.mark))

    return counts


def test_a_desk_session_is_over_with_the_key_it_was_begun_with(club_engine: Engine) -> None:
    """A leaked key that is replaced, or revoked and made anew, keeps nobody signed in; who has the new one stays."""
    leaked = made(club_engine, "operator", "counter")
    thief, by_file = at_desk(club_engine, leaked), at_desk(club_engine, FILE_KEY)
    with Session(club_engine) as session, session.begin():
        renewed = access.rotate(session, "counter", datetime.now(UTC), keeps=timedelta(0))
    owner = at_desk(club_engine, renewed)
    assert [each() for each in (thief, owner, by_file)] == [False, True, True]
    with Session(club_engine) as session, session.begin():
        access.revoke(session, "counter", datetime.now(UTC))
    made(club_engine, "operator", "counter")
    assert [each() for each in (thief, owner, by_file)] == [False, False, True]


def test_a_desk_session_of_the_keys_file_is_over_once_its_key_is_another() -> None:
    """Another value in the file signs out whoever came with the former one, though the name is the same."""
    ring = KeyRing({"operator": ("operator", FILE_KEY)})
    assert ring.role_of("operator", mark_of(FILE_KEY)) == "operator"
    assert KeyRing({"operator": ("operator", "another")}).role_of("operator", mark_of(FILE_KEY)) is None
    assert ring.role_of("operator", "") is None
