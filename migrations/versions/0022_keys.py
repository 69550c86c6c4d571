"""Bearer keys in the database: hashed, named, with an end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_key",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('backoffice', 'operator', 'auditor', 'site')", name="api_key_role"),
        sa.PrimaryKeyConstraint("key_hash"),
    )
    op.create_index("ix_api_key_name", "api_key", ["name", "created_at"], unique=False)
    op.create_index(
        "uq_api_key_current",
        "api_key",
        ["name"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL AND replaced_at IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_api_key_current", table_name="api_key")
    op.drop_index("ix_api_key_name", table_name="api_key")
    op.drop_table("api_key")
