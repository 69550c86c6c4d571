"""Bearer keys that an administrator hands out beside those of the keys file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import moment

ROLES = ("backoffice", "operator", "auditor", "site")


class ApiKey(SQLModel, table=True):
    """One key: its hash, whose it is and how long it counts; rows stay, so that the log's actors can be told."""

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint("role in ('backoffice', 'operator', 'auditor', 'site')", name="api_key_role"),
        # While a key is replaced, the old and the new one count side by side under one name.
        Index("ix_api_key_name", "name", "created_at"),
        Index(
            "uq_api_key_current",
            "name",
            unique=True,
            postgresql_where=text("revoked_at IS NULL AND replaced_at IS NULL"),
        ),
    )

    key_hash: str = Field(primary_key=True)
    """SHA-256 of the key, which has 256 bits of its own."""
    name: str
    """Who acts with it, in the log."""
    role: str
    created_at: datetime = moment()
    """Real time, as everything here: keys outlive a rehearsal's clock."""
    expires_at: datetime | None = moment(nullable=True, default=None)
    replaced_at: datetime | None = moment(nullable=True, default=None)
    """When a newer key of the name was made; it counts until `expires_at` still."""
    revoked_at: datetime | None = moment(nullable=True, default=None)
