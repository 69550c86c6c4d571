"""A programme as the interface shows it: its plan, its dates, its counts, and how far a wind-down is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from api.contracts.view import moment
from api.doors.problems import Problem
from api.doors.tasks import tasks_of
from decisions.program.domain import PROGRAM
from models.messages.program import FLETS_CLUB, ProgramState, workflow_id
from models.tables.log import Entity
from rules.calendar import japan_day
from rules.club.program import Plan, reasons, schedule
from rules.club.reversion import reverts_on
from store.club.plan import plan_in_force


def in_force(session: Session) -> Plan:
    """The plan by which the club ends, whose days its articles name."""
    return plan_in_force(session)


OUTCOMES = ("planned", "told", "skipped", "failed")

COLUMNS = (
    "member_id",
    "membership",
    "ended_on",
    "outcome",
    "code",
    "detail",
    "articles",
    "told_at",
    "noticed_at",
    "lots_redated",
    "points_redated",
    "storage",
)
"""Of one line of the report."""

_MEMBERS = "select state, count(*) as members from member group by state"

_LEFT = 'select count(*) as lots, coalesce(sum("left"), 0) as points from point_lot where "left" > 0'

_REDATED = """
select count(*) as lots, count(distinct e.member_id) as members, coalesce(sum(b.points), 0) as points
from point_entry e
cross join lateral (
  select sum(x.points) as points from point_entry x where x.lot_id = e.lot_id and x.entry_id < e.entry_id
) b
where e.kind = 'redate'
"""

_STORAGE = """
select (select count(*) from storage_deletion) as files_deleted,
  (select coalesce(sum(gb), 0) from storage_deletion) as gb_deleted,
  (select jsonb_object_agg(storage_state, members)
   from (select storage_state, count(*) as members from member group by storage_state) s) as members
"""

_TARGETS = """
select state, count(*) as members, count(noticed_at) as noticed from wind_down_target
where code = :code and period = :period group by state
"""

_LEDGER = """
select l.kind,
  coalesce(sum(e.points) filter (where e.account = 'issued'), 0) as granted,
  coalesce(-sum(e.points) filter (where e.account = 'spent'), 0) as spent,
  coalesce(-sum(e.points) filter (where e.account = 'expired'), 0) as expired,
  coalesce(-sum(e.points) filter (where e.account = 'forfeited'), 0) as forfeited,
  coalesce((select sum(x."left") from point_lot x where x.kind = l.kind), 0) as left
from point_lot l join point_entry e using (lot_id) group by l.kind order by l.kind
"""

_OUTCOMES = """
with page as (
  select t.*, m.state as membership, m.ended_on, m.storage_state
  from wind_down_target t join member m using (member_id)
  where t.code = :code and t.period = :period and t.member_id > :after
    and (cast(:outcome as text) is null or t.state = :outcome)
  order by t.member_id limit :size
)
select p.*, r.lots, r.points from page p cross join lateral (
  select count(*) as lots, coalesce(sum(l.points), 0) as points from point_entry e join point_lot l using (lot_id)
  where e.member_id = p.member_id and e.kind = 'redate'
) r order by p.member_id
"""

# Of whoever has left by now nothing is left to be re-dated.
_WOULD_REDATE = """
select count(*) as lots, count(distinct member_id) as members, coalesce(sum("left"), 0) as points
from point_lot join member m using (member_id)
where m.state = 'active' and original_expires_on >= :announced_on
  and case when granted_on between :granted_from and :granted_to then expires_on <> :redated_to
      else expires_on > :ends_on end
"""


def show(session: Session, code: str, now: datetime) -> dict[str, Any]:
    """One programme.

    Raises:
        Problem: 404.
    """
    entity = session.get(Entity, workflow_id(code))
    if entity is None:
        raise Problem(404, "NOT_FOUND", "There is no programme under this code.")
    state = ProgramState.model_validate(entity.state)
    items = sorted(state.agenda.values(), key=lambda item: (item.at, item.item_id))
    shown: dict[str, Any] = {
        "code": state.code,
        "workflow_id": workflow_id(code),
        "state": state.state,
        "agenda": [
            {
                "on": item.on.isoformat(),
                "event": item.event,
                "label": item.label,
                "period": item.data.get("period"),
                "under_way": item.effect is not None,
                "articles": item.articles,
                "undo_until": None,
            }
            for item in items
        ],
        "held": [{"on": item.on.isoformat(), "event": item.event} for item in state.held],
        "runs": {event: run.model_dump(mode="json") for event, run in state.runs.items()},
        "needs_operator": tasks_of(state),
        "allowed": PROGRAM.allowed(state),
    }
    if code == FLETS_CLUB:
        plan = plan_in_force(session)
        shown |= _planned(plan, now)
        if shown["announced"]:  # then another plan is refused, so it is not offered
            shown["allowed"] = [each for each in shown["allowed"] if each != "replace_plan"]
        shown["counts"] = counts(session)
    return shown


def _planned(plan: Plan, now: datetime) -> dict[str, Any]:
    redated = plan.points_redated
    dates = [
        (plan.announced_on, "announced", ("M-08.4", "M-04.4")),
        (plan.registration_ends_on, "registration_ends", ("M-06.1",)),
        (plan.last_booking_on, "grants_end", ("M-02.5",)),
        (redated.expires_on, "points_expire", ("M-04.4",)),
        (plan.ends_on, "programme_end", ("M-07.1", "M-04.5", "M-08.1", "M-08.2")),
        (reverts_on(plan.ends_on), "storage_reverts", ("M-07.4",)),
    ]
    return {
        "plan": plan.as_json(),
        "announced": plan.known_on(japan_day(now)),
        "announce_by": plan.announce_by.isoformat(),
        "reasons": [
            {"part": part, "ja": said, "en": reasons("en")[part], "articles": ["M-01.3"]}
            for part, said in reasons().items()
        ],
        "dates": [
            {"on": on.isoformat(), "event": event, "articles": list(articles)}
            for on, event, articles in sorted(dates, key=lambda row: row[0])
        ],
        "components": [
            {
                "component": str(each.component),
                "last_day": each.last_day.isoformat(),
                "winds_down_on": each.winds_down_on.isoformat(),
                "settles_on": each.settles_on.isoformat(),
                "articles": list(each.articles),
            }
            for each in schedule(plan)
        ],
    }


def counts(session: Session) -> dict[str, Any]:
    """Members by state, and the points and lots that are left."""
    by_state = {row.state: row.members for row in session.execute(text(_MEMBERS))}
    left = session.execute(text(_LEFT)).one()
    known = {state: by_state.get(state, 0) for state in ("active", "left", "ineligible", "ended_programme")}
    return {"members": known, "lots": left.lots, "points": int(left.points)}


def affected(session: Session, plan: Plan) -> dict[str, Any]:
    """Whom and what a plan would reach as things stand now."""
    redated = plan.points_redated
    values = {
        "announced_on": plan.announced_on,
        "granted_from": redated.granted_from,
        "granted_to": redated.granted_to,
        "redated_to": redated.expires_on,
        "ends_on": plan.ends_on,
    }
    lots, there = session.execute(text(_WOULD_REDATE), values).one(), counts(session)
    return {
        "members": there["members"]["active"],
        "points": there["points"],
        "lots": there["lots"],
        "redated": {"members": lots.members, "lots": lots.lots, "points": int(lots.points)},
        "lots_redated": lots.lots,
        "points_redated": int(lots.points),
    }


def progress(session: Session, code: str, now: datetime) -> dict[str, Any]:
    """How far the wind-down is, and the proof of the ledger.

    Raises:
        Problem: 404.
    """
    shown = show(session, code, now)
    if code != FLETS_CLUB:
        return {"code": code, "state": shown["state"], "runs": shown["runs"]}
    targets = session.execute(text(_TARGETS), _named(session)).all()
    by_state = {row.state: row.members for row in targets}
    redated = session.execute(text(_REDATED)).one()
    stored = session.execute(text(_STORAGE)).one()
    return {
        "code": code,
        "state": shown["state"],
        "announced": sum(by_state.values()),
        **{state: by_state.get(state, 0) for state in OUTCOMES},
        "noticed": sum(row.noticed for row in targets),
        "redated": {"members": redated.members, "lots": redated.lots, "points": int(redated.points)},
        "ended": shown["counts"]["members"],
        "storage": {
            "members": stored.members or {},
            "files_deleted": stored.files_deleted,
            "gb_deleted": float(stored.gb_deleted),
        },
        "ledger": ledger(session),
        "runs": shown["runs"],
        "needs_operator": shown["needs_operator"],
    }


def ledger(session: Session) -> dict[str, dict[str, int | bool]]:
    """Kind of lot → granted = spent + expired + forfeited + left, in points."""
    found: dict[str, dict[str, int | bool]] = {}
    for row in session.execute(text(_LEDGER)):
        parts = {name: int(getattr(row, name)) for name in ("granted", "spent", "expired", "forfeited", "left")}
        whole = parts["spent"] + parts["expired"] + parts["forfeited"] + parts["left"]
        found[row.kind] = {**parts, "balanced": parts["granted"] == whole}
    return found


def outcomes(session: Session, outcome: str | None, after: str, size: int) -> list[dict[str, Any]]:
    """What became of each member, by id, after one exclusive."""
    values = {**_named(session), "outcome": outcome, "after": after, "size": size}
    return [
        {
            "member_id": row.member_id,
            "membership": row.membership,
            "ended_on": row.ended_on.isoformat() if row.ended_on else None,
            "outcome": row.state,
            "code": row.outcome,
            "detail": row.detail,
            "articles": row.articles or [],
            "told_at": moment(row.told_at),
            "noticed_at": moment(row.noticed_at),
            "lots_redated": row.lots,
            "points_redated": int(row.points),
            "storage": row.storage_state,
        }
        for row in session.execute(text(_OUTCOMES), values)
    ]


def as_lines(rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """Lines of the report, in the order of `COLUMNS`."""
    for row in rows:
        yield [" ".join(row[name]) if name == "articles" else row[name] for name in COLUMNS]


def _named(session: Session) -> dict[str, str]:
    return {"code": FLETS_CLUB, "period": plan_in_force(session).announced_on.isoformat()}
