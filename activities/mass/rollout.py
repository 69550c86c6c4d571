"""Pages of a rollout: notices to contractors in sets, then the change recorded for each contract."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import Engine, select
from sqlmodel import Session, col
from temporalio import activity

from activities.mass.change import MassChange, Outcome, Targets, own_id
from activities.mass.command import MassCommand, Told
from activities.outbox.letters import Letters
from models.messages import rollout
from models.messages.contract import contract
from models.messages.contract import rollout as contract_rollout
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import AgendaItem, Answer
from models.tables.contract.contract import Contract
from models.tables.people import Note, Person
from models.tables.rollout import Rollout, RolloutTarget
from store.database import business_now
from store.rollouts import step_of

log = logging.getLogger(__name__)

LETTERS_PER_WRITE = 200


class RolloutRuns:
    """Activities on the queue of runs; each may run more than once and has one effect."""

    def __init__(self, engine: Engine, mass: MassCommand) -> None:
        """Bind the database and the way many contracts are told."""
        self._engine = engine
        self._mass = mass

    # The announcement

    @activity.defn(name=rollout.SEND_NOTICES)
    async def send_notices(self, entity_id: str, item: AgendaItem) -> None:
        """Put the announcement out to one page of contractors not told yet, through the outbox (W-14.1, W-26.1)."""
        _ = item
        rollout_id = entity_id.partition("/")[2]
        for _ in range(rollout.NOTICES_PER_PAGE // LETTERS_PER_WRITE):
            written = await asyncio.to_thread(self._write_letters, rollout_id)
            activity.heartbeat()
            if written < LETTERS_PER_WRITE:
                return

    def _write_letters(self, rollout_id: str) -> int:
        """Letters to the next contractors, in one transaction; gives how many there were."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(Rollout, rollout_id)
            note = session.get(Note, row.text_id) if row.text_id else None
            found = session.execute(
                select(RolloutTarget, Contract, Person)
                .join(Contract, col(Contract.contract_id) == col(RolloutTarget.contract_id))
                .join(Person, col(Person.person_id) == col(Contract.person_id), isouter=True)
                .where(col(RolloutTarget.rollout_id) == rollout_id, col(RolloutTarget.noticed_at).is_(None))
                .order_by(col(RolloutTarget.contract_id))
                .limit(LETTERS_PER_WRITE)
                .with_for_update(of=RolloutTarget)
            ).all()
            if not found:
                return 0
            at = business_now(session)
            letters = Letters(at)
            said = {
                **row.model_dump(include={"kind", "effective_on", "announced_on", "to_course"}),
                "notice": note.text if note else None,
            }
            for target, contracted, person in found:
                if target.state == "planned":
                    notice_id = f"rollout.{rollout_id}.{contracted.contract_id}"
                    data = {**said, "chapter": contracted.chapter}
                    letters.write(
                        notice_id, "terms_changed", contract.workflow_id(contracted.contract_id), person, data
                    )
                target.noticed_at = at
            letters.store(session)
            return len(found)

    # Contract by contract

    @activity.defn(name=rollout.MOVE_CONTRACTS)
    async def move_contracts(self, entity_id: str, item: AgendaItem) -> None:
        """Record the change for one page of contracts; a repeat of the page finds what is done already."""
        _ = item
        rollout_id = entity_id.partition("/")[2]
        step, ids = await asyncio.to_thread(self._page, rollout_id)
        await self._change(rollout_id).record(ids, contract_rollout.NAME, step)

    @activity.defn(name=rollout.WAKE_CONTRACTS)
    async def wake_contracts(self, entity_id: str, item: AgendaItem) -> None:
        """Tell one page of workflows that do not know yet what was recorded; told twice does no harm."""
        _ = item
        rollout_id = entity_id.partition("/")[2]
        await self._change(rollout_id).wake(rollout.WAKES_PER_PAGE)

    def _change(self, rollout_id: str) -> MassChange:
        return MassChange(self._engine, self._mass, _targets(rollout_id))

    def _page(self, rollout_id: str) -> tuple[RolloutStep, list[str]]:
        with Session(self._engine) as session:
            row = session.get_one(Rollout, rollout_id)
            ids = _targets(rollout_id).planned(session, rollout.CONTRACTS_PER_PAGE)
            step = step_of(row, business_now(session))
            return step, ids


def _targets(rollout_id: str) -> Targets:
    return Targets(
        kind="contract",
        table=RolloutTarget,
        key="contract_id",
        within={"rollout_id": rollout_id},
        told_at="done_at",
        outcome=_outcome,
        lost="The change is recorded, but Temporal does not run this contract: nothing further happens by itself.",
    )


def _outcome(told: Told) -> Outcome:
    """What became of one contract; a refusal is kept with its reason."""
    contract_id = own_id(told.entity_id)
    answer = told.answer
    if isinstance(answer, Answer):
        decided = answer.decision
        state = "skipped" if decided["outcome"] == "skipped" else "done"
        return Outcome(contract_id, state, decided["outcome"], decided["detail"], decided["articles"], wake=told.wake)
    if answer.code == "CLOSED":
        return Outcome(contract_id, "skipped", "skipped", answer.detail, answer.articles)
    log.warning("contract %s refused its part of a rollout: %s", contract_id, answer.code)
    return Outcome(contract_id, "failed", answer.code, answer.detail, answer.articles)
