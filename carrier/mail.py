"""The mail catcher: an SMTP server that keeps every mail and delivers none."""

from __future__ import annotations

import asyncio
import json
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from carrier.store import Store, dumps


def _clean(text: str) -> str:
    """Text that UTF-8 can carry: undecodable bytes of a header arrive as half surrogate pairs."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _body(message: EmailMessage) -> str:
    """The plain text, else the HTML, else nothing; an unknown charset is read as UTF-8."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""


def decode(content: bytes, sender: str | None, recipients: list[str], received_at: datetime) -> dict[str, Any]:
    """A mail as it is read: `from` and `to` of the envelope, the decoded subject and text."""
    message = message_from_bytes(content, policy=policy.default)
    return {
        "from": _clean(sender or ""),
        "to": [_clean(recipient) for recipient in recipients],
        "subject": _clean(str(message.get("subject", ""))),
        "text": _clean(_body(message)).replace("\r\n", "\n"),
        "message_id": _clean(str(message.get("message-id", ""))),
        "received_at": received_at.isoformat(),
    }


def keep(store: Store, mail: dict[str, Any]) -> None:
    """Keep one mail."""
    with store.transaction() as sql:
        sql.execute("insert into mails (body) values (?)", (dumps(mail),))


def caught(store: Store, to: str | None = None) -> list[dict[str, Any]]:
    """Every mail caught, newest last; only those to one address (letter case ignored) where given."""
    mails = [json.loads(row["body"]) for row in store.rows("select body from mails order by id")]
    if to is None:
        return mails
    return [mail for mail in mails if to.casefold() in (recipient.casefold() for recipient in mail["to"])]


class Catcher:
    """What aiosmtpd calls for each mail."""

    def __init__(self, store: Store) -> None:
        """Keep mails in `store`."""
        self._store = store

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail, and only then say so."""
        content = envelope.original_content or b""
        mail = decode(content, envelope.mail_from, [str(to) for to in envelope.rcpt_tos], datetime.now(UTC))
        await to_thread(keep, self._store, mail)
        return "250 OK"


@asynccontextmanager
async def listening(store: Store, host: str, port: int) -> AsyncIterator[int]:
    """Catch mails while inside; gives the port, which differs from `port` only for 0.

    Raises:
        OSError: the port is taken.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Catcher(store), enable_SMTPUTF8=True, loop=loop), host, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await server.wait_closed()
