"""The ledger of payments holds what takes one back, as a row of the opposite amount; and refunds paid out."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_constraint("payment_is_positive", "payment", type_="check")
    op.create_check_constraint("payment_is_something", "payment", "amount <> 0")


def downgrade() -> None:
    """Take back; rows that take a payment back have no place in the earlier ledger."""
    op.execute("DELETE FROM payment WHERE amount < 0 OR kind = 'refund'")
    op.drop_constraint("payment_is_something", "payment", type_="check")
    op.create_check_constraint("payment_is_positive", "payment", "amount > 0")
