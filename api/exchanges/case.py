"""A member's request as the back office sees it: where it stands, what it took, what came of it, who was told.

A code is worth its points and is the member's alone: here it is counted, and never shown (M-09.7).
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import Session, col

from api import said
from api.care import access
from api.carrier.crossed import crossed
from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.paging import WholePaging
from api.doors.tasks import tasks_of
from api.exchanges import view
from api.history import page_of
from api.letters import letters
from api.memberships import view as membership
from api.notes import FULL_ROLES, outline
from api.services import Caller
from api.wire.language import Spoken
from decisions.exchange.domain import EXCHANGE
from decisions.reading import project
from models.messages.club.exchange import ExchangeState, workflow_id
from models.messages.entity import AgendaItem
from models.tables.club.club import Member, PointLot
from models.tables.club.exchange import Exchange, ExchangeItem
from models.tables.log import Entity
from store.database import business_now
from store.facts.exchange import request

router = APIRouter(prefix="/v1", tags=["memberships"])


def found(session: Session, exchange_id: str) -> Exchange:
    """A request, whoever's it is.

    Raises:
        Problem: 404.
    """
    row = request(session, exchange_id)
    if row is None:
        raise view.not_found()
    return row


def state_of(session: Session, row: Exchange) -> ExchangeState | None:
    """Its state with what is due carried out; None while the member fills it in."""
    entity = session.get(Entity, workflow_id(row.exchange_id))
    if entity is None:
        return None
    return ExchangeState.model_validate(project(EXCHANGE, entity.state, business_now(session), None))


def shown(session: Session, who: Caller, exchange_id: str) -> dict[str, Any]:
    """The whole case; contact data in outline for an auditor, and the look is kept.

    Raises:
        Problem: 404.
    """
    row = found(session, exchange_id)
    state, owner = state_of(session, row), session.get_one(Member, row.member_id)
    contact = {"email": row.email, "phone": row.phone}
    if any(contact.values()):
        access.record(session, who, "case", person_id=owner.person_id)
    if who.role not in FULL_ROLES:
        contact = {name: outline(value) for name, value in contact.items()}
    return {
        **listed(row, session.get(ExchangeItem, row.item_id), state),
        "person_id": owner.person_id,
        **contact,
        "created_at": moment(row.created_at),
        "confirmed_at": moment(row.confirmed_at),
        "uses": _lots(session, row),
        "balance_after": row.balance_after,
        "codes": [
            {name: each[name] for name in ("exchanged_at", "expires_on")} for each in view.codes(session, exchange_id)
        ],
        "agenda": [_ahead(item) for item in _in_order(state)],
        "allowed": EXCHANGE.allowed(state) if state and not state.closed else [],
    }


def listed(row: Exchange, item: ExchangeItem | None, state: ExchangeState | None) -> dict[str, Any]:
    """A request as a list has it."""
    return {
        "exchange_id": row.exchange_id,
        "workflow_id": workflow_id(row.exchange_id) if row.sent_at else None,
        "member_id": row.member_id,
        "state": row.state,
        "item_id": row.item_id,
        "name": item.name if item else None,
        "kind": row.kind,
        "quantity": row.quantity,
        "points": row.points,
        "sent_at": moment(row.sent_at),
        "closed_at": moment(row.closed_at),
        "billing_month": state.billing_month if state else None,
        "failure": state.failure if state else None,
        "told_by_hand": state.told_by_hand if state else False,
        "usable_again": state.usable_again if state and state.failure else None,
        "needs_operator": tasks_of(state) if state else [],
    }


def _in_order(state: ExchangeState | None) -> list[AgendaItem]:
    return sorted(state.agenda.values(), key=lambda item: (item.at, item.item_id)) if state else []


def _ahead(item: AgendaItem) -> dict[str, Any]:
    return {
        "on": item.on.isoformat(),
        "event": item.event,
        "label": item.label,
        "at": moment(item.at),
        "articles": item.articles,
        "undo_until": moment(item.undo_until),
    }


def _lots(session: Session, row: Exchange) -> list[dict[str, Any]]:
    """The lots that paid, as they were granted; what a failure gave back went to the same ones (M-04.6)."""
    query = select(PointLot).where(col(PointLot.lot_id).in_([use["lot_id"] for use in row.uses]))
    lots = {lot.lot_id: lot for lot in session.execute(query).scalars()}
    return [
        {
            **use,
            "kind": lots[use["lot_id"]].kind,
            "granted_on": lots[use["lot_id"]].granted_on.isoformat(),
            "expires_on": lots[use["lot_id"]].expires_on.isoformat(),
        }
        for use in row.uses
    ]


@router.get("/memberships/{member_id}/exchanges", summary="A member's requests to exchange points")
async def of_a_member(member_id: str, house: House, _: Reader, page: WholePaging) -> dict[str, Any]:
    """The latest first, those not sent yet among them; nothing of a person and no code."""

    def load(session: Session) -> dict[str, Any]:
        membership.load(session, member_id, business_now(session))
        query = (
            select(Exchange, ExchangeItem)
            .join(ExchangeItem, col(ExchangeItem.item_id) == col(Exchange.item_id))
            .where(col(Exchange.member_id) == member_id)
            .order_by(col(Exchange.created_at).desc(), col(Exchange.exchange_id))
        )
        part = page.of([{"row": row, "item": item} for row, item in session.execute(query).all()])
        ids = [workflow_id(each["row"].exchange_id) for each in part["items"]]
        stored = session.execute(select(Entity).where(col(Entity.entity_id).in_(ids))).scalars()
        states = {each.entity_id: ExchangeState.model_validate(each.state) for each in stored}
        told = [(each["row"], each["item"], states.get(key)) for key, each in zip(ids, part["items"], strict=True)]
        return {**part, "items": [listed(row, item, state) for row, item, state in told]}

    return await house.read(load)


@router.get("/exchanges/{exchange_id}/history", summary="What happened to an exchange, why and by whom")
async def history(exchange_id: str, house: House, who: Reader, language: Spoken, page: WholePaging) -> dict[str, Any]:
    """Every transition in ascending order; none of one that was not sent."""

    def load(session: Session) -> dict[str, Any]:
        about = workflow_id(found(session, exchange_id).exchange_id)
        return said.told(session, who, "log", page_of(session, about, page, language), of=[about])

    return await house.read(load)


@router.get("/exchanges/{exchange_id}/notices", summary="Letters about an exchange")
async def notices(exchange_id: str, house: House, who: Reader, page: WholePaging) -> dict[str, Any]:
    """In outline for an auditor, and the look is kept."""

    def load(session: Session) -> dict[str, Any]:
        about = workflow_id(found(session, exchange_id).exchange_id)
        part = page.of(letters(session, [about]))
        return said.told(session, who, "letters", part, of=[about], shown=said.letters)

    return await house.read(load)


@router.get("/exchanges/{exchange_id}/carrier-messages", summary="What crossed between NTT and us about an exchange")
async def carrier_messages(exchange_id: str, house: House, who: Reader, page: WholePaging) -> dict[str, Any]:
    """Both directions, oldest first: a fee payment as NTT East was told of it (M-09.6)."""

    def load(session: Session) -> dict[str, Any]:
        row = found(session, exchange_id)
        owner = session.get_one(Member, row.member_id)
        return crossed(session, who, page, [workflow_id(exchange_id)], person_id=owner.person_id)

    return await house.read(load)
