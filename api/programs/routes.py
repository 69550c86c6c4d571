"""Programmes: the club's plan and its wind-down, held and resumed, with what became of each member (M-01.2, M-08.4)."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import ConfigDict, JsonValue
from sqlmodel import Session

from api.doors.auth import House, Reader
from api.doors.commands import OperatorDoor
from api.doors.fields import COMMON, Bare, Body, Day, MonthText, Mutable, SettlementBody
from api.doors.kinds import Kind
from api.doors.paging import Paging
from api.doors.problems import Problem
from api.programs import view
from api.programs.storage_look import files_at_risk
from api.services import Services
from models.bounds import csv_cell
from models.messages.contract.notices import SettleTask
from models.messages.entity import Command
from models.messages.program import FLETS_CLUB, WORKFLOW, ReplacePlan, workflow_id
from rules.club.program import plan_of
from store.database import business_now

router = APIRouter(prefix="/v1/programs", tags=["programs"])

PROGRAM = Kind(
    name="program",
    workflow=WORKFLOW,
    workflow_id=workflow_id,
    summary="プログラム",
    missing="There is no programme under this code.",
    usual_reason="operational",
)

LINES_PER_READ = 1_000
"""Lines of the report read at once, however long it is."""

EXAMPLE: dict[str, JsonValue] = {
    "announced_on": "2023-07-01",
    "registration_ends_on": "2023-09-30",
    "last_grant_month": "2023-12",
    "points_redated": {"granted_from": "2023-04-01", "granted_to": "2023-12-31", "expires_on": "2025-03-31"},
    "ends_on": "2025-03-31",
}


class RedatedBody(Body):
    """Lots granted in these days, both inclusive, get another last usable day (M-04.4)."""

    granted_from: Day
    granted_to: Day
    expires_on: Day


class WindDownBody(Mutable):
    """The plan by which the club ends; all days inclusive."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    announced_on: Day
    registration_ends_on: Day
    last_grant_month: MonthText
    points_redated: RedatedBody
    ends_on: Day

    def plan(self) -> dict[str, Any]:
        """As the rules write a plan."""
        return self.model_dump(mode="json", exclude=set(COMMON))

    def facts(self) -> dict[str, Any]:
        """The plan as a whole."""
        return {"plan": self.plan()}


@router.get("/{code}", summary="A programme: its plan, its dates, its counts")
async def read(code: str, house: House, _: Reader) -> dict[str, Any]:
    """The club's is `flets-hikari-members-club`; `agenda` are the runs ahead, `runs` what the latest ones did."""
    return await house.read(lambda session: view.show(session, code, business_now(session)))


@router.put("/{code}/wind-down", summary="Replace the plan of a wind-down before it is announced")
async def wind_down(code: str, body: WindDownBody, door: OperatorDoor) -> JSONResponse:
    """At least 30 days' notice (M-08.4); the dry run tells whom and what it would reach, files at risk included."""
    _only_club(code)

    async def reached() -> dict[str, Any]:
        affected = await door.services.read(lambda session: view.affected(session, plan_of(body.plan())))
        return {**affected, "files_at_risk": await files_at_risk(door.services)}

    return await door.send(PROGRAM, code, "replace_plan", ReplacePlan, body, rehearsed=reached)


@router.post("/{code}/pause", summary="Hold a programme after its present page")
async def pause(code: str, door: OperatorDoor, body: Bare | None = None) -> JSONResponse:
    """Nothing begins until it is resumed; what was due meanwhile is carried out then, in order."""
    return await door.send(PROGRAM, code, "pause", Command, body)


@router.post("/{code}/resume", summary="Let a programme go on")
async def resume(code: str, door: OperatorDoor, body: Bare | None = None) -> JSONResponse:
    """Goes on where it was; memberships that could not be told are told again."""
    return await door.send(PROGRAM, code, "resume", Command, body)


@router.post("/{code}/settlements", summary="An operator has dealt with what waited for a programme")
async def settlements(code: str, body: SettlementBody, door: OperatorDoor) -> JSONResponse:
    """For tasks that no other request settles."""
    return await door.send(PROGRAM, code, "settle_task", SettleTask, body)


@router.get("/{code}/progress", summary="How far a wind-down is, and what became of each member", response_model=None)
async def progress(
    code: str,
    request: Request,
    house: House,
    _: Reader,
    page: Paging,
    outcome: Literal["planned", "told", "skipped", "failed"] | None = None,
    report: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
) -> Response:
    """`outcomes` lists members by id; with `format=csv`, or `Accept: text/csv`, all of them as one report."""
    after = page.after_id or ""
    if report == "csv" or (report is None and "text/csv" in request.headers.get("accept", "")):
        _only_club(code)
        await house.read(lambda session: view.show(session, code, business_now(session)))
        name = {"Content-Disposition": f'attachment; filename="{code}-progress.csv"'}
        return StreamingResponse(_report(house, outcome), media_type="text/csv; charset=utf-8", headers=name)

    def load(session: Session) -> dict[str, Any]:
        shown = view.progress(session, code, business_now(session))
        if code == FLETS_CLUB:
            rows = view.outcomes(session, outcome, after, page.limit + 1)
            shown["outcomes"] = page.cut(rows, lambda row: (row["member_id"],))
        return shown

    return JSONResponse(await house.read(load))


async def _report(house: Services, outcome: str | None) -> AsyncIterator[str]:
    """The report page by page, so that its length costs no memory."""
    after = ""
    yield _csv([list(view.COLUMNS)])
    while True:
        rows = await house.read(lambda session, last=after: view.outcomes(session, outcome, last, LINES_PER_READ))  # type: ignore[misc]
        if rows:
            yield _csv(list(view.as_lines(rows)))
        if len(rows) < LINES_PER_READ:
            return
        after = rows[-1]["member_id"]


def _csv(lines: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([csv_cell(each) for each in line] for line in lines)
    return text.getvalue()


def _only_club(code: str) -> None:
    if code != FLETS_CLUB:
        raise Problem(404, "NOT_FOUND", "There is no wind-down under this code.")
