"""Events at a real HTTP receiver: signed, and in their order whatever it answers."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine
from standardwebhooks import Webhook, WebhookVerificationError

from tests.activities.outbox.outbox_stand import (
    SECRETS,
    Door,
    Post,
    deliver,
    happen,
)


@pytest.mark.parametrize("secret", SECRETS)
def test_an_event_is_signed_with_every_secret(engine: Engine, door: Door, secret: str) -> None:
    """A receiver that has the new secret or still the old one knows that it is ours, and that nothing was changed."""
    happen(engine, "contract/c-1", 1)
    deliver(engine, Post(), door)
    ((body, headers),) = door.signed
    assert headers["webhook-id"] == "contract.c-1.1-0-event"
    assert Webhook(secret).verify(body, headers)["data"]["seq"] == json.loads(body)["data"]["seq"] == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"ending", b"active"), headers)


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_a_receiver_that_is_not_ready_gets_events_later_in_their_order(engine: Engine, door: Door, status: int) -> None:
    """A secret not yet replaced or a page not yet deployed says nothing of the event; the next one waits behind it."""
    door.answers = [status, 200, 200]
    for number in (1, 2):
        happen(engine, "contract/c-1", number)
    deliver(engine, Post(), door)
    assert [body["data"]["seq"] for _, _, body in door.calls] == [1, 1, 2]
    first, again, _ = (headers["webhook-id"] for _, headers in door.signed)
    assert first == again
