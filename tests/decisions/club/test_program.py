"""Programmes: what comes when, what follows from a run, and what a pause keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from decisions.engine import Outcome, Run
from decisions.program.domain import PROGRAM
from models.messages.entity import Command, EffectDone
from models.messages.program import BeginProgram, ProgramState

CODE = "wakwak-billing"


def at(text: str) -> datetime:
    """00:00 in Japan of a day, or a moment."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00+09:00")


def run(state: dict[str, Any] | None, moment: str, name: str | None = None, command: Command | None = None) -> Outcome:
    """One pass of the engine over a programme."""
    made = Run(PROGRAM, state or ProgramState().model_dump(mode="json"), at(moment), standing=None)
    if name is None or command is None:
        made.carry_out_due(at(moment))
    else:
        made.command(name, command)
    return made.outcome


def begun(on: str = "2018-05-20", code: str = CODE) -> dict[str, Any]:
    """A programme that began on a day."""
    return run(None, on, "begin", BeginProgram(op="b", code=code)).state


def done(state: dict[str, Any], item_id: str, moment: str, **counts: int) -> dict[str, Any]:
    """The state after a run was carried out."""
    return run(state, moment, "effect_done", EffectDone(op=item_id, item_id=item_id, data=counts)).state


def ahead(state: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Item → the Japan day and the effect."""
    return {key: (item["on"], item["effect"]) for key, item in state["agenda"].items()}


def test_the_first_run_is_that_of_the_month_it_begins_in() -> None:
    """Begun in May, it bills May, on June 5."""
    assert ahead(begun()) == {"issue_statements": ("2018-06-05", None)}
    assert begun()["agenda"]["issue_statements"]["data"]["period"] == "2018-05"


def test_an_unknown_programme_is_refused() -> None:
    """A code that no calendar knows does not begin."""
    refused = run(None, "2018-05-20", "begin", BeginProgram(op="b", code="lottery")).refused
    assert refused is not None
    assert refused.code == "UNKNOWN_PROGRAMME"


def test_a_programme_begins_once() -> None:
    """A second beginning is refused and changes nothing."""
    outcome = run(begun(), "2018-05-21", "begin", BeginProgram(op="b2", code=CODE))
    assert outcome.refused is not None
    assert outcome.entries == []


def test_on_its_day_the_work_is_put_on_the_agenda_and_the_next_month_on_the_calendar() -> None:
    """A moment before June 5 nothing happens; at 00:00 the effect is due now, and July 5 stands ahead."""
    assert run(begun(), "2018-06-04T23:59:59+09:00").entries == []
    state = run(begun(), "2018-06-05").state
    assert ahead(state) == {
        "issue_statements": ("2018-07-05", None),
        "issue_statements/2018-05": ("2018-06-05", "issue_statements"),
    }
    effect = state["agenda"]["issue_statements/2018-05"]
    assert effect["data"]["period"] == "2018-05"
    assert effect["data"]["heartbeat_s"] < effect["data"]["timeout_s"]


def test_months_missed_by_a_worker_that_was_away_are_caught_up_one_by_one() -> None:
    """Three months late: three runs, each with its own period and its own moment, the earliest first."""
    state = run(begun(), "2018-08-20").state
    effects = sorted((item["at"], item["item_id"]) for item in state["agenda"].values() if item["effect"])
    assert [item_id for _, item_id in effects] == [f"issue_statements/2018-0{month}" for month in (5, 6, 7)]


def test_due_dates_are_looked_at_on_the_day_after_them_where_something_is_open() -> None:
    """W-24.3: May's statements, due June 30, are looked at on July 1; with none open nobody looks."""
    state = run(begun(), "2018-06-05").state
    with_open = done(state, "issue_statements/2018-05", "2018-06-05", statements=2, open=1)
    assert ahead(with_open)["check_overdue"] == ("2018-07-01", None)
    assert with_open["runs"]["issue_statements"] == {"period": "2018-05", "counts": {"statements": 2, "open": 1}}
    nothing = done(state, "issue_statements/2018-05", "2018-06-05", statements=2, open=0)
    assert "check_overdue" not in ahead(nothing)


def test_what_was_left_alone_is_looked_at_again_a_month_later() -> None:
    """A-36: a statement that rested while a waiver was asked for is not forgotten."""
    state = run(begun(), "2018-06-05").state
    state = done(state, "issue_statements/2018-05", "2018-06-05", open=1)
    state = run(state, "2018-07-01").state
    assert ahead(state)["check_overdue/2018-07-01"] == ("2018-07-01", "check_overdue")
    again = done(state, "check_overdue/2018-07-01", "2018-07-01", suspended=1)
    assert ahead(again)["check_overdue"] == ("2018-08-01", None)
    assert "check_overdue" not in ahead(done(state, "check_overdue/2018-07-01", "2018-07-01", suspended=0))


def test_a_run_that_is_not_under_way_cannot_be_done() -> None:
    """A late answer of an attempt that was given up records nothing."""
    outcome = run(begun(), "2018-06-01", "effect_done", EffectDone(op="x", item_id="issue_statements"))
    assert outcome.refused is not None
    assert outcome.refused.code == "NOTHING_TO_DO"


def test_a_pause_keeps_the_calendar_and_resuming_catches_up() -> None:
    """Paused over June 5 nothing runs; resumed on June 20, May is billed at once and June stays ahead."""
    paused = run(begun(), "2018-06-01", "pause", Command(op="p")).state
    assert (paused["state"], paused["agenda"]) == ("paused", {})
    assert run(paused, "2018-06-10").entries == []
    resumed = run(paused, "2018-06-20", "resume", Command(op="r")).state
    assert resumed["state"] == "running"
    assert ahead(resumed) == {
        "issue_statements": ("2018-07-05", None),
        "issue_statements/2018-05": ("2018-06-05", "issue_statements"),
    }
