"""A person's words stand in one index by person and word: a search of common words reads few, however it is planned."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def _replace(new: str, columns: list[str], old: str) -> None:
    # A build that was given up leaves an index nobody uses under its name: the next try begins by taking it away.
    with op.get_context().autocommit_block():
        op.drop_index(new, "person_token", postgresql_concurrently=True, if_exists=True)
        op.create_index(new, "person_token", columns, postgresql_concurrently=True)
        op.drop_index(old, "person_token", postgresql_concurrently=True, if_exists=True)


def upgrade() -> None:
    """Apply."""
    _replace("ix_person_token_words", ["person_id", "token"], "ix_person_token_person")


def downgrade() -> None:
    """Take back."""
    _replace("ix_person_token_person", ["person_id"], "ix_person_token_words")
