"""The contractor's choice, waivers, inquiries, and tasks that an operator has dealt with."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from api.contracts.kinds import CONTRACT
from api.doors.commands import BackOfficeDoor, OperatorDoor
from api.doors.fields import CourseName, Day, LongText, Moment, Mutable, Reasoned, SettlementBody
from api.notes import evidence
from models.messages.contract import notices as messages

router = APIRouter(prefix="/v1/contracts", tags=["contracts"])


def _topic(value: str) -> str:
    """A topic goes to Temporal, so it is a code and never free text."""
    code = re.sub(r"[\s-]+", "_", value.strip()).upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9_]{0,39}", code):
        raise PydanticCustomError("topic", "a topic is a code such as CONSTRUCTION_DATE; the words go into `text`")
    return code


Topic = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_topic)]
Case = Literal["death", "line_name_change", "line_unusable"]


class ChoiceBody(Mutable):
    """What the contractor chose (articles 11 and 23)."""

    choice: Literal["continue", "course_change", "cancel"]
    to_course: CourseName | None = None
    holder_is_applicant: bool | None = None
    received_at: Moment
    change_on: Day | None = None

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"choice": "cancel", "received_at": "2019-03-20T10:00:00+09:00"}]},
    )


class WaiverBody(Reasoned):
    """A waiver of article 12 paragraph 6, with what proves its case."""

    kept_here: ClassVar[frozenset[str]] = frozenset({"evidence"})

    case: Case
    evidence: LongText

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"case": "death", "evidence": "死亡診断書の写し", "reason": "12条6項1号を確認"}]
        },
    )

    def note(self) -> str:
        """The reason, and what proves it."""
        return evidence(self.reason, self.evidence)


class WaiverRequestBody(Mutable):
    """Evidence for a waiver; dunning rests until an operator decides."""

    kept_here: ClassVar[frozenset[str]] = frozenset({"evidence"})

    case: Case
    evidence: LongText

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"case": "line_unusable", "evidence": "建物所有者の撤去通知"}]},
    )

    def note(self) -> str:
        """What proves the case, after a reason where one was given."""
        return evidence(self.reason, self.evidence)


class InquiryBody(Mutable):
    """A question about the line, or a dispute (`LINE_DISPUTE`)."""

    kept_here: ClassVar[frozenset[str]] = frozenset({"text"})

    topic: Topic
    text: LongText
    attributable: bool = False

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"topic": "CONSTRUCTION_DATE", "text": "工事日はいつですか。"}]},
    )

    def note(self) -> str:
        """The question in the caller's words."""
        return self.text


@router.post("/{contract_id}/choice", summary="The contractor's choice after the line's end or NTT's notice")
async def choice(contract_id: str, body: ChoiceBody, door: BackOfficeDoor) -> JSONResponse:
    """One that is not offered is 422. `cancel` is dated by the day it was received; silence never cancels (A-28)."""
    return await door.send(CONTRACT, contract_id, "choose", messages.Choose, body)


@router.post("/{contract_id}/waivers", summary="An operator waives a fee (article 12-6)")
async def waivers(contract_id: str, body: WaiverBody, door: OperatorDoor) -> JSONResponse:
    """Before or after the end; a lost line (`line_unusable`) suspends the fee of a course change and watches it."""
    return await door.send(CONTRACT, contract_id, "waive", messages.Waive, body)


@router.post("/{contract_id}/waiver-requests", summary="Evidence for a waiver came in")
async def waiver_requests(contract_id: str, body: WaiverRequestBody, door: BackOfficeDoor) -> JSONResponse:
    """The fee is not dunned until an operator grants the waiver or settles `WAIVER_REQUESTED` without one."""
    return await door.send(CONTRACT, contract_id, "request_waiver", messages.RequestWaiver, body)


@router.post("/{contract_id}/inquiries", summary="A question or a dispute about the line (articles 8, 20)")
async def inquiries(contract_id: str, body: InquiryBody, door: BackOfficeDoor) -> JSONResponse:
    """Answered from the filing where it tells; otherwise referred to NTT with its content. It is kept in the log."""
    return await door.send(CONTRACT, contract_id, "inquire", messages.Inquire, body)


@router.post("/{contract_id}/settlements", summary="An operator has dealt with what waited")
async def settlements(contract_id: str, body: SettlementBody, door: OperatorDoor) -> JSONResponse:
    """For tasks that no other request settles; `WAIVER_REQUESTED` settled so is a waiver not granted."""
    return await door.send(CONTRACT, contract_id, "settle_task", messages.SettleTask, body)
