"""Changing a person's contact details or name (改姓), with the letters that tell them so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sqlalchemy import select
from sqlmodel import Session, col

from api.care.access import record
from api.care.person_view import not_found
from api.doors.idempotency import Mutation
from api.doors.problems import Problem
from api.services import Caller
from models.messages.club import membership as memberships
from models.messages.contract import contract as contracts
from models.tables.club.club import Member
from models.tables.contract.contract import Contract, Notice
from models.tables.people import Person, PersonChange
from rules.calendar import japan_day
from store.outbox import email, posted

FIELDS = ("name", "name_kana", "email", "phone", "postal_code", "address")

KIND = "person_changed"
"""The letter."""

LABELS = {
    "name": "お名前",
    "name_kana": "お名前(フリガナ)",
    "email": "メールアドレス",
    "phone": "電話番号",
    "postal_code": "郵便番号",
    "address": "ご住所",
}


class Letter(Protocol):
    """A letter as it is read."""

    subject: str
    body: str


Render = Callable[[str, Mapping[str, Any], Person | None], Letter]
"""Writes the letter of a kind; the process that serves the doors gives it."""


def change(
    session: Session,
    who: Caller,
    seen: Mutation,
    person_id: str,
    wanted: Mapping[str, str],
    why: Mapping[str, Any],
    render: Render | None,
) -> dict[str, Any]:
    """Write what differs, keep what stood before, and tell the person; a repeat finds it done.

    The answer is kept for repeats, so it names fields and no values.

    A new e-mail address is told to both addresses, so that nobody loses letters to a stranger unnoticed.

    Raises:
        Problem: 404; 409 `ERASED`; 422 `NOTHING_CHANGES`.
    """  # fmt: skip
    row = _known(session, person_id, for_update=True)
    change_id = f"C{seen.stem}"
    done = session.get(PersonChange, change_id)
    if done is None:
        before = _differing(row, wanted)
        for name in before:
            setattr(row, name, wanted[name])
        done = PersonChange(
            change_id=change_id,
            person_id=person_id,
            at=seen.at,
            actor=who.name,
            before=before,
            after={name: wanted[name] for name in before},
            **why,
        )
        session.add(done)
        record(session, who, "change", person_id=person_id)
        session.flush()
        if render is not None:
            _tell(session, row, done, render)
    return {
        "outcome": "changed",
        "person_id": person_id,
        "change_id": change_id,
        "fields": sorted(done.after),
        "notices": list(
            session.execute(
                select(col(Notice.notice_id))
                .where(col(Notice.notice_id).startswith(f"person.{change_id}"))
                .order_by(col(Notice.notice_id))
            ).scalars()
        ),
    }


def rehearse(session: Session, person_id: str, wanted: Mapping[str, str]) -> dict[str, Any]:
    """What a change would write; nothing is written.

    Raises:
        Problem: as `change`.
    """
    fields = sorted(_differing(_known(session, person_id), wanted))
    return {"outcome": "changed", "person_id": person_id, "fields": fields, "dry_run": True}


def _known(session: Session, person_id: str, *, for_update: bool = False) -> Person:
    row = session.get(Person, person_id, with_for_update=for_update)
    if row is None:
        raise not_found()
    if row.erased_at is not None:
        raise Problem(
            409, "ERASED", "The person is erased: there is nothing left to change.", state="erased", allowed=[]
        )
    return row


def _differing(row: Person, wanted: Mapping[str, str]) -> dict[str, str]:
    """What stands before, of each field that would change."""
    before = {name: getattr(row, name) for name in wanted if getattr(row, name) != wanted[name]}
    if not before:
        raise Problem(422, "NOTHING_CHANGES", "The person has these details already; nothing was changed.")
    return before


def _tell(session: Session, row: Person, done: PersonChange, render: Render) -> None:
    entity_id = _about(session, row.person_id)
    data = {
        "changed_fields": [LABELS[name] for name in FIELDS if name in done.after],
        "changed_on": japan_day(done.at).isoformat(),
        "reference": entity_id.partition("/")[2],
    }
    letter = render(KIND, data, row)
    addresses = {"": None}
    if done.before.get("email"):
        addresses["-old"] = done.before["email"]
    for suffix, address in addresses.items():
        notice_id = f"person.{done.change_id}{suffix}"
        words = {"subject": letter.subject, "body": letter.body}
        session.add(posted(notice_id, entity_id, row.person_id, KIND, **words, at=done.at))
        if address or row.email:
            session.add(email(notice_id, f"person/{row.person_id}", notice_id, done.at, to=address))


def _about(session: Session, person_id: str) -> str:
    """The contract or membership under which the letter is filed: the latest that is not over, or the person alone."""
    live = (
        select(col(Contract.contract_id))
        .where(col(Contract.person_id) == person_id, col(Contract.state).not_in(("ended", "declined", "withdrawn")))
        .order_by(col(Contract.created_at).desc())
        .limit(1)
    )
    contract_id = session.execute(live).scalar_one_or_none()
    if contract_id is not None:
        return contracts.workflow_id(contract_id)
    joined = (
        select(col(Member.member_id))
        .where(col(Member.person_id) == person_id, col(Member.state) == "active")
        .order_by(col(Member.created_at).desc())
        .limit(1)
    )
    member_id = session.execute(joined).scalar_one_or_none()
    return memberships.workflow_id(member_id) if member_id is not None else f"person/{person_id}"
