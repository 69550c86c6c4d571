"""What a decision sends, written as rows of its own transaction: notices, messages to NTT, events (the outbox)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from pydantic_core import to_jsonable_python
from sqlmodel import Session, col, select

from activities.batch import Batch
from activities.notices import render
from decisions.domain import Outgoing
from models.messages.carrier import OutgoingMessage
from models.tables.clock import BUSINESS_NOW
from models.tables.contract.filing import CarrierMessage
from models.tables.log import Outbox
from models.tables.people import Line, Person
from store.database import recorded_at
from store.outbox import by_email, email_row, notice_row, stem

# オンライン会員サポート reads the notice itself: written is posted, at the moment of writing and not of the decision.
_NOTICE = f"""
INSERT INTO notice (notice_id, entity_id, person_id, kind, subject, body, created_at, portal_posted_at)
VALUES (%(notice_id)s, %(entity_id)s, %(person_id)s, %(kind)s, %(subject)s, %(body)s, %(created_at)s, {BUSINESS_NOW})
"""


class NoCarrierAreaError(LookupError):
    """A message to NTT, and nothing says whether to East or West."""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """About whom and which line a decision speaks."""

    person_id: str | None = None
    line_id: str | None = None
    """The line's number, as NTT knows it."""
    carrier_area: str | None = None
    """`EAST` or `WEST`; None: the line's."""
    contract_id: str | None = None
    """What NTT knows the contract by; None: the entity's own id where it is a contract."""
    defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Values for notices that the decision did not give, such as `chapter`."""


def write_outgoing(
    session: Session,
    entity_id: str,
    outgoing: Iterable[tuple[int, Outgoing]],
    recipient: Recipient,
    business_at: datetime,
) -> None:
    """Write the rows of everything a decision sends, in its order. Called once a decision, in its transaction.

    A notice to a person who is unknown, erased or without an e-mail address is posted to the portal only.

    Args:
        session: the deciding transaction.
        entity_id: whose decision it is, a workflow id.
        outgoing: each with the sequence number of the entry that sends it.
        recipient: the person and the line it is about.
        business_at: the business moment of the decision.

    Raises:
        NoticeDataError: a notice without a template or without the data it needs.
        NoCarrierAreaError: a message to NTT with no area known.
        pydantic.ValidationError: a message to NTT of no agreed kind (W-13.1).
        ValueError: a channel there is not.
    """
    writer = _Writer(session, entity_id, recipient, business_at)
    ordinals: Counter[int] = Counter()
    for seq, message in outgoing:
        ordinals[seq] += 1
        message_id = stem(entity_id, seq, ordinals[seq])
        if message.channel == "notice":
            writer.notice(message_id, message)
        elif message.channel == "carrier":
            writer.carrier(message_id, message)
        else:
            raise ValueError(f"no channel {message.channel!r}")


class _Writer:
    def __init__(self, session: Session, entity_id: str, recipient: Recipient, business_at: datetime) -> None:
        self._session = session
        self._batch = Batch.of(session)
        self._entity_id = entity_id
        self._recipient = recipient
        self._at = business_at
        self._own_id = entity_id.partition("/")[2]
        self._letters = 0

    def notice(self, message_id: str, message: Outgoing) -> None:
        found = self._session.get(Person, self._recipient.person_id) if self._recipient.person_id else None
        data = {"reference": self._own_id, **self._recipient.defaults, **_json(message.data)}
        letter = render(message.name, data, found)
        person_id = found.person_id if found else None
        # Listed in the order in which they are sent: what takes a letter back comes before what stands in its place.
        at = self._at + timedelta(microseconds=self._letters)
        self._letters += 1
        row = notice_row(
            message_id, self._entity_id, person_id, message.name, subject=letter.subject, body=letter.body, at=at
        )
        self._batch.execute(_NOTICE, row)
        if by_email(found):
            self._queue(email_row(message_id, self._entity_id, message_id, self._at))

    def carrier(self, message_id: str, message: Outgoing) -> None:
        who = self._recipient
        known = select(Line).where(col(Line.line_id) == who.line_id)
        line = self._session.exec(known).one_or_none() if who.line_id else None
        carrier_area = who.carrier_area or (line.operator if line else None)
        if carrier_area is None:
            raise NoCarrierAreaError(f"{self._entity_id}: {message.name} has no area to go to")
        own = self._own_id if self._entity_id.startswith("contract/") else None
        body = _json(message.data)
        wire = OutgoingMessage.model_validate(
            {
                "message_id": f"{message_id}-carrier",
                "kind": message.name,
                "line_id": who.line_id,
                "contract_id": who.contract_id or own,
                "at": self._at,
                "body": body,
            }
        )
        self._batch.insert(
            CarrierMessage,
            message_id=wire.message_id,
            direction="out",
            kind=wire.kind,
            entity_id=self._entity_id,
            line_key=line.line_key if line else None,
            body=body,
            at=self._at,
            recorded_at=recorded_at(self._session),
        )
        self._queue(
            {
                "message_id": wire.message_id,
                "entity_id": self._entity_id,
                "channel": "carrier",
                "payload": {"operator": carrier_area, "message": wire.model_dump(mode="json")},
                "business_at": self._at,
            }
        )

    def _queue(self, row: dict[str, Any]) -> None:
        now = recorded_at(self._session)
        self._batch.insert(Outbox, **row, created_at=now, next_attempt_at=now)


def _json(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data in JSON shapes: dates, models and tuples turned into what a document holds."""
    shaped: dict[str, Any] = to_jsonable_python(dict(data))
    return shaped
