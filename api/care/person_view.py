"""A person with everything that is theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from api.care.access import personal
from api.contracts.view import moment
from api.doors.problems import Problem
from api.letters import listed_with, resends
from api.notes import FULL_ROLES
from api.services import Caller
from models.messages.club import exchange as exchanges
from models.messages.club import membership as memberships
from models.messages.contract import contract as contracts
from models.tables.club.club import Member
from models.tables.club.exchange import Exchange, ExchangeItem
from models.tables.contract.contract import Contract, Notice
from models.tables.people import Line, Person, PersonChange
from rules.calendar import japan_day
from store.database import business_now
from store.people.people_search import find_people

ALIKE_MAX = 20
"""So many of those found by the words of a person are looked at."""


def not_found() -> Problem:
    """No such person."""
    return Problem(404, "NOT_FOUND", "There is no person under this id.")


def several(session: Session, who: Caller, ids: Sequence[str], *, typed: str = "") -> list[dict[str, Any]]:
    """People in the order of their ids, each with the contracts, memberships and exchanges that are theirs.

    Args:
        session: an open session.
        who: reads.
        ids: whose.
        typed: what they were looked for with; an exchange of that id is among theirs, however old.
    """
    rows = {row.person_id: row for row in session.execute(_people(ids)).scalars()}
    held, joined = _contracts(session, ids), _memberships(session, ids)
    former = _former_names(session, ids) if who.role in FULL_ROLES else {}
    exchanged = _exchanges(session, ids, typed.strip().upper())
    return [
        {
            "person_id": each,
            **personal(who, rows[each]),
            "former_names": [name for name in former.get(each, ()) if name != rows[each].name],
            "contracts": held[each],
            "memberships": joined[each],
            "exchanges": exchanged[each],
        }
        for each in ids
        if each in rows
    ]


def _former_names(session: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    """What people were called before, the last name first, each once."""
    name = PersonChange.before["name"].astext
    query = select(col(PersonChange.person_id), name).where(col(PersonChange.person_id).in_(list(ids)), name != "")
    found: dict[str, list[str]] = defaultdict(list)
    for person_id, former in session.execute(query.order_by(col(PersonChange.at).desc())).all():
        if former not in found[person_id]:
            found[person_id].append(former)
    return found


def _people(ids: Sequence[str]) -> Any:
    return select(Person).where(col(Person.person_id).in_(list(ids)))


def one(session: Session, who: Caller, person_id: str) -> dict[str, Any]:
    """One person, with the changes of their data and the letters to them.

    Raises:
        Problem: 404.
    """
    found = several(session, who, [person_id])
    if not found:
        raise not_found()
    letters = select(Notice).where(col(Notice.person_id) == person_id).order_by(col(Notice.created_at).desc())
    sent = list(session.execute(letters.limit(100)).scalars())
    again = resends(session, [row.notice_id for row in sent])
    lists = listed_with(session, [row.entity_id for row in sent])
    return {
        **found[0],
        "alike": _alike(session, who, found[0]),
        "changes": changes(session, who, person_id),
        "notices": [
            {
                "notice_id": row.notice_id,
                "entity_id": row.entity_id,
                "listed_with": lists[row.entity_id],
                "kind": row.kind,
                "subject": row.subject,
                "created_at": moment(row.created_at),
                "sent": {"email": moment(row.email_sent_at), "portal": moment(row.portal_posted_at)},
                "resent": again.get(row.notice_id, []),
            }
            for row in sent
        ],
    }


def _alike(session: Session, who: Caller, person: dict[str, Any]) -> list[dict[str, Any]]:
    """Others of the same name and phone number, or e-mail address where there is none: likely the same person.

    An application and a registration each write the person they name, so whoever has both may be there twice, and
    what is changed of one stays with the other.
    """
    name, reached = person["name"], "".join((person["phone"] or person["email"]).split())
    if who.role not in FULL_ROLES or not name or not reached:
        return []
    ids = [each for each in find_people(session, f"{name} {reached}")[:ALIKE_MAX] if each != person["person_id"]]
    return [each for each in several(session, who, ids) if each["name"].split() == name.split()]


def changes(session: Session, who: Caller, person_id: str) -> list[dict[str, Any]]:
    """What was changed, the first change first; the values only for whoever may see them."""
    query = select(PersonChange).where(col(PersonChange.person_id) == person_id).order_by(col(PersonChange.at))
    whole = who.role in FULL_ROLES
    return [
        {
            "change_id": row.change_id,
            "at": moment(row.at),
            "actor": row.actor,
            "on_behalf_of": row.on_behalf_of,
            "reason_code": row.reason_code,
            "reason": row.reason,
            "fields": sorted(row.after),
            "before": row.before if whole else None,
            "after": row.after if whole else None,
        }
        for row in session.execute(query).scalars()
    ]


def _contracts(session: Session, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    today = japan_day(business_now(session))
    query = (
        select(Contract, col(Line.line_id))
        .join(Line, col(Line.line_key) == col(Contract.line_key), isouter=True)
        .where(col(Contract.person_id).in_(list(ids)))
        .order_by(col(Contract.created_at), col(Contract.contract_id))
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row, line_id in session.execute(query).all():
        over = row.state == "ending" and row.end_on is not None and row.end_on < today
        found[str(row.person_id)].append(
            {
                "contract_id": row.contract_id,
                "workflow_id": contracts.workflow_id(row.contract_id),
                "external_id": row.external_id,
                "state": "ended" if over else row.state,
                "course": row.course,
                "line_id": line_id,
                "service_start_on": row.service_start_on.isoformat() if row.service_start_on else None,
                "end_on": row.end_on.isoformat() if row.end_on else None,
                "needs_operator": row.needs_operator,
            }
        )
    return found


def _memberships(session: Session, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    query = (
        select(Member, col(Line.line_id))
        .join(Line, col(Line.line_key) == col(Member.line_key))
        .where(col(Member.person_id).in_(list(ids)))
        .order_by(col(Member.created_at), col(Member.member_id))
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row, line_id in session.execute(query).all():
        found[str(row.person_id)].append(
            {
                "member_id": row.member_id,
                "workflow_id": memberships.workflow_id(row.member_id),
                "external_id": row.external_id,
                "state": row.state,
                "line_id": line_id,
                "registered_on": row.registered_on.isoformat(),
                "ended_on": row.ended_on.isoformat() if row.ended_on else None,
                "needs_operator": row.needs_operator,
            }
        )
    return found


EXCHANGES_SHOWN = 5
"""Exchanges of one person: the latest, and every one under way; the membership lists all."""


def _exchanges(session: Session, ids: Sequence[str], exchange_id: str) -> dict[str, list[dict[str, Any]]]:
    """The latest first."""
    place = func.row_number().over(partition_by=col(Member.person_id), order_by=col(Exchange.created_at).desc())
    ranked = (
        select(
            Exchange, col(Member.person_id).label("person_id"), col(ExchangeItem.name).label("name"), place.label("n")
        )
        .join(Member, col(Member.member_id) == col(Exchange.member_id))
        .join(ExchangeItem, col(ExchangeItem.item_id) == col(Exchange.item_id))
        .where(col(Member.person_id).in_(list(ids)))
        .subquery()
    )
    wanted = (ranked.c.n <= EXCHANGES_SHOWN) | (ranked.c.state == "sent") | (ranked.c.exchange_id == exchange_id)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(select(ranked).where(wanted).order_by(ranked.c.n)):
        found[row.person_id].append(
            {
                "exchange_id": row.exchange_id,
                "workflow_id": exchanges.workflow_id(row.exchange_id) if row.sent_at else None,
                "member_id": row.member_id,
                "state": row.state,
                "name": row.name,
                "points": row.points,
                "sent_at": moment(row.sent_at),
            }
        )
    return found
