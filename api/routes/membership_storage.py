"""A member's storage: support services, the plan, and what had to be deleted (M-07.2 to M-07.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from sqlalchemy import select
from sqlmodel import Session, col

from api.auth import BackOffice, House, Reader
from api.contract_commands import Mutable
from api.fields import Code, Day
from api.membership_commands import command
from api.views import membership as view
from api.views.contract import moment
from decisions.membership import storage
from decisions.membership.perk import plan_gb
from models.messages.membership import ChangeStoragePlan, ChangeSupport
from models.tables.club_programme import StorageDeletion
from rules.calendar import japan_day
from rules.storage import perk_gb
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


@router.get("/{member_id}/storage", summary="A member's storage, and what had to be deleted")
async def read(member_id: str, house: House, _: Reader) -> dict[str, Any]:
    """The perk, the capacity as it stands today, and every deletion with its reason."""

    def load(session: Session) -> dict[str, Any]:
        now = business_now(session)
        today = japan_day(now)
        shown = storage.shown(view.load(session, member_id, now), today)
        plan = plan_gb(shown, today)
        query = (
            select(StorageDeletion)
            .where(col(StorageDeletion.member_id) == member_id)
            .order_by(col(StorageDeletion.stored_at), col(StorageDeletion.file_id))
        )
        return {
            **shown.model_dump(mode="json"),
            "plan_gb": float(plan),
            "capacity_gb": float(plan if shown.state == "reverted" else plan + perk_gb(today)),
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
async def support(
    member_id: str, body: SupportBody, request: Request, house: House, who: BackOffice, *, dry_run: bool = False
) -> JSONResponse:
    """While one runs the increase stays (M-07.7); when the last one ends it is tested again."""
    made = ChangeSupport(service=body.service, active=body.active, on=body.on)
    return await command(request, house, who, member_id, "change_support", made, body, dry_run=dry_run)


@router.post("/{member_id}/storage/plan", summary="Another storage plan")
async def plan(
    member_id: str, body: PlanBody, request: Request, house: House, who: BackOffice, *, dry_run: bool = False
) -> JSONResponse:
    """A larger plan before the reversion keeps the data (M-07.6)."""
    made = ChangeStoragePlan(capacity_gb=str(body.capacity_gb), on=body.on)
    return await command(request, house, who, member_id, "change_storage_plan", made, body, dry_run=dry_run)
