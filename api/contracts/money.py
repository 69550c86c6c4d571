"""Contracts: money that goes back, and payments that were keyed in wrongly."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlmodel import Session, col

from api.contracts import view as contracts
from api.contracts.kinds import CONTRACT
from api.doors.auth import House, Reader
from api.doors.commands import OperatorDoor
from api.doors.fields import Day, Reasoned, shown
from api.doors.paging import WholePaging
from models.messages.contract.billing import RecordRefund, ReversePayment
from models.tables.contract.billing import Payment
from store.database import business_now

router = APIRouter(prefix="/v1/contracts/{contract_id}", tags=["billing"])

YEN_MAX = 100_000_000
REVERSAL = "reversal/"
"""What the id of a row begins with that takes another back; the other's follows."""
PaymentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$")]


class RefundBody(Reasoned):
    """Money that was paid out to the contractor."""

    model_config = shown(amount=1080, paid_on="2019-09-10", reason="transferred", reason_code="other")

    amount: int = Field(strict=True, ge=1, le=YEN_MAX)
    """Yen."""
    paid_on: Day


class ReversalBody(Reasoned):
    """A payment keyed in wrongly; which one stands in the path."""

    model_config = shown(reason="another contract's transfer", reason_code="entry_error")

    _payment_id: str = ""

    def facts(self) -> dict[str, Any]:
        """Which payment."""
        return {"payment_id": self._payment_id}

    def of(self, payment_id: str) -> ReversalBody:
        """The body, about that payment."""
        self._payment_id = payment_id
        return self


@router.get("/payments", summary="Payments, refunds and what was taken back of them")
async def payments(contract_id: str, house: House, _: Reader, page: WholePaging) -> dict[str, Any]:
    """In the order in which they were keyed in; `payment_id` is what a reversal names."""

    def load(session: Session) -> list[dict[str, Any]]:
        contracts.load(session, contract_id, business_now(session))
        query = select(Payment).where(col(Payment.contract_id) == contract_id)
        rows = session.execute(query.order_by(col(Payment.recorded_at), col(Payment.payment_id))).scalars().all()
        gone = {row.payment_id.removeprefix(REVERSAL) for row in rows if row.payment_id.startswith(REVERSAL)}
        return [
            {
                "payment_id": row.payment_id,
                "statement_id": row.statement_id,
                "kind": row.kind,
                "amount": row.amount,
                "paid_on": row.paid_on.isoformat(),
                "actor": row.actor,
                "recorded_at": contracts.moment(row.recorded_at),
                "reversed": row.payment_id in gone,
                "reverses": row.payment_id.removeprefix(REVERSAL) if row.payment_id.startswith(REVERSAL) else None,
            }
            for row in rows
        ]

    return page.of(await house.read(load))


@router.post("/payments/{payment_id:path}/reversal", summary="A payment keyed in wrongly is taken back")
async def reversal(contract_id: str, payment_id: PaymentId, body: ReversalBody, door: OperatorDoor) -> JSONResponse:
    """It stays in the ledger beside what takes it back; its statement is owed again."""
    return await door.send(CONTRACT, contract_id, "reverse_payment", ReversePayment, body.of(payment_id))


@router.post("/refunds", summary="A credit was paid out to the contractor")
async def refunds(contract_id: str, body: RefundBody, door: OperatorDoor) -> JSONResponse:
    """What a backdated end or a waiver leaves over is owed to the contractor; the record closes once it is paid."""
    return await door.send(CONTRACT, contract_id, "record_refund", RecordRefund, body)
