"""Erasing a person: one database act, since Temporal never held personal data (ADR 0006).

What the law and the books need stays: the log, the charges and the points, under ids that no longer lead to anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from models.said import said
from store.people import personal


class NotErasableError(Exception):
    """Nobody by that id, or something of theirs still runs."""

    def __init__(self, why: str, running: Sequence[str] = ()) -> None:
        """Keep what is told, and the workflow ids of what still runs."""
        super().__init__(why)
        self.running = list(running)


class NobodyError(NotErasableError):
    """Nobody by that id."""


_OPEN = "select entity_id from entity where entity_id = any(:own) and not closed order by 1"


def erase(session: Session, any_id: str) -> dict[str, int]:
    """Take a person's data out of every table, in the session's transaction; erased again, nothing changes.

    Args:
        session: an open transaction.
        any_id: of the person, or of a contract or membership of theirs.

    Returns:
        Table → rows that lost their personal data.

    Raises:
        NotErasableError: there is nobody by that id, or a contract or membership of theirs is not closed: debts,
            corrections and storage still need to know whose it is.
    """
    whose = personal.find(session, any_id)
    if whose is None:
        raise NobodyError(said("nobody", id=any_id))
    running = session.execute(text(_OPEN), {"own": whose.own}).scalars().all()
    if running:
        raise NotErasableError(said("still_running", ids=", ".join(running)), running)
    return personal.forget(session, whose)
