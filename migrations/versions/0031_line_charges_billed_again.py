"""A line charge that was taken back and counts again is billed again: no index stands against it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INDEX = "uq_statement_item_line_charge"


def upgrade() -> None:
    """Apply. What is billed twice is kept off by the run itself: an item that stands is not billed once more."""
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "statement_item", postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    """Take back; it fails where a charge has been billed again by then."""
    with op.get_context().autocommit_block():
        op.create_index(
            INDEX,
            "statement_item",
            ["line_charge_id"],
            unique=True,
            postgresql_concurrently=True,
            postgresql_where=sa.text("line_charge_id IS NOT NULL AND reverses IS NULL"),
        )
