"""Applications (articles 5 to 8): the workflow's input, under an id made from the request."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from sqlmodel import Session

from api.contracts.kinds import CONTRACT
from api.doors.commands import BackOfficeDoor, Beginning
from api.doors.fields import (
    Body,
    CarrierTermsName,
    Channel,
    CourseName,
    Day,
    EditionName,
    Email,
    LineId,
    LongText,
    Moment,
    OnBehalf,
    Phone,
    Text,
)
from api.doors.idempotency import Mutation
from api.doors.people import find_line, keep_line, keep_note, keep_person
from api.doors.problems import Problem
from models.messages.contract.contract import Apply, Consents, ContractInput, LineFacts, workflow_id
from models.messages.entity import Answer

router = APIRouter(tags=["contracts"])

EXAMPLE: dict[str, Any] = {
    "course": "W2_FAMILY",
    "channel": "online",
    "received_at": "2018-05-20T08:00:00+09:00",
    "applicant": {
        "name": "契約 花子",
        "name_kana": "ケイヤク ハナコ",
        "email": "hanako@example.com",
        "phone": "03-0000-0000",
        "postal_code": "100-0001",
        "address": "東京都千代田区千代田1-1",
    },
    "line": {
        "operator": "EAST",
        "line_id": "CAF1234567890",
        "brand": "NEXT",
        "service_type": "FAMILY",
        "holder_is_applicant": True,
        "billing": [],
        "discounts": [],
        "zutto_months": None,
        "tax_exempt_embassy": False,
    },
    "start_line": False,
    "wished_dates": [],
    "identity_required": False,
    "consents": {"general_terms": "2017-06-01", "course_terms": "2017-06-01", "carrier_terms": "EAST-2017"},
}


class ApplicantBody(Body):
    """Personal data: kept in the database only."""

    name: Text
    name_kana: Text
    email: Email
    phone: Phone
    postal_code: Text
    address: Text


class LineBody(Body):
    """The フレッツ光 line; `line_id` is null when NTT-ME files for a new one."""

    operator: Literal["EAST", "WEST"]
    line_id: LineId | None = None
    brand: Literal["B", "PREMIUM", "NEXT", "LIGHT"] = "NEXT"
    service_type: Literal["FAMILY", "MANSION", "BUSINESS"] = "FAMILY"
    holder_is_applicant: bool = True
    billing: list[Literal["GROUP_LUMP", "MY_BILLING", "AT_BILLING"]] = Field(default_factory=list, max_length=3)
    discounts: list[Literal["SCHOOL", "ATTO", "ZUTTO"]] = Field(default_factory=list, max_length=3)
    zutto_months: int | None = Field(default=None, ge=0, le=1200)
    tax_exempt_embassy: bool = False

    def facts(self) -> LineFacts:
        """What the rules need to know."""
        return LineFacts(**self.model_dump(exclude={"line_id"}))


class ConsentsBody(Body):
    """The editions agreed to; all three are needed (W-05.1)."""

    general_terms: EditionName
    course_terms: EditionName
    carrier_terms: CarrierTermsName


class Application(Body):
    """An application (申込)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [EXAMPLE]})

    course: CourseName
    channel: Channel
    received_at: Moment
    applicant: ApplicantBody
    line: LineBody
    start_line: bool = False
    wished_dates: list[Day] = Field(default_factory=list, max_length=10)
    identity_required: bool = False
    consents: ConsentsBody
    written_on: Day | None = None
    posted_on: Day | None = None
    reason: LongText | None = None
    on_behalf_of: OnBehalf | None = None


@router.post("/v1/applications", status_code=201, summary="Apply for a contract")
async def apply(body: Application, door: BackOfficeDoor) -> JSONResponse:
    """Accepted at once, filed with NTT, waiting, or refused with the reasons (and kept as a declined record)."""
    if body.start_line == (body.line.line_id is not None):
        detail = "line.line_id is null exactly when start_line is true: NTT-ME then files for the line."
        raise Problem(400, "MALFORMED", detail)

    async def prepare(seen: Mutation, contract_id: str) -> ContractInput:
        return await door.services.read(lambda session: _prepare(session, body, seen, contract_id, door.who.name))

    async def told(contract_id: str | None, answer: Answer) -> dict[str, Any]:
        return _told(contract_id, answer)

    new = Beginning(
        kind=CONTRACT,
        name="apply",
        made=lambda session, _: _made(session, body, door.who.name),
        prepare=prepare,
        told=told,
        keeps_refusals=True,
    )
    return await door.begin(new)


def _made(session: Session, body: Application, who: str) -> Apply:
    line_key = find_line(session, body.line.line_id) if body.line.line_id else None
    return _command(body, who, line_key)


def _command(body: Application, who: str, line_key: str | None) -> Apply:
    return Apply(
        actor=who,
        on_behalf_of=body.on_behalf_of,
        line_key=line_key,
        line=body.line.facts(),
        consents=Consents(**body.consents.model_dump()),
        **body.model_dump(exclude={"applicant", "line", "consents", "reason", "on_behalf_of"}),
    )


def _prepare(session: Session, body: Application, seen: Mutation, contract_id: str, who: str) -> ContractInput:
    """Write the person and the line; the workflow's input holds their ids only."""
    person_id = keep_person(session, f"P{seen.stem}", body.applicant.model_dump(), seen.at)
    line = body.line
    line_key = keep_line(session, line.line_id, line.operator, seen.at) if line.line_id else None
    note_id = keep_note(session, f"N{seen.stem}", body.reason, seen.at, workflow_id(contract_id))
    ids = {
        "contract_id": contract_id,
        "person_id": person_id,
        "line_key": line_key,
        "filing_id": f"F{seen.stem}" if body.start_line else None,
    }
    command = _command(body, who, line_key).model_copy(update={**ids, "op": seen.op, "at": seen.at, "note_id": note_id})
    return ContractInput(**ids, apply=command)


def _told(contract_id: str | None, answer: Answer) -> dict[str, Any]:
    """The answer of an application; a refusal is a 422 with the reasons.

    Raises:
        Problem: the application was declined.
    """
    decision = answer.decision
    workflow = workflow_id(contract_id) if contract_id else None
    if decision.get("outcome") == "declined":
        reasons = decision.get("reasons") or ["REFUSED"]
        raise Problem(
            422,
            reasons[0],
            decision["detail"],
            decision["articles"],
            reasons=reasons,
            contract_id=contract_id,
            workflow_id=workflow,
            state="declined",
        )
    return {"contract_id": contract_id, "workflow_id": workflow, "state": answer.state, "decision": decision}
