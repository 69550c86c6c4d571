"""The contractor's choice, waivers, inquiries, and tasks that an operator has dealt with."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, ConfigDict, StringConstraints

from api.auth import BackOffice, House, Operator
from api.contract_commands import Mutable, Reasoned, command
from api.fields import Code, Day, LongText, Moment, Text
from models.messages import contract_notices as messages

router = APIRouter(prefix="/v1/contracts", tags=["contracts"])


def _topic(value: str) -> str:
    """A topic goes to Temporal, so it is a code and never free text."""
    code = re.sub(r"[\s-]+", "_", value.strip()).upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9_]{0,39}", code):
        message = "a topic is a code such as CONSTRUCTION_DATE; the words go into `text`"
        raise ValueError(message)
    return code


Topic = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_topic)]
Case = Literal["death", "line_name_change", "line_unusable"]


class ChoiceBody(Mutable):
    """What the contractor chose (articles 11 and 23)."""

    choice: Literal["continue", "course_change", "cancel"]
    to_course: Text | None = None
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

    case: Case
    evidence: LongText

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"case": "death", "evidence": "死亡診断書の写し", "reason": "12条6項1号を確認"}]
        },
    )


class WaiverRequestBody(Mutable):
    """Evidence for a waiver; dunning rests until an operator decides."""

    case: Case
    evidence: LongText

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"case": "line_unusable", "evidence": "建物所有者の撤去通知"}]},
    )


class InquiryBody(Mutable):
    """A question about the line, or a dispute (`LINE_DISPUTE`)."""

    topic: Topic
    text: LongText
    attributable: bool = False

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"topic": "CONSTRUCTION_DATE", "text": "工事日はいつですか。"}]},
    )


class SettlementBody(Reasoned):
    """A task, by its code, that no other request settles."""

    why: Code

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "LINE_HOLDER_CHANGED", "reason": "承継の届出を確認"}]},
    )


@router.post("/{contract_id}/choice", summary="The contractor's choice after the line's end or NTT's notice")
async def choice(
    contract_id: str, body: ChoiceBody, request: Request, house: House, who: BackOffice, *, dry_run: bool = False
) -> JSONResponse:
    """One that is not offered is 422. `cancel` is dated by the day it was received; silence never cancels (A-28)."""
    made = messages.Choose(
        choice=body.choice,
        to_course=body.to_course,
        holder_is_applicant=body.holder_is_applicant,
        received_at=body.received_at,
        change_on=body.change_on,
    )
    return await command(request, house, who, contract_id, "choose", made, body, dry_run=dry_run)


@router.post("/{contract_id}/waivers", summary="An operator waives a fee (article 12-6)")
async def waivers(
    contract_id: str, body: WaiverBody, request: Request, house: House, who: Operator, *, dry_run: bool = False
) -> JSONResponse:
    """Before or after the end; a lost line (`line_unusable`) suspends the fee of a course change and watches it."""
    kept = body.model_copy(update={"reason": f"{body.reason}\n\nEvidence: {body.evidence}"})
    made = messages.Waive(case=body.case)
    return await command(request, house, who, contract_id, "waive", made, kept, dry_run=dry_run)


@router.post("/{contract_id}/waiver-requests", summary="Evidence for a waiver came in")
async def waiver_requests(
    contract_id: str, body: WaiverRequestBody, request: Request, house: House, who: BackOffice, *, dry_run: bool = False
) -> JSONResponse:
    """The fee is not dunned until an operator grants the waiver or settles `WAIVER_REQUESTED` without one."""
    text = body.evidence if body.reason is None else f"{body.reason}\n\nEvidence: {body.evidence}"
    kept = body.model_copy(update={"reason": text})
    made = messages.RequestWaiver(case=body.case)
    return await command(request, house, who, contract_id, "request_waiver", made, kept, dry_run=dry_run)


@router.post("/{contract_id}/inquiries", summary="A question or a dispute about the line (articles 8, 20)")
async def inquiries(
    contract_id: str, body: InquiryBody, request: Request, house: House, who: BackOffice, *, dry_run: bool = False
) -> JSONResponse:
    """Answered from the filing where it tells; otherwise referred to NTT with its content. It is kept in the log."""
    kept = body.model_copy(update={"reason": body.text})
    made = messages.Inquire(topic=body.topic, attributable=body.attributable)
    return await command(request, house, who, contract_id, "inquire", made, kept, dry_run=dry_run)


@router.post("/{contract_id}/settlements", summary="An operator has dealt with what waited")
async def settlements(
    contract_id: str, body: SettlementBody, request: Request, house: House, who: Operator, *, dry_run: bool = False
) -> JSONResponse:
    """For tasks that no other request settles; `WAIVER_REQUESTED` settled so is a waiver not granted."""
    made = messages.SettleTask(why=body.why)
    return await command(request, house, who, contract_id, "settle_task", made, body, dry_run=dry_run)
