"""Rollouts and the wind-down record by themselves and tell workflows afterwards; a notice is posted when written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("rollout_target", sa.Column("wake", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_rollout_target_wake",
        "rollout_target",
        ["rollout_id", "contract_id"],
        postgresql_where=sa.text("wake"),
    )
    op.add_column("wind_down_target", sa.Column("wake", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_wind_down_wake",
        "wind_down_target",
        ["code", "period", "member_id"],
        postgresql_where=sa.text("wake"),
    )

    op.execute("UPDATE notice SET portal_posted_at = created_at WHERE portal_posted_at IS NULL")
    op.execute("DELETE FROM outbox WHERE channel = 'portal' AND delivered_at IS NULL")


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_wind_down_wake", table_name="wind_down_target")
    op.drop_column("wind_down_target", "wake")
    op.drop_index("ix_rollout_target_wake", table_name="rollout_target")
    op.drop_column("rollout_target", "wake")
