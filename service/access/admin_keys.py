"""Keys of the doors, as an administrator makes and ends them; a running service knows at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.said import Said, said, tell
from models.tables.service.access import ApiKey
from rules.calendar import JST
from service.exits import Exit
from store.database import engine, real_now
from store.people import access
from store.people.access import KeyRefusedError, NoSuchKeyError


def create(url: str, role: str, name: str, days: int | None) -> Exit:
    """Print a new key, the only time it is seen."""

    def made(session: Session) -> str:
        now = real_now(session)
        expires_at = now + timedelta(days=days) if days is not None else None
        return access.create(session, role, name, now, expires_at=expires_at)

    return _told(url, made)


def rotate(url: str, name: str, keep_hours: float) -> Exit:
    """Print the key that replaces another; the old one counts for so many hours more."""
    return _told(
        url, lambda session: access.rotate(session, name, real_now(session), keeps=timedelta(hours=keep_hours))
    )


def revoke(url: str, name: str) -> Exit:
    """End every key of a name."""
    return _told(url, lambda session: tell("keys_revoked", count=access.revoke(session, name, real_now(session))))


def show(url: str, *, as_json: bool = False) -> Exit:
    """Print every key by name: role, since when, until when, and whether it still counts."""

    def lines(session: Session) -> str:
        now = real_now(session)
        if as_json:
            return json.dumps([_row(row, now) for row in access.listed(session)], ensure_ascii=False, indent=2)
        found = [
            tell("key_line", name=row.name, role=row.role, since=_local(row.created_at), standing=_standing(row, now))
            for row in access.listed(session)
        ]
        return "\n".join(found) or tell("no_keys")

    return _told(url, lines)


def _row(row: ApiKey, now: datetime) -> dict[str, Any]:
    ends = {"expires_at": row.expires_at, "revoked_at": row.revoked_at}
    counts = row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
    told = {name: _local(at).isoformat() if at is not None else None for name, at in ends.items()}
    return {"name": row.name, "role": row.role, "since": _local(row.created_at).isoformat(), **told, "counts": counts}


def _standing(row: ApiKey, now: datetime) -> Said:
    if row.revoked_at is not None:
        return said("key_revoked", at=_local(row.revoked_at))
    if row.expires_at is None:
        return said("key_counts")
    return said("key_counts_until" if row.expires_at > now else "key_expired", at=_local(row.expires_at))


def _local(at: datetime) -> datetime:
    return at.astimezone(JST)


def _told(url: str, work: Callable[[Session], str]) -> Exit:
    try:
        with Session(engine(url, pool_size=1)) as session, session.begin():
            answer = work(session)
    except KeyRefusedError as error:
        sys.stderr.write(tell("complaint", why=error) + "\n")
        return Exit.NOT_FOUND if isinstance(error, NoSuchKeyError) else Exit.REFUSED
    sys.stdout.write(f"{answer}\n" if answer else "")
    return Exit.DONE
