"""Erasing a person: one database act, since Temporal never held personal data (ADR 0006).

What the law and the books need stays: the log, the charges and the points, under ids that no longer lead to anybody.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.tables.clock import BUSINESS_NOW


class NotErasableError(Exception):
    """Nobody by that id, or something of theirs still runs."""


_FIND = """
select person_id from person where person_id = :id
union select person_id from contract where contract_id = :id
union select person_id from member where member_id = :id
"""

_OWN = """
select 'contract/' || contract_id as entity_id, line_key from contract where person_id = :person
union all select 'membership/' || member_id, line_key from member where person_id = :person
union all select 'filing/' || filing_id, null from filing
  where contract_id in (select contract_id from contract where person_id = :person)
union all select 'person/' || :person, null
union all select 'exchange/' || exchange_id, null from exchange
  where member_id in (select member_id from member where person_id = :person)
"""

_OPEN = "select entity_id from entity where entity_id = any(:own) and not closed order by 1"

_STATEMENTS = {
    "person": f"""
update person set name = '', name_kana = '', email = '', phone = '', postal_code = '', address = '',
  erased_at = {BUSINESS_NOW}
where person_id = :person
""",
    # A line that somebody else has used since is theirs.
    "line": """
update line set line_id = 'erased-' || line_key where line_key = any(:lines)
  and not exists (select 1 from contract c
    where c.line_key = line.line_key and c.person_id is distinct from :person)
  and not exists (select 1 from member m where m.line_key = line.line_key and m.person_id is distinct from :person)
""",
    "note": """
update note set text = '' where note_id in (
  select note_id from transition where entity_id = any(:own) and note_id is not null)
""",
    "person_change": """
update person_change set before = '{}', after = '{}', reason = '', on_behalf_of = null where person_id = :person
""",
    "notice_resend": """
update notice_resend set reason = null, on_behalf_of = null
where notice_id in (select notice_id from notice where person_id = :person)
""",
    "notice": "update notice set subject = '', body = '' where person_id = :person or entity_id = any(:own)",
    "carrier_message": "update carrier_message set body = '{}' where entity_id = any(:own) or line_key = any(:lines)",
    "outbox": """
update outbox set payload = '{}',
  failed_at = case when delivered_at is null then coalesce(failed_at, clock_timestamp()) else failed_at end,
  last_error = case when delivered_at is null then 'the person is erased' else last_error end
where entity_id = any(:own)
""",
    "exchange": """
update exchange set email = '', phone = ''
where member_id in (select member_id from member where person_id = :person)
""",
    "member_session": """
delete from member_session where member_id in (select member_id from member where person_id = :person)
""",
    "member_credential": """
delete from member_credential where member_id in (select member_id from member where person_id = :person)
""",
    "idempotency": """
delete from idempotency where caller in (select 'member/' || member_id from member where person_id = :person)
""",
}


def erase(session: Session, any_id: str) -> dict[str, int]:
    """Take a person's data out of every table, in the session's transaction; erased again, nothing changes.

    Args:
        session: an open transaction.
        any_id: of the person, or of a contract or membership of theirs.

    Returns:
        Table → rows that lost their personal data.

    Raises:
        NotErasableError: there is nobody by that id, or a contract or membership of theirs is not closed: debts,
            corrections and storage still need to know whose it is.
    """
    people = [each for each in session.execute(text(_FIND), {"id": any_id}).scalars() if each]
    if not people:
        raise NotErasableError(f"nobody is known by {any_id}: give the id of a person, contract or membership")
    rows = session.execute(text(_OWN), {"person": people[0]}).all()
    own = [row.entity_id for row in rows]
    running = session.execute(text(_OPEN), {"own": own}).scalars().all()
    if running:
        raise NotErasableError(f"still running: {', '.join(running)}; a person can be erased once all of it is closed")
    values: dict[str, Any] = {
        "person": people[0],
        "own": own,
        "lines": [row.line_key for row in rows if row.line_key is not None],
    }
    counts: dict[str, int] = {}
    for table, statement in _STATEMENTS.items():
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        counts[table] = int(session.execute(text(statement), used).rowcount)  # type: ignore[attr-defined]
    return counts
