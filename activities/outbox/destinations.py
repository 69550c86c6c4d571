"""Where rows of the outbox go: a mail server, NTT's doors, the receiver of events."""

from __future__ import annotations

import functools
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import httpx
from sqlalchemy import Connection, text
from standardwebhooks import Webhook

from activities.failures import LATER
from activities.outbox.mail import (
    Letter,
    MailDelayedError,
    MailRefusedError,
    MailSender,
    MailServerAwayError,
    SmtpConfig,
)
from activities.outbox.rows import Row
from models.tables.clock import BUSINESS_NOW
from store.outbox import NOBODY

ABOUT_THE_DOOR = frozenset({401, 403, 404, 405})
"""4xx of a receiver of events that say nothing of the event: its secret, its address, its deployment."""
BUSY = frozenset({429, 503})
"""Answers by which a destination says that it takes nothing now."""


@dataclass(frozen=True, kw_only=True)
class RelayConfig:
    """Where the relay delivers, and how patiently."""

    smtp: SmtpConfig
    carrier_urls: Mapping[str, str]
    """Base of each area's door: `{"EAST": "http://…", "WEST": …}`; `/{area}/messages` is appended."""
    webhook_url: str | None = None
    """Where events go; None: nobody listens, and none are written."""
    webhook_secrets: Sequence[str] = ()
    """Standard Webhooks secrets of that receiver (`whsec_…`); each signs every event."""
    poll_seconds: float = 0.2
    """Between two looks for rows while something is going on."""
    idle_seconds: float = 1.0
    """Between two looks while nothing is: the longest that a row of another process goes unnoticed."""
    retry_seconds_min: float = 1.0
    retry_seconds_max: float = 300.0
    pause_seconds_max: float = 15.0
    """The longest pause of a lane whose destination is away, before it is tried with the next row."""
    timeout_seconds: float = 10.0
    """For an HTTP answer."""
    give_up_seconds: float = 5 * 86_400.0
    """How old a row is before it is given up that fails alone, while its destination takes others: as long as mail
    servers try (RFC 5321, 4.5.4.1). Where nothing is taken, nothing is given up."""


class UndeliveredError(Exception):
    """Not delivered; the whole reason stays with the row."""

    def __init__(self, reason: str, whole: str | None = None) -> None:
        """Why, in words that a log may hold, and the whole of it, in which a receiver may quote whom it likes."""
        super().__init__(whole or reason)
        self.reason = reason


class RefusedError(UndeliveredError):
    """The receiver refuses it for good."""


class NobodyError(RefusedError):
    """There is nobody to deliver it to any more, which is as it should be: no task for anybody."""


class DelayedError(UndeliveredError):
    """Not delivered now; the row is tried again later."""

    def __init__(self, reason: str, whole: str | None = None, *, away: bool) -> None:
        """`away`: the destination takes nothing at all now, so its lane pauses."""
        super().__init__(reason, whole)
        self.away = away


class Destination(Protocol):
    """Where rows of one lane go."""

    def deliver(self, connection: Connection, row: Row) -> None:
        """Deliver one row; may write to other tables in the row's transaction.

        Raises:
            RefusedError: never to be tried again.
            DelayedError: to be tried again.
        """

    def close(self) -> None:
        """Let go of connections."""


_LETTER = text(f"""
select n.notice_id, n.subject, n.body, n.email_sent_at, p.email, p.erased_at, {BUSINESS_NOW} as now
from notice n left join person p on p.person_id = n.person_id where n.notice_id = :notice_id
""")
_LETTER_SENT = text("update notice set email_sent_at = :sent_at where notice_id = :notice_id")


class Mail:
    """`email`: the notice to the person's address as it is now."""

    def __init__(self, config: SmtpConfig) -> None:
        """Nothing is opened yet."""
        self._sender = MailSender(config)

    def deliver(self, connection: Connection, row: Row) -> None:
        """Send the letter and write when it went; a person who is erased or has no address gets none."""
        # Its moment is asked before: after the letter is out, only the commit may fail.
        notice = connection.execute(_LETTER, {"notice_id": str(row.payload.get("notice_id"))}).one_or_none()
        if notice is None:
            raise RefusedError("there is no such notice")
        if notice.erased_at is not None or not notice.email:
            raise NobodyError(f"{NOBODY} or has no address")
        letter = Letter(
            message_id=row.message_id,
            # A letter about a new address also goes to the old one.
            to=str(row.payload.get("to") or notice.email),
            subject=notice.subject,
            body=notice.body,
            written_at=row.business_at,
        )
        try:
            self._sender.send(letter)
        except MailRefusedError as error:
            raise RefusedError(error.reason, str(error)) from None
        except MailDelayedError as error:
            raise DelayedError(error.reason, str(error), away=False) from None
        except MailServerAwayError as error:
            raise DelayedError(error.reason, str(error), away=True) from None
        if notice.email_sent_at is None:
            connection.execute(_LETTER_SENT, {"notice_id": notice.notice_id, "sent_at": notice.now})

    def close(self) -> None:
        """End the connection to the mail server, if any."""
        self._sender.close()


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are trusted: read once, as it takes longer than any message."""
    return httpx.create_ssl_context(trust_env=False)


class Http:
    """A POST of JSON: `carrier` sends the message inside, `event` the CloudEvent itself."""

    def __init__(self, url: str, timeout_seconds: float, *, inner: str | None, content_type: str) -> None:
        """Where to, how long an answer is waited for, and which part of the row is sent; None: all of it."""
        self._url = url
        self._inner = inner
        self._headers = {"content-type": content_type}
        self._timeout = timeout_seconds
        self._client: httpx.Client | None = None
        self._transient = LATER

    def _signed(self, _row: Row, _body: str) -> Mapping[str, str]:
        """Further headers of one message."""
        return {}

    def deliver(self, connection: Connection, row: Row) -> None:
        """Send the document; an answer of success is one."""
        _ = connection
        document = row.payload if self._inner is None else row.payload.get(self._inner)
        if not isinstance(document, dict):
            raise RefusedError("the row carries no message")
        if self._client is None:
            # No proxy of the environment: messages to NTT go where the settings say.
            self._client = httpx.Client(timeout=self._timeout, trust_env=False, verify=_trusted())
        try:
            body = json.dumps(document)
            answer = self._client.post(self._url, content=body, headers={**self._headers, **self._signed(row, body)})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self.close()
            raise DelayedError(type(error).__name__, f"{type(error).__name__}: {error}"[:300], away=True) from None
        if answer.is_success:
            return
        reason = (str(answer.status_code), f"{answer.status_code} {answer.text}"[:300])
        if answer.is_client_error and answer.status_code not in self._transient:
            raise RefusedError(*reason)
        raise DelayedError(*reason, away=answer.status_code in BUSY)

    def close(self) -> None:
        """End the connections, if any."""
        if self._client is not None:
            self._client.close()
            self._client = None


class Hook(Http):
    """`event`: a CloudEvent with a Standard Webhooks signature of each secret, under the row's id in every try."""

    def __init__(self, url: str, timeout_seconds: float, secrets: Sequence[str]) -> None:
        """Where to, how long an answer is waited for, and the receiver's secrets."""
        super().__init__(url, timeout_seconds, inner=None, content_type="application/cloudevents+json")
        self._transient = LATER | ABOUT_THE_DOOR
        self._secrets = [Webhook(each) for each in secrets]

    def _signed(self, row: Row, body: str) -> Mapping[str, str]:
        now = datetime.now(UTC)  # noqa: TID251  # a signature: receivers compare it with their own clocks
        return {
            "webhook-id": row.message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(each.sign(row.message_id, now, body) for each in self._secrets),
        }
