"""Locks by name: that of one entity, under which everything is decided about it, and those of works done alone.

They are PostgreSQL's own, held to the end of the transaction; two names that share a hash only wait for each other.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session


def lock_key(name: str) -> str:
    """SQL of a name's key among the advisory locks.

    Args:
        name: SQL of an entity's id or of what is done alone, such as a bound parameter.
    """
    return f"hashtextextended({name}, 0)"


def lock_entity(session: Session, entity_id: str) -> None:
    """Wait until nobody else decides about an entity; nobody does until the transaction ends."""
    session.execute(text(f"select pg_advisory_xact_lock({lock_key(':id')})"), {"id": entity_id})
