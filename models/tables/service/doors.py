"""What the doors keep for themselves: answers by idempotency key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment


class Idempotency(SQLModel, table=True):
    """One request seen under a caller's key, and its definitive answer once there is one."""

    __tablename__ = "idempotency"

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """SHA-256 of the `Idempotency-Key`."""
    request_hash: str
    """SHA-256 over method, path and body."""
    at: datetime = moment()
    """Business moment at which the door first received it; a repeat is decided as of the same moment."""
    created_at: datetime = moment()
    status: int | None = None
    answer: dict[str, Any] | None = document(default=None, nullable=True)
