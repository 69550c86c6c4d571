"""Memberships that exist already, one a line, lots included; repeating it imports nothing twice."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from decimal import Decimal
from typing import Any, Literal

import psycopg
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.exc import IntegrityError

from api.doors.commands import BackOfficeDoor
from api.doors.fields import Body, Day, Email, Phone, Text, TextOrNone
from api.doors.idempotency import Mutation
from api.doors.send import unavailable
from api.exchanges import passwords
from api.memberships.import_rows import ImportedLot, ImportRow, decide, write
from api.memberships.routes import EXAMPLE as MEMBER
from api.memberships.routes import PASSWORD_MAX, MemberLineBody
from api.services import Services
from api.wire import misfits
from api.wire.line_bodies import MEDIA, Unfit, entry_of, lines_of, with_own_words, without_own_words
from store.imported import Entered, differing

log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1/memberships", tags=["memberships"])

LINES_MAX = 100_000
"""Lines of one request."""

LINES_PER_TRANSACTION = 500

LOTS_MAX = 400
"""Lots of one member: more than three years of months, each with an adjustment or two."""

RACES_MAX = 50
"""Times a page is decided again because others entered the same lines meanwhile."""

EXAMPLE: dict[str, Any] = {
    "external_id": "CLUB-000123",
    "registered_on": "2016-05-10",
    "line": MEMBER["line"],
    "member": MEMBER["member"],
    "lots": [{"granted_on": "2018-05-01", "kind": "monthly", "points": 100, "left": 60}],
    "storage_plan_gb": 5,
}


class LotBody(Body):
    """Points granted on one day, and what is left of them."""

    granted_on: Day
    kind: Literal["monthly", "renewal"]
    points: int = Field(ge=1, le=1_000_000)
    left: int = Field(ge=0, le=1_000_000)

    @model_validator(mode="after")
    def _not_more_than_granted(self) -> LotBody:
        if self.left > self.points:
            raise PydanticCustomError("left_of_points", "left cannot be more than points")
        return self


class ImportedMemberBody(Body):
    """Personal data; without a password the reception centre sets one (M-09.11)."""

    name: Text
    name_kana: TextOrNone | None = None
    email: Email
    phone: Phone
    password: SecretStr | None = Field(default=None, min_length=1, max_length=PASSWORD_MAX)


class ImportedMembership(Body):
    """One line of an import."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [EXAMPLE]})

    external_id: Text
    registered_on: Day
    line: MemberLineBody
    member: ImportedMemberBody
    mail_magazine: bool = False
    lots: list[LotBody] = Field(default_factory=list, max_length=LOTS_MAX)
    storage_plan_gb: Decimal | None = Field(default=None, gt=0, le=100_000)


@router.post(
    "/import",
    summary="Take over memberships that exist already, one a line",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                MEDIA: {
                    "schema": {"type": "string", "format": "binary", "description": "One JSON object a line."},
                    "example": json.dumps(EXAMPLE, ensure_ascii=False) + "\n",
                }
            },
        }
    },
)
async def import_memberships(request: Request, door: BackOfficeDoor) -> JSONResponse:
    """A line that does not enter is answered with its code and detail; the others enter.

    Workflows are started beside: a membership answers, takes commands and keeps its dates from the first moment.
    """
    house, who = door.services, door.who
    bodies = await asyncio.to_thread(_parse, await request.body())
    own = [_own_words(each) for each in bodies]

    async def run(op: str, *, keep: bool) -> dict[str, Any]:
        told: list[dict[str, Any]] = []
        lines: set[str] = set()
        ids: dict[str, Entered] = {}
        for start in range(0, len(bodies), LINES_PER_TRANSACTION):
            page = [_row(each) for each in bodies[start : start + LINES_PER_TRANSACTION]]
            rows = [row for row, _ in page if row is not None]
            if keep:
                await _enter(house, page, rows, who.name, op)
            else:
                await house.read(lambda session, rows=rows: decide(session, rows, who.name, op))  # type: ignore[misc]
                _settle(rows, lines, ids)
            told += [_told(row, refused) for row, refused in page]
        counts = Counter(each["outcome"] for each in told)
        return {**{name: counts[name] for name in ("imported", "already", "refused")}, "lines": told}

    if door.dry_run:
        return JSONResponse({**await run("dry-run", keep=False), "dry_run": True})

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        answer = await run(seen.op, keep=True)
        return 200, {**answer, "lines": without_own_words(answer["lines"], own)}

    return await asyncio.to_thread(with_own_words, await door.once(work), own)


async def _enter(house: Services, page: Page, rows: list[ImportRow], who: str, op: str) -> None:
    """Decide and write one page; where somebody else was quicker, it is decided again with what is there by now.

    Raises:
        Problem: 503, others were quicker again and again.
    """
    for _ in range(RACES_MAX):
        await house.read(lambda session: decide(session, rows, who, op))
        await _hash(page)
        try:
            await house.read(lambda session: write(session, rows, webhooks=house.webhooks, render=house.render_notice))
        except (IntegrityError, psycopg.IntegrityError) as lost:
            log.info("an import lost a race: %s", type(lost).__name__)
            for row in rows:
                row.ask_again()
        else:
            return
    raise unavailable()


def _settle(rows: list[ImportRow], lines: set[str], ids: dict[str, Entered]) -> None:
    """In a dry run nothing of an earlier page is in the database, so repeats over pages are told here."""
    for row in rows:
        if row.decided is None:
            continue
        if row.member_id in ids:
            row.meet(ids[row.member_id], "dry-run")
        elif row.line_id in lines:
            row.refuse("LINE_TAKEN", "An earlier line of this import holds the same フレッツ光 line.")
        else:
            row.outcome = "imported"
            ids[row.member_id] = Entered.in_this_file(row.line_id, row.member, row.said())
            lines.add(row.line_id)


def _parse(body: bytes) -> list[ImportedMembership | Unfit]:
    """The lines; one that does not fit is refused by itself."""
    return [entry_of(line, ImportedMembership) for line in lines_of(body, at_most=LINES_MAX)]


def _own_words(line: ImportedMembership | Unfit) -> dict[str, Any]:
    """What of a line's answer is the caller's own, or quotes it."""
    quoted = {"detail": line.detail, "message": line.message} if isinstance(line, Unfit) else {}
    return {"external_id": line.external_id, **quoted}


Page = list[tuple[ImportRow | None, Any]]


def _row(body: ImportedMembership | Unfit) -> tuple[ImportRow | None, Any]:
    """The row of a line with its body, or no row with why it does not fit."""
    if isinstance(body, Unfit):
        return None, body
    row = ImportRow(
        external_id=body.external_id,
        member=body.member.model_dump(exclude={"password"}, exclude_none=True),
        line_id=body.line.line_id,
        line=body.line.facts(),
        registered_on=body.registered_on,
        mail_magazine=body.mail_magazine,
        storage_plan_gb=str(body.storage_plan_gb) if body.storage_plan_gb is not None else None,
        lots=[ImportedLot(lot.granted_on, lot.kind, lot.points, lot.left) for lot in body.lots],
    )
    return row, body


async def _hash(page: Page) -> None:
    """Hash the passwords of those that enter, beside the event loop."""

    def all_of_them() -> None:
        for row, body in page:
            if row is None or row.decided is None or row.password_hash is not None:
                continue
            if body.member.password is not None:
                row.password_hash = passwords.IMPORTING.hash(body.member.password.get_secret_value())

    await asyncio.to_thread(all_of_them)


def _told(row: ImportRow | None, body: Any) -> dict[str, Any]:
    """The line of the answer."""
    if row is None:
        refused = {"external_id": body.external_id, "member_id": None, "outcome": "refused", "code": "MALFORMED"}
        return {**refused, "detail": body.detail, "message": body.message}
    entered = row.outcome != "refused"
    told = {
        "external_id": row.external_id,
        "member_id": row.member_id if entered else None,
        "outcome": row.outcome,
    }
    if entered or row.code is None:
        return {**told, **differing(row.differs)}
    return {**told, "code": row.code, "detail": row.detail, "message": misfits.in_japanese(row.code, values=row.values)}
