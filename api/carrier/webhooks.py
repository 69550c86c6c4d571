"""NTT's callbacks: signed by Standard Webhooks, each message taken once, for one filing or as one notice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session
from standardwebhooks import Webhook, WebhookVerificationError

from api.access.watch import turned_away
from api.doors.problems import Problem
from api.services import Services
from api.wire import misfits
from models.messages.entity import DECISION_FAILED
from models.tables.clock import WHEN_WRITTEN
from models.tables.contract.filing import CarrierMessage
from store.database import business_now

M = TypeVar("M", bound=BaseModel)

ID_MAX = 200


@dataclass(frozen=True)
class Callback:
    """One verified callback."""

    message_id: str
    body: dict[str, Any]
    at: datetime
    """The business moment it was taken."""
    seen: bool
    """Taken and finished before: answer 200 and change nothing."""


def message_id(space: Literal["in", "notice", "sent"], given: str) -> str:
    """The row of a message: statuses of filings, notices about lines and what they were sent as can never meet."""
    return f"{space}/{given}"


async def verified(request: Request, house: Services, shape: type[M]) -> tuple[str, M]:
    """Check signature and timestamp (real time, five minutes), then the shape.

    Raises:
        Problem: 401 for a bad or stale signature, 400 for a bad body.
    """
    payload = await request.body()
    try:
        parsed = shape.model_validate(_signed(house.webhook_secret, payload, request))
    except WebhookVerificationError as error:
        turned_away(request, "signature", str(error))
        detail = f"The webhook headers do not verify ({error}); sign id, timestamp and body with the shared secret."
        raise Problem(401, "BAD_SIGNATURE", detail) from None
    except ValidationError as error:
        wrong = misfits.named(error.errors())
        detail = f"The message does not fit: {misfits.sentence(wrong)}"
        raise Problem(400, "MALFORMED", detail, errors=wrong) from None
    except (ValueError, RecursionError):
        raise Problem(400, "MALFORMED", "The body is not JSON.") from None
    webhook_id = request.headers.get("webhook-id", "")
    if not webhook_id or len(webhook_id) > ID_MAX:
        raise Problem(400, "MALFORMED", f"webhook-id: 1 to {ID_MAX} characters.")
    return webhook_id, parsed


def _signed(secrets: str, payload: bytes, request: Request) -> Any:
    """The body, once one of our secrets has signed it: while one replaces another there are several."""
    refusal: WebhookVerificationError | None = None
    for secret in secrets.split():
        try:
            return Webhook(secret).verify(payload.decode(), dict(request.headers))
        except WebhookVerificationError as error:
            refusal = error
    raise refusal or WebhookVerificationError("no secret is set")


def other_filing(request: Request, said: str) -> Problem:
    """409: what was signed for one filing does not speak of another."""
    turned_away(request, "replay", "a message of another filing")
    detail = f"The signed message {said}; it is not for the filing of this address, and nothing has changed."
    return Problem(409, "OTHER_FILING", detail)


def is_undecided(problem: Problem) -> bool:
    """Whether a defect of ours kept the message from being decided: not taken, so that NTT sends it again.

    Any other refusal of a message says that it can change nothing any more: it stays in the log of messages.
    """
    return problem.code == DECISION_FAILED


async def take(
    request: Request,
    house: Services,
    taken_as: str,
    *,
    kind: str,
    entity_id: str | None,
    line_key: str | None,
    body: Any,
) -> Callback:
    """Write the message down once; `seen` when it was taken and finished before.

    Raises:
        Problem: 409 `OTHER_FILING` or `ANOTHER_MESSAGE`: the id was used for another filing or another body.
    """
    row = await _written(house, taken_as, kind=kind, entity_id=entity_id, line_key=line_key, body=body)
    if row.entity_id != entity_id:
        raise other_filing(request, "was taken for another filing")
    _refuse_another(request, row, body)
    return Callback(taken_as, row.body, row.at, seen=row.done)


async def sent_once(request: Request, house: Services, webhook_id: str, notice_id: str) -> None:
    """Keep under which `webhook-id` a notice was sent; what it says is compared by its own id.

    Raises:
        Problem: 409 `ANOTHER_MESSAGE`: another notice was sent under it.
    """
    sent, sent_as = {"notice_id": notice_id}, message_id("sent", webhook_id)
    row = await _written(house, sent_as, kind="SENT", entity_id=None, line_key=None, body=sent, done=True)
    _refuse_another(request, row, sent)


async def _written(
    house: Services,
    taken_as: str,
    *,
    kind: str,
    entity_id: str | None,
    line_key: str | None,
    body: Any,
    done: bool = False,
) -> CarrierMessage:
    """The row of a message, as whoever came first has written it."""

    def write(session: Session) -> CarrierMessage:
        made = insert(CarrierMessage).values(
            message_id=taken_as,
            direction="in",
            kind=kind,
            entity_id=entity_id,
            line_key=line_key,
            body=body,
            at=business_now(session),
            recorded_at=WHEN_WRITTEN,
            body_hash=_hash(body),
            done=done,
        )
        session.execute(made.on_conflict_do_nothing())
        row = session.get_one(CarrierMessage, taken_as)
        session.expunge(row)
        return row

    return await house.read(write)


def _refuse_another(request: Request, row: CarrierMessage, body: Any) -> None:
    if row.body_hash is not None and row.body_hash != _hash(body):
        turned_away(request, "replay", "another body under an id that was used")
        detail = "A message with this id and another body was taken before: the first stands, nothing has changed."
        raise Problem(409, "ANOTHER_MESSAGE", detail)


def _hash(body: Any) -> str:
    said = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


async def finish(house: Services, taken_as: str) -> None:
    """The message has had its effect; a repeat changes nothing from now on."""

    def write(session: Session) -> None:
        session.get_one(CarrierMessage, taken_as).done = True

    await house.read(write)
