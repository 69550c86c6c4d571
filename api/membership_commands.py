"""From a membership's door to its update, its workflow started first where an import has not got to it yet."""

from __future__ import annotations

import contextlib
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlmodel import Session, col
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from api.contract_commands import Mutable
from api.dry_run import dry_decision
from api.idempotency import Mutation, once
from api.people import keep_note
from api.problems import Problem
from api.send import update
from api.services import Caller, Services
from models.messages.entity import CONTRACTS_QUEUE, Answer, Command
from models.messages.membership import WORKFLOW, MembershipInput, workflow_id
from models.tables.club import Member
from models.tables.log import Entity


def not_found() -> Problem:
    """No such membership."""
    return Problem(404, "NOT_FOUND", "There is no membership under this id.")


async def command(
    request: Request,
    house: Services,
    who: Caller,
    member_id: str,
    name: str,
    made: Command,
    body: Mutable | None = None,
    *,
    dry_run: bool = False,
) -> JSONResponse:
    """Send one command to a membership; a dry run decides without sending.

    Raises:
        Problem: 404 for an unknown membership, or what was refused.
    """
    made = made.model_copy(
        update={
            "actor": who.name,
            "on_behalf_of": body.on_behalf_of if body else None,
            "reason_code": body.reason_code if body else None,
        }
    )
    if dry_run:
        entity_id = workflow_id(member_id)
        answer = await house.read(lambda session: dry_decision(session, "membership", entity_id, name, made))
        return JSONResponse({**answer.decision, "state": answer.state, "dry_run": True})
    await ensure_started(house, member_id)

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        text = body.reason if body else None
        note_id = await house.read(lambda session: keep_note(session, f"N{seen.stem}", text, seen.at))
        sent = made.model_copy(update={"op": seen.op, "at": seen.at, "note_id": note_id})
        answer = await send(house, member_id, name, sent)
        return 200, {**answer.decision, "state": answer.state}

    return await once(request, house, who, work)


async def send(house: Services, member_id: str, name: str, made: Command) -> Answer:
    """One update to a membership's workflow.

    Raises:
        Problem: as `api.send.update`.
    """
    return await update(house, workflow_id(member_id), name, made)


async def ensure_started(house: Services, member_id: str) -> None:
    """Start the workflow of an imported membership that has none yet; one that runs is left alone.

    Raises:
        Problem: 404.
    """
    start = await house.read(lambda session: _unstarted(session, member_id))
    if start is None:
        return
    # One that ran and is over is left alone too.
    with contextlib.suppress(WorkflowAlreadyStartedError):
        await house.client.start_workflow(
            WORKFLOW,
            start,
            id=workflow_id(member_id),
            task_queue=CONTRACTS_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary="メンバーズクラブ 会員",
        )
    await house.read(lambda session: _mark(session, member_id))


def _unstarted(session: Session, member_id: str) -> MembershipInput | None:
    row = session.get(Member, member_id)
    if row is None:
        raise not_found()
    if row.workflow_started:
        return None
    entity = session.get_one(Entity, workflow_id(member_id))
    return MembershipInput(
        member_id=row.member_id,
        person_id=row.person_id,
        line_key=row.line_key,
        offset_s=entity.offset_s,
        state=entity.state,
    )


def _mark(session: Session, member_id: str) -> None:
    row = session.execute(select(Member).where(col(Member.member_id) == member_id)).scalar_one()
    row.workflow_started = True
