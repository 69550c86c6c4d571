"""Article 24: which line charges we pay on behalf, and when that stops."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Month
from rules.charges.payment_agency import (
    LineCharge,
    State,
    billed_party,
    end_with_contract,
    in_force,
    is_offered,
    row_of,
    split,
    withdrawal,
)
from rules.refusal import Refusal

D = date.fromisoformat
JULY, AUGUST = Month(2012, 7), Month(2012, 8)
CODES = ["FLETS", "CONSTRUCTION", "TELEPHONE", "HIKARI_DENWA", "ON_DEMAND", "EQUIPMENT", "CAMPAIGN_DENIED"]


def test_only_chapter_two_pays_on_behalf() -> None:
    """Chapter 1 has no such service (W-24.1)."""
    assert is_offered(2)
    assert not is_offered(1)


@pytest.mark.parametrize(
    ("code", "row", "party"),
    [
        ("FLETS", "W-24.1", "contractor"),
        ("CONSTRUCTION", "W-24.1", "contractor"),
        ("TELEPHONE", "W-24.2a", "service_user"),
        ("HIKARI_DENWA", "W-24.2b", "service_user"),
        ("ON_DEMAND", "W-24.2c", "service_user"),
        ("EQUIPMENT", "W-24.2d", "service_user"),
        ("CAMPAIGN_DENIED", "W-24.2e", "service_user"),
    ],
)
def test_every_code_has_its_row_and_party(code: str, row: str, party: str) -> None:
    """フレッツ光 charges pass through; the five exclusions are billed to the service user (W-24.2a, W-24.5)."""
    assert row_of(code) == row
    ours = split([LineCharge(code, 100)], JULY, None).passed_through
    assert (billed_party("on") if ours else "service_user") == party
    assert not split([LineCharge(code, 100)], JULY, D("2012-07-01")).passed_through


@pytest.mark.parametrize(
    ("state", "party"),
    [("on", "contractor"), ("off_unpaid", "service_user"), ("off_ended", "service_user"), (None, "service_user")],
)
def test_ntt_bills_the_user_itself_once_payment_on_behalf_is_off(state: State | None, party: str) -> None:
    """W-24.5: also where a contract never had it."""
    assert billed_party(state) == party


def test_unknown_code_is_refused() -> None:
    """A code outside the list is nobody's to bill."""
    with pytest.raises(Refusal) as refusal:
        split([LineCharge("GYM", 100)], JULY, None)
    assert refusal.value.code == "UNKNOWN_CHARGE_CODE"


def test_charges_are_divided() -> None:
    """Passed-through and direct charges part by code, and all are direct once the service is off (W-24.2a, W-24.4)."""
    flets, phone = LineCharge("FLETS", 5000), LineCharge("TELEPHONE", 1700)
    on = split([flets, phone], JULY, D("2012-08-01"))
    assert (on.passed_through, on.direct, on.articles) == ((flets,), (phone,), ("W-24.1", "W-24.2a"))
    off = split([flets, phone], AUGUST, D("2012-08-01"))
    assert (off.passed_through, off.direct) == ((), (flets, phone))
    assert "W-24.4" in off.articles


@pytest.mark.parametrize(
    ("on", "settled", "outcome", "effective"),
    [
        ("2012-07-31", None, "not_yet", None),
        ("2012-08-01", None, "withdrawn", "2012-08-01"),
        ("2012-08-01", "2012-07-31", "kept", None),
        ("2012-08-01", "2012-08-01", "withdrawn", "2012-08-01"),
        ("2012-07-31", "2012-07-10", "kept", None),
    ],
)
def test_unpaid_past_the_due_date(on: str, settled: str | None, outcome: str, effective: str | None) -> None:
    """Due 2012-07-31, unpaid on 2012-08-01: off from 2012-08-01; paid on the due date: kept (W-24.3, A-43)."""
    decision = withdrawal(D("2012-07-31"), D(on), settled_on=D(settled) if settled else None)
    assert decision.outcome == outcome
    assert decision.effective_on == (D(effective) if effective else None)
    assert decision.articles == ("W-24.3",)


def test_withdrawal_takes_effect_on_a_first() -> None:
    """A due date inside a month is decided the next day and takes effect on the first of the next month."""
    decision = withdrawal(D("2012-07-10"), D("2012-07-11"))
    assert (decision.outcome, decision.effective_on) == ("withdrawn", D("2012-08-01"))


def test_end_with_the_contract() -> None:
    """W1 becomes W2 on 2015-09-01: NTT bills directly from then (W-24.4, A-44)."""
    decision = end_with_contract(D("2015-08-31"))
    assert (decision.outcome, decision.effective_on) == ("ended", D("2015-09-01"))


def test_statements_after_the_switch() -> None:
    """Off on 2012-08-01: July may still cross, August not (W-25.1f)."""
    assert in_force(JULY, D("2012-08-01"))
    assert not in_force(AUGUST, D("2012-08-01"))
    assert in_force(AUGUST, D("2012-08-02"))


@given(
    codes=st.lists(st.sampled_from(CODES), max_size=20),
    off=st.none() | st.dates(D("2012-01-01"), D("2013-01-01")),
)
def test_no_charge_is_lost(codes: list[str], off: date | None) -> None:
    """Every charge is billed by exactly one of the two, and the yen are unchanged."""
    charges = [LineCharge(code, index) for index, code in enumerate(codes)]
    parts = split(charges, JULY, off)
    assert sorted(each.amount for each in (*parts.passed_through, *parts.direct)) == list(range(len(codes)))


@given(due=st.dates(D("2010-02-01"), D("2100-01-01")), late=st.integers(1, 400))
def test_withdrawal_is_always_the_next_first(due: date, late: int) -> None:
    """Whenever it is looked at after the due date, the effective day is the same first of a month."""
    decision = withdrawal(due, date.fromordinal(due.toordinal() + late))
    assert decision.effective_on == Month.of(due).plus(1).first_day
