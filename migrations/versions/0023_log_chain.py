"""Every entry of the log is chained to the one before it; once a day the whole log is anchored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.tables.ddl.log import STATEMENTS

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_CHAIN_WHAT_IS_THERE = """
DO $$
DECLARE
    entry transition;
    entity text;
    previous text;
BEGIN
    FOR entry IN SELECT * FROM transition ORDER BY entity_id, seq LOOP
        IF entity IS DISTINCT FROM entry.entity_id THEN
            previous := NULL;
            entity := entry.entity_id;
        END IF;
        previous := transition_hash(previous, entry);
        UPDATE transition SET hash = previous WHERE entity_id = entry.entity_id AND seq = entry.seq;
    END LOOP;
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("transition", sa.Column("hash", sa.String(), nullable=True))
    op.create_table(
        "log_anchor",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    for statement in STATEMENTS:
        op.execute(statement)
    op.execute("ALTER TABLE transition DISABLE TRIGGER transition_append_only")
    op.execute(_CHAIN_WHAT_IS_THERE)
    op.execute("ALTER TABLE transition ENABLE TRIGGER transition_append_only")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TRIGGER transition_chained ON transition")
    op.execute("DROP FUNCTION chain_transition()")
    op.execute("DROP FUNCTION transition_hash(text, transition)")
    op.drop_table("log_anchor")
    op.drop_column("transition", "hash")
