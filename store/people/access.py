"""Keys of the doors in the database: made, listed, replaced, revoked, and looked up at every request."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text
from sqlmodel import Session, col

from models.actors import AUTOMATIC
from models.said import said
from models.tables.service.access import ROLES, ApiKey
from rules.calendar import JST

PREFIX = "kk_"
"""What every key begins with: it can be told from a session's token, and found where it leaked."""
KEY_BYTES = 32
MARK_CHARS = 24
NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
TAKEN = frozenset({*ROLES, *AUTOMATIC, "member", "clock", "system", "workflow", "administrator"})
"""Names of actors that are no key of the database."""


class KeyRefusedError(Exception):
    """A key cannot be made, replaced or revoked as asked; the message says why."""


class NoSuchKeyError(KeyRefusedError):
    """Nothing of that name counts."""


def create(session: Session, role: str, name: str, at: datetime, *, expires_at: datetime | None) -> str:
    """A new key, told once: the database knows its hash.

    Args:
        session: an open transaction.
        role: of `ROLES`.
        name: who will have acted, in the log.
        at: real time now.
        expires_at: real time from which it opens nothing; None: it stays until it is revoked.

    Raises:
        KeyRefusedError: no such role, a name that is none or taken, an end that is past.
    """
    if role not in ROLES:
        raise KeyRefusedError(said("no_role", role=role, roles=", ".join(ROLES)))
    if not NAME.fullmatch(name) or name in TAKEN:
        raise KeyRefusedError(said("no_key_name", name=name))
    if expires_at is not None and expires_at <= at:
        raise KeyRefusedError(said("key_over", at=expires_at.astimezone(JST)))
    if _current(session, name) is not None:
        raise KeyRefusedError(said("key_there", name=name))
    return _make(session, role, name, at, expires_at)


def rotate(session: Session, name: str, at: datetime, *, keeps: timedelta, expires_at: datetime | None = None) -> str:
    """A new key of the same name and role; the old one counts for a while longer.

    Args:
        session: an open transaction.
        name: whose key.
        at: real time now.
        keeps: how long the old one still counts; nothing: not at all.
        expires_at: of the new one; None: as long after its making as the old one's was.

    Raises:
        NoSuchKeyError: there is no such key.
    """
    old = _current(session, name)
    if old is None:
        raise NoSuchKeyError(said("no_key", name=name))
    if expires_at is None and old.expires_at is not None:
        expires_at = at + (old.expires_at - old.created_at)
    old.replaced_at = at
    old.expires_at = min(filter(None, (old.expires_at, at + keeps)))
    session.flush()
    return _make(session, old.role, name, at, expires_at)


def revoke(session: Session, name: str, at: datetime) -> int:
    """Every key of a name opens nothing from now on, at once; how many those were.

    Raises:
        NoSuchKeyError: there is none.
    """
    query = select(ApiKey).where(col(ApiKey.name) == name, col(ApiKey.revoked_at).is_(None)).with_for_update()
    rows = list(session.execute(query).scalars())
    if not rows:
        raise NoSuchKeyError(said("no_key", name=name))
    for row in rows:
        row.revoked_at = at
    return len(rows)


def listed(session: Session) -> list[ApiKey]:
    """Every key there ever was, by name and age; no key itself stands anywhere."""
    return list(session.execute(select(ApiKey).order_by(col(ApiKey.name), col(ApiKey.created_at))).scalars())


_KNOWN = text("""
select name, role from api_key
where key_hash = :hash and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())
""")


def known(connection: Connection, key: str) -> tuple[str, str] | None:
    """Name and role of a key that counts now; None for every other."""
    if not key.startswith(PREFIX):
        return None
    row = connection.execute(_KNOWN, {"hash": _hash(key)}).one_or_none()
    return None if row is None else (row.name, row.role)


_COUNTING = text("""
select key_hash, role from api_key where name = :name and revoked_at is null
  and (expires_at is null or expires_at > clock_timestamp())
""")


def role_of(connection: Connection, name: str, mark: str) -> str | None:
    """The role of the very key of a name that has a mark; None once it is replaced, revoked or over.

    Another key of the same name does not stand for it: it may have been made because this one leaked.
    """
    rows = connection.execute(_COUNTING, {"name": name}).all()
    return next((str(row.role) for row in rows if mark_of_hash(row.key_hash) == mark), None)


def mark_of_hash(key_hash: str) -> str:
    """By what a session knows again the key it was begun with, of which the hash is known; it opens nothing."""
    return hashlib.sha256(key_hash.encode()).hexdigest()[:MARK_CHARS]


def _make(session: Session, role: str, name: str, at: datetime, expires_at: datetime | None) -> str:
    key = f"{PREFIX}{secrets.token_urlsafe(KEY_BYTES)}"
    session.add(ApiKey(key_hash=_hash(key), name=name, role=role, created_at=at, expires_at=expires_at))
    session.flush()
    return key


def _current(session: Session, name: str) -> ApiKey | None:
    query = select(ApiKey).where(
        col(ApiKey.name) == name, col(ApiKey.revoked_at).is_(None), col(ApiKey.replaced_at).is_(None)
    )
    row: ApiKey | None = session.execute(query.with_for_update()).scalar_one_or_none()
    return row


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
