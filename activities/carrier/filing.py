"""Effects of filings: starting one, sending it to NTT, telling the contract."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ApplicationError

from activities.carrier.gateway import CarrierGateway, CarrierRefusedError
from activities.starting import start_once
from activities.telling import tell_while_open
from models.messages import filing, search
from models.messages.carrier import Applicant, FilingCancellation, FilingCorrection, FilingRequest
from models.messages.contract import contract
from models.messages.contract.contract import ContractState, FilingReport
from models.messages.entity import AgendaItem
from models.messages.filing import FilingInput, FilingState, WithdrawFiling
from models.tables.log import Entity
from models.tables.people import Note, Person
from store.database import clock_offset


class FilingEffects:
    """Activities on the queue to NTT; each may run more than once and has one effect."""

    def __init__(self, engine: Engine, client: Client, gateway: CarrierGateway) -> None:
        """Bind the database, Temporal and the gateway."""
        self._engine = engine
        self._client = client
        self._gateway = gateway

    @activity.defn(name=filing.START_FILING)
    async def start_filing(self, entity_id: str, item: AgendaItem) -> None:
        """Start the filing of a contract as a workflow of its own (W-08.1); one that runs already is left alone."""
        state, offset_s = await asyncio.to_thread(self._contract, entity_id)
        start = filing_input(state, item.at, offset_s)
        shown: list[SearchAttributePair[Any]] = [
            SearchAttributePair(search.FILING_STATE, "filed"),
            SearchAttributePair(search.LINE_OPERATOR, start.carrier_area),
            SearchAttributePair(search.NEEDS_OPERATOR, value=False),
        ]
        await start_once(
            self._client,
            filing.WORKFLOW,
            start,
            workflow_id=filing.workflow_id(start.filing_id),
            summary="代行申込",
            search_attributes=TypedSearchAttributes(shown),
        )

    def _contract(self, entity_id: str) -> tuple[ContractState, float | None]:
        with Session(self._engine) as session:
            entity = session.get_one(Entity, entity_id)
            # The new execution's clock is the wall's, so its offset is the environment's of this moment.
            return ContractState.model_validate(entity.state), clock_offset(session).total_seconds()

    @activity.defn(name=filing.SEND_FILING)
    async def send_filing(self, start: FilingInput) -> None:
        """Send the order to NTT: the same bytes however often, since NTT knows it by its id (W-08.1)."""
        request = await asyncio.to_thread(self._request, start)
        await _definitive(self._gateway.file(start.carrier_area, request))

    def _request(self, start: FilingInput) -> FilingRequest:
        with Session(self._engine) as session:
            entity = session.get_one(Entity, contract.workflow_id(start.contract_id))
            person = session.get(Person, entity.state["person_id"]) if entity.state["person_id"] else None
            if person is None or start.at is None:
                raise ApplicationError("nobody to file for", type="NOTHING_TO_FILE", non_retryable=True)
            applicant = Applicant(
                name=person.name,
                name_kana=person.name_kana,
                email=person.email,
                phone=person.phone,
                postal_code=person.postal_code,
                address=person.address,
            )
            return FilingRequest(
                filing_id=start.filing_id,
                contract_id=start.contract_id,
                filed_at=start.at,
                applicant=applicant,
                brand=start.brand,
                service_type=start.service_type,
                wished_dates=start.wished_dates,
            )

    @activity.defn(name=filing.REPORT_TO_CONTRACT)
    async def report_to_contract(self, entity_id: str, item: AgendaItem) -> None:
        """Tell the contract what became of its filing; the operation id makes a repeat harmless."""
        state = await asyncio.to_thread(self._filing, entity_id)
        await report(self._client, self._engine, entity_id, state.contract_id, item)

    @activity.defn(name=filing.WITHDRAW_FILING)
    async def withdraw_filing(self, entity_id: str, item: AgendaItem) -> None:
        """Take the open order back when its application was withdrawn or refused."""
        state, _ = await asyncio.to_thread(self._contract, entity_id)
        op = f"{entity_id}/withdraw/{item.at.isoformat()}"
        command = WithdrawFiling(op=op, at=item.at, actor="contract")
        await tell_while_open(
            self._client, self._engine, filing.workflow_id(str(state.filing_id)), "withdraw_filing", command
        )

    @activity.defn(name=filing.SEND_WITHDRAWAL)
    async def send_withdrawal(self, entity_id: str, item: AgendaItem) -> None:
        """Tell NTT that the order is taken back."""
        state = await asyncio.to_thread(self._filing, entity_id)
        at = datetime.fromisoformat(item.data["at"])
        await _definitive(self._gateway.cancel(state.carrier_area, state.filing_id, FilingCancellation(at=at)))

    @activity.defn(name=filing.SEND_CORRECTION)
    async def send_correction(self, entity_id: str, item: AgendaItem) -> None:
        """Send the corrected fields; their values stand in the database only."""
        state = await asyncio.to_thread(self._filing, entity_id)
        fields = await asyncio.to_thread(self._fields, item.data.get("note_id"))
        correction = FilingCorrection(correction_id=f"{state.filing_id}-c{item.caused_by}", at=item.at, fields=fields)
        await _definitive(self._gateway.correct(state.carrier_area, state.filing_id, correction))

    def _fields(self, note_id: str | None) -> dict[str, Any]:
        with Session(self._engine) as session:
            note = session.get(Note, note_id) if note_id else None
            return filing.corrected(note.text)[0] if note else {}

    def _filing(self, entity_id: str) -> FilingState:
        return stored_filing(self._engine, entity_id)


def stored_filing(engine: Engine, entity_id: str) -> FilingState:
    """A filing as it is recorded."""
    with Session(engine) as session:
        return FilingState.model_validate(session.get_one(Entity, entity_id).state)


async def report(client: Client, engine: Engine, entity_id: str, contract_id: str, item: AgendaItem) -> None:
    """Tell a contract what its filing has to report; told before, it changes nothing."""
    command = FilingReport(op=f"{entity_id}/{item.item_id}", at=item.at, actor="filing", **item.data)
    await tell_while_open(client, engine, contract.workflow_id(contract_id), "filing_report", command)


def filing_input(state: ContractState, at: datetime, offset_s: float | None) -> FilingInput:
    """The order that a contract places.

    Raises:
        ApplicationError: non-retryable, the contract has nothing to file.
    """
    if state.filing_id is None or state.line is None:
        message = f"contract {state.contract_id} has nothing to file"
        raise ApplicationError(message, type="NOTHING_TO_FILE", non_retryable=True)
    return FilingInput(
        filing_id=state.filing_id,
        contract_id=state.contract_id,
        carrier_area=state.line.carrier_area,
        brand=state.line.brand,
        service_type=state.line.service_type,
        wished_dates=state.wished_dates,
        at=at,
        offset_s=offset_s,
    )


async def _definitive(call: Any) -> None:
    """A definitive refusal of NTT is not retried."""
    try:
        await call
    except CarrierRefusedError as refusal:
        raise ApplicationError(str(refusal), type="CARRIER_REFUSED", non_retryable=True) from None
