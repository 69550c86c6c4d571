"""The programme's end at size: 100,000 members ended by the run, against the same rows written by bare statements."""

from __future__ import annotations

import asyncio
import time
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, delete, text
from sqlmodel import Session

from activities.club.ending import ClubEnd
from activities.runs import run_pages
from api.memberships.import_rows import ImportedLot, ImportRow, decide, write
from bench.common.house import House
from bench.common.members import import_members
from bench.common.report import Figure, Report, ratio, spoken
from bench.common.rows import alone, execute
from embedded.stack import EmbeddedStack
from migrations.upgrade import upgrade
from models.messages.club.membership import PLAN_ANNOUNCED, MemberLine, PlanAnnounced, workflow_id
from models.messages.entity import RecordRequest
from models.tables.clock import Clock
from reference.migrations import database
from rules.calendar import JST
from rules.club.program import notice_plan
from store.club import ledger_runs
from store.database import engine
from worker import recorder

MEMBERS = 100_000
SLICES = 5
"""Slices of bare statements and of runs take turns, so that both have the same disturbance."""
MEMBERSHIPS = 1_000
PATIENCE_S = 900
PROGRAMME = "program/flets-hikari-members-club"
OVER = "2025-04-01T00:00:01+09:00"

_WHOSE = "jsonb_build_object('member_id', :mark || n, 'person_id', 'P' || :mark || n, 'line_key', 'L' || :mark || n)"
_OF = "generate_series(cast(:first as int), cast(:last as int)) n"

# Every third member is one of three, but for who it is.
_COPIES = f"""
insert into line (line_key, line_id, operator, created_at)
select 'L' || :mark || n, :mark || lpad(n::text, 9, '0'), 'EAST', now() from {_OF};
insert into person (person_id, name, name_kana, email, phone, postal_code, address, created_at)
select 'P' || :mark || n, '会員', '', '', '', '', '', now() from {_OF};
insert into entity
select r.* from {_OF} join entity e on e.entity_id = (cast(:models as text[]))[1 + n % 3]
  cross join lateral jsonb_populate_record(e, jsonb_build_object(
    'entity_id', 'membership/' || :mark || n, 'state', e.state || {_WHOSE})) r;
insert into transition
select r.* from {_OF} join transition t on t.entity_id = (cast(:models as text[]))[1 + n % 3]
  cross join lateral jsonb_populate_record(t, jsonb_build_object('entity_id', 'membership/' || :mark || n)) r
order by n, t.seq;
insert into agenda
select 'membership/' || :mark || n, 'end', cast(e.state #>> '{{agenda,end,at}}' as timestamptz), null
from {_OF} join entity e on e.entity_id = (cast(:models as text[]))[1 + n % 3];
insert into member
select r.* from {_OF} join member m on 'membership/' || m.member_id = (cast(:models as text[]))[1 + n % 3]
  join line l on l.line_key = 'L' || :mark || n
  cross join lateral jsonb_populate_record(m, {_WHOSE} || jsonb_build_object(
    'line_no', l.line_no, 'external_id', :mark || n, 'registered_on', m.registered_on - n % 1000,
    'held', daterange(m.registered_on - n % 1000, null))) r;
insert into point_lot
select r.* from {_OF} join point_lot p on 'membership/' || p.member_id = (cast(:models as text[]))[1 + n % 3]
  cross join lateral jsonb_populate_record(p, jsonb_build_object(
    'member_id', :mark || n, 'lot_id', :mark || n || '-' || right(p.lot_id, 1))) r;
insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, expires_from, expires_to,
  reason, recorded_at)
select :mark || n || '-' || right(p.lot_id, 1), :mark || n, p.kind, p.account, p.points, p."on", p.articles, p.ref,
  p.expires_from, p.expires_to, p.reason, p.recorded_at
from {_OF} join point_entry p on 'membership/' || p.member_id = (cast(:models as text[]))[1 + n % 3]
order by p.entry_id
"""

_LOG = (
    "seq, op, event, from_state, to_state, received_at, at, recorded_at, effective_on, state_from, actor, articles, "
    "edition, voids, caused_by, patch, decision, place, fact, because, told, known"
)

# The same rows into the same tables with the same indexes, constraints and triggers, and nothing asked before.
_BARE = f"""
insert into transition (entity_id, {_LOG})
select 'membership/' || :mark || n, {_LOG}
from {_OF} join transition t on t.entity_id = (cast(:models as text[]))[1 + n % 3] and t.event = 'end';
update entity e set seq = done.seq, state = done.state || {_WHOSE}, recorded_at = now()
from {_OF} join entity done on done.entity_id = (cast(:models as text[]))[1 + n % 3]
where e.entity_id = 'membership/' || :mark || n;
delete from agenda a using {_OF} where a.entity_id = 'membership/' || :mark || n and a.item_id = 'end';
insert into agenda
select 'membership/' || :mark || n, a.item_id, a.due_at, a.effect
from {_OF} join agenda a on a.entity_id = (cast(:models as text[]))[1 + n % 3];
update member m set state = done.state, end_state = done.end_state, usable_through = done.usable_through,
  ended_on = done.ended_on, end_cause = done.end_cause, storage_state = done.storage_state,
  perk_off_on = done.perk_off_on, reverts_on = done.reverts_on, next_action_at = done.next_action_at,
  held = daterange(m.registered_on, done.ended_on)
from {_OF} join member done on 'membership/' || done.member_id = (cast(:models as text[]))[1 + n % 3]
where m.member_id = :mark || n;
insert into point_entry (lot_id, member_id, kind, account, points, "on", articles, ref, recorded_at)
select l.lot_id, l.member_id, 'expire', 'expired', -l."left", '2025-04-01', '["M-04.5", "M-04.4"]', 'end/2025-04-01',
  now()
from {_OF} join point_lot l on l.member_id = :mark || n where l."left" > 0;
update point_lot l set "left" = 0 from {_OF} where l.member_id = :mark || n and l."left" > 0
"""


async def run(stack: EmbeddedStack) -> Report:
    """The record at size on a database of its own; then a thousand memberships with their workflows."""
    recorded = await asyncio.to_thread(_recorded)
    return [*recorded, await _told(stack)]


# --- the record --------------------------------------------------------------------------------------------------


def _recorded() -> Report:
    with database() as url:
        upgrade(url)
        house = engine(url, deadline_s=PATIENCE_S)  # of statements that no page bounds
        models = [_model(house, number) for number in range(3)]
        done = [_model(house, number) for number in range(3, 6)]
        _clock(house, "2025-04-01T00:00:00")
        for each in done:
            _timer(house, each)
        # No run is to find those that are only copied.
        execute(house, "delete from agenda where entity_id = any(cast(:models as text[]))", models=models)
        singly = _by_timers(house, models)
        run_s, bare_s, again_s, ended = 0.0, 0.0, 0.0, 0
        for number in range(SLICES):
            size = MEMBERS // SLICES
            first = {"first": number * size + 1, "last": (number + 1) * size}
            for mark in ("MR", "MB"):
                if mark == "MB":
                    begin = time.perf_counter()
                    ended += _end(house)
                    run_s += time.perf_counter() - begin
                    begin = time.perf_counter()
                    ended += _end(house)
                    again_s += time.perf_counter() - begin
                execute(house, _COPIES, mark=mark, models=models, **first)
                alone(house, "analyze")
            begin = time.perf_counter()
            execute(house, _BARE, mark="MB", models=done, **first)
            bare_s += time.perf_counter() - begin
        house.dispose()
    if ended != MEMBERS:
        message = f"{ended} members were ended instead of {MEMBERS}"
        raise RuntimeError(message)
    return [
        ratio(
            f"the programme's end of {MEMBERS:,} members / the same rows by bare statements",
            run_s,
            bare_s,
            f"{SLICES} slices in turn",
            most=1.5,
        ),
        f"the same run again ends nobody  ({spoken(again_s)})",
        Figure("one at a time, as a timer records it", singly * MEMBERS / bare_s, f"{spoken(singly)} a member"),
    ]


def _model(house: Engine, number: int) -> str:
    """A member of June 2023 who was told of the end; every third has a larger plan, another a support service."""
    _clock(house, "2023-06-01T09:00:00")
    day = date(2017, 4, 12)
    line = MemberLine(carrier_area="EAST", service_type="NEXT_FAMILY", service_class="FAMILY", in_use_since=day)
    row = ImportRow(
        external_id=f"MODEL-{number}",
        member={"name": "会員", "email": "", "phone": "03"},
        line_id=f"CAF66{number:08d}",
        line=line,
        registered_on=date(2018, 4, 1),
        mail_magazine=False,
        storage_plan_gb=None,
        lots=[ImportedLot(date(2022, 5, 10), "monthly", 500, 400), ImportedLot(date(2023, 5, 10), "monthly", 500, 500)],
    )
    with Session(house) as session, session.begin():
        decide(session, [row], "bench", "bench")
        write(session, [row])
    _clock(house, "2023-07-01T00:00:00")
    told = PlanAnnounced(op="announced", actor="program", announced_on=notice_plan().announced_on)
    _ask(house, row.member_id, PLAN_ANNOUNCED, told.model_dump(mode="json"))
    with Session(house) as session, session.begin():
        ledger_runs.redate(session, notice_plan().announced_on)
    if number % 3 == 1:
        _ask(house, row.member_id, "change_storage_plan", {"op": "plan", "capacity_gb": "50", "on": "2023-07-02"})
    if number % 3 == 2:
        support = {"op": "support", "service": "REMOTE_SUPPORT", "active": True, "on": "2023-07-01"}
        _ask(house, row.member_id, "change_support", support)
    return workflow_id(row.member_id)


def _ask(house: Engine, member_id: str, name: str, command: dict[str, Any]) -> None:
    request = RecordRequest(kind="membership", entity_id=workflow_id(member_id), seq=0, name=name, command=command)
    refused = recorder(house).record(request).refused
    if refused is not None:
        raise RuntimeError(refused.detail)


def _timer(house: Engine, entity_id: str) -> None:
    until = datetime.fromisoformat(OVER)
    recorder(house).record(RecordRequest(kind="membership", entity_id=entity_id, seq=0, until=until))


def _by_timers(house: Engine, models: list[str]) -> float:
    """Seconds a member, one after the other as the recorder of a worker does it, the workflows not counted."""
    count = 300
    execute(house, _COPIES, mark="MT", models=models, first=1, last=count)
    begin = time.perf_counter()
    for number in range(1, count + 1):
        _timer(house, f"membership/MT{number}")
    return (time.perf_counter() - begin) / count


def _end(house: Engine) -> int:
    """The run as its activity does it; gives how many it ended."""
    return asyncio.run(run_pages(house, ClubEnd(notice_plan()).page))["ended"]


def _clock(house: Engine, at: str) -> None:
    with Session(house) as session, session.begin():
        session.execute(delete(Clock))
        session.add(Clock(id=1, offset_s=0, frozen_at=datetime.fromisoformat(at).replace(tzinfo=JST)))


# --- with their workflows ----------------------------------------------------------------------------------------


async def _told(stack: EmbeddedStack) -> str:
    """A thousand memberships on a whole stack, from the first moment after the end until every workflow was told."""
    house, tables = House(stack), engine(stack.database_url)
    house.http.timeout = PATIENCE_S
    await import_members(house, tables, MEMBERSHIPS)
    await house.call("POST", "/v1/clock/advance", {"to": OVER})
    with tables.connect() as connection:
        query = text("""
            select max(recorded_at) filter (where event = 'end_memberships') as began,
              max(recorded_at) filter (where event = 'end_memberships_done') as ended,
              max(recorded_at) filter (where event = 'wake_ended_done') as told
            from transition where entity_id = :id
        """)
        at = connection.execute(query, {"id": PROGRAMME}).one()
        left = connection.execute(text("select count(*) from member where state = 'active'")).scalar_one()
    tables.dispose()
    if left:
        message = f"{left} memberships did not end"
        raise RuntimeError(message)
    return (
        f"{MEMBERSHIPS:,} memberships: recorded after {(at.ended - at.began).total_seconds():.2f} s, "
        f"every workflow told after {(at.told - at.began).total_seconds():.2f} s"
    )
