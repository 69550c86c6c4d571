"""Joining the club and the end of a membership, sentence by sentence (M-01.1, M-06, M-12.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rules.calendar import JST
from rules.club.points import LossCause
from rules.club.registration import CarrierArea, Customer, EndState, membership_end, registration


def at(*parts: int) -> datetime:
    """A Japan moment."""
    return datetime(*parts, tzinfo=JST)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("applied_at", "outcome"),
    [
        (at(2023, 9, 30, 23, 59, 59), "accepted"),
        (datetime(2023, 9, 30, 14, 59, 59, tzinfo=UTC), "accepted"),
        (at(2023, 10, 1, 0, 0), "refused"),
        (datetime(2023, 9, 30, 15, 0, tzinfo=UTC), "refused"),
        (at(2010, 1, 1), "accepted"),
    ],
)
@pytest.mark.parametrize("former", [False, True])
def test_applications_count_through_the_last_japan_second(applied_at: datetime, outcome: str, *, former: bool) -> None:
    """Until 2023-09-30 23:59:59 JST an application counts, new or again (M-06.1, M-06.2, A-14)."""
    decision = registration(applied_at, CarrierArea.EAST, Customer.INDIVIDUAL, former_member=former)
    assert decision.outcome == outcome
    assert decision.articles[0] == ("M-06.2" if former else "M-06.1")
    if outcome == "accepted":
        assert decision.data["event"] == ("re_registered" if former else "registered")
    else:
        assert decision.data["reasons"] == ["REGISTRATION_CLOSED"]


@pytest.mark.parametrize(
    ("operator", "customer", "reasons", "articles"),
    [
        (CarrierArea.WEST, Customer.INDIVIDUAL, ["NOT_EAST_LINE"], ("M-12.1", "M-01.1")),
        (CarrierArea.EAST, Customer.CORPORATE, ["NOT_INDIVIDUAL"], ("M-01.1",)),
        (CarrierArea.WEST, Customer.CORPORATE, ["NOT_EAST_LINE", "NOT_INDIVIDUAL"], ("M-12.1", "M-01.1")),
    ],
)
def test_only_individuals_on_east_lines_join(
    operator: CarrierArea, customer: Customer, reasons: list[str], articles: tuple[str, ...]
) -> None:
    """NTT West lines and corporate customers are refused, with every ground (M-01.1, M-12.1)."""
    decision = registration(at(2023, 5, 1), operator, customer)
    assert decision.outcome == "refused"
    assert decision.data["reasons"] == reasons
    assert decision.data["reason"] == reasons[0]
    assert decision.articles == articles
    assert decision.effective_on is None


@pytest.mark.parametrize(("day", "edition"), [(date(2023, 6, 30), None), (date(2023, 7, 1), "2023-07-01")])
def test_the_notice_is_the_edition_from_its_announcement_on(day: date, edition: str | None) -> None:
    """A decision names the notice from 2023-07-01 on and nothing before (M-08.4)."""
    decision = registration(at(day.year, day.month, day.day), CarrierArea.EAST, Customer.INDIVIDUAL)
    assert decision.edition == edition
    assert decision.effective_on == day


def test_a_moment_needs_an_offset() -> None:
    """A naive moment has no Japan day and is an error (X-01)."""
    with pytest.raises(ValueError, match="offset"):
        registration(datetime(2023, 9, 30), CarrierArea.EAST, Customer.INDIVIDUAL)  # noqa: DTZ001 - the point of the test


def test_who_never_acts_ends_with_the_programme() -> None:
    """A member who does nothing ends on 2025-03-31 (M-06.3)."""
    end = membership_end()
    assert (end.state, end.ended_on, end.usable_through) == (
        EndState.ENDED_PROGRAMME,
        date(2025, 3, 31),
        date(2025, 3, 31),
    )


@pytest.mark.parametrize(
    ("left_on", "losses", "state", "ended_on", "usable_through"),
    [
        (date(2024, 10, 15), (), EndState.LEFT, date(2024, 10, 15), date(2024, 10, 15)),
        (
            None,
            ((LossCause.CONVERSION, date(2024, 6, 10)),),
            EndState.INELIGIBLE,
            date(2024, 6, 10),
            date(2024, 6, 9),
        ),
        (
            date(2024, 6, 9),
            ((LossCause.CONVERSION, date(2024, 6, 10)),),
            EndState.LEFT,
            date(2024, 6, 9),
            date(2024, 6, 9),
        ),
        (
            date(2024, 6, 10),
            ((LossCause.ABOLITION, date(2024, 6, 10)),),
            EndState.INELIGIBLE,
            date(2024, 6, 10),
            date(2024, 6, 9),
        ),
        (
            None,
            ((LossCause.ABOLITION, date(2025, 4, 1)),),
            EndState.ENDED_PROGRAMME,
            date(2025, 3, 31),
            date(2025, 3, 31),
        ),
        (
            None,
            ((LossCause.INELIGIBLE_TYPE, date(2025, 3, 31)),),
            EndState.INELIGIBLE,
            date(2025, 3, 31),
            date(2025, 3, 30),
        ),
        (date(2025, 4, 1), (), EndState.ENDED_PROGRAMME, date(2025, 3, 31), date(2025, 3, 31)),
    ],
)
def test_the_earliest_of_three_ends_a_membership(
    left_on: date | None,
    losses: tuple[tuple[LossCause, date], ...],
    state: EndState,
    ended_on: date,
    usable_through: date,
) -> None:
    """Leaving, losing the line or the programme end, whichever comes first (M-06.3, A-11)."""
    end = membership_end(left_on=left_on, losses=losses)
    assert (end.state, end.ended_on, end.usable_through) == (state, ended_on, usable_through)
    assert end.articles[0] == "M-06.3"
