"""What is over may be let go, and only that; how much of it went is written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.tables.ddl.retention import DROPS, STATEMENTS

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "retention_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("kept_from", sa.Date(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind"),
    )
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    for statement in DROPS:
        op.execute(statement)
    op.drop_table("retention_run")
