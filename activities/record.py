"""Decide and record: the one local activity of every entity, one database transaction (see ADR 0002)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from psycopg.errors import ExclusionViolation
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.admission import admitted
from activities.batch import Batch, driver
from activities.defects import past_defect, told_of
from activities.failures import is_away
from activities.figures import NOT_TAKEN, carried_out, measured
from activities.outbox.events import write_event
from activities.rows.projection import Projection
from decisions.common import defects
from decisions.contract.facts import LineKnown
from decisions.contract.rollout import left_behind
from decisions.domain import AnyDomain, Context, Step
from decisions.engine import AnyRun, Outcome, Run
from decisions.lists import LISTS
from decisions.registry import DOMAINS
from decisions.walk import due_item
from models.actors import WORKER
from models.messages.contract.rollout import LeftBehind
from models.messages.entity import (
    DECIDE_AND_RECORD,
    DECISION_FAILED,
    EFFECT_FAILED,
    LOG_IS_BEHIND,
    AgendaItem,
    Answer,
    Command,
    DecisionFailed,
    Delivered,
    Entry,
    Recorded,
    RecordRequest,
    Refused,
    Restarted,
    Undeliverable,
    Unsealed,
)
from models.messages.results import UNSEALED_RESULT
from models.seal import Seals
from models.tables.contract.contract import ONE_CONTRACT_PER_LINE
from models.tables.log import Agenda, Entity, Transition
from store.database import Now, record_at
from store.facts.looked_up import look_up, standing
from store.locks import lock_key
from store.log import entries, keep_past, past, row_of
from store.outbox import EVENT, arrived, has_arrived

log = logging.getLogger(__name__)

N = TypeVar("N", bound=Command)

_STEERING = ("state", "closed")
"""What decides about the updates a workflow lets pass."""


class Recorder:
    """Runs decisions on an entity's facts and writes what they decide."""

    def __init__(
        self,
        engine: Engine,
        projections: Mapping[str, Projection],
        domains: Mapping[str, AnyDomain] = DOMAINS,
        *,
        spread_s: float = 0.0,
        seals: Seals | None = None,
        webhooks: bool = False,
    ) -> None:
        """Bind the database and the read rows of each kind.

        Args:
            engine: the database.
            projections: kind → its read rows.
            domains: kind → how it is decided.
            spread_s: told to every workflow.
            seals: what commands from outside must bear; None: nothing is asked for.
            webhooks: whether somebody listens to what is recorded.
        """
        self._webhooks = webhooks
        self._seals = seals
        self._engine = engine
        self._spread_s = spread_s
        self._projections = projections
        self._domains = domains

    @activity.defn(name=DECIDE_AND_RECORD)
    def decide_and_record(self, request: RecordRequest) -> Recorded:
        """Carry out what is due, then decide the command; what fails by a defect of ours is noted and set aside.

        Raises:
            ApplicationError: non-retryable, as `record`.
            Exception: the database is away (`failures.is_away`); nothing was recorded, try again.
        """
        recorded = self._decided(request)
        more: dict[str, Any] = {"spread_s": self._spread_s} if self._spread_s else {}
        if self._seals is not None and recorded.answer is not None:
            # An execution passes it on, and whoever reaches Temporal can carry one on in a worker's place.
            more["answer"] = self._seals.answered(request.entity_id, str(request.command.get("op")), recorded.answer)
        return recorded.model_copy(update=more) if more else recorded

    def _decided(self, request: RecordRequest) -> Recorded:
        with measured(request) as decision:
            if request.name == EFFECT_FAILED:
                return self._effect_failed(request)
            try:
                recorded = self.record(request)
            except Exception as error:
                if is_away(error) or isinstance(error, ApplicationError):
                    raise
                return past_defect(self, request, error)
            decision.recorded(recorded)
            return recorded

    def record(self, request: RecordRequest) -> Recorded:
        """As `record_aside`, for the entity's own workflow."""
        return self.record_aside(request)[0]

    def record_aside(self, request: RecordRequest) -> tuple[Recorded, bool]:
        """One transaction: due items up to the command's moment, the command, and everything that follows from both.

        Keyed by the operation id: an operation recorded before gives its stored decision and changes nothing.

        Returns:
            What was recorded, and whether the workflow must know at once: what may be asked of the entity may have
            changed.

        Raises:
            ApplicationError: non-retryable, the workflow knows entries this database does not have, or bad input.
        """
        try:
            return self._transact(request, clash=False)
        except ExclusionViolation as error:
            if error.diag.constraint_name != ONE_CONTRACT_PER_LINE:
                raise
            # Two contracts reached for one line at once; the second try sees the first one's hold.
            return self._transact(request, clash=True)

    def next_due(self, request: RecordRequest) -> AgendaItem | None:
        """The earliest item that the request would carry out first."""
        domain = self._domains[request.kind]
        command = _parse(domain, request)
        with Session(self._engine) as session, session.begin():
            found = _load(session, request.entity_id, None)
        if found.state is None:
            return None
        return due_item(domain.state.model_validate(found.state), _moment(found.now, request, command))

    def stands(self, entity_id: str) -> dict[str, Any]:
        """The state as it is recorded; empty where nothing is."""
        with Session(self._engine) as session, session.begin():
            return _load(session, entity_id, None).state or {}

    def note(self, request: RecordRequest, failed: DecisionFailed, *, rows: bool = True) -> Recorded:
        """Record a defect in a transaction of its own, whatever is due; noted before, it changes nothing.

        An entity that has no entry yet is given one where the values it cannot stand without are known.

        Args:
            request: what failed, or the workflow's word of an effect that did.
            failed: what to note; its `op` is the error's.
            rows: whether the read rows are written too; without, the log, the state and the agenda alone.
        """
        domain = self._domains[request.kind]
        refused = Refused(status=409, code=DECISION_FAILED, detail=told_of(failed), error_id=failed.error_id)
        with Session(self._engine) as session, session.begin():
            found = _load(session, request.entity_id, failed.op)
            _refuse_older(request, found)
            state = found.state or domain.state().model_dump(mode="json")
            gone = failed.item_id is not None and failed.item_id not in state["agenda"]
            gone = gone or (failed.held_id is not None and failed.held_id not in state["awaiting"])
            if found.stored is not None or gone or (found.state is None and not failed.values):
                return Recorded(state=state, offset_s=found.offset_s, refused=refused)
            run = Run(domain, state, found.now, log=lambda: entries(session, request.entity_id), standing=None)
            if failed.held_id is not None:
                run.set_aside(failed)
            else:
                typed = domain.state.model_validate(state)
                steps = defects.failed(typed, failed, Context(found.now, found.now))
                run.note(steps, failed, caused_by=defects.caused_by(typed, failed))
            offset = self._write(session, request, found, run.outcome, found.now, rows=rows)
            return Recorded(state=run.outcome.state, offset_s=offset, refused=refused)

    def note_undeliverable(self, entity_id: str, message: Undeliverable) -> bool:
        """Record in a transaction of its own that a message was given up; noted before, it changes nothing.

        Returns:
            Whether an operator's task stands there now: nobody can act on an entity that is closed or unknown.
        """
        return self._note_beside(entity_id, message, defects.undeliverable)

    def note_delivered(self, entity_id: str) -> bool:
        """Take the task of what was given up off once nothing of an entity is undelivered any more; safe to repeat.

        Returns:
            Whether it was taken off now.
        """
        seq = self.stands(entity_id).get("seq")
        message = Delivered(op=f"delivered/{seq}", actor=WORKER)
        return seq is not None and self._note_beside(entity_id, message, defects.delivered, where=has_arrived)

    def arrived(self) -> list[str]:
        """The entities whose task of what was given up can go: `note_delivered` takes it off."""
        with Session(self._engine) as session:
            return arrived(session)

    def note_restarted(self, entity_id: str, message: Restarted) -> bool:
        """Record in a transaction of its own that an execution had ended by no decision; as `note_undeliverable`."""
        return self._note_beside(entity_id, message, defects.restarted)

    def note_left_behind(self, entity_id: str, message: LeftBehind) -> bool:
        """Record that a contract was passed over by a merger, or is not any more; as `note_undeliverable`."""
        return self._note_beside(entity_id, message, left_behind)

    def _effect_failed(self, request: RecordRequest) -> Recorded:
        """A workflow's word of a failure, where it is a worker's of ours."""
        failed = DecisionFailed.model_validate(request.command)
        asked = admitted(self._seals, self._domains[request.kind], request, failed)
        return self._turned_away(request, failed, asked) if isinstance(asked, Refused) else self.note(request, failed)

    def _note_beside(
        self,
        entity_id: str,
        message: N,
        steps: Callable[[Any, N, Context], Sequence[Step]],
        *,
        where: Callable[[Session, str], bool] = lambda _session, _entity_id: True,
    ) -> bool:
        """Note what happened beside the entity's own life, whatever is due, `where` the database still says so."""
        kind = entity_id.partition("/")[0]
        domain = self._domains.get(kind)
        if domain is None:
            return False
        request = RecordRequest(kind=kind, entity_id=entity_id, seq=0)
        with Session(self._engine) as session, session.begin():
            found = _load(session, entity_id, message.op)
            if found.state is None or found.state["closed"] or found.stored is not None:
                return found.stored is not None
            if not where(session, entity_id):
                return False
            made = steps(domain.state.model_validate(found.state), message, Context(found.now, found.now))
            answers = any("tasks" in step.patch.drop for step in made)
            about = standing(session, kind, found.state, records=True) if answers else None
            run = Run(domain, found.state, found.now, standing=about)
            run.note(list(made), message, caused_by=None)
            if answers:
                run.close(message)
            self._write(session, request, found, run.outcome, found.now)
        return True

    def _transact(self, request: RecordRequest, *, clash: bool) -> tuple[Recorded, bool]:
        domain = self._domains[request.kind]
        command = _parse(domain, request)
        asked = admitted(self._seals, domain, request, command) if command is not None else None
        if isinstance(asked, Refused):
            return self._turned_away(request, command, asked), False
        command = asked
        with Session(self._engine) as session, session.begin():
            found = _load(session, request.entity_id, str(command.op) if command is not None else None)
            if found.stored is not None:
                return Recorded(state=found.state or {}, offset_s=found.offset_s, answer=found.stored), True
            _refuse_older(request, found)
            moment = _moment(found.now, request, command)
            state = found.state or domain.state().model_dump(mode="json")
            outcome = self._run(session, domain, request, command, state, moment, clash=clash).outcome
            offset = self._write(session, request, found, outcome, moment)
            recorded = Recorded(state=outcome.state, offset_s=offset, answer=outcome.answer, refused=outcome.refused)
            carried_out(request.kind, outcome.before.get("agenda", {}), outcome.state["agenda"], found.now)
            _say_set_aside(request.entity_id, outcome.entries)
            return recorded, any(outcome.state[name] != outcome.before.get(name) for name in _STEERING)

    def _turned_away(self, request: RecordRequest, command: Command | None, refused: Refused) -> Recorded:
        """Nothing is decided and nothing is kept but a line of the log; of an effect's result a task, once."""
        log.warning("%s of %s was turned away: %s", request.name, request.entity_id, refused.code)
        if command is not None and refused.code == UNSEALED_RESULT:
            NOT_TAKEN.labels(request.kind).inc()
            note = Unsealed(op=f"unsealed/{command.op}", actor=WORKER, item_id=getattr(command, "item_id", None))
            self._note_beside(request.entity_id, note, defects.unsealed)
        with Session(self._engine) as session, session.begin():
            found = _load(session, request.entity_id, None)
        state = found.state or self._domains[request.kind].state().model_dump(mode="json")
        return Recorded(state=state, offset_s=found.offset_s, refused=refused)

    def _run(
        self,
        session: Session,
        domain: AnyDomain,
        request: RecordRequest,
        command: Command | None,
        state: dict[str, Any],
        moment: datetime,
        *,
        clash: bool,
    ) -> AnyRun:
        facts = None
        if request.name is not None and command is not None:
            facts = look_up(session, domain, state, request.name, command, moment)
            if clash and isinstance(facts, LineKnown):
                facts = facts.model_copy(update={"line_taken": True})
        run = Run(
            domain,
            state,
            moment,
            log=lambda: entries(session, request.entity_id),
            past=(lambda: past(session, request.entity_id)) if domain.revisable else None,
            facts=facts,
            standing=standing(session, request.kind, state, records=True),
        )
        if request.item_id is not None:
            run.carry_out(request.item_id)
        elif request.held_id is not None:
            run.lay_out(request.held_id)
        elif request.name is None or command is None:
            run.carry_out_due(moment) if request.part else run.due(moment)
        elif request.part:
            run.decide(request.name, command)
        else:
            run.command(request.name, command)
        return run

    def _write(
        self,
        session: Session,
        request: RecordRequest,
        found: _Found,
        outcome: Outcome,
        moment: datetime,
        *,
        rows: bool = True,
    ) -> float:
        """Append the entries and everything that follows from them, sent together."""
        if not outcome.entries:
            return found.offset_s
        offset = found.offset_s
        if found.state is None:
            offset = request.offset_s if request.offset_s is not None else found.clock.offset_s
        now = record_at(session, found.recorded_at)
        batch = Batch.of(session)
        batch.upsert(
            Entity,
            entity_id=request.entity_id,
            kind=request.kind,
            seq=outcome.state["seq"],
            state=outcome.state,
            offset_s=offset,
            closed=outcome.state["closed"],
            created_at=found.created_at or moment,
            recorded_at=now,
        )
        for entry in outcome.entries:
            batch.insert(Transition, **row_of(request.entity_id, entry, now))
            if self._webhooks and not _of_a_webhook(entry):
                write_event(batch, request.entity_id, entry, now)
        domain = self._domains[request.kind]
        if domain.revisable:
            keep_past(batch, request.entity_id, found.seq, outcome.state["seq"], outcome.entries, outcome.state)
        _write_agenda(batch, request.entity_id, outcome)
        if rows:
            self._projections[request.kind].write(session, request.entity_id, outcome, moment)
        batch.flush()
        return offset


def _say_set_aside(entity_id: str, entries: Sequence[Entry]) -> None:
    """What a decision itself sets aside is explained here: its error id is told to an operator as being in the log."""
    for entry in entries:
        if entry.event == defects.FAILED:
            told = entry.decision
            log.error("%s: %s of %s is set aside (%s)", told["error_id"], told["what"], entity_id, told.get("code"))


def _of_a_webhook(entry: Entry) -> bool:
    """Whether it tells of a webhook that was given up: told by another one, it would go on for ever."""
    return entry.event == "undeliverable" and bool(entry.decision.get("channel") == EVENT)


@dataclass(frozen=True)
class _Found:
    """What one look at the database says, under the entity's lock."""

    clock: Now
    recorded_at: datetime
    """Of what is recorded now: real time, and never before the entry before it, should the database's clock be set
    back, as it can be when another server takes over."""
    seq: int = 0
    state: dict[str, Any] | None = None
    offset_s: float = 0.0
    created_at: datetime | None = None
    stored: Answer | None = None
    """The answer of an operation recorded before."""

    @property
    def now(self) -> datetime:
        """The business moment."""
        return self.clock.business


# The transaction gets its number before it looks at the clock: the feed of events (`api.care.events`) ends before the
# oldest of those that have one.
_LOCK = f"select pg_advisory_xact_lock({lock_key('%(id)s')}), pg_current_xact_id()"
# An answer tells the state after everything that was recorded with it: what was due already is carried out at once.
# What an operation recorded begins with the entry of its own name: a new one reads nothing of a long log.
_LOOK = """
select one.real, greatest(one.real, e.recorded_at), c.offset_s, c.frozen_at,
  e.seq, e.state, e.offset_s, e.created_at,
  (select jsonb_agg(jsonb_build_array(
      (select coalesce(l.to_state, l.from_state, '') from transition l
       where l.entity_id = t.entity_id and l.recorded_at = t.recorded_at order by l.seq desc limit 1),
      t.decision) order by t.seq)
   from transition o join transition t on t.entity_id = o.entity_id and t.seq >= o.seq and t.recorded_at = o.recorded_at
   where o.entity_id = %(id)s and o.op = %(op)s and o.because is null and t.because is null
     and (t.op = o.op or t.op like %(more)s)),
  (select t.decision from transition t where t.entity_id = %(id)s and t.op = 'revision/' || %(op)s)
from (select clock_timestamp() as real) as one left join entity e on e.entity_id = %(id)s left join clock c on c.id = 1
"""


def _load(session: Session, entity_id: str, op: str | None) -> _Found:
    """Lock the entity, then look: two statements, since a look must see what the lock waited for; one round trip."""
    escaped = (op or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"id": entity_id, "op": op, "more": f"{escaped}#%" if op else None}
    connection = driver(session)
    with connection.pipeline(), connection.cursor() as lock, connection.cursor() as look:
        lock.execute(_LOCK, values)
        look.execute(_LOOK, values)
        row = look.fetchone()
    if row is None:
        message = "a select without a condition gave no row"
        raise RuntimeError(message)
    real, recorded_at, clock_offset_s, frozen_at, seq, state, offset_s, created_at, stored, revised = row
    clock = Now.of(real, clock_offset_s, frozen_at)
    if state is None:
        return _Found(clock, recorded_at)
    last = None
    if stored:
        shown = {name: revised[name] for name in LISTS if name in revised} if revised else {}
        last = Answer(state=stored[-1][0], decision={**stored[-1][1], **shown})
    return _Found(clock, recorded_at, seq, state, offset_s, created_at, last)


def _refuse_older(request: RecordRequest, found: _Found) -> None:
    if request.seq > found.seq:
        message = f"{request.entity_id}: the workflow knows entry {request.seq}, the database does not"
        raise ApplicationError(message, type=LOG_IS_BEHIND, non_retryable=True)


def _parse(domain: AnyDomain, request: RecordRequest) -> Command | None:
    if request.name is None:
        return None
    handler = domain.commands.get(request.name)
    if handler is None:
        message = f"no command {request.name!r} of a {domain.kind}"
        raise ApplicationError(message, type="UNKNOWN_COMMAND", non_retryable=True)
    try:
        command: Command = handler.command.model_validate(request.command)
    except ValidationError as error:
        message = f"{request.name}: {error.error_count()} fields do not fit"
        raise ApplicationError(message, type="BAD_COMMAND", non_retryable=True) from None
    return command


def _moment(now: datetime, request: RecordRequest, command: Command | None) -> datetime:
    """The business moment to decide at: the door's, the timer's, or now; never later than now."""
    asked = command.at if command is not None else request.until
    return min(asked, now) if asked is not None else now


def _write_agenda(batch: Batch, entity_id: str, outcome: Outcome) -> None:
    gone, rows = agenda_rows(outcome.before.get("agenda", {}), outcome.state["agenda"])
    if gone:
        values = {"id": entity_id, "gone": gone}
        batch.execute("DELETE FROM agenda WHERE entity_id = %(id)s AND item_id = ANY(%(gone)s)", values)
    for row in rows:
        batch.upsert(Agenda, entity_id=entity_id, **row)


def agenda_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """Rows follow the agenda; those that stay as they are cost nothing, what is set aside has none.

    Returns:
        the items whose rows go, and the rows that are new or change, without whose they are.
    """
    before, after = _ahead(before), _ahead(after)
    gone = [key for key in before if key not in after]
    return gone, [
        {"item_id": key, "due_at": datetime.fromisoformat(item["at"]), "effect": item.get("effect")}
        for key, item in after.items()
        if before.get(key) != item
    ]


def _ahead(agenda: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in agenda.items() if item.get("error_id") is None}
