"""The sentence of a decision on a contract: in the reader's language wherever it is read, and one for all places."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from api.wire import spoken
from models.messages.entity import Answer, Entry
from rules.explain import english
from store import log
from tests.activities.reading import Reading
from tests.activities.statements.book import Book, moment

AT = "2019-07-10"
JAPANESE = re.compile(r"[ぁ-ん]")


@pytest.fixture
def reading(book: Book) -> Reading:
    """A contract inside its term, with a cancellation taken back, and the doors."""
    book.active("K1", "2018-05-20", "2018-06-12")
    book.record("K1", "cancel", AT, channel="paper", received_at=moment(AT).isoformat())
    book.record("K1", "undo_cancellation", AT)
    made = Reading(book.engine)
    made.at(moment("2019-07-11"))
    return made


def nothing_waits(_held_id: str) -> tuple[Entry, ...]:
    """No approval is awaited."""
    return ()


def test_a_history_says_in_each_language_what_the_explanation_says(reading: Reading) -> None:
    """Japanese where nothing is asked for; the log itself keeps what it kept."""
    for language in ("ja", "en", None):
        told = reading.get("/v1/contracts/K1/explain", language=language)["decisions"]
        items = reading.get("/v1/contracts/K1/history", language=language)["items"]
        assert [each["decision"]["detail"] for each in items] == [each["detail"] for each in told]
        assert all(bool(JAPANESE.search(each["detail"])) is (language != "en") for each in told)
    part = reading.get("/v1/contracts/K1/history", limit=1)
    second = reading.get("/v1/contracts/K1/history", limit=1, cursor=part["next_cursor"])["items"][0]
    assert second["decision"]["detail"] == items[1]["decision"]["detail"]
    with reading.engine.connect() as connection:
        stored = connection.execute(text("select decision ->> 'detail' from transition")).scalars().all()
    assert not any(JAPANESE.search(each) for each in stored)


def test_a_dry_run_says_what_the_entry_would_say(book: Book, reading: Reading) -> None:
    """Day, article and sum of the door's own answer; the fields for machines are the same in both."""
    asked = {"channel": "paper", "received_at": moment("2019-07-11").isoformat()}
    ja, en = (reading.tried("/v1/contracts/K1/cancellation", asked, language=each) for each in ("ja", "en"))
    assert {**ja, "detail": ""} == {**en, "detail": ""}
    assert "2019年7月31日をもって解約" in ja["detail"]
    assert "合計 4,860円" in ja["detail"]
    assert not JAPANESE.search(en["detail"])
    book.record("K1", "cancel", "2019-07-11", **asked)
    assert reading.get("/v1/contracts/K1/history")["items"][-1]["decision"]["detail"] == ja["detail"]


def test_an_answer_of_a_long_life_is_worded_without_its_log(
    book: Book, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last entry alone is read, and the sentence is the one the log gives; what falls is told in Japanese too."""
    _ = reading
    op = book.record("K1", "cancel", "2019-07-11", channel="paper", received_at=moment("2019-07-11").isoformat())
    assert op.answer is not None
    with Session(book.engine) as session:
        last = session.execute(text("select op from transition order by seq desc limit 1")).scalar_one()
        told = [spoken.recorded(session, "contract/K1", last, op.answer, "ja", nothing_waits)]
        monkeypatch.setattr(spoken, "FOLDED_MAX", 0)
        told.append(spoken.recorded(session, "contract/K1", last, op.answer, "ja", nothing_waits))
        nobody = Answer(state="active", decision={"detail": "as it is"})
        assert spoken.recorded(session, "contract/K1", "no such operation", nobody, "ja", nothing_waits) == nobody
    assert told[0] == told[1]
    assert JAPANESE.search(told[0].decision["detail"])
    undone = book.record("K1", "undo_cancellation", "2019-07-12")
    assert undone.answer is not None
    with Session(book.engine) as session:
        last = session.execute(text("select op from transition order by seq desc limit 1")).scalar_one()
        rows = spoken.recorded(session, "contract/K1", last, undone.answer, "ja", nothing_waits).decision["revises"]
    assert [bool(JAPANESE.search(row["was"]["detail"])) for row in rows] == [True]


def test_what_a_revision_moved_is_worded_from_the_last_kept_state_as_from_the_whole_log(
    book: Book, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A life of which states are kept tells the same rows as its whole log does, also of an answer of long before."""
    monkeypatch.setattr(log, "PAST_EVERY", 5)
    told: list[tuple[str, Answer]] = []

    def undone(day: str) -> None:
        reading.at(moment(day))
        book.record("K1", "cancel", day, channel="paper", received_at=moment(day).isoformat())
        answer = book.record("K1", "undo_cancellation", day).answer
        assert answer is not None
        with Session(book.engine) as session:
            last = session.execute(text("select op from transition order by seq desc limit 1")).scalar_one()
        told.append((last, answer))

    def worded(session: Session) -> list[Answer]:
        return [spoken.recorded(session, "contract/K1", op, answer, "ja", nothing_waits) for op, answer in told]

    for day in ("2019-07-11", "2019-07-12", "2019-07-13", "2019-07-14"):
        undone(day)
        for minute in range(1, 7):
            reading.at(asked_at := moment(day) + timedelta(minutes=minute))
            book.record("K1", "inquire", asked_at.isoformat(), topic="GENERAL", attributable=False)
    undone("2019-07-15")
    with Session(book.engine) as session:
        assert session.execute(text("select count(*) from past_state")).scalar_one() > 1
        from_kept = worded(session)
        monkeypatch.setattr(spoken, "lately", lambda *_: None)
        assert from_kept == worded(session)
    assert all(JAPANESE.search(row["was"]["detail"]) for each in from_kept for row in each.decision["revises"])


def test_what_falls_is_told_in_the_readers_language(reading: Reading) -> None:
    """The decisions that a correction changes, before it is made: in Japanese, or in English without a code in it."""
    asked = {"reason": "誤り", "reason_code": "entry_error"}
    log = reading.get("/v1/contracts/K1/history")["items"]
    seq = next(each["seq"] for each in log if each["event"] == "start_service")
    for language in ("ja", "en"):
        told = reading.tried("/v1/contracts/K1/corrections", {**asked, "voids": seq}, language=language)
        said = [told["detail"], *(row["was"]["detail"] for row in told["revises"] if row["was"])]
        assert len(said) > 1
        assert all(bool(JAPANESE.search(each)) is (language == "ja") for each in said)
        assert not any(re.search(r"\([a-z]+_[a-z_]+\)|[A-Z]+[0-9]?_[A-Z]+", each) for each in said)


def test_what_would_come_once_it_is_approved_is_told_in_the_readers_language_as_well(
    book: Book, reading: Reading
) -> None:
    """A letter from before a free change of course asks for the fee: what falls and comes is in one language."""
    change = {"to_course": "DOCOMO", "channel": "online", "received_at": moment("2019-07-11").isoformat()}
    book.record("K1", "request_course_change", "2019-07-11", **change)
    book.timer("K1", "2019-08-01")
    reading.at(moment("2019-08-05"))
    letter = {"channel": "paper", "received_at": moment("2019-07-09").isoformat()}
    for language in ("ja", "en"):
        told = reading.tried("/v1/contracts/K1/cancellation", letter, language=language)
        assert told["outcome"] == "needs_approval"
        sides = [[row[side]["detail"] for row in told["revises"] if row[side]] for side in ("was", "becomes")]
        assert all(sides)
        assert all(bool(JAPANESE.search(each)) is (language == "ja") for side in sides for each in side)


def test_a_sentence_in_english_names_courses_and_what_happened() -> None:
    """The log keeps codes; whoever reads it reads names, and a word nobody knows stays as it is."""
    kept = "Entry 4 (request_course_change) no longer counts: W2_FAMILY to COLLABO, not NTT or W9_X."
    assert english(kept) == (
        "Entry 4 (A course change was asked for) no longer counts: with フレッツ II ファミリー to WAKWAK 光コラボ, "
        "not NTT or W9_X."
    )
