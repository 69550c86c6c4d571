"""Erasing a person, on a real PostgreSQL with every migration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel

from models.tables.club.program import StorageDeletion
from models.tables.contract.contract import Contract, Notice
from models.tables.contract.filing import CarrierMessage, Filing
from models.tables.log import Entity, Outbox, Transition
from models.tables.people import Line, Note, NoticeResend, Person, PersonChange
from models.tables.service.doors import Idempotency
from store.people import personal
from store.people.erasure import NotErasableError, erase

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECRETS = (
    "山田太郎",
    "ヤマダ",
    "taro@example.jp",
    "03-1234-5678",
    "100-0001",
    "千代田区",
    "CAF7776665554",
    "電話で確認",
)


def person(engine: Engine, name: str, *, closed: bool, line_id: str, member_id: str | None = None) -> None:
    """A person with a contract, a note, a letter and messages, every one of them with something to hide."""
    entity_id = f"contract/K{name}"
    rows: list[SQLModel] = [
        Person(
            person_id=f"P{name}",
            name=SECRETS[0],
            name_kana=SECRETS[1],
            email=SECRETS[2],
            phone=SECRETS[3],
            postal_code=SECRETS[4],
            address=SECRETS[5],
            created_at=NOW,
        ),
        Line(line_key=f"LE{name}", line_id=line_id, operator="EAST", created_at=NOW),
        Note(note_id=f"N{name}", text=SECRETS[7], created_at=NOW),
        Entity(
            entity_id=entity_id, kind="contract", seq=1, state={}, offset_s=0, closed=closed, created_at=NOW,
            recorded_at=NOW,
        ),
        Transition(
            entity_id=entity_id, seq=1, op=name, event="apply", received_at=NOW, at=NOW, recorded_at=NOW,
            effective_on=date(2018, 5, 20), state_from=date(2018, 5, 20), actor="operator", note_id=f"N{name}",
            articles=["article 5"], voids=[], patch={}, decision={},
        ),
        Notice(
            notice_id=f"n{name}", entity_id=entity_id, person_id=f"P{name}", kind="service_start", subject=SECRETS[0],
            body=SECRETS[0], created_at=NOW,
        ),
        CarrierMessage(
            message_id=f"m{name}", direction="out", kind="CONTRACT", entity_id=entity_id, line_key=f"LE{name}",
            body={"line_id": line_id, "name": SECRETS[0]}, at=NOW, recorded_at=NOW,
        ),
        PersonChange(
            change_id=f"C{name}", person_id=f"P{name}", at=NOW, actor="operator", reason_code="other",
            reason=SECRETS[7], before={"email": SECRETS[2]}, after={"name": SECRETS[0]},
        ),
        Outbox(
            message_id=f"again{name}", entity_id=f"person/P{name}", channel="email", payload={"to": SECRETS[2]},
            created_at=NOW, business_at=NOW, next_attempt_at=NOW,
        ),
        NoticeResend(resend_id=f"r{name}", notice_id=f"n{name}", at=NOW, actor="operator", reason=SECRETS[7]),
        Outbox(
            message_id=f"o{name}", entity_id=entity_id, channel="carrier", payload={"name": SECRETS[0]},
            created_at=NOW, business_at=NOW, next_attempt_at=NOW,
        ),
    ]  # fmt: skip
    if member_id is not None:
        rows.append(
            Idempotency(
                caller=f"member/{member_id}", key=name, request_hash="", at=NOW, created_at=NOW, status=200,
                answer={"email": SECRETS[2]},
            )
        )  # fmt: skip
    with Session(engine) as session, session.begin():
        for row in rows[:3]:
            session.add(row)
        session.flush()
        session.add(
            Contract(
                contract_id=f"K{name}", person_id=f"P{name}", line_key=f"LE{name}", state="ended", chapter=1,
                course="W2_FAMILY", applied_on=date(2018, 5, 20), created_at=NOW,
            )
        )  # fmt: skip
        for row in rows[3:]:
            session.add(row)
        if member_id is not None:
            session.execute(
                text("update member set person_id = :person where member_id = :id"),
                {"person": f"P{name}", "id": member_id},
            )


def everything(engine: Engine) -> str:
    """Every row of every table as text."""
    with engine.connect() as connection:
        tables = SQLModel.metadata.sorted_tables
        return "\n".join(
            str(row) for table in tables for row in connection.execute(text(f'select t::text from "{table.name}" t'))
        )


def test_nothing_of_an_erased_person_is_left_in_any_table(club_engine: Engine, new_member: Callable[..., str]) -> None:
    """After the erasure no table holds a name, an address, a line number or a word that was typed; the log stays."""
    member_id = new_member(state="left")
    person(club_engine, "gone", closed=True, line_id=SECRETS[6], member_id=member_id)
    assert [each for each in SECRETS if each not in everything(club_engine)] == []
    with Session(club_engine) as session, session.begin():
        counts = erase(session, "Kgone")
    assert counts["person"] == counts["note"] == counts["idempotency"] == 1
    left = everything(club_engine)
    assert [each for each in SECRETS if each in left] == []
    assert "article 5" in left
    with Session(club_engine) as session:
        erased = session.get_one(Person, "Pgone")
        assert erased.erased_at is not None
        message = session.execute(text("select failed_at, last_error from outbox where message_id = 'ogone'")).one()
        assert (message.failed_at is not None, message.last_error) == (True, "the person is erased")
    with Session(club_engine) as session, session.begin():
        erase(session, "Pgone")


def test_who_still_has_a_contract_is_not_erased(club_engine: Engine) -> None:
    """One entity that is not closed is named, and nothing is changed; an unknown id is said to be unknown."""
    person(club_engine, "stays", closed=False, line_id="CAF7776665555")
    with Session(club_engine) as session, session.begin(), pytest.raises(NotErasableError, match="contract/Kstays"):
        erase(session, "Pstays")
    with Session(club_engine) as session, session.begin(), pytest.raises(NotErasableError, match="nobody"):
        erase(session, "Knobody")
    with Session(club_engine) as session:
        assert session.get_one(Person, "Pstays").name == SECRETS[0]


def test_a_line_that_somebody_else_has_now_keeps_its_number(
    club_engine: Engine, new_member: Callable[..., str]
) -> None:
    """The number goes with the last person who used the line, not before."""
    person(club_engine, "before", closed=True, line_id="CAF7776665556")
    new_member()
    with Session(club_engine) as session, session.begin():
        session.execute(text("update member set line_key = 'LEbefore' where person_id is null"))
        assert erase(session, "Pbefore")["line"] == 0
        assert session.get_one(Line, "LEbefore").line_id == "CAF7776665556"
        session.rollback()


def test_the_line_of_a_declined_or_withdrawn_application_goes(club_engine: Engine) -> None:
    """Its row names no line any more; the number goes by what the log names, unless somebody else asked for it."""
    lines = {"declined": "CAF7776665561", "filed": "CAF7776665562"}
    for name, line_id in lines.items():
        person(club_engine, name, closed=True, line_id=line_id)
    person(club_engine, "another", closed=True, line_id="CAF7776665563")

    def names(entity_id: str, seq: int, line_key: str) -> Transition:
        return Transition(
            entity_id=entity_id, seq=seq, op=f"{entity_id}/{seq}", event="noted", received_at=NOW, at=NOW,
            recorded_at=NOW, effective_on=date(2018, 5, 20), state_from=date(2018, 5, 20), actor="carrier",
            articles=["article 5"], voids=[], patch={"set": {"line_key": line_key}}, decision={},
        )  # fmt: skip

    with Session(club_engine) as session, session.begin():
        let_go = "update contract set line_key = null, state = :state, filing_id = :filing where contract_id = :id"
        for contract_id in ("Kdeclined", "Kanother"):
            session.execute(text(let_go), {"id": contract_id, "state": "declined", "filing": None})
            session.add(names(f"contract/{contract_id}", 2, "LEdeclined"))
        session.execute(text(let_go), {"id": "Kfiled", "state": "withdrawn", "filing": "F77"})
        session.add(
            Filing(filing_id="F77", contract_id="Kfiled", operator="EAST", state="opened", sequence=1, created_at=NOW)
        )
        session.add(
            Entity(
                entity_id="filing/F77", kind="filing", seq=1, state={}, offset_s=0, closed=True, created_at=NOW,
                recorded_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        session.add(names("filing/F77", 1, "LEfiled"))

    def erased(contract_id: str) -> int:
        with Session(club_engine) as session, session.begin():
            return erase(session, contract_id)["line"]

    assert (erased("Kfiled"), erased("Kdeclined")) == (1, 0)
    with Session(club_engine) as session, session.begin():
        session.execute(text("update contract set person_id = 'Pdeclined' where contract_id = 'Kanother'"))
    assert erased("Kdeclined") == 1
    left = everything(club_engine)
    assert [each for each in lines.values() if each in left] == []


def test_every_table_is_in_the_inventory_or_holds_ids_only() -> None:
    """A new table is entered where people are told and erased, or named as holding nothing; told columns are there."""
    tables = {table.name: set(table.columns.keys()) for table in SQLModel.metadata.sorted_tables}
    held = {each.table for each in personal.INVENTORY}
    assert not held & personal.NOTHING_PERSONAL
    assert set(tables) == held | personal.NOTHING_PERSONAL - {"alembic_version"}
    for each in personal.INVENTORY:
        assert set(each.columns) <= tables[each.table], each.table


def test_what_lies_elsewhere_goes_too(club_engine: Engine) -> None:
    """Ids of other systems, a message about the line before anybody was on it, notes no entry names, and answers."""
    person(club_engine, "else", closed=True, line_id="CAF7776665557")
    words = ("OLD-SYSTEM-77", "言わなかった言葉", "ANSWERED-77", "CAF7776665557")
    answers = [
        {"contract_id": "Kelse", "detail": words[2]},
        {"imported": 2, "lines": [{"external_id": words[0], "contract_id": "Kelse"}, {"contract_id": "Kother"}]},
        # As an earlier release kept it: refused, so without an id of ours.
        {"refused": 1, "lines": [{"external_id": words[0], "contract_id": None}, {"contract_id": "Kthird"}]},
    ]
    with Session(club_engine) as session, session.begin():
        session.execute(text("update contract set external_id = :id where contract_id = 'Kelse'"), {"id": words[0]})
        session.add(Note(note_id="Nunnamed", entity_id="contract/Kelse", text=words[1], created_at=NOW))
        session.add(
            CarrierMessage(
                message_id="notice/UNKNOWN-77", direction="in", kind="LINE_CHANGE", body={"line_id": words[3]}, at=NOW,
                recorded_at=NOW, body_hash="h", done=True,
            )
        )  # fmt: skip
        for number, answer in enumerate(answers):
            session.add(
                Idempotency(
                    caller="backoffice", key=f"else-{number}", request_hash="", at=NOW, created_at=NOW, status=200,
                    answer=answer,
                )
            )  # fmt: skip
    with Session(club_engine) as session, session.begin():
        whose = personal.find(session, "Kelse")
        assert whose is not None
        told = str(personal.everything_of(session, whose))
        assert [each for each in words if each not in told] == []
        erase(session, "Kelse")
    left = everything(club_engine)
    assert [each for each in words if each in left] == []
    assert "Kother" in left
    assert "Kthird" in left
    with Session(club_engine) as session:
        whose = personal.find(session, "Pelse")
        assert whose is not None
        told = str(personal.everything_of(session, whose))
        assert [each for each in (*SECRETS[:6], *words) if each in told] == []


def test_a_deleted_file_loses_its_name_once(club_engine: Engine, new_member: Callable[..., str]) -> None:
    """What a member called a file is told and erased; how much went, and when, stays, and a second erasure is none."""
    member_id = new_member(state="left")
    person(club_engine, "files", closed=True, line_id="CAF7776665558", member_id=member_id)
    names = ("holiday-with-taro", "medical-report")

    def kept() -> list[tuple[str, int]]:
        with Session(club_engine) as session:
            rows = session.execute(text("select file_id, gb from storage_deletion where member_id = :id order by gb"),
                                   {"id": member_id})  # fmt: skip
            return [(row.file_id, int(row.gb)) for row in rows]

    with Session(club_engine) as session, session.begin():
        for size, name in enumerate(names, start=1):
            session.add(
                StorageDeletion(
                    member_id=member_id, file_id=name, stored_at="2018-01-01", gb=Decimal(size), reason="M-07.5",
                    articles=["M-07.5"], decided_at=NOW, deleted_at=NOW,
                )
            )  # fmt: skip
    with Session(club_engine) as session, session.begin():
        whose = personal.find(session, member_id)
        assert whose is not None
        assert [each["file_id"] for each in personal.everything_of(session, whose)["storage_deletion"]] == list(names)
        erase(session, member_id)
    once = kept()
    assert [size for _, size in once] == [1, 2]
    assert all(name.startswith("erased-") for name, _ in once)
    with Session(club_engine) as session, session.begin():
        erase(session, member_id)
    assert kept() == once
