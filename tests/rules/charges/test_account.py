"""What a contractor owes and is owed, over all statements (W-11.3, W-23.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.charges.account import Billed, account

JULY = Billed("07", 1026)
JULY_PAID = Billed("07", 1026, paid=1026)
JULY_NEVER_PAID = Billed("07", 1026, never_paid=1026)
AUGUST_PAID = Billed("08", 1026, paid=1026)
JULY_BACK = Billed("09", -1026, takes_back={"07": 1026})
FEE_LESS_JULY = Billed("09", 3834, takes_back={"07": 1026})


@pytest.mark.parametrize(
    ("statements", "refunded", "owed", "credit"),
    [
        ([JULY, AUGUST_PAID], 0, {"07": 1026}, 0),
        # Taken back unpaid: settled, and the statement that takes it back asks for all the rest of its own.
        ([JULY, JULY_BACK], 0, {}, 0),
        ([JULY, FEE_LESS_JULY], 0, {"09": 4860}, 0),
        # Taken back and paid: it pays what takes it back, as printed there.
        ([JULY_PAID, FEE_LESS_JULY], 0, {"09": 3834}, 0),
        ([JULY_PAID, JULY_BACK], 0, {}, 1026),
        ([JULY_PAID, JULY_BACK], 500, {}, 526),
        ([JULY_PAID, JULY_BACK], 1026, {}, 0),
        # The payment never was: offset, or owed again where it has been paid out.
        ([JULY_NEVER_PAID, JULY_BACK], 0, {}, 0),
        ([JULY_NEVER_PAID, JULY_BACK], 1026, {"07": 1026}, 0),
        ([JULY_NEVER_PAID, AUGUST_PAID, JULY_BACK], 400, {"07": 400}, 0),
        # The oldest first.
        ([Billed("07", 700), Billed("08", 700), Billed("09", -1000)], 0, {"08": 400}, 0),
        # What takes back is taken back itself: a fee billed for an end that never was.
        (
            [
                JULY_PAID,
                Billed("08", 3834, takes_back={"07": 1026}),
                Billed("09", -4860 + 3 * 1026, takes_back={"08": 4860}),
            ],
            0,
            {"09": 2052},
            0,
        ),
        ([], 0, {}, 0),
    ],
)
def test_where_a_contractor_stands(statements: list[Billed], refunded: int, owed: dict[str, int], credit: int) -> None:
    """What is owed stands on the statement that is asked for, and only what no statement uses is a credit."""
    found = account(statements, refunded)
    assert (dict(found.owed), found.credit) == (owed, credit)


@pytest.mark.parametrize(
    ("billed", "payable"), [(JULY, 0), (JULY_NEVER_PAID, 1026), (Billed("07", 1026, paid=1000, never_paid=26), 26)]
)
def test_what_never_counted_may_be_keyed_in_again(billed: Billed, payable: int) -> None:
    """A month taken back takes no payment, but for one that was keyed in wrongly before."""
    assert account([billed, JULY_BACK]).payable(billed) == payable


def test_what_a_credit_settled_may_still_be_paid_in_whole() -> None:
    """A payment made before a credit settled its statement is keyed in; the credit is the contractor's again."""
    june, july = Billed("06", 6250, paid=6250), Billed("07", 1050)
    august = Billed("08", -4150, takes_back={"06": 5200})
    settled = account([june, july, august])
    assert (dict(settled.owed), settled.payable(july), settled.credit) == ({}, 1050, 3100)
    assert settled.set_against(july, 1050, 0) == 1050
    paid = account([june, Billed("07", 1050, paid=1050), august])
    assert (dict(paid.owed), paid.credit) == ({}, 4150)
    assert account([june, Billed("07", 1050, paid=1050), august]).payable(Billed("07", 1050, paid=1050)) == 0


@st.composite
def books(draw: st.DrawFn) -> tuple[list[Billed], int]:
    """Statements whose items later ones take back at most once, paid at most in full, and a refund of what is left."""
    count = draw(st.integers(1, 6))
    left = [draw(st.integers(0, 3)) * 1000 for _ in range(count)]
    takes: list[dict[str, int]] = []
    for index in range(count):
        back = {}
        for earlier in range(index):
            yen = draw(st.sampled_from([0, left[earlier]]))
            left[earlier] -= yen
            back |= {str(earlier): yen} if yen else {}
        takes.append(back)
    billed = [left[i] + sum(each.get(str(i), 0) for each in takes) for i in range(count)]
    paid = [draw(st.integers(0, billed[i])) for i in range(count)]
    never = [draw(st.integers(0, 1)) * 1000 for _ in range(count)]
    statements = [Billed(str(i), billed[i] - sum(takes[i].values()), paid[i], never[i], takes[i]) for i in range(count)]
    return statements, draw(st.integers(0, 4000))


@given(books())
def test_no_yen_is_lost_or_made(book: tuple[list[Billed], int]) -> None:
    """What is owed less the credit is what was billed and paid out, less what was received; never both at once."""
    statements, refunded = book
    found = account(statements, refunded)
    net = sum(each.total - each.paid for each in statements) + refunded
    assert sum(found.owed.values()) - found.credit == net
    assert not (found.owed and found.credit)
    assert all(yen > 0 for yen in found.owed.values())
