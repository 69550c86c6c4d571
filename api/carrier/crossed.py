"""What crossed between NTT and us, as it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from api import notes, said
from api.care import access
from api.contracts.view import moment
from api.doors.paging import Page
from api.services import Caller
from models.tables.contract.filing import CarrierMessage


def crossed(
    session: Session,
    who: Caller,
    page: Page,
    about: Sequence[str],
    *,
    person_id: str | None,
    line_key: str | None = None,
) -> dict[str, Any]:
    """Both directions, oldest first; an auditor sees in outline what may name somebody, and the look is kept.

    Args:
        session: the transaction that reads.
        who: reads.
        page: which part.
        about: the entities whose messages they are, such as `contract/K1`.
        person_id: whose they are.
        line_key: of the line, whose messages are among them; None: none are.
    """
    query = (
        select(CarrierMessage)
        .where(
            or_(
                col(CarrierMessage.entity_id).in_(about),
                and_(col(CarrierMessage.line_key) == line_key, col(CarrierMessage.line_key).is_not(None)),
            )
        )
        .order_by(col(CarrierMessage.recorded_at))
    )
    found = [
        {
            "message_id": row.message_id,
            "direction": row.direction,
            "kind": row.kind,
            "at": moment(row.at),
            "body": row.body,
        }
        for row in session.execute(query).scalars()
    ]
    part = page.of(found)
    seen, people = said.outlined(session, who, part, of=about)
    # A free text may name somebody in words that are stored of nobody: whoever reads it has looked all the same.
    if people or any(notes.may_name(each["body"]) for each in part["items"]):
        access.record(session, who, "messages", person_id=people[0] if len(people) == 1 else person_id)
    return {**seen, "items": [{**each, "body": notes.message(each["body"], who)} for each in seen["items"]]}
