"""A member's request on its way: the row while it is filled in, the workflow once it is sent (M-09.3 to M-09.5)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from api.doors.dry_run import dry_decision
from api.doors.idempotency import Mutation
from api.doors.kinds import Kind as EntityKind
from api.doors.problems import Problem, as_problem
from api.doors.send import start
from api.exchanges import view
from api.exchanges.line_check import mismatch
from api.exchanges.member_sessions import LiveSession, check_site
from api.services import Services
from decisions.domain import NotAllowedError
from decisions.exchange import form as forms
from decisions.exchange.form import Form, Offer
from models.messages.club.exchange import WORKFLOW, ExchangeInput, Kind, SendExchange, workflow_id
from models.tables.club.club import Member
from models.tables.club.exchange import Exchange, ExchangeItem
from models.tables.log import Transition
from models.tables.people import Person
from rules.calendar import japan_day
from rules.refusal import Refusal
from store.facts.exchange import request as request_row
from store.facts.exchange import standing

EXCHANGE = EntityKind(name="exchange", workflow=WORKFLOW, workflow_id=workflow_id, summary="ポイント交換", letter="X")

ACTOR = "member"
"""Who acted, in the log of an exchange."""


# --- filling in --------------------------------------------------------------------------------------------------


def draft(session: Session, who: LiveSession, seen: Mutation, item_id: str, quantity: int) -> dict[str, Any]:
    """A new request, pre-filled from the member's record; nothing is deducted (M-09.3, M-09.4).

    Raises:
        Problem: 422: the site is closed to the member, no such item, a quantity out of range.
    """
    exchange_id = f"X{seen.stem}"
    found = request_row(session, exchange_id)
    if found is not None:
        return view.request(session, found)
    check_site(session, who.member_id, seen.at)
    item = _offered(session, item_id)
    member = session.get_one(Member, who.member_id)
    person = session.get(Person, member.person_id) if member.person_id else None
    email, phone = (person.email, person.phone) if person else ("", "")
    with as_problem():
        made = forms.begin(_offer(item), quantity, seen.at, email=email, phone=phone)
    row = insert(Exchange).values(
        exchange_id=exchange_id,
        member_id=who.member_id,
        item_id=item.item_id,
        kind=item.kind,
        created_at=seen.at,
        **asdict(made),
    )
    session.execute(row.on_conflict_do_nothing())
    return view.request(session, session.get_one(Exchange, exchange_id))


def edit(session: Session, who: LiveSession, exchange_id: str, at: datetime, changes: dict[str, Any]) -> dict[str, Any]:
    """Change contact fields or the quantity, for this request only (M-09.4).

    Raises:
        Problem: 404, 409 once it is sent, 422.
    """
    row = own(session, who.member_id, exchange_id, lock=True)
    item = session.get_one(ExchangeItem, row.item_id)
    given = {name: changes.get(name) for name in ("quantity", "email", "phone")}
    try:
        check_site(session, who.member_id, at)
        after = forms.edit(_form(row), _offer(item), at, **given)
    except NotAllowedError as refusal:
        raise _not_now(row, refusal) from None
    except Refusal as refusal:
        raise Problem.of(refusal) from None
    _write(row, after)
    row.confirmed_at = None
    return view.request(session, row)


def confirm(session: Session, who: LiveSession, exchange_id: str, at: datetime) -> dict[str, Any]:
    """The confirmation screen: what it will cost, and nothing deducted yet (M-09.4, M-09.5).

    Raises:
        Problem: 404, 409, 422 `FIELD_MISSING`.
    """
    row = own(session, who.member_id, exchange_id, lock=True)
    try:
        check_site(session, who.member_id, at)
        after = forms.confirm(_form(row))
    except NotAllowedError as refusal:
        raise _not_now(row, refusal) from None
    except Refusal as refusal:
        raise Problem.of(refusal) from None
    _write(row, after)
    row.confirmed_at = at
    return view.request(session, row)


def own(session: Session, member_id: str, exchange_id: str, *, lock: bool = False) -> Exchange:
    """A request of this member.

    Raises:
        Problem: 404, for somebody else's too.
    """
    row = request_row(session, exchange_id, lock=lock)
    if row is None or row.member_id != member_id:
        raise view.not_found()
    return row


# --- sending -----------------------------------------------------------------------------------------------------


async def send(house: Services, who: LiveSession, exchange_id: str, seen: Mutation) -> dict[str, Any]:
    """Points leave here, atomically; a gift code is in the answer (M-09.5, M-09.13, A-17).

    Raises:
        Problem: 403 `LINE_MISMATCH`, 404, 409, 422 with nothing deducted, 503.
    """
    done = await house.read(lambda session: _begin(session, who, exchange_id, seen))
    if done is not None:
        return done
    command = SendExchange(op=seen.op, at=seen.at, actor=ACTOR, exchange_id=exchange_id, session_id=who.session_id)
    made = ExchangeInput(exchange_id=exchange_id, send=command)
    try:
        await _check_line(house, who)
        # What is refused anyway leaves no workflow behind; the decision itself is made again, under lock.
        await house.read(lambda session: dry_decision(session, "exchange", None, "send", command))
        # One that was refused may be sent again; one whose points have left may not.
        await start(house, EXCHANGE, exchange_id, made, "send", seen.op, refused_may_return=True)
    except Problem as problem:
        # Two senders at once: what one is refused may be what the other, under the same key, has just done.
        done = await house.read(lambda session: _begin(session, who, exchange_id, seen))
        if done is None:
            raise problem from None
        return done
    return await house.read(lambda session: _sent_by(session, who, exchange_id, seen))


def _begin(session: Session, who: LiveSession, exchange_id: str, seen: Mutation) -> dict[str, Any] | None:
    """None where it can be sent; the answer where this very request has sent it.

    Raises:
        Problem: 404, 409.
    """
    row = own(session, who.member_id, exchange_id)
    if row.sent_at is not None:
        return _sent_by(session, who, exchange_id, seen)
    try:
        forms.check_sendable(_form(row))
    except NotAllowedError as refusal:
        raise _not_now(row, refusal) from None
    return None


def _sent_by(session: Session, who: LiveSession, exchange_id: str, seen: Mutation) -> dict[str, Any]:
    """The answer to whoever sent it; anybody else has come too late.

    Raises:
        Problem: 409.
    """
    row = own(session, who.member_id, exchange_id)
    first = session.get(Transition, (workflow_id(exchange_id), 1))
    if first is None or first.op != seen.op:
        raise _not_now(row, forms.not_possible(row.state, "send"))
    return {**view.request(session, row), "decision": first.decision}


async def _check_line(house: Services, who: LiveSession) -> None:
    """The line from which the session was opened is still the member's (A-17).

    Whether points may be used at all is for the decision to say.

    Raises:
        Problem: 403.
    """
    today = japan_day(await house.now())
    found = await house.read(lambda session: standing(session, who.member_id, today))
    if who.line_key != found.line_key:
        raise mismatch()


# --- parts -------------------------------------------------------------------------------------------------------


def _offered(session: Session, item_id: str) -> ExchangeItem:
    item = session.get(ExchangeItem, item_id)
    if item is None or not item.on_offer:
        raise Problem(422, "UNKNOWN_ITEM", "There is no such item; GET /v1/items lists them.", ("M-09.3",))
    return item


def _offer(item: ExchangeItem) -> Offer:
    return Offer(item.item_id, cast("Kind", item.kind), item.points)


def _form(row: Exchange) -> Form:
    return Form(row.state, row.quantity, row.points, row.email, row.phone)


def _write(row: Exchange, form: Form) -> None:
    for name, value in asdict(form).items():
        setattr(row, name, value)


def _not_now(row: Exchange, refusal: NotAllowedError) -> Problem:
    return Problem(
        409,
        refusal.code,
        refusal.detail,
        refusal.articles,
        values=refusal.values,
        state=row.state,
        allowed=forms.steps(row.state),
    )
