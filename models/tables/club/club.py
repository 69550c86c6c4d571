"""The club: members, point lots, the points ledger, renewal entitlements, the plan set by an operator.

The database itself keeps the ledger true; the triggers are in `models.tables.ddl.club`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import document, moment

PROGRAMME = "flets-hikari-members-club"


class Member(SQLModel, table=True):
    """The current row of one membership; a re-registration is another membership (A-13)."""

    __tablename__ = "member"
    __table_args__ = (
        Index("ix_member_list", "created_at", "member_id"),
        Index("ix_member_person", "person_id"),
        Index("ix_member_unstarted", "member_id", postgresql_where=text("not workflow_started")),
        # A line earns points once a month (M-02.1), so it carries one membership at a time. On the day somebody
        # leaves, the line is free again.
        ExcludeConstraint(
            (func.int8range(Column("line_no", BigInteger), Column("line_no", BigInteger), "[]"), "&&"),
            (Column("held", DATERANGE), "&&"),
            name="one_membership_per_line",
            using="gist",
        ),
        CheckConstraint("state in ('active', 'left', 'ineligible', 'ended_programme')", name="member_state"),
        CheckConstraint("(end_state is null) = (usable_through is null)", name="member_end"),
    )

    member_id: str = Field(primary_key=True)
    person_id: str | None = Field(default=None, foreign_key="person.person_id")
    line_key: str = Field(index=True, foreign_key="line.line_key")
    line_no: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The line's number, for the constraint."""
    external_id: str | None = Field(default=None, unique=True)
    state: str = Field(index=True)
    """As recorded; see `end_state` and `usable_through` for an end whose day has come or is ahead."""
    end_state: str | None = None
    """How it ends or ended, once that is known: `left`, `ineligible` or `ended_programme`."""
    registered_on: date
    usable_through: date | None = Field(default=None, index=True)
    """The last day on which points may be used, once an end is known (M-05); the programme end is not written here."""
    ended_on: date | None = None
    """Leave day, day of becoming ineligible or programme end; known ahead too (M-06.3)."""
    end_cause: str | None = None
    """A `rules.club.points.LossCause`, or `programme_end`."""
    held: Any = Field(sa_column=Column(DATERANGE, nullable=False))
    """Days on which the membership occupies its line, the end exclusive."""
    service_type: str
    service_class: str
    service_history: list[dict[str, Any]] = document(default_factory=list)
    """`{"service_type", "service_class", "from_on"}`, ascending, for a month that lies back."""
    in_use_since: date
    in_use_through: date | None = None
    """The line's last day of use (M-02.3); None while in use."""
    ninen_wari_started_on: date | None = None
    """The first day of the first two-year term (M-03.8)."""
    ninen_wari_cancelled_on: date | None = None
    mail_club: bool = False
    """Consent to the club's magazine (M-08.2)."""
    mail_ntt_east: bool = False
    """Consent to NTT East's own magazine: another list (M-08.3, A-19)."""
    storage_state: str = "on"
    """`on`, `off_grace`, `reverted` or `exempt` (M-07)."""
    perk_off_on: date | None = None
    reverts_on: date | None = Field(default=None, index=True)
    """The day at whose end the capacity returns to the plan's own (M-07.4)."""
    storage_plan_gb: Decimal | None = None
    """The plan without the increase, GB; None: the free plan."""
    storage_support: dict[str, Any] = document(default_factory=dict)
    """Support service → `{"active", "since", "ended_on"}` (M-07.7)."""
    needs_operator: bool = False
    next_action_at: datetime | None = moment(nullable=True, default=None)
    workflow_started: bool = Field(default=True)
    """Whether its workflow runs; one imported is started soon after, or with its first command."""
    created_at: datetime = moment()


class MemberCredential(SQLModel, table=True):
    """A member's password, written by the doors only, before the membership itself exists (M-09.1, M-09.11)."""

    __tablename__ = "member_credential"

    member_id: str = Field(primary_key=True)
    password_hash: str
    """Argon2id; never leaves the database."""
    changed_at: datetime = moment()
    """Sessions opened before this business moment are over."""


class PointLot(SQLModel, table=True):
    """Points granted on one day (M-04.6); `left` always equals the sum of the lot's entries."""

    __tablename__ = "point_lot"
    __table_args__ = (
        CheckConstraint("points > 0", name="lot_points"),
        CheckConstraint('"left" between 0 and points', name="lot_left"),
        CheckConstraint("kind in ('monthly', 'renewal', 'adjust')", name="lot_kind"),
        CheckConstraint("expires_on >= granted_on and original_expires_on >= granted_on", name="lot_expiry"),
        # Once a member, month and kind (M-02.1, M-03.1); an imported lot whose month is taken or unknown has none.
        Index("uq_lot_monthly", "member_id", "usage_month", unique=True, postgresql_where=text("kind = 'monthly'")),
        Index("uq_lot_renewal", "member_id", "term_end_month", unique=True, postgresql_where=text("kind = 'renewal'")),
        Index("uq_lot_member", "lot_id", "member_id", unique=True),
        Index("ix_lot_live", "expires_on", postgresql_where=text('"left" > 0')),
        Index("ix_lot_member", "member_id", "granted_on"),
    )

    lot_id: str = Field(primary_key=True)
    """Made of the natural key, such as `{member_id}-m-2023-05`."""
    member_id: str = Field(foreign_key="member.member_id")
    kind: str
    granted_on: date
    """The day of booking; it alone decides the expiry (A-09)."""
    points: int
    left: int
    """Not yet spent, lapsed or forfeited."""
    expires_on: date
    """The last usable day as it stands now (M-04.4)."""
    original_expires_on: date
    """What the fiscal-year pattern alone says (M-04.1, M-04.7)."""
    usage_month: str | None = None
    """`YYYY-MM`: the month of use it is for, or that an adjustment corrects."""
    term_end_month: str | None = None
    """`YYYY-MM`: the term end month it is for, or that an adjustment corrects."""


class PointEntry(SQLModel, table=True):
    """One entry of the ledger, appended, never changed: points signed from the member's side.

    The other side is `account`: every point a member gains or loses is lost or gained there, so the ledger is double.
    Which sign and account a kind has, the database checks (`models.tables.ddl.club`).
    """

    __tablename__ = "point_entry"
    __table_args__ = (
        ForeignKeyConstraint(["lot_id", "member_id"], ["point_lot.lot_id", "point_lot.member_id"], name="entry_lot"),
        CheckConstraint("jsonb_array_length(articles) > 0", name="entry_articles"),
        Index("uq_entry", "lot_id", "kind", "ref", unique=True),
        # A lot comes into being once.
        Index("uq_entry_first", "lot_id", unique=True, postgresql_where=text("kind in ('grant', 'adjust')")),
        Index("ix_entry_member", "member_id", "entry_id"),
        Index("ix_entry_ref", "ref"),
    )

    entry_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, nullable=False)
    )
    lot_id: str
    member_id: str
    kind: str
    """`grant`, `spend`, `expire`, `forfeit`, `return`, `redate` or `adjust`."""
    account: str
    points: int
    on: date
    """The Japan day it takes effect: the first day with the changed balance."""
    articles: list[str] = document()
    ref: str
    """The natural key of what caused it; once a lot and kind."""
    exchange_id: str | None = None
    expires_from: date | None = None
    """`redate`: the old last usable day."""
    expires_to: date | None = None
    """`redate`: the new one."""
    reason: str | None = None
    """`redate`, `adjust`: why, as a code or the plan's edition."""
    note_id: str | None = None
    """Where an operator's free text lies."""
    recorded_at: datetime = moment()


class RenewalEntitlement(SQLModel, table=True):
    """What one renewal of a にねん割 term earns (M-03)."""

    __tablename__ = "renewal_entitlement"
    __table_args__ = (
        CheckConstraint(
            "state in ('open', 'booked', 'disqualified', 'after_last_cohort', 'lapsed')", name="renewal_state"
        ),
        CheckConstraint("(state = 'booked') = (lot_id is not null)", name="renewal_lot"),
    )

    member_id: str = Field(primary_key=True, foreign_key="member.member_id")
    term_end_month: str = Field(primary_key=True)
    """`YYYY-MM`."""
    window_from: date
    window_to: date
    """The last day of the three renewal months (M-03.3)."""
    book_by: date
    """The last day for booking (M-03.4)."""
    state: str
    """`open`, `booked`, `disqualified`, `after_last_cohort`, or `lapsed` when the membership ended before."""
    reasons: list[str] = document(default_factory=list)
    decided_on: date | None = None
    lot_id: str | None = Field(default=None, foreign_key="point_lot.lot_id")


class ClubPlan(SQLModel, table=True):
    """The plan by which the programme ends; no row means the plan of the notice."""

    __tablename__ = "club_plan"

    code: str = Field(default=PROGRAMME, primary_key=True)
    plan: dict[str, Any] = document()
    """As `rules.club.program.Plan.as_json` writes it."""
    set_by: str
    set_at: datetime = moment()
