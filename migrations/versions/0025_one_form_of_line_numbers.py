"""Line numbers of earlier releases take their one form, and so do the messages of NTT that name them."""

from __future__ import annotations

import logging

import sqlalchemy as sa
from alembic import op

from rules.line.line_number import canonical
from rules.refusal import Refusal

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.runtime.migration")

_OTHERWISE = sa.text(r"""
SELECT line_key, line_id FROM line WHERE line_id !~ '^[A-Z0-9][A-Z0-9_]{0,39}$' AND line_id NOT LIKE 'erased-%'
ORDER BY created_at, line_key
""")

_RENAME = sa.text("""
UPDATE line SET line_id = :form WHERE line_key = :line_key AND NOT EXISTS (SELECT FROM line WHERE line_id = :form)
""")

_SAID = sa.text("""
UPDATE carrier_message SET body = jsonb_set(body, '{line_id}', to_jsonb(CAST(:form AS text)))
WHERE body->>'line_id' = :written
""")


def one_form(connection: sa.Connection) -> list[str]:
    """Rewrite what is written otherwise; the keys of lines that stay, because their number is another row's already."""
    left: list[str] = []
    for row in connection.execute(_OTHERWISE).all():
        try:
            form = canonical(row.line_id)
        except Refusal:
            left.append(row.line_key)
            continue
        if connection.execute(_RENAME, {"form": form, "line_key": row.line_key}).rowcount == 0:
            left.append(row.line_key)
        connection.execute(_SAID, {"form": form, "written": row.line_id})
    return left


def upgrade() -> None:
    """Apply."""
    for line_key in one_form(op.get_bind()):
        log.warning("line %s stands for the same number as another; an operator has to look at both", line_key)
    # People are found by the one form, which `line_id`'s own index holds.
    op.drop_index("ix_line_plain", "line")


def downgrade() -> None:
    """Take back; the numbers keep their one form, which earlier releases read too."""
    op.execute("CREATE INDEX ix_line_plain ON line (plain_text(line_id))")
