"""Rollouts: changes that reach many contracts, announced, rehearsed, paced, held and resumed."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, JsonValue
from sqlalchemy import and_, or_, select
from sqlmodel import Session, col
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from api.auth import House, Operator, Reader
from api.contract_commands import Bare, Mutable
from api.dry_run import dry_decision
from api.fields import Code, Day, LongText
from api.idempotency import Mutation, once
from api.people import keep_note
from api.problems import Problem
from api.send import start, update
from api.services import Caller, Services
from api.views import rollout as view
from models.messages.entity import CONTRACTS_QUEUE, Command
from models.messages.rollout import WORKFLOW, Announce, ResumeRollout, RolloutInput, workflow_id
from models.tables.log import Entity
from models.tables.rollout import Rollout

router = APIRouter(prefix="/v1/rollouts", tags=["rollouts"])

Limit = Annotated[int, Query(ge=1, le=500)]

EXAMPLE: dict[str, JsonValue] = {
    "kind": "course_merge",
    "courses": ["W2_MANSION_H"],
    "to_course": "W2_MANSION",
    "announced_on": "2018-04-20",
    "effective_on": "2018-06-01",
    "notice": "旧マンション H コースを新マンションコースに統合します。",
}


class RolloutBody(Mutable):
    """A change of many contracts; `notice` is the text put out to contractors."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [EXAMPLE]})

    kind: Literal["course_merge", "discontinue", "terms_change"]
    courses: list[Code] = Field(max_length=30)
    to_course: Code | None = None
    announced_on: Day
    effective_on: Day
    notice: LongText

    def command(self, who: Caller) -> Announce:
        """What the rollout begins with."""
        return Announce(
            actor=who.name,
            on_behalf_of=self.on_behalf_of,
            reason_code=self.reason_code,
            **self.model_dump(include={"kind", "courses", "to_course", "announced_on", "effective_on"}),
        )


class ResumeBody(Mutable):
    """Whether failures are taken as final outcomes instead of being tried again."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [{"accept_failed": False}]}
    )

    accept_failed: bool = False


@router.post("", summary="Announce a change that reaches many contracts")
async def announce(
    body: RolloutBody,
    request: Request,
    house: House,
    who: Operator,
    *,
    dry_run: bool = False,
    limit: Limit = 50,
    cursor: str | None = None,
) -> JSONResponse:
    """Decided at once, carried out from 00:00 JST of the effective day; a dry run lists who is affected and how."""
    command = body.command(who)
    after = _parse_cursor(cursor)
    if dry_run:
        return JSONResponse(await house.read(lambda session: _rehearse(session, command, after, limit)))

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        rollout_id = f"R{seen.stem}"
        note_id = f"N{seen.stem}"
        made = command.model_copy(update={"rollout_id": rollout_id, "op": seen.op, "at": seen.at, "note_id": note_id})
        if await house.read(lambda session: session.get(Entity, workflow_id(rollout_id)) is None):
            # Refused before anything begins: a workflow for every refusal would be noise.
            await house.read(lambda session: dry_decision(session, "rollout", None, "announce", made))
        await house.read(lambda session: keep_note(session, note_id, body.notice, seen.at))
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            WORKFLOW,
            RolloutInput(rollout_id=rollout_id, announce=made),
            id=workflow_id(rollout_id),
            task_queue=CONTRACTS_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary="一斉変更",
        )
        answer = await start(house, "announce", operation, seen.op)
        shown = await house.read(lambda session: view.show(session, rollout_id))
        return 200, {**answer.decision, **shown, "decision": answer.decision}

    return await once(request, house, who, work)


def _rehearse(session: Session, command: Announce, after: str | None, limit: int) -> dict[str, Any]:
    answer = dry_decision(session, "rollout", None, "announce", command)
    preview = view.Preview(command.kind, command.courses, command.to_course, command.announced_on, command.effective_on)
    items, more = preview.contracts(session, after, limit)
    return {
        **answer.decision,
        "state": answer.state,
        "dry_run": True,
        "planned": preview.planned(session),
        "affected": preview.groups(session),
        "contracts": {"items": items, "next_cursor": _cursor(more)},
    }


@router.get("", summary="List rollouts")
async def list_rollouts(
    house: House,
    _: Reader,
    state: Literal["announced", "running", "paused", "finished"] | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """The latest first."""
    after = _parse_cursor(cursor)

    def find(session: Session) -> dict[str, Any]:
        query = select(Rollout)
        if state is not None:
            query = query.where(col(Rollout.state) == state)
        last = session.get(Rollout, after) if after else None
        if last is not None:
            began = col(Rollout.created_at)
            query = query.where(
                or_(began < last.created_at, and_(began == last.created_at, col(Rollout.rollout_id) < last.rollout_id))
            )
        query = query.order_by(col(Rollout.created_at).desc(), col(Rollout.rollout_id).desc()).limit(limit + 1)
        rows = session.execute(query).scalars().all()
        more = rows[limit - 1].rollout_id if len(rows) > limit else None
        return {"items": [view.summary(session, row) for row in rows[:limit]], "next_cursor": _cursor(more)}

    return await house.read(find)


@router.get("/{rollout_id}", summary="One rollout and what became of each contract")
async def read(
    rollout_id: str,
    house: House,
    _: Reader,
    outcome: Literal["planned", "done", "failed", "skipped"] | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`outcomes` lists contracts by id, `limit` at a time; `outcome` leaves only those of one state."""
    after = _parse_cursor(cursor)

    def load(session: Session) -> dict[str, Any]:
        shown = view.show(session, rollout_id)
        items, more = view.outcomes(session, rollout_id, outcome, after, limit)
        return {**shown, "outcomes": {"items": items, "next_cursor": _cursor(more)}}

    return await house.read(load)


@router.post("/{rollout_id}/pause", summary="Hold a rollout after its present page")
async def pause(
    rollout_id: str,
    request: Request,
    house: House,
    who: Operator,
    body: Bare | None = None,
    *,
    dry_run: bool = False,
) -> JSONResponse:
    """Contracts moved already stay moved; the rest waits."""
    return await _command(request, house, who, rollout_id, "pause", Command(), body, dry_run=dry_run)


@router.post("/{rollout_id}/resume", summary="Let a rollout go on")
async def resume(
    rollout_id: str,
    request: Request,
    house: House,
    who: Operator,
    body: ResumeBody | None = None,
    *,
    dry_run: bool = False,
) -> JSONResponse:
    """Goes on where it was; contracts that failed are tried again."""
    command = ResumeRollout(accept_failed=body.accept_failed if body else False)
    return await _command(request, house, who, rollout_id, "resume", command, body, dry_run=dry_run)


async def _command(
    request: Request,
    house: Services,
    who: Caller,
    rollout_id: str,
    name: str,
    made: Command,
    body: Mutable | None,
    *,
    dry_run: bool,
) -> JSONResponse:
    entity_id = workflow_id(rollout_id)
    common = {
        "actor": who.name,
        "on_behalf_of": body.on_behalf_of if body else None,
        "reason_code": body.reason_code if body else None,
    }
    made = made.model_copy(update=common)
    if dry_run:
        answer = await house.read(lambda session: dry_decision(session, "rollout", entity_id, name, made))
        return JSONResponse({**answer.decision, "state": answer.state, "dry_run": True})
    await house.read(lambda session: view.show(session, rollout_id))

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        text = body.reason if body else None
        note_id = await house.read(lambda session: keep_note(session, f"N{seen.stem}", text, seen.at))
        sent = made.model_copy(update={"op": seen.op, "at": seen.at, "note_id": note_id})
        answer = await update(house, entity_id, name, sent)
        shown = await house.read(lambda session: view.show(session, rollout_id))
        return 200, {**answer.decision, **shown, "state": answer.state}

    return await once(request, house, who, work)


def _cursor(last: str | None) -> str | None:
    return base64.urlsafe_b64encode(last.encode()).decode() if last else None


def _parse_cursor(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (ValueError, binascii.Error):
        text = ""
    if not text.isalnum():
        raise Problem(400, "MALFORMED", "This cursor is not one of ours; take `next_cursor` as it is.")
    return text
