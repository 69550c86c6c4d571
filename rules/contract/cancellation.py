"""Cancellation by the contractor and the window of an initial cancellation (articles 10, 12-4, 22)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rules import terms
from rules.calendar import Month, japan_day
from rules.citation import Decision, edition
from rules.dated import DatedError
from rules.refusal import Refusal

_SATURDAY = 5

_ROWS = {
    ("paper", True): "W-10.2",
    ("paper", False): "W-10.3",
    ("online", True): "W-10.4",
    ("online", False): "W-10.5",
}
"""The row that decides, by channel and by whether the notice met the cut-off."""


def check_channel(channel: str, chapter: int | None = None) -> None:
    """Pass where a cancellation may be notified so (W-10.1, W-22.1).

    Args:
        channel: as the notice came.
        chapter: of the contract, 2 to cite article 22 as well; None where it is not known yet.

    Raises:
        Refusal: `CHANNEL_NOT_OFFERED`.
    """
    if channel not in terms.constant("cancellation.channels", list[str]):
        detail = "A cancellation is notified on paper or online only."
        raise Refusal("CHANNEL_NOT_OFFERED", detail, ("W-10.1", *_mirrored(chapter)))


def _mirrored(chapter: int | None) -> tuple[str, ...]:
    return ("W-22.1",) if chapter == 2 else ()


def cancellation_date(
    channel: str,
    received_at: datetime,
    wanted_month: Month | None = None,
    *,
    chapter: int = 1,
    posted_on: date | None = None,
) -> Decision:
    """The last day of a contract whose cancellation (解約) was notified (W-10.1 to W-10.7, W-22.1).

    The Japan day of arrival counts, not the postmark, and no weekend moves it (A-26). Online after the cut-off is
    read like paper (A-25, A-27). All of it are dated parameters. The contract is in force to the end of
    `effective_on`, always a month end (W-10.7).

    Args:
        channel: `paper` or `online`.
        received_at: arrival of the letter or sending of the form, with an offset.
        wanted_month: the month the contractor wants to end with; an impossible one gives the earliest (W-10.6).
        chapter: 1, or 2 to cite article 22 as well.
        posted_on: the postmark of a letter; read only where the owner lets it count (A-26).

    Raises:
        Refusal: `CHANNEL_NOT_OFFERED`, the notice came another way (W-10.1); `AFTER_CUTOFF`, online after the
            cut-off where the owner refuses such a notice (A-25).
        DatedError: the notice arrived before 2010-02-01 (W-99.1).
    """
    mirrored = _mirrored(chapter)
    check_channel(channel, chapter)
    counted_on = _counted_on(channel, japan_day(received_at), posted_on)
    cutoff = terms.dated("cancellation.cutoff_day", int).on(counted_on)
    in_time = counted_on <= _last_in_time(Month.of(counted_on), cutoff)
    if (
        channel == "online"
        and not in_time
        and terms.dated("cancellation.online_after_cutoff", str).on(counted_on) == "refused"
    ):
        detail = f"an online notice is taken up to day {cutoff} of a month; send it again from the first of the next"
        raise Refusal("AFTER_CUTOFF", detail, ("W-10.5", *mirrored), values={"day": cutoff})
    earliest = Month.of(counted_on) if in_time else Month.of(counted_on).plus(1)
    honoured = wanted_month if terms.dated("cancellation.wanted_month_counts", bool).on(counted_on) else None
    month = earliest if honoured is None else max(earliest, honoured)
    asked_for_another = wanted_month is not None and wanted_month != earliest
    side = f"on or before day {cutoff}" if in_time else f"after day {cutoff}"
    return Decision(
        outcome="accepted",
        articles=(_ROWS[channel, in_time], *(("W-10.6",) if asked_for_another else ()), *mirrored),
        effective_on=month.last_day,
        edition=edition(counted_on),
        detail=f"received {counted_on}, {side} of the month: the contract ends at the end of {month.last_day}",
    )


def _counted_on(channel: str, received_on: date, posted_on: date | None) -> date:
    """The day a notice counts for: its arrival, or where the owner says so the postmark of a letter (A-26)."""
    by_postmark = (
        channel == "paper" and terms.dated("cancellation.paper_counts_from", str).on(received_on) == "postmark"
    )
    return min(posted_on, received_on) if by_postmark and posted_on is not None else received_on


def _last_in_time(month: Month, cutoff: int) -> date:
    """The last day in time for a month; a weekend moves it only where the owner says so (A-26)."""
    day = month.first_day.replace(day=cutoff)
    moves = terms.dated("cancellation.cutoff_on_weekend", str).on(day) == "next_monday" and day.weekday() >= _SATURDAY
    return day + timedelta(days=7 - day.weekday()) if moves else day


def initial_cancellation(papers_received_on: date, dispatched_on: date) -> Decision:
    """Whether an initial cancellation (初期契約解除) was sent in time (W-12.4, A-54).

    The day the papers arrived is day 1 of the window and its last day is included; sending counts, not arrival. A
    notice sent before the papers came is in time. It takes effect on the day of sending (W-10.7).

    Raises:
        Refusal: `INITIAL_CANCELLATION_UNKNOWN`, the papers arrived before the law gave this right (F-19).
    """
    try:
        days = terms.dated("cancellation.initial_cancellation_days", int).on(papers_received_on)
    except DatedError as error:
        raise Refusal(
            "INITIAL_CANCELLATION_UNKNOWN",
            f"the law knew no initial cancellation when the papers arrived on {papers_received_on}",
            ("W-12.4",),
            values={"on": papers_received_on},
        ) from error
    last_day = papers_received_on + timedelta(days=days - 1)
    in_time = dispatched_on <= last_day
    return Decision(
        outcome="in_time" if in_time else "too_late",
        articles=("W-12.4", "W-10.7") if in_time else ("W-12.4",),
        effective_on=dispatched_on if in_time else None,
        edition=edition(dispatched_on),
        detail=f"papers received {papers_received_on}: the notice had to be sent by {last_day}, that day included",
        data={"last_day": last_day.isoformat()},
    )
