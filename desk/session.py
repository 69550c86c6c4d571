"""Signed-in browsers: a random token in a cookie, its hash in the database, and a word that every form has to carry."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, func, select
from sqlmodel import Session, col

from api.services import Caller, mark_of
from models.tables.clock import WHEN_WRITTEN
from models.tables.people import DeskSession

COOKIE = "keiyaku_desk"
HOURS = 10
"""A working day; then the key is asked for again."""


@dataclass(frozen=True)
class SignedIn:
    """Who is at the desk."""

    who: Caller
    csrf: str
    mark: str
    """Of the key it was done with; empty for a person."""


def begin(session: Session, who: Caller, key: str | None = None) -> str:
    """Sign in; gives the token for the cookie. Sessions that are over are removed on the way.

    Args:
        session: an open transaction.
        who: signs in.
        key: with what; its mark is part of the token, and the session is over with that very key. None: a person.
    """
    token = f"{secrets.token_urlsafe(32)}.{mark_of(key) if key is not None else ''}"
    session.execute(delete(DeskSession).where(col(DeskSession.expires_at) < func.now()))
    session.add(
        DeskSession(
            token_hash=_hash(token),
            actor=who.name,
            role=who.role,
            csrf=secrets.token_urlsafe(24),
            created_at=WHEN_WRITTEN,
            expires_at=WHEN_WRITTEN + timedelta(hours=HOURS),
        )
    )
    return token


def find(session: Session, token: str) -> SignedIn | None:
    """Whose token it is; None for one that is unknown or over."""
    counts = and_(col(DeskSession.token_hash) == _hash(token), col(DeskSession.expires_at) >= func.now())
    row = session.execute(select(DeskSession).where(counts)).scalar_one_or_none()
    if row is None:
        return None
    return SignedIn(Caller(row.actor, row.role), row.csrf, token.partition(".")[2])


def end(session: Session, token: str) -> None:
    """Sign out."""
    session.execute(delete(DeskSession).where(col(DeskSession.token_hash) == _hash(token)))


def same(given: Any, csrf: str) -> bool:
    """Whether a form carries the session's word; compared in constant time."""
    return isinstance(given, str) and secrets.compare_digest(given.encode(), csrf.encode())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
