"""A note belongs to an entity, so that it goes when the person behind it is erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("note", sa.Column("entity_id", sa.String(), nullable=True))
    op.create_index(op.f("ix_note_entity_id"), "note", ["entity_id"], unique=False)
    op.execute("""
        UPDATE note SET entity_id = t.entity_id FROM transition t
        WHERE t.note_id = note.note_id AND t.entity_id NOT LIKE 'rollout/%' AND t.entity_id NOT LIKE 'program/%'
    """)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_note_entity_id"), table_name="note")
    op.drop_column("note", "entity_id")
