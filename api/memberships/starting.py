"""Memberships, as the door knows them: a workflow is started first where an import has not got to it yet."""

from __future__ import annotations

import contextlib

from sqlalchemy import select
from sqlmodel import Session, col
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from api.doors.kinds import Kind
from api.doors.problems import Problem
from api.services import Services
from models.messages.club.membership import WORKFLOW, MembershipInput, workflow_id
from models.messages.entity import CONTRACTS_QUEUE
from models.tables.club.club import Member
from models.tables.log import Entity


def not_found() -> Problem:
    """No such membership."""
    return Problem(404, "NOT_FOUND", "There is no membership under this id.")


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
            static_summary=MEMBERSHIP.summary,
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


MEMBERSHIP = Kind(
    name="membership",
    workflow=WORKFLOW,
    workflow_id=workflow_id,
    summary="メンバーズクラブ 会員",
    letter="M",
    ready=ensure_started,
)
