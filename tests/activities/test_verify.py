"""Verifying a house that serves: a state and its log are read as of one moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from models import place
from models.actors import WORKER
from models.messages.entity import DecisionFailed, RecordRequest, Restarted, Undeliverable
from service import verify
from store.log import entries
from tests.activities.statements.book import Book, at_now, moment

ENTITY = "contract/K1"


def _imported(book: Book) -> None:
    book.record(
        "K1",
        "import",
        "2018-04-21",
        contract_id="K1",
        course="W2_FAMILY",
        applied_on="2018-03-10",
        service_start_on="2018-03-20",
        line={"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"},
    )


def test_what_is_recorded_while_a_life_is_verified_is_no_difference(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancellation that comes between the two reads of `keiyaku verify` is not told as a broken state (X-01)."""
    _imported(book)
    recorded = list[int]()

    def meanwhile(session: Any, entity_id: str) -> Any:
        if not recorded:
            at = "2018-05-15T08:00:00+09:00"
            recorded.append(
                int(book.record("K1", "cancel", "2018-05-15", channel="paper", received_at=at).state["seq"])
            )
        return entries(session, entity_id)

    monkeypatch.setattr(verify, "entries", meanwhile)
    assert verify.differences(book.engine) == []
    assert recorded == [2]
    assert verify.differences(book.engine) == []


def _restarted(book: Book) -> bool:
    gone = Restarted(op="restarted/r1", actor=WORKER, run_id="r1", how="terminated")
    return book.recorder.note_restarted(ENTITY, gone)


def _undeliverable(book: Book) -> bool:
    given_up = Undeliverable(op="undeliverable/m1", actor=WORKER, message_id="m1", channel="notice")
    return book.recorder.note_undeliverable(ENTITY, given_up)


def _delivered(book: Book) -> bool:
    return _undeliverable(book) and book.recorder.note_delivered(ENTITY)


def _failed(book: Book) -> bool:
    request = RecordRequest(kind="contract", entity_id=ENTITY, seq=0)
    failed = DecisionFailed(op="defect/E-1", actor=WORKER, what="issue_statement", error_id="E-1")
    return book.recorder.note(request, failed).refused is not None


@pytest.mark.parametrize("note", [_restarted, _undeliverable, _delivered, _failed])
@pytest.mark.parametrize("late", [False, True])
def test_what_is_noted_while_an_end_is_due_leaves_it_at_its_moment(
    book: Book, note: Callable[[Book], bool], *, late: bool
) -> None:
    """An execution that is gone, noted before a due end is carried out, changes nothing of it (X-01, X-05).

    Nor of one that comes to be decided again, for a letter from before it that is keyed in after both.
    """
    _imported(book)
    book.record("K1", "cancel", "2018-05-15", channel="paper", received_at="2018-05-15T08:00:00+09:00")
    assert note(book)
    assert book.timer("K1", "2018-06-01").state["state"] == "ended"
    if late:
        told = book.record(
            "K1", "relocate", "2026-11-20", to_operator="EAST", received_at="2018-05-20T09:00:00+09:00"
        ).answer
        assert told is not None
        assert [each["event"] for each in told.decision.get("revises", [])] == []
    assert verify.differences(book.engine) == []


def test_an_end_that_an_earlier_release_put_behind_a_note_is_as_it_would_be(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log says that the end came after what was noted later: nothing of it is decided otherwise today (X-01)."""
    _imported(book)
    book.record("K1", "cancel", "2018-05-15", channel="paper", received_at="2018-05-15T08:00:00+09:00")
    with Session(book.engine) as session, session.begin():
        at_now(session, "2018-06-01T10:00:00+09:00")
    with monkeypatch.context() as earlier:
        earlier.setattr(place, "before", lambda _: place.of_note(moment("2018-06-01T10:00:00+09:00")))
        assert _restarted(book)
    book.timer("K1", "2018-06-01")
    with Session(book.engine) as session:
        noted, ended = entries(session, ENTITY)[-2:]
    assert (noted.event, ended.event, str(ended.place) > str(noted.place)) == ("restarted", "end", True)
    assert verify.differences(book.engine) == []


def test_a_record_that_only_waits_for_a_letter_closes_once_it_has_arrived(book: Book) -> None:
    """Nobody has to answer for it: what was the last thing to keep it open is gone by itself (X-05)."""
    book.imported("K1", "2018-05-01")
    book.record("K1", "cancel", "2018-05-10", channel="paper", received_at="2018-05-10T08:00:00+09:00")
    book.timer("K1", "2018-06-01")
    book.issue("2018-05")
    owed = book.statement("K1", "2018-05")
    assert owed is not None
    book.pay("K1-2018-05", "2018-06-20", owed.total)
    assert _undeliverable(book)
    kept = book.timer("K1", "2019-06-02").state
    assert (kept["closed"], kept["past_correction"], list(kept["tasks"])) == (False, True, ["UNDELIVERABLE"])
    assert book.recorder.note_delivered(ENTITY)
    with Session(book.engine) as session:
        delivered, closed = entries(session, ENTITY)[-2:]
    assert (delivered.event, closed.event, closed.decision["outcome"]) == ("delivered_after_all", "close", "closed")
    assert verify.differences(book.engine) == []
