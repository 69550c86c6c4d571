"""Reminders of points about to lapse, and advice about stored data, to those whom they concern (M-04.1, M-07.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from activities.outbox.letters import Letters
from activities.runs import Page
from models.messages.club.membership import workflow_id
from models.tables.people import Person
from rules.calendar import Month, end_of, japan_day
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

# The plan of the moment at which files are deleted: one bought since the membership began is in its state (M-07.6).
_PLAN_KEPT = """
coalesce((
  select (p.value #>> '{}')::numeric from entity e cross join lateral jsonb_each(e.state #> '{storage,plans}') p
  where e.entity_id = 'membership/' || m.member_id and p.key <= cast(:deleted_on as text) order by p.key desc limit 1
), m.storage_plan_gb) as storage_plan_gb
"""

# Whom a support service keeps whole has nothing to fear (M-07.7).
_BEFORE_END = f"""
select m.member_id, m.person_id, {_PLAN_KEPT} from member m
where m.member_id > :after and m.state = 'active' and (m.usable_through is null or m.usable_through >= :ends_on)
  and not exists (
    select from jsonb_each(m.storage_support) s
    where coalesce(s.value ->> 'since', '') <= cast(:reverts_on as text)
      and ((s.value ->> 'active')::boolean or s.value ->> 'ended_on' > cast(:ends_on as text))
  )
  and not exists (select from notice n where n.notice_id = :stem || m.member_id)
order by m.member_id limit :size
"""

_BEFORE_REVERSION = f"""
select m.member_id, m.person_id, {_PLAN_KEPT}, m.perk_off_on, m.reverts_on from member m
where m.member_id > :after and m.storage_state = 'off_grace' and m.reverts_on = :reverts_on
  and not exists (select from notice n where n.notice_id = :stem || m.member_id)
order by m.member_id limit :size
"""

_KEPT = (
    "select count(*) from member where storage_state = 'exempt' or (storage_state = 'off_grace' and reverts_on > :on)"
)


@dataclass(frozen=True)
class Advice:
    """Letters of one kind to the members whom they concern, each once."""

    kind: str
    """Of `activities.notices`."""
    stem: str
    """What a letter's id begins with, before the member's."""
    concerned: str
    """Selects those who have no letter yet, in order of their ids."""
    values: Mapping[str, Any]
    says: Callable[[Any], Mapping[str, Any]]
    """What the letter says to one of them."""

    def page(self, session: Session, after: str, size: int = LETTERS_PER_WRITE) -> Page:
        """Write to the members after one, at most so many. Counts `letters`."""
        rows = self._rows(session, after, size)
        people, letters = _people(session, rows), Letters(business_now(session))
        for row in rows:
            person = people.get(row.person_id)
            letters.write(f"{self.stem}{row.member_id}", self.kind, workflow_id(row.member_id), person, self.says(row))
        # Who was advised at once, as one who left or came after the end, has been told of this very day already.
        letters.leave_told(session)
        letters.store(session)
        return Page(rows[-1].member_id if len(rows) == size else None, {"letters": len(letters)})

    def next(self, session: Session, after: str) -> str | None:
        """The member that a page after another one begins with."""
        rows = self._rows(session, after, 1)
        return str(rows[0].member_id) if rows else None

    def _rows(self, session: Session, after: str, size: int) -> Sequence[Any]:
        asked = {**self.values, "stem": self.stem, "after": after, "size": size}
        return session.execute(text(self.concerned), asked).all()


def reminder(expires_on: date, plan: Plan) -> Advice | None:
    """To members with consent who have points whose last usable day is `expires_on` (M-04.1, M-08.2).

    None: the club writes to nobody any more on that day.
    """
    if not may_mail(MailingList.CLUB, on=expires_on, consent=True, member=True, plan=plan):
        return None

    def says(row: Any) -> Mapping[str, Any]:
        return {"points": int(row.points), "expires_on": expires_on.isoformat()}

    return Advice("points_expiring", f"points_expiring.{expires_on}.", _EXPIRING, {"expires_on": expires_on}, says)


def before_end(plan: Plan) -> Advice:
    """To members whose data the programme end concerns: save it by then (M-07.6, A-05)."""
    ends_on = plan.ends_on
    reverts_on = reversion.reverts_on(ends_on)
    values = {"ends_on": ends_on, "reverts_on": reverts_on, "deleted_on": _deleted_on(reverts_on)}

    def says(row: Any) -> Mapping[str, Any]:
        return advice(ends_on, ends_on, reverts_on, row.storage_plan_gb)

    return Advice("storage_advice", f"storage_end.{ends_on}.", _BEFORE_END, values, says)


def before_reversion(month: Month) -> Advice:
    """To those whose capacity reverts at the end of a month (M-07.4, M-07.6)."""
    reverts_on = month.last_day

    def says(row: Any) -> Mapping[str, Any]:
        # The advised day is past: what counts now is the day itself.
        return advice(row.perk_off_on, reverts_on, reverts_on, row.storage_plan_gb)

    values = {"reverts_on": reverts_on, "deleted_on": _deleted_on(reverts_on)}
    return Advice("storage_advice", f"storage_reversion.{month}.", _BEFORE_REVERSION, values, says)


def _deleted_on(reverts_on: date) -> date:
    """The day at whose 00:00 files are deleted (A-05)."""
    return japan_day(end_of(reverts_on))


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
