"""Pages of a rollout: notices to contractors in sets, then the change recorded for each contract."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, bindparam, select, update
from sqlmodel import Session, col
from temporalio import activity

from activities.mass.command import MassCommand, Told
from activities.outbox.letters import Letters
from models.messages import contract, contract_rollout, rollout
from models.messages.contract_rollout import RolloutStep
from models.messages.entity import Answer
from models.tables.contract import Contract
from models.tables.people import Note, Person
from models.tables.rollout import Rollout, RolloutTarget
from store.database import business_now

log = logging.getLogger(__name__)

KEEP_EVERY = 50
"""Outcomes written in one statement; what was not written when a worker died is asked again and done once."""

LETTERS_PER_WRITE = 200


@dataclass(frozen=True)
class Outcome:
    """What became of one contract."""

    contract_id: str
    state: str
    """`done`, `skipped` or `failed`."""
    outcome: str
    detail: str
    articles: list[str]
    wake: bool = False
    """Whether its workflow is still to be told."""


class RolloutRuns:
    """Activities on the queue of runs; each may run more than once and has one effect."""

    def __init__(self, engine: Engine, mass: MassCommand) -> None:
        """Bind the database and the way many contracts are told."""
        self._engine = engine
        self._mass = mass

    # The announcement

    @activity.defn(name=rollout.SEND_NOTICES)
    async def send_notices(self, entity_id: str, item: dict[str, Any]) -> None:
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
    async def move_contracts(self, entity_id: str, item: dict[str, Any]) -> None:
        """Record the change for one page of contracts; a repeat of the page finds what is done already."""
        _ = item
        rollout_id = entity_id.partition("/")[2]
        step, ids = await asyncio.to_thread(self._page, rollout_id)
        workflows = [contract.workflow_id(each) for each in ids]
        some: list[Told] = []
        moving = self._mass.record("contract", workflows, contract_rollout.NAME, step)
        async with contextlib.aclosing(moving) as recorded:
            async for told in recorded:
                activity.heartbeat()
                some.append(told)
                if len(some) >= KEEP_EVERY:
                    await self._keep(rollout_id, some)
                    some = []
        await self._keep(rollout_id, some)

    @activity.defn(name=rollout.WAKE_CONTRACTS)
    async def wake_contracts(self, entity_id: str, item: dict[str, Any]) -> None:
        """Tell one page of workflows that do not know yet what was recorded; told twice does no harm."""
        _ = item
        rollout_id = entity_id.partition("/")[2]
        ids = await asyncio.to_thread(self._asleep, rollout_id)
        for start in range(0, len(ids), KEEP_EVERY):
            some = ids[start : start + KEEP_EVERY]
            await self._mass.wake([contract.workflow_id(each) for each in some])
            activity.heartbeat()
            await asyncio.to_thread(self._woken, rollout_id, some)

    def _page(self, rollout_id: str) -> tuple[RolloutStep, list[str]]:
        with Session(self._engine) as session:
            row = session.get_one(Rollout, rollout_id)
            ids = session.execute(
                select(col(RolloutTarget.contract_id))
                .where(col(RolloutTarget.rollout_id) == rollout_id, col(RolloutTarget.state) == "planned")
                .order_by(col(RolloutTarget.contract_id))
                .limit(rollout.CONTRACTS_PER_PAGE)
            ).scalars()
            step = RolloutStep(
                op=contract_rollout.operation_id(rollout_id),
                at=business_now(session),
                actor="rollout",
                rollout_id=rollout_id,
                kind=row.kind,
                courses=row.courses,
                to_course=row.to_course,
                announced_on=row.announced_on,
                effective_on=row.effective_on,
            )
            return step, list(ids)

    def _asleep(self, rollout_id: str) -> list[str]:
        query = (
            select(col(RolloutTarget.contract_id))
            .where(col(RolloutTarget.rollout_id) == rollout_id, col(RolloutTarget.wake))
            .order_by(col(RolloutTarget.contract_id))
            .limit(rollout.WAKES_PER_PAGE)
        )
        with Session(self._engine) as session:
            return list(session.execute(query).scalars())

    def _woken(self, rollout_id: str, contract_ids: Sequence[str]) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(RolloutTarget)
                .where(col(RolloutTarget.rollout_id) == rollout_id, col(RolloutTarget.contract_id).in_(contract_ids))
                .values(wake=False)
            )

    async def _keep(self, rollout_id: str, some: Sequence[Told]) -> None:
        """Write what became of some; a contract that Temporal lost is recorded, and left to an operator."""
        if some:
            lost = await self._mass.missing([told.entity_id for told in some if isinstance(told.answer, Answer)])
            outcomes = [_lost(told) if told.entity_id in lost else _outcome(told) for told in some]
            await asyncio.to_thread(self._write_outcomes, rollout_id, outcomes)

    def _write_outcomes(self, rollout_id: str, outcomes: list[Outcome]) -> None:
        table = RolloutTarget.__table__  # type: ignore[attr-defined]  # SQLModel gives every table one
        statement = (
            update(table)
            .where(table.c.rollout_id == bindparam("in_rollout"), table.c.contract_id == bindparam("of_contract"))
            .values(
                state=bindparam("new_state"),
                outcome=bindparam("new_outcome"),
                detail=bindparam("new_detail"),
                articles=bindparam("new_articles"),
                wake=bindparam("new_wake"),
                done_at=bindparam("new_done_at"),
            )
        )
        with self._engine.begin() as connection:
            with Session(connection) as session:
                at = business_now(session)
            connection.execute(
                statement,
                [
                    {
                        "in_rollout": rollout_id,
                        "of_contract": each.contract_id,
                        "new_state": each.state,
                        "new_outcome": each.outcome,
                        "new_detail": each.detail,
                        "new_articles": each.articles,
                        "new_wake": each.wake,
                        "new_done_at": at,
                    }
                    for each in outcomes
                ],
            )


def _outcome(told: Told) -> Outcome:
    """What became of one contract; a refusal is kept with its reason."""
    contract_id = told.entity_id.partition("/")[2]
    answer = told.answer
    if isinstance(answer, Answer):
        decided = answer.decision
        state = "skipped" if decided["outcome"] == "skipped" else "done"
        return Outcome(contract_id, state, decided["outcome"], decided["detail"], decided["articles"], wake=told.wake)
    if answer.code == "CLOSED":
        return Outcome(contract_id, "skipped", "skipped", answer.detail, answer.articles)
    log.warning("contract %s refused its part of a rollout: %s", contract_id, answer.code)
    return Outcome(contract_id, "failed", answer.code, answer.detail, answer.articles)


def _lost(told: Told) -> Outcome:
    detail = "The change is recorded, but Temporal does not run this contract: nothing further happens by itself."
    return Outcome(told.entity_id.partition("/")[2], "failed", "NO_WORKFLOW", detail, [])
