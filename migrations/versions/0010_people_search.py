"""People are found by beginnings; changes of people, looks at them, re-sent letters and signed-in desks are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.tables.ddl.people import DROPS, STATEMENTS

revision = "0010"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "person_token",
        sa.Column("token", sa.Text(collation="C"), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token", "person_id"),
    )
    op.create_index("ix_person_token_person", "person_token", ["person_id"])
    op.create_table(
        "person_change",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"]),
        sa.PrimaryKeyConstraint("change_id"),
    )
    op.create_index(op.f("ix_person_change_person_id"), "person_change", ["person_id"])
    op.create_table(
        "access_log",
        sa.Column("access_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("shown", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("access_id"),
    )
    op.create_index("ix_access_log_at", "access_log", ["at", "access_id"])
    op.create_index(op.f("ix_access_log_person_id"), "access_log", ["person_id"])
    op.create_table(
        "notice_resend",
        sa.Column("resend_id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.notice_id"]),
        sa.PrimaryKeyConstraint("resend_id"),
    )
    op.create_index(op.f("ix_notice_resend_notice_id"), "notice_resend", ["notice_id"])
    op.create_table(
        "desk_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    # What a person, a letter or the desk's contract page asks for.
    op.create_index("ix_contract_person", "contract", ["person_id"])
    op.create_index("ix_member_person", "member", ["person_id"])
    op.create_index("ix_notice_person", "notice", ["person_id"])
    # What waits for an operator, and the events of a feed.
    waiting, failed = sa.text("state -> 'tasks' <> '{}'::jsonb"), sa.text("failed_at IS NOT NULL")
    op.create_index("ix_entity_waiting", "entity", ["entity_id"], postgresql_where=waiting)
    op.create_index("ix_outbox_failed", "outbox", ["id"], postgresql_where=failed)
    op.create_index("ix_transition_recorded", "transition", ["recorded_at", "entity_id", "seq"])
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    for statement in DROPS:
        op.execute(statement)
    for index, table in (("recorded", "transition"), ("failed", "outbox"), ("waiting", "entity")):
        op.drop_index(f"ix_{table}_{index}", table_name=table)
    for table in ("notice", "member", "contract"):
        op.drop_index(f"ix_{table}_person", table_name=table)
    for table in ("desk_session", "notice_resend", "access_log", "person_change", "person_token"):
        op.drop_table(table)
