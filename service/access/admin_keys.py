"""Keys of the doors, as an administrator makes and ends them; a running service knows at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from models.said import Said, said, tell
from models.tables.service.access import ApiKey
from rules.calendar import JST
from service.exits import Exit
from store.database import engine, real_now
from store.people import access
from store.people.access import KeyRefusedError


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


def show(url: str) -> Exit:
    """Print every key by name: role, since when, until when, and whether it still counts."""

    def lines(session: Session) -> str:
        now = real_now(session)
        found = [
            tell("key_line", name=row.name, role=row.role, since=_local(row.created_at), standing=_standing(row, now))
            for row in access.listed(session)
        ]
        return "\n".join(found) or tell("no_keys")

    return _told(url, lines)


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
        return Exit.REFUSED
    sys.stdout.write(f"{answer}\n" if answer else "")
    return Exit.DONE
