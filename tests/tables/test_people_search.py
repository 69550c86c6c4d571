"""People are found by what a caller says of them, on a real PostgreSQL with every migration."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from models.tables.contract.contract import Contract
from models.tables.people import Line, Person
from store.people.people_search import find_people

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PEOPLE = {
    "PSATO": (
        "佐藤 花子",
        "サトウ ハナコ",
        "hanako.sato@example.jp",
        "090-1234-5678",
        "160-0023",
        "東京都新宿区西新宿2-8-1",
    ),
    "PTAKA": (
        "髙橋 一郎",
        "タカハシ イチロウ",
        "ichiro@example.jp",
        "+81 3-9876-5432",
        "060-0001",
        "北海道札幌市中央区北1条",
    ),
    "PHAYA": ("林", "ハヤシ", "Hayashi@Example.jp", "0612344321", "530-0001", "大阪府大阪市北区梅田1"),
}


@pytest.fixture(scope="module")
def engine(club_engine: Engine) -> Engine:
    """A database with three people, one with a contract on a line."""
    with Session(club_engine) as session, session.begin():
        for person_id, (name, kana, email, phone, postal, address) in PEOPLE.items():
            session.add(
                Person(
                    person_id=person_id, name=name, name_kana=kana, email=email, phone=phone, postal_code=postal,
                    address=address, created_at=NOW,
                )
            )  # fmt: skip
        session.add(Line(line_key="LSATO", line_id="CAF9990001111", operator="EAST", created_at=NOW))
        session.flush()
        session.add(
            Contract(
                contract_id="KSATO", person_id="PSATO", line_key="LSATO", external_id="old-17", state="active",
                chapter=1, course="W2_FAMILY", applied_on=date(2018, 5, 20), created_at=NOW,
            )
        )  # fmt: skip
    return club_engine


@pytest.mark.parametrize(
    ("query", "person_id"),
    [
        ("佐藤 花子", "PSATO"),
        ("佐藤花子", "PSATO"),
        ("佐藤　花子", "PSATO"),
        ("花子", "PSATO"),
        ("さとう はなこ", "PSATO"),
        ("ｻﾄｳ", "PSATO"),
        ("サトウハナコ", "PSATO"),
        ("09012345678", "PSATO"),
        ("０９０－１２３４－５６７８", "PSATO"),
        ("090ー1234", "PSATO"),
        ("5678", "PSATO"),
        ("HANAKO.SATO@EXAMPLE.JP", "PSATO"),
        ("hanako.sato", "PSATO"),
        ("1600023", "PSATO"),
        ("東京都新宿区西新宿２－８－１", "PSATO"),
        ("新宿区西新宿", "PSATO"),
        ("西新宿2-8", "PSATO"),
        ("caf-9990001111", "PSATO"),
        ("ＣＡＦ９９９０００１１１１", "PSATO"),
        ("ｃａｆ　999 000 1111", "PSATO"),
        ("9990001111", "PSATO"),
        ("９９９－０００－１１１１", "PSATO"),
        ("ksato", "PSATO"),
        ("old-17", "PSATO"),
        ("PSATO", "PSATO"),
        ("佐藤 090-1234", "PSATO"),
        ("090-1234-5678 さとう", "PSATO"),
        ("高橋", "PTAKA"),
        ("髙橋一郎", "PTAKA"),
        ("03-9876-5432", "PTAKA"),
        ("中央区 いちろう", "PTAKA"),
        ("林", "PHAYA"),
        ("hayashi@example.jp", "PHAYA"),
    ],
)
def test_a_person_is_found_however_it_is_typed(engine: Engine, query: str, person_id: str) -> None:
    """Width, hyphens, hiragana or katakana, spaces, case and old forms of characters make no difference."""
    with Session(engine) as session:
        assert find_people(session, query)[:1] == [person_id]


@pytest.mark.parametrize("query", ["", "  ", "-", "鈴木", "佐藤 999", "\U0010ffff", "%", "_", "佐藤 林"])
def test_nobody_is_found_by_what_fits_nobody(engine: Engine, query: str) -> None:
    """Every word has to fit the same person, and what other searches read as wildcards are characters."""
    with Session(engine) as session:
        assert find_people(session, query) == []


def test_a_new_name_is_found_and_the_old_one_is_not(engine: Engine) -> None:
    """The index follows whoever writes a person, and leaves out one that is emptied."""
    with Session(engine) as session, session.begin():
        session.execute(text("update person set name = '鈴木 花子' where person_id = 'PSATO'"))
        assert find_people(session, "鈴木") == ["PSATO"]
        assert find_people(session, "佐藤") == []
        session.execute(
            text("""update person set name = '', name_kana = '', email = '', phone = '', postal_code = '',
            address = '' where person_id = 'PSATO'""")
        )
        kept = session.execute(text("select count(*) from person_token where person_id = 'PSATO'")).scalar_one()
        assert kept == 0
        session.rollback()
