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
"""A working day; then the key is asked for again. Of a person the provider is asked, much sooner."""


@dataclass(frozen=True)
class SignedIn:
    """Who is at the desk."""

    who: Caller
    csrf: str
    mark: str
    """Of the key it was done with; empty for a person."""
    known_as: str
    """By what the session is known in the database; it opens nothing."""
    is_old: bool
    """Whether half of its time is over: of a person the provider is asked again."""


@dataclass(frozen=True)
class Word:
    """The provider's word of a person, for a session."""

    minutes: int
    """For which it is taken."""
    csrf: str | None = None
    """Of the session it prolongs: forms that lie open go on; None: it is a new one."""


def begin(session: Session, who: Caller, key: str | Word) -> str:
    """Sign in; gives the token for the cookie. Sessions that are over are removed on the way.

    Args:
        session: an open transaction.
        who: signs in.
        key: with what; its mark is part of the token, and the session is over with that very key. Or the provider's
            word of a person.
    """
    word = key if isinstance(key, Word) else None
    lasts = timedelta(minutes=word.minutes) if word is not None else timedelta(hours=HOURS)
    token = f"{secrets.token_urlsafe(32)}.{mark_of(key) if isinstance(key, str) else ''}"
    session.execute(delete(DeskSession).where(col(DeskSession.expires_at) < func.now()))
    session.add(
        DeskSession(
            token_hash=_hash(token),
            actor=who.name,
            role=who.role,
            csrf=(word.csrf if word is not None else None) or secrets.token_urlsafe(24),
            created_at=WHEN_WRITTEN,
            expires_at=WHEN_WRITTEN + lasts,
        )
    )
    return token


def find(session: Session, token: str, person_min: int | None = None) -> SignedIn | None:
    """Whose token it is; None for one that is unknown or over.

    Args:
        session: an open transaction.
        token: of the cookie.
        person_min: minutes for which a person's counts at most, whoever began it; None: as it was begun.
    """
    counts = and_(col(DeskSession.token_hash) == _hash(token), col(DeskSession.expires_at) >= func.now())
    half = col(DeskSession.expires_at) - func.now() < func.now() - col(DeskSession.created_at)
    age = func.extract("epoch", func.now() - col(DeskSession.created_at)) / 60
    found = session.execute(select(DeskSession, half, age).where(counts)).one_or_none()
    if found is None:
        return None
    row, is_old, minutes = found
    mark = token.partition(".")[2]
    if not mark and person_min is not None and minutes >= person_min:
        return None
    return SignedIn(Caller(row.actor, row.role), row.csrf, mark, row.token_hash, bool(is_old))


def end(session: Session, token: str) -> None:
    """Sign out."""
    end_known(session, _hash(token))


def end_known(session: Session, known_as: str) -> None:
    """As `end`, of one that is known by what stands in the database."""
    session.execute(delete(DeskSession).where(col(DeskSession.token_hash) == known_as))


def same(given: Any, csrf: str) -> bool:
    """Whether a form carries the session's word; compared in constant time."""
    return isinstance(given, str) and secrets.compare_digest(given.encode(), csrf.encode())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
