"""What waits for an operator, of every kind; letters sent again, and messages tried again."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from sqlalchemy import select, text
from sqlmodel import Session, col

from api import said
from api.care.access import personal, record
from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.commands import BackOfficeSending
from api.doors.fields import Bare
from api.doors.idempotency import Mutation
from api.doors.paging import WholePaging
from api.doors.people import keep_note
from api.doors.problems import Problem
from api.letters import listed_with, resends, shown
from api.notes import failure
from api.services import Caller
from api.wire.language import Spoken
from models.tables.clock import WHEN_WRITTEN
from models.tables.contract.contract import Notice
from models.tables.log import Outbox
from models.tables.people import NoticeResend, Person
from rules.calendar import JST
from rules.explain.articles import Language, cite, task
from store.outbox import UNDELIVERED, email

log = logging.getLogger(__name__)

router = APIRouter(tags=["tasks"])

TASKS_MAX = 5_000
"""A morning list longer than this is no list; the oldest come first."""

_WAITING = text(f"""
select e.entity_id, e.kind, t.value as task, e.state ->> 'state' as state,
  coalesce(e.state ->> 'person_id', c.person_id, m.person_id) as person_id, e.state ->> 'filing_id' as filing_id,
  (select min(a.due_at) from agenda a where a.entity_id = e.entity_id) as next_at
from entity e cross join lateral jsonb_each(e.state -> 'tasks') t
-- A filing is about the person of its contract, an exchange about that of its membership.
left join contract c on e.kind = 'filing' and c.contract_id = e.state ->> 'contract_id'
left join member m on e.kind = 'exchange' and m.member_id = e.state ->> 'member_id'
where e.state -> 'tasks' <> '{{}}'::jsonb and not e.closed
order by t.value ->> 'since', e.entity_id limit {TASKS_MAX}
""")

_UNDELIVERABLE = text(f"""
select o.message_id, o.entity_id, o.channel, o.failed_at, o.business_at, o.last_error,
  o.payload ->> 'notice_id' as notice_id, n.kind as letter,
  case when o.channel = 'event' then o.payload -> 'data' ->> 'event' end as event,
  coalesce(n.person_id, e.state ->> 'person_id', m.person_id) as person_id
from outbox o left join notice n on n.notice_id = o.payload ->> 'notice_id'
left join entity e on e.entity_id = o.entity_id
left join member m on e.kind = 'exchange' and m.member_id = e.state ->> 'member_id'
where {UNDELIVERED}
order by o.id limit 500
""")


@router.get("/v1/tasks", summary="What waits for an operator, of every kind")
async def tasks(
    house: House,
    who: Reader,
    language: Spoken,
    page: WholePaging,
    *,
    named: Annotated[bool, Query(description="Name the persons; the look is kept in the access log.")] = False,
) -> dict[str, Any]:
    """The oldest first: what it is about, why, since when, and when the next thing happens by itself (`until`)."""

    def load(session: Session) -> dict[str, Any]:
        part = page.of(waiting(session, who, language))
        part, people = said.outlined(session, who, part, of=[f"person/{each['person_id']}" for each in part["items"]])
        shown = {*people, *(_name(session, who, part["items"]) if named else ())}
        if shown:
            record(session, who, "tasks", shown=sorted(shown))
        return part

    return await house.read(load)


def _name(session: Session, who: Caller, rows: list[dict[str, Any]]) -> list[str]:
    """Say whose each task is, as far as the caller may see it; gives who is named."""
    ids = sorted({row["person_id"] for row in rows if row["person_id"]})
    people = session.execute(select(Person).where(col(Person.person_id).in_(ids))).scalars()
    names = {each.person_id: personal(who, each)["name"] for each in people}
    for row in rows:
        row["name"] = names.get(row["person_id"])
    return list(names)


def waiting(session: Session, who: Caller, language: Language) -> list[dict[str, Any]]:
    """Every task, with the words of an operator."""
    found = [
        {
            "entity_id": row.entity_id,
            "kind": row.kind,
            "id": row.entity_id.partition("/")[2],
            "state": row.state,
            "why": row.task["why"],
            "text": task(row.task["why"], language),
            "since": moment(datetime.fromisoformat(row.task["since"])),
            "until": moment(row.next_at),
            "articles": row.task["articles"],
            "citations": list(dict.fromkeys(cite(each, language) for each in row.task["articles"])),
            "person_id": row.person_id,
            "filing_id": row.filing_id,
        }
        for row in session.execute(_WAITING)
    ]
    found += [
        {
            "entity_id": row.entity_id,
            "kind": row.entity_id.partition("/")[0],
            "id": row.entity_id.partition("/")[2],
            "state": None,
            "why": "UNDELIVERABLE",
            "text": task("UNDELIVERABLE", language),
            "since": moment(row.business_at),
            "until": None,
            "articles": [],
            "citations": [],
            "person_id": row.person_id,
            "filing_id": None,
            "message_id": row.message_id,
            "notice_id": row.notice_id,
            "channel": row.channel,
            "event": row.event,
            "letter": row.letter,
            "detail": failure(row.last_error, who),
        }
        for row in session.execute(_UNDELIVERABLE)
    ]
    return sorted(found, key=lambda each: (str(each["since"]), each["entity_id"]))


@router.get("/v1/notices/{notice_id}", summary="One letter")
async def letter(notice_id: str, house: House, who: Reader) -> dict[str, Any]:
    """As it was sent; in outline for an auditor, and the look is kept."""

    def load(session: Session) -> dict[str, Any]:
        row = session.get(Notice, notice_id)
        if row is None:
            raise Problem(404, "NOT_FOUND", "There is no notice under this id.")
        about = [row.entity_id, *([f"person/{row.person_id}"] if row.person_id else [])]
        again = resends(session, [notice_id]).get(notice_id, [])
        found = {"listed_with": listed_with(session, [row.entity_id])[row.entity_id], **shown(row, again)}
        return said.told(session, who, "letters", found, of=about, shown=lambda _: [notice_id])

    return await house.read(load)


@router.post("/v1/notices/{notice_id}/resend", summary="Send a letter again")
async def resend(notice_id: str, door: BackOfficeSending, body: Bare | None = None) -> JSONResponse:
    """The same letter, to the person's address as it is now; who asked is kept."""

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 200, await door.services.read(lambda session: _again(session, door.who, seen, notice_id, body or Bare()))

    return await door.once(work)


@router.post("/v1/messages/{message_id}/resend", summary="Try a message again that was given up")
async def resend_message(message_id: str, door: BackOfficeSending, body: Bare | None = None) -> JSONResponse:
    """To NTT or to the receiver of events, or a letter: under its own id, so that whoever had it already knows it."""

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        said = body or Bare()
        return 200, await door.services.read(lambda session: _tried_again(session, door.who, seen, message_id, said))

    return await door.once(work)


def _tried_again(session: Session, who: Caller, seen: Mutation, message_id: str, body: Bare) -> dict[str, Any]:
    query = select(Outbox).where(col(Outbox.message_id) == message_id).with_for_update()
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        raise Problem(404, "NOT_FOUND", "There is no message under this id that is still kept.")
    if row.failed_at is None:
        state = "delivered" if row.delivered_at is not None else "waiting"
        raise Problem(409, "NOT_GIVEN_UP", f"The message is {state}: only one that was given up is tried again.")
    # Its tries go on being counted: one that is given up again is told from the last time.
    row.failed_at, row.last_error, row.next_attempt_at = None, None, WHEN_WRITTEN
    # Why it was given up and why it is tried again may name the person: neither is for the log of a process.
    log.info("%s is tried again by %s", message_id, who.name)
    keep_note(session, f"N{seen.stem}", body.note(), seen.at, row.entity_id)
    record(session, who, "retry", shown=[row.channel, row.entity_id])
    return {"outcome": "queued", "message_id": message_id, "channel": row.channel, "entity_id": row.entity_id}


def _again(session: Session, who: Caller, seen: Mutation, notice_id: str, body: Bare) -> dict[str, Any]:
    letter = session.get(Notice, notice_id)
    if letter is None:
        raise Problem(404, "NOT_FOUND", "There is no notice under this id.")
    person = session.get(Person, letter.person_id) if letter.person_id else None
    if person is None or person.erased_at is not None:
        raise Problem(409, "ERASED", "The person is erased or unknown: there is nobody to send it to.", allowed=[])
    if not person.email:
        raise Problem(422, "NO_ADDRESS", "The person has no e-mail address; enter one first.")
    resend_id = f"again.{seen.stem}"
    if session.get(NoticeResend, resend_id) is None:
        session.add(
            NoticeResend(
                resend_id=resend_id,
                notice_id=notice_id,
                at=seen.at,
                actor=who.name,
                on_behalf_of=body.on_behalf_of,
                reason=body.reason,
            )
        )
        session.add(email(resend_id, letter.entity_id, notice_id, seen.at))
        record(session, who, "resend", person_id=person.person_id)
    return {
        "outcome": "queued",
        "notice_id": notice_id,
        "resend_id": resend_id,
        "kind": letter.kind,
        "at": seen.at.astimezone(JST).isoformat(),
    }
