"""Programmes: the club's plan and its wind-down, held and resumed, with what became of each member (M-01.2, M-08.4)."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import ConfigDict, JsonValue
from sqlmodel import Session

from api.auth import House, Operator, Reader
from api.contract_commands import COMMON, Bare, Mutable
from api.dry_run import dry_decision
from api.fields import Body, Day, MonthText
from api.idempotency import Mutation, once
from api.people import keep_note
from api.problems import Problem
from api.send import update
from api.services import Caller, Services
from api.storage_look import files_at_risk
from api.views import program as view
from models.messages.entity import Command
from models.messages.program import FLETS_CLUB, ReplacePlan, workflow_id
from rules.programme import plan_of
from store.database import business_now

router = APIRouter(prefix="/v1/programs", tags=["programs"])

Limit = Annotated[int, Query(ge=1, le=500)]

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
        return self.model_dump(mode="json", exclude=COMMON)


@router.get("/{code}", summary="A programme: its plan, its dates, its counts")
async def read(code: str, house: House, _: Reader) -> dict[str, Any]:
    """The club's is `flets-hikari-members-club`; `agenda` are the runs ahead, `runs` what the latest ones did."""
    return await house.read(lambda session: view.show(session, code, business_now(session)))


@router.put("/{code}/wind-down", summary="Replace the plan of a wind-down before it is announced")
async def wind_down(
    code: str, body: WindDownBody, request: Request, house: House, who: Operator, *, dry_run: bool = False
) -> JSONResponse:
    """At least 30 days' notice (M-08.4); the dry run tells whom and what it would reach, files at risk included."""
    _only_club(code)
    made = ReplacePlan(plan=body.plan())
    if not dry_run:
        return await _command(request, house, who, code, "replace_plan", made, body)
    named = _signed(made, who, body)

    def rehearse(session: Session) -> dict[str, Any]:
        answer = dry_decision(session, "program", workflow_id(code), "replace_plan", named)
        reached = view.affected(session, plan_of(body.plan()))
        return {**answer.decision, "state": answer.state, "dry_run": True, **reached}

    told = await house.read(rehearse)
    return JSONResponse({**told, "files_at_risk": await files_at_risk(house)})


@router.post("/{code}/pause", summary="Hold a programme after its present page")
async def pause(
    code: str, request: Request, house: House, who: Operator, body: Bare | None = None, *, dry_run: bool = False
) -> JSONResponse:
    """Nothing begins until it is resumed; what was due meanwhile is carried out then, in order."""
    return await _command(request, house, who, code, "pause", Command(), body, dry_run=dry_run)


@router.post("/{code}/resume", summary="Let a programme go on")
async def resume(
    code: str, request: Request, house: House, who: Operator, body: Bare | None = None, *, dry_run: bool = False
) -> JSONResponse:
    """Goes on where it was; memberships that could not be told are told again."""
    return await _command(request, house, who, code, "resume", Command(), body, dry_run=dry_run)


@router.get("/{code}/progress", summary="How far a wind-down is, and what became of each member", response_model=None)
async def progress(
    code: str,
    request: Request,
    house: House,
    _: Reader,
    outcome: Literal["planned", "told", "skipped", "failed"] | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
    report: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
) -> Response:
    """`outcomes` lists members by id; with `format=csv`, or `Accept: text/csv`, all of them as one report."""
    after = _parse_cursor(cursor)
    if report == "csv" or (report is None and "text/csv" in request.headers.get("accept", "")):
        _only_club(code)
        await house.read(lambda session: view.show(session, code, business_now(session)))
        name = {"Content-Disposition": f'attachment; filename="{code}-progress.csv"'}
        return StreamingResponse(_report(house, outcome), media_type="text/csv; charset=utf-8", headers=name)

    def load(session: Session) -> dict[str, Any]:
        shown = view.progress(session, code, business_now(session))
        if code == FLETS_CLUB:
            rows = view.outcomes(session, outcome, after, limit + 1)
            more = rows[limit - 1]["member_id"] if len(rows) > limit else None
            shown["outcomes"] = {"items": rows[:limit], "next_cursor": _cursor(more)}
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
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _only_club(code: str) -> None:
    if code != FLETS_CLUB:
        raise Problem(404, "NOT_FOUND", "There is no wind-down under this code.")


def _signed(made: Command, who: Caller, body: Mutable | None) -> Any:
    return made.model_copy(
        update={
            "actor": who.name,
            "on_behalf_of": body.on_behalf_of if body else None,
            "reason_code": (body.reason_code if body else None) or "operational",
        }
    )


async def _command(
    request: Request,
    house: Services,
    who: Caller,
    code: str,
    name: str,
    made: Command,
    body: Mutable | None,
    *,
    dry_run: bool = False,
) -> JSONResponse:
    entity_id = workflow_id(code)
    signed = _signed(made, who, body)
    if dry_run:
        answer = await house.read(lambda session: dry_decision(session, "program", entity_id, name, signed))
        return JSONResponse({**answer.decision, "state": answer.state, "dry_run": True})
    await house.read(lambda session: view.show(session, code, business_now(session)))

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        text = body.reason if body else None
        note_id = await house.read(lambda session: keep_note(session, f"N{seen.stem}", text, seen.at))
        sent = signed.model_copy(update={"op": seen.op, "at": seen.at, "note_id": note_id})
        answer = await update(house, entity_id, name, sent)
        return 200, {**answer.decision, "state": answer.state}

    return await once(request, house, who, work)


def _cursor(last: str | None) -> str | None:
    return base64.urlsafe_b64encode(last.encode()).decode() if last else None


def _parse_cursor(cursor: str | None) -> str:
    if cursor is None:
        return ""
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (ValueError, binascii.Error):
        text = ""
    if not text.isalnum():
        raise Problem(400, "MALFORMED", "This cursor is not one of ours; take `next_cursor` as it is.")
    return text
