"""The plan by which フレッツ光メンバーズクラブ ends, and what stops with it (M-01.2, M-07.1, M-08.x, F-02)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from rules import terms
from rules.calendar import Month, check_plausible, japan_day
from rules.club import booking
from rules.club.reversion import reverts_on
from rules.refusal import Refusal


@dataclass(frozen=True)
class Redating:
    """Lots granted from a day to a day, both inclusive, whose expiry moves to `expires_on` (M-04.4)."""

    granted_from: date
    granted_to: date
    expires_on: date
    """The new last usable day."""

    def covers(self, granted_on: date) -> bool:
        """Whether a lot of that grant day is re-dated."""
        return self.granted_from <= granted_on <= self.granted_to


@dataclass(frozen=True)
class Plan:
    """The dates of the closing notice; Japan days, all inclusive. An impossible plan cannot be made.

    Raises:
        Refusal: `NOTICE_TOO_SHORT` (less than 30 days between announcement and end, F-02), `PLAN_OUT_OF_ORDER` or
            `DATE_OUT_OF_RANGE`.
    """

    announced_on: date
    """The first day on which the plan is known: from here lots carry their new expiry."""
    registration_ends_on: date
    """The last day on which an application for membership counts (M-06.1)."""
    last_grant_month: Month
    """The month in which the last points are booked (M-02.5): December 2023 in the notice."""
    points_redated: Redating
    ends_on: date
    """The last day of the programme, still usable (M-07.1, A-12)."""

    def __post_init__(self) -> None:
        """Refuse a plan that contradicts itself or the member terms, or of no plausible day."""
        for name, day in (
            ("announced_on", self.announced_on),
            ("registration_ends_on", self.registration_ends_on),
            ("last_grant_month", self.last_grant_month.first_day),
            ("granted_from", self.points_redated.granted_from),
            ("granted_to", self.points_redated.granted_to),
            ("expires_on", self.points_redated.expires_on),
            ("ends_on", self.ends_on),
        ):
            check_plausible(name, day)
        _check_notice(self)
        _check_order(self)

    @property
    def last_booking_on(self) -> date:
        """The last day on which points may be booked (M-02.5)."""
        return self.last_grant_month.last_day

    @property
    def last_usage_month(self) -> Month:
        """The last month whose use earns points: the one before the last booking month (M-02.4, A-03)."""
        return booking.usage_month_booked_in(self.last_grant_month)

    @property
    def last_term_end_month(self) -> Month:
        """The last term end month with a bonus: its booking month is the last booking month (M-03.8, A-04)."""
        return booking.term_end_month_booked_in(self.last_grant_month)

    @property
    def announce_by(self) -> date:
        """The latest day of announcement that the member terms allow for this end (M-08.4, F-02)."""
        return self.ends_on - timedelta(days=terms.constant("club.end_notice_days_min", int))

    def known_on(self, day: date) -> bool:
        """Whether the plan had been announced by `day`."""
        return self.announced_on <= day

    def edition(self, day: date) -> str | None:
        """What club decisions name as edition: the announcement day, None before it (M-08.4)."""
        return self.announced_on.isoformat() if self.known_on(day) else None

    def as_json(self) -> dict[str, Any]:
        """The plan as the public interface writes it."""
        return {
            "announced_on": self.announced_on.isoformat(),
            "registration_ends_on": self.registration_ends_on.isoformat(),
            "last_grant_month": str(self.last_grant_month),
            "points_redated": {
                "granted_from": self.points_redated.granted_from.isoformat(),
                "granted_to": self.points_redated.granted_to.isoformat(),
                "expires_on": self.points_redated.expires_on.isoformat(),
            },
            "ends_on": self.ends_on.isoformat(),
        }


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def plan_of(row: Mapping[str, Any]) -> Plan:
    """Read a plan as `Plan.as_json` writes it; days may also be dates.

    Raises:
        KeyError: a date is missing.
        ValueError: a date is ill-formed; a `Refusal` when the plan is impossible.
    """
    redated = row["points_redated"]
    return Plan(
        announced_on=_day(row["announced_on"]),
        registration_ends_on=_day(row["registration_ends_on"]),
        last_grant_month=Month.parse(row["last_grant_month"]),
        points_redated=Redating(
            _day(redated["granted_from"]), _day(redated["granted_to"]), _day(redated["expires_on"])
        ),
        ends_on=_day(row["ends_on"]),
    )


@functools.cache
def notice_plan() -> Plan:
    """The plan of the notice, which holds until the owner replaces it."""
    return plan_of(terms.constant("club.plan", dict[str, Any]))


def _check_notice(plan: Plan) -> None:
    if plan.announced_on > plan.announce_by:
        raise Refusal(
            "NOTICE_TOO_SHORT",
            f"A programme that ends on {plan.ends_on} must be announced by {plan.announce_by}.",
            ("M-08.4",),
            values={"ends_on": plan.ends_on, "announce_by": plan.announce_by},
        )


def _check_order(plan: Plan) -> None:
    redated, booking = plan.points_redated, plan.last_booking_on
    pairs: tuple[tuple[str, date, str, date, str], ...] = (
        ("announced_on", plan.announced_on, "registration_ends_on", plan.registration_ends_on, "M-06.1"),
        ("registration_ends_on", plan.registration_ends_on, "ends_on", plan.ends_on, "M-06.1"),
        ("announced_on", plan.announced_on, "the end of last_grant_month", booking, "M-02.5"),
        ("the end of last_grant_month", booking, "ends_on", plan.ends_on, "M-02.5"),
        ("granted_from", redated.granted_from, "granted_to", redated.granted_to, "M-04.4"),
        ("granted_to", redated.granted_to, "the end of last_grant_month", booking, "M-04.4"),
        ("granted_to", redated.granted_to, "expires_on", redated.expires_on, "M-04.4"),
        # A lot must not have expired before its owner could learn of the new day.
        ("announced_on", plan.announced_on, "expires_on", redated.expires_on, "M-04.4"),
        ("expires_on", redated.expires_on, "ends_on", plan.ends_on, "M-04.5"),
    )
    for earlier, earlier_on, later, later_on, article in pairs:
        if earlier_on > later_on:
            detail = f"In a plan {earlier} ({earlier_on}) must not be after {later} ({later_on})."
            raise Refusal(
                "PLAN_OUT_OF_ORDER", detail, (article,), values={"earlier_on": earlier_on, "later_on": later_on}
            )


def check_replacement(current: Plan, new: Plan, today: date) -> None:
    """Whether `new` may replace `current` on `today`: only before `current` is announced, never into the past.

    The announcement is the first effect of a plan, because lots are re-dated from it on (M-04.4). The same plan
    again is no change and always allowed.

    Raises:
        Refusal: `PLAN_IN_EFFECT` or `ANNOUNCED_IN_THE_PAST`.
    """
    if new == current:
        return
    if current.known_on(today):
        raise Refusal(
            "PLAN_IN_EFFECT",
            f"The plan announced on {current.announced_on} is already in effect and cannot be replaced.",
            ("M-08.4", "M-04.4"),
            values={"on": current.announced_on},
        )
    if new.announced_on < today:
        raise Refusal(
            "ANNOUNCED_IN_THE_PAST",
            f"A plan cannot be announced on {new.announced_on}, which lies before {today}.",
            ("M-08.4",),
            values={"on": new.announced_on, "today": today},
        )


class Component(StrEnum):
    """The four parts of the programme that end (M-01.2)."""

    POINTS = "points"
    """ポイントプログラム."""
    MAIL_MAGAZINE = "mail_magazine"
    """メールマガジン."""
    CONTRACT_PAGE = "contract_page"
    """ご契約・ご利用情報."""
    STORAGE_PERK = "storage_perk"
    """増量特典."""


@dataclass(frozen=True)
class ComponentEnd:
    """How one component ends."""

    component: Component
    last_day: date
    """The last day of the benefit."""
    winds_down_on: date
    """The last day of its supply before that (points: last booking), otherwise `last_day`."""
    settles_on: date
    """The last day of an after-effect (storage: the capacity reverts at its end), otherwise `last_day`."""
    articles: tuple[str, ...]


def schedule(plan: Plan | None = None) -> tuple[ComponentEnd, ...]:
    """The four wind-downs that hang off one programme end (M-01.2)."""
    plan = plan or notice_plan()
    end, reversion = plan.ends_on, reverts_on(plan.ends_on)
    return (
        ComponentEnd(Component.POINTS, end, plan.last_booking_on, end, ("M-02.5", "M-04.5", "M-01.2")),
        ComponentEnd(Component.MAIL_MAGAZINE, end, end, end, ("M-08.2", "M-01.2")),
        ComponentEnd(Component.CONTRACT_PAGE, end, end, end, ("M-08.1", "M-01.2")),
        ComponentEnd(Component.STORAGE_PERK, end, end, reversion, ("M-07.4", "M-07.3", "M-01.2")),
    )


def is_open(at: datetime, plan: Plan | None = None) -> bool:
    """Whether the programme and its site still run at an aware moment: to the end of the last day (M-07.1, A-12)."""
    return japan_day(at) <= (plan or notice_plan()).ends_on


def check_page_request(received_at: datetime, plan: Plan | None = None) -> None:
    """A request typed into ご契約・ご利用情報 counts by its arrival; work on it goes on after the end (M-08.1).

    Raises:
        Refusal: `PAGE_CLOSED` from 00:00 JST of the day after the programme end.
    """
    if not is_open(received_at, plan):
        ended = (plan or notice_plan()).ends_on
        raise Refusal(
            "PAGE_CLOSED",
            f"The page closed at the end of {ended}; use another channel.",
            ("M-08.1",),
            values={"last": ended},
        )


class MailingList(StrEnum):
    """Two lists with a consent each: the second never follows from the first (M-08.3, A-19)."""

    CLUB = "club"
    """The club's magazine, to all registered members (M-08.2)."""
    NTT_EAST = "ntt_east"
    """A later information magazine of NTT East."""


def may_mail(mailing: MailingList, *, on: date, consent: bool, member: bool, plan: Plan | None = None) -> bool:
    """Whether a magazine may go to a person on a day.

    Args:
        mailing: which list.
        on: the Japan day of sending.
        consent: the person's consent to this very list.
        member: whether the person is a member on that day; asked by the club's list only.
        plan: the plan in force.
    """
    if mailing is MailingList.CLUB:
        return consent and member and on <= (plan or notice_plan()).ends_on
    return consent


def reasons(language: Literal["ja", "en"] = "ja") -> dict[str, str]:
    """The two published reasons for the closure, by the part of the notice; display only (M-01.3, A-20).

    Args:
        language: `ja` as published, `en` what that says.
    """
    found = terms.constant("club.notice_reasons" if language == "ja" else "club.notice_reasons_english", dict[str, str])
    return dict(found)
