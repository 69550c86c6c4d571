"""Long lives are folded up to a point, so that undoing what happened lately does not read all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "past_state",
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("state", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.entity_id"]),
        sa.PrimaryKeyConstraint("entity_id", "seq"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("past_state")
