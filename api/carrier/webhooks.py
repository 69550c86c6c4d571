"""NTT's callbacks: signed by Standard Webhooks, each id taken once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session
from standardwebhooks import Webhook, WebhookVerificationError

from api.doors.problems import Problem
from api.services import Services
from models.tables.filing import CarrierMessage
from store.database import business_now

M = TypeVar("M", bound=BaseModel)

ID_MAX = 200


@dataclass(frozen=True)
class Callback:
    """One verified callback."""

    webhook_id: str
    body: dict[str, Any]
    at: datetime
    """The business moment it was taken."""
    seen: bool
    """Taken and finished before: answer 200 and change nothing."""


async def verified(request: Request, house: Services, shape: type[M]) -> tuple[str, M]:
    """Check signature and timestamp (real time, five minutes), then the shape.

    Raises:
        Problem: 401 for a bad or stale signature, 400 for a bad body.
    """
    payload = await request.body()
    try:
        body = Webhook(house.webhook_secret).verify(payload.decode(), dict(request.headers))
        parsed = shape.model_validate(body)
    except WebhookVerificationError as error:
        detail = f"The webhook headers do not verify ({error}); sign id, timestamp and body with the shared secret."
        raise Problem(401, "BAD_SIGNATURE", detail) from None
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors()[:10])
        raise Problem(400, "MALFORMED", f"The message does not fit: {said}") from None
    except (ValueError, RecursionError):
        raise Problem(400, "MALFORMED", "The body is not JSON.") from None
    webhook_id = request.headers.get("webhook-id", "")
    if not webhook_id or len(webhook_id) > ID_MAX:
        raise Problem(400, "MALFORMED", f"webhook-id: 1 to {ID_MAX} characters.")
    return webhook_id, parsed


async def take(
    house: Services, webhook_id: str, *, kind: str, entity_id: str | None, line_key: str | None, body: Any
) -> Callback:
    """Write the message down once; `seen` when it was taken and finished before."""

    def write(session: Session) -> Callback:
        message_id = f"in/{webhook_id}"
        # Sent twice at once, the second insert waits for the first and then finds its row.
        session.execute(
            insert(CarrierMessage)
            .values(
                message_id=message_id,
                direction="in",
                kind=kind,
                entity_id=entity_id,
                line_key=line_key,
                body=body,
                at=business_now(session),
                recorded_at=datetime.now(UTC),
            )
            .on_conflict_do_nothing()
        )
        row = session.get_one(CarrierMessage, message_id)
        return Callback(webhook_id, row.body, row.at, seen=row.done)

    return await house.read(write)


async def finish(house: Services, webhook_id: str) -> None:
    """The message has had its effect; a repeat changes nothing from now on."""

    def write(session: Session) -> None:
        session.get_one(CarrierMessage, f"in/{webhook_id}").done = True

    await house.read(write)
