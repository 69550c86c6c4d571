"""When the days of a contract were announced: both letters of one stored value are out (W-12.1n, W-12.1c, A-52)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from models.messages.contract import ContractState, workflow_id
from rules.minimum_term import announced_at

SERVICE_START, CHANGE = "service_start", "course_change_date"

_DAY = {SERVICE_START: "service_start_on", CHANGE: "change_on"}
"""What a letter of either kind announces, as its entry decided it."""

# A letter's id holds the entry that sent it: `contract.ID.SEQ-ORDINAL`.
_LETTERS = text(r"""
SELECT n.kind, n.email_sent_at, n.portal_posted_at, t.decision
FROM notice n JOIN transition t ON t.entity_id = n.entity_id
  AND t.seq = CAST(substring(n.notice_id from '\.([0-9]+)-[0-9]+$') AS integer)
WHERE n.entity_id = :entity AND n.kind IN ('service_start', 'course_change_date')
ORDER BY t.seq DESC
""")


def announced(session: Session, state: ContractState, until: datetime | None = None) -> dict[str, datetime | None]:
    """The moments at which the service start and the pending change counted as announced, by kind of letter.

    None for a day that is not announced yet: one of its letters is not out. A contract that was imported has none.

    Args:
        session: to read with.
        state: the contract, now or as of a day.
        until: what happened later is left out; None for nothing.
    """
    change = state.pending_course_change
    days = {SERVICE_START: state.service_start_on, CHANGE: change.change_on if change else None}
    found: dict[str, datetime | None] = dict.fromkeys(days)
    if not any(days.values()):
        return found
    for row in session.execute(_LETTERS, {"entity": workflow_id(state.contract_id)}).all():
        on = days[row.kind]
        if on is None or found[row.kind] is not None or row.decision.get(_DAY[row.kind]) != on.isoformat():
            continue
        at = announced_at(row.email_sent_at, row.portal_posted_at, on)
        found[row.kind] = at if until is None or at is None or at < until else None
    return found
