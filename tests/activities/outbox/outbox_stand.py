"""What the tests of the outbox stand on: a mail server, a receiver, a relay between them and the tables."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from activities.batch import Batch
from activities.outbox.destinations import RelayConfig
from activities.outbox.events import write_event
from activities.outbox.mail import SmtpConfig
from activities.outbox.outgoing import Recipient, write_outgoing
from activities.outbox.relay import Relay
from carrier.mail import decode
from decisions.domain import Outgoing
from models.messages.entity import Entry, Patch
from models.tables.log import Outbox

AT = datetime(2018, 6, 13, 1, 0, tzinfo=UTC)


READY_SECONDS_MAX = 20.0


START = Outgoing("notice", "service_start", {"service_start_on": "2018-06-12", "minimum_term": None})


END = Outgoing("notice", "contract_ended", {"end_on": "2018-08-31"})


@dataclass
class Post:
    """An SMTP server that keeps what it is handed, answers as told, and can be away."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    """Answers to the content, first one first; `250 OK` when there are none left."""
    recipient_answers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    connections: int = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        answer = self.recipient_answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, then answer."""
        content = envelope.original_content or b""
        self.mails.append(decode(content, envelope.mail_from, [str(to) for to in envelope.rcpt_tos], AT))
        return self.answers.pop(0) if self.answers else "250 OK"

    @asynccontextmanager
    async def open(self) -> Any:
        """Listen on the port while inside."""
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            self.connections += 1
            return SMTP(self, enable_SMTPUTF8=True, loop=loop)

        server = await loop.create_server(session, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()


SECRETS = [f"whsec_{base64.b64encode(bytes([number]) * 32).decode()}" for number in (1, 2)]
"""Of the receiver of events: the new one and the one it replaces."""


@dataclass
class Door:
    """An HTTP receiver of messages and events."""

    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    signed: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    """Bodies as they came, with their headers."""
    answers: list[int] = field(default_factory=list)
    always: dict[str, int] = field(default_factory=dict)
    """Status by path."""
    url: str = ""

    async def take(self, request: Request) -> Response:
        """Keep, then answer."""
        raw = await request.body()
        body = json.loads(raw)
        self.signed.append((raw, dict(request.headers)))
        self.calls.append((request.url.path, request.headers["content-type"], body))
        status = self.always.get(request.url.path) or (self.answers.pop(0) if self.answers else 200)
        return PlainTextResponse("said \x00 so", status_code=status)


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)  # connections wait in the queue until the server has started
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def config(port: int, door: Door, **changes: Any) -> RelayConfig:
    """A relay's settings, with short waits."""
    values: dict[str, Any] = {
        "smtp": SmtpConfig(host="127.0.0.1", port=port, sender="WAKWAK <noreply@wakwak.example>", timeout_seconds=5),
        "carrier_urls": {"EAST": door.url, "WEST": door.url},
        "webhook_url": f"{door.url}/hook",
        "webhook_secrets": SECRETS,
        "poll_seconds": 0.01,
        "idle_seconds": 0.01,
        "retry_seconds_min": 0.02,
        "retry_seconds_max": 0.1,
        "pause_seconds_max": 0.05,
    }
    return RelayConfig(**{**values, **changes})


def send(engine: Engine, entity_id: str, *messages: Outgoing, seq: int = 1, person_id: str | None = "p1") -> None:
    """Write messages as one decision does."""
    recipient = Recipient(person_id=person_id, line_id="CAF1234567890")
    with Session(engine) as session, session.begin():
        write_outgoing(session, entity_id, [(seq, each) for each in messages], recipient, AT)


def happen(engine: Engine, entity_id: str, seq: int) -> None:
    """Write the event of an entry as the recorder does."""
    entry = Entry(
        seq=seq,
        op=f"op-{seq}",
        event="cancel",
        from_state="active",
        to_state="ending",
        received_at=AT,
        at=AT,
        effective_on=AT.date(),
        state_from=AT.date(),
        actor="operator",
        articles=["W-10.2"],
        edition="2018-06-01",
        patch=Patch(),
        decision={},
    )
    with Session(engine) as session, session.begin():
        write_event(Batch.of(session), entity_id, entry, AT)


def rows(engine: Engine) -> list[Outbox]:
    """Every row, in order."""
    with Session(engine) as session:
        return list(session.exec(select(Outbox).order_by(col(Outbox.id))))


def settled(engine: Engine) -> Callable[[], bool]:
    """Whether no row waits."""
    return lambda: all(row.delivered_at or row.failed_at for row in rows(engine))


@asynccontextmanager
async def relaying(*relays: Relay) -> Any:
    """Relays at work while inside; a defect of theirs is raised at the end."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(relay.run(stop)) for relay in relays]
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), READY_SECONDS_MAX)


async def until(found: Callable[[], bool]) -> None:
    """Poll until something is so."""
    async with asyncio.timeout(READY_SECONDS_MAX):
        while not await asyncio.to_thread(found):  # noqa: ASYNC110  # the database has no event to wait for
            await asyncio.sleep(0.01)


def deliver(engine: Engine, post: Post, door: Door, **changes: Any) -> None:
    """Run one relay until nothing waits."""

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door, **changes))):
            await until(settled(engine))

    asyncio.run(story())
