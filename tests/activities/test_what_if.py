"""What if: every column is what the door of a cancellation would say at that moment."""

from __future__ import annotations

import pytest

from tests.activities.reading import Reading
from tests.activities.statements.book import Book, moment

LINE = {"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"}
NOW, LATER = moment("2019-11-27"), moment("2019-12-26T10:00:00+09:00")


@pytest.fixture
def reading(book: Book) -> Reading:
    """The doors on the book's tables."""
    return Reading(book.engine)


def taken_over(book: Book, course: str, at: str = "2018-07-02") -> None:
    """A contract with a running term on a course; of another book, changed to it."""
    applied, start = ("2009-03-10", "2009-04-01") if course.startswith("W1") else ("2018-05-10", "2018-06-10")
    imported = {"applied_on": applied, "service_start_on": start, "payment_agency": False, "line": LINE}
    first = course if course.startswith("W") else "W2_FAMILY"
    term = {"minimum_term_end_on": "2020-05-31"} if first.startswith("W2") else {}
    book.record("K1", "import", at, contract_id="K1", course=first, **imported, **term)
    if first != course:
        book.record(
            "K1", "request_course_change", "2019-07-10", to_course=course, channel="paper",
            received_at=moment("2019-07-10").isoformat(),
        )  # fmt: skip
    book.timer("K1", "2019-11-26")


def test_a_term_that_moved_to_another_book_costs_what_it_costs_there(book: Book, reading: Reading) -> None:
    """光コラボ has no chapter, and the months it carried bind all the same, on any day (W-12.3b2, W-12.6a)."""
    taken_over(book, "COLLABO")
    reading.at(NOW)
    later = reading.get("/v1/contracts/K1/what-if", received_at=LATER.isoformat())
    assert (later["effective_on"], later["fee"]["total"], later["fee_outcome"]) == ("2020-01-31", 4950, "due")
    waived = reading.get("/v1/contracts/K1/what-if", waiver="death")
    assert (waived["effective_on"], waived["fee"]["total"], waived["fee_outcome"]) == ("2019-12-31", 0, "waived")
    assert "W-12.6a" in waived["articles"]
    assert "W-23.4" not in [*later["articles"], *waived["articles"]]


def test_a_waiver_counts_for_a_notice_of_today_while_the_clock_runs(book: Book, reading: Reading) -> None:
    """W-12.6a: the waiver is asked for a moment before the notice, however long asking takes."""
    taken_over(book, "W2_FAMILY")
    reading.at(NOW, runs=True)
    waived = reading.get("/v1/contracts/K1/what-if", waiver="death")
    assert (waived["fee"]["total"], waived["fee_outcome"]) == (0, "waived")


@pytest.mark.parametrize("course", ["W2_FAMILY", "W1_FAMILY", "COLLABO", "DOCOMO", "OTHER"])
def test_what_is_foreseen_is_what_the_door_says_on_that_day(book: Book, reading: Reading, course: str) -> None:
    """Of a notice that arrives now, and of one that arrives on the 26th of the next month, on every kind of course."""
    taken_over(book, course)
    reading.at(NOW)
    asked = {"channel": "paper", "received_at": NOW.isoformat()}
    assert reading.get("/v1/contracts/K1/what-if") == reading.tried("/v1/contracts/K1/cancellation", asked)
    foreseen = reading.get("/v1/contracts/K1/what-if", received_at=LATER.isoformat())
    reading.at(LATER)
    asked = {"channel": "paper", "received_at": LATER.isoformat()}
    assert foreseen == reading.tried("/v1/contracts/K1/cancellation", asked)


def test_what_is_not_possible_is_refused_as_the_door_refuses_it(book: Book, reading: Reading) -> None:
    """Once the contract ends, a notice is not possible on the 26th either, nor with a waiver, nor by telephone."""
    taken_over(book, "W2_FAMILY")
    book.record("K1", "cancel", "2019-11-20", channel="paper", received_at=moment("2019-11-20").isoformat())
    reading.at(NOW)
    for asked in ({}, {"received_at": LATER.isoformat()}, {"waiver": "death"}):
        answer = reading.ask("GET", "/v1/contracts/K1/what-if", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (409, "ILLEGAL_TRANSITION"), asked
    assert reading.ask("GET", "/v1/contracts/K1/what-if", params={"channel": "phone"}).status_code in {400, 422}
    assert reading.ask("GET", "/v1/contracts/K2/what-if").status_code == 404
