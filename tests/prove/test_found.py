"""Lives on which service and model once disagreed, each made small; the article says who was right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.model import facts as f
from tests.model import member_facts as m
from tests.prove import compare, members, orders, told
from tests.prove.adapter import Service
from tests.prove.compare import differences


def _lives(found: dict[str, tuple[list[f.Fact], str]]) -> list[Any]:
    return [pytest.param(*each, id=name) for name, each in found.items()]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text if " " in text else f"{text} 10:00")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _w2(
    *more: f.Fact, applied: str = "2018-05-20", start: str = "2018-06-12", line: f.Line | None = None
) -> list[f.Fact]:
    line = line or f.Line()
    return [
        f.Applied(at=_at(applied), course=f"W2_{line.service_type}", line=line),
        f.ServiceStarted(at=_at(f"{start} 00:00")),
        *more,
    ]


def _running(
    course: str,
    *more: f.Fact,
    term_end: str | None = None,
    line: f.Line | None = None,
    entered: str = "2018-05-01",
) -> list[f.Fact]:
    w1 = course.startswith("W1")
    return [
        f.Imported(
            at=_at(entered),
            course=course,
            applied_on=date(2009, 6, 1) if w1 else date(2017, 4, 10),
            service_start_on=date(2009, 7, 1) if w1 else date(2017, 5, 1),
            term_end_on=_day(term_end) if term_end else None,
            payment_agency=w1,
            line=line or f.Line(),
        ),
        *more,
    ]


def _change(at: str, to_course: str, on: str | None = None) -> f.ChangeRequested:
    return f.ChangeRequested(at=_at(at), to_course=to_course, change_on=_day(on) if on else None)


def _papers(came: str, sent: str, then: str = "end") -> f.InitiallyCancelled:
    return f.InitiallyCancelled(at=_at(f"{sent} 00:00"), papers_received_on=_day(came), then=then)


def _benefit(at: str, months: int, from_on: str) -> f.BenefitGiven:
    return f.BenefitGiven(at=_at(at), benefit_id="B1", months=months, fee=5000, from_on=_day(from_on))


def _type(at: str, service_type: str, by: str = "customer") -> f.TypeChanged:
    begins = by == "customer" and service_type != "BUSINESS"
    return f.TypeChanged(at=_at(f"{at} 00:00" if begins else at), service_type=service_type, by=by)


def _excluded(at: str, *billing: str) -> f.Excluded:
    return f.Excluded(at=_at(at), billing=billing, discounts=("ATTO",))


_WEST = f.Line(operator="WEST", discounts=("ATTO",))
_WEST_MANSION = f.Line(operator="WEST", service_type="MANSION", discounts=("ATTO",))

CONTRACTS = {
    "papers of a later day are of no contract (W-12.4)": (_w2(_papers("2019-09-12", "2019-09-15")), "2019-09-16"),
    "papers of nothing do not overtake a cancellation (W-12.4)": (
        _w2(f.CancellationReceived(at=_at("2019-10-11")), _papers("2019-10-14", "2019-10-14")),
        "2019-11-30",
    ),
    "the month of a change belongs to the course before it (W-12.5, W-21.4)": (
        _running("W1_FAMILY", _change("2018-05-05", "W2_FAMILY", "2018-05-10"), _papers("2018-05-11", "2018-05-15")),
        "2018-06-01",
    ),
    "papers of a pending change cancel the change alone (W-21.4)": (
        _w2(_change("2019-09-10", "COLLABO"), _papers("2019-09-12", "2019-09-15")),
        "2019-10-02",
    ),
    "what shall follow has no object where a pending change falls (W-21.4)": (
        _running(
            "HIKARI_PLUS",
            _change("2019-10-26", "W2_FAMILY", "2019-11-10"),
            _papers("2019-10-31", "2019-11-03", "W2_MANSION"),
        ),
        "2019-12-04",
    ),
    "a month of another course stays billed (W-12.5)": (
        _running("OTHER", _change("2018-10-15", "W2_FAMILY", "2018-10-15"), _papers("2018-10-17", "2018-10-24")),
        "2018-10-24",
    ),
    "a benefit's fee of a change waits for the operator, whatever ends the contract later (W-12.2p)": (
        _w2(
            _benefit("2018-07-04", 24, "2018-07-04"),
            _change("2018-09-01", "OTHER", "2018-09-06"),
            f.CancellationReceived(at=_at("2018-09-02")),
        ),
        "2018-10-01",
    ),
    "a benefit recorded while a change is pending ends with the change (W-12.2p)": (
        _w2(
            _change("2018-07-10", "COLLABO"),
            _benefit("2018-07-26", 12, "2018-08-15"),
            f.CancellationReceived(at=_at("2018-07-31")),
        ),
        "2018-08-01",
    ),
    "a termination leaves a fee of a change that an operator let stand (W-12.3d)": (
        _w2(
            _change("2019-02-08", "OTHER", "2019-03-15"),
            f.FeeDecided(at=_at("2019-02-10"), due=True),
            f.Terminated(at=_at("2019-02-12"), last_day=_day("2019-03-31")),
        ),
        "2019-04-02",
    ),
    "the end is planned on the course of its last day (W-12.3)": (
        _w2(_change("2019-02-08", "OTHER"), f.CancellationReceived(at=_at("2019-02-27"), wanted_month=(2019, 3))),
        "2019-02-28",
    ),
    "a benefit recorded while the contract is ending is planned at once (W-12.2p)": (
        _w2(f.CancellationReceived(at=_at("2018-06-20")), _benefit("2018-06-25", 3, "2018-06-25")),
        "2018-06-26",
    ),
    "a benefit costs nothing before its term begins (W-12.2p)": (
        _running(
            "COLLABO",
            _benefit("2020-01-29", 24, "2020-02-18"),
            f.Terminated(at=_at("2020-01-31"), last_day=_day("2020-01-31")),
        ),
        "2020-02-01",
    ),
    "no course moves after the last day (W-10.7, W-09.3)": (
        _w2(f.CancellationReceived(at=_at("2020-04-29"), wanted_month=(2020, 5)), _type("2020-05-06", "MANSION")),
        "2020-06-06",
    ),
    "with フレッツ that ends does not become with フレッツ II on the day after (W-21.2)": (
        _running("W1_FAMILY", _type("2018-06-09", "FAMILY"), f.CancellationReceived(at=_at("2018-06-24"))),
        "2018-07-25",
    ),
    "a waiver on an end notice goes with it when the contract continues (W-12.6b)": (
        _w2(
            f.EndNotified(at=_at("2018-11-05"), reason="name_change"),
            f.WaiverGranted(at=_at("2018-11-06"), case="line_name_change"),
            f.Chosen(at=_at("2018-11-07"), choice="continue", holder_is_applicant=True),
            f.CancellationReceived(at=_at("2019-11-07")),
        ),
        "2019-12-01",
    ),
    "an end notice that was answered is no ground for a waiver (W-12.6b)": (
        _w2(
            f.EndNotified(at=_at("2018-06-26"), reason="name_change"),
            f.Chosen(at=_at("2018-06-29"), choice="continue", holder_is_applicant=True),
            f.WaiverGranted(at=_at("2018-07-11"), case="line_name_change"),
        ),
        "2018-07-11",
    ),
    "a later waiver does not weaken a stronger one (W-12.6a)": (
        _w2(
            f.WaiverGranted(at=_at("2018-07-01"), case="death"),
            f.WaiverGranted(at=_at("2018-07-26"), case="line_unusable"),
            f.CancellationReceived(at=_at("2019-10-03")),
        ),
        "2019-11-03",
    ),
    "the day before a change decides the tax of its fees (A-37)": (
        _w2(_benefit("2019-08-01", 12, "2019-08-01"), _change("2019-09-10", "OTHER", "2019-10-01")),
        "2019-10-01",
    ),
    "an end notice is still to be answered when an exclusion passes (W-11.2, A-46)": (
        _w2(
            f.EndNotified(at=_at("2019-10-04"), reason="other"),
            _excluded("2019-11-27", "MY_BILLING"),
            _excluded("2019-12-29"),
            line=_WEST,
        ),
        "2019-12-29",
    ),
    "what an exclusion took from a choice comes back with its end (W-11.2, A-46)": (
        _w2(
            _excluded("2018-06-30", "MY_BILLING"),
            f.EndNotified(at=_at("2018-07-02"), reason="other"),
            _excluded("2018-07-03"),
            line=_WEST,
        ),
        "2018-07-03",
    ),
    "an exclusion that came with a move passes like any other (A-46)": (
        _w2(
            _excluded("2018-07-24", "MY_BILLING"),
            f.OperatorMoved(at=_at("2018-08-02"), operator="WEST"),
            _excluded("2018-08-03"),
        ),
        "2018-08-03",
    ),
    "an excluded line moves no course, whichever was told first (W-09.3, W-06.2c)": (
        _w2(_excluded("2018-07-01", "MY_BILLING"), _type("2018-09-02", "FAMILY"), line=_WEST_MANSION),
        "2018-10-03",
    ),
    "the line is known in every course (W-09.2, W-13.1b)": (
        _running("OTHER", _type("2019-11-18", "MANSION", "ntt"), _change("2020-05-24", "W2_FAMILY")),
        "2020-06-09",
    ),
    "an exclusion is known in every course (W-09.2, W-06.2c)": (
        _running("OTHER", _excluded("2018-08-12", "MY_BILLING"), _change("2018-08-20", "W2_FAMILY"), line=_WEST),
        "2018-09-20",
    ),
    "a watch begins with its change, whether the waiver or the request came first (W-12.6c)": (
        _w2(_change("2019-10-30", "OTHER"), f.WaiverGranted(at=_at("2019-10-31"), case="line_unusable")),
        "2019-10-31",
    ),
    "a type of the customer's answers what NTT's own asked of an operator (W-04.2, A-38)": (
        _running(
            "W1_FAMILY",
            _type("2018-05-28", "FAMILY", by="ntt"),
            _type("2018-05-29", "MANSION"),
            f.CourseSwitched(at=_at("2018-05-29 18:11"), to_course="W2_FAMILY"),
        ),
        "2018-05-29",
    ),
    "a change accepted after its agreed day counts from the acceptance (W-09.1)": (
        _running(
            "OTHER",
            _change("2018-06-08", "W2_MANSION", "2018-06-08"),
            f.ChangeDecided(at=_at("2019-10-12"), accept=True),
            line=f.Line(service_type="MANSION", holder_is_applicant=False),
        ),
        "2019-10-12",
    ),
    "a change that falls before an end plans the end again on the course that stays (W-12.3c, W-21.4)": (
        _w2(
            _change("2019-10-11", "OTHER"),
            f.CancellationReceived(at=_at("2019-10-13"), wanted_month=(2019, 11)),
            _papers("2019-10-24", "2019-10-28"),
        ),
        "2019-10-28",
    ),
    "its fee is due when it ends (W-12.3c, W-21.4)": (
        _w2(
            _change("2019-10-11", "OTHER"),
            f.CancellationReceived(at=_at("2019-10-13"), wanted_month=(2019, 11)),
            _papers("2019-10-24", "2019-10-28"),
        ),
        "2019-12-01",
    ),
    "only COLLABO brings the rest of a term into with フレッツ II before June 2018 (W-12.1b, W-12.1c)": (
        _running(
            "W2_GIGA_MANSION",
            f.ChangeRequested(at=_at("2017-10-02"), to_course="HIKARI_PLUS"),
            f.ChangeRequested(at=_at("2017-11-02"), to_course="W2_MANSION"),
            term_end="2019-04-30",
            line=f.Line(service_type="MANSION"),
            entered="2017-05-20",
        ),
        "2017-12-03",
    ),
}


_MEMBER = m.Registered(at=_at("2021-01-22"), in_use_since=_day("2017-02-16"), ninen_started_on=_day("2021-01-01"))

MEMBERSHIPS = {
    "of two notices of one loss the last to arrive stands (M-05.1)": (
        [
            _MEMBER,
            m.Converted(at=_at("2024-06-01"), holds_from=_day("2024-06-10")),
            m.Converted(at=_at("2024-06-05"), holds_from=_day("2024-07-10")),
        ],
        "2024-06-20",
    ),
    "a loss told after leaving still counts from its day (M-06.3)": (
        [
            _MEMBER,
            m.MemberLeft(at=_at("2023-11-30")),
            m.Abolished(at=_at("2023-12-30"), holds_from=_day("2023-11-20")),
        ],
        "2023-12-30",
    ),
    "the last type told of a day stands (M-05.3)": (
        [
            _MEMBER,
            m.TypeTold(at=_at("2024-05-29 11:00"), holds_from=_day("2024-06-01"), service_type="BUSINESS"),
            m.TypeTold(at=_at("2024-05-29 12:00"), holds_from=_day("2024-06-01"), service_type="NEXT_FAMILY"),
        ],
        "2024-06-29",
    ),
    "a term begins on the first of a month (M-03.8)": (
        [
            m.Registered(at=_at("2021-05-18"), in_use_since=_day("2019-12-13")),
            m.NinenStarted(at=_at("2021-05-19"), holds_from=_day("2021-05-19")),
        ],
        "2025-07-01",
    ),
    "a cancellation ends the term of its day, not the one that follows (M-03.6)": (
        [
            _MEMBER,
            m.NinenStarted(at=_at("2021-01-23"), holds_from=_day("2021-02-01")),
            m.NinenCancelled(at=_at("2021-01-27"), holds_from=_day("2021-01-27")),
        ],
        "2025-07-01",
    ),
    "of one day a cancellation is of the term that ran, and where none ran of the one that begins (M-03.6)": (
        [
            m.Registered(at=_at("2021-08-02"), in_use_since=_day("2020-02-16")),
            m.NinenCancelled(at=_at("2021-08-02 11:00"), holds_from=_day("2021-09-01")),
            m.NinenStarted(at=_at("2021-08-22"), holds_from=_day("2021-09-01")),
        ],
        "2025-04-01",
    ),
    "a family type told after the bonus was denied earns it (M-03.5)": (
        [
            m.Registered(
                at=_at("2022-06-18"),
                service_type="NEXT_MANSION",
                in_use_since=_day("2020-06-29"),
                ninen_started_on=_day("2020-05-01"),
            ),
            m.TypeTold(at=_at("2022-07-08 11:00"), holds_from=_day("2022-06-19"), service_type="NEXT_FAMILY"),
        ],
        "2022-07-08",
    ),
}


@pytest.mark.parametrize(("facts", "today"), _lives(CONTRACTS))
def test_a_contract_is_what_its_facts_make_it(facts: list[f.Fact], today: str) -> None:
    """Played in legal order, service and model make the same life."""
    assert compare.disagreement(facts, _day(today)) == []


@pytest.mark.parametrize(("facts", "today"), _lives(MEMBERSHIPS))
def test_a_membership_is_what_its_facts_make_it(facts: list[f.Fact], today: str) -> None:
    """Told in order of arrival, service and model make the same life."""
    assert members.disagreement(facts, _day(today)) == []


def _keyed(*said: tuple[str, f.Fact]) -> Service:
    service = Service()
    for at, fact in said:
        service.take(fact, _at(at))
    return service


def _same_as_in_legal_order(service: Service, today: str) -> list[str]:
    facts, on = list(service.recorded), _day(today)
    return differences(orders.legally(facts, on)[0], service.read_at(on))


_APPLIED, _STARTED = _w2()


def test_a_fact_comes_back_with_its_ground() -> None:
    """A start taken back and keyed in again leaves the change that was asked for in between as it was."""
    change = _change("2018-07-06", "COLLABO")
    service = _keyed(("2018-05-20", _APPLIED), ("2018-06-12", _STARTED), ("2018-07-06", change))
    assert service.undo(_STARTED, _at("2018-07-11"))
    assert service.take(_STARTED, _at("2018-07-11"))
    assert _same_as_in_legal_order(service, "2018-08-06") == []


def test_the_entry_that_sums_a_revision_up_moves_nothing() -> None:
    """A start taken out, keyed in again and taken out again leaves an accepted application."""
    change = _change("2018-07-06", "COLLABO")
    service = _keyed(("2018-05-20", _APPLIED), ("2018-06-12", _STARTED), ("2018-07-06", change))
    for day in ("2018-07-11", "2018-07-12"):
        assert service.undo(_STARTED, _at(day))
        if day == "2018-07-11":
            assert service.take(_STARTED, _at(day))
    assert _same_as_in_legal_order(service, "2018-07-13") == []


def test_an_operators_answer_comes_back_with_what_it_was_about() -> None:
    """A start corrected does not undo what was decided about a fee of a later change (W-12.3d)."""
    change, decided = _change("2018-10-03", "OTHER"), f.FeeDecided(at=_at("2018-11-30"), due=False)
    said = (("2018-05-20", _APPLIED), ("2018-06-12", _STARTED), ("2018-10-03", change), ("2018-11-30", decided))
    service = _keyed(*said)
    assert service.undo(_STARTED, _at("2018-12-01"))
    assert service.take(_STARTED, _at("2018-12-02"))
    assert _same_as_in_legal_order(service, "2018-12-03") == []


@pytest.mark.parametrize(
    "said",
    [
        (
            f.Chosen(at=_at("2018-07-24 17:01"), choice="cancel"),
            f.EndNotified(at=_at("2018-07-24 18:20"), reason="other"),
        ),
        (_change("2018-09-26", "DOCOMO", "2018-11-05"), _change("2018-09-07", "COLLABO")),
    ],
    ids=["a choice before the notice", "a second application while one is pending"],
)
def test_what_its_moment_refuses_is_refused_whenever_it_is_keyed_in(said: tuple[f.Fact, f.Fact]) -> None:
    """Keyed in on its day it is refused; keyed in weeks later it is refused as well."""
    refused, other = said
    service = _keyed(("2018-05-20", _APPLIED), ("2018-06-12", _STARTED), (str(other.at), other))
    later = datetime.combine(date(2018, 11, 20), time(10))
    assert not service.take(refused, later)


UNDONE = {
    "a fee suspended after another waiver was undone is watched to the end of the term its change broke (W-12.6c)": (
        [
            *_running(
                "W2_GIGA_MANSION",
                f.WaiverGranted(at=_at("2017-06-02"), case="line_unusable"),
                f.ChangeRequested(at=_at("2017-06-13"), to_course="OTHER"),
                _change("2018-01-01", "W2_MANSION", "2018-01-01"),
                f.WaiverGranted(at=_at("2018-07-29"), case="line_unusable"),
                term_end="2019-08-31",
                line=f.Line(service_type="MANSION"),
                entered="2017-05-20",
            )
        ],
        1,
        "2018-07-29",
    ),
}
"""Facts, which of them is taken back on the last day, and that day."""


@pytest.mark.parametrize(("facts", "taken", "today"), UNDONE.values(), ids=UNDONE)
def test_without_a_fact_the_life_is_what_the_others_make_it(facts: list[f.Fact], taken: int, today: str) -> None:
    """Taken back at the end of the day, it might never have been said."""
    _, service = orders.legally(facts, _day(today))
    assert service.undo(facts[taken], datetime.combine(_day(today), time(23, 59)))
    right, _ = orders.legally(service.counting(), _day(today))
    assert differences(replace(right, refused=()), replace(service.read_at(_day(today)), refused=())) == []


TOLD = {
    "a request to choose that never went out is not taken back (A-28)": (
        [
            _APPLIED,
            _type("2019-11-07", "BUSINESS"),
            _type("2020-06-11", "MANSION", by="ntt"),
            _STARTED,
            f.CancellationReceived(at=_at("2019-11-30")),
        ],
        "2020-06-11",
    ),
    "of two moves on one day the one that comes is told last, whichever was keyed in first (W-21.2)": (
        _running(
            "W1_MANSION_1",
            _type("2018-06-13", "MANSION"),
            _type("2018-06-01", "FAMILY"),
            line=f.Line(service_type="MANSION"),
        ),
        "2018-06-13",
    ),
    "NTT is told of the course the contract ended on, also when a merger is keyed in last (W-13.1c)": (
        _running(
            "W2_GIGA_MANSION",
            f.CancellationReceived(at=_at("2017-12-10 17:41")),
            f.Merged(at=_at("2017-06-01 00:00"), courses=("W2_GIGA_MANSION",), to_course="W2_MANSION"),
            term_end="2019-04-30",
            line=_WEST_MANSION,
            entered="2017-05-20",
        ),
        "2018-01-10",
    ),
    "a move with the line that comes no more is taken back (W-09.3, A-38)": (
        _w2(_type("2018-10-09", "MANSION"), _type("2018-10-13", "MANSION", by="ntt")),
        "2018-10-13",
    ),
    "nobody goes on being asked to choose for a line that fits again (W-11.2, A-46)": (
        _w2(_excluded("2019-11-27", "MY_BILLING"), _excluded("2019-12-29"), line=_WEST),
        None,
    ),
    "the end that came is the last word, also where the cancellation is keyed in after the termination (W-12.3c)": (
        _w2(
            f.Terminated(at=datetime.combine(_day("2018-07-20"), time.max), last_day=_day("2018-07-20")),
            f.CancellationReceived(at=_at("2018-07-02"), wanted_month=(2018, 9)),
        ),
        "2018-10-10",
    ),
    "a change that comes back with its ground is not taken back once more (W-09.1)": (
        _w2(
            _change("2019-10-04", "DOCOMO", "2019-10-05"),
            _change("2018-07-02", "COLLABO", "2018-07-03"),
            _change("2018-08-26", "W2_FAMILY", "2018-08-27"),
        ),
        "2019-10-05",
    ),
    "what takes a letter of long ago back says how the contract stands now (W-09.3)": (
        _w2(
            f.CancellationReceived(at=_at("2020-05-30")),
            _type("2018-07-04", "MANSION"),
            _type("2018-07-29", "FAMILY"),
        ),
        "2020-05-31",
    ),
}
"""Facts in the order in which they are keyed in, and the day on which all of them are; None: each on its own."""


@pytest.mark.parametrize(("facts", "keyed_on"), TOLD.values(), ids=TOLD)
def test_the_last_word_about_a_thing_is_what_is_so(facts: list[f.Fact], keyed_on: str | None) -> None:
    """What contractor and NTT were told and nobody took back agrees with the contract as it stands."""
    service = Service()
    for fact in facts:
        begins = isinstance(fact, f.Applied | f.Imported)
        service.take(fact, fact.at if begins or keyed_on is None else _at(keyed_on))
    service.read_at(_day(keyed_on) if keyed_on else facts[-1].on)
    assert told.untrue(service.sent, service.typed.model_dump(mode="json")) == []


TOLD_AND_UNDONE = {
    "two notices of one move: without one of them the other still tells it (W-21.2)": (
        _running("W1_FAMILY", _type("2018-05-29", "FAMILY"), _type("2018-05-30", "FAMILY"), entered="2018-05-19"),
        1,
    ),
    "a choice that was said to be over and is not is asked for again (A-46)": (
        _w2(_type("2018-07-26", "BUSINESS"), _type("2018-07-27", "MANSION", by="ntt")),
        3,
    ),
    "the choice asked for last falls, and the one before it is open again (A-28)": (
        _w2(
            _type("2018-07-26", "BUSINESS"),
            _type("2018-07-27", "MANSION", by="ntt"),
            _type("2018-07-28", "BUSINESS"),
        ),
        3,
    ),
}
"""Facts, and which of them is taken back at the end of the last day."""


@pytest.mark.parametrize(("facts", "taken"), TOLD_AND_UNDONE.values(), ids=TOLD_AND_UNDONE)
def test_the_last_word_is_so_without_what_was_taken_back(facts: list[f.Fact], taken: int) -> None:
    """What was told for it is taken back, and what was told for the others stands."""
    _, service = orders.legally(facts, facts[-1].on)
    assert service.undo(facts[taken], datetime.combine(facts[-1].on, time(23, 59)))
    assert told.untrue(service.sent, service.typed.model_dump(mode="json")) == []


LEFT = {
    "keyed in after the end of the programme (M-05.7)": ([m.MemberLeft(at=_at("2025-03-29"))], "2025-04-29"),
    "keyed in after a later loss of the line (M-06.3)": (
        [m.Abolished(at=_at("2024-02-01"), holds_from=_day("2024-02-01")), m.MemberLeft(at=_at("2024-01-10"))],
        "2024-02-20",
    ),
    "the earlier of two, keyed in last (M-05.7)": (
        [m.MemberLeft(at=_at("2024-01-10")), m.MemberLeft(at=_at("2024-01-05"))],
        "2024-01-20",
    ),
}


@pytest.mark.parametrize(("facts", "keyed_on"), LEFT.values(), ids=LEFT)
def test_who_left_is_told_so_however_late_the_letter_is_keyed_in(facts: list[f.Fact], keyed_on: str) -> None:
    """The farewell with the last day is the last word about the end."""
    service = Service("membership", members.command_of)
    for fact in [_MEMBER, *facts]:
        service.take(fact, fact.at if fact in {_MEMBER, *facts[:-1]} else _at(keyed_on))
    service.pass_to(_at(f"{keyed_on} 23:59").replace(tzinfo=ZoneInfo("Asia/Tokyo")))
    letters = [each for each in service.sent if each.channel == "notice"]
    assert [each.data["ended_on"] for each in letters if each.name == "left"][-1] == str(facts[-1].on)
    assert told.of_a_member(service.sent, service.typed.model_dump(mode="json")) == []


def test_advice_about_a_day_that_stays_is_not_taken_back() -> None:
    """A support service keyed in and taken out puts the deletion off, and the member still knows the day (A-05)."""
    support = m.SupportTold(at=_at("2023-12-01"), service="REMOTE_SUPPORT", active=False, day=_day("2023-12-01"))
    service = Service("membership", members.command_of)
    for fact in (_MEMBER, m.Abolished(at=_at("2023-04-06"), holds_from=_day("2023-04-06")), support):
        service.take(fact)
    assert service.undo(support, _at("2023-12-01 23:00"))
    assert service.typed.storage.reverts_on == _day("2024-01-31")
    assert told.of_a_member(service.sent, service.typed.model_dump(mode="json")) == []
