"""Rows of messages to the outside: the stable id of one, an entry as a webhook, a letter in portal and e-mail."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.cloud_event import cloud_event
from models.messages.entity import Entry
from models.tables.clock import WHEN_WRITTEN
from models.tables.contract.contract import Notice
from models.tables.log import Outbox
from models.tables.people import Person

EVENT = "event"
"""The channel of webhooks."""

EMAIL = "email"
"""The channel of letters, besides the portal."""

NOBODY = "the person is erased"
"""What the reason begins with of a row given up because there is nobody to deliver it to, as it should be."""

UNDELIVERED = f"""o.failed_at is not null and coalesce(o.last_error, '') not like '{NOBODY}%'
  -- A letter about a person goes out again in the name of what it was written for.
  and not exists (select from outbox later
    where later.entity_id in (o.entity_id,
        (select n.entity_id from notice n where n.notice_id = o.payload ->> 'notice_id'))
      and later.channel = o.channel and later.id > o.id and later.delivered_at is not null
      and later.payload ->> 'notice_id' = o.payload ->> 'notice_id')"""
"""Which rows `o` of the outbox were given up and have not gone out by another one since: an operator sees them."""

# One that is tried again, or is being given up just now, is not there yet.
_LEFT = f"""exists (select from outbox o where o.entity_id = e.entity_id and (({UNDELIVERED})
  or (o.delivered_at is null and o.failed_at is null and exists (select from transition t
    where t.entity_id = o.entity_id and t.event = 'undeliverable' and t.decision ->> 'message_id' = o.message_id))))"""
_ARRIVED = f"""
select e.entity_id from entity e
where e.state -> 'tasks' <> '{{}}'::jsonb and e.state -> 'tasks' ? 'UNDELIVERABLE' and not e.closed and not {_LEFT}
"""
_ONE, _ALL = text(f"{_ARRIVED} and e.entity_id = :entity_id"), text(f"{_ARRIVED} order by e.entity_id")

_PLAIN_ENTITY = re.compile(r"^[a-z]+/[A-Za-z0-9_-]{1,64}$")


def has_arrived(session: Session, entity_id: str) -> bool:
    """Whether an operator has the task of something undelivered of an entity, and nothing of it is so any more."""
    return session.execute(_ONE, {"entity_id": entity_id}).first() is not None


def arrived(session: Session) -> list[str]:
    """The entities of which `has_arrived` is true."""
    return list(session.execute(_ALL).scalars())


def stem(entity_id: str, seq: int, ordinal: int) -> str:
    """The stable id of one outgoing message, safe in a URL, as an NTT identifier and in a `Message-ID`.

    Args:
        entity_id: its workflow id; one of another form than `kind/id` is hashed.
        seq: the entry that sends it.
        ordinal: 1 for the first message of that entry.
    """
    kind, _, own = entity_id.partition("/")
    if not _PLAIN_ENTITY.match(entity_id):
        kind, own = "h", hashlib.sha256(entity_id.encode()).hexdigest()[:40]
    return f"{kind}.{own}.{seq}-{ordinal}"


def event_row(entity_id: str, entry: Entry, recorded_at: datetime) -> dict[str, Any]:
    """An entry for the receiver of webhooks, as a row of the outbox.

    Args:
        entity_id: whose log.
        entry: what is recorded.
        recorded_at: in real time, as the log has it: the event has the same id as in the feed.
    """
    return {
        "message_id": f"{stem(entity_id, entry.seq, 0)}-{EVENT}",
        "entity_id": entity_id,
        "channel": EVENT,
        "payload": cloud_event(entity_id, entry, recorded_at),
        "created_at": recorded_at,
        "business_at": entry.at,
        "next_attempt_at": recorded_at,
    }


def by_email(person: Person | None) -> bool:
    """Whether letters to a person go by e-mail besides the portal: not to who is unknown, erased or without address."""
    return person is not None and person.erased_at is None and bool(person.email)


def notice_row(
    notice_id: str, entity_id: str, person_id: str | None, kind: str, *, subject: str, body: str, at: datetime
) -> dict[str, Any]:
    """A letter as a row of the portal's list; from when it can be read there, whoever writes it says.

    Args:
        notice_id: the same for every attempt.
        entity_id: what it is about.
        person_id: whom it addresses; None: nobody who is known.
        kind: of `activities.notices`.
        subject: as rendered.
        body: as rendered.
        at: the business moment.
    """
    return {
        "notice_id": notice_id,
        "entity_id": entity_id,
        "person_id": person_id,
        "kind": kind,
        "subject": subject,
        "body": body,
        "created_at": at,
    }


def email_row(message: str, entity_id: str, notice_id: str, at: datetime, *, to: str | None = None) -> dict[str, Any]:
    """A letter to be sent by e-mail, as a row of the outbox without its moments of writing.

    Args:
        message: what the row's id begins with; the letter's own id unless it is sent again.
        entity_id: behind whose other messages it goes.
        notice_id: of the letter.
        at: the business moment.
        to: an address other than the person's present one.
    """
    return {
        "message_id": f"{message}-{EMAIL}",
        "entity_id": entity_id,
        "channel": EMAIL,
        "payload": {"notice_id": notice_id, **({"to": to} if to else {})},
        "business_at": at,
    }


def posted(
    notice_id: str, entity_id: str, person_id: str, kind: str, *, subject: str, body: str, at: datetime
) -> Notice:
    """A letter that can be read in the portal from a business moment on; see `notice_row`."""
    row = notice_row(notice_id, entity_id, person_id, kind, subject=subject, body=body, at=at)
    return Notice(**row, portal_posted_at=at)


def email(message: str, entity_id: str, notice_id: str, at: datetime, *, to: str | None = None) -> Outbox:
    """A letter to be sent by e-mail, at once; see `email_row`."""
    row = email_row(message, entity_id, notice_id, at, to=to)
    return Outbox(**row, created_at=WHEN_WRITTEN, next_attempt_at=WHEN_WRITTEN)
