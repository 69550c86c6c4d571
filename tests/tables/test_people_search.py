"""People are found by what a caller says of them, on a real PostgreSQL with every migration."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.care import person_view
from api.services import Caller
from models.tables.contract.contract import Contract
from models.tables.ddl.people import NEW_WORDS
from models.tables.people import Line, Person, PersonChange
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
    "PSHIB": ("芝 次郎", "シバ ジロウ", "shiba@example.jp", "0466-23-4567", "105-0011", "東京都港区芝公園4丁目2番8号"),
    "PGOTA": (
        "五反田 三郎",
        "ゴタンダ サブロウ",
        "gotanda@example.jp",
        "03-2222-7890",
        "141-0031",
        "東京都品川区西五反田二丁目３番地の１ 2号棟305",
    ),
    "PMORI": ("森 五郎", "モリ ゴロウ", "mori@example.jp", "", "150-0001", "東京都渋谷区神宮前1-17-4　パレスビル3階"),
    "PHAYA": ("林", "ハヤシ", "Hayashi@Example.jp", "0612344321", "530-0001", "大阪府大阪市北区梅田1"),
}


@pytest.fixture(scope="module")
def engine(club_engine: Engine) -> Engine:
    """A database with a few people, one with a contract on a line."""
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
        ("9876-5432", "PTAKA"),
        ("23-4567", "PSHIB"),
        ("芝公園4-2-8", "PSHIB"),
        ("芝公園４丁目２－８", "PSHIB"),
        ("港区芝公園四丁目2番8号", "PSHIB"),
        ("西五反田2-3-1", "PGOTA"),
        ("西五反田2丁目3の1", "PGOTA"),
        ("西五反田二丁目3番1号 ごたんだ", "PGOTA"),
        ("西新宿2丁目8番1号", "PSATO"),
        ("2222-7890", "PGOTA"),
        ("パレスビル", "PMORI"),
        ("パレスビル3階 森", "PMORI"),
        ("1-17-4", "PMORI"),
        ("１丁目17番4号", "PMORI"),
        ("2号棟305", "PGOTA"),
        ("81-90-1234-5678", "PSATO"),
        ("819012345678", "PSATO"),
        ("010819012345678", "PSATO"),
        ("81398765432", "PTAKA"),
        ("〒160-0023", "PSATO"),
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


def test_people_of_earlier_releases_are_found_by_more_words(engine: Engine) -> None:
    """Page after page, each a transaction of its own; written again, nothing changes."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                insert into person (person_id, name, name_kana, email, phone, postal_code, address, created_at)
                select 'POLD' || n, '旧 人', 'キュウ ジン', '', '03-5555-' || lpad(n::text, 4, '0'), '', '', :now
                from generate_series(1, 2300) as n
            """),
            {"now": NOW},
        )
        connection.execute(text("delete from person_token where person_id like 'POLD%' and token like '5555%'"))
        before = connection.execute(text("select count(*) from person_token")).scalar_one()
    for _ in range(2):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(NEW_WORDS))
            assert connection.execute(text("select count(*) from person_token")).scalar_one() == before + 2300
    with Session(engine) as session:
        assert find_people(session, "5555-2300") == ["POLD2300"]


def test_a_former_name_is_found_until_it_is_erased(engine: Engine) -> None:
    """Also after another change of the person, and in either order of writing; kana too; a former address is not."""
    before = {"name": "旧姓 六子", "name_kana": "キュウセイ ムツコ"}
    with Session(engine) as session, session.begin():
        row = Person(person_id="PMUTU", name="新姓 六子", email="mutsu@example.jp", created_at=NOW)
        session.add(row)
        session.flush()
        kept = {"person_id": "PMUTU", "at": NOW, "actor": "clerk", "reason_code": "other", "reason": "", "after": {}}
        session.add(PersonChange(change_id="C1", before=before, **kept))
        session.add(PersonChange(change_id="C2", before={"email": "former@example.jp"}, **kept))
    with Session(engine) as session:
        assert [find_people(session, each) for each in ("旧姓", "きゅうせい 六子", "former@example.jp")] == [
            ["PMUTU"],
            ["PMUTU"],
            [],
        ]
        session.execute(text("update person set phone = '0312340000' where person_id = 'PMUTU'"))
        assert find_people(session, "旧姓 0000") == ["PMUTU"]
        session.execute(text("update person_change set before = '{}' where person_id = 'PMUTU'"))
        assert (find_people(session, "旧姓"), find_people(session, "新姓")) == ([], ["PMUTU"])


def test_who_is_there_twice_is_told_of_each(engine: Engine) -> None:
    """A contractor who registered as a member, by name and phone however written; no namesake, and no auditor is."""
    people = {"PONE": "090-7777-1111", "PTWO": "09077771111", "PNAMESAKE": "090-7777-2222"}
    with Session(engine) as session, session.begin():
        for person_id, phone in people.items():
            session.add(
                Person(person_id=person_id, name="双葉 七子", email="f@example.jp", phone=phone, created_at=NOW)
            )
    with Session(engine) as session:
        clerk, auditor = (Caller(name=role, role=role) for role in ("backoffice", "auditor"))
        alike = {each: [one["person_id"] for one in person_view.one(session, clerk, each)["alike"]] for each in people}
        assert alike == {"PONE": ["PTWO"], "PTWO": ["PONE"], "PNAMESAKE": []}
        assert person_view.one(session, auditor, "PONE")["alike"] == []


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
