"""Filings (代行申込): reads, and the correction after a defect."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field, JsonValue, field_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from api.contracts.kinds import FILING
from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.commands import BackOfficeSending, OperatorSending
from api.doors.fields import Mutable, SettlementBody, mailbox, number, plain_inside
from api.doors.problems import Problem
from models.messages.contract.contract import workflow_id as contract_workflow_id
from models.messages.contract.notices import SettleTask
from models.messages.filing import CorrectFiling, FilingState, correction_note, workflow_id
from models.tables.log import Entity
from models.tables.people import Line

router = APIRouter(prefix="/v1/filings", tags=["contracts"])


NAME_MAX = 40


class FilingCorrection(Mutable):
    """Corrected fields by name, such as `{"address": "…"}`."""

    fields: dict[str, JsonValue] = Field(min_length=1, max_length=20)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"fields": {"address": "東京都千代田区1-2"}}]}
    )

    @field_validator("fields")
    @classmethod
    def _named(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        """Field names go to Temporal, so they must be names, not data."""
        if not all(name.isidentifier() and name.isascii() and len(name) <= NAME_MAX for name in value):
            raise PydanticCustomError("field_names", "names are ASCII identifiers such as `address`")
        plain_inside(value)
        if isinstance(phone := value.get("phone"), str):
            number(phone)
        if isinstance(email := value.get("email"), str):
            mailbox(email)
        return value

    def facts(self) -> dict[str, Any]:
        """The names alone."""
        return {"fields": sorted(self.fields)}

    def note(self) -> str:
        """The values, and the reason."""
        return correction_note(self.fields, self.reason)


@router.get("/{filing_id}", summary="One filing")
async def read(filing_id: str, house: House, _: Reader) -> dict[str, Any]:
    """Where the order for a new line stands. Nothing of the person."""
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
        "operator": state.carrier_area,
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
            {
                "on": item.on.isoformat(),
                "event": item.event,
                "label": item.label,
                "articles": item.articles,
                "undo_until": None,
            }
            for item in items
        ],
    }


@router.post("/{filing_id}/correction", summary="Corrected fields after a defect")
async def correction(filing_id: str, body: FilingCorrection, door: BackOfficeSending) -> JSONResponse:
    """The values stay in the database and go to NTT; Temporal learns the names of the fields only."""
    return await door.send(FILING, filing_id, "correct_filing", CorrectFiling, body)


@router.post("/{filing_id}/settlements", summary="An operator has dealt with what waited for a filing")
async def settlements(filing_id: str, body: SettlementBody, door: OperatorSending) -> JSONResponse:
    """For tasks that no other request settles."""
    return await door.send(FILING, filing_id, "settle_task", SettleTask, body)
