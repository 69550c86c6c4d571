"""Contracts and filings, as the door knows them."""

from __future__ import annotations

from api.doors.kinds import Kind
from models.messages import filing
from models.messages.contract import contract

CONTRACT = Kind(
    name="contract",
    workflow=contract.WORKFLOW,
    workflow_id=contract.workflow_id,
    summary="WAKWAK 契約",
    letter="K",
)

FILING = Kind(
    name="filing",
    workflow=filing.WORKFLOW,
    workflow_id=filing.workflow_id,
    summary="代行申込",
    letter="F",
    missing="There is no filing under this id.",
)
