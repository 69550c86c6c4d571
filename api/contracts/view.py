"""A contract as the interface shows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from api.doors.problems import Problem
from api.doors.tasks import awaiting_of, tasks_of
from api.notes import proof
from api.past import end_of_reading, state_as_of
from decisions.contract.course import choosable
from decisions.contract.domain import CONTRACT
from decisions.reading import project
from models.messages.contract.contract import ContractState, workflow_id
from models.messages.entity import Command
from models.tables.contract.contract import ChargeRow
from models.tables.log import Entity
from models.tables.people import Line, Note
from rules.calendar import JST
from rules.charges.payment_agency import billed_party
from rules.money import Money
from store.billing.statements import credit
from store.database import business_now
from store.facts.contract import Standing, line_known

_INTERNAL = {
    "charge_owed",
    "charge_paid",
    "credit_left",
    "withdraw_payment_agency",
    "filing_report",
    "line_notice",
    "rollout",
}
"""Updates that only other parts of the service send."""


def not_found() -> Problem:
    """No such contract."""
    return Problem(404, "NOT_FOUND", "There is no contract under this id.")


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in Japan time."""
    return value.astimezone(JST).isoformat() if value else None


def load(session: Session, contract_id: str, now: datetime) -> ContractState:
    """The contract as it stands now, with what is due carried out whether or not its timer has fired.

    Raises:
        Problem: 404.
    """
    entity = session.get(Entity, workflow_id(contract_id))
    if entity is None:
        raise not_found()
    return ContractState.model_validate(project(CONTRACT, entity.state, now, Standing(session, entity.state)))


def charge_ids(session: Session, contract_id: str) -> frozenset[str]:
    """The ids of a contract's own charges, as it stands now.

    Raises:
        Problem: 404.
    """
    return frozenset(load(session, contract_id, business_now(session)).charges)


def load_as_of(session: Session, contract_id: str, day: date | None, known_at: datetime | None = None) -> ContractState:
    """The contract as of the end of a Japan day (X-01).

    Raises:
        Problem: 404, also for a day before the application.
    """
    about = Standing(session, {"contract_id": contract_id})
    end = end_of_reading(session, day, known_at)
    return ContractState.model_validate(
        state_as_of(session, CONTRACT, workflow_id(contract_id), about, end, known_at=known_at)
    )


def show(session: Session, state: ContractState, now: datetime | None = None) -> dict[str, Any]:
    """The contract read; `now`, where it is shown as it stands, for the courses it could be moved to."""
    line = session.get(Line, state.line_key) if state.line_key else None
    items = sorted(state.agenda.values(), key=lambda item: (item.at, item.item_id))
    # What an open choice would bring back is the service's own memory, and said again once it does.
    whole = state.model_dump(mode="json", exclude={"choice": {"answered"}})
    return {
        "contract_id": state.contract_id,
        "workflow_id": workflow_id(state.contract_id),
        "person_id": state.person_id,
        **{name: whole[name] for name in _SHOWN},
        # Courses outside the book, such as WAKWAK 光コラボ, belong to neither chapter.
        "chapter": state.chapter or None,
        "operator": state.line.carrier_area if state.line else None,
        "line_id": line.line_id if line else None,
        "agenda": [
            {
                "on": item.on.isoformat(),
                "event": item.event,
                "label": item.label,
                "articles": item.articles,
                "undo_until": moment(item.undo_until),
            }
            for item in items
        ],
        "allowed": (allowed := [name for name in CONTRACT.allowed(state) if name not in _INTERNAL]),
        "courses": _courses(session, state, allowed, now) if now is not None else {},
        "needs_operator": tasks_of(state),
        "awaiting": awaiting_of(session, state),
        "waiver_request": _waiver_request(session, state),
        "billed_party": billed_party(state.payment_agency.state if state.payment_agency else None),
        "credit": credit(session, state.contract_id),
    }


def _courses(session: Session, state: ContractState, allowed: list[str], now: datetime) -> dict[str, list[str]]:
    """Command → the courses that the door would grant it for now."""
    line = line_known(session, state.model_dump(mode="json", include={"line_key", "contract_id"}), Command(), now)
    return choosable.courses(state, allowed, now, line)


_SHOWN = (
    "state",
    "chapter",
    "course",
    "applied_on",
    "service_start_on",
    "minimum_term",
    "end_on",
    "end_reason",
    "payment_agency",
    "watch",
    "choice",
    "pending_course_change",
    "course_history",
    "filing_id",
    "line",
)


def _waiver_request(session: Session, state: ContractState) -> dict[str, Any] | None:
    """The request for a waiver that waits for an operator, the last one of several."""
    waiting = [(key, each) for key, each in state.waiver_requests.items() if each.state == "pending"]
    if not waiting:
        return None
    request_id, found = waiting[-1]
    note = session.get(Note, found.note_id) if found.note_id else None
    return {
        "request_id": request_id,
        "case": found.case,
        "received_on": found.received_on.isoformat() if found.received_on else None,
        "evidence": proof(note.text) if note is not None else None,
    }


def charges(session: Session, state: ContractState, *, voided: bool) -> list[dict[str, Any]]:
    """The charges decided for a contract; voided ones only when asked for."""
    found = [
        _charge(
            each.charge_id, each.code, Money(each.amount, each.tax, each.total), each.state, each.due_on, each.articles
        )
        for each in state.charges.values()
    ]
    if not voided:
        return found
    query = select(ChargeRow).where(col(ChargeRow.contract_id) == state.contract_id, col(ChargeRow.voided))
    return [
        *found,
        *(
            {
                **_charge(
                    row.charge_id, row.code, Money(row.amount, row.tax, row.total), row.state, row.due_on, row.articles
                ),
                "voided": True,
            }
            for row in session.execute(query).scalars()
        ),
    ]


def _charge(
    charge_id: str, code: str, money: Money, state: str, due_on: date | None, articles: list[str]
) -> dict[str, Any]:
    return {
        "charge_id": charge_id,
        "code": code,
        "money": money.as_json(),
        "state": state,
        "due_on": due_on.isoformat() if due_on else None,
        "articles": articles,
    }
