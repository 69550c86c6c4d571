"""Writing the points ledger: under row lock, outside the fold, every point by lot (M-04.6).

Every writer locks the member first, then that member's lots in the order of their ids; set-based runs lock lots in the
same order, so writers never wait for each other in a circle. Days are Japan days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables.club.club import Member, PointEntry, PointLot
from rules.club import points as rules
from rules.club.points import Loss, LossCause, Use
from rules.club.program import Plan
from rules.refusal import Refusal
from store.club.plan import plan_in_force
from store.database import recorded_at

ACCOUNTS = {
    "grant": "issued",
    "adjust": "issued",
    "spend": "spent",
    "return": "spent",
    "expire": "expired",
    "forfeit": "forfeited",
    "redate": "none",
}
"""Kind of entry → the account on its other side."""

PROGRAMME_END = "programme_end"
"""A member's `end_cause` when the programme itself ended."""

IMPORTED = "import/"
"""How the reference of a grant begins that another system booked."""

SPENT_BEFORE = "import"
"""The reference of the entry for points of a lot that were used before its import."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Granted:
    """A lot, and whether this call made it."""

    lot_id: str
    made: bool


@dataclass(frozen=True)
class Spent:
    """What a spending took."""

    uses: tuple[Use, ...]
    balance_after: int


# --- granting ----------------------------------------------------------------------------------------------------


def lot_id_of(member_id: str, kind: str, key: str) -> str:
    """The id of a lot: member, first letter of the kind, natural key (a month, or the id of an adjustment)."""
    return f"{member_id}-{kind[0]}-{key}"


def grant(
    session: Session,
    member_id: str,
    points: int,
    granted_on: date,
    *,
    usage_month: str | None = None,
    term_end_month: str | None = None,
    articles: Sequence[str],
    known_on: date | None = None,
) -> Granted:
    """Book a normal grant once a member and month: monthly (M-02.1) or renewal (M-03.1).

    Args:
        session: an open transaction.
        member_id: whose.
        points: at least 1.
        granted_on: the day of booking.
        usage_month: `YYYY-MM`, for monthly points, or
        term_end_month: `YYYY-MM`, for a renewal bonus; exactly one of both.
        articles: requirement ids.
        known_on: the business day, where the ground of the grant was keyed in after its day; None: that day itself.
            The lot has the expiry as the rules stand then (M-04.4), and one that has expired meanwhile lapses at once.

    Returns:
        the lot; one booked before is left as it is.
    """
    kind, key = _entitlement(usage_month, term_end_month)
    plan = plan_in_force(session)
    known_on = max(granted_on, known_on or granted_on)
    member = _locked(session, member_id)
    lot_id = lot_id_of(member_id, kind, key)
    booked = _booked(session, member_id, kind, key)
    if booked is not None:
        return Granted(booked, made=False)
    expiry = rules.expiry(granted_on, known_on, plan)
    lot = PointLot(
        lot_id=lot_id,
        member_id=member_id,
        kind=kind,
        granted_on=granted_on,
        points=points,
        left=points,
        expires_on=expiry.expires_on,
        original_expires_on=expiry.original_expires_on,
        usage_month=usage_month,
        term_end_month=term_end_month,
    )
    session.add(lot)
    session.flush()
    session.add(entry(session, lot_id, member_id, "grant", points, granted_on, articles, f"grant/{key}"))
    session.flush()
    if known_on > granted_on:
        _close(session, member, [lot], known_on, plan, ref=f"late/{key}")
    return Granted(lot_id, made=True)


@dataclass(frozen=True)
class Adjustment:
    """A missed grant made good (M-02.5, A-09); `rules.club.grants.check_adjustment` has been asked."""

    points: int
    """At least 1."""
    granted_on: date
    """The original grant day; decides the expiry."""
    usage_month: str | None
    """`YYYY-MM`: the entitlement it points to, or"""
    term_end_month: str | None
    """`YYYY-MM`; exactly one of both."""
    ref: str
    """The natural key of this adjustment; a repeat changes nothing."""
    articles: tuple[str, ...]
    reason: str
    """A published reason code."""
    note_id: str | None = None
    """Where the operator's free text lies."""


def adjust(session: Session, member_id: str, made: Adjustment, on: date, *, plan: Plan | None = None) -> Granted:
    """Make a missed grant good as a lot of its own that carries the original grant day (M-02.5, A-09).

    Args:
        session: an open transaction.
        member_id: whose.
        made: what is made good.
        on: the business day; the points are there from it on.
        plan: the plan in force; read when None.
    """
    _entitlement(made.usage_month, made.term_end_month)
    plan = plan or plan_in_force(session)
    _locked(session, member_id)
    lot_id = lot_id_of(member_id, "adjust", made.ref)
    if session.get(PointLot, lot_id) is not None:
        return Granted(lot_id, made=False)
    expiry = rules.expiry(made.granted_on, on, plan)
    session.add(
        PointLot(
            lot_id=lot_id,
            member_id=member_id,
            kind="adjust",
            granted_on=made.granted_on,
            points=made.points,
            left=made.points,
            expires_on=expiry.expires_on,
            original_expires_on=expiry.original_expires_on,
            usage_month=made.usage_month,
            term_end_month=made.term_end_month,
        )
    )
    session.flush()
    row = entry(session, lot_id, member_id, "adjust", made.points, on, made.articles, f"adjust/{made.ref}")
    row.reason, row.note_id = made.reason, made.note_id
    session.add(row)
    session.flush()
    return Granted(lot_id, made=True)


def granted_for(session: Session, member_id: str, usage_month: str | None, term_end_month: str | None) -> int:
    """Points already granted or adjusted for one entitlement."""
    lots = select(col(PointLot.points)).where(col(PointLot.member_id) == member_id)
    lots = (
        lots.where(col(PointLot.usage_month) == usage_month)
        if usage_month
        else lots.where(col(PointLot.term_end_month) == term_end_month)
    )
    granted: list[int] = list(session.execute(lots).scalars())
    return sum(granted)


def granted_by_month(session: Session, member_id: str) -> dict[str, int]:
    """Points granted or adjusted for each month of use that has any, by `YYYY-MM`; given back or gone is no matter."""
    query = (
        select(col(PointLot.usage_month), func.sum(PointLot.points))
        .where(col(PointLot.member_id) == member_id, col(PointLot.usage_month).is_not(None))
        .group_by(col(PointLot.usage_month))
    )
    return {str(month): int(points) for month, points in session.execute(query)}


def imported_by_month(session: Session, member_id: str) -> dict[str, int]:
    """Points an import brought along for each month of use that has any, by `YYYY-MM`: another system booked them."""
    query = (
        select(col(PointLot.usage_month), func.sum(PointEntry.points))
        .join(PointEntry, col(PointEntry.lot_id) == col(PointLot.lot_id))
        .where(col(PointLot.member_id) == member_id, col(PointLot.usage_month).is_not(None))
        .where(col(PointEntry.kind) == "grant", col(PointEntry.ref).startswith(IMPORTED))
        .group_by(col(PointLot.usage_month))
    )
    return {str(month): int(points) for month, points in session.execute(query)}


def imported_lots(session: Session, member_ids: Sequence[str]) -> dict[str, list[tuple[date, str, int, int]]]:
    """Member → what an import brought along, in order: day of the grant, kind, points and what was left then."""
    spent_before = func.coalesce(func.sum(PointEntry.points).filter(col(PointEntry.ref) == SPENT_BEFORE), 0)
    query = (
        select(PointLot, PointLot.points + spent_before)
        .join(PointEntry, col(PointEntry.lot_id) == col(PointLot.lot_id))
        .where(col(PointLot.member_id).in_(member_ids))
        .group_by(col(PointLot.lot_id))
        .having(func.bool_or(col(PointEntry.ref).startswith(IMPORTED)))
    )
    found: dict[str, list[tuple[date, str, int, int]]] = {}
    for lot, left in session.execute(query).all() if member_ids else ():
        found.setdefault(lot.member_id, []).append((lot.granted_on, lot.kind, lot.points, int(left)))
    return {member_id: sorted(lots) for member_id, lots in found.items()}


# --- spending and giving back ------------------------------------------------------------------------------------


def spend(
    session: Session,
    member_id: str,
    points: int,
    on: date,
    ref: str,
    *,
    articles: Sequence[str] = ("M-09.5", "M-04.6"),
    exchange_id: str | None = None,
    plan: Plan | None = None,
) -> Spent:
    """Take points, earliest expiry first, then earliest grant; all or nothing (M-04.6, A-15).

    Args:
        session: an open transaction; the member and the lots stay locked until it ends.
        member_id: whose.
        points: at least 1.
        on: the business day.
        ref: the natural key of the spending, such as `exchange/{id}`; a repeat takes nothing and answers the same.
        articles: requirement ids.
        exchange_id: what it was for.
        plan: the plan in force; read when None.

    Raises:
        Refusal: `INSUFFICIENT_POINTS`, `POINTS_FORFEITED` after a loss of the right of use (M-05).
        ValueError: `points` is below 1.
        LookupError: there is no such member.
    """
    plan = plan or plan_in_force(session)
    member = _locked(session, member_id)
    done = _uses(session, ref, member_id)
    rows = _lots(session, member_id)
    if done:
        return Spent(done, rules.balance(as_rule_lots(rows.values()), on, plan))
    taken = rules.spend(as_rule_lots(rows.values()), points, on, loss=loss_of(member), plan=plan)
    for use in taken.uses:
        rows[use.lot_id].left -= use.points
        row = entry(session, use.lot_id, member_id, "spend", -use.points, on, articles, ref)
        row.exchange_id = exchange_id
        session.add(row)
    session.flush()
    return Spent(taken.uses, taken.balance_after)


def give_back(
    session: Session,
    ref: str,
    on: date,
    *,
    articles: Sequence[str] = ("M-04.6", "M-09.5"),
    plan: Plan | None = None,
) -> int:
    """Return what a spending took to its own lots; a lot that has expired or was forfeited meanwhile lapses again.

    Args:
        session: an open transaction.
        ref: the key of the spending; a repeat changes nothing.
        on: the business day.
        articles: requirement ids.
        plan: the plan in force; read when None.

    Returns:
        the points that are usable again.
    """
    taken = session.execute(
        select(PointEntry).where(col(PointEntry.ref) == ref, col(PointEntry.kind) == "spend").limit(1)
    ).scalar_one_or_none()
    if taken is None:
        return 0
    member_id, exchange_id = taken.member_id, taken.exchange_id
    plan = plan or plan_in_force(session)
    member = _locked(session, member_id)
    rows = _lots(session, member_id)
    back = session.execute(
        select(PointEntry).where(col(PointEntry.ref) == ref, col(PointEntry.kind) == "return").limit(1)
    ).first()
    uses = _uses(session, ref, member_id) if back is None else ()
    for use in uses:
        lot = rows[use.lot_id]
        lot.left += use.points
        row = entry(session, use.lot_id, member_id, "return", use.points, on, articles, ref)
        row.exchange_id = exchange_id
        session.add(row)
    session.flush()
    touched = [rows[use.lot_id] for use in uses]
    lapsed = _close(session, member, touched, on, plan, ref=f"{ref}/return")
    return sum(use.points for use in uses) - lapsed


# --- losing ------------------------------------------------------------------------------------------------------


def forfeit_all(session: Session, member_id: str, on: date, *, plan: Plan | None = None) -> int:
    """Zero every lot of a membership that has ended, by what ended it: FORFEIT, or EXPIRE where that came first.

    The member's row must already say how it ended; an end by the programme expires every lot (M-04.5, M-05.7, A-11).

    Args:
        session: an open transaction.
        member_id: whose.
        on: the first Japan day without the points.
        plan: the plan in force; read when None.

    Returns:
        the points that went.
    """
    plan = plan or plan_in_force(session)
    member = _locked(session, member_id)
    rows = list(_lots(session, member_id).values())
    return _close(session, member, rows, on, plan, ref="end")


def _close(session: Session, member: Member, rows: Sequence[PointLot], on: date, plan: Plan, *, ref: str) -> int:
    """Take what has lapsed by a day out of the given lots; an entry is never dated before its lot's grant.

    Nor before the points were there: what was made good or came back carries the day of its grant and came later.
    """
    by_id = {row.lot_id: row for row in rows}
    since = _there_since(session, [row.lot_id for row in rows if row.kind == "adjust"])
    # A lot booked before the notice of a loss that lies further back must go too.
    known = max([on, *(row.granted_on for row in rows)])
    total = 0
    for closing in rules.closings(as_rule_lots(rows), known, loss=loss_of(member), plan=plan):
        lot = by_id[closing.lot_id]
        day = max(closing.on, since.get(lot.lot_id, lot.granted_on))
        lot.left -= closing.points
        total += closing.points
        key = f"{ref}/{closing.on}"
        session.add(
            entry(session, lot.lot_id, member.member_id, closing.kind, -closing.points, day, closing.articles, key)
        )
    session.flush()
    return total


def _there_since(session: Session, lot_ids: Sequence[str]) -> dict[str, date]:
    """The day from which the points of lots are there, where that is not the day of their grant."""
    if not lot_ids:
        return {}
    first = select(col(PointEntry.lot_id), func.min(PointEntry.on)).where(col(PointEntry.lot_id).in_(lot_ids))
    return {str(lot_id): on for lot_id, on in session.execute(first.group_by(col(PointEntry.lot_id)))}


# --- shared parts ------------------------------------------------------------------------------------------------


def entry(
    session: Session,
    lot_id: str,
    member_id: str,
    kind: str,
    points: int,
    on: date,
    articles: Sequence[str],
    ref: str,
) -> PointEntry:
    """One entry with its other side."""
    return PointEntry(
        lot_id=lot_id,
        member_id=member_id,
        kind=kind,
        account=ACCOUNTS[kind],
        points=points,
        on=on,
        articles=list(articles),
        ref=ref,
        recorded_at=recorded_at(session),
    )


def loss_of(member: Member) -> Loss | None:
    """The loss of the right of use that is known of a member; None, also for the end of the programme itself."""
    if member.usable_through is None or member.end_cause in (None, PROGRAMME_END):
        return None
    cause = LossCause(str(member.end_cause))
    through = member.usable_through
    return rules.loss_of_use(cause, through if cause is LossCause.LEFT else through + _DAY)


def as_rule_lots(rows: Iterable[PointLot]) -> list[rules.Lot]:
    """Rows as the rules know lots."""
    return [rules.Lot(row.lot_id, row.granted_on, row.points, row.left) for row in rows]


def _locked(session: Session, member_id: str) -> Member:
    query = select(Member).where(col(Member.member_id) == member_id).with_for_update()
    member: Member | None = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if member is None:
        message = f"there is no member {member_id}"
        raise LookupError(message)
    return member


def _lots(session: Session, member_id: str) -> dict[str, PointLot]:
    """The member's lots, locked in the order of their ids, as they are now."""
    query = select(PointLot).where(col(PointLot.member_id) == member_id).order_by(col(PointLot.lot_id))
    rows = session.execute(query.with_for_update().execution_options(populate_existing=True)).scalars()
    return {row.lot_id: row for row in rows}


def _uses(session: Session, ref: str, member_id: str) -> tuple[Use, ...]:
    query = (
        select(PointEntry)
        .where(col(PointEntry.ref) == ref, col(PointEntry.kind) == "spend", col(PointEntry.member_id) == member_id)
        .order_by(col(PointEntry.entry_id))
    )
    return tuple(Use(row.lot_id, -row.points) for row in session.execute(query).scalars())


def _booked(session: Session, member_id: str, kind: str, key: str) -> str | None:
    month = col(PointLot.usage_month if kind == "monthly" else PointLot.term_end_month)
    query = select(col(PointLot.lot_id)).where(
        col(PointLot.member_id) == member_id, col(PointLot.kind) == kind, month == key
    )
    return session.execute(query).scalar_one_or_none()


def _entitlement(usage_month: str | None, term_end_month: str | None) -> tuple[str, str]:
    if (usage_month is None) == (term_end_month is None):
        raise Refusal("NO_ENTITLEMENT", "Name one usage month or one term end month.", ("M-02.5",))
    return ("monthly", str(usage_month)) if usage_month else ("renewal", str(term_end_month))
