"""Sessions keep no token as it is; wrong logins are held back by member and line.

Sessions last half an hour: those open now are ended, and their members log in once more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("DELETE FROM member_session")
    op.drop_column("member_session", "line_token")
    for name in ("request_id", "sealed_token", "line_token_hash"):
        op.add_column("member_session", sa.Column(name, sa.String(), nullable=True))
    op.add_column("member_session", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("uq_member_session_request", "member_session", ["request_id"], unique=True)

    op.create_table(
        "login_hold",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket"),
    )
    op.create_index(op.f("ix_login_hold_last_at"), "login_hold", ["last_at"], unique=False)
    op.drop_table("login_failure")


def downgrade() -> None:
    """Take back."""
    op.create_table(
        "login_failure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("named", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_login_failure", "login_failure", ["named", "at"], unique=False)
    op.create_index(op.f("ix_login_failure_at"), "login_failure", ["at"], unique=False)
    op.drop_table("login_hold")
    op.execute("DELETE FROM member_session")
    op.drop_index("uq_member_session_request", table_name="member_session")
    for name in ("ended_at", "line_token_hash", "sealed_token", "request_id"):
        op.drop_column("member_session", name)
    op.add_column("member_session", sa.Column("line_token", sa.String(), nullable=False))
