"""What a decision writes for the outside, on a real PostgreSQL, a real SMTP server and a real HTTP receiver."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session, select

from activities.notices import NoticeDataError
from activities.outbox.outgoing import NoCarrierAreaError, Recipient, stem, write_outgoing
from api.letters import letters
from decisions.domain import Outgoing
from models.messages.carrier import OutgoingMessage
from models.tables.clock import Clock
from models.tables.contract.contract import Notice
from models.tables.contract.filing import CarrierMessage
from models.tables.people import Person
from tests.activities.outbox.outbox_stand import (
    AT,
    END,
    START,
    Door,
    Post,
    deliver,
    happen,
    rows,
    send,
)


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
    """A carrier message is the agreed shape and kept as sent; an event is a CloudEvent."""
    send(
        engine,
        "contract/c-1",
        Outgoing("carrier", "CONTRACT", {"on": AT.date()}),
    )
    happen(engine, "contract/c-1", 2)
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
    assert (event["type"], event["subject"]) == ("keiyaku.contract.cancel", "contract/c-1")
    assert (event["data"]["from"], event["data"]["to"]) == ("active", "ending")
    assert [row.message_id for row in rows(engine)] == ["contract.c-1.1-1-carrier", "contract.c-1.2-0-event"]


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


def test_letters_of_one_moment_are_listed_as_they_were_sent(engine: Engine) -> None:
    """A letter of entry 12 that goes out before those of 9 and 10 is listed before them: a reader goes by the last."""
    with Session(engine) as session, session.begin():
        messages = [(12, END), (9, START), (10, END)]
        write_outgoing(session, "contract/c-1", messages, Recipient(person_id="p1"), AT)
    with Session(engine) as session:
        found = [each["notice_id"] for each in letters(session, ["contract/c-1"])]
    assert found == ["contract.c-1.12-1", "contract.c-1.9-1", "contract.c-1.10-1"]


def test_what_cannot_be_sent_is_refused_in_the_deciding_transaction(engine: Engine) -> None:
    """No template, no agreed kind, no operator, no such channel: the decision fails and nothing is written."""
    cases: list[tuple[Outgoing, type[Exception]]] = [
        (Outgoing("notice", "nothing"), NoticeDataError),
        (Outgoing("carrier", "GOSSIP"), ValidationError),
        (Outgoing("carrier", "CONTRACT"), NoCarrierAreaError),
        (Outgoing("pigeon", "x"), ValueError),
    ]
    for message, error in cases:
        who = Recipient(carrier_area=None if error is NoCarrierAreaError else "EAST")
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
