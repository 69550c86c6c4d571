"""The model against the worked examples of the catalogue."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.model import facts as f
from tests.model.contract import life_of
from tests.model.life import Life, Term


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00")


def _baseline(*more: f.Fact) -> list[f.Fact]:
    return [
        f.Applied(at=_at("2018-05-20"), course="W2_FAMILY"),
        f.ServiceStarted(at=_at("2018-06-12")),
        *more,
    ]


def _life(today: str, *more: f.Fact) -> Life:
    return life_of(_baseline(*more), date.fromisoformat(today))


@pytest.mark.parametrize(
    ("applied", "start", "end"),
    [
        ("2018-05-31", "2018-06-12", "2020-05-31"),
        ("2018-05-20", "2018-05-20", "2020-04-30"),
        ("2018-06-01", "2018-06-12", None),
    ],
)
def test_the_application_day_decides_the_term(applied: str, start: str, end: str | None) -> None:
    """24 months from the month of the start if applied by 2018-05-31, else none (W-12.1, W-12.2)."""
    facts = [f.Applied(at=_at(applied), course="W2_FAMILY"), f.ServiceStarted(at=_at(start))]
    term = life_of(facts, date(2018, 7, 1)).term
    assert (term.end.isoformat() if term else None) == end


@pytest.mark.parametrize(
    ("received", "last", "fee"),
    [
        ("2019-04-25", "2019-04-30", 4860),
        ("2019-04-26", "2019-05-31", 4860),
        ("2020-03-26", "2020-04-30", 4950),
        ("2020-05-25", "2020-05-31", 0),
    ],
)
def test_the_25th_and_the_last_day_of_the_term(received: str, last: str, fee: int) -> None:
    """By the 25th the same month, later the next; the last day of the term is complete (W-10.2, W-10.3, A-34)."""
    life = _life("2020-06-01", f.CancellationReceived(at=_at(received)))
    assert life.end_on == date.fromisoformat(last)
    assert sum(total for _, total, _ in life.charges) == fee


def test_a_letter_keyed_in_after_a_change_belongs_before_it() -> None:
    """The letter of 04-25 ends the contract on 04-30, before the change of 05-01 (W-10.2): 4,860 yen."""
    change = f.ChangeRequested(at=_at("2019-04-10"), to_course="DOCOMO", change_on=date(2019, 5, 1))
    letter = f.CancellationReceived(at=_at("2019-04-25"))
    life = life_of([*_baseline(change), letter], date(2019, 5, 7))
    assert (life.state, life.course, life.charges) == ("ended", "W2_FAMILY", (("", 4860, "due"),))


def test_the_day_before_a_change_decides_its_tax() -> None:
    """A change to another course on 2019-10-01 leaves with フレッツ II on 09-30, at 8 % (A-37)."""
    change = f.ChangeRequested(at=_at("2019-09-10"), to_course="OTHER", change_on=date(2019, 10, 1))
    assert _life("2019-10-01", change).charges == (("", 4860, "needs_operator"),)


@pytest.mark.parametrize(("to_course", "end"), [("COLLABO", date(2019, 10, 31)), ("DOCOMO", None)])
def test_a_term_goes_along_or_is_over(to_course: str, end: date | None) -> None:
    """光コラボ carries the rest from the month after the change; ドコモ光 is free of any fee (W-12.3a, W-12.3b)."""
    running = f.Imported(
        at=_at("2018-06-01"),
        course="W2_FAMILY",
        applied_on=date(2017, 10, 20),
        service_start_on=date(2017, 11, 5),
        term_end_on=date(2019, 10, 31),
    )
    change = f.ChangeRequested(at=_at("2018-12-01"), to_course=to_course, change_on=date(2018, 12, 15))
    life = life_of([running, change], date(2018, 12, 15))
    assert life.term == (Term(date(2019, 1, 1), end) if end else None)
    assert life.charges == ()


def test_papers_of_a_pending_change_cancel_that_change_alone() -> None:
    """The contract of 2018 goes on as if the change had never been asked for (W-12.4, W-21.4)."""
    change = f.ChangeRequested(at=_at("2019-09-10"), to_course="COLLABO")
    papers = f.InitiallyCancelled(at=_at("2019-09-15"), papers_received_on=date(2019, 9, 12))
    assert _life("2019-10-02", change, papers) == _life("2019-10-02")


@pytest.mark.parametrize("papers", ["2018-05-19", "2019-09-12"])
def test_papers_of_nothing_cancel_nothing(papers: str) -> None:
    """Before the application, or 15 months after the start with no change, there is no initial cancellation (A-54)."""
    sent = f.InitiallyCancelled(at=_at(papers), papers_received_on=date.fromisoformat(papers))
    assert _life("2019-10-02", sent).state == "active"


def test_with_flets_never_comes_back() -> None:
    """W1 to 光コラボ, cancelled initially: the contract is with フレッツ II, without a term (W-21.4)."""
    running = f.Imported(
        at=_at("2018-04-01"), course="W1_FAMILY", applied_on=date(2009, 6, 1), service_start_on=date(2009, 7, 1)
    )
    change = f.ChangeRequested(at=_at("2018-04-05"), to_course="COLLABO", change_on=date(2018, 4, 10))
    papers = f.InitiallyCancelled(at=_at("2018-04-15"), papers_received_on=date(2018, 4, 11), then="W2_FAMILY")
    life = life_of([running, change, papers], date(2018, 5, 1))
    assert (life.state, life.course, life.term) == ("active", "W2_FAMILY", None)
