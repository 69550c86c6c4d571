"""Effects of an exchange: a fee payment is told to NTT East, points that came back to the membership."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity
from temporalio.client import Client

from activities.carrier.gateway import CarrierGateway, CarrierRefusedError
from activities.rows.exchange import payment_body, payment_message_id
from activities.telling import tell_while_open
from models.messages.carrier import OutgoingMessage
from models.messages.club.exchange import SEND_FEE_PAYMENT, TELL_MEMBERSHIP, TOLD_BY_HAND, ExchangeState
from models.messages.club.membership import EXCHANGE_FAILED, ExchangeFailed, workflow_id
from models.messages.entity import AgendaItem
from models.tables.log import Entity
from models.tables.people import Line
from store.database import business_now


class MessageGateway(CarrierGateway):
    """The gateway for messages whose answer decides something; all others go through the outbox."""

    async def tell(self, carrier_area: str, message: OutgoingMessage) -> None:
        """Send one notice of an agreed kind (W-13.1); a repeat is the same notice to NTT.

        Raises:
            CarrierRefusedError: a definitive 4xx.
            httpx.HTTPError: no answer or a 5xx; try again.
        """
        await self._post(carrier_area, "messages", message)


class ExchangeEffects:
    """Activities on the queue to NTT; each may run more than once and has one effect."""

    def __init__(self, engine: Engine, client: Client, gateway: MessageGateway) -> None:
        """Bind the database, Temporal and the gateway."""
        self._engine = engine
        self._client = client
        self._gateway = gateway

    @activity.defn(name=SEND_FEE_PAYMENT)
    async def send_fee_payment(self, entity_id: str, item: AgendaItem) -> dict[str, Any]:
        """Tell NTT East: the same message under the same id however often (M-09.6).

        Returns:
            `outcome` (`accepted`, or `refused` for good) and `at`, the business moment of the answer; `outcome`
            `told_by_hand` where an operator has keyed in meanwhile what NTT said: it is not asked any more.

        Raises:
            httpx.HTTPError: no answer yet; the attempt is repeated, also after the programme end (A-18).
        """
        carrier_area, message = await asyncio.to_thread(self._message, entity_id, item)
        if message is None:
            return {"outcome": TOLD_BY_HAND}
        try:
            await self._gateway.tell(carrier_area, message)
            outcome = "accepted"
        except CarrierRefusedError as refusal:
            activity.logger.warning("%s: %s", entity_id, refusal)
            outcome = "refused"
        at = await asyncio.to_thread(self._now)
        return {"outcome": outcome, "at": at}

    @activity.defn(name=TELL_MEMBERSHIP)
    async def tell_membership(self, entity_id: str, item: AgendaItem) -> None:
        """Tell the membership that points came back; the operation id makes a repeat harmless.

        Raises:
            ApplicationError: retryable, nobody there can say yet.
            NotDecidedError: a defect keeps it from being decided.
        """
        state = await asyncio.to_thread(self._state, entity_id)
        op = f"{entity_id}/{item.item_id}"
        command = ExchangeFailed(op=op, at=item.at, actor="exchange", exchange_id=state.exchange_id)
        told = workflow_id(state.member_id)
        await tell_while_open(self._client, self._engine, told, EXCHANGE_FAILED, command)

    def _state(self, entity_id: str) -> ExchangeState:
        with Session(self._engine) as session:
            return ExchangeState.model_validate(session.get_one(Entity, entity_id).state)

    def _message(self, entity_id: str, item: AgendaItem) -> tuple[str, OutgoingMessage | None]:
        with Session(self._engine) as session:
            state = ExchangeState.model_validate(session.get_one(Entity, entity_id).state)
            if SEND_FEE_PAYMENT not in state.agenda:
                return state.carrier_area, None
            line = session.get_one(Line, state.line_key)
            message = OutgoingMessage.model_validate(
                {
                    "message_id": payment_message_id(state.exchange_id),
                    "kind": "FEE_PAYMENT",
                    "line_id": line.line_id,
                    "at": item.at,
                    "body": payment_body(state),
                }
            )
            return state.carrier_area, message

    def _now(self) -> str:
        with Session(self._engine) as session:
            return business_now(session).isoformat()
