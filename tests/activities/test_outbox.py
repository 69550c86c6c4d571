"""The outbox on a real PostgreSQL, a real SMTP server and a real HTTP receiver."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from pydantic import ValidationError
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel, col, select
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from activities.notices import NoticeDataError
from activities.outbox.mail import Letter, MailSender, SmtpConfig
from activities.outbox.outgoing import NoOperatorError, Recipient, stem, write_outgoing
from activities.outbox.relay import GivenUp, Relay, RelayConfig
from carrier.mail import decode
from decisions.domain import Outgoing
from models.messages.carrier import OutgoingMessage
from models.tables.clock import Clock
from models.tables.contract import Notice
from models.tables.filing import CarrierMessage
from models.tables.log import Outbox
from models.tables.people import Line, Person
from store.database import engine as make_engine

AT = datetime(2018, 6, 13, 1, 0, tzinfo=UTC)
READY_SECONDS_MAX = 20.0
START = Outgoing("notice", "service_start", {"service_start_on": "2018-06-12", "minimum_term": None})
END = Outgoing("notice", "contract_ended", {"end_on": "2018-08-31"})


@pytest.fixture
def engine(migrated: Engine) -> Engine:
    """The tables, empty but for one person and one line."""
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with migrated.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    with Session(migrated) as session, session.begin():
        session.add(Person(person_id="p1", name="山田 太郎", email="taro@example.jp", created_at=AT))
        session.add(Line(line_key="l1", line_id="CAF1234567890", operator="EAST", created_at=AT))
    return migrated


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


@pytest.fixture(scope="module")
def listening_door() -> Iterator[Door]:
    """One receiver for this file."""
    door = Door()
    app = Starlette(routes=[Route("/{path:path}", door.take, methods=["POST"])])
    with _serving(app) as url:
        door.url = url
        yield door


@pytest.fixture
def door(listening_door: Door) -> Door:
    """A receiver that has received nothing yet."""
    listening_door.calls.clear()
    listening_door.signed.clear()
    listening_door.answers = []
    listening_door.always = {}
    return listening_door


@contextmanager
def _serving(app: Starlette) -> Iterator[str]:
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
        "retry_seconds_min": 0.02,
        "retry_seconds_max": 0.1,
        "pause_seconds_max": 0.05,
    }
    return RelayConfig(**{**values, **changes})


def send(engine: Engine, entity_id: str, *messages: Outgoing, seq: int = 1, person_id: str | None = "p1") -> None:
    """Write messages as one decision does."""
    recipient = Recipient(person_id=person_id, line_id="CAF1234567890", webhook_url="http://hook")
    with Session(engine) as session, session.begin():
        write_outgoing(session, entity_id, [(seq, each) for each in messages], recipient, AT)


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


def test_one_value_goes_to_the_mailbox_and_to_the_portal(engine: Engine, door: Door) -> None:
    """Both channels carry the one stored text, once, and say their business moments (W-12.1n, A-52)."""
    with Session(engine) as session, session.begin():
        session.add(Clock(id=1, offset_s=0, frozen_at=AT))
    post = Post()
    send(engine, "contract/c-1", START)
    deliver(engine, post, door)
    with Session(engine) as session:
        notice = session.exec(select(Notice)).one()
    (mail,) = post.mails
    assert notice.notice_id == "contract.c-1.1-1"
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", notice.notice_id)
    assert mail["to"] == ["taro@example.jp"]
    assert mail["from"] == "noreply@wakwak.example"
    assert (mail["subject"], mail["text"]) == (notice.subject, notice.body)
    assert "2018年6月12日" in notice.subject
    assert notice.body.startswith("山田 太郎 様\n")
    assert "ご契約番号: c-1" in notice.body
    assert mail["message_id"] == "<contract.c-1.1-1-email@wakwak.example>"
    assert notice.email_sent_at == notice.portal_posted_at == AT
    assert [(row.channel, row.attempts, row.failed_at) for row in rows(engine)] == [
        ("email", 1, None),
    ]


def test_messages_to_ntt_and_events_reach_their_receivers(engine: Engine, door: Door) -> None:
    """A carrier message is the agreed shape and kept as sent; an event is a CloudEvent under the row's id."""
    send(
        engine,
        "contract/c-1",
        Outgoing("carrier", "CONTRACT", {"on": AT.date()}),
        Outgoing("event", "active", {"x": 1}),
    )
    deliver(engine, Post(), door)
    calls = {path: (kind, body) for path, kind, body in door.calls}
    message = OutgoingMessage.model_validate(calls["/EAST/messages"][1])
    assert (message.kind, message.line_id, message.contract_id, message.at) == ("CONTRACT", "CAF1234567890", "c-1", AT)
    assert message.body == {"on": "2018-06-13"}
    with Session(engine) as session:
        kept = session.exec(select(CarrierMessage)).one()
    assert (kept.message_id, kept.direction, kept.entity_id) == (message.message_id, "out", "contract/c-1")
    assert kept.line_key == "l1"
    kind, event = calls["/hook"]
    assert kind == "application/cloudevents+json"
    assert event["specversion"] == "1.0"
    assert (event["id"], event["type"]) == ("contract.c-1.1-2-event", "keiyaku.contract.active")
    assert (event["subject"], event["data"]) == ("contract/c-1", {"x": 1})
    assert [row.message_id for row in rows(engine)] == ["contract.c-1.1-1-carrier", "contract.c-1.1-2-event"]


@pytest.mark.parametrize("secret", SECRETS)
def test_an_event_is_signed_with_every_secret(engine: Engine, door: Door, secret: str) -> None:
    """A receiver that has the new secret or still the old one knows that it is ours, and that nothing was changed."""
    send(engine, "contract/c-1", Outgoing("event", "active", {"x": 1}))
    deliver(engine, Post(), door)
    ((body, headers),) = door.signed
    assert headers["webhook-id"] == json.loads(body)["id"]
    assert Webhook(secret).verify(body, headers)["data"] == {"x": 1}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"1}", b"2}"), headers)


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_a_receiver_that_is_not_ready_gets_events_later_in_their_order(engine: Engine, door: Door, status: int) -> None:
    """A secret not yet replaced or a page not yet deployed says nothing of the event; the next one waits behind it."""
    door.answers = [status, 200, 200]
    for number in (1, 2):
        send(engine, "contract/c-1", Outgoing("event", "active", {"x": number}), seq=number)
    deliver(engine, Post(), door)
    assert [body["data"]["x"] for _, _, body in door.calls] == [1, 1, 2]
    first, again, _ = (headers["webhook-id"] for _, headers in door.signed)
    assert first == again


def test_nobody_listening_no_event_is_written(engine: Engine) -> None:
    """Without a webhook an event leaves no row."""
    with Session(engine) as session, session.begin():
        write_outgoing(session, "contract/c-1", [(1, Outgoing("event", "active"))], Recipient(), AT)
    assert rows(engine) == []


@pytest.mark.parametrize("who", ["unknown", "erased", "no address", "none"])
def test_without_a_person_a_notice_is_posted_only(engine: Engine, door: Door, who: str) -> None:
    """An unknown or erased person, or one without an address, gets no e-mail."""
    with Session(engine) as session, session.begin():
        person = session.get_one(Person, "p1")
        person.erased_at = AT if who == "erased" else None
        person.email = "" if who == "no address" else person.email
    send(engine, "contract/c-1", START, person_id={"unknown": "p9", "none": None}.get(who, "p1"))
    post = Post()
    deliver(engine, post, door)
    assert rows(engine) == []
    with Session(engine) as session:
        assert session.exec(select(Notice)).one().portal_posted_at is not None
    assert post.mails == []


def test_a_person_erased_before_delivery_gets_no_mail(engine: Engine, door: Door) -> None:
    """The address is read when the mail goes out: after an erasure the row is given up."""
    send(engine, "contract/c-1", START)
    with Session(engine) as session, session.begin():
        session.get_one(Person, "p1").erased_at = AT
    post = Post()
    deliver(engine, post, door)
    (mail,) = rows(engine)
    assert mail.failed_at is not None
    assert "erased" in (mail.last_error or "")
    assert post.mails == []


def test_two_relays_send_every_mail_once_and_in_order(engine: Engine, door: Door) -> None:
    """With two relays at work each message arrives exactly once, those of one contract in their order."""
    for seq in range(1, 6):
        for n in range(6):
            send(engine, f"contract/c-{n}", END, Outgoing("carrier", "CONTRACT", {"seq": seq}), seq=seq)
    post = Post()

    async def story() -> None:
        async with post.open():
            settings = config(post.port, door)
            async with relaying(Relay(engine, settings), Relay(engine, settings)):
                await until(settled(engine))

    asyncio.run(story())
    assert len(post.mails) == len({mail["message_id"] for mail in post.mails}) == 30
    assert len(door.calls) == 30
    for n in range(6):
        mine = [mail["message_id"] for mail in post.mails if f".c-{n}." in mail["message_id"]]
        assert mine == [f"<contract.c-{n}.{seq}-1-email@wakwak.example>" for seq in range(1, 6)]
        assert [body["body"]["seq"] for _, _, body in door.calls if body["contract_id"] == f"c-{n}"] == [1, 2, 3, 4, 5]
    assert {row.attempts for row in rows(engine)} == {1}


def test_letters_share_a_connection(engine: Engine, door: Door) -> None:
    """Rows that flow are handed in over one connection."""
    for n in range(10):
        send(engine, f"contract/c-{n}", START)
    post = Post()
    deliver(engine, post, door)
    assert len(post.mails) == 10
    assert post.connections < 10


def test_mail_waits_for_the_server_and_nothing_else_waits_for_mail(engine: Engine, door: Door) -> None:
    """With no SMTP server NTT is served at once; when it is there, the mails arrive once, in order."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        post = Post(port=probe.getsockname()[1])
    send(engine, "contract/c-1", START, Outgoing("carrier", "CONTRACT", {}))
    send(engine, "contract/c-1", END, seq=2)

    def mails() -> list[Outbox]:
        return [row for row in rows(engine) if row.channel == "email"]

    async def story() -> None:
        async with relaying(Relay(engine, config(post.port, door))):
            await until(lambda: all(row.delivered_at for row in rows(engine) if row.channel != "email"))
            await until(lambda: mails()[0].attempts >= 3)
            first, second = mails()
            assert first.delivered_at is None
            assert first.last_error is not None
            assert second.attempts == 0, "a later letter of the contract never goes before an earlier one"
            async with post.open():
                await until(settled(engine))

    asyncio.run(story())
    assert [mail["message_id"].split("@")[0] for mail in post.mails] == [
        "<contract.c-1.1-1-email",
        "<contract.c-1.2-1-email",
    ]
    assert all(row.last_error is None for row in rows(engine))


def test_a_repeated_letter_has_the_same_message_id(engine: Engine, door: Door) -> None:
    """A letter handed in again after `451` is byte for byte known to the receiver by its Message-ID."""
    post = Post(answers=["451 try later"])
    send(engine, "contract/c-1", START)
    deliver(engine, post, door)
    first, second = post.mails
    assert first["message_id"] == second["message_id"]
    assert next(row for row in rows(engine) if row.channel == "email").attempts == 2


def test_a_refused_address_is_given_up_and_the_next_is_served(engine: Engine, door: Door) -> None:
    """`550` ends the tries with a reason that names no address; the contract's later letter and others go out."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="b@example.jp", created_at=AT))
        session.add(Person(person_id="p3", name="C", email="no address at all", created_at=AT))
    post = Post(recipient_answers={"b@example.jp": "550 <b@example.jp> unknown"})
    send(engine, "contract/c-2", START, person_id="p2")
    send(engine, "contract/c-3", START, person_id="p3")
    send(engine, "contract/c-1", START)
    deliver(engine, post, door)
    mails = {row.entity_id: row for row in rows(engine) if row.channel == "email"}
    assert (mails["contract/c-2"].attempts, mails["contract/c-2"].last_error) == (1, "550 <(address)> unknown")
    assert mails["contract/c-2"].failed_at is not None
    assert (mails["contract/c-3"].attempts, mails["contract/c-3"].failed_at is not None) == (1, True)
    assert mails["contract/c-1"].delivered_at is not None
    assert [mail["to"] for mail in post.mails] == [["taro@example.jp"]]


def test_one_letter_delayed_holds_back_its_own_contract_only(engine: Engine, door: Door) -> None:
    """`450` for one address: that contract's letters wait, every other contract's go out."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="b@example.jp", created_at=AT))
    post = Post(recipient_answers={"b@example.jp": "450 later"})
    send(engine, "contract/c-2", START, person_id="p2")
    send(engine, "contract/c-2", END, person_id="p2", seq=2)
    send(engine, "contract/c-1", START)
    send(engine, "contract/c-1", END, seq=2)

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door))):
            await until(lambda: len(post.mails) == 2)
            await until(lambda: max(row.attempts for row in rows(engine) if row.entity_id == "contract/c-2") >= 2)
            assert {mail["to"][0] for mail in post.mails} == {"taro@example.jp"}
            post.recipient_answers.clear()
            await until(settled(engine))

    asyncio.run(story())
    assert [mail["message_id"].split("@")[0] for mail in post.mails[2:]] == [
        "<contract.c-2.1-1-email",
        "<contract.c-2.2-1-email",
    ]


@pytest.mark.parametrize(("status", "given_up"), [(400, True), (409, True), (408, False), (429, False), (503, False)])
def test_a_4xx_is_final_unless_it_is_about_now(engine: Engine, door: Door, status: int, *, given_up: bool) -> None:
    """A refusal of the message ends the tries; a busy or absent receiver is asked again with the same message."""
    door.answers = [status]
    send(engine, "contract/c-1", Outgoing("carrier", "CONTRACT", {}))
    deliver(engine, Post(), door)
    (row,) = rows(engine)
    assert (row.failed_at is not None) is given_up
    assert row.attempts == len(door.calls) == (1 if given_up else 2)
    assert all(call == door.calls[0] for call in door.calls)
    if given_up:
        assert row.last_error == f"{status} said   so", "NUL, which the database refuses, is left out"


@pytest.mark.parametrize("email", ["taro@[x.jp", "taro(x)@example.jp"])
def test_an_address_that_is_none_costs_its_own_row(engine: Engine, door: Door, email: str) -> None:
    """Such a person may be in the database: the letter is parked for an operator, to nobody else; the next one goes."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email=email, created_at=AT))
    send(engine, "contract/c-2", START, person_id="p2")
    send(engine, "contract/c-1", START)
    told: list[GivenUp] = []
    post = Post()

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door), told.append)):
            await until(settled(engine))

    asyncio.run(story())
    bad, good = rows(engine)
    assert bad.failed_at is not None
    assert email not in str(bad.last_error)
    assert good.delivered_at is not None
    assert [mail["to"] for mail in post.mails] == [["taro@example.jp"]]
    assert told == [GivenUp(entity_id="contract/c-2", message_id=bad.message_id, channel="email")]


def test_an_old_mobile_address_goes_out_quoted(engine: Engine, door: Door) -> None:
    """`a..b@docomo.ne.jp` is a mailbox people have; the receiving side takes the quotation marks off again."""
    with Session(engine) as session, session.begin():
        session.add(Person(person_id="p2", name="B", email="a..b@docomo.ne.jp", created_at=AT))
    send(engine, "contract/c-2", START, person_id="p2")
    post = Post()
    deliver(engine, post, door)
    assert [mail["to"] for mail in post.mails] == [["a..b@docomo.ne.jp"]]


def test_a_row_that_fails_by_a_defect_is_parked_and_the_lane_goes_on(
    engine: Engine, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a mailer raises costs one row and an operator's task, even where the task cannot be given."""
    for number in (1, 2, 3):
        send(engine, f"contract/c-{number}", START)
    genuine = MailSender.send

    def poisoned(self: MailSender, letter: Letter) -> None:
        if "c-2" in letter.message_id:
            raise AttributeError("'NoneType' object has no attribute 'value'")
        genuine(self, letter)

    def unable(_row: GivenUp) -> None:
        raise KeyError("tasks")

    monkeypatch.setattr(MailSender, "send", poisoned)
    post = Post()

    async def story() -> None:
        async with post.open(), relaying(Relay(engine, config(post.port, door), unable)):
            await until(settled(engine))

    asyncio.run(story())
    assert [row.failed_at is not None for row in rows(engine)] == [False, True, False]
    assert str(rows(engine)[1].last_error).startswith("AttributeError")
    assert len(post.mails) == 2


def test_a_failing_operator_does_not_block_the_other(engine: Engine, door: Door) -> None:
    """While EAST answers 500 to everything, WEST is served."""
    door.always = {"/EAST/messages": 500}
    with Session(engine) as session, session.begin():
        for n in range(3):
            message = [(1, Outgoing("carrier", "CONTRACT", {}))]
            write_outgoing(session, f"contract/e-{n}", message, Recipient(operator="EAST"), AT)
            write_outgoing(session, f"contract/w-{n}", message, Recipient(operator="WEST"), AT)

    async def story() -> None:
        async with relaying(Relay(engine, config(1, door))):
            await until(lambda: all(row.delivered_at for row in rows(engine) if "/w-" in row.entity_id))
            await until(lambda: all(row.attempts >= 2 for row in rows(engine) if "/e-" in row.entity_id))
            assert not any(row.delivered_at for row in rows(engine) if "/e-" in row.entity_id)
            door.always = {}
            await until(settled(engine))

    asyncio.run(story())


def test_waits_between_tries_double_up_to_the_most(engine: Engine, door: Door) -> None:
    """1, 2, 4 … 256, then 300 seconds and never more."""
    relay = Relay(engine, config(1, door, retry_seconds_min=1.0, retry_seconds_max=300.0))
    assert [relay._backoff(n) for n in (1, 2, 3, 9, 10, 11, 10_000)] == [1, 2, 4, 256, 300, 300, 300]


def test_a_row_is_not_tried_before_its_moment(engine: Engine, door: Door) -> None:
    """A row whose next try lies ahead stays, and so does its contract's next one; another contract is served."""
    for entity, seq in (("contract/c-1", 1), ("contract/c-1", 2), ("contract/c-2", 1)):
        send(engine, entity, Outgoing("carrier", "CONTRACT", {}), seq=seq)
    with Session(engine) as session, session.begin():
        row = session.exec(select(Outbox).where(Outbox.message_id == "contract.c-1.1-1-carrier")).one()
        row.next_attempt_at = datetime.now(UTC) + timedelta(hours=1)

    async def story() -> None:
        async with relaying(Relay(engine, config(1, door))):
            await until(lambda: rows(engine)[2].delivered_at is not None)
            send(engine, "contract/c-3", Outgoing("carrier", "CONTRACT", {}))
            await until(lambda: rows(engine)[3].delivered_at is not None)

    asyncio.run(story())
    assert [row.attempts for row in rows(engine)] == [0, 0, 1, 1]


def test_the_database_away_is_waited_for(engine: Engine, door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """While connections are refused the relay says so once and goes on; afterwards the rows are delivered."""
    send(engine, "contract/c-1", START)
    name = engine.url.database

    def close_doors(*, allow: bool) -> None:
        other = make_engine(engine.url.set(database="postgres").render_as_string(hide_password=False))
        with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(allow).lower()}"))
            if not allow:
                sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                connection.execute(text(sql), {"name": name})
        other.dispose()

    async def story() -> None:
        post = Post()
        await asyncio.to_thread(close_doors, allow=False)
        try:
            async with post.open(), relaying(Relay(engine, config(post.port, door))):
                await until(lambda: "waits for its database" in caplog.text)
                await asyncio.to_thread(close_doors, allow=True)
                await until(settled(engine))
        finally:
            await asyncio.to_thread(close_doors, allow=True)
        assert len(post.mails) == 1

    with caplog.at_level("INFO", logger="activities.outbox.relay"):
        asyncio.run(story())
    assert caplog.text.count("waits for its database") == 1
    assert "has its database again" in caplog.text


def test_a_killed_delivery_is_taken_up_at_once(engine: Engine, door: Door) -> None:
    """A row held by a worker is passed over; when that worker's connection dies, another delivers it."""
    send(engine, "contract/c-1", Outgoing("carrier", "CONTRACT", {}))
    send(engine, "contract/c-2", Outgoing("carrier", "CONTRACT", {}))

    async def story() -> None:
        holder = engine.connect()
        holder.execute(text("SELECT 1 FROM outbox WHERE entity_id = 'contract/c-1' FOR UPDATE"))
        async with relaying(Relay(engine, config(1, door))):
            await until(lambda: rows(engine)[1].delivered_at is not None)
            assert rows(engine)[0].attempts == 0
            holder.invalidate()
            await until(settled(engine))
        with suppress(OSError):
            holder.close()

    asyncio.run(story())
    assert len(door.calls) == 2


def test_a_row_without_its_notice_is_given_up(engine: Engine, door: Door) -> None:
    """A damaged row ends with a reason; the relay goes on."""
    with Session(engine) as session, session.begin():
        for channel, payload in (("email", {"notice_id": "x"}), ("carrier", {"operator": "EAST"})):
            session.add(
                Outbox(
                    message_id=f"x-{channel}",
                    entity_id="contract/c-1",
                    channel=channel,
                    payload=payload,
                    created_at=AT,
                    business_at=AT,
                    next_attempt_at=AT,
                )
            )
    deliver(engine, Post(), door)
    assert all(row.failed_at and row.last_error for row in rows(engine))


def test_what_cannot_be_sent_is_refused_in_the_deciding_transaction(engine: Engine) -> None:
    """No template, no agreed kind, no operator, no such channel: the decision fails and nothing is written."""
    cases: list[tuple[Outgoing, type[Exception]]] = [
        (Outgoing("notice", "nothing"), NoticeDataError),
        (Outgoing("carrier", "GOSSIP"), ValidationError),
        (Outgoing("carrier", "CONTRACT"), NoOperatorError),
        (Outgoing("pigeon", "x"), ValueError),
    ]
    for message, error in cases:
        who = Recipient(operator=None if error is NoOperatorError else "EAST")
        with pytest.raises(error), Session(engine) as session, session.begin():
            write_outgoing(session, "contract/c-1", [(1, message)], who, AT)
    assert rows(engine) == []


@pytest.mark.parametrize("entity_id", ["contract/a.b", "contract/a/b", "contract/" + "x" * 300, "契約/1", "plain"])
def test_ids_of_any_form_give_safe_stems(entity_id: str) -> None:
    """Whatever a workflow is called, the id fits NTT's identifiers, a URL and a Message-ID, and stays the same."""
    found = stem(entity_id, 12, 3)
    assert found == stem(entity_id, 12, 3)
    assert re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", f"{found}-carrier")
    assert len(f"{found}-carrier") <= 120
    assert found != stem(entity_id, 12, 2)
    assert found != stem("contract/a-b", 12, 3)
