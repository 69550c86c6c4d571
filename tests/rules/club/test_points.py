"""Lots, expiry, spending and loss, sentence by sentence (M-04, M-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import terms
from rules.calendar import Month
from rules.club import exchange
from rules.club.points import (
    Loss,
    LossCause,
    Lot,
    LotKind,
    balance,
    check_right_of_use,
    closings,
    expiry,
    give_back,
    loss_of_use,
    points_expiry,
    spend,
    spend_decision,
    usable,
)
from rules.club.points_table import service_class
from rules.club.program import Plan, Redating, notice_plan
from rules.refusal import Refusal

ANNOUNCED = date(2023, 7, 1)


def lot(lot_id: str, granted_on: date, points: int) -> Lot:
    """An unspent lot."""
    return Lot(lot_id, granted_on, points, points)


WORKED = (
    lot("fy21", date(2021, 5, 1), 1200),
    lot("fy22", date(2022, 5, 1), 900),
    lot("fy23", date(2023, 5, 1), 700),
)


@pytest.mark.parametrize(
    ("granted_on", "expires_on", "original", "row"),
    [
        (date(2021, 3, 31), date(2023, 3, 31), date(2023, 3, 31), "M-04.1"),
        (date(2021, 4, 1), date(2024, 3, 31), date(2024, 3, 31), "M-04.2"),
        (date(2022, 3, 31), date(2024, 3, 31), date(2024, 3, 31), "M-04.2"),
        (date(2022, 4, 1), date(2025, 3, 31), date(2025, 3, 31), "M-04.3"),
        (date(2023, 3, 31), date(2025, 3, 31), date(2025, 3, 31), "M-04.3"),
        (date(2023, 4, 1), date(2025, 3, 31), date(2026, 3, 31), "M-04.4"),
        (date(2023, 12, 31), date(2025, 3, 31), date(2026, 3, 31), "M-04.4"),
        (date(2024, 1, 1), date(2025, 3, 31), date(2026, 3, 31), "M-04.5"),
        (date(2024, 4, 1), date(2025, 3, 31), date(2027, 3, 31), "M-04.5"),
    ],
)
def test_expiry_by_grant_day(granted_on: date, expires_on: date, original: date, row: str) -> None:
    """The fiscal year of the booking decides, FY2023 is shortened, the end is the last (M-04.1 to M-04.5, A-10)."""
    found = expiry(granted_on)
    assert (found.expires_on, found.original_expires_on, found.articles[0]) == (expires_on, original, row)


@pytest.mark.parametrize(
    ("on", "expires_on", "edition"),
    [
        (ANNOUNCED - timedelta(days=1), date(2026, 3, 31), None),
        (ANNOUNCED, date(2025, 3, 31), "2023-07-01"),
        (None, date(2025, 3, 31), "2023-07-01"),
    ],
)
def test_the_announcement_re_dates(on: date | None, expires_on: date, edition: str | None) -> None:
    """Until 2023-06-30 a lot of 2023-04-01 lives to 2026-03-31, from 2023-07-01 on to 2025-03-31 (M-04.4)."""
    decision = points_expiry(date(2023, 4, 1), on)
    assert decision.data["expires_on"] == expires_on.isoformat()
    assert decision.data["original_expires_on"] == "2026-03-31"
    assert decision.edition == edition


@pytest.mark.parametrize(("on", "outcome"), [(date(2025, 3, 31), "valid"), (date(2025, 4, 1), "expired")])
def test_the_last_day_is_usable(on: date, outcome: str) -> None:
    """A lot is valid on its expiry day and expired on the next (A-12)."""
    assert points_expiry(date(2022, 4, 1), on).outcome == outcome


def test_nothing_is_granted_after_the_end() -> None:
    """A grant on 2025-04-01 has no expiry: it is refused; on 2025-03-31 it would lapse the same day (M-02.5)."""
    with pytest.raises(Refusal) as refused:
        points_expiry(date(2025, 4, 1))
    assert refused.value.code == "GRANTS_ENDED"
    assert points_expiry(date(2025, 3, 31)).data["expires_on"] == "2025-03-31"


def test_an_expired_lot_is_not_revived_by_re_dating() -> None:
    """A lot whose life was over before the announcement keeps its old day, even inside the re-dated range (M-04.4)."""
    wide = Plan(
        ANNOUNCED,
        date(2023, 9, 30),
        Month(2023, 12),
        Redating(date(2020, 4, 1), date(2023, 12, 31), date(2025, 3, 31)),
        date(2025, 3, 31),
    )
    assert expiry(date(2021, 3, 31), plan=wide).expires_on == date(2023, 3, 31)
    assert expiry(date(2021, 4, 1), plan=wide).expires_on == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("on", "points"),
    [(date(2024, 3, 31), 2800), (date(2024, 4, 1), 1600), (date(2025, 3, 31), 1600), (date(2025, 4, 1), 0)],
)
def test_the_worked_balance(on: date, points: int) -> None:
    """Lots of 1,200, 900 and 700 points fall to 1,600 and to 0 as they expire (M-04.6, M-04.5)."""
    assert balance(WORKED, on) == points


def test_a_lot_counts_from_its_grant_day() -> None:
    """A lot is no balance on the day before it is granted, and is on the day itself (M-04.6)."""
    assert balance(WORKED[:1], date(2021, 4, 30)) == 0
    assert balance(WORKED[:1], date(2021, 5, 1)) == 1200


def test_earliest_expiry_then_earliest_grant_is_spent_first() -> None:
    """Of one expiry day the earlier grant goes first, whatever the order given (A-15)."""
    done = spend(tuple(reversed(WORKED)), 2200, date(2024, 3, 31))
    assert [(use.lot_id, use.points) for use in done.uses] == [("fy21", 1200), ("fy22", 900), ("fy23", 100)]
    assert done.balance_after == 600
    assert [each.lot_id for each in done.lots] == ["fy23", "fy22", "fy21"]


@pytest.mark.parametrize("on", [date(2024, 3, 31), date(2024, 4, 1)])
def test_the_whole_balance_can_be_spent_and_not_one_more(on: date) -> None:
    """The balance itself is spendable, one point more is refused (M-04.6)."""
    whole = balance(WORKED, on)
    assert spend(WORKED, whole, on).balance_after == 0
    with pytest.raises(Refusal) as refused:
        spend(WORKED, whole + 1, on)
    assert (refused.value.code, refused.value.articles) == ("INSUFFICIENT_POINTS", ("M-04.6",))


def test_after_the_end_nothing_can_be_spent() -> None:
    """On 2025-04-01 even one point is refused, because everything lapsed (M-04.5, M-09.13)."""
    with pytest.raises(Refusal) as refused:
        spend(WORKED, 1, date(2025, 4, 1))
    assert refused.value.code == "INSUFFICIENT_POINTS"
    assert refused.value.articles[:2] == ("M-04.5", "M-09.13")


def test_a_spending_is_at_least_one_point_from_lots_with_ids() -> None:
    """Zero points, or two lots of one id, are an error of the caller."""
    with pytest.raises(ValueError, match="at least one"):
        spend(WORKED, 0, ANNOUNCED)
    with pytest.raises(ValueError, match="one id per lot"):
        spend((WORKED[0], WORKED[0]), 1, ANNOUNCED)


def test_the_answer_names_uses_and_rest() -> None:
    """A spending answers with its lots in order and the balance after it (M-04.6)."""
    answer = spend_decision(WORKED, 1300, ANNOUNCED).as_json()
    assert answer["outcome"] == "spent"
    assert answer["uses"] == [{"id": "fy21", "points": 1200}, {"id": "fy22", "points": 100}]
    assert answer["balance_after"] == 1500


def test_a_lot_never_holds_less_than_nothing_or_more_than_granted() -> None:
    """A lot of 5 points cannot have -1 or 6 left."""
    for left in (-1, 6):
        with pytest.raises(ValueError, match="left"):
            Lot("x", ANNOUNCED, 5, left, LotKind.RENEWAL)


def test_a_failed_exchange_gives_back_to_the_same_lots() -> None:
    """Returned points restore every lot exactly; an unknown lot or too many points are errors."""
    done = spend(WORKED, 1300, ANNOUNCED)
    assert give_back(done.lots, done.uses) == WORKED
    with pytest.raises(ValueError, match="no such lots"):
        give_back((), done.uses)
    with pytest.raises(ValueError, match="left"):
        give_back(WORKED, done.uses)


@pytest.mark.parametrize(
    ("cause", "effective_on", "usable_through", "row"),
    [
        (LossCause.CONVERSION, date(2024, 6, 10), date(2024, 6, 9), "M-05.1"),
        (LossCause.ABOLITION, date(2024, 8, 31), date(2024, 8, 30), "M-05.2"),
        (LossCause.INELIGIBLE_TYPE, date(2024, 5, 1), date(2024, 4, 30), "M-05.3"),
        (LossCause.LEFT, date(2024, 10, 15), date(2024, 10, 15), "M-05.7"),
    ],
)
def test_loss_of_use(cause: LossCause, effective_on: date, usable_through: date, row: str) -> None:
    """A lost line blocks from its day, leaving blocks from the day after (M-05.1 to M-05.3, M-05.7, A-11)."""
    loss = loss_of_use(cause, effective_on)
    assert loss.usable_through == usable_through
    assert spend(WORKED, 1, usable_through, loss=loss).uses
    with pytest.raises(Refusal) as refused:
        spend(WORKED, 1, usable_through + timedelta(days=1), loss=loss)
    assert (refused.value.code, refused.value.articles) == ("POINTS_FORFEITED", (row,))


def test_no_line_no_points() -> None:
    """Without a current line past points cannot be used; with one they can (M-05.4)."""
    with pytest.raises(Refusal) as refused:
        check_right_of_use(date(2024, 1, 1), has_line=False)
    assert refused.value.articles == ("M-05.4",)
    check_right_of_use(date(2024, 1, 1))


def test_points_have_two_uses_only() -> None:
    """There is no transfer and no cash-out among the uses of points (M-05.5, M-05.6, M-01.4)."""
    assert set(exchange.ExchangeType) == {"FEE_PAYMENT", "ITEM"}


def test_leftovers_close_lot_by_lot() -> None:
    """At the end every lot is closed once, on the first day without it, with the row behind it (M-04.5)."""
    rows = closings(WORKED, date(2025, 4, 1))
    assert [(row.lot_id, row.points, row.on, row.kind, row.articles[0]) for row in rows] == [
        ("fy21", 1200, date(2024, 4, 1), "expire", "M-04.2"),
        ("fy22", 900, date(2025, 4, 1), "expire", "M-04.5"),
        ("fy23", 700, date(2025, 4, 1), "expire", "M-04.5"),
    ]
    assert [row.lot_id for row in closings(WORKED, date(2025, 3, 31))] == ["fy21"]


def test_leaving_forfeits_what_has_not_expired() -> None:
    """Leaving on 2024-10-15 forfeits from 2024-10-16; what expired before stays an expiry (M-05.7)."""
    loss = loss_of_use(LossCause.LEFT, date(2024, 10, 15))
    rows = closings(WORKED, date(2024, 10, 16), loss=loss)
    assert [(row.lot_id, row.kind, row.on) for row in rows] == [
        ("fy21", "expire", date(2024, 4, 1)),
        ("fy22", "forfeit", date(2024, 10, 16)),
        ("fy23", "forfeit", date(2024, 10, 16)),
    ]
    assert len(closings(WORKED, date(2024, 10, 15), loss=loss)) == 1


@pytest.mark.parametrize(("left_on", "kind"), [(date(2025, 3, 30), "forfeit"), (date(2025, 3, 31), "expire")])
def test_who_leaves_on_the_last_day_forfeits_nothing(left_on: date, kind: str) -> None:
    """Points that end anyway on the leave day expire; a day earlier they are forfeited (M-05.7, M-04.5)."""
    rows = closings(WORKED[2:], date(2025, 4, 1), loss=loss_of_use(LossCause.LEFT, left_on))
    assert [row.kind for row in rows] == [kind]


days = st.dates(date(2019, 1, 1), date(2025, 12, 31))
lots_of_anyone = st.lists(st.tuples(days, st.integers(0, 2000)), max_size=12).map(
    lambda rows: tuple(lot(f"{number:02}", granted_on, points) for number, (granted_on, points) in enumerate(rows))
)


@given(lots_of_anyone, st.integers(1, 5000), days)
def test_spending_takes_exactly_what_is_wanted(lots: Sequence[Lot], points: int, on: date) -> None:
    """No lot goes below zero, the uses sum to the points wanted, and the balance falls by just that."""
    before = balance(lots, on)
    if points > before:
        with pytest.raises(Refusal):
            spend(lots, points, on)
        return
    done = spend(lots, points, on)
    assert sum(use.points for use in done.uses) == points
    assert all(use.points > 0 for use in done.uses)
    assert balance(done.lots, on) == done.balance_after == before - points
    assert give_back(done.lots, done.uses) == tuple(lots)


@given(lots_of_anyone, st.integers(1, 5000), days)
def test_no_later_lot_is_touched_before_an_earlier_is_empty(lots: Sequence[Lot], points: int, on: date) -> None:
    """Lots are used in spending order, and all but the last one used are emptied (A-15)."""
    if points > balance(lots, on):
        return
    done = spend(lots, points, on)
    order = [each.lot_id for each in usable(lots, on)]
    assert [use.lot_id for use in done.uses] == order[: len(done.uses)]
    left = {each.lot_id: each.left for each in done.lots}
    assert all(left[use.lot_id] == 0 for use in done.uses[:-1])


@given(lots_of_anyone, st.integers(1, 400), st.integers(1, 400), days)
def test_two_spendings_leave_what_one_leaves(lots: Sequence[Lot], first: int, second: int, on: date) -> None:
    """Spending a then b on one day leaves the same lots as spending a + b."""
    if first + second > balance(lots, on):
        return
    assert spend(spend(lots, first, on).lots, second, on).lots == spend(lots, first + second, on).lots


@given(lots_of_anyone, lots_of_anyone, days)
def test_balance_is_additive_and_splits_by_expiry(one: Sequence[Lot], other: Sequence[Lot], on: date) -> None:
    """The balance of all lots is the sum of the parts."""
    both = (*one, *other)
    assert balance(both, on) == balance(one, on) + balance(other, on)


@given(lots_of_anyone, days, st.none() | st.tuples(st.sampled_from(LossCause), days))
def test_a_ledger_ends_at_zero(lots: Sequence[Lot], on: date, lost: tuple[LossCause, date] | None) -> None:
    """On any day known to the plan, existing points are either usable or closed, never both and never neither."""
    loss: Loss | None = loss_of_use(*lost) if lost else None
    closed = closings(lots, on, loss=loss)
    alive = balance(lots, on) if loss is None or on <= loss.usable_through else 0
    assert sum(row.points for row in closed) + alive == sum(each.left for each in lots if each.granted_on <= on)


@given(days, st.none() | days)
def test_no_lot_outlives_the_programme_once_the_plan_is_known(granted_on: date, on: date | None) -> None:
    """From the announcement on no expiry lies after 2025-03-31 nor after the original one (M-04.5)."""
    found = expiry(granted_on, on)
    if on is None or on >= ANNOUNCED:
        assert found.expires_on <= min(notice_plan().ends_on, found.original_expires_on)
    else:
        assert found.expires_on == found.original_expires_on


def test_every_type_of_the_programme_has_a_class() -> None:
    """Renewals are counted by it; a type that is added needs one, and none is made up for any other (M-03.5)."""
    types = {each for period in terms.dated("club.service_types", list[str]).periods for each in period.value}
    assert {service_class(each) for each in types} == {"FAMILY", "MANSION"}
    assert service_class("MANSION") == "MANSION"
    with pytest.raises(Refusal, match="OLD_MANSION"):
        service_class("OLD_MANSION")
