"""The stand-in's own doors: scripts, steps, line notices, journal, mail."""

from __future__ import annotations

import uuid
from asyncio import to_thread
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from carrier import filings, journal, lines, mail
from carrier.house import HouseDep
from carrier.playing import steps
from carrier.playing.scripts import Script, ScriptStep
from carrier.problems import AsciiJSON, CarrierError
from carrier.store import dumps
from models.messages.carrier import CarrierArea, Identifier, LineId, LineNotice, LineNoticeKind, Moment

router = APIRouter(tags=["stand-in"])

TIMES_MAX = 20
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class NoticeRequest(BaseModel):
    """A line notice to be sent now, `times` times under one id."""

    model_config = ConfigDict(extra="forbid")

    kind: LineNoticeKind
    effective_on: date
    details: dict[str, Any] = Field(default_factory=dict)
    notice_id: Identifier | None = None
    operator: CarrierArea | None = None
    times: int = Field(default=1, ge=1, le=TIMES_MAX)


@router.get("/healthz")
def health(house: HouseDep) -> dict[str, Any]:
    """Ready to serve; 503 when the player of the wall clock has died."""
    house.store.row("select 1")
    if house.self_play is not None and house.self_play.done():
        raise CarrierError(503, "PLAYER_DEAD", "due steps are no longer played; start the app again")
    return {"status": "ok", "smtp_port": house.smtp_port}


@router.put("/scripts/{name}")
def put_script(house: HouseDep, name: Identifier, script: list[ScriptStep]) -> list[dict[str, Any]]:
    """Set the script of a contract, or `default`, for filings that come later."""
    checked = _script(script)
    with house.store.transaction() as sql:
        sql.execute("insert or replace into scripts values (?, ?)", (name, dumps(checked.as_json())))
    return checked.as_json()


def _script(script: list[ScriptStep]) -> Script:
    try:
        return Script(steps=tuple(script))
    except ValidationError as error:
        raise CarrierError(400, "MALFORMED", "; ".join(e["msg"] for e in error.errors()[:10])) from error


@router.get("/scripts/{name}")
def get_script(house: HouseDep, name: Identifier) -> list[dict[str, Any]]:
    """The script in effect for a contract: its own, else the default."""
    return filings.script_of(house.store, name, house.config.default_script).as_json()


@router.get("/steps")
def get_steps(house: HouseDep, until: str | None = None) -> list[dict[str, Any]]:
    """Unplayed, playable steps due at or before `until` (all without it), by due moment, filing and sequence."""
    return [
        {
            "step_id": step.step_id,
            "filing_id": step.filing_id,
            "sequence": step.sequence,
            "due_at": due_at.isoformat(),
            "status": step.script.status,
        }
        for due_at, step in steps.ahead(house.store, None if until is None else _moment(until))
    ]


def _moment(text: str) -> datetime:
    """Read a timestamp of a query, where an unescaped `+` has become a space."""
    try:
        return _MOMENT.validate_python(text.strip().replace(" ", "+"))
    except ValidationError as error:
        raise CarrierError(400, "MALFORMED", "until: must be a timestamp with an offset") from error


@router.post("/steps/{step_id}/play")
async def play(house: HouseDep, step_id: Identifier) -> dict[str, Any]:
    """Send a step's signed callback and answer after our side answered; `played` false means: play it again."""
    return await house.player.play(step_id)


@router.post("/lines/{line_id}/notices")
async def send_notice(house: HouseDep, line_id: LineId, request: NoticeRequest) -> dict[str, Any]:
    """Send a signed line notice now; `status` is our last answer, null when none came."""
    notice_id = request.notice_id or f"notice-{uuid.uuid4()}"
    try:
        notice = LineNotice(
            notice_id=notice_id,
            line_id=line_id,
            kind=request.kind,
            effective_on=request.effective_on,
            details=request.details,
        )
    except ValidationError as error:
        detail = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'details'}: {e['msg']}" for e in error.errors()[:10])
        raise CarrierError(400, "MALFORMED", f"a notice of kind {request.kind}: {detail}") from error
    await to_thread(lines.keep_notice, house.store, request.operator, notice)
    answers: list[dict[str, Any]] = []
    for _ in range(request.times):
        status, text = await house.callbacks.send("/v1/carrier/line-notices", notice_id, notice)
        await to_thread(lines.answered, house.store, notice_id, status)
        answers.append({"status": status, "answer": text[:4000]})
    return {"notice_id": notice_id, "status": answers[-1]["status"], "answers": answers}


@router.get("/lines/notices")
def get_notices(house: HouseDep) -> list[dict[str, Any]]:
    """Every line notice ever made, oldest first, with our last answer."""
    return lines.notices(house.store)


@router.get("/journal")
def get_journal(house: HouseDep) -> AsciiJSON:
    """Every request to NTT's or the storage service's doors ever seen, oldest first."""
    # Rendered here: a journalled body may be any JSON, half surrogate pairs included.
    return AsciiJSON(journal.entries(house.store))


@router.get("/mail")
def get_mail(house: HouseDep, to: str | None = None) -> list[dict[str, Any]]:
    """Every mail caught, newest last; only those to one address where given."""
    return mail.caught(house.store, to)
