"""Whose signature opens the carrier's doors."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import create_engine
from standardwebhooks import Webhook

from api.app import create_app
from api.carrier import filing_status, subscribers
from api.carrier.resending import SENTENCES, SendAgain, to_sender
from api.carrier.subscribers import LINE_SUBSCRIBERS
from api.doors.problems import Problem
from api.services import KeyRing, Services
from models.messages.carrier import LineNotice
from models.messages.filing import CarrierStatus

OLD, NEW, FOREIGN = (f"whsec_{letter * 43}=" for letter in "AEI")
BODY = json.dumps({"status": "accepted"})
"""Signed, it is 400 for what is missing; nothing is asked of the database."""


def post(secrets: str, signature: str, at: datetime, content: str | bytes = BODY) -> httpx.Response:
    """One callback to doors that know these secrets."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    app = create_app(Services(engine=engine, client=None, keys=KeyRing({}), webhook_secret=secrets))  # type: ignore[arg-type]
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/json",
    }

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.post("/v1/carrier/filings/F1/status", content=content, headers=headers)

    return asyncio.run(send())


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_any_secret_signs_while_one_replaces_another(secret: str) -> None:
    """Both verify until the old one is taken away; a signature of a third is 401."""
    now = datetime.now(UTC)
    assert post(f"{NEW} {OLD}", Webhook(secret).sign("1", now, BODY), now).status_code == 400
    assert post(f"{NEW} {OLD}", Webhook(FOREIGN).sign("1", now, BODY), now).status_code == 401
    assert post(NEW, Webhook(OLD).sign("1", now, BODY), now).status_code == 401


def test_one_of_several_signatures_is_enough() -> None:
    """A sender that signs with both secrets is heard by whoever knows one; a stale time-stamp is heard by nobody."""
    now = datetime.now(UTC)
    both = " ".join(Webhook(each).sign("1", now, BODY) for each in (NEW, OLD))
    assert post(OLD, both, now).status_code == 400
    old = now - timedelta(minutes=6)
    assert post(OLD, Webhook(OLD).sign("1", old, BODY), old).status_code == 401


@pytest.mark.parametrize(
    ("status", "code", "how"),
    [
        (400, "MALFORMED", "corrected"),
        (401, "BAD_SIGNATURE", "signed_anew"),
        (404, "NOT_FOUND", "corrected"),
        (408, "TOO_SLOW", "same"),
        (409, "ANOTHER_MESSAGE", "as_another"),
        (409, "DECISION_FAILED", "same"),
        (409, "OTHER_FILING", "corrected"),
        (413, "TOO_LARGE", "corrected"),
        (422, "IN_THE_FUTURE", "corrected"),
        (500, "DEFECT", "same"),
        (503, "NOT_ANSWERING", "same"),
    ],
)
def test_a_refused_callback_says_what_is_sent_next(status: int, code: str, how: str) -> None:
    """For programs in `send_again`, for people in both languages; said once, and to nobody else."""
    for path in ("/v1/carrier/filings/F1/status", "/v1/carrier/line-notices"):
        told = to_sender("POST", path, to_sender("POST", path, Problem(status, code, "As it is."))).body()
        assert told["send_again"] == how
        sentence = SENTENCES[SendAgain(how)]
        assert told["detail"] == f"As it is. {sentence}"
        assert told["message"].endswith(sentence.ja)
    others = (("GET", "/v1/carrier/payables"), ("POST", "/v1/contracts/K1/payments"))
    assert not any("send_again" in to_sender(*each, Problem(status, code, "As it is.")).body() for each in others)


def test_whatever_refuses_a_callback_says_it_at_the_door() -> None:
    """A signature, a shape, and a body that no route has read."""
    now = datetime.now(UTC)
    stale, misfit = (
        post(OLD, Webhook(FOREIGN).sign("1", now, BODY), now),
        post(OLD, Webhook(OLD).sign("1", now, BODY), now),
    )
    unread = post(OLD, "v1,x", now, b"[" * 100)
    assert [each.json()["send_again"] for each in (stale, misfit, unread)] == ["signed_anew", "corrected", "corrected"]


NOTICE = LineNotice.model_validate(
    {
        "notice_id": "N1",
        "line_id": "CAF1234567890",
        "kind": "name_changed",
        "effective_on": "2018-06-01",
        "details": {},
    }
)


@pytest.mark.parametrize(
    ("status", "code", "kept"),
    [
        (409, "ILLEGAL_TRANSITION", True),
        (409, "CLOSED", True),
        (404, "NOT_FOUND", True),
        (422, "IN_THE_FUTURE", True),
        (409, "DECISION_FAILED", False),
        (503, "NOT_ANSWERING", False),
    ],
)
def test_what_a_defect_kept_from_being_decided_is_not_taken(
    status: int, code: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes too late is kept and changes nothing; what was not decided is refused, so that NTT sends it again."""

    async def refuse(*_: object) -> None:
        raise Problem(status, code, "as decided")

    monkeypatch.setattr(subscribers, "deliver", refuse)
    monkeypatch.setattr(filing_status, "deliver", refuse)
    at = datetime(2018, 6, 1, tzinfo=UTC)
    notice = subscribers.tell(None, LINE_SUBSCRIBERS[0], "K1", NOTICE, at)  # type: ignore[arg-type]
    told = CarrierStatus(op="1", at=at, actor="carrier", sequence=1, status="accepted", occurred_at=at)
    filing = filing_status._send(None, "F1", told)  # type: ignore[arg-type]
    if kept:
        assert asyncio.run(notice) == "kept"
    else:
        with pytest.raises(Problem, match="as decided"):
            asyncio.run(notice)
    if kept and status == 409:
        assert asyncio.run(filing) == "kept"
    else:
        with pytest.raises(Problem, match="as decided"):
            asyncio.run(filing)
