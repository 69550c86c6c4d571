"""Rollouts: changes that reach many contracts, announced, rehearsed, paced, held and resumed."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, JsonValue
from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from api.doors.auth import House, Reader
from api.doors.commands import Beginning, OperatorDoor
from api.doors.fields import Bare, Code, Day, LongText, Mutable, SettlementBody
from api.doors.idempotency import Mutation
from api.doors.kinds import Kind
from api.doors.paging import Page, Paging
from api.doors.people import keep_note
from api.rollouts import view
from api.services import Caller
from models.messages.contract.notices import SettleTask
from models.messages.entity import Answer, Command
from models.messages.rollout import WORKFLOW, Announce, ResumeRollout, RolloutInput, workflow_id
from models.tables.rollout import Rollout

router = APIRouter(prefix="/v1/rollouts", tags=["rollouts"])

ROLLOUT = Kind(
    name="rollout",
    workflow=WORKFLOW,
    workflow_id=workflow_id,
    summary="一斉変更",
    letter="R",
    missing="There is no rollout under this id.",
    shown=view.show,
)

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

    def stem(self) -> str:
        """The same for two that would move the same contracts to the same on the same day.

        Changed terms are told apart by their text as well: there may be several from one day.
        """
        said: list[Any] = [self.kind, sorted(set(self.courses)), self.to_course, self.effective_on.isoformat()]
        if self.kind == "terms_change":
            said += [self.announced_on.isoformat(), self.notice]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24].upper()

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
async def announce(body: RolloutBody, door: OperatorDoor, page: Paging) -> JSONResponse:
    """Decided at once, carried out from 00:00 JST of the effective day; a dry run lists who is affected and how."""
    made = body.command(door.who)
    after = page.after_id

    async def prepare(seen: Mutation, rollout_id: str) -> RolloutInput:
        text, note_id = body.notice, f"N{seen.stem}"
        await door.services.read(lambda session: keep_note(session, note_id, text, seen.at))
        ids = {"rollout_id": rollout_id, "op": seen.op, "at": seen.at, "note_id": note_id}
        return RolloutInput(rollout_id=rollout_id, announce=made.model_copy(update=ids))

    async def told(rollout_id: str | None, answer: Answer) -> dict[str, Any]:
        if rollout_id is None:
            reached = await door.services.read(lambda session: _reached(session, made, page, after))
            return {**answer.decision, "state": answer.state, **reached}
        shown = await door.services.read(lambda session: view.show(session, rollout_id))
        return {**answer.decision, **shown, "decision": answer.decision}

    new = Beginning(
        kind=ROLLOUT,
        name="announce",
        made=lambda _, rollout_id: made.model_copy(update={"rollout_id": rollout_id}),
        prepare=prepare,
        told=told,
        status=200,
        stem=body.stem(),
    )
    return await door.begin(new)


def _reached(session: Session, command: Announce, page: Page, after: str | None) -> dict[str, Any]:
    preview = view.Preview(command.kind, command.courses, command.to_course, command.announced_on, command.effective_on)
    return {
        "planned": preview.planned(session),
        "affected": preview.groups(session),
        "contracts": page.cut(preview.contracts(session, after, page.limit + 1), _contract_id),
    }


def _contract_id(row: dict[str, Any]) -> tuple[str]:
    return (row["contract_id"],)


@router.get("", summary="List rollouts")
async def list_rollouts(
    house: House,
    _: Reader,
    page: Paging,
    state: Literal["announced", "running", "paused", "finished"] | None = None,
) -> dict[str, Any]:
    """The latest first."""
    after = page.after_id

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
        query = query.order_by(col(Rollout.created_at).desc(), col(Rollout.rollout_id).desc()).limit(page.limit + 1)
        rows = session.execute(query).scalars().all()
        return page.cut(rows, lambda row: (row.rollout_id,), lambda row: view.summary(session, row))

    return await house.read(find)


@router.get("/{rollout_id}", summary="One rollout and what became of each contract")
async def read(
    rollout_id: str,
    house: House,
    _: Reader,
    page: Paging,
    outcome: Literal["planned", "done", "failed", "skipped"] | None = None,
) -> dict[str, Any]:
    """`outcomes` lists contracts by id, `limit` at a time; `outcome` leaves only those of one state."""
    after = page.after_id

    def load(session: Session) -> dict[str, Any]:
        shown = view.show(session, rollout_id)
        rows = view.outcomes(session, rollout_id, outcome, after, page.limit + 1)
        return {**shown, "outcomes": page.cut(rows, _contract_id)}

    return await house.read(load)


@router.post("/{rollout_id}/pause", summary="Hold a rollout after its present page")
async def pause(rollout_id: str, door: OperatorDoor, body: Bare | None = None) -> JSONResponse:
    """Contracts moved already stay moved; the rest waits."""
    return await door.send(ROLLOUT, rollout_id, "pause", Command, body)


@router.post("/{rollout_id}/resume", summary="Let a rollout go on")
async def resume(rollout_id: str, door: OperatorDoor, body: ResumeBody | None = None) -> JSONResponse:
    """Goes on where it was; contracts that failed are tried again."""
    return await door.send(ROLLOUT, rollout_id, "resume", ResumeRollout, body)


@router.post("/{rollout_id}/settlements", summary="An operator has dealt with what waited for a rollout")
async def settlements(rollout_id: str, body: SettlementBody, door: OperatorDoor) -> JSONResponse:
    """For tasks that no other request settles."""
    return await door.send(ROLLOUT, rollout_id, "settle_task", SettleTask, body)
