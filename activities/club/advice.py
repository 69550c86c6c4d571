"""Reminders of points about to lapse, and advice about stored data, to those whom they concern (M-04.1, M-07.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from activities.outbox.letters import Letters
from models.messages.club.membership import workflow_id
from models.tables.people import Person
from rules.calendar import Month
from rules.club import reversion, storage
from rules.club.program import MailingList, Plan, may_mail
from store.database import business_now

LETTERS_PER_WRITE = 500
"""Letters in one transaction: all that is held in memory."""

# A letter that is there already is the natural key: a page may be asked for again.
_EXPIRING = """
with concerned as (
  select m.member_id, m.person_id from member m
  where m.member_id > :after and m.state = 'active' and m.mail_club
    and (m.usable_through is null or m.usable_through >= :expires_on)
    and exists (select from point_lot l where l.member_id = m.member_id and l."left" > 0 and l.expires_on = :expires_on)
    and not exists (select from notice n where n.notice_id = :stem || m.member_id)
  order by m.member_id limit :size
)
select c.member_id, c.person_id, sum(l."left") as points
from concerned c join point_lot l using (member_id)
where l."left" > 0 and l.expires_on = :expires_on
group by c.member_id, c.person_id order by c.member_id
"""

# Whom a support service keeps whole has nothing to fear (M-07.7).
_BEFORE_END = """
select m.member_id, m.person_id, m.storage_plan_gb from member m
where m.member_id > :after and m.state = 'active' and (m.usable_through is null or m.usable_through >= :ends_on)
  and not exists (
    select from jsonb_each(m.storage_support) s where (s.value ->> 'active')::boolean
  )
  and not exists (select from notice n where n.notice_id = :stem || m.member_id)
order by m.member_id limit :size
"""

_BEFORE_REVERSION = """
select m.member_id, m.person_id, m.storage_plan_gb, m.perk_off_on, m.reverts_on from member m
where m.member_id > :after and m.storage_state = 'off_grace' and m.reverts_on = :reverts_on
  and not exists (select from notice n where n.notice_id = :stem || m.member_id)
order by m.member_id limit :size
"""

_KEPT = (
    "select count(*) from member where storage_state = 'exempt' or (storage_state = 'off_grace' and reverts_on > :on)"
)


def remind_page(session: Session, expires_on: date, plan: Plan, after: str, size: int = LETTERS_PER_WRITE) -> Any:
    """Remind one page of members with consent of points whose last usable day is `expires_on` (M-04.1, M-08.2).

    Returns:
        the last member id, None when the page was not full; and how many letters were written.
    """
    at = business_now(session)
    values = {"expires_on": expires_on, "stem": f"points_expiring.{expires_on}.", "after": after, "size": size}
    rows = session.execute(text(_EXPIRING), values).all()
    people, letters = _people(session, rows), Letters(at)
    for row in rows:
        if not may_mail(MailingList.CLUB, on=expires_on, consent=True, member=True, plan=plan):
            continue
        data = {"points": int(row.points), "expires_on": expires_on.isoformat()}
        person = people.get(row.person_id)
        letters.write(f"{values['stem']}{row.member_id}", "points_expiring", workflow_id(row.member_id), person, data)
    letters.store(session)
    return (rows[-1].member_id if len(rows) == size else None), len(letters)


def end_page(session: Session, plan: Plan, after: str, size: int = LETTERS_PER_WRITE) -> Any:
    """Ask one page of members to save their data by the programme end (M-07.6, A-05); as `remind_page`."""
    values = {"ends_on": plan.ends_on, "stem": f"storage_end.{plan.ends_on}.", "after": after, "size": size}
    rows = session.execute(text(_BEFORE_END), values).all()
    people, letters = _people(session, rows), Letters(business_now(session))
    for row in rows:
        data = advice(plan.ends_on, plan.ends_on, reversion.reverts_on(plan.ends_on), row.storage_plan_gb)
        person = people.get(row.person_id)
        letters.write(f"{values['stem']}{row.member_id}", "storage_advice", workflow_id(row.member_id), person, data)
    letters.store(session)
    return (rows[-1].member_id if len(rows) == size else None), len(letters)


def reversion_page(session: Session, month: Month, after: str, size: int = LETTERS_PER_WRITE) -> Any:
    """Warn one page of those whose capacity reverts at the end of a month (M-07.4, M-07.6); as `remind_page`."""
    reverts_on = month.last_day
    values = {"reverts_on": reverts_on, "stem": f"storage_reversion.{month}.", "after": after, "size": size}
    rows = session.execute(text(_BEFORE_REVERSION), values).all()
    people, letters = _people(session, rows), Letters(business_now(session))
    for row in rows:
        # The advised day is past: what counts now is the day itself.
        data = advice(row.perk_off_on, reverts_on, reverts_on, row.storage_plan_gb)
        person = people.get(row.person_id)
        letters.write(f"{values['stem']}{row.member_id}", "storage_advice", workflow_id(row.member_id), person, data)
    letters.store(session)
    return (rows[-1].member_id if len(rows) == size else None), len(letters)


def kept(session: Session, month: Month) -> int:
    """Members whose capacity is still to revert after a month (M-07.7)."""
    return int(session.execute(text(_KEPT), {"on": month.last_day}).scalar_one())


def advice(ended_on: date, advise_by: date, reverts_on: date, plan_gb: Decimal | None) -> dict[str, Any]:
    """What the letter about stored data says; sizes in GB."""
    capacity = storage.plan_default_gb() if plan_gb is None else plan_gb
    return {
        "ended_on": ended_on.isoformat(),
        "advise_by": advise_by.isoformat(),
        "reverts_on": reverts_on.isoformat(),
        "perk_gb": f"{storage.perk_gb(ended_on).normalize():f}",
        "capacity_gb": f"{Decimal(capacity).normalize():f}",
    }


def _people(session: Session, rows: Any) -> dict[str, Person]:
    ids = [row.person_id for row in rows if row.person_id]
    found = session.execute(select(Person).where(col(Person.person_id).in_(ids))).scalars()
    return {person.person_id: person for person in found}
