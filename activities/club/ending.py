"""The end of the programme for all members at once: a page a transaction, memberships that are alike decided once.

What is recorded of a member is what the member's own timer would have recorded. Memberships that are alike
(`decisions.membership.ending.many_ends`) are decided together by the same rule, and the rows that come out are written
for all of them in a few statements. Whoever is anything but plain is left to the own timer, and so is whoever is being
decided about at this moment: that decision carries the end out by itself.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from temporalio import activity

from activities.batch import Batch
from activities.failures import is_away
from activities.figures import carried_out
from activities.outbox.events import write_event
from activities.record import agenda_rows
from activities.runs import FIRST, Page, together
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.ending.many_ends import ALIKE, Ending, end_of_alike
from decisions.membership.parts import END
from models import place
from models.messages.club.membership import PROGRAMME_END, MembershipState
from models.tables.log import Transition
from rules.calendar import end_of
from rules.club.program import Plan
from store.club import ledger_runs
from store.club.club_rows import row_values
from store.database import business_now, record_at, recorded_at
from store.facts.membership import Standing
from store.locks import lock_key
from store.log import row_of

log = logging.getLogger(__name__)

PAGE_SIZE = 1_000
"""Members of one transaction: each holds a lock of the server's lock table, and whoever asks for one of them waits."""

_OWN_ID = "substr({}, length('membership/') + 1)"
"""Of a workflow id: written so, the table's own key finds the row."""

_DUE = """
select a.entity_id from agenda a
where a.entity_id like 'membership/%' and a.entity_id > :after and a.item_id = :end and a.due_at = :at
order by a.entity_id limit :size
"""

_LATEST = "select max(recorded_at) from entity where entity_id = any(:ids)"

# The lock of every decision, but without waiting for it; what it guards is looked at by the next statement.
_HOLD = f"""
select id from unnest(cast(:ids as text[])) as id where pg_try_advisory_xact_lock({lock_key("id")})
"""

# Plain is who is in the club and has nothing else ahead, waits for nobody, was told of nothing that could end the
# membership otherwise, has decided nothing since, and has no points on their way out or in. A state of an earlier
# release lacks what was added later.
_PLAIN = f"""
select e.entity_id, md5(jsonb_build_array({", ".join(f"e.state -> '{name}'" for name in ALIKE)})::text) as shape
from entity e join member m on m.member_id = {_OWN_ID.format("e.entity_id")}
where e.entity_id = any(cast(:ids as text[]))
  and not e.closed and e.state ->> 'state' = 'active' and m.state = 'active'
  and (e.state -> 'agenda') - '{END}' = '{{}}'
  and e.state #>> '{{agenda,{END},data,cause}}' = '{PROGRAMME_END}'
  and (e.state #>> '{{agenda,{END},at}}')::timestamptz = :at
  and e.state #>> '{{agenda,{END},error_id}}' is null
  and coalesce(e.state #>> '{{agenda,{END},tries}}', '0') = '0'
  and coalesce(e.state -> 'tasks', '{{}}') = '{{}}' and coalesce(e.state -> 'awaiting', '{{}}') = '{{}}'
  and coalesce(e.state -> 'ungrounded', '[]') = '[]' and coalesce(e.state -> 'losses', '[]') = '[]'
  and e.state ->> 'left_on' is null and e.state ->> 'in_use_through' is null
  and e.state ->> 'usable_through' is null
  and not jsonb_path_exists(e.state, '$.renewals.*.state ? (@ == "open")')
  and coalesce(e.state ->> 'latest', '') < :place collate "C"
  and not exists (select from exchange x where x.member_id = m.member_id and x.state in ('confirmed', 'sent'))
  and not exists (select from point_lot l where l.member_id = m.member_id and l.granted_on > :last_day)
order by m.member_id
for update of m skip locked
"""

_STATE = "select state from entity where entity_id = :id"

_WHOSE = "unnest(cast(:ids as text[]), cast(:of as integer[])) as whose(entity_id, n)"


def _like(table: str) -> str:
    """Rows of a table given as documents, by their number: each is read once, however many members it is for."""
    return f"""
    (select given.n, its.* from unnest(cast(:numbers as integer[]), cast(:documents as text[])) as given(n, document)
     cross join lateral jsonb_populate_record(null::{table}, given.document::jsonb) as its)
    """


_LOGGED = [column.name for column in Transition.__table__.columns if column.name not in {"entity_id", "hash"}]  # type: ignore[attr-defined]  # SQLModel gives every table one

_LOG = f"""
insert into transition (entity_id, {", ".join(_LOGGED)})
select whose.entity_id, {", ".join(f"t.{name}" for name in _LOGGED)}
from {_WHOSE} join {_like("transition")} t using (n)
"""

_ENTITY = f"""
update entity e set seq = t.seq, state = e.state || t.state, closed = t.closed, recorded_at = t.recorded_at
from {_WHOSE} join {_like("entity")} t using (n) where e.entity_id = whose.entity_id
"""

_DONE = f"""
delete from agenda a using {_WHOSE} join {_like("agenda")} t using (n)
where a.entity_id = whose.entity_id and a.item_id = t.item_id
"""

_AHEAD = f"""
insert into agenda (entity_id, item_id, due_at, effect)
select whose.entity_id, t.item_id, t.due_at, t.effect from {_WHOSE} join {_like("agenda")} t using (n)
on conflict (entity_id, item_id) do update set due_at = excluded.due_at, effect = excluded.effect
"""

_COLUMNS = (
    "state",
    "end_state",
    "usable_through",
    "ended_on",
    "end_cause",
    "storage_state",
    "perk_off_on",
    "reverts_on",
    "needs_operator",
    "next_action_at",
)
"""Columns of a member that follow from what is alike; only how long the line was held rests on the member's own day."""

_MEMBER = f"""
update member m set {", ".join(f"{name} = t.{name}" for name in _COLUMNS)},
  held = daterange(m.registered_on, greatest(t.ended_on, m.registered_on), '[)')
from {_WHOSE} join {_like("member")} t using (n) where m.member_id = {_OWN_ID.format("whose.entity_id")}
"""


_OVER = """
select 'membership/' || m.member_id from member m
where m.member_id > :after and ((m.state = 'ended_programme' and m.ended_on = :ends_on) or exists (
  select from agenda a where a.entity_id = 'membership/' || m.member_id and a.item_id = :end and a.due_at = :at))
order by m.member_id limit :size
"""


def _left_to_its_timer(entity_id: str, error: Exception) -> None:
    log.error("the end of %s cannot be recorded; it is left to its own timer", entity_id, exc_info=error)


@dataclass(frozen=True)
class _Shape:
    """Everything that is written of memberships that are alike."""

    ending: Ending
    entity: Mapping[str, Any]
    member: Mapping[str, Any]
    gone: Sequence[str]
    ahead: Sequence[Mapping[str, Any]]


@dataclass
class ClubEnd:
    """One run: what it has decided of a shape it keeps for the pages that follow."""

    plan: Plan
    size: int = PAGE_SIZE
    webhooks: bool = False
    """Whether somebody listens to what is recorded."""
    _shapes: dict[str, _Shape | None] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """The moment at which the programme is over."""
        return end_of(self.plan.ends_on)

    def page(self, session: Session, after: str) -> Page:
        """End the next page of members, in the caller's transaction; who has ended already is not there any more.

        Counts `ended`, and `left` for those who are left to their own timers.
        """
        now = business_now(session)
        if now < self.at:
            return Page(None, {})
        due = {"after": after, "end": END, "at": self.at, "size": self.size}
        ids = list(session.execute(text(_DUE), due).scalars())
        held = list(session.execute(text(_HOLD), {"ids": ids}).scalars())
        ended = self._together(session, held, now) if held else 0
        return Page(ids[-1] if len(ids) == self.size else None, {"ended": ended, "left": len(ids) - ended})

    def _together(self, session: Session, ids: Sequence[str], now: datetime) -> int:
        """End members together; where the database refuses one of them, the others all the same."""
        ended: list[int] = []

        def end(some: Sequence[str]) -> None:
            ended.append(self._end(session, some, now))

        together(session, ids, end, _left_to_its_timer, spares=IntegrityError)
        return sum(ended)

    def _end(self, session: Session, ids: Sequence[str], now: datetime) -> int:
        asked = {"ids": list(ids), "at": self.at, "place": place.of_due(self.at, END), "last_day": self.plan.ends_on}
        alike: dict[str, list[str]] = defaultdict(list)
        for row in session.execute(text(_PLAIN), asked):
            alike[row.shape].append(row.entity_id)
        for key, some in alike.items():
            if key not in self._shapes:
                self._shapes[key] = self._decided(session, some[0])
        found = [(shape, some) for key, some in alike.items() if (shape := self._shapes[key]) is not None]
        if found:
            self._write(session, found, now)
        return sum(len(some) for _, some in found)

    def _decided(self, session: Session, entity_id: str) -> _Shape | None:
        """What becomes of memberships like this one; None where they are to be decided one by one."""
        state = session.execute(text(_STATE), {"id": entity_id}).scalar_one()
        try:
            ending = end_of_alike(state, Standing(session))
            return _shape(state, ending, self.at) if ending is not None else None
        except Exception as error:
            if is_away(error):
                raise
            # Not swallowed: each one's own timer meets the defect again, and gives it to an operator.
            log.exception("memberships like %s cannot be ended together", entity_id)
            return None

    def _write(self, session: Session, found: Sequence[tuple[_Shape, Sequence[str]]], now: datetime) -> None:
        """Everything one decision writes, for all of them."""
        whose = {
            "ids": [entity_id for _, some in found for entity_id in some],
            "of": [number for number, (_, some) in enumerate(found) for _ in some],
        }
        shapes = [(number, shape) for number, (shape, _) in enumerate(found)]
        # As everywhere: never before anybody's last entry, should the database's clock have been set back.
        wall = record_at(session, max(recorded_at(session), *session.execute(text(_LATEST), whose).scalars()))

        def write(sql: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
            documents = [json.dumps(to_jsonable_python(dict(row)), ensure_ascii=False) for _, row in rows]
            values = {"numbers": [number for number, _ in rows], "documents": documents}
            session.execute(text(sql), {**whose, **values})

        write(_LOG, [(number, row_of("", shape.ending.entry, wall)) for number, shape in shapes])
        write(_ENTITY, [(number, {**shape.entity, "recorded_at": wall}) for number, shape in shapes])
        write(_DONE, [(number, {"item_id": item_id}) for number, shape in shapes for item_id in shape.gone])
        write(_AHEAD, [(number, row) for number, shape in shapes for row in shape.ahead])
        write(_MEMBER, [(number, shape.member) for number, shape in shapes])
        closing: dict[date, list[str]] = defaultdict(list)
        batch = Batch.of(session)
        for shape, some in found:
            for entity_id in some if self.webhooks else ():
                write_event(batch, entity_id, shape.ending.entry, wall)
            closing[shape.ending.points_gone_on] += [entity_id.partition("/")[2] for entity_id in some]
            for _ in some:
                carried_out(MEMBERSHIP.kind, shape.ending.agenda_before, shape.ending.agenda, now)
        batch.flush()
        for gone_on, members in closing.items():
            ledger_runs.close_all(session, members, gone_on, plan=self.plan)


def to_wake(session: Session, plan: Plan, after: str, size: int) -> list[str]:
    """Workflow ids of the next memberships that the programme's end concerns, ended or left out, after one of them."""
    values = {"after": after.partition("/")[2], "ends_on": plan.ends_on, "end": END, "size": size}
    return list(session.execute(text(_OVER), {**values, "at": end_of(plan.ends_on)}).scalars())


def resumed() -> tuple[str, int]:
    """After whom an activity that was cut off goes on, and how many were told before."""
    details = activity.info().heartbeat_details
    if len(details) != 2:
        return FIRST, 0
    after, woken = details
    return str(after), int(woken)


def _shape(state: Mapping[str, Any], ending: Ending, moment: datetime) -> _Shape:
    """The rows of an ending.

    Raises:
        RuntimeError: the member's row would change where it is not written.
    """
    before = row_values(MembershipState.model_validate(state), None, moment)
    after = row_values(MembershipState.model_validate({**state, **ending.changed}), None, moment)
    others = {name for name in after if after[name] != before[name]} - {*_COLUMNS, "held"}
    if others:
        message = f"the end of many memberships does not write {sorted(others)}"
        raise RuntimeError(message)
    gone, ahead = agenda_rows(ending.agenda_before, ending.agenda)
    entity = {"seq": ending.entry.seq, "state": ending.changed, "closed": False}
    return _Shape(ending, entity, {name: after[name] for name in _COLUMNS}, gone, ahead)
