"""A filing under NTT's messages: any order, repeats, skips."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Moment = Callable[[str], datetime]


@pytest.fixture
def filing(new_life: Callable[..., Any], moment: Moment) -> Any:
    """A filing sent on 2018-05-20."""
    return _filed(new_life, moment)


def _filed(new_life: Callable[..., Any], moment: Moment) -> Any:
    life = new_life("filing")
    life.ask(
        "filed",
        moment("2018-05-20 09:00"),
        filing_id="F1",
        contract_id="K1",
        operator="EAST",
        brand="NEXT",
        service_type="FAMILY",
    )
    return life


def _say(life: Any, sequence: int, status: str, at: datetime, **more: Any) -> Any:
    return life.ask("carrier_status", at, sequence=sequence, status=status, occurred_at=at, **more)


def test_steps_may_be_skipped_and_repeated(filing: Any, moment: Moment) -> None:
    """From filed straight to waiting for the work, back to adjusting the date, and opened."""
    _say(filing, 1, "waiting_work", moment("2018-05-25 10:00"), work_on="2018-06-01")
    _say(filing, 2, "date_adjusting", moment("2018-05-30 10:00"))
    _say(filing, 3, "waiting_work", moment("2018-06-02 10:00"), work_on="2018-06-12")
    assert filing.now.agenda["late_opened"].on.isoformat() == "2018-06-14"
    _say(filing, 4, "opened", moment("2018-06-12 15:00"), opened_on="2018-06-12", line_key="L1")
    assert filing.now.state == "opened"
    assert [item.effect for item in filing.now.agenda.values()] == ["report_to_contract"]


def test_a_lower_sequence_is_kept_and_changes_nothing(filing: Any, moment: Moment) -> None:
    """Message 1 after message 2 leaves the state of message 2."""
    _say(filing, 2, "waiting_work", moment("2018-05-25 10:00"), work_on="2018-06-12")
    outcome = _say(filing, 1, "accepted", moment("2018-05-21 10:00"))
    assert outcome.answer.decision["outcome"] == "stale"
    assert (filing.now.state, filing.now.sequence) == ("waiting_work", 2)


@pytest.mark.parametrize(("until", "late"), [("2018-05-25 23:59", []), ("2018-05-26 00:00", ["late_accepted"])])
def test_silence_past_a_milestone_raises_jeopardy(filing: Any, moment: Moment, until: str, late: list[str]) -> None:
    """NTT has to accept within five days of the filing; the sixth day starts with a task."""
    filing.pass_to(moment(until))
    assert filing.now.jeopardy == late
    assert set(filing.now.tasks) == {each.upper() for each in late}


def test_a_defect_is_corrected_and_sent_again(filing: Any, moment: Moment) -> None:
    """The operator's task goes with the correction, which goes to NTT."""
    _say(filing, 1, "defect", moment("2018-05-22 10:00"), defects=["ADDRESS"])
    assert set(filing.now.tasks) == {"FILING_DEFECT"}
    filing.ask("correct_filing", moment("2018-05-23 10:00"), fields=["address"], note_id="N1")
    assert (filing.now.state, filing.now.tasks) == ("filed", {})
    assert "send_correction" in filing.now.agenda


@pytest.mark.parametrize(("day", "refused"), [("2018-06-11 23:59", False), ("2018-06-12 00:00", True)])
def test_the_work_day_is_the_hard_point_of_no_return(filing: Any, moment: Moment, day: str, refused: bool) -> None:
    """An order with work on 2018-06-12 can be taken back on the 11th and not on the 12th."""
    _say(filing, 1, "waiting_work", moment("2018-05-25 10:00"), work_on="2018-06-12")
    outcome = filing.ask("withdraw_filing", moment(day))
    assert (outcome.refused is not None) is refused


@given(
    st.lists(
        st.tuples(
            st.integers(1, 6),
            st.sampled_from(
                ["accepted", "negotiating", "waiting_facility", "date_adjusting", "waiting_work", "opened"]
            ),
        ),
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_state_is_that_of_the_highest_sequence_before_the_end(
    new_life: Callable[..., Any], moment: Moment, messages: list[tuple[int, str]]
) -> None:
    """However messages are repeated and reordered, only a higher number moves the filing, and the opening is final."""
    filing = _filed(new_life, moment)
    highest, state = 0, "filed"
    for sequence, status in messages:
        _say(filing, sequence, status, moment("2018-05-21 10:00"))
        if sequence > highest and state != "opened":
            highest, state = sequence, status
    assert (filing.now.state, filing.now.sequence) == (state, highest)


@pytest.mark.parametrize("how", ["withdrawn", "opened"])
def test_what_was_late_is_nobody_s_task_once_the_order_is_over(filing: Any, moment: Moment, how: str) -> None:
    """A defect told and an acceptance that never came go with the order, taken back or carried out (W-08.1)."""
    _say(filing, 1, "defect", moment("2018-05-21 10:00"), defects=["ADDRESS"])
    filing.pass_to(moment("2018-08-01 00:00"))
    assert "FILING_DEFECT" in filing.now.tasks
    if how == "withdrawn":
        filing.ask("withdraw_filing", moment("2018-08-01 10:00"))
    else:
        _say(filing, 2, "opened", moment("2018-08-01 10:00"), opened_on="2018-08-01", line_key="L1")
    assert filing.now.tasks == {}
