"""Monthly points of all members at once: one statement a page, safe to repeat by member and usage month (M-02)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from activities.runs import Page
from rules import terms
from rules.calendar import Month
from rules.club import points, points_table
from rules.club.grants import check_booking, monthly_points
from rules.club.program import Plan
from rules.refusal import Refusal

PAGE_SIZE = 5_000
"""Members in one transaction: their rows are held against a simultaneous end for so long."""

# The same test as `rules.club.grants.monthly_points`, for all at once; a test compares the two, member by member.
# Beyond that the membership must not be over by the day of booking: nobody would close the lot again.
_ELIGIBLE = """
    m.registered_on <= :last_day and m.in_use_since <= :last_day
    and (m.in_use_through is null or m.in_use_through >= :last_day)
    and (m.usable_through is null or m.usable_through >= :booked_on)
    and m.state = 'active'
"""

_YEAR = """
    (extract(year from age(:first_day, date_trunc('month', m.in_use_since::timestamp))))::int + 1
"""

_SERVICE = """
    case when jsonb_array_length(m.service_history) < 2 then m.service_type else coalesce(
      (select h.value ->> 'service_type' from jsonb_array_elements(m.service_history) h(value)
       where (h.value ->> 'from_on')::date <= :last_day order by (h.value ->> 'from_on')::date desc limit 1),
      m.service_history -> 0 ->> 'service_type'
    ) end
"""

# Members are held in share mode: whoever ends a membership waits, and then finds the new lot to close.
GRANT = f"""
with page as materialized (
  select m.member_id, {_ELIGIBLE} as eligible, {_SERVICE} as service_type, {_YEAR} as year
  from member m where m.member_id > :after order by m.member_id limit :size for share
), due as materialized (
  select p.member_id, p.member_id || '-m-' || :month as lot_id, r.points
  from page p join (
    select key as service_type, value as years, jsonb_array_length(value) as most from jsonb_each(cast(:table as jsonb))
  ) t using (service_type)
  cross join lateral (select (t.years ->> (least(p.year, t.most) - 1))::int as points) r
  where p.eligible
), lots as (
  insert into point_lot (lot_id, member_id, kind, granted_on, points, "left", expires_on, original_expires_on,
    usage_month)
  select lot_id, member_id, 'monthly', :booked_on, points, points, :expires_on, :original_expires_on, :month from due
  on conflict do nothing
  returning lot_id, member_id, points
), entries as (
  insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at)
  select lot_id, member_id, 'grant', 'issued', points, :booked_on, cast(:articles as jsonb), 'grant/' || :month,
    clock_timestamp()
  from lots
  returning points
)
select (select max(member_id) from page) as last, (select count(*) from page) as members,
  (select count(*) from entries) as granted, (select coalesce(sum(points), 0) from entries) as points
"""

_NEXT = "select member_id from member where member_id > :after order by member_id limit 1"

_MISSED = f"""
select count(*) from member m where {_ELIGIBLE}
  and not exists (select from point_lot l where l.member_id = m.member_id and l.kind = 'monthly'
    and l.usage_month = :month)
"""


def grant_page(
    session: Session, usage_month: Month, booked_on: date, plan: Plan, after: str, size: int = PAGE_SIZE
) -> Page:
    """Book one page of members for a usage month (M-02.1 to M-02.4); who has that month already gets nothing.

    Args:
        session: an open transaction.
        usage_month: the month of use.
        booked_on: the Japan day of booking; it alone decides the expiry (A-09).
        plan: the plan in force.
        after: the member id after which the page begins, exclusive.
        size: members looked at.

    Raises:
        Refusal: `GRANTS_ENDED` after the last day of booking (M-02.5).
    """
    check_booking(booked_on, plan)
    expiry = points.expiry(booked_on, booked_on, plan)
    values = {
        **_bounds(usage_month, booked_on),
        "month": str(usage_month),
        "table": json.dumps(_table(usage_month)),
        "expires_on": expiry.expires_on,
        "original_expires_on": expiry.original_expires_on,
        "articles": json.dumps(_articles(usage_month, plan)),
        "after": after,
        "size": size,
    }
    done = session.execute(text(GRANT), values).one()
    counts = {"members": done.members, "granted": done.granted, "points": int(done.points)}
    return Page(done.last if done.members == size else None, counts)


def next_member(session: Session, after: str) -> str | None:
    """The member that a page after another one begins with."""
    found: str | None = session.execute(text(_NEXT), {"after": after}).scalar_one_or_none()
    return found


def missed(session: Session, usage_month: Month, booked_on: date) -> int:
    """Members who would have earned a usage month that can no longer be booked: each needs an adjustment (M-02.5)."""
    values = {**_bounds(usage_month, booked_on), "month": str(usage_month)}
    return int(session.execute(text(_MISSED), values).scalar_one())


def is_over(booked_on: date, plan: Plan) -> bool:
    """Whether the last day of booking has passed (M-02.5)."""
    try:
        check_booking(booked_on, plan)
    except Refusal:
        return True
    return False


def _bounds(usage_month: Month, booked_on: date) -> dict[str, Any]:
    return {"first_day": usage_month.first_day, "last_day": usage_month.last_day, "booked_on": booked_on}


def _table(usage_month: Month) -> dict[str, list[int]]:
    """Service type → points by year of use, short names included, for the types in the programme that month."""
    last_day = usage_month.last_day
    rows = {
        name: list(row.on(last_day))
        for name, row in points_table.table().items()
        if points_table.in_program(name, last_day)
    }
    aliases = terms.constant("club.service_type_aliases", dict[str, str])
    return {**rows, **{short: rows[name] for short, name in aliases.items() if name in rows}}


def _articles(usage_month: Month, plan: Plan) -> list[str]:
    """Why a grant is made: as the rule itself cites it."""
    anyone = next(iter(points_table.table()))
    return list(monthly_points(usage_month, anyone, plan=plan).articles)
