"""Decide and record: the one local activity of every entity, one database transaction (see ADR 0002)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.projections import Projection
from decisions.domain import Domain
from decisions.engine import Outcome, Run
from decisions.registry import DOMAINS
from models.messages.entity import DECIDE_AND_RECORD, Answer, Command, Entry, Recorded, RecordRequest
from models.tables.database import business_now, clock_offset
from models.tables.facts import look_up
from models.tables.log import Agenda, Entity, Transition

log = logging.getLogger(__name__)


class Recorder:
    """Runs decisions on an entity's facts and writes what they decide."""

    def __init__(
        self, engine: Engine, projections: Mapping[str, Projection], domains: Mapping[str, Domain[Any]] = DOMAINS
    ) -> None:
        """Bind the database and the read rows of each kind."""
        self._engine = engine
        self._projections = projections
        self._domains = domains

    @activity.defn(name=DECIDE_AND_RECORD)
    def decide_and_record(self, request: RecordRequest) -> Recorded:
        """Carry out what is due, then decide the command; see `record`."""
        return self.record(request)

    def record(self, request: RecordRequest) -> Recorded:
        """One transaction: due items up to the command's moment, the command, and everything that follows from both.

        Keyed by the operation id: an operation recorded before gives its stored decision and changes nothing.

        Raises:
            ApplicationError: non-retryable, the workflow knows entries this database does not have, or bad input.
        """
        try:
            return self._transact(request, clash=False)
        except IntegrityError as error:
            if "one_contract_per_line" not in str(error.orig):
                raise
            # Two contracts reached for one line at once; the second try sees the first one's hold.
            return self._transact(request, clash=True)

    def _transact(self, request: RecordRequest, *, clash: bool) -> Recorded:
        domain = self._domains[request.kind]
        command = _parse(domain, request)
        with Session(self._engine) as session, session.begin():
            session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": request.entity_id})
            entity = session.get(Entity, request.entity_id)
            if entity is not None and command is not None:
                stored = _stored_answer(session, request.entity_id, str(command.op))
                if stored is not None:
                    return Recorded(state=entity.state, offset_s=entity.offset_s, answer=stored)
            if request.seq > (entity.seq if entity else 0):
                message = f"{request.entity_id}: the workflow knows entry {request.seq}, the database does not"
                raise ApplicationError(message, type="LOG_IS_BEHIND", non_retryable=True)
            moment = _moment(session, request, command)
            state = entity.state if entity else domain.state().model_dump(mode="json")
            run = self._run(session, domain, request, command, state, moment, clash=clash)
            offset = self._write(session, request, entity, run.outcome, moment)
            return Recorded(
                state=run.outcome.state, offset_s=offset, answer=run.outcome.answer, refused=run.outcome.refused
            )

    def _run(
        self,
        session: Session,
        domain: Domain[Any],
        request: RecordRequest,
        command: Command | None,
        state: dict[str, Any],
        moment: datetime,
        *,
        clash: bool,
    ) -> Run:
        facts = look_up(session, request.kind, state, request.name, command, moment)
        if clash:
            facts["line_taken"] = True
        needs_log = request.name is not None and domain.commands[request.name].needs_log
        run = Run(domain, state, moment, entries(session, request.entity_id) if needs_log else (), facts)
        if request.name is None or command is None:
            run.carry_out_due(moment)
        else:
            run.command(request.name, command)
        return run

    def _write(
        self, session: Session, request: RecordRequest, entity: Entity | None, outcome: Outcome, moment: datetime
    ) -> float:
        now = datetime.now(UTC)
        if not outcome.entries:
            return entity.offset_s if entity else 0.0
        if entity is None:
            offset = request.offset_s if request.offset_s is not None else clock_offset(session).total_seconds()
            entity = Entity(
                entity_id=request.entity_id,
                kind=request.kind,
                seq=0,
                state={},
                offset_s=offset,
                created_at=moment,
                recorded_at=now,
            )
            session.add(entity)
        entity.seq = outcome.state["seq"]
        entity.state = outcome.state
        entity.closed = outcome.state["closed"]
        entity.recorded_at = now
        session.flush()
        session.add_all(_row(request.entity_id, entry, now) for entry in outcome.entries)
        _write_agenda(session, request.entity_id, outcome.state)
        self._projections[request.kind].write(session, request.entity_id, outcome, moment)
        session.flush()
        return entity.offset_s


def _parse(domain: Domain[Any], request: RecordRequest) -> Command | None:
    if request.name is None:
        return None
    handler = domain.commands.get(request.name)
    if handler is None:
        message = f"no command {request.name!r} of a {domain.kind}"
        raise ApplicationError(message, type="UNKNOWN_COMMAND", non_retryable=True)
    try:
        return handler.command.model_validate(request.command)
    except ValidationError as error:
        message = f"{request.name}: {error.error_count()} fields do not fit"
        raise ApplicationError(message, type="BAD_COMMAND", non_retryable=True) from None


def _moment(session: Session, request: RecordRequest, command: Command | None) -> datetime:
    """The business moment to decide at: the door's, the timer's, or now; never later than now."""
    now = business_now(session)
    asked = command.at if command is not None else request.until
    return min(asked, now + timedelta(seconds=5)) if asked is not None else now


def _stored_answer(session: Session, entity_id: str, op: str) -> Answer | None:
    first = session.execute(
        select(Transition).where(col(Transition.entity_id) == entity_id, col(Transition.op) == op)
    ).scalar_one_or_none()
    if first is None:
        return None
    pattern = op.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "#%"
    rows = session.execute(
        select(Transition)
        .where(col(Transition.entity_id) == entity_id, (col(Transition.op) == op) | col(Transition.op).like(pattern))
        .order_by(col(Transition.seq))
    ).scalars()
    last = list(rows)[-1]
    return Answer(state=last.to_state or last.from_state or "", decision=last.decision)


def entries(session: Session, entity_id: str) -> list[Entry]:
    """An entity's whole log, in order."""
    rows = session.execute(
        select(Transition).where(col(Transition.entity_id) == entity_id).order_by(col(Transition.seq))
    ).scalars()
    return [Entry.model_validate(row.model_dump()) for row in rows]


def _row(entity_id: str, entry: Entry, now: datetime) -> Transition:
    values = entry.model_dump(mode="python", exclude={"patch"})
    return Transition(entity_id=entity_id, recorded_at=now, patch=entry.patch.model_dump(mode="json"), **values)


def _write_agenda(session: Session, entity_id: str, state: dict[str, Any]) -> None:
    session.execute(delete(Agenda).where(col(Agenda.entity_id) == entity_id))
    for item in state["agenda"].values():
        session.add(
            Agenda(
                entity_id=entity_id,
                item_id=item["item_id"],
                due_at=datetime.fromisoformat(item["at"]),
                effect=item.get("effect"),
            )
        )
