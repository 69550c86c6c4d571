"""Memberships of フレッツ光メンバーズクラブ: registration, reads, members' and operators' requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from api import said
from api.doors.auth import House, Reader
from api.doors.commands import BackOfficeDoor, Beginning, OperatorDoor
from api.doors.fields import (
    Body,
    Code,
    CorrectionBody,
    Day,
    Email,
    LineId,
    Moment,
    MonthText,
    Mutable,
    Phone,
    Reasoned,
    RevisionBody,
    SettlementBody,
    Text,
    TextOrNone,
)
from api.doors.idempotency import Mutation
from api.doors.paging import Paging, WholePaging
from api.doors.people import find_line, keep_line, keep_person
from api.exchanges import passwords
from api.letters import letters
from api.memberships import listing, view
from api.memberships.starting import MEMBERSHIP
from api.past import AsOf, KnownAt, end_of_reading
from api.wire.language import Spoken
from models.messages.club.membership import (
    AdjustPoints,
    Correct,
    Leave,
    MemberLine,
    MembershipInput,
    Register,
    SetMailConsents,
    workflow_id,
)
from models.messages.contract.notices import SettleTask
from models.messages.entity import Answer, Command, DecideRevision
from rules.calendar import japan_day
from store.database import business_now

router = APIRouter(prefix="/v1/memberships", tags=["memberships"])

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
        "name_kana": "カイイン タロウ",
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
        """What the rules need to know."""
        return MemberLine(**self.model_dump(exclude={"line_id"}))


class MemberBody(Body):
    """Personal data and the password: kept in the database only, the password as a hash."""

    name: Text
    name_kana: TextOrNone = ""
    """By it people are found who say their name on the telephone."""
    email: Email
    phone: Phone
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


class MailConsentsBody(Mutable):
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
            raise PydanticCustomError("one_entitlement", "name exactly one of usage_month and term_end_month")
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

    def facts(self) -> dict[str, Any]:
        """The month beside the points."""
        return {"points": self.points, "granted_on": self.granted_on, **self.entitlement.model_dump()}


class CredentialsBody(Mutable):
    """A new password, set at the reception centre."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"password": "another good one"}]})

    kept_here: ClassVar[frozenset[str]] = frozenset({"password"})

    password: SecretStr = Field(min_length=1, max_length=PASSWORD_MAX)


@router.post("", status_code=201, summary="Register a member")
async def register(body: Registration, door: BackOfficeDoor) -> JSONResponse:
    """Judged on the day of the application (M-06.1, A-14); a former member begins again with 0 points (A-13)."""
    who = body.member
    passwords.check_new(who.password.get_secret_value(), personal=(who.name, who.name_kana, who.email, who.phone))

    def made(session: Session, member_id: str) -> Register:
        line_key = find_line(session, body.line.line_id) or ""
        return _register(body, door.who.name).model_copy(update={"line_key": line_key, "member_id": member_id})

    async def prepare(seen: Mutation, member_id: str) -> MembershipInput:
        hashed = await passwords.hash_password(body.member.password.get_secret_value())
        note_id = await door.keep_note(seen, body, workflow_id(member_id))
        signed = _register(body, door.who.name).model_copy(update={"op": seen.op, "at": seen.at, "note_id": note_id})
        return await door.services.read(lambda session: _prepare(session, body, signed, seen, member_id, hashed))

    async def told(member_id: str | None, answer: Answer) -> dict[str, Any]:
        workflow = workflow_id(member_id) if member_id else None
        ids = {"member_id": member_id, "workflow_id": workflow}
        return {**ids, "state": answer.state, "decision": answer.decision}

    return await door.begin(Beginning(kind=MEMBERSHIP, name="register", made=made, prepare=prepare, told=told))


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


def _prepare(
    session: Session, body: Registration, signed: Register, seen: Mutation, member_id: str, hashed: str
) -> MembershipInput:
    """Write person, line and password; the workflow's input holds ids only."""
    values = body.member.model_dump(exclude={"password"})
    ids = {
        "member_id": member_id,
        "person_id": keep_person(session, f"P{seen.stem}", values, seen.at),
        "line_key": keep_line(session, body.line.line_id, body.line.operator, seen.at),
    }
    passwords.keep_credential(session, member_id, hashed, seen.at, replace=False)
    return MembershipInput(**ids, register_=signed.model_copy(update=ids))


@router.get("", summary="List memberships")
async def list_memberships(
    house: House,
    _: Reader,
    page: Paging,
    line_id: LineId | None = None,
    state: Literal["active", "left", "ineligible", "ended_programme"] | None = None,
) -> dict[str, Any]:
    """In order of registration here; former memberships of a line included."""
    return await house.read(lambda session: listing.find(session, line_id, state, page))


@router.get("/{member_id}", summary="One membership, now or as of a day")
async def read(
    member_id: str, house: House, who: Reader, as_of: AsOf = None, known_at: KnownAt = None
) -> dict[str, Any]:
    """As of now, with everything due carried out; with `as_of`, as of the end of that Japan day.

    With `known_at`, as it was known at that moment, before what was keyed in later.
    """

    def load(session: Session) -> dict[str, Any]:
        if as_of is not None or known_at is not None:
            end = end_of_reading(session, as_of, known_at)
            shown_at = end - timedelta(microseconds=1)
            found = view.show(session, view.load_as_of(session, member_id, end, known_at), shown_at)
        else:
            now = business_now(session)
            found = view.show(session, view.load(session, member_id, now), now)
        return said.told(session, who, "case", found, of=[workflow_id(member_id)])

    return await house.read(load)


@router.get("/{member_id}/history", summary="What happened, why and by whom")
async def history(member_id: str, house: House, who: Reader, language: Spoken, page: WholePaging) -> dict[str, Any]:
    """Every transition in ascending order."""

    def load(session: Session) -> dict[str, Any]:
        found = view.history(session, member_id, page, language)
        return said.told(session, who, "log", found, of=[workflow_id(member_id)])

    return await house.read(load)


@router.get("/{member_id}/notices", summary="Notices to the member")
async def notices(member_id: str, house: House, who: Reader, page: WholePaging) -> dict[str, Any]:
    """Those about the member's exchanges as well; in outline for an auditor, and the look is kept."""

    def load(session: Session) -> dict[str, Any]:
        view.load(session, member_id, business_now(session))
        found = page.of(letters(session, view.with_exchanges(session, member_id)))
        return said.told(session, who, "letters", found, of=[workflow_id(member_id)], shown=said.letters)

    return await house.read(load)


@router.get("/{member_id}/points", summary="Balance and lots")
async def points(member_id: str, house: House, _: Reader, on: Day | None = None) -> dict[str, Any]:
    """As of the end of a Japan day, today where none is given (M-04.6, M-04.7).

    It has no `known_at`: the ledger is only ever added to, and each of its entries says on which day it was booked.
    """

    def load(session: Session) -> dict[str, Any]:
        return view.points(session, member_id, on or japan_day(business_now(session)))

    return await house.read(load)


@router.get("/{member_id}/ledger", summary="Every entry of the points ledger")
async def ledger(member_id: str, house: House, _: Reader, page: WholePaging) -> dict[str, Any]:
    """Points signed from the member's side; at the end of a membership they sum to zero."""
    return page.of(await house.read(lambda session: view.ledger(session, member_id)))


@router.post("/{member_id}/leave", summary="The member leaves the club")
async def leave(member_id: str, door: BackOfficeDoor, body: LeaveBody | None = None) -> JSONResponse:
    """Points are usable through that day (M-05.7); the dry run tells how many would be forfeited."""
    return await door.send(MEMBERSHIP, member_id, "leave", Leave, body)


@router.put("/{member_id}/mail-consents", summary="Consents to the two magazines")
async def mail_consents(member_id: str, body: MailConsentsBody, door: BackOfficeDoor) -> JSONResponse:
    """The second list never follows from the first (M-08.3, A-19)."""
    return await door.send(MEMBERSHIP, member_id, "set_mail_consents", SetMailConsents, body)


@router.post("/{member_id}/corrections", summary="A wrong entry undone, kept in the log")
async def corrections(member_id: str, body: CorrectionBody, door: OperatorDoor) -> JSONResponse:
    """End, renewals, storage and points follow again without it."""
    return await door.send(MEMBERSHIP, member_id, "correct", Correct, body)


@router.post("/{member_id}/revisions", summary="An operator approves or refuses what waits, against the member")
async def decide_revision(member_id: str, body: RevisionBody, door: OperatorDoor) -> JSONResponse:
    """What falls and what comes is in the answer; refused, the membership stays as it is."""
    return await door.send(MEMBERSHIP, member_id, "decide_revision", DecideRevision, body)


@router.post("/{member_id}/point-adjustments", summary="A missed grant is made good (M-02.5)")
async def point_adjustments(member_id: str, body: AdjustmentBody, door: OperatorDoor) -> JSONResponse:
    """Only for an original entitlement, with its original grant day (A-09)."""
    return await door.send(MEMBERSHIP, member_id, "adjust_points", AdjustPoints, body)


@router.post("/{member_id}/credentials", summary="The reception centre sets a password (M-09.11)")
async def credentials(member_id: str, body: CredentialsBody, door: OperatorDoor) -> JSONResponse:
    """The password goes into the database as a hash and nowhere else; the change is in the history."""
    known = await door.services.read(lambda session: passwords.own_words(session, member_id))
    passwords.check_new(body.password.get_secret_value(), personal=known)

    async def keep(seen: Mutation) -> None:
        hashed = await passwords.hash_password(body.password.get_secret_value())
        await door.services.read(lambda session: passwords.keep_credential(session, member_id, hashed, seen.at))

    return await door.send(MEMBERSHIP, member_id, "change_credentials", Command, body, afterwards=keep)


@router.post("/{member_id}/settlements", summary="An operator has dealt with what waited for a member")
async def settlements(member_id: str, body: SettlementBody, door: OperatorDoor) -> JSONResponse:
    """For tasks that no other request settles."""
    return await door.send(MEMBERSHIP, member_id, "settle_task", SettleTask, body)
