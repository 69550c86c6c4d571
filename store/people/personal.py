"""Where personal data lies: one inventory, from which a person is told everything and from which all of it is erased.

What a new table holds of people is entered here; a test compares the inventory with the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.tables.clock import BUSINESS_NOW
from store.outbox import NOBODY


@dataclass(frozen=True)
class Held:
    """One table's share of a person's data."""

    table: str
    columns: tuple[str, ...]
    """What is told of each row."""
    whose: str
    """Which rows, of `:person`, `:own` (entity ids), `:ids` (contract and membership ids), `:members`, `:lines` (keys
    of lines that are nobody else's), `:numbers` (their numbers) and `:external` (other systems' ids)."""
    erased: str | None
    """What the row becomes (`set …`); None: it is deleted."""


_OF_ANY = "exists (select from unnest(cast(:ids as text[])) one where {0} like '%' || one || '%')"
_LINES_OF_ANSWER = "jsonb_array_elements(case jsonb_typeof(answer->'lines') when 'array' then answer->'lines' end) line"
_THEIR_LINE = f"({_OF_ANY.format('line::text')} or line->>'external_id' = any(:external))"
"""A line that was refused has no id of ours yet, and answers of earlier releases hold those of other systems."""
_NOTES = """
note_id in (
  select note_id from note where entity_id = any(:own)
  union select note_id from transition where entity_id = any(:own) and note_id is not null
  union select note_id from payment where 'contract/' || contract_id = any(:own) and note_id is not null
  union select note_id from point_entry where member_id = any(:members) and note_id is not null)
"""

INVENTORY = (
    Held(
        "person",
        ("name", "name_kana", "email", "phone", "postal_code", "address", "created_at", "erased_at"),
        "person_id = :person",
        "name = '', name_kana = '', email = '', phone = '', postal_code = '', address = '', "
        f"erased_at = coalesce(erased_at, {BUSINESS_NOW})",
    ),
    Held("person_change", ("at", "actor", "on_behalf_of", "reason", "before", "after"), "person_id = :person",
         "before = '{}', after = '{}', reason = '', on_behalf_of = null"),
    # Before `line`: messages about a line that nobody was on name it by its number.
    Held("carrier_message", ("message_id", "direction", "kind", "body", "at"),
         "entity_id = any(:own) or line_key = any(:lines) or body->>'line_id' = any(:numbers)",
         "body = '{}', body_hash = null"),
    Held("line", ("line_id", "operator", "created_at"), "line_key = any(:lines)", "line_id = 'erased-' || line_key"),
    Held("contract", ("contract_id", "external_id", "state", "course", "applied_on"), "person_id = :person",
         "external_id = null"),
    Held("member", ("member_id", "external_id", "state", "registered_on"), "person_id = :person", "external_id = null"),
    Held("note", ("text", "created_at"), _NOTES, "text = ''"),
    Held("notice_resend", ("at", "actor", "reason", "on_behalf_of"),
         "notice_id in (select notice_id from notice where person_id = :person or entity_id = any(:own))",
         "reason = null, on_behalf_of = null"),
    Held("notice", ("kind", "subject", "body", "created_at"), "person_id = :person or entity_id = any(:own)",
         "subject = '', body = ''"),
    Held("outbox", ("channel", "payload", "created_at", "delivered_at", "last_error"), "entity_id = any(:own)",
         "payload = '{}', failed_at = case when delivered_at is null then coalesce(failed_at, clock_timestamp()) "
         f"else failed_at end, last_error = case when delivered_at is null then '{NOBODY}' end"),
    Held("exchange", ("exchange_id", "email", "phone", "created_at"), "member_id = any(:members)",
         "email = '', phone = ''"),
    # What a member called a file may say anything; how much went, when and why stays.
    Held("storage_deletion", ("file_id", "stored_at", "gb", "reason", "decided_at", "deleted_at"),
         "member_id = any(:members)",
         "file_id = case when file_id like 'erased-%' then file_id else 'erased-' || gen_random_uuid() end"),
    Held("member_session", ("opened_at", "expires_at"), "member_id = any(:members)", None),
    Held("member_credential", ("changed_at",), "member_id = any(:members)", None),
    # What the doors answered: a member's own requests are forgotten, of others' answers the person's share.
    Held("idempotency", ("at", "status", "answer"),
         "caller = any(select 'member/' || one from unnest(cast(:members as text[])) one) or "
         f"{_OF_ANY.format('answer::text')} or exists (select from {_LINES_OF_ANSWER} where {_THEIR_LINE})",
         f"answer = case when jsonb_typeof(answer->'lines') = 'array' then jsonb_set(answer, '{{lines}}', coalesce(("
         f"select jsonb_agg(line) from {_LINES_OF_ANSWER} where not coalesce({_THEIR_LINE}, false)), '[]')) "
         "when answer is null then null "
         "else '{\"erased\": true}' end"),
)  # fmt: skip
"""In the order in which they are erased: what is still needed to find other rows goes last."""

NOTHING_PERSONAL = frozenset(
    {
        "access_log", "agenda", "alembic_version", "api_key", "charge", "clock", "club_plan", "code_stock",
        "desk_session", "entity",
        "exchange_item", "filing", "house_figures", "line_charge", "line_hold", "log_anchor", "login_hold",
        "ntt_payable", "past_state", "payment", "person_token",
        "point_entry", "point_lot", "renewal_entitlement", "retention_run", "rollout", "rollout_target", "statement",
        "statement_item",
        "transition", "wind_down_target",
    }
)  # fmt: skip
"""Tables that name people by id only, at most: ids, dates, sums, codes and digests; what a person is found by
(`person_token`) is written and emptied by triggers on `person`."""

_FIND = """
select person_id from person where person_id = :id
union select person_id from contract where contract_id = :id
union select person_id from member where member_id = :id
"""

_OWN = """
select 'contract/' || contract_id as entity_id, contract_id as id, line_key, external_id from contract
  where person_id = :person
union all select 'membership/' || member_id, member_id, line_key, external_id from member where person_id = :person
union all select 'filing/' || filing_id, null, null, null from filing
  where contract_id in (select contract_id from contract where person_id = :person)
union all select 'exchange/' || exchange_id, null, null, null from exchange
  where member_id in (select member_id from member where person_id = :person)
union all select 'person/' || person_id, person_id, null, null from person where person_id = :person
"""

# A contract that is declined or withdrawn has let go of its line: which it was, the log alone knows.
_NAMED = "jsonb_path_query(jsonb_build_array(t.patch, t.fact), '$.**.line_key') named"

# A line that somebody else has used or asked for is theirs.
_LINES = f"""
select line_key, line_id from line
where (line_key = any(:lines)
    or line_key in (select named #>> '{{}}' from transition t, {_NAMED} where t.entity_id = any(:own)))
  and not exists (select 1 from contract c
    where c.line_key = line.line_key and c.person_id is distinct from :person)
  and not exists (select 1 from member m where m.line_key = line.line_key and m.person_id is distinct from :person)
  and not exists (select 1 from contract c
    join transition t on t.entity_id in ('contract/' || c.contract_id, 'filing/' || c.filing_id), {_NAMED}
    where c.state in ('declined', 'withdrawn') and c.person_id is distinct from :person
      and named #>> '{{}}' = line.line_key)
"""


@dataclass(frozen=True)
class Whose:
    """One person, and everything that is theirs."""

    person: str
    own: list[str]
    """Workflow ids."""
    ids: list[str]
    """Ids of contracts and memberships, and the person's own."""
    members: list[str]
    lines: list[str]
    numbers: list[str]
    external: list[str]
    """What other systems call what is theirs."""

    def values(self, sql: str) -> dict[str, Any]:
        """The parameters that a statement names."""
        return {name: value for name, value in vars(self).items() if f":{name}" in sql}


def find(session: Session, any_id: str) -> Whose | None:
    """Whose an id is: of a person, a contract or a membership, also with its kind (`contract/K…`); None: nobody's."""
    people = [each for each in session.execute(text(_FIND), {"id": any_id.rpartition("/")[2]}).scalars() if each]
    if not people:
        return None
    person = people[0]
    rows = session.execute(text(_OWN), {"person": person}).all()
    own = [row.entity_id for row in rows]
    used = [row.line_key for row in rows if row.line_key is not None]
    lines = session.execute(text(_LINES), {"lines": used, "own": own, "person": person}).all()
    return Whose(
        person=person,
        own=own,
        ids=[row.id for row in rows if row.id is not None],
        members=[row.id for row in rows if row.entity_id.startswith("membership/")],
        lines=[row.line_key for row in lines],
        numbers=[row.line_id for row in lines],
        external=[row.external_id for row in rows if row.external_id is not None],
    )


def everything_of(session: Session, whose: Whose) -> dict[str, list[dict[str, Any]]]:
    """All that is held of a person, by table: what a disclosure tells (開示). Tables with nothing are left out."""
    told: dict[str, list[dict[str, Any]]] = {}
    for held in INVENTORY:
        sql = f"select {', '.join(held.columns)} from {held.table} where {held.whose}"  # our own words
        rows = list(session.execute(text(sql), whose.values(sql)).mappings())
        if rows:
            told[held.table] = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return told


def forget(session: Session, whose: Whose) -> dict[str, int]:
    """Take a person's data out of every table; table → rows that lost it."""
    counts: dict[str, int] = {}
    for held in INVENTORY:
        change = f"delete from {held.table}" if held.erased is None else f"update {held.table} set {held.erased}"
        sql = f"{change} where {held.whose}"
        counts[held.table] = int(session.execute(text(sql), whose.values(sql)).rowcount)  # type: ignore[attr-defined]
    return counts


_UNRECORDED = "not exists (select from entity where entity_id = :entity)"
_LEFT_BEHIND = (
    f"delete from note where note_id = :note and {_UNRECORDED}",
    f"delete from member_credential where 'membership/' || member_id = :entity and {_UNRECORDED}",
    f"""delete from person where person_id = :person and {_UNRECORDED}
      and not exists (select from contract c where c.person_id = person.person_id)
      and not exists (select from member m where m.person_id = person.person_id)""",
)


def forget_request(session: Session, *, stem: str, entity_id: str) -> None:
    """Take away what a request wrote for an entity that did not come to be: its note, password and person."""
    values = {"note": f"N{stem}", "person": f"P{stem}", "entity": entity_id}
    for sql in _LEFT_BEHIND:
        session.execute(text(sql), {name: value for name, value in values.items() if f":{name}" in sql})


def forget_note(session: Session, note_id: str) -> None:
    """Take away the free text of a command that was refused: no entry of the log names it."""
    unnamed = "not exists (select from transition t where t.note_id = note.note_id)"
    session.execute(text(f"delete from note where note_id = :note and {unnamed}"), {"note": note_id})


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") and not isinstance(value, str) else value
