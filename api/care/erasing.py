"""A person is told everything that is held of them (開示), and is erased (消去)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from api.care.access import record
from api.care.person_view import not_found
from api.contracts.view import moment
from api.doors.idempotency import Mutation
from api.doors.problems import Problem
from api.services import Caller
from models.tables.people import Person, PersonChange
from store.people import personal
from store.people.erasure import NotErasableError, erase


def everything(session: Session, who: Caller, person_id: str) -> dict[str, Any]:
    """All that is held of a person, by table; the look is kept.

    Raises:
        Problem: 404.
    """
    whose = _whose(session, person_id)
    record(session, who, "export", person_id=person_id)
    return {"person_id": person_id, "held": personal.everything_of(session, whose)}


def erased(session: Session, who: Caller, seen: Mutation, person_id: str, why: dict[str, Any]) -> dict[str, Any]:
    """Take a person's data out of every table; who asked for it, and by which reason code, stays.

    Raises:
        Problem: 404; 409 `STILL_OPEN`, naming what is not closed.
    """
    _whose(session, person_id)
    change_id = f"C{seen.stem}"
    if session.get(PersonChange, change_id) is None:
        try:
            erase(session, person_id)
        except NotErasableError as error:
            detail = "A person can be erased once all that is theirs is closed."
            raise Problem(409, "STILL_OPEN", detail, ("X-05",), open=error.running) from None
        # Without a word of free text: this is what is left.
        session.add(
            PersonChange(
                change_id=change_id, person_id=person_id, at=seen.at, actor=who.name, reason="", before={}, after={},
                **why,
            )
        )  # fmt: skip
        record(session, who, "erase", person_id=person_id)
        session.flush()
    values = {"id": person_id}
    erased_at = session.execute(text("select erased_at from person where person_id = :id"), values).scalar_one()
    return {"outcome": "erased", "person_id": person_id, "change_id": change_id, "erased_at": moment(erased_at)}


def _whose(session: Session, person_id: str) -> personal.Whose:
    whose = personal.find(session, person_id) if session.get(Person, person_id) is not None else None
    if whose is None:
        raise not_found()
    return whose
