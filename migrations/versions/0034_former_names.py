"""People are found by the name they had before they changed it."""

from __future__ import annotations

from alembic import op

from models.tables.ddl.people import FORMER_NAMES, NO_FORMER_NAMES

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; changes of name are few beside people, so those kept so far are read at once."""
    for statement in FORMER_NAMES:
        op.execute(statement)


def downgrade() -> None:
    """Take back; words of former names stay until the person changes again, and do no harm."""
    for statement in NO_FORMER_NAMES:
        op.execute(statement)
