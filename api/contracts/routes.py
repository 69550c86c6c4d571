"""Contracts: reads, lists, and customers' and operators' requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlmodel import Session, col

from api import said
from api.carrier.crossed import crossed
from api.contracts import billing_view as billing
from api.contracts import view
from api.contracts.kinds import CONTRACT
from api.doors.auth import House, Reader
from api.doors.commands import BackOfficeDoor, OperatorDoor
from api.doors.fields import (
    Bare,
    ChannelName,
    CorrectionBody,
    CourseName,
    Day,
    LineId,
    Moment,
    MonthText,
    Mutable,
    Reasoned,
    RevisionBody,
    shown,
)
from api.doors.paging import Paging, WholePaging
from api.doors.problems import as_problem
from api.history import page_of
from api.letters import letters
from api.past import AsOf, KnownAt
from api.wire.language import Spoken
from models.messages.contract import contract as messages
from models.messages.entity import Command, DecideRevision
from models.tables.contract.contract import Contract
from models.tables.people import Line
from rules.calendar import japan_day
from rules.contract.cancellation import check_channel
from store.database import business_now

router = APIRouter(prefix="/v1/contracts", tags=["contracts"])

State = Literal[
    "applied",
    "identity_requested",
    "filing",
    "accepted",
    "active",
    "ending",
    "choosing",
    "ended",
    "declined",
    "withdrawn",
]


@dataclass
class Wanted:
    """What a list is narrowed to; `ending_before` is exclusive."""

    state: State | None = None
    course: Annotated[str | None, Query(max_length=40)] = None
    operator: Literal["EAST", "WEST"] | None = None
    ending_before: Day | None = None
    needs_operator: bool | None = None
    line_id: LineId | None = None


@router.get("", summary="List contracts")
async def list_contracts(house: House, _: Reader, wanted: Annotated[Wanted, Depends()], page: Paging) -> dict[str, Any]:
    """In order of application."""
    after = page.after_moment

    def find(session: Session) -> dict[str, Any]:
        today = japan_day(business_now(session))
        current = case(
            (and_(col(Contract.state) == "ending", col(Contract.end_on) < today), "ended"), else_=col(Contract.state)
        )
        query = select(Contract, current, col(Line.line_id)).join(
            Line, col(Line.line_key) == col(Contract.line_key), isouter=True
        )
        conditions: list[tuple[object, ColumnElement[bool]]] = [
            (wanted.state, current == wanted.state),
            (wanted.course, col(Contract.course) == wanted.course),
            (wanted.operator, col(Contract.operator) == wanted.operator),
            (
                wanted.ending_before,
                and_(col(Contract.end_on) < (wanted.ending_before or today), current.in_(("ending", "ended"))),
            ),
            (wanted.needs_operator, col(Contract.needs_operator) == wanted.needs_operator),
            (wanted.line_id, col(Line.line_id) == wanted.line_id),
        ]
        query = query.where(*(condition for value, condition in conditions if value is not None))
        if after is not None:
            began, last = after
            query = query.where(
                or_(
                    col(Contract.created_at) > began,
                    and_(col(Contract.created_at) == began, col(Contract.contract_id) > last),
                )
            )
        rows = session.execute(
            query.order_by(col(Contract.created_at), col(Contract.contract_id)).limit(page.limit + 1)
        ).all()
        return page.cut(rows, lambda row: (row[0].created_at.isoformat(), row[0].contract_id), lambda row: _row(*row))

    return await house.read(find)


def _row(row: Contract, state: str, line_id: str | None) -> dict[str, Any]:
    return {
        "contract_id": row.contract_id,
        "workflow_id": messages.workflow_id(row.contract_id),
        "state": state,
        "chapter": row.chapter or None,
        "course": row.course,
        "operator": row.operator,
        "line_id": line_id,
        "applied_on": row.applied_on.isoformat() if row.applied_on else None,
        "service_start_on": row.service_start_on.isoformat() if row.service_start_on else None,
        "end_on": row.end_on.isoformat() if row.end_on else None,
        "needs_operator": row.needs_operator,
        "next_action_at": view.moment(row.next_action_at),
    }


@router.get("/{contract_id}", summary="One contract, now or as of a day")
async def read(
    contract_id: str, house: House, who: Reader, as_of: AsOf = None, known_at: KnownAt = None
) -> dict[str, Any]:
    """With `as_of`, as of the end of that Japan day: on its last day a contract is still in force.

    With `known_at`, as it was known at that moment, before what was keyed in later. `credit` is a ledger's, and always
    today's: what was paid and when stands in the statements.
    """

    def load(session: Session) -> dict[str, Any]:
        if as_of is not None or known_at is not None:
            found = view.show(session, view.load_as_of(session, contract_id, as_of, known_at))
        else:
            now = business_now(session)
            found = view.show(session, view.load(session, contract_id, now), now)
        return said.told(session, who, "case", found, of=[messages.workflow_id(contract_id)])

    return await house.read(load)


@router.get("/{contract_id}/history", summary="What happened, why and by whom")
async def history(contract_id: str, house: House, who: Reader, language: Spoken, page: WholePaging) -> dict[str, Any]:
    """Every transition in ascending order; voided ones are marked."""
    entity_id = messages.workflow_id(contract_id)

    def load(session: Session) -> dict[str, Any]:
        return said.told(session, who, "log", page_of(session, entity_id, page, language), of=[entity_id])

    told = await house.read(load)
    if not told["items"] and not page.position:
        raise view.not_found()
    return told


@router.get("/{contract_id}/charges", summary="What is or may be owed")
async def charges(
    contract_id: str, house: House, _: Reader, page: WholePaging, *, voided: bool = False
) -> dict[str, Any]:
    """Charges decided for the contract; voided ones only with `?voided=true`."""

    def load(session: Session) -> list[dict[str, Any]]:
        now = business_now(session)
        state = view.load(session, contract_id, now)
        decided = view.charges(session, state, voided=voided)
        return [
            *billing.with_due_days(session, contract_id, decided, japan_day(now)),
            *billing.charge_items(session, contract_id, voided=voided),
        ]

    return page.of(await house.read(load))


@router.get("/{contract_id}/notices", summary="Notices to the contractor")
async def notices(contract_id: str, house: House, who: Reader, page: WholePaging) -> dict[str, Any]:
    """With the moments at which e-mail and portal had them; in outline for an auditor, and the look is kept."""
    entity_id = messages.workflow_id(contract_id)

    def load(session: Session) -> dict[str, Any]:
        view.load(session, contract_id, business_now(session))
        found = page.of(letters(session, [entity_id]))
        return said.told(session, who, "letters", found, of=[entity_id], shown=said.letters)

    return await house.read(load)


@router.get("/{contract_id}/carrier-messages", summary="What crossed between NTT and us")
async def carrier_messages(contract_id: str, house: House, who: Reader, page: WholePaging) -> dict[str, Any]:
    """Both directions, oldest first; an auditor sees in outline what may name somebody, and the look is kept."""

    def load(session: Session) -> dict[str, Any]:
        state = view.load(session, contract_id, business_now(session))
        ids = [messages.workflow_id(contract_id), f"filing/{state.filing_id}"]
        return crossed(session, who, page, ids, person_id=state.person_id, line_key=state.line_key)

    return await house.read(load)


class CancellationBody(Mutable):
    """解約の届出: a letter counts by its arrival, a form by its sending."""

    channel: ChannelName
    received_at: Moment
    wanted_month: MonthText | None = None
    posted_on: Day | None = None
    """The postmark of a letter; it counts only where the owner reads it so (A-26)."""

    model_config = shown(channel="paper", received_at="2019-04-25T10:00:00+09:00")


class ReceivedBody(Mutable):
    """A request that may carry when it arrived."""

    model_config = shown(received_at="2018-05-25T10:00:00+09:00")

    received_at: Moment | None = None


class IdentityBody(Mutable):
    """An identity document was shown."""

    model_config = shown(shown_at="2018-05-22T11:00:00+09:00")

    shown_at: Moment


class ServiceStartBody(Mutable):
    """The announced first day of service."""

    model_config = shown(service_start_on="2018-06-12")

    service_start_on: Day


class CourseSwitchBody(Reasoned):
    """Article 4-2: the course that fits the line NTT answered with."""

    model_config = shown(to_course="W2_MANSION", reason="served as a mansion", reason_code="ntt_changed_type")

    to_course: CourseName


"""Of a history."""


@router.post("/{contract_id}/identity-request", summary="Ask for an identity document")
async def identity_request(contract_id: str, door: BackOfficeDoor, body: Bare | None = None) -> JSONResponse:
    """Article 5: the company may ask."""
    return await door.send(CONTRACT, contract_id, "request_identity", Command, body)


@router.post("/{contract_id}/identity", summary="The identity document was shown")
async def identity(contract_id: str, body: IdentityBody, door: BackOfficeDoor) -> JSONResponse:
    """The application goes on where it stood."""
    return await door.send(CONTRACT, contract_id, "show_identity", messages.ShowIdentity, body)


@router.post("/{contract_id}/withdrawal", summary="The applicant withdraws before service starts")
async def withdrawal(contract_id: str, door: BackOfficeDoor, body: ReceivedBody | None = None) -> JSONResponse:
    """An order still open with NTT is taken back too, until the day before the work."""
    return await door.send(CONTRACT, contract_id, "withdraw", messages.WithReceipt, body)


@router.post("/{contract_id}/acceptance", summary="An operator accepts (article 7)")
async def acceptance(contract_id: str, body: Reasoned, door: OperatorDoor) -> JSONResponse:
    """After the holder test could not accept by itself (W-07.1)."""
    return await door.send(CONTRACT, contract_id, "accept", Command, body)


@router.post("/{contract_id}/refusal", summary="An operator refuses (article 7)")
async def refusal(contract_id: str, body: Reasoned, door: OperatorDoor) -> JSONResponse:
    """`reason_code` names the ground: `not_line_holder`, `operational` or `general_terms`."""
    return await door.send(CONTRACT, contract_id, "refuse", Command, body)


@router.post("/{contract_id}/course-switch", summary="An operator follows NTT's change of type (article 4-2)")
async def course_switch(contract_id: str, body: CourseSwitchBody, door: OperatorDoor) -> JSONResponse:
    """The minimum term stays (A-41)."""
    return await door.send(CONTRACT, contract_id, "switch_course", messages.SwitchCourse, body)


@router.post("/{contract_id}/service-start", summary="The first day of service")
async def service_start(contract_id: str, body: ServiceStartBody, door: BackOfficeDoor) -> JSONResponse:
    """For lines that exist already; with a filing the opening day comes from NTT."""
    return await door.send(CONTRACT, contract_id, "start_service", messages.StartService, body)


@router.post("/{contract_id}/cancellation", summary="A cancellation notice")
async def cancellation(contract_id: str, body: CancellationBody, door: BackOfficeDoor) -> JSONResponse:
    """On or before the 25th: the end of that month; later: the end of the next (articles 10, 22)."""
    with as_problem():
        check_channel(body.channel)
    return await door.send(CONTRACT, contract_id, "cancel", messages.Cancel, body)


@router.delete("/{contract_id}/cancellation", summary="Undo a cancellation that has not taken effect")
async def undo_cancellation(contract_id: str, door: BackOfficeDoor) -> JSONResponse:
    """The contract is exactly as before, agenda and charges included."""
    return await door.send(CONTRACT, contract_id, "undo_cancellation", messages.UndoCancellation)


@router.post("/{contract_id}/revisions", summary="An operator approves or refuses a revision that waits")
async def decide_revision(contract_id: str, body: RevisionBody, door: OperatorDoor) -> JSONResponse:
    """What falls and what comes is in the answer; refused, the life stays as it is."""
    return await door.send(CONTRACT, contract_id, "decide_revision", DecideRevision, body)


@router.post("/{contract_id}/corrections", summary="A wrong entry undone, kept in the log")
async def corrections(contract_id: str, body: CorrectionBody, door: OperatorDoor) -> JSONResponse:
    """The life is decided again without it; what rested on it and has lost its ground becomes an operator's task."""
    return await door.send(CONTRACT, contract_id, "correct", messages.Correct, body)
