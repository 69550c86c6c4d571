"""What waits for an operator is settled by whoever dealt with it, whatever kind of entity it waits for (X-05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from decisions.engine import Run
from decisions.registry import DOMAINS
from models.messages.contract.notices import SettleTask
from models.messages.entity import EffectDone
from tests.given import Standing

Moment = Callable[[str], datetime]


def settled(kind: str, waits: str, why: str, at: datetime) -> Run:
    """A run of one command on a state in which one thing waits."""
    domain = DOMAINS[kind]
    task = {"why": waits, "since": at.isoformat(), "articles": ["W-08.1"]}
    state = domain.state().model_dump(mode="json") | {"tasks": {waits: task}, "seq": 1}
    run = Run(domain, state, at, log=list, standing=Standing())
    run.command("settle_task", SettleTask(op="1", at=at, actor="operator", reason_code="other", why=why))
    return run


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("filing", "LATE_WORK_DATE"),
        ("filing", "EFFECT_REFUSED"),
        ("membership", "RENEWAL_BOOKED_IN_ERROR"),
        ("membership", "BONUS_NOT_BOOKED"),
        ("membership", "STORAGE_TO_RAISE"),
        ("program", "POINTS_NOT_BOOKED"),
        ("rollout", "WORKFLOW_RESTARTED"),
        ("exchange", "EFFECT_REFUSED"),
    ],
)
def test_every_kind_of_entity_lets_go_of_what_was_dealt_with(kind: str, why: str, moment: Moment) -> None:
    """The task leaves the list; who, when and the articles stay in the log."""
    run = settled(kind, why, why, moment("2019-04-10 10:00"))
    assert run.outcome.refused is None
    assert run.outcome.state["tasks"] == {}
    (entry,) = run.outcome.entries
    assert (entry.event, entry.articles, entry.actor) == ("settle_task", ["W-08.1", "X-05"], "operator")


@pytest.mark.parametrize(
    ("kind", "waits", "why", "code"),
    [
        ("contract", "REVISION_APPROVAL", "REVISION_APPROVAL", "DECIDED_ELSEWHERE"),
        ("rollout", "ROLLOUT_FAILED", "ROLLOUT_FAILED", "DECIDED_ELSEWHERE"),
        ("program", "MEMBERS_NOT_TOLD", "MEMBERS_NOT_TOLD", "DECIDED_ELSEWHERE"),
        ("filing", "LATE_WORK_DATE", "LATE_OPENED", "NO_SUCH_TASK"),
    ],
)
def test_what_another_update_decides_is_not_waved_through(
    kind: str, waits: str, why: str, code: str, moment: Moment
) -> None:
    """A revision that waits is approved or refused; saying that it was dealt with would leave it hanging."""
    run = settled(kind, waits, why, moment("2019-04-10 10:00"))
    assert run.outcome.refused is not None
    assert run.outcome.refused.code == code
    assert list(run.outcome.state["tasks"]) == [waits]


def test_what_takes_two_updates_names_both_in_turn(moment: Moment) -> None:
    """A programme that runs cannot be resumed: it is paused first."""
    run = settled("program", "MEMBERS_NOT_TOLD", "MEMBERS_NOT_TOLD", moment("2019-04-10 10:00"))
    assert run.outcome.refused.detail == "MEMBERS_NOT_TOLD is settled by pause, then resume."


@pytest.mark.parametrize("why", ["WORKFLOW_RESTARTED", "UNDELIVERABLE", "EFFECT_REFUSED"])
def test_a_filing_that_is_over_closes_with_the_last_answer(why: str, moment: Moment) -> None:
    """While an operator is asked the record stays open; the answer closes it, and undoes nothing that NTT was told."""
    at, domain = moment("2019-04-10 10:00"), DOMAINS["filing"]
    report = {"item_id": "report", "event": "report", "at": at, "on": at.date(), "articles": ["W-08.1"], "label": ""}
    state = domain.state.model_validate(
        {
            "seq": 1,
            "state": "opened",
            "agenda": {"report": {**report, "effect": "report"}},
            "tasks": {why: {"why": why, "since": at, "articles": ["X-05"]}},
        }
    ).model_dump(mode="json")
    told = Run(domain, state, at, log=list, standing=Standing())
    told.command("effect_done", EffectDone(op="1", at=at, actor="worker", item_id="report"))
    assert (told.outcome.refused, told.outcome.state["agenda"], told.outcome.state["closed"]) == (None, {}, False)
    answered = Run(domain, told.outcome.state, at, log=list, standing=Standing())
    answered.command("settle_task", SettleTask(op="2", at=at, actor="operator", reason_code="other", why=why))
    assert [(entry.event, entry.actor) for entry in answered.outcome.entries] == [
        ("settle_task", "operator"),
        ("close", "timer"),
    ]
    assert answered.outcome.state["closed"]
