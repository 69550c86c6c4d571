"""Ids of line notices and of statuses of filings never meet; a repeat is told from another message by its hash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("carrier_message", sa.Column("body_hash", sa.String(), nullable=True))
    op.execute("""
        UPDATE carrier_message SET message_id = 'notice/' || substr(message_id, length('in/notice/') + 1)
        WHERE message_id LIKE 'in/notice/%' AND kind IN ('LINE_CHANGE', 'LINE_CHARGES')
    """)


def downgrade() -> None:
    """Take back."""
    op.execute("UPDATE carrier_message SET message_id = 'in/' || message_id WHERE message_id LIKE 'notice/%'")
    op.drop_column("carrier_message", "body_hash")
