"""Money over HTTP: statements, payments, NTT's line charges (articles 11, 23 and 24)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from api.care.access import record
from api.contracts import billing_view as view
from api.contracts import view as contracts
from api.contracts.kinds import CONTRACT
from api.doors.auth import House, Reader
from api.doors.commands import BackOfficeDoor, Door, deliver
from api.doors.dry_run import dry_decision
from api.doors.fields import Body, Code, Day, MonthText, Mutable
from api.doors.idempotency import Mutation
from api.doors.paging import WholePaging
from api.doors.problems import Problem
from api.services import Caller
from api.wire.spoken import KEPT, revised
from decisions.contract.money.billing import REFUND_DUE
from decisions.lists import LISTS
from models.messages.contract.billing import ChargePaid, TakeLineCharges
from models.messages.contract.contract import ContractState
from models.messages.entity import Answer
from models.tables.clock import WHEN_WRITTEN
from models.tables.contract.billing import Payment, Statement
from rules.calendar import Month, japan_day, start_of
from rules.charges import payment
from rules.citation import Decision
from rules.explain import sentence
from rules.explain.articles import Language
from rules.refusal import Refusal
from store.billing.accounts import Accounts, accounts, balance
from store.billing.owed import no_longer_owed
from store.billing.statements import credit, statement_facts
from store.database import business_now

router = APIRouter(prefix="/v1/contracts", tags=["contracts"])

YEN_MAX = 100_000_000

StatementId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$")]


class PaymentBody(Mutable):
    """What was received for a statement, and when; several may cover one."""

    statement_id: StatementId
    paid_on: Day
    amount: int = Field(strict=True, ge=1, le=YEN_MAX, description="Yen, tax included.")

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"statement_id": "K0a1b2c3-2012-06", "paid_on": "2012-07-20", "amount": 6280}]}
    )


class LineChargeBody(Body):
    """One item as NTT bills it."""

    code: Code
    amount: int = Field(strict=True, ge=-YEN_MAX, le=YEN_MAX, description="Yen as NTT bills it.")


class LineChargesBody(Mutable):
    """NTT's charges of the line for one month."""

    month: MonthText
    items: list[LineChargeBody] = Field(min_length=1, max_length=200)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "month": "2012-06",
                    "items": [{"code": "FLETS", "amount": 5200}, {"code": "TELEPHONE", "amount": 1700}],
                }
            ]
        }
    )


@router.get("/{contract_id}/statements", summary="Monthly statements")
async def statements(contract_id: str, house: House, _: Reader, page: WholePaging) -> dict[str, Any]:
    """Never edited: a later correction is an item that names what it takes back."""

    def load(session: Session) -> list[dict[str, Any]]:
        now = business_now(session)
        return view.statements(session, contracts.load(session, contract_id, now), japan_day(now))

    return page.of(await house.read(load))


@router.post("/{contract_id}/line-charges", summary="NTT's charges of the line, where we pay them")
async def line_charges(contract_id: str, body: LineChargesBody, door: BackOfficeDoor) -> JSONResponse:
    """What passes through goes onto the month's statement; what article 24 leaves out comes back as `direct`."""
    return await door.send(CONTRACT, contract_id, "take_line_charges", TakeLineCharges, body)


@dataclass(frozen=True)
class Paid:
    """A payment taken, and whether the contract has to hear of it."""

    decision: Decision
    contract: ContractState
    tell: bool


@router.post("/{contract_id}/payments", summary="A payment for a statement")
async def payments(contract_id: str, body: PaymentBody, door: BackOfficeDoor) -> JSONResponse:
    """Debts survive the end of a contract; the payment that covers the last one lets its record close."""
    read = door.services.read
    if door.dry_run:
        tried = await read(lambda session: try_payment(session, door.who, contract_id, body, door.language))
        return JSONResponse({**_worded(door, _answered(*tried), body), "dry_run": True})
    await read(lambda session: contracts.load(session, contract_id, business_now(session)))

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        kept = {"actor": door.who.name, "note_id": await door.keep_note(seen, body, CONTRACT.workflow_id(contract_id))}
        paid = await read(lambda session: _take(session, door.who, contract_id, body, seen, kept))
        told = await _tell(door, contract_id, body.statement_id, seen) if paid.tell else None
        return 200, _answered(paid, told)

    kept = await door.once(work)
    if kept.status_code != _DONE:
        return kept
    found = json.loads(bytes(kept.body))
    if found.get("revises"):
        entity_id, rows = CONTRACT.workflow_id(contract_id), found["revises"]
        found["revises"] = await read(lambda session: revised(session, entity_id, rows, door.language))
    return JSONResponse(found if door.language == KEPT else _worded(door, found, body))


_DONE = 200


def _worded(door: Door, found: dict[str, Any], body: PaymentBody) -> dict[str, Any]:
    """The answer with its sentence; a payment is no entry of the log, so it is worded from what was paid."""
    said = sentence(
        event="record_payment",
        articles=tuple(found["articles"]),
        decision={**found, "amount": body.amount},
        facts=({}, {}),
        when=(start_of(body.paid_on), body.paid_on),
        language=door.language,
    )
    return {**found, "detail": said}


def _answered(paid: Paid, told: Answer | None) -> dict[str, Any]:
    """The payment, and what it comes to for the contract where that decides something of its life again."""
    decided_again = told is not None and "revises" in told.decision
    if told is None or not decided_again:
        return {**paid.decision.as_json(), "state": paid.contract.state}
    lists = {name: told.decision.get(name, []) for name in LISTS}
    return {**paid.decision.as_json(), **lists, "state": told.state}


def try_payment(
    session: Session, who: Caller, contract_id: str, body: PaymentBody, language: Language = KEPT
) -> tuple[Paid, Answer | None]:
    """What a payment would mean, and what the contract would make of it, if anything; nothing of it stays.

    Raises:
        Problem: as `_look`.
    """
    at = business_now(session)
    seen = _look(session, contract_id, body, at, None)
    tried = session.begin_nested()
    try:
        _write(session, contract_id, body, "dry-run", {"actor": who.name})
        paid = _balanced(session, seen, contract_id, body.statement_id, at)
        if not paid.tell:
            return paid, None
        command = ChargePaid(statement_id=body.statement_id, actor=who.name)
        entity = CONTRACT.workflow_id(contract_id)
        return paid, dry_decision(session, CONTRACT.name, entity, "charge_paid", command, language)
    except Problem as problem:
        if problem.status != 409:
            raise
        return seen, None
    finally:
        tried.rollback()


def _look(session: Session, contract_id: str, body: PaymentBody, at: datetime, payment_id: str | None) -> Paid:
    """What a payment would mean; the statements are locked, so that two of them cannot both cover one.

    Raises:
        Problem: 404, 422 `IN_THE_FUTURE`, `BEFORE_USE`, `UNKNOWN_STATEMENT`, `OVERPAID`.
    """
    # The rows first: a withdrawal being decided on one of them ends before the contract is read.
    read = accounts(session, [contract_id], lock=True)
    state = contracts.load(session, contract_id, at)
    found = session.get(Statement, body.statement_id)
    if found is not None and found.contract_id != contract_id:
        found = None
    try:
        if found is not None:
            used_from = Month.parse(found.month).first_day
            payment.check_used(body.statement_id, chapter=state.chapter, used_from=used_from, paid_on=body.paid_on)
        decision = payment.receive(
            body.statement_id,
            chapter=state.chapter,
            combined=found is not None and found.combined,
            owed=_owed(session, read, found, body.amount, at) if found is not None else None,
            amount=body.amount,
            taken=payment_id is not None and session.get(Payment, payment_id) is not None,
            paid_on=body.paid_on,
            today=japan_day(at),
        )
    except Refusal as refusal:
        raise Problem.of(refusal) from None
    covered = found is not None and decision.outcome == "paid" and _must_hear(session, state, found)
    return Paid(decision, state, tell=covered)


def _owed(session: Session, read: Accounts, statement: Statement, amount: int, at: datetime) -> int:
    """Yen of a statement that a payment is set against; what the next one takes back is not asked for."""
    gone = no_longer_owed(session, [statement.contract_id], Month.of(japan_day(at)))
    return read.set_against(statement.contract_id, statement.statement_id, amount, gone.get(statement.statement_id, 0))


def _must_hear(session: Session, state: ContractState, statement: Statement) -> bool:
    """Whether the payment changes anything of the contract's own: its fees, its closing, a withdrawal by mistake."""
    facts = statement_facts(session, statement.statement_id) or {"charges": []}
    # Also where with フレッツ has ended meanwhile: NTT was told that the statement was not paid.
    withdrawn = state.payment_agency is not None and state.payment_agency.state != "on"
    closing = state.past_correction
    return bool(facts["charges"]) or closing or (statement.combined and withdrawn)


def _take(
    session: Session, who: Caller, contract_id: str, body: PaymentBody, seen: Mutation, kept: dict[str, str | None]
) -> Paid:
    paid = _look(session, contract_id, body, seen.at, seen.op)
    told = {"on_behalf_of": body.on_behalf_of, "reason_code": body.reason_code, **kept}
    if _write(session, contract_id, body, seen.op, told):
        # The payment knows its own day only; when it was keyed in, of business time, is kept beside it.
        record(session, who, "payment", shown=[seen.op])
    return _balanced(session, paid, contract_id, body.statement_id, seen.at)


def _write(
    session: Session, contract_id: str, body: PaymentBody, payment_id: str, told: Mapping[str, str | None]
) -> bool:
    """Keep the payment; false where it is there already."""
    row = {
        "payment_id": payment_id,
        "statement_id": body.statement_id,
        "contract_id": contract_id,
        "paid_on": body.paid_on,
        "amount": body.amount,
        "kind": "payment",
        **told,
        "recorded_at": WHEN_WRITTEN,
    }
    written = insert(Payment).values(row).on_conflict_do_nothing().returning(col(Payment.payment_id))
    return session.execute(written).first() is not None


def _balanced(session: Session, paid: Paid, contract_id: str, statement_id: str, at: datetime) -> Paid:
    """The account with the payment in it, and whether the contract has to hear of that."""
    balance(session, [contract_id], japan_day(at))
    # Paid for what has been taken back by now, as after a reversal: it is to be paid out.
    refund = paid.contract.gets_refunds and REFUND_DUE not in paid.contract.tasks and credit(session, contract_id) > 0
    # Of a statement that the next one takes something back of, less than all is asked for: paid in full only with that.
    statement = session.get(Statement, statement_id, populate_existing=True)
    settled = statement is not None and statement.settled_on is not None
    return replace(paid, tell=settled and (paid.tell or refund))


async def _tell(door: Door, contract_id: str, statement_id: str, seen: Mutation) -> Answer | None:
    """The contract follows: its charges are paid, and what rested on their being unpaid ends.

    Raises:
        Problem: 503 when nobody answers; the same request later goes on here. A closed contract has nothing to follow.
    """
    # Of this very payment: after a reversal the statement may be paid in full once more.
    op = f"settled/{statement_id}/{seen.op}"
    command = ChargePaid(statement_id=statement_id, op=op, at=seen.at, actor=door.who.name)
    try:
        return await deliver(door.services, CONTRACT, contract_id, "charge_paid", command)
    except Problem as problem:
        if problem.status != 409:
            raise
        return None
