"""A payment for a statement (W-11.3, W-23.3, W-24.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.charges.payment import check_used, receive
from rules.refusal import Refusal

TODAY = date(2012, 7, 20)


def taken(**changed: Any) -> Any:
    """A payment of 6,280 yen that covers its statement, or what is changed of it."""
    values: dict[str, Any] = {
        "chapter": 2,
        "combined": False,
        "owed": 6_280,
        "amount": 6_280,
        "taken": False,
        "paid_on": TODAY,
        "today": TODAY,
    }
    return receive("K0-2012-06", **(values | changed))


def test_the_last_yen_settles_a_statement() -> None:
    """Exactly what is owed settles it (W-23.3); one yen less leaves one yen, one yen more is refused."""
    assert (taken().outcome, taken().data["owed"]) == ("paid", 0)
    assert (taken(amount=6_279).outcome, taken(amount=6_279).data["owed"]) == ("partly_paid", 1)
    with pytest.raises(Refusal) as refused:
        taken(amount=6_281)
    assert (refused.value.code, refused.value.articles) == ("OVERPAID", ("W-23.3",))


def test_a_repeat_is_not_counted_twice() -> None:
    """What was taken before stands, and `owed` is what it left."""
    again = taken(taken=True, owed=0)
    assert (again.outcome, again.data["owed"]) == ("paid", 0)
    assert again.detail == "6280 yen received for K0-2012-06; 0 yen are still owed."


def test_tomorrow_is_the_future() -> None:
    """Paid today counts, paid tomorrow is refused (X-06); an earlier day is evidence and said to be late."""
    assert taken().data["retroactive"] is False
    assert taken(paid_on=date(2012, 7, 19)).data["retroactive"] is True
    with pytest.raises(Refusal) as refused:
        taken(paid_on=date(2012, 7, 21))
    assert refused.value.code == "IN_THE_FUTURE"


def test_the_chapter_names_the_article() -> None:
    """Chapter 1 owes by article 11 (W-11.3); a statement with NTT's charges adds article 24 (W-24.1)."""
    assert taken(chapter=1).articles == ("W-11.3",)
    assert taken(combined=True).articles == ("W-23.3", "W-24.1")


def test_a_statement_of_another_contract_is_unknown() -> None:
    """Nothing is taken for a statement that the contract does not have (W-11.3)."""
    with pytest.raises(Refusal) as refused:
        taken(chapter=1, owed=None)
    assert (refused.value.code, refused.value.articles) == ("UNKNOWN_STATEMENT", ("W-11.3",))


def test_nobody_pays_before_the_month_was_used() -> None:
    """The month of the statement has begun on its first day; the day before is refused (W-23.3)."""
    used: dict[str, Any] = {"chapter": 2, "used_from": date(2012, 6, 1)}
    check_used("K0-2012-06", paid_on=date(2012, 6, 1), **used)
    with pytest.raises(Refusal) as refused:
        check_used("K0-2012-06", paid_on=date(2012, 5, 31), **used)
    assert (refused.value.code, refused.value.articles) == ("BEFORE_USE", ("W-23.3",))
