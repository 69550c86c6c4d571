"""A membership as the interface shows it: by effective dates, whether or not a timer has fired."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from api.contracts.view import moment
from api.doors.paging import Page
from api.doors.tasks import awaiting_of, tasks_of
from api.history import page_of
from api.memberships.starting import not_found
from api.past import state_as_of
from decisions.engine import Run
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.parts import by_plan
from decisions.membership.storage import storage
from models.messages.club import exchange as exchanges
from models.messages.club.membership import PROGRAMME_END, MembershipState, Storage, workflow_id
from models.tables.club.club import Member
from models.tables.club.exchange import Exchange
from models.tables.log import Entity
from models.tables.people import Line
from rules.calendar import japan_day
from rules.explain.articles import Language
from store.club import ledger_reads
from store.club.plan import plan_in_force
from store.facts.membership import Standing

_INTERNAL = {"line_notice", "plan_changed", "plan_announced", "exchange_failed"}
"""Updates that only other parts of the service send."""


def load(session: Session, member_id: str, now: datetime) -> MembershipState:
    """The membership as it stands now, with what is due carried out.

    Raises:
        Problem: 404.
    """
    entity = session.get(Entity, workflow_id(member_id))
    if entity is None:
        raise not_found()
    run = Run(MEMBERSHIP, entity.state, now, standing=Standing(session))
    run.carry_out_due(now)
    return by_plan(MembershipState.model_validate(run.outcome.state), plan_in_force(session), now)


def with_exchanges(session: Session, member_id: str) -> list[str]:
    """What a member is written to about: the membership, and every exchange."""
    sent = select(col(Exchange.exchange_id)).where(col(Exchange.member_id) == member_id)
    return [workflow_id(member_id), *map(exchanges.workflow_id, session.execute(sent).scalars())]


def load_as_of(session: Session, member_id: str, end: datetime, known_at: datetime | None) -> MembershipState:
    """The membership before a moment, by effective dates (X-01, X-05).

    Raises:
        Problem: 404, also for a day before the registration.
    """
    about = Standing(session)
    found = state_as_of(session, MEMBERSHIP, workflow_id(member_id), about, end, known_at=known_at)
    state = MembershipState.model_validate(found)
    # What was known then is what was recorded then.
    return state if known_at is not None else by_plan(state, plan_in_force(session), end)


def show(session: Session, state: MembershipState, now: datetime) -> dict[str, Any]:
    """The membership read."""
    line = session.get(Line, state.line_key) if state.line_key else None
    row = session.get(Member, state.member_id)
    service = state.service_on(japan_day(now))
    whole = state.model_dump(mode="json")
    items = sorted(state.agenda.values(), key=lambda item: (item.at, item.item_id))
    return {
        "member_id": state.member_id,
        "workflow_id": workflow_id(state.member_id),
        "person_id": state.person_id,
        "external_id": row.external_id if row else None,
        "state": state.state,
        "registered_on": whole["registered_on"],
        "usable_through": whole["usable_through"],
        "ended_on": whole["ended_on"],
        "end_reason": state.end_cause,
        "former_member": state.former_member,
        "line_id": line.line_id if line else None,
        "service_type": service.service_type if service else None,
        "service_class": service.service_class if service else None,
        "in_use_since": whole["in_use_since"],
        "in_use_through": whole["in_use_through"],
        "ninen_wari": {
            "started_on": whole["ninen_wari_started_on"],
            "cancelled_on": whole["ninen_wari_cancelled_on"],
        },
        "mail_consents": {"club": state.mail_club, "ntt_east": state.mail_ntt_east},
        "storage": storage_of(storage.shown(state, japan_day(now))),
        "renewal": [whole["renewals"][key] for key in sorted(whole["renewals"])],
        "agenda": [
            {
                "on": item.on.isoformat(),
                "event": PROGRAMME_END if item.data.get("cause") == PROGRAMME_END else item.event,
                "label": item.label,
                "at": moment(item.at),
                "articles": item.articles,
                "undo_until": moment(item.undo_until),
            }
            for item in items
        ],
        "needs_operator": tasks_of(state),
        "awaiting": awaiting_of(session, state),
        "allowed": [name for name in MEMBERSHIP.allowed(state) if name not in _INTERNAL],
    }


def storage_of(shown: Storage) -> dict[str, Any]:
    """The storage perk as the interface shows it: what services come to, not every word told of them."""
    return shown.model_dump(mode="json", exclude={"support": {"__all__": {"told"}}, "set_gb": True})


def points(session: Session, member_id: str, on: date) -> dict[str, Any]:
    """Balance, lots with the changed and the original expiry, and what expires when (M-04.6, M-04.7).

    Raises:
        Problem: 404.
    """
    if session.get(Member, member_id) is None:
        raise not_found()
    found = ledger_reads.balance(session, member_id, on)
    return {
        "on": on.isoformat(),
        "balance": found.points,
        "lots": [
            {
                "lot_id": lot.lot_id,
                "granted_on": lot.granted_on.isoformat(),
                "kind": lot.kind,
                "points": lot.points,
                "left": lot.left,
                "expires_on": lot.expires_on.isoformat(),
                "original_expires_on": lot.original_expires_on.isoformat(),
                "usage_month": lot.usage_month,
                "term_end_month": lot.term_end_month,
            }
            for lot in found.lots
        ],
        "expiring": [{"expires_on": day.isoformat(), "points": left} for day, left in found.expiring],
    }


def ledger(session: Session, member_id: str) -> list[dict[str, Any]]:
    """Every entry, in the order it was written.

    Raises:
        Problem: 404.
    """
    if session.get(Member, member_id) is None:
        raise not_found()
    return [
        {
            "entry_id": str(row.entry_id),
            "lot_id": row.lot_id,
            "kind": row.kind,
            "points": row.points,
            "account": row.account,
            "on": row.on.isoformat(),
            "articles": row.articles,
            "ref": row.ref,
            "exchange_id": row.exchange_id,
            "expires_from": row.expires_from.isoformat() if row.expires_from else None,
            "expires_to": row.expires_to.isoformat() if row.expires_to else None,
            "reason": row.reason,
            "recorded_at": moment(row.recorded_at),
        }
        for row in ledger_reads.entries(session, member_id)
    ]


def history(session: Session, member_id: str, page: Page, language: Language) -> dict[str, Any]:
    """What happened to the membership, one page of it.

    Raises:
        Problem: 404.
    """
    told = page_of(session, workflow_id(member_id), page, language)
    if not told["items"] and not page.position:
        raise not_found()
    return told
