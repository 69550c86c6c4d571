"""The plan of the notice and what ends with it, sentence by sentence (M-01.2, M-07.1, M-08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.calendar import JST, Month
from rules.club.program import (
    Component,
    MailingList,
    Redating,
    check_page_request,
    check_replacement,
    is_open,
    may_mail,
    notice_plan,
    plan_of,
    reasons,
    schedule,
)
from rules.club.reversion import reverts_on
from rules.refusal import Refusal

PLAN = notice_plan()
DAY = timedelta(days=1)


def test_the_plan_of_the_notice() -> None:
    """Every date of the notice is in the plan, and what follows from them agrees with it (M-02.4, M-02.5, M-03.8)."""
    assert PLAN.as_json() == {
        "announced_on": "2023-07-01",
        "registration_ends_on": "2023-09-30",
        "last_grant_month": "2023-12",
        "points_redated": {"granted_from": "2023-04-01", "granted_to": "2023-12-31", "expires_on": "2025-03-31"},
        "ends_on": "2025-03-31",
    }
    assert PLAN.last_booking_on == date(2023, 12, 31)
    assert PLAN.last_usage_month == Month(2023, 11)
    assert PLAN.last_term_end_month == Month(2023, 9)


def test_a_plan_is_read_as_it_is_written() -> None:
    """Writing and reading a plan gives the same plan."""
    assert plan_of(PLAN.as_json()) == PLAN


def test_thirty_days_of_notice() -> None:
    """An end on 2025-03-31 is announced by 2025-03-01; the day after is too late (M-08.4, F-02)."""
    assert PLAN.announce_by == date(2025, 3, 1)
    late: dict[str, Any] = {"registration_ends_on": date(2025, 3, 31), "last_grant_month": Month(2025, 3)}
    replace(PLAN, announced_on=date(2025, 3, 1), **late)
    with pytest.raises(Refusal) as refused:
        replace(PLAN, announced_on=date(2025, 3, 2), **late)
    assert (refused.value.code, refused.value.articles) == ("NOTICE_TOO_SHORT", ("M-08.4",))


@pytest.mark.parametrize(
    ("possible", "impossible", "row"),
    [
        (
            {"registration_ends_on": PLAN.announced_on},
            {"registration_ends_on": PLAN.announced_on - DAY},
            "M-06.1",
        ),
        ({"registration_ends_on": PLAN.ends_on}, {"registration_ends_on": PLAN.ends_on + DAY}, "M-06.1"),
        ({"last_grant_month": Month(2025, 3)}, {"last_grant_month": Month(2025, 4)}, "M-02.5"),
        (
            {
                "last_grant_month": Month(2023, 7),
                "points_redated": replace(PLAN.points_redated, granted_to=date(2023, 7, 31)),
            },
            {
                "last_grant_month": Month(2023, 6),
                "points_redated": replace(PLAN.points_redated, granted_to=date(2023, 6, 30)),
            },
            "M-02.5",
        ),
        (
            {"points_redated": replace(PLAN.points_redated, granted_from=date(2023, 12, 31))},
            {"points_redated": replace(PLAN.points_redated, granted_from=date(2024, 1, 1))},
            "M-04.4",
        ),
        (
            {"points_redated": replace(PLAN.points_redated, granted_to=date(2023, 12, 31))},
            {"points_redated": replace(PLAN.points_redated, granted_to=date(2024, 1, 1))},
            "M-04.4",
        ),
        (
            {"points_redated": replace(PLAN.points_redated, expires_on=date(2023, 12, 31))},
            {"points_redated": replace(PLAN.points_redated, expires_on=date(2023, 12, 30))},
            "M-04.4",
        ),
        (
            {"points_redated": Redating(date(2022, 4, 1), date(2023, 3, 31), date(2023, 7, 1))},
            {"points_redated": Redating(date(2022, 4, 1), date(2023, 3, 31), date(2023, 6, 30))},
            "M-04.4",
        ),
        (
            {"points_redated": replace(PLAN.points_redated, expires_on=date(2025, 3, 31))},
            {"points_redated": replace(PLAN.points_redated, expires_on=date(2025, 4, 1))},
            "M-04.5",
        ),
    ],
)
def test_the_order_of_dates(possible: dict[str, Any], impossible: dict[str, Any], row: str) -> None:
    """Each date may touch its neighbour and must not pass it."""
    replace(PLAN, **possible)
    with pytest.raises(Refusal) as refused:
        replace(PLAN, **impossible)
    assert (refused.value.code, refused.value.articles) == ("PLAN_OUT_OF_ORDER", (row,))


def test_a_plan_is_replaced_only_before_it_takes_effect() -> None:
    """Until 2023-06-30 another plan may take its place; from the announcement on only the same one again."""
    new = replace(PLAN, ends_on=date(2025, 9, 30))
    check_replacement(PLAN, new, date(2023, 6, 30))
    check_replacement(PLAN, PLAN, date(2024, 1, 1))
    with pytest.raises(Refusal) as refused:
        check_replacement(PLAN, new, date(2023, 7, 1))
    assert refused.value.code == "PLAN_IN_EFFECT"


def test_a_plan_is_not_announced_into_the_past() -> None:
    """The new announcement may be today, not yesterday (M-08.4)."""
    today = date(2023, 6, 15)
    check_replacement(PLAN, replace(PLAN, announced_on=today), today)
    with pytest.raises(Refusal) as refused:
        check_replacement(PLAN, replace(PLAN, announced_on=today - DAY), today)
    assert refused.value.code == "ANNOUNCED_IN_THE_PAST"


def test_four_components_end() -> None:
    """Each of the four parts has its own end, all hanging off one date (M-01.2)."""
    ends = {end.component: end for end in schedule()}
    assert set(ends) == set(Component)
    assert {end.last_day for end in ends.values()} == {date(2025, 3, 31)}
    assert ends[Component.POINTS].winds_down_on == date(2023, 12, 31)
    assert ends[Component.STORAGE_PERK].settles_on == date(2025, 4, 30) == reverts_on(PLAN.ends_on)


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (datetime(2025, 3, 31, 23, 59, 59, tzinfo=JST), True),
        (datetime(2025, 3, 31, 14, 59, 59, tzinfo=UTC), True),
        (datetime(2025, 4, 1, tzinfo=JST), False),
        (datetime(2025, 3, 31, 15, 0, tzinfo=UTC), False),
    ],
)
def test_the_last_day_is_included(at: datetime, *, open_: bool) -> None:
    """The programme runs to 2025-03-31 23:59:59 JST (M-07.1, A-12)."""
    assert is_open(at) is open_


def test_the_page_takes_requests_to_the_last_minute() -> None:
    """A relocation typed at 23:50 on the last day is accepted, on the next day refused (M-08.1)."""
    check_page_request(datetime(2025, 3, 31, 23, 50, tzinfo=JST))
    with pytest.raises(Refusal) as refused:
        check_page_request(datetime(2025, 4, 1, tzinfo=JST))
    assert refused.value.articles == ("M-08.1",)


@pytest.mark.parametrize(
    ("mailing", "on", "consent", "member", "allowed"),
    [
        (MailingList.CLUB, date(2025, 3, 31), True, True, True),
        (MailingList.CLUB, date(2025, 4, 1), True, True, False),
        (MailingList.CLUB, date(2025, 3, 31), False, True, False),
        (MailingList.CLUB, date(2025, 3, 31), True, False, False),
        (MailingList.NTT_EAST, date(2025, 4, 1), True, False, True),
        (MailingList.NTT_EAST, date(2025, 4, 1), False, True, False),
    ],
)
def test_two_lists_two_consents(mailing: MailingList, on: date, *, consent: bool, member: bool, allowed: bool) -> None:
    """The club's magazine ends with the programme; a later one needs a consent of its own (M-08.2, M-08.3, A-19)."""
    assert may_mail(mailing, on=on, consent=consent, member=member) is allowed


def test_both_reasons_are_kept_as_text() -> None:
    """The body names costs and fewer users, the FAQ fewer users only, in either language (M-01.3, A-20)."""
    texts = reasons()
    english = reasons("en")
    assert english.keys() == texts.keys()
    assert ["cost" in english[part] for part in ("body", "faq")] == [True, False]
    assert all("fewer" in text for text in english.values())
    assert "上昇" in texts["body"]
    assert "上昇" not in texts["faq"]
    assert all("減少" in text for text in texts.values())
