"""Contracts: course changes, moving house, initial cancellation, termination and benefits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, StringConstraints

from api.contracts.kinds import CONTRACT
from api.contracts.view import charge_ids
from api.doors.commands import BackOfficeDoor, OperatorDoor
from api.doors.fields import ChannelName, CourseName, Day, Moment, Mutable, ReasonCode, Reasoned, ThenName
from api.doors.problems import Problem, as_problem
from decisions.contract.ending.initial_cancellation import TOO_LATE
from models.messages.contract import changes as messages
from rules import named
from rules.contract import cancellation
from rules.courses.course import check_channel

router = APIRouter(prefix="/v1/contracts/{contract_id}", tags=["contracts"])

BenefitId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
ChargeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,119}$")]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [values]})


class CourseChangeBody(Mutable):
    """An application for another course; without `change_on` it takes effect on the 1st after acceptance."""

    to_course: CourseName
    channel: ChannelName
    received_at: Moment
    change_on: Day | None = None

    model_config = _example(to_course="COLLABO", channel="online", received_at="2018-05-20T08:00:00+09:00")


class CourseChangeDecisionBody(Reasoned):
    """Whether an operator accepts after the holder test (W-07.1)."""

    accept: bool

    model_config = _example(accept=True, reason="委任状を確認した")


class RelocationBody(Mutable):
    """Where the contractor moves to."""

    to_operator: Literal["EAST", "WEST"]
    received_at: Moment

    model_config = _example(to_operator="WEST", received_at="2018-05-20T08:00:00+09:00")


class InitialCancellationBody(Mutable):
    """初期契約解除: both days, and what becomes of the contract."""

    papers_received_on: Day
    dispatched_on: Day
    then: ThenName | None = None
    """`end`, or the course the contract goes on in; left out, what article 21-4 says of the contract."""

    model_config = _example(papers_received_on="2018-05-10", dispatched_on="2018-05-17", then="end")


class TerminationBody(Reasoned):
    """The last day in force."""

    effective_on: Day

    model_config = _example(effective_on="2018-06-15", reason="利用規約違反", reason_code="breach")


class BenefitBody(Mutable):
    """A benefit's own term and fee; `fee` is yen, tax-exclusive. The benefit terms are the reason; more may be said."""

    benefit_id: BenefitId
    minimum_months: int = Field(ge=1, le=600, strict=True)
    fee: int = Field(ge=0, le=10_000_000, strict=True)
    from_on: Day
    reason_code: ReasonCode | None = "other"

    model_config = _example(benefit_id="CAMPAIGN-2018", minimum_months=12, fee=10000, from_on="2018-06-01")


class FeeDecisionBody(Reasoned):
    """Whether a fee that waits is due."""

    charge_id: ChargeId
    due: bool

    model_config = _example(charge_id="K0123-F5", due=True, reason="規約どおり請求する")


@router.post("/course-changes", summary="An application for another course")
async def course_change(contract_id: str, body: CourseChangeBody, door: BackOfficeDoor) -> JSONResponse:
    """Articles 9 and 21: the fee and the minimum term that follow are in the answer (article 12)."""
    with as_problem():
        check_channel(body.channel)
    return await door.send(CONTRACT, contract_id, "request_course_change", messages.RequestCourseChange, body)


@router.delete("/course-changes/pending", summary="Take a course change back before its day")
async def undo_course_change(contract_id: str, door: BackOfficeDoor) -> JSONResponse:
    """The contract is exactly as before, agenda, charges and tasks included."""
    return await door.send(CONTRACT, contract_id, "undo_course_change", messages.UndoCourseChange)


@router.post("/course-changes/decision", summary="An operator decides on a change by someone else than the holder")
async def course_change_decision(contract_id: str, body: CourseChangeDecisionBody, door: OperatorDoor) -> JSONResponse:
    """Articles 7 and 9-2; accepted, it takes effect on the agreed day or on the 1st of the next month."""
    return await door.send(CONTRACT, contract_id, "decide_course_change", messages.DecideCourseChange, body)


@router.post("/relocation", summary="The contractor moves house")
async def relocation(contract_id: str, body: RelocationBody, door: BackOfficeDoor) -> JSONResponse:
    """Article 21-3: `application_required` names the course change to send; otherwise the contract stays."""
    return await door.send(CONTRACT, contract_id, "relocate", messages.Relocate, body)


@router.post("/initial-cancellation", summary="A statutory initial cancellation")
async def initial_cancellation(contract_id: str, body: InitialCancellationBody, door: BackOfficeDoor) -> JSONResponse:
    """Articles 12-4, 12-5 and 21-4; a notice sent too late is a 422 with `last_day`."""

    def explain(problem: Problem) -> None:
        if problem.code == TOO_LATE:
            window = cancellation.initial_cancellation(body.papers_received_on, body.dispatched_on)
            problem.extra["last_day"] = window.data["last_day"]

    return await door.send(
        CONTRACT, contract_id, "initial_cancellation", messages.InitialCancellation, body, explain=explain
    )


@router.post("/termination", summary="An operator terminates the contract")
async def termination(contract_id: str, body: TerminationBody, door: OperatorDoor) -> JSONResponse:
    """In force to the end of `effective_on`; a fee inside a minimum term is due then (article 12-3)."""
    return await door.send(CONTRACT, contract_id, "terminate", messages.Terminate, body)


@router.post("/benefits", summary="A benefit with a term and a fee of its own")
async def benefits(contract_id: str, body: BenefitBody, door: OperatorDoor) -> JSONResponse:
    """Article 12-2: a separate obligation; its fee is charged when the contract ends inside its term."""
    return await door.send(CONTRACT, contract_id, "add_benefit", messages.AddBenefit, body)


@router.post("/fee-decision", summary="An operator decides about a fee that waits")
async def fee_decision(contract_id: str, body: FeeDecisionBody, door: OperatorDoor) -> JSONResponse:
    """A change to a course named in neither list of article 12-3, or what benefit terms say of a change."""
    theirs = await door.services.read(lambda session: charge_ids(session, contract_id))
    # An id of nobody's charge may say anything: it is refused without going on to Temporal.
    body = body.model_copy(update={"charge_id": named.one_of(body.charge_id, theirs)})
    return await door.send(CONTRACT, contract_id, "decide_fee", messages.DecideFee, body)
