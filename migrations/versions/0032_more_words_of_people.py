"""People are found by their number without its area code, and by house numbers however they are written."""

from __future__ import annotations

from alembic import op

from models.tables.ddl.people import MORE_WORDS, NEW_WORDS

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. A word written by the former function stays until its person changes; it finds nobody wrongly."""
    for statement in MORE_WORDS:
        op.execute(statement)
    with op.get_context().autocommit_block():
        op.execute(NEW_WORDS)


def downgrade() -> None:
    """Take back; more words than an earlier release asks for do no harm."""
