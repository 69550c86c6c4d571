"""A member's storage: support services, the plan, and what had to be deleted (M-07.2 to M-07.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from sqlalchemy import select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.commands import BackOfficeDoor
from api.doors.fields import Code, Day, Mutable
from api.memberships import view
from api.memberships.starting import MEMBERSHIP
from decisions.membership.storage import storage
from decisions.membership.storage.perk import capacity_gb, plan_gb
from models.messages.club.membership import ChangeStoragePlan, ChangeSupport
from models.tables.club.program import StorageDeletion
from rules.calendar import japan_day
from store.database import business_now

router = APIRouter(prefix="/v1/memberships", tags=["memberships"])


class SupportBody(Mutable):
    """リモートサポートサービス or オフィスまるごとサポート begins (its first day) or ends (its last)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"service": "REMOTE_SUPPORT", "active": True, "on": "2018-05-20"}]},
    )

    service: Code
    active: bool
    on: Day


class PlanBody(Mutable):
    """Another storage plan, GB without the increase, from a day on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"capacity_gb": 25, "on": "2018-05-20"}]})

    capacity_gb: Decimal = Field(gt=0, le=storage.GB_MAX, max_digits=12, decimal_places=3)
    on: Day

    def facts(self) -> dict[str, Any]:
        """GB as text, every digit as it was sent."""
        return {"capacity_gb": str(self.capacity_gb), "on": self.on}


@router.get("/{member_id}/storage", summary="A member's storage, and what had to be deleted")
async def read(member_id: str, house: House, _: Reader) -> dict[str, Any]:
    """The perk, the capacity as it stands today, and every deletion with its reason."""

    def load(session: Session) -> dict[str, Any]:
        now = business_now(session)
        today = japan_day(now)
        shown = storage.shown(view.load(session, member_id, now), today)
        query = (
            select(StorageDeletion)
            .where(col(StorageDeletion.member_id) == member_id)
            .order_by(col(StorageDeletion.stored_at), col(StorageDeletion.file_id))
        )
        return {
            **view.storage_of(shown),
            "plan_gb": float(plan_gb(shown, today)),
            "capacity_gb": float(capacity_gb(shown, today)),
            "deletions": [
                {
                    "id": row.file_id,
                    "stored_at": row.stored_at,
                    "gb": float(row.gb),
                    "reason": row.reason,
                    "articles": row.articles,
                    "deleted_at": moment(row.deleted_at),
                }
                for row in session.execute(query).scalars()
            ],
        }

    return await house.read(load)


@router.post("/{member_id}/storage/support", summary="A support service begins or ends")
async def support(member_id: str, body: SupportBody, door: BackOfficeDoor) -> JSONResponse:
    """While one runs the increase stays (M-07.7); when the last one ends it is tested again."""
    return await door.send(MEMBERSHIP, member_id, "change_support", ChangeSupport, body)


@router.post("/{member_id}/storage/plan", summary="Another storage plan")
async def plan(member_id: str, body: PlanBody, door: BackOfficeDoor) -> JSONResponse:
    """A larger plan before the reversion keeps the data (M-07.6)."""
    return await door.send(MEMBERSHIP, member_id, "change_storage_plan", ChangeStoragePlan, body)
