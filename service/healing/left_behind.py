"""Contracts that a merger passed over and that went on: an operator is told of each once, and no more once it moved.

Earlier releases left such a contract on a course that no longer exists; whatever revises its life from before the day
moves it, nothing moves it by itself.
"""

from __future__ import annotations

import logging
from typing import Protocol

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from decisions.contract.rollout import LEFT_BEHIND, reaches
from models.actors import WORKER
from models.machines.contract import OVER
from models.messages.contract.contract import ContractState, workflow_id
from models.messages.contract.rollout import LeftBehind
from models.tables.log import Entity
from models.tables.rollout import Rollout
from rules.calendar import japan_day
from store.database import business_now
from store.rollouts import step_of

log = logging.getLogger(__name__)

OPERATION = "left_behind/"

NOTED_MAX = 200
"""Contracts noted in one look; the rest in the next."""

# What its own page is still to record, or failed at, is the rollout's; what was corrected away was an operator's word.
_MISSED = text("""
select c.contract_id, r.rollout_id from rollout r
cross join jsonb_array_elements_text(r.courses) merged(course)
join contract c on c.course = merged.course and c.state <> all(:over)
where r.kind = 'course_merge' and r.begun_at is not null and r.effective_on <= :today
  and not exists (
    select from rollout_target t
    where t.rollout_id = r.rollout_id and t.contract_id = c.contract_id and t.state in ('planned', 'failed'))
  and not exists (
    select from transition n where n.entity_id = 'contract/' || c.contract_id
      and n.op in ('rollout/' || r.rollout_id, :noted || r.rollout_id))
order by c.contract_id, r.effective_on limit :most
""")

_NOTED = text("""
select e.entity_id from entity e
where e.state -> 'tasks' <> '{}'::jsonb and jsonb_exists(e.state -> 'tasks', :code) and not e.closed
""")


class Notes(Protocol):
    """What records it with the contract."""

    def note_left_behind(self, entity_id: str, message: LeftBehind) -> bool:
        """Once for its operation id; false where nobody can act on it."""


class LeftBehindContracts:
    """The contracts that are on a merged course, and those that were."""

    def __init__(self, engine: Engine, notes: Notes) -> None:
        """Bind the database and what records."""
        self._engine = engine
        self._notes = notes

    def look(self) -> list[str]:
        """Note those that are left, and those that have moved since; gives their workflow ids.

        Raises:
            SQLAlchemyError: the database is away; the next look finds them again.
        """
        with Session(self._engine) as session:
            found = [*self._left(session), *self._moved(session)]
        return [entity_id for entity_id, message in found if self._note(entity_id, message)]

    def _left(self, session: Session) -> list[tuple[str, LeftBehind]]:
        asked = {"over": sorted(OVER), "noted": OPERATION, "most": NOTED_MAX}
        rows = session.execute(_MISSED, {**asked, "today": japan_day(business_now(session))}).all()
        found = []
        for contract_id, rollout_id in rows:
            entity = session.get_one(Entity, workflow_id(contract_id))
            if reaches(ContractState.model_validate(entity.state), step_of(session.get_one(Rollout, rollout_id))):
                message = LeftBehind(op=f"{OPERATION}{rollout_id}", actor=WORKER, rollout_id=rollout_id)
                found.append((entity.entity_id, message))
        return found

    def _moved(self, session: Session) -> list[tuple[str, LeftBehind]]:
        """Those with the task that no merger reaches any more: a revision from before its day leaves the task there."""
        noted = session.execute(_NOTED, {"code": LEFT_BEHIND}).scalars().all()
        begun = select(Rollout).where(col(Rollout.kind) == "course_merge", col(Rollout.begun_at).is_not(None))
        mergers = [step_of(row) for row in session.execute(begun).scalars()] if noted else []
        found = []
        for entity_id in noted:
            state = ContractState.model_validate(session.get_one(Entity, entity_id).state)
            if not any(reaches(state, step) for step in mergers):
                op = f"{OPERATION}moved/{state.seq}"
                found.append((entity_id, LeftBehind(op=op, actor=WORKER, rollout_id="", moved=True)))
        return found

    def _note(self, entity_id: str, message: LeftBehind) -> bool:
        try:
            return self._notes.note_left_behind(entity_id, message)
        except SQLAlchemyError:
            raise
        except Exception:
            # One that cannot be read costs its own task: the others are told all the same.
            log.exception("no operator can be told where %s was left by a merger", entity_id)
            return False
