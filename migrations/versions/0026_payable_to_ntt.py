"""What is owed to NTT for line charges paid on behalf is a ledger of its own, appended only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)

_OWED_SO_FAR = """
INSERT INTO ntt_payable (line_charge_id, turn, operator, contract_id, month, code, amount, articles, at, recorded_at)
SELECT l.line_charge_id, 1, c.operator, l.contract_id, l.month, l.code, l.amount, '["W-24.1"]', l.at, clock_timestamp()
FROM line_charge l JOIN contract c USING (contract_id)
WHERE NOT l.direct AND NOT l.voided AND l.amount <> 0 AND c.operator IS NOT NULL
ORDER BY l.at, l.line_charge_id
"""


def upgrade() -> None:
    """Apply; charges kept so far are entered as they stand."""
    op.create_table(
        "ntt_payable",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("line_charge_id", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("articles", postgresql.JSONB(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["line_charge_id"], ["line_charge.line_charge_id"]),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.contract_id"]),
        sa.PrimaryKeyConstraint("entry_id"),
        sa.UniqueConstraint("reverses"),
        sa.UniqueConstraint("line_charge_id", "turn"),
        sa.CheckConstraint("amount <> 0", name="ntt_payable_is_something"),
    )
    op.create_index("ix_ntt_payable_month", "ntt_payable", ["operator", "month"])
    op.create_index(op.f("ix_ntt_payable_contract_id"), "ntt_payable", ["contract_id"])
    op.execute(
        "CREATE TRIGGER ntt_payable_append_only BEFORE UPDATE OR DELETE ON ntt_payable "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(_OWED_SO_FAR)


def downgrade() -> None:
    """Take back."""
    op.drop_table("ntt_payable")
