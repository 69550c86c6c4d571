"""Set-based writing of the points ledger: expiry, re-dating and closing of many members at once, safe to repeat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.tables.club.club import PointLot
from rules.club import points as rules
from rules.club.program import Plan
from store.club.ledger import ACCOUNTS
from store.club.plan import plan_in_force
from store.database import recorded_at

_DAY = timedelta(days=1)

PAGE = 20_000
"""Lots a statement takes at most."""

# A lot that does not have the day of the announced plan yet.
_ELSEWHERE = """
    l.original_expires_on >= :announced_on
    and case when l.granted_on between :granted_from and :granted_to then l.expires_on <> :redated_to
        else l.expires_on > :ends_on end
"""

# A lot whose member lost the right of use before it expired is the membership's to forfeit, not ours to expire; one
# that is still to be re-dated must not lapse on a day that no longer holds.
_EXPIRED = f"""
    l."left" > 0 and l.expires_on < :on and (m.usable_through is null or m.usable_through >= l.expires_on)
    and not (:on >= :announced_on and {_ELSEWHERE})
"""

_DUE_DAYS = text(f"""
    select distinct l.granted_on, l.expires_on from point_lot l join member m using (member_id) where {_EXPIRED}
""")

_EXPIRE = text(f"""
    with due as (
      select l.lot_id, l.member_id, l."left" as points, l.granted_on, l.expires_on
      from point_lot l join member m using (member_id)
      where {_EXPIRED} and l.lot_id > :after order by l.lot_id limit :size for update of l
    ), lapsed as (
      insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at)
      select lot_id, member_id, 'expire', 'expired', -points, expires_on + 1,
        cast(:articles as jsonb) -> (granted_on || '/' || expires_on), 'expire/' || (expires_on + 1),
        clock_timestamp()
      from due
    ), done as (
      update point_lot l set "left" = 0 from due where l.lot_id = due.lot_id returning l.lot_id
    )
    select max(lot_id) as last, count(*) as lots from done
""")

_TO_EXPIRE = text(f"""
    select l.lot_id from point_lot l join member m using (member_id)
    where {_EXPIRED} and l.lot_id > :after order by l.lot_id limit 1
""")

_CLOSABLE = text("""
    select distinct granted_on from point_lot where member_id = any(cast(:members as text[])) and "left" > 0
""")

# As `ledger.forfeit_all` writes it, for many members at once; a test compares the two.
_CLOSE = text("""
    with due as (
      select l.lot_id, l.member_id, l."left" as points, greatest(c."on", l.granted_on) as "on", c.kind, c.account,
        c.articles, 'end/' || c."on" as ref
      from point_lot l
      join jsonb_to_recordset(cast(:closings as jsonb))
        as c(granted_on date, kind text, account text, "on" date, articles jsonb) using (granted_on)
      where l.member_id = any(cast(:members as text[])) and l."left" > 0
      order by l.lot_id for update of l
    ), closed as (
      insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at)
      select lot_id, member_id, kind, account, -points, "on", articles, ref, :now from due
    )
    update point_lot l set "left" = 0 from due where l.lot_id = due.lot_id
""")

_REDATE = text(f"""
    with due as (
      select lot_id, member_id, expires_on as was,
        case when granted_on between :granted_from and :granted_to then :redated_to else :ends_on end as becomes
      from point_lot l where {_ELSEWHERE} and lot_id > :after order by lot_id limit :size for update
    ), noted as (
      insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, expires_from,
        expires_to, reason, recorded_at)
      select lot_id, member_id, 'redate', 'none', 0, :announced_on, cast(:articles as jsonb),
        'redate/' || was || '/' || becomes, was, becomes, :reason, clock_timestamp()
      from due
    ), done as (
      update point_lot l set expires_on = due.becomes from due where l.lot_id = due.lot_id returning l.lot_id
    )
    select max(lot_id) as last, count(*) as lots from done
""")

_TO_REDATE = text(f"""
    select lot_id from point_lot l where {_ELSEWHERE} and lot_id > :after order by lot_id limit 1
""")


@dataclass(frozen=True)
class Lots:
    """Lots of one statement."""

    last: str | None
    """The lot to go on after; None: there is none left."""
    done: int


def redate(session: Session, on: date, after: str = "", *, plan: Plan | None = None, size: int = PAGE) -> Lots:
    """Give lots the expiry the announced plan says; each keeps its old day and the reason as an entry (M-04.4, M-04.5).

    Does nothing before the announcement.

    Args:
        session: an open transaction.
        on: the business day.
        after: the lot after which the page begins, exclusive.
        plan: the plan in force; read when None.
        size: lots to take at most.
    """
    plan = plan or plan_in_force(session)
    if not plan.known_on(on):
        return Lots(None, 0)
    values = {
        **_announced(plan),
        "articles": json.dumps(["M-04.4", "M-04.7", "M-04.5"]),
        "reason": f"programme_end/{plan.announced_on}",
        "after": after,
        "size": size,
    }
    return _lots(session.execute(_REDATE, values).one(), size)


def next_to_redate(session: Session, on: date, after: str, *, plan: Plan | None = None) -> str | None:
    """The lot that a page of `redate` after another one begins with."""
    plan = plan or plan_in_force(session)
    if not plan.known_on(on):
        return None
    found: str | None = session.execute(_TO_REDATE, {**_announced(plan), "after": after}).scalar_one_or_none()
    return found


def expire(session: Session, on: date, after: str = "", *, plan: Plan | None = None, size: int = PAGE) -> Lots:
    """Lapse every lot whose last usable day lies before a day (M-04.1 to M-04.6); entries carry the day after it.

    One that is still to be re-dated (`redate`) is left alone.

    Args:
        session: an open transaction.
        on: the business day; a lot is usable on its last day (A-12).
        after: the lot after which the page begins, exclusive.
        plan: the plan in force; read when None.
        size: lots to take at most.
    """
    plan = plan or plan_in_force(session)
    due = {"on": on, **_announced(plan)}
    days = [(row.granted_on, row.expires_on) for row in session.execute(_DUE_DAYS, due)]
    if not days:
        return Lots(None, 0)
    values = {**due, "articles": json.dumps(lapse_articles(days, plan)), "after": after, "size": size}
    return _lots(session.execute(_EXPIRE, values).one(), size)


def next_to_expire(session: Session, on: date, after: str, *, plan: Plan | None = None) -> str | None:
    """The lot that a page of `expire` after another one begins with."""
    values = {"on": on, **_announced(plan or plan_in_force(session)), "after": after}
    found: str | None = session.execute(_TO_EXPIRE, values).scalar_one_or_none()
    return found


def _announced(plan: Plan) -> dict[str, date]:
    redated = plan.points_redated
    return {
        "announced_on": plan.announced_on,
        "granted_from": redated.granted_from,
        "granted_to": redated.granted_to,
        "redated_to": redated.expires_on,
        "ends_on": plan.ends_on,
    }


def _lots(row: Any, size: int) -> Lots:
    return Lots(row.last if row.lots == size else None, row.lots)


def owner_of(session: Session, lot_id: str) -> str:
    """The member whose lot it is."""
    return session.get_one(PointLot, lot_id).member_id


def close_all(session: Session, member_ids: Sequence[str], on: date, *, plan: Plan | None = None) -> int:
    """Zero every lot of members whom the programme's end has ended, as `ledger.forfeit_all` does for one (M-04.5).

    Args:
        session: an open transaction that holds the members' rows; none of their lots was granted after `on`.
        member_ids: whose.
        on: the first Japan day without the points.
        plan: the plan in force; read when None.

    Returns:
        lots closed.
    """
    plan = plan or plan_in_force(session)
    members = list(member_ids)
    closings = []
    for (granted_on,) in session.execute(_CLOSABLE, {"members": members}):
        for row in rules.closings([rules.Lot("", granted_on, 1, 1)], on, plan=plan):
            said = {"granted_on": granted_on, "kind": row.kind, "account": ACCOUNTS[row.kind], "on": row.on}
            closings.append({**said, "articles": row.articles})
    if not closings:
        return 0
    values = {"members": members, "closings": json.dumps(closings, default=str), "now": recorded_at(session)}
    return int(session.execute(_CLOSE, values).rowcount)  # type: ignore[attr-defined]  # an update has one


def lapse_articles(days: Iterable[tuple[date, date]], plan: Plan) -> dict[str, list[str]]:
    """Grant day and last usable day → why points lapse after it."""
    found: dict[str, list[str]] = {}
    for granted_on, expires_on in days:
        lot = rules.Lot("", granted_on, 1, 1)
        rows = rules.closings([lot], expires_on + _DAY, plan=plan)
        found[f"{granted_on}/{expires_on}"] = list(rows[0].articles if rows else ("M-04.1",))
    return found
