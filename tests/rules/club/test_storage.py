"""The storage perk and its reversion, sentence by sentence (M-07)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import terms
from rules.calendar import JST
from rules.club.reversion import Running, ServiceTold, limit_falls_on, reverts_on, running
from rules.club.storage import (
    StoredFile,
    SupportService,
    advise_by,
    capacity_gb,
    overflow,
    plan_default_gb,
    storage_reversion,
)

END = date(2025, 3, 31)
FIVE = Decimal(5)


def stored(*sizes: str) -> list[StoredFile]:
    """Files from oldest to newest."""
    first = datetime(2020, 1, 1, tzinfo=JST)
    return [StoredFile(f"f{day}", first + timedelta(days=day), Decimal(size)) for day, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("ended_on", "reverts"),
    [
        (date(2024, 10, 15), date(2024, 11, 30)),
        (END, date(2025, 4, 30)),
        (date(2025, 1, 31), date(2025, 2, 28)),
        (date(2024, 1, 1), date(2024, 2, 29)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2023, 12, 31), date(2024, 1, 31)),
    ],
)
def test_reversion_is_the_end_of_the_next_month(ended_on: date, reverts: date) -> None:
    """The capacity reverts on the real last day of the month after the end date (M-07.4, X-02)."""
    assert reverts_on(ended_on) == reverts
    decision = storage_reversion(ended_on)
    assert decision.outcome == "reverts"
    assert decision.data["perk_off_on"] == ended_on.isoformat()
    assert decision.data["reverts_on"] == reverts.isoformat()
    assert decision.data["advise_by"] == ended_on.isoformat()


@pytest.mark.parametrize(
    ("support_ended_on", "reverts", "advised"),
    [
        (date(2025, 6, 10), date(2025, 7, 31), date(2025, 6, 10)),
        (date(2025, 3, 1), date(2025, 4, 30), END),
        (None, date(2025, 4, 30), END),
    ],
)
def test_the_later_of_membership_and_support_counts(
    support_ended_on: date | None, reverts: date, advised: date
) -> None:
    """When a support service ended after the membership, its end starts the month (A-08, M-07.7)."""
    assert reverts_on(END, support_ended_on) == reverts
    assert advise_by(END, support_ended_on) == advised


@pytest.mark.parametrize("service", list(SupportService))
def test_a_support_service_keeps_the_increase(service: SupportService) -> None:
    """With either service nothing reverts and nothing is deleted, however much is stored (M-07.7)."""
    decision = storage_reversion(END, services=[service], files=stored("9", "9"))
    assert decision.outcome == "exempt"
    assert decision.articles[0] == "M-07.7"
    assert decision.data["reverts_on"] is None
    assert decision.data["deletes"] == []
    assert decision.data["perk_off_on"] == "2025-03-31"


def test_only_the_two_named_services_count() -> None:
    """The services of the rule are the services of the terms (A-08)."""
    assert set(terms.constant("club.support_services", dict[str, str])) == set(SupportService)


def test_nobody_keeps_the_perk_past_the_programme() -> None:
    """Leaving after the programme end changes nothing: the perk went off with it (M-06.3, M-07.3)."""
    assert storage_reversion(date(2025, 4, 1)).data["perk_off_on"] == "2025-03-31"
    assert storage_reversion(END).data["perk_off_on"] == "2025-03-31"
    assert storage_reversion(date(2025, 3, 30)).data["perk_off_on"] == "2025-03-30"


def test_the_worked_deletion() -> None:
    """Of 2.0, 1.0, 0.5 and 4.8 GB the oldest three go, and 4.8 GB stay (M-07.5)."""
    files = stored("2.0", "1.0", "0.5", "4.8")
    assert [file.file_id for file in overflow(reversed(files), FIVE)] == ["f0", "f1", "f2"]
    decision = storage_reversion(END, files=files)
    assert decision.data["deletes"] == ["f0", "f1", "f2"]
    assert "M-07.5" in decision.articles


@pytest.mark.parametrize(
    ("sizes", "deleted"),
    [(("2.5", "2.5"), []), (("0.1", "2.5", "2.5"), ["f0"]), (("4.9", "0.1", "0.1"), ["f0"]), ((), [])],
)
def test_exactly_the_capacity_fits(sizes: tuple[str, ...], deleted: list[str]) -> None:
    """A total of exactly the capacity stays; above it whole files go (M-07.5, A-07)."""
    assert [file.file_id for file in overflow(stored(*sizes), FIVE)] == deleted


def test_decimal_sizes_do_not_drift() -> None:
    """0.1 + 0.2 GB fit into 0.3 GB."""
    assert overflow(stored("0.1", "0.2"), Decimal("0.3")) == []


def test_a_larger_plan_saves_the_data() -> None:
    """8.3 GB survive the reversion when the plan grew to 25 GB before it (M-07.6)."""
    files = stored("2.0", "1.0", "0.5", "4.8")
    assert storage_reversion(END, plan_gb=Decimal(25), files=files).data["deletes"] == []
    assert storage_reversion(END, plan_gb=Decimal("8.3"), files=files).data["deletes"] == []
    assert storage_reversion(END, plan_gb=Decimal("8.2"), files=files).data["deletes"] == ["f0"]


def test_files_of_one_moment_go_by_id() -> None:
    """Two files of the same moment have a fixed order."""
    moment = datetime(2024, 1, 1, tzinfo=JST)
    files = [StoredFile(name, moment, Decimal(3)) for name in ("b", "a")]
    assert [file.file_id for file in overflow(files, FIVE)] == ["a"]


@pytest.mark.parametrize(
    ("on", "capacity"),
    [(date(2024, 1, 1), 10), (END, 10), (date(2025, 4, 30), 10), (date(2025, 5, 1), 5)],
)
def test_capacity_stays_until_the_reversion(on: date, capacity: int) -> None:
    """5 GB more while the perk is on and through the reversion day, not after it (M-07.2, A-06)."""
    assert capacity_gb(plan_default_gb(), on, limit_falls_on(END)) == capacity


def test_capacity_with_membership_or_support() -> None:
    """A current member, or a supported former one, has the increase on any day (M-07.2, M-07.7)."""
    assert capacity_gb(Decimal(25), date(2024, 1, 1)) == 30
    assert capacity_gb(FIVE, date(2026, 1, 1), limit_falls_on(END, [Running(END, None)])) == 10


def test_deletion_waits_for_the_later_date() -> None:
    """The FAQ's deletion on 2025-03-31 is not executed: the reversion is 2025-04-30 (M-07.8, A-05)."""
    decision = storage_reversion(END)
    assert decision.effective_on == date(2025, 4, 30)
    assert decision.data["advise_by"] == "2025-03-31"


@given(
    st.lists(st.decimals(min_value=0, max_value=10, places=1), max_size=20),
    st.decimals(min_value=0, max_value=30, places=1),
)
def test_no_more_is_deleted_than_needed(sizes: list[Decimal], capacity: Decimal) -> None:
    """The rest fits, the deleted are the oldest, and sparing the last deleted would not fit."""
    files = stored(*map(str, sizes))
    deleted = overflow(files, capacity)
    assert deleted == files[: len(deleted)]
    rest = sum((file.gb for file in files[len(deleted) :]), Decimal(0))
    assert rest <= capacity
    if deleted:
        assert rest + deleted[-1].gb > capacity


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_reversion_leaves_a_month_and_never_two(ended_on: date) -> None:
    """From the end date to the reversion there are 28 to 62 days, and the next day opens a month."""
    reverts = reverts_on(ended_on)
    assert 28 <= (reverts - ended_on).days <= 62
    assert (reverts + timedelta(days=1)).day == 1


def told(*days: str) -> tuple[ServiceTold, ...]:
    """What was told of one service: `+` it begins, `-` it ends, `~` before: told ahead."""
    return tuple(ServiceTold("+" in day, date.fromisoformat(day.lstrip("~+-")), day.startswith("~")) for day in days)


@pytest.mark.parametrize(
    ("said", "runs"),
    [
        (("+2018-08-01", "-2018-09-10"), [("2018-08-01", "2018-09-10")]),
        (("+2018-08-01",), [("2018-08-01", None)]),
        (("-2018-09-10",), [(None, "2018-09-10")]),
        (("-2018-09-10", "-2018-09-20"), [(None, "2018-09-20")]),
        (("+2018-08-01", "+2018-08-05", "-2018-09-10", "-2018-09-20"), [("2018-08-01", "2018-09-20")]),
        (("+2018-09-10", "-2018-09-10"), [("2018-09-10", "2018-09-10")]),
        (("+2018-08-01", "-2018-09-10", "+2018-09-10"), [("2018-08-01", None)]),
        (("+2018-08-01", "-2018-09-10", "+2018-10-01"), [("2018-08-01", "2018-09-10"), ("2018-10-01", None)]),
        (("~+2018-10-20", "~-2018-10-10"), []),
        (("+2018-10-20", "-2018-10-10"), [(None, "2018-10-10"), ("2018-10-20", None)]),
        ((), []),
    ],
)
def test_a_service_runs_by_all_that_was_told_of_it(
    said: tuple[str, ...], runs: list[tuple[str | None, str | None]]
) -> None:
    """M-07.7, A-08: starts and ends in any order make the same days; what was called off ahead never ran."""
    days = tuple(Running(*(date.fromisoformat(day) if day else None for day in each)) for each in runs)
    assert {running(order) for order in permutations(told(*said))} == {days}
