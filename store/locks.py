"""The lock of one entity, under which everything is decided about it.

It is PostgreSQL's own, held to the end of the transaction; two ids that share a hash only wait for each other.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session


def lock_key(entity_id: str) -> str:
    """SQL of an entity's key among the advisory locks.

    Args:
        entity_id: SQL of the id, such as a bound parameter.
    """
    return f"hashtextextended({entity_id}, 0)"


def lock_entity(session: Session, entity_id: str) -> None:
    """Wait until nobody else decides about an entity; nobody does until the transaction ends."""
    session.execute(text(f"select pg_advisory_xact_lock({lock_key(':id')})"), {"id": entity_id})
