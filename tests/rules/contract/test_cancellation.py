"""Cancellation by the contractor and the window of an initial cancellation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import terms
from rules.calendar import JST, Month
from rules.contract import cancellation
from rules.dated import DatedError
from rules.refusal import Refusal


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


SENTENCES = [
    # channel, received (Japan time), wanted month, ends, rows
    ("paper", "2019-04-25", None, "2019-04-30", ["W-10.2"]),
    ("paper", "2019-04-26", None, "2019-05-31", ["W-10.3"]),
    ("paper", "2024-02-25", None, "2024-02-29", ["W-10.2"]),
    ("paper", "2019-12-26", None, "2020-01-31", ["W-10.3"]),
    ("paper", "2024-01-31", None, "2024-02-29", ["W-10.3"]),
    ("paper", "2019-04-01", None, "2019-04-30", ["W-10.2"]),
    ("online", "2019-04-25T23:59:59", None, "2019-04-30", ["W-10.4"]),
    ("online", "2019-04-26T00:00:00", None, "2019-05-31", ["W-10.5"]),
    ("paper", "2019-03-03", "2019-05", "2019-05-31", ["W-10.2", "W-10.6"]),
    ("paper", "2019-04-27", "2019-04", "2019-05-31", ["W-10.3", "W-10.6"]),
    ("paper", "2019-04-27", "2019-05", "2019-05-31", ["W-10.3"]),
    ("online", "2019-04-20", "2019-04", "2019-04-30", ["W-10.4"]),
    ("online", "2019-04-26", "2020-02", "2020-02-29", ["W-10.5", "W-10.6"]),
    ("paper", "2020-03-25", None, "2020-03-31", ["W-10.2"]),
    ("paper", "2020-03-26", None, "2020-04-30", ["W-10.3"]),
]


@pytest.mark.parametrize(("channel", "received", "wanted", "ends", "rows"), SENTENCES)
def test_notice_received_on_a_day_ends_the_contract_at_a_month_end(
    channel: str, received: str, wanted: str | None, ends: str, rows: list[str]
) -> None:
    """W-10.2 to W-10.6: a notice by the 25th ends this month, later the next, a later wanted month is honoured."""
    month = Month.parse(wanted) if wanted else None
    decision = cancellation.cancellation_date(channel, _at(received), month)
    assert decision.effective_on == date.fromisoformat(ends)
    assert list(decision.articles) == rows
    assert decision.edition is not None


@pytest.mark.parametrize(("received", "ends"), [("2012-06-25", "2012-06-30"), ("2012-06-26", "2012-07-31")])
def test_chapter_2_has_the_same_cutoff_and_cites_article_22(received: str, ends: str) -> None:
    """W-22.1: a with フレッツ contract ends by the same 25th."""
    decision = cancellation.cancellation_date("paper", _at(received), chapter=2)
    assert decision.effective_on == date.fromisoformat(ends)
    assert decision.articles[-1] == "W-22.1"
    assert decision.edition == "2012-03-01"


@pytest.mark.parametrize(("moment", "ends"), [(14, date(2019, 4, 30)), (15, date(2019, 5, 31))])
def test_japan_day_decides_and_not_the_day_of_the_offset(moment: int, ends: date) -> None:
    """X-01: 14:59 UTC of the 25th is still the 25th in Japan, 15:00 UTC is the 26th."""
    received_at = datetime(2019, 4, 25, moment, 0, tzinfo=UTC) - (timedelta(minutes=1) if moment == 14 else timedelta())
    assert cancellation.cancellation_date("online", received_at).effective_on == ends


@pytest.mark.parametrize("channel", ["phone", "PAPER", ""])
def test_another_channel_is_refused_and_the_two_are_named(channel: str) -> None:
    """W-10.1: a cancellation by phone is refused, explaining the channels."""
    with pytest.raises(Refusal, match="on paper or online") as refused:
        cancellation.cancellation_date(channel, _at("2019-04-25"))
    assert (refused.value.code, refused.value.articles) == ("CHANNEL_NOT_OFFERED", ("W-10.1",))


def test_first_day_of_the_rule_book_is_the_first_with_an_answer() -> None:
    """W-99.1: a notice of 2010-01-31 falls under rules we do not have, one of 2010-02-01 is answered."""
    assert cancellation.cancellation_date("paper", _at("2010-02-01")).effective_on == date(2010, 2, 28)
    with pytest.raises(DatedError):
        cancellation.cancellation_date("paper", _at("2010-01-31T23:59:59"))


def test_moment_without_offset_is_refused() -> None:
    """X-01: a moment without an offset has no Japan day."""
    with pytest.raises(ValueError, match="offset"):
        cancellation.cancellation_date("paper", datetime(2019, 4, 25))  # noqa: DTZ001 - the naive moment is the point


@given(
    received_at=st.datetimes(min_value=datetime(2010, 2, 2), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    channel=st.sampled_from(["paper", "online"]),
    ahead=st.none() | st.integers(min_value=-24, max_value=24),
)
def test_every_contract_ends_at_a_month_end_not_before_the_notice(
    received_at: datetime, channel: str, ahead: int | None
) -> None:
    """W-10.7: the end is a real month end, in this or the next month, or the later wanted one, never a day before."""
    received_on = received_at.astimezone(JST).date()
    wanted = None if ahead is None else Month.of(received_on).plus(ahead)
    ends = cancellation.cancellation_date(channel, received_at, wanted).effective_on
    assert ends is not None
    assert ends >= received_on
    assert (ends + timedelta(days=1)).day == 1
    earliest = 0 if received_on.day <= 25 else 1
    assert Month.of(received_on).months_until(Month.of(ends)) == max(earliest, ahead or 0)


@given(day=st.dates(date(2010, 2, 1), date(2200, 1, 1)))
def test_a_later_notice_never_ends_earlier(day: date) -> None:
    """W-10.2, W-10.3: one day later never brings the end forward."""
    today = cancellation.cancellation_date("paper", _at(day.isoformat())).effective_on
    tomorrow = cancellation.cancellation_date("paper", _at((day + timedelta(days=1)).isoformat())).effective_on
    assert today is not None
    assert tomorrow is not None
    assert today <= tomorrow


@pytest.mark.parametrize(
    ("dispatched", "outcome", "effective"),
    [
        ("2018-05-17", "in_time", "2018-05-17"),
        ("2018-05-18", "too_late", None),
        ("2018-05-10", "in_time", "2018-05-10"),
        ("2018-05-09", "in_time", "2018-05-09"),
    ],
)
def test_initial_cancellation_is_sent_by_day_8(dispatched: str, outcome: str, effective: str | None) -> None:
    """W-12.4, A-54: papers of 2018-05-10 give until 2018-05-17, and a notice before the papers is in time."""
    decision = cancellation.initial_cancellation(date(2018, 5, 10), date.fromisoformat(dispatched))
    assert decision.outcome == outcome
    assert decision.data == {"last_day": "2018-05-17"}
    assert decision.effective_on == (date.fromisoformat(effective) if effective else None)
    assert "W-12.4" in decision.articles


def test_initial_cancellation_exists_since_the_law_gave_it() -> None:
    """F-19: papers of 2016-05-21 open a window, papers of the day before open none."""
    assert cancellation.initial_cancellation(date(2016, 5, 21), date(2016, 5, 28)).outcome == "in_time"
    with pytest.raises(Refusal, match="2016-05-20") as refused:
        cancellation.initial_cancellation(date(2016, 5, 20), date(2016, 5, 20))
    assert refused.value.articles == ("W-12.4",)


@given(papers=st.dates(date(2016, 5, 21), date(2200, 1, 1)), after=st.integers(-400, 400))
def test_initial_cancellation_is_in_time_exactly_to_the_seventh_day_after(papers: date, after: int) -> None:
    """A-54: the day of receipt is day 1, so the seventh day after it is the last."""
    decision = cancellation.initial_cancellation(papers, papers + timedelta(days=after))
    assert (decision.outcome == "in_time") == (after <= 7)


def test_a_refusal_without_an_article_cannot_be_made() -> None:
    """X-04: what is refused rests on an article."""
    with pytest.raises(ValueError, match="no article"):
        Refusal("ANY", "because", ())


def test_cutoff_is_a_dated_parameter() -> None:
    """X-04: the 25th stands in the terms with its dates, not in code."""
    period = terms.dated("cancellation.cutoff_day", int).period(date(2018, 5, 20))
    assert (period.value, period.from_on, period.to_on) == (25, date(2010, 2, 1), None)
