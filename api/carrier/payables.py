"""What is owed to NTT for line charges paid on behalf of contractors (W-24.1)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from sqlalchemy import func, select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.fields import MonthText
from api.doors.paging import Paging
from models.tables.contract.billing import NttPayable

router = APIRouter(prefix="/v1/carrier", tags=["carrier"])

Area = Annotated[Literal["EAST", "WEST"] | None, Query(description="to NTT East or West; without it to both")]


@router.get("/payables", summary="What is owed to NTT for line charges paid on behalf")
async def payables(
    house: House,
    _: Reader,
    page: Paging,
    area: Area = None,
    month: MonthText | None = None,
    contract_id: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, Any]:
    """A ledger in the order in which it was written; `total` is the sum of all rows that fit, in yen with NTT's tax.

    What NTT's statement no longer says is taken back by a row of the opposite amount that names the one it `reverses`.
    """

    def find(session: Session) -> dict[str, Any]:
        wanted = [
            condition
            for value, condition in (
                (area, col(NttPayable.operator) == area),
                (month, col(NttPayable.month) == month),
                (contract_id, col(NttPayable.contract_id) == contract_id),
            )
            if value is not None
        ]
        total = session.execute(select(func.coalesce(func.sum(col(NttPayable.amount)), 0)).where(*wanted)).scalar_one()
        number = col(NttPayable.entry_id)
        query = select(NttPayable).where(*wanted, number > page.position).order_by(number).limit(page.limit + 1)
        rows = session.execute(query).scalars().all()
        return {**page.cut(rows, lambda row: (str(row.entry_id),), _shown), "total": int(total)}

    return await house.read(find)


def _shown(row: NttPayable) -> dict[str, Any]:
    return {
        "entry_id": row.entry_id,
        "area": row.operator,
        "contract_id": row.contract_id,
        "month": row.month,
        "code": row.code,
        "amount": row.amount,
        "reverses": row.reverses,
        "line_charge_id": row.line_charge_id,
        "articles": row.articles,
        "at": moment(row.at),
    }
