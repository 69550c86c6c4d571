"""Memberships of フレッツ光メンバーズクラブ: registration, reads, members' and operators' requests."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, SecretStr, model_validator
from sqlmodel import Session
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from api import passwords
from api.auth import BackOffice, House, Operator, Reader
from api.contract_commands import Mutable, Reasoned
from api.dry_run import dry_decision
from api.fields import Body, Code, Day, Email, LineId, Moment, MonthText, Text
from api.idempotency import Mutation, once
from api.membership_commands import command, ensure_started, not_found, send
from api.membership_notices import subscribe
from api.paging import Paging
from api.people import find_line, keep_line, keep_note, keep_person
from api.send import start
from api.views import membership as view
from api.views import membership_list
from models.messages.entity import CONTRACTS_QUEUE, Answer, Command
from models.messages.membership import (
    WORKFLOW,
    AdjustPoints,
    Leave,
    MemberLine,
    MembershipInput,
    Register,
    SetMailConsents,
    workflow_id,
)
from models.tables.club import Member
from rules.calendar import japan_day
from store.database import business_now

router = APIRouter(prefix="/v1/memberships", tags=["memberships"])
subscribe()

EXAMPLE: dict[str, Any] = {
    "line": {
        "operator": "EAST",
        "line_id": "CAF2234567890",
        "service_type": "NEXT_FAMILY",
        "service_class": "FAMILY",
        "in_use_since": "2016-04-12",
        "ninen_wari_started_on": "2016-05-01",
    },
    "customer": "INDIVIDUAL",
    "applied_at": "2018-05-20T08:00:00+09:00",
    "member": {
        "name": "会員 太郎",
        "email": "taro@example.com",
        "phone": "03-0000-0001",
        "password": "correct horse battery",
    },
    "mail_magazine": True,
}

PASSWORD_MAX = 200


class MemberLineBody(Body):
    """The member's フレッツ光 line."""

    operator: Literal["EAST", "WEST"]
    line_id: LineId
    service_type: Code
    service_class: Literal["FAMILY", "MANSION"] | None = None
    in_use_since: Day
    ninen_wari_started_on: Day | None = None

    def facts(self) -> MemberLine:
        """What the rules need to know; a class that was not given is read from the type."""
        by_type: Literal["FAMILY", "MANSION"] = "MANSION" if self.service_type.endswith("MANSION") else "FAMILY"
        values = self.model_dump(exclude={"line_id", "service_class"})
        return MemberLine(**values, service_class=self.service_class or by_type)


class MemberBody(Body):
    """Personal data and the password: kept in the database only, the password as a hash."""

    name: Text
    email: Email
    phone: Text
    password: SecretStr = Field(min_length=1, max_length=PASSWORD_MAX)


class Registration(Mutable):
    """An application for membership (新規会員登録, 再登録)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [EXAMPLE]})

    line: MemberLineBody
    customer: Literal["INDIVIDUAL", "CORPORATE"] = "INDIVIDUAL"
    applied_at: Moment
    member: MemberBody
    mail_magazine: bool = False


class LeaveBody(Mutable):
    """退会: it counts on the day it arrived."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"received_at": "2018-06-15T10:00:00+09:00"}]}
    )

    received_at: Moment | None = None


class ConsentsBody(Mutable):
    """Two magazines, a consent each."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"club": True, "ntt_east": False}]})

    club: bool
    ntt_east: bool


class Entitlement(Body):
    """The month of use, or the term end month, that the points belong to; exactly one."""

    usage_month: MonthText | None = None
    term_end_month: MonthText | None = None

    @model_validator(mode="after")
    def _one(self) -> Entitlement:
        if (self.usage_month is None) == (self.term_end_month is None):
            message = "name exactly one of usage_month and term_end_month"
            raise ValueError(message)
        return self


class AdjustmentBody(Reasoned):
    """A missed grant is made good; `granted_on` is the day on which it should have been booked."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "points": 300,
                    "for": {"usage_month": "2018-05"},
                    "granted_on": "2018-06-01",
                    "reason": "付与漏れ",
                }
            ]
        },
    )

    points: int = Field(ge=-1_000_000, le=1_000_000)
    entitlement: Entitlement = Field(alias="for")
    granted_on: Day


class CredentialsBody(Mutable):
    """A new password, set at the reception centre."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"password": "another good one"}]})

    password: SecretStr = Field(min_length=1, max_length=PASSWORD_MAX)


@router.post("", status_code=201, summary="Register a member")
async def register(
    body: Registration, request: Request, house: House, who: BackOffice, *, dry_run: bool = False
) -> JSONResponse:
    """Judged on the day of the application (M-06.1, A-14); a former member begins again with 0 points (A-13)."""

    def decide(session: Session, member_id: str) -> Answer:
        line_key = find_line(session, body.line.line_id) or ""
        made = _register(body, who.name).model_copy(update={"line_key": line_key, "member_id": member_id})
        return dry_decision(session, "membership", None, "register", made)

    if dry_run:
        answer = await house.read(lambda session: decide(session, ""))
        told = {"member_id": None, "workflow_id": None, "state": answer.state, "decision": answer.decision}
        return JSONResponse({**told, "dry_run": True}, 200)

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        member_id = f"M{seen.stem}"
        # A refusal leaves nothing behind: no person, no line, no workflow.
        await house.read(lambda session: decide(session, member_id))
        hashed = await passwords.hash_password(body.member.password.get_secret_value())
        made = await house.read(lambda session: _prepare(session, body, seen, who.name, hashed))
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            WORKFLOW,
            made,
            id=workflow_id(member_id),
            task_queue=CONTRACTS_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary="メンバーズクラブ 会員",
        )
        answer = await start(house, "register", operation, seen.op)
        return 201, {
            "member_id": member_id,
            "workflow_id": workflow_id(member_id),
            "state": answer.state,
            "decision": answer.decision,
        }

    return await once(request, house, who, work)


def _register(body: Registration, who: str) -> Register:
    return Register(
        actor=who,
        on_behalf_of=body.on_behalf_of,
        reason_code=body.reason_code,
        customer=body.customer,
        applied_at=body.applied_at,
        line=body.line.facts(),
        mail_magazine=body.mail_magazine,
    )


def _prepare(session: Session, body: Registration, seen: Mutation, who: str, hashed: str) -> MembershipInput:
    """Write person, line and password; the workflow's input holds ids only."""
    values = body.member.model_dump(exclude={"password"})
    ids = {
        "member_id": f"M{seen.stem}",
        "person_id": keep_person(session, f"P{seen.stem}", values, seen.at),
        "line_key": keep_line(session, body.line.line_id, body.line.operator, seen.at),
    }
    passwords.keep_credential(session, ids["member_id"], hashed, seen.at, replace=False)
    note_id = keep_note(session, f"N{seen.stem}", body.reason, seen.at)
    made = _register(body, who).model_copy(update={**ids, "op": seen.op, "at": seen.at, "note_id": note_id})
    return MembershipInput(**ids, register_=made)


@router.get("", summary="List memberships")
async def list_memberships(
    house: House,
    _: Reader,
    line_id: LineId | None = None,
    state: Literal["active", "left", "ineligible", "ended_programme"] | None = None,
    limit: membership_list.Limit = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """In order of registration here; former memberships of a line included."""
    return await house.read(lambda session: membership_list.find(session, line_id, state, limit, cursor))


@router.get("/{member_id}", summary="One membership")
async def read(member_id: str, house: House, _: Reader) -> dict[str, Any]:
    """As of now, with everything due carried out."""

    def load(session: Session) -> dict[str, Any]:
        now = business_now(session)
        return view.show(session, view.load(session, member_id, now), now)

    return await house.read(load)


@router.get("/{member_id}/history", summary="What happened, why and by whom")
async def history(member_id: str, house: House, _: Reader, page: Paging) -> dict[str, Any]:
    """Every transition in ascending order."""
    return page.of(await house.read(lambda session: view.history(session, member_id)))


@router.get("/{member_id}/points", summary="Balance and lots")
async def points(member_id: str, house: House, _: Reader, on: Day | None = None) -> dict[str, Any]:
    """As of the end of a Japan day, today where none is given (M-04.6, M-04.7)."""

    def load(session: Session) -> dict[str, Any]:
        return view.points(session, member_id, on or japan_day(business_now(session)))

    return await house.read(load)


@router.get("/{member_id}/ledger", summary="Every entry of the points ledger")
async def ledger(member_id: str, house: House, _: Reader, page: Paging) -> dict[str, Any]:
    """Points signed from the member's side; at the end of a membership they sum to zero."""
    return page.of(await house.read(lambda session: view.ledger(session, member_id)))


@router.post("/{member_id}/leave", summary="The member leaves the club")
async def leave(
    member_id: str,
    request: Request,
    house: House,
    who: BackOffice,
    body: LeaveBody | None = None,
    *,
    dry_run: bool = False,
) -> JSONResponse:
    """Points are usable through that day (M-05.7); the dry run tells how many would be forfeited."""
    made = Leave(received_at=body.received_at if body else None)
    return await command(request, house, who, member_id, "leave", made, body, dry_run=dry_run)


@router.put("/{member_id}/mail-consents", summary="Consents to the two magazines")
async def mail_consents(
    member_id: str, body: ConsentsBody, request: Request, house: House, who: BackOffice, *, dry_run: bool = False
) -> JSONResponse:
    """The second list never follows from the first (M-08.3, A-19)."""
    made = SetMailConsents(club=body.club, ntt_east=body.ntt_east)
    return await command(request, house, who, member_id, "set_mail_consents", made, body, dry_run=dry_run)


@router.post("/{member_id}/point-adjustments", summary="A missed grant is made good (M-02.5)")
async def point_adjustments(
    member_id: str, body: AdjustmentBody, request: Request, house: House, who: Operator, *, dry_run: bool = False
) -> JSONResponse:
    """Only for an original entitlement, with its original grant day (A-09)."""
    made = AdjustPoints(points=body.points, granted_on=body.granted_on, **body.entitlement.model_dump())
    return await command(request, house, who, member_id, "adjust_points", made, body, dry_run=dry_run)


@router.post("/{member_id}/credentials", summary="The reception centre sets a password (M-09.11)")
async def credentials(
    member_id: str, body: CredentialsBody, request: Request, house: House, who: Operator, *, dry_run: bool = False
) -> JSONResponse:
    """The password goes into the database as a hash and nowhere else; the change is in the history."""
    made = Command(actor=who.name, on_behalf_of=body.on_behalf_of, reason_code=body.reason_code)
    if dry_run:
        return await command(request, house, who, member_id, "change_credentials", made, body, dry_run=True)
    if await house.read(lambda session: session.get(Member, member_id) is None):
        raise not_found()
    await ensure_started(house, member_id)

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        hashed = await passwords.hash_password(body.password.get_secret_value())
        note_id = await house.read(lambda session: keep_note(session, f"N{seen.stem}", body.reason, seen.at))
        sent = made.model_copy(update={"op": seen.op, "at": seen.at, "note_id": note_id})
        answer = await send(house, member_id, "change_credentials", sent)
        await house.read(lambda session: passwords.keep_credential(session, member_id, hashed, seen.at))
        return 200, {**answer.decision, "state": answer.state}

    return await once(request, house, who, work)
