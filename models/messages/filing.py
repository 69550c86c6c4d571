"""The filing's messages: one agency filing (代行申込) of a new line (W-08.1). No personal data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from models.messages.carrier import CarrierArea
from models.messages.entity import Command, EntityState, Message

WORKFLOW = "FilingWorkflow"

SEND_FILING = "send_filing"
REPORT_TO_CONTRACT = "report_to_contract"
START_FILING = "start_filing"
WITHDRAW_FILING = "withdraw_filing"
SEND_WITHDRAWAL = "send_withdrawal"
SEND_CORRECTION = "send_correction"
"""Names of the activities with an outside effect."""

FILED = "filed"
REFUSED_BY_CARRIER = "carrier_status"
"""The commands by which the handing over of an order is recorded, and NTT's refusal of it."""

Status = Literal[
    "accepted",
    "defect",
    "negotiating",
    "waiting_facility",
    "date_adjusting",
    "waiting_work",
    "opened",
    "cancelled",
    "not_available",
    "type_changed",
]


def workflow_id(filing_id: str) -> str:
    """`filing/{filing_id}`."""
    return f"filing/{filing_id}"


def correction_note(fields: Mapping[str, Any], reason: str | None) -> str:
    """The note of a correction: the fields that go to NTT, and why."""
    return json.dumps({"fields": fields, "reason": reason} if reason else fields, ensure_ascii=False)


def corrected(note: str) -> tuple[dict[str, Any], str | None]:
    """The fields that the note of a correction holds, and the reason beside them; no fields in any other note."""
    try:
        found = json.loads(note)
    except ValueError:
        return {}, None
    if not isinstance(found, dict):
        return {}, None
    if set(found) == {"fields", "reason"} and isinstance(found["fields"], dict):
        return found["fields"], str(found["reason"])
    return found, None


class FilingInput(Message):
    """Starts a filing's workflow, or continues it."""

    filing_id: str
    contract_id: str
    carrier_area: CarrierArea = Field(alias="operator")
    brand: str = "NEXT"
    service_type: str = "FAMILY"
    wished_dates: list[date] = Field(default_factory=list)
    at: datetime | None = None
    offset_s: float | None = None
    state: dict[str, Any] | None = None
    done: list[str] = Field(default_factory=list)


class FilingState(EntityState):
    """The folded state of one filing."""

    filing_id: str = ""
    contract_id: str = ""
    state: str = "prepared"
    carrier_area: str = Field(default="EAST", alias="operator")
    brand: str = "NEXT"
    service_type: str = "FAMILY"
    wished_dates: list[date] = Field(default_factory=list)
    filed_at: datetime | None = None
    sequence: int = 0
    """Highest sequence number of NTT's messages taken so far."""
    work_on: date | None = None
    opened_on: date | None = None
    line_key: str | None = None
    defects: list[str] = Field(default_factory=list)
    jeopardy: list[str] = Field(default_factory=list)
    """Milestones that came late."""


class FileWithCarrier(Command):
    """The filing was sent to NTT."""

    filing_id: str
    contract_id: str
    carrier_area: str = Field(alias="operator")
    brand: str
    service_type: str
    wished_dates: list[date] = Field(default_factory=list)
    refused: str | None = None
    """The code by which NTT takes no order of its kind from us; None: it has it."""


class CarrierStatus(Command):
    """One status message of NTT, the line number replaced by its key."""

    sequence: int = Field(ge=1)
    status: Status
    occurred_at: datetime
    work_on: date | None = None
    opened_on: date | None = None
    line_key: str | None = None
    service_type: str | None = None
    defects: list[str] = Field(default_factory=list)
    reason_code: str | None = None


class CorrectFiling(Command):
    """Corrected fields after a defect; the values lie in the database under `note_id`."""

    fields: list[str] = Field(default_factory=list)


class WithdrawFiling(Command):
    """The applicant withdrew before the work day."""


def known_of(start: FilingInput) -> dict[str, Any]:
    """What the order says, which a filing's row cannot stand without."""
    return start.model_dump(include=set(FileWithCarrier.model_fields) - set(Command.model_fields))
