"""Why: every decision of a life unfolded, and the life as a picture."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api import said
from api.care.drawing import Window
from api.care.timeline import Stretch, contract_picture, exchange_picture, membership_picture
from api.contracts import view as contracts
from api.doors.auth import House, Reader
from api.doors.fields import Day
from api.doors.problems import Problem
from api.exchanges import case
from api.history import history_of
from api.memberships import view as memberships
from api.wire.language import Spoken
from decisions import fold
from decisions.registry import DOMAINS
from models.messages.club import exchange as exchange_messages
from models.messages.club import membership as membership_messages
from models.messages.contract import contract as contract_messages
from models.messages.entity import EntityState
from rules.calendar import japan_day
from rules.club.program import Plan
from rules.explain import cite, explain, paraphrase
from rules.explain.articles import Language
from rules.explain.steps import expiry
from rules.explain.wording import date_of
from store.club.plan import plan_in_force
from store.database import business_now
from store.log import entries

router = APIRouter(tags=["why"])

SVG = "image/svg+xml"

_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {SVG: {"example": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 240"></svg>'}}}
}

From = Annotated[Day | None, Query(description="The first day shown; the whole life without it.")]
To = Annotated[Day | None, Query(description="The last day shown, inclusive.")]


def _window(start: Day | None, end: Day | None) -> Window | None:
    """Both days or none.

    Raises:
        Problem: 400, one without the other, or the wrong way round.
    """
    if start is None and end is None:
        return None
    if start is None or end is None or start >= end:
        raise Problem(400, "MALFORMED", "from_on, to_on: send both, the first before the last, or neither.")
    return Window(start, end)


@router.get("/v1/contracts/{contract_id}/timeline.svg", summary="A contract's life as a picture", responses=_PICTURE)
async def contract_timeline(
    contract_id: str, house: House, _: Reader, language: Spoken, from_on: From = None, to_on: To = None
) -> Response:
    """Courses, minimum term, choice and watch, what happened and what lies ahead, charges. No personal data."""
    window = _window(from_on, to_on)

    def picture(session: Session) -> str:
        now = business_now(session)
        state = contracts.load(session, contract_id, now)
        log = entries(session, contract_messages.workflow_id(contract_id))
        return contract_picture(state, log, japan_day(now), language, window)

    return Response(await house.read(picture), media_type=SVG)


@router.get("/v1/memberships/{member_id}/timeline.svg", summary="A member's life as a picture", responses=_PICTURE)
async def membership_timeline(
    member_id: str, house: House, _: Reader, language: Spoken, from_on: From = None, to_on: To = None
) -> Response:
    """Membership, storage, what happened and what lies ahead, lots of points. No personal data."""
    window = _window(from_on, to_on)

    def picture(session: Session) -> str:
        now = business_now(session)
        state = memberships.load(session, member_id, now)
        log = entries(session, membership_messages.workflow_id(member_id))
        lots = memberships.points(session, member_id, japan_day(now))["lots"]
        return membership_picture(state, log, lots, japan_day(now), language, window)

    return Response(await house.read(picture), media_type=SVG)


@router.get("/v1/exchanges/{exchange_id}/timeline.svg", summary="An exchange as a picture", responses=_PICTURE)
async def exchange_timeline(
    exchange_id: str, house: House, _: Reader, language: Spoken, from_on: From = None, to_on: To = None
) -> Response:
    """From the draft to the outcome, what happened and what lies ahead. No personal data."""
    window = _window(from_on, to_on)

    def picture(session: Session) -> str:
        row = case.found(session, exchange_id)
        log = entries(session, exchange_messages.workflow_id(exchange_id))
        days = tuple(japan_day(at) if at else None for at in (row.created_at, row.sent_at, row.closed_at))
        ahead = state.agenda.values() if (state := case.state_of(session, row)) else ()
        of = Stretch(exchange_id, row.state, *days)
        return exchange_picture(of, log, list(ahead), japan_day(business_now(session)), language, window)

    return Response(await house.read(picture), media_type=SVG)


@router.get("/v1/contracts/{contract_id}/explain", summary="Why: every decision of a contract unfolded")
async def contract_explain(contract_id: str, house: House, who: Reader, language: Spoken) -> dict[str, Any]:
    """Articles in plain words, the facts used and the arithmetic, in the language of `Accept-Language` (`ja`, `en`)."""

    def tell(session: Session) -> dict[str, Any]:
        state = contracts.load(session, contract_id, business_now(session))
        entity_id = contract_messages.workflow_id(contract_id)
        found = {
            "contract_id": contract_id,
            "language": language,
            "decisions": unfolded(session, "contract", entity_id, language, now=state),
        }
        return said.told(session, who, "log", found, of=[entity_id])

    return await house.read(tell)


@router.get("/v1/memberships/{member_id}/explain", summary="Why: every decision of a membership unfolded")
async def membership_explain(member_id: str, house: House, who: Reader, language: Spoken) -> dict[str, Any]:
    """As for contracts, and how each lot of points came to its last usable day."""

    def tell(session: Session) -> dict[str, Any]:
        now = business_now(session)
        state = memberships.load(session, member_id, now)
        entity_id = membership_messages.workflow_id(member_id)
        lots = memberships.points(session, member_id, japan_day(now))["lots"]
        plan = plan_in_force(session)
        found = {
            "member_id": member_id,
            "language": language,
            "decisions": unfolded(session, "membership", entity_id, language, now=state),
            "lots": [_lot(lot, language, plan) for lot in lots],
        }
        return said.told(session, who, "log", found, of=[entity_id])

    return await house.read(tell)


@router.get("/v1/exchanges/{exchange_id}/explain", summary="Why: every decision of an exchange unfolded")
async def exchange_explain(exchange_id: str, house: House, who: Reader, language: Spoken) -> dict[str, Any]:
    """As for contracts; nothing is decided of one that was not sent."""

    def tell(session: Session) -> dict[str, Any]:
        state = case.state_of(session, case.found(session, exchange_id))
        about = exchange_messages.workflow_id(exchange_id)
        told = unfolded(session, "exchange", about, language, now=state) if state else []
        found = {"exchange_id": exchange_id, "language": language, "decisions": told}
        return said.told(session, who, "log", found, of=[about])

    return await house.read(tell)


def unfolded(
    session: Session, kind: str, entity_id: str, language: Language, *, now: EntityState
) -> list[dict[str, Any]]:
    """Every entry of a log with its explanation, each on the state as it was folded after it.

    With `correctable`: whether a correction may name it, as the entity stands `now`.
    """
    log = entries(session, entity_id)
    may = DOMAINS[kind].correctable
    plan = plan_in_force(session)
    told = {item["seq"]: item for item in history_of(session, entity_id, language=language)}
    initial = DOMAINS[kind].state().model_dump(mode="json")
    return [
        {
            **{name: told[entry.seq][name] for name in _SHOWN},
            "correctable": may is not None and not told[entry.seq]["voided"] and may(now, entry),
            **explain(
                event=entry.event,
                articles=tuple(entry.articles),
                decision=entry.decision,
                facts=facts,
                when=(entry.received_at, entry.effective_on),
                language=language,
                kind=kind,
                plan=plan,
            ).as_json(),
        }
        for entry, facts in zip(log, fold.along(initial, log), strict=True)
    ]


_SHOWN = (
    "seq", "event", "from", "to", "received_at", "recorded_at", "effective_on", "actor", "on_behalf_of", "reason",
    "edition", "voids", "voided",
)  # fmt: skip


def _lot(lot: dict[str, Any], language: Language, plan: Plan) -> dict[str, Any]:
    granted, original, current = (date_of(lot[name]) for name in ("granted_on", "original_expires_on", "expires_on"))
    changed = original != current
    ids = ["M-04.1", "M-04.6", *(["M-04.4", "M-04.7"] if changed else [])]
    steps = expiry(granted, original, current, language) if granted and original and current else []
    return {
        **lot,
        "steps": [" → ".join(steps)],
        "articles": [
            {"id": each, "citation": cite(each, language), "text": paraphrase(each, language, plan)} for each in ids
        ],
    }
