"""People are found by the name of their building, and by a house number alone."""

from __future__ import annotations

from alembic import op

from models.tables.ddl.people import MORE_WORDS, NEW_WORDS

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what was written by the former function stays, and the new words come beside it."""
    for statement in MORE_WORDS:
        op.execute(statement)
    with op.get_context().autocommit_block():
        op.execute(NEW_WORDS)


def downgrade() -> None:
    """Take back; more words than an earlier release asks for do no harm."""
