"""The log holds the facts themselves, where each stands in the life, what it told and which revision it came by.

Entries of earlier releases have none of it: they come first in the life, by number, and what is late for them is
decided as before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("transition", sa.Column("place", sa.String(), nullable=True))
    op.add_column("transition", sa.Column("fact", postgresql.JSONB(), nullable=True))
    op.add_column("transition", sa.Column("because", sa.Integer(), nullable=True))
    for name, empty in (("told", "'[]'::jsonb"), ("known", "'{}'::jsonb")):
        column = sa.Column(name, postgresql.JSONB(), nullable=False, server_default=sa.text(empty))
        op.add_column("transition", column)
        op.alter_column("transition", name, server_default=None)


def downgrade() -> None:
    """Take back."""
    for name in ("known", "told", "because", "fact", "place"):
        op.drop_column("transition", name)
