"""Filings (代行申込): reads, and the correction after a defect."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, JsonValue
from sqlmodel import Session

from api.auth import BackOffice, House, Reader
from api.contract_commands import Mutable
from api.idempotency import Mutation, once
from api.people import keep_note
from api.problems import Problem
from api.send import update
from api.views.contract import moment
from models.messages.contract import workflow_id as contract_workflow_id
from models.messages.filing import CorrectFiling, FilingState, workflow_id
from models.tables.log import Entity
from models.tables.people import Line

router = APIRouter(prefix="/v1/filings", tags=["contracts"])


class FilingCorrection(Mutable):
    """Corrected fields by name, such as `{"address": "…"}`."""

    fields: dict[str, JsonValue] = Field(min_length=1, max_length=20)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"fields": {"address": "東京都千代田区1-2"}}]}
    )


@router.get("/{filing_id}", summary="One filing")
async def read(filing_id: str, house: House, _: Reader) -> dict[str, Any]:
    """Where the order for a new line stands."""
    return await house.read(lambda session: _show(session, filing_id))


def _show(session: Session, filing_id: str) -> dict[str, Any]:
    entity = session.get(Entity, workflow_id(filing_id))
    if entity is None:
        raise Problem(404, "NOT_FOUND", "There is no filing under this id.")
    state = FilingState.model_validate(entity.state)
    line = session.get(Line, state.line_key) if state.line_key else None
    items = sorted(state.agenda.values(), key=lambda item: (item.at, item.item_id))
    return {
        "filing_id": state.filing_id,
        "workflow_id": workflow_id(filing_id),
        "contract_id": state.contract_id,
        "contract_workflow_id": contract_workflow_id(state.contract_id),
        "state": state.state,
        "operator": state.operator,
        "sequence": state.sequence,
        "filed_at": moment(state.filed_at),
        "work_on": state.work_on.isoformat() if state.work_on else None,
        "opened_on": state.opened_on.isoformat() if state.opened_on else None,
        "line_id": line.line_id if line else None,
        "service_type": state.service_type,
        "defects": state.defects,
        "jeopardy": state.jeopardy,
        "needs_operator": [task.model_dump(mode="json") for task in state.tasks.values()],
        "agenda": [
            {"on": item.on.isoformat(), "event": item.event, "articles": item.articles, "undo_until": None}
            for item in items
        ],
    }


@router.post("/{filing_id}/correction", summary="Corrected fields after a defect")
async def correction(
    filing_id: str, body: FilingCorrection, request: Request, house: House, who: BackOffice
) -> JSONResponse:
    """The values stay in the database and go to NTT; Temporal learns the names of the fields only."""
    await house.read(lambda session: _show(session, filing_id))

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        text = json.dumps(body.fields, ensure_ascii=False)
        note_id = await house.read(lambda session: keep_note(session, f"N{seen.stem}", text, seen.at))
        command = CorrectFiling(
            op=seen.op, at=seen.at, actor=who.name, note_id=note_id, fields=sorted(_plain(name) for name in body.fields)
        )
        answer = await update(house, workflow_id(filing_id), "correct_filing", command)
        return 200, {**answer.decision, "state": answer.state}

    return await once(request, house, who, work)


def _plain(name: str) -> str:
    """Field names go to Temporal, so they must be names, not data."""
    if not name.isidentifier() or not name.isascii() or len(name) > 40:
        raise Problem(400, "MALFORMED", "fields: names are ASCII identifiers such as `address`.")
    return name
