"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from models.tables.ddl import STATEMENTS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are appended, never changed', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "carrier_message",
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("direction", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("entity_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("line_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index(op.f("ix_carrier_message_entity_id"), "carrier_message", ["entity_id"], unique=False)
    op.create_index(op.f("ix_carrier_message_line_key"), "carrier_message", ["line_key"], unique=False)
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offset_s", sa.Float(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("advance_to", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "club_plan",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "entity",
        sa.Column("entity_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("offset_s", sa.Float(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entity_id"),
    )
    op.create_index(op.f("ix_entity_kind"), "entity", ["kind"], unique=False)
    op.create_table(
        "exchange_item",
        sa.Column("item_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("on_offer", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind in ('gift_code', 'fee_payment')", name="item_kind"),
        sa.CheckConstraint("points > 0", name="item_points"),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_table(
        "filing",
        sa.Column("filing_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("operator", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("work_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("needs_operator", sa.Boolean(), nullable=False),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("filing_id"),
    )
    op.create_index(op.f("ix_filing_contract_id"), "filing", ["contract_id"], unique=False)
    op.create_index(op.f("ix_filing_state"), "filing", ["state"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("caller", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("request_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key"),
    )
    op.create_table(
        "line",
        sa.Column("line_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("line_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("operator", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("line_key"),
        sa.UniqueConstraint("line_id"),
        sa.UniqueConstraint("line_no"),
    )
    op.create_table(
        "login_failure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("named", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_login_failure", "login_failure", ["named", "at"], unique=False)
    op.create_index(op.f("ix_login_failure_at"), "login_failure", ["at"], unique=False)
    op.create_table(
        "member_credential",
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_table(
        "note",
        sa.Column("note_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("note_id"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("entity_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index(op.f("ix_outbox_entity_id"), "outbox", ["entity_id"], unique=False)
    op.create_index(
        "ix_outbox_lane",
        "outbox",
        ["channel", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL AND failed_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_order",
        "outbox",
        ["entity_id", "channel", "id"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL AND failed_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL AND failed_at IS NULL"),
    )
    op.create_table(
        "person",
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_kana", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postal_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "agenda",
        sa.Column("entity_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effect", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["entity.entity_id"],
        ),
        sa.PrimaryKeyConstraint("entity_id", "item_id"),
    )
    op.create_index(op.f("ix_agenda_due_at"), "agenda", ["due_at"], unique=False)
    op.create_table(
        "contract",
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("line_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("chapter", sa.Integer(), nullable=False),
        sa.Column("course", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("operator", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("service_start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("needs_operator", sa.Boolean(), nullable=False),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_agency", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("filing_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_key"],
            ["line.line_key"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
        ),
        sa.PrimaryKeyConstraint("contract_id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index(op.f("ix_contract_course"), "contract", ["course"], unique=False)
    op.create_index(op.f("ix_contract_end_on"), "contract", ["end_on"], unique=False)
    op.create_index(op.f("ix_contract_line_key"), "contract", ["line_key"], unique=False)
    op.create_index("ix_contract_list", "contract", ["created_at", "contract_id"], unique=False)
    op.create_index(op.f("ix_contract_state"), "contract", ["state"], unique=False)
    op.create_table(
        "member",
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("line_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("end_state", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("usable_through", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_cause", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("held", postgresql.DATERANGE(), nullable=False),
        sa.Column("service_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("service_class", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("service_history", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("in_use_since", sa.Date(), nullable=False),
        sa.Column("in_use_through", sa.Date(), nullable=True),
        sa.Column("ninen_wari_started_on", sa.Date(), nullable=True),
        sa.Column("ninen_wari_cancelled_on", sa.Date(), nullable=True),
        sa.Column("mail_club", sa.Boolean(), nullable=False),
        sa.Column("mail_ntt_east", sa.Boolean(), nullable=False),
        sa.Column("storage_state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("perk_off_on", sa.Date(), nullable=True),
        sa.Column("reverts_on", sa.Date(), nullable=True),
        sa.Column("storage_plan_gb", sa.Numeric(), nullable=True),
        sa.Column("storage_support", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs_operator", sa.Boolean(), nullable=False),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workflow_started", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(line_no, line_no, '[]')"), "&&"),
            (sa.column("held"), "&&"),
            using="gist",
            name="one_membership_per_line",
        ),
        sa.CheckConstraint("state in ('active', 'left', 'ineligible', 'ended_programme')", name="member_state"),
        sa.CheckConstraint("(end_state is null) = (usable_through is null)", name="member_end"),
        sa.ForeignKeyConstraint(
            ["line_key"],
            ["line.line_key"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
        ),
        sa.PrimaryKeyConstraint("member_id"),
        sa.UniqueConstraint("external_id"),
    )
    op.create_index(op.f("ix_member_line_key"), "member", ["line_key"], unique=False)
    op.create_index("ix_member_list", "member", ["created_at", "member_id"], unique=False)
    op.create_index(op.f("ix_member_reverts_on"), "member", ["reverts_on"], unique=False)
    op.create_index(op.f("ix_member_state"), "member", ["state"], unique=False)
    op.create_index(
        "ix_member_unstarted", "member", ["member_id"], unique=False, postgresql_where=sa.text("not workflow_started")
    )
    op.create_index(op.f("ix_member_usable_through"), "member", ["usable_through"], unique=False)
    op.create_table(
        "notice",
        sa.Column("notice_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("entity_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("portal_posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
        ),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index(op.f("ix_notice_entity_id"), "notice", ["entity_id"], unique=False)
    op.create_table(
        "rollout",
        sa.Column("rollout_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("courses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("to_course", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("text_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs_operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["note.note_id"],
        ),
        sa.PrimaryKeyConstraint("rollout_id"),
    )
    op.create_index(op.f("ix_rollout_state"), "rollout", ["state"], unique=False)
    op.create_table(
        "transition",
        sa.Column("entity_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("op", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("event", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("from_state", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("to_state", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state_from", sa.Date(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("on_behalf_of", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reason_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("edition", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("voids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("caused_by", sa.Integer(), nullable=True),
        sa.Column("patch", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decision", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["entity.entity_id"],
        ),
        sa.PrimaryKeyConstraint("entity_id", "seq"),
        sa.UniqueConstraint("entity_id", "op"),
    )
    op.create_table(
        "charge",
        sa.Column("charge_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.contract_id"],
        ),
        sa.PrimaryKeyConstraint("charge_id"),
    )
    op.create_index(op.f("ix_charge_contract_id"), "charge", ["contract_id"], unique=False)
    op.create_table(
        "exchange",
        sa.Column("exchange_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("balance_after", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state in ('draft', 'confirmed')) = (sent_at is null)", name="exchange_sent"),
        sa.CheckConstraint("state in ('draft', 'confirmed', 'sent', 'fulfilled', 'failed')", name="exchange_state"),
        sa.CheckConstraint("points > 0 and quantity > 0", name="exchange_points"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["exchange_item.item_id"],
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.member_id"],
        ),
        sa.PrimaryKeyConstraint("exchange_id"),
    )
    op.create_index("ix_exchange_member", "exchange", ["member_id", "created_at"], unique=False)
    op.create_table(
        "line_charge",
        sa.Column("line_charge_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.contract_id"],
        ),
        sa.PrimaryKeyConstraint("line_charge_id"),
    )
    op.create_index(op.f("ix_line_charge_contract_id"), "line_charge", ["contract_id"], unique=False)
    op.create_table(
        "line_hold",
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), nullable=False),
        sa.Column("held", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(line_no, line_no, '[]')"), "&&"),
            (sa.column("held"), "&&"),
            using="gist",
            name="one_contract_per_line",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.contract_id"],
        ),
        sa.PrimaryKeyConstraint("contract_id"),
    )
    op.create_table(
        "member_session",
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("session_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("request_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line_token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_key"],
            ["line.line_key"],
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.member_id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_member_session_member_id"), "member_session", ["member_id"], unique=False)
    op.create_index("uq_member_session", "member_session", ["session_id"], unique=True)
    op.create_table(
        "point_lot",
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("original_expires_on", sa.Date(), nullable=False),
        sa.Column("usage_month", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("term_end_month", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("kind in ('monthly', 'renewal', 'adjust')", name="lot_kind"),
        sa.CheckConstraint('"left" between 0 and points', name="lot_left"),
        sa.CheckConstraint("expires_on >= granted_on and original_expires_on >= granted_on", name="lot_expiry"),
        sa.CheckConstraint("points > 0", name="lot_points"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.member_id"],
        ),
        sa.PrimaryKeyConstraint("lot_id"),
    )
    op.create_index("ix_lot_live", "point_lot", ["expires_on"], unique=False, postgresql_where=sa.text('"left" > 0'))
    op.create_index("ix_lot_member", "point_lot", ["member_id", "granted_on"], unique=False)
    op.create_index("uq_lot_member", "point_lot", ["lot_id", "member_id"], unique=True)
    op.create_index(
        "uq_lot_monthly",
        "point_lot",
        ["member_id", "usage_month"],
        unique=True,
        postgresql_where=sa.text("kind = 'monthly'"),
    )
    op.create_index(
        "uq_lot_renewal",
        "point_lot",
        ["member_id", "term_end_month"],
        unique=True,
        postgresql_where=sa.text("kind = 'renewal'"),
    )
    op.create_table(
        "rollout_target",
        sa.Column("rollout_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("from_course", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.contract_id"],
        ),
        sa.ForeignKeyConstraint(
            ["rollout_id"],
            ["rollout.rollout_id"],
        ),
        sa.PrimaryKeyConstraint("rollout_id", "contract_id"),
    )
    op.create_index("ix_rollout_target_state", "rollout_target", ["rollout_id", "state", "contract_id"], unique=False)
    op.create_index(
        "ix_rollout_target_unnoticed",
        "rollout_target",
        ["rollout_id", "contract_id"],
        unique=False,
        postgresql_where=sa.text("noticed_at IS NULL"),
    )
    op.create_table(
        "statement",
        sa.Column("statement_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("combined", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount + tax = total", name="statement_adds_up"),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.contract_id"],
        ),
        sa.PrimaryKeyConstraint("statement_id"),
        sa.UniqueConstraint("contract_id", "month"),
    )
    op.create_index(op.f("ix_statement_contract_id"), "statement", ["contract_id"], unique=False)
    op.create_index(
        "ix_statement_credit", "statement", ["contract_id"], unique=False, postgresql_where=sa.text("total < 0")
    )
    op.create_index("ix_statement_month", "statement", ["month"], unique=False)
    op.create_index(
        "ix_statement_open", "statement", ["statement_id"], unique=False, postgresql_where=sa.text("settled_on IS NULL")
    )
    op.create_table(
        "storage_deletion",
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stored_at", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("gb", sa.Numeric(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.member_id"],
        ),
        sa.PrimaryKeyConstraint("member_id", "file_id"),
    )
    op.create_table(
        "wind_down_target",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('planned', 'told', 'skipped', 'failed')", name="wind_down_state"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.member_id"],
        ),
        sa.PrimaryKeyConstraint("code", "period", "member_id"),
    )
    op.create_index("ix_wind_down_state", "wind_down_target", ["code", "period", "state", "member_id"], unique=False)
    op.create_index(
        "ix_wind_down_unnoticed",
        "wind_down_target",
        ["code", "period", "member_id"],
        unique=False,
        postgresql_where=sa.text("noticed_at IS NULL"),
    )
    op.create_table(
        "code_stock",
        sa.Column("code_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("exchange_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(exchange_id is null) = (expires_on is null)", name="code_expiry"),
        sa.CheckConstraint("(exchange_id is null) = (issued_at is null)", name="code_issued"),
        sa.ForeignKeyConstraint(
            ["exchange_id"],
            ["exchange.exchange_id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["exchange_item.item_id"],
        ),
        sa.PrimaryKeyConstraint("code_id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_code_exchange", "code_stock", ["exchange_id"], unique=False)
    op.create_index(
        "ix_code_free",
        "code_stock",
        ["item_id", "code_id"],
        unique=False,
        postgresql_where=sa.text("exchange_id IS NULL"),
    )
    op.create_table(
        "payment",
        sa.Column("payment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("statement_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("on_behalf_of", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reason_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name="payment_is_positive"),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.contract_id"],
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.statement_id"],
        ),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    op.create_index(op.f("ix_payment_contract_id"), "payment", ["contract_id"], unique=False)
    op.create_index(op.f("ix_payment_statement_id"), "payment", ["statement_id"], unique=False)
    op.create_table(
        "point_entry",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("exchange_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("expires_from", sa.Date(), nullable=True),
        sa.Column("expires_to", sa.Date(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jsonb_array_length(articles) > 0", name="entry_articles"),
        sa.ForeignKeyConstraint(["lot_id", "member_id"], ["point_lot.lot_id", "point_lot.member_id"], name="entry_lot"),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("ix_entry_member", "point_entry", ["member_id", "entry_id"], unique=False)
    op.create_index("ix_entry_ref", "point_entry", ["ref"], unique=False)
    op.create_index("uq_entry", "point_entry", ["lot_id", "kind", "ref"], unique=True)
    op.create_index(
        "uq_entry_first",
        "point_entry",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("kind in ('grant', 'adjust')"),
    )
    op.create_table(
        "renewal_entitlement",
        sa.Column("member_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("term_end_month", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column("book_by", sa.Date(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("(state = 'booked') = (lot_id is not null)", name="renewal_lot"),
        sa.CheckConstraint(
            "state in ('open', 'booked', 'disqualified', 'after_last_cohort', 'lapsed')", name="renewal_state"
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["point_lot.lot_id"],
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.member_id"],
        ),
        sa.PrimaryKeyConstraint("member_id", "term_end_month"),
    )
    op.create_table(
        "statement_item",
        sa.Column("item_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("statement_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("reverses", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("charge_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("line_charge_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("course", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("price_status", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("amount + tax = total", name="statement_item_adds_up"),
        sa.ForeignKeyConstraint(
            ["charge_id"],
            ["charge.charge_id"],
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.contract_id"],
        ),
        sa.ForeignKeyConstraint(
            ["reverses"],
            ["statement_item.item_id"],
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.statement_id"],
        ),
        sa.PrimaryKeyConstraint("item_id"),
        sa.UniqueConstraint("reverses"),
    )
    op.create_index(
        "ix_statement_item_charge",
        "statement_item",
        ["charge_id"],
        unique=False,
        postgresql_where=sa.text("charge_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_statement_item_contract_id"), "statement_item", ["contract_id"], unique=False)
    op.create_index(op.f("ix_statement_item_statement_id"), "statement_item", ["statement_id"], unique=False)
    op.create_index(
        "uq_statement_item_line_charge",
        "statement_item",
        ["line_charge_id"],
        unique=True,
        postgresql_where=sa.text("line_charge_id IS NOT NULL AND reverses IS NULL"),
    )
    op.execute(_APPEND_ONLY)
    for statement in STATEMENTS:
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER transition_append_only BEFORE UPDATE OR DELETE ON transition "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION refuse_change CASCADE")
    op.drop_index(
        "uq_statement_item_line_charge",
        table_name="statement_item",
        postgresql_where=sa.text("line_charge_id IS NOT NULL AND reverses IS NULL"),
    )
    op.drop_index(op.f("ix_statement_item_statement_id"), table_name="statement_item")
    op.drop_index(op.f("ix_statement_item_contract_id"), table_name="statement_item")
    op.drop_index(
        "ix_statement_item_charge", table_name="statement_item", postgresql_where=sa.text("charge_id IS NOT NULL")
    )
    op.drop_table("statement_item")
    op.drop_table("renewal_entitlement")
    op.drop_index("uq_entry_first", table_name="point_entry", postgresql_where=sa.text("kind in ('grant', 'adjust')"))
    op.drop_index("uq_entry", table_name="point_entry")
    op.drop_index("ix_entry_ref", table_name="point_entry")
    op.drop_index("ix_entry_member", table_name="point_entry")
    op.drop_table("point_entry")
    op.drop_index(op.f("ix_payment_statement_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_contract_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index("ix_code_free", table_name="code_stock", postgresql_where=sa.text("exchange_id IS NULL"))
    op.drop_index("ix_code_exchange", table_name="code_stock")
    op.drop_table("code_stock")
    op.drop_index(
        "ix_wind_down_unnoticed", table_name="wind_down_target", postgresql_where=sa.text("noticed_at IS NULL")
    )
    op.drop_index("ix_wind_down_state", table_name="wind_down_target")
    op.drop_table("wind_down_target")
    op.drop_table("storage_deletion")
    op.drop_index("ix_statement_open", table_name="statement", postgresql_where=sa.text("settled_on IS NULL"))
    op.drop_index("ix_statement_month", table_name="statement")
    op.drop_index("ix_statement_credit", table_name="statement", postgresql_where=sa.text("total < 0"))
    op.drop_index(op.f("ix_statement_contract_id"), table_name="statement")
    op.drop_table("statement")
    op.drop_index(
        "ix_rollout_target_unnoticed", table_name="rollout_target", postgresql_where=sa.text("noticed_at IS NULL")
    )
    op.drop_index("ix_rollout_target_state", table_name="rollout_target")
    op.drop_table("rollout_target")
    op.drop_index("uq_lot_renewal", table_name="point_lot", postgresql_where=sa.text("kind = 'renewal'"))
    op.drop_index("uq_lot_monthly", table_name="point_lot", postgresql_where=sa.text("kind = 'monthly'"))
    op.drop_index("uq_lot_member", table_name="point_lot")
    op.drop_index("ix_lot_member", table_name="point_lot")
    op.drop_index("ix_lot_live", table_name="point_lot", postgresql_where=sa.text('"left" > 0'))
    op.drop_table("point_lot")
    op.drop_index("uq_member_session", table_name="member_session")
    op.drop_index(op.f("ix_member_session_member_id"), table_name="member_session")
    op.drop_table("member_session")
    op.drop_table("line_hold")
    op.drop_index(op.f("ix_line_charge_contract_id"), table_name="line_charge")
    op.drop_table("line_charge")
    op.drop_index("ix_exchange_member", table_name="exchange")
    op.drop_table("exchange")
    op.drop_index(op.f("ix_charge_contract_id"), table_name="charge")
    op.drop_table("charge")
    op.drop_table("transition")
    op.drop_index(op.f("ix_rollout_state"), table_name="rollout")
    op.drop_table("rollout")
    op.drop_index(op.f("ix_notice_entity_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_member_usable_through"), table_name="member")
    op.drop_index("ix_member_unstarted", table_name="member", postgresql_where=sa.text("not workflow_started"))
    op.drop_index(op.f("ix_member_state"), table_name="member")
    op.drop_index(op.f("ix_member_reverts_on"), table_name="member")
    op.drop_index("ix_member_list", table_name="member")
    op.drop_index(op.f("ix_member_line_key"), table_name="member")
    op.drop_table("member")
    op.drop_index(op.f("ix_contract_state"), table_name="contract")
    op.drop_index("ix_contract_list", table_name="contract")
    op.drop_index(op.f("ix_contract_line_key"), table_name="contract")
    op.drop_index(op.f("ix_contract_end_on"), table_name="contract")
    op.drop_index(op.f("ix_contract_course"), table_name="contract")
    op.drop_table("contract")
    op.drop_index(op.f("ix_agenda_due_at"), table_name="agenda")
    op.drop_table("agenda")
    op.drop_table("person")
    op.drop_index(
        "ix_outbox_waiting", table_name="outbox", postgresql_where=sa.text("delivered_at IS NULL AND failed_at IS NULL")
    )
    op.drop_index(
        "ix_outbox_order", table_name="outbox", postgresql_where=sa.text("delivered_at IS NULL AND failed_at IS NULL")
    )
    op.drop_index(
        "ix_outbox_lane", table_name="outbox", postgresql_where=sa.text("delivered_at IS NULL AND failed_at IS NULL")
    )
    op.drop_index(op.f("ix_outbox_entity_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("note")
    op.drop_table("member_credential")
    op.drop_index(op.f("ix_login_failure_at"), table_name="login_failure")
    op.drop_index("ix_login_failure", table_name="login_failure")
    op.drop_table("login_failure")
    op.drop_table("line")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_filing_state"), table_name="filing")
    op.drop_index(op.f("ix_filing_contract_id"), table_name="filing")
    op.drop_table("filing")
    op.drop_table("exchange_item")
    op.drop_index(op.f("ix_entity_kind"), table_name="entity")
    op.drop_table("entity")
    op.drop_table("club_plan")
    op.drop_table("clock")
    op.drop_index(op.f("ix_carrier_message_line_key"), table_name="carrier_message")
    op.drop_index(op.f("ix_carrier_message_entity_id"), table_name="carrier_message")
    op.drop_table("carrier_message")
