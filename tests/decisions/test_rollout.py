"""Rollouts decided: announced, held, resumed, finished; and what one contract's part of them changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from decisions.contract.domain import CONTRACT
from decisions.contract.facts import LineKnown
from decisions.engine import Run
from decisions.reading import as_of
from decisions.rollout.domain import ROLLOUT
from decisions.rollout.facts import RolloutKnown
from models.messages.contract.contract import ContractState, LineFacts, MinimumTerm
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import Command, EffectDone, Entry
from models.messages.rollout import MOVE_CONTRACTS, SEND_NOTICES, WAKE_CONTRACTS, Announce, ResumeRollout
from rules.calendar import end_of, start_of

APRIL = datetime(2017, 4, 20, 0, 0, tzinfo=UTC)
FIRST = date(2017, 6, 1)
FIRST_MOMENT = start_of(FIRST)

MERGER = Announce(
    op="a",
    rollout_id="R1",
    kind="course_merge",
    courses=["W2_FAMILY_OLD", "W2_FAMILY_LIGHT"],
    to_course="W2_FAMILY",
    announced_on=date(2017, 4, 20),
    effective_on=FIRST,
)


def _counts(given: dict[str, Any]) -> RolloutKnown | None:
    """What the table says of a rollout, where a test says it."""
    if not given:
        return None
    return RolloutKnown(
        counts=given["rollout_counts"], unnoticed=given["rollout_unnoticed"], to_wake=given["rollout_to_wake"]
    )


class Life:
    """One rollout, command after command, with the counts its table would give."""

    def __init__(self) -> None:
        """Begin empty."""
        self.state = ROLLOUT.state().model_dump(mode="json")
        self.log: list[Entry] = []
        self._ops = iter(range(1_000))

    def send(self, name: str, command: Command, at: datetime, **facts: Any) -> Run:
        """Decide one command at a moment."""
        command = command.model_copy(update={"op": f"op-{next(self._ops)}", "at": at})
        run = Run(ROLLOUT, self.state, at, log=self.log, facts=_counts(facts), standing=None)
        run.command(name, command)
        self._take(run)
        return run

    def wake(self, at: datetime) -> None:
        """Carry out what is due."""
        run = Run(ROLLOUT, self.state, at, log=self.log, standing=None)
        run.carry_out_due(at)
        self._take(run)

    def page_done(self, at: datetime, unnoticed: int = 0, to_wake: int = 0, **counts: int) -> None:
        """The page under way is done, and the table stands as said."""
        (item,) = (item for item in self.state["agenda"].values() if item["effect"])
        command = EffectDone(item_id=item["item_id"])
        self.send(
            "effect_done", command, at, rollout_counts=counts, rollout_unnoticed=unnoticed, rollout_to_wake=to_wake
        )

    def _take(self, run: Run) -> None:
        self.state = run.outcome.state
        self.log += run.outcome.entries

    @property
    def effects(self) -> list[str]:
        """What is under way."""
        return [item["effect"] for item in self.state["agenda"].values() if item["effect"]]


def announced(at: datetime = APRIL, **changes: Any) -> Life:
    """A rollout just announced."""
    life = Life()
    run = life.send("announce", MERGER.model_copy(update=changes), at)
    assert run.outcome.refused is None
    return life


def running() -> Life:
    """A rollout whose day has come, and whose contractors have been told."""
    life = announced()
    life.page_done(APRIL, planned=3)
    life.wake(FIRST_MOMENT)
    life.page_done(FIRST_MOMENT, planned=3)
    return life


def test_an_announcement_sends_notices_and_waits_for_its_day() -> None:
    """Announced today: letters go out at once, the change waits for 00:00 JST of its day."""
    life = announced()
    assert life.state["state"] == "announced"
    assert life.effects == [SEND_NOTICES]
    assert datetime.fromisoformat(life.state["agenda"]["start"]["at"]) == FIRST_MOMENT
    life.wake(FIRST_MOMENT - timedelta(microseconds=1))
    assert life.state["state"] == "announced"
    life.wake(FIRST_MOMENT)
    assert life.state["state"] == "running"


def test_an_announcement_of_a_later_day_sends_its_notices_then() -> None:
    """Announced for tomorrow: no letter leaves before 00:00 JST of that day."""
    tomorrow = date(2017, 4, 21)
    life = announced(announced_on=tomorrow)
    life.wake(start_of(tomorrow) - timedelta(microseconds=1))
    assert life.effects == []
    life.wake(start_of(tomorrow))
    assert life.effects == [SEND_NOTICES]


@pytest.mark.parametrize(("days", "code"), [(30, None), (29, "NOTICE_TOO_SHORT"), (0, "EFFECTIVE_BEFORE_NOTICE")])
def test_the_notice_period_is_checked(days: int, code: str | None) -> None:
    """30 days ahead are enough, 29 are not (A-51)."""
    life = Life()
    announced_on = FIRST - timedelta(days=days)
    run = life.send("announce", MERGER.model_copy(update={"announced_on": announced_on}), APRIL)
    assert (run.outcome.refused.code if run.outcome.refused else None) == code
    assert bool(life.log) is (code is None)


def test_pages_follow_each_other_until_every_contract_has_its_outcome() -> None:
    """While contracts are planned a page follows; the last one finishes and closes the rollout."""
    life = running()
    assert life.effects == [MOVE_CONTRACTS]
    life.page_done(FIRST_MOMENT, planned=1, done=2)
    assert life.effects == [MOVE_CONTRACTS]
    life.page_done(FIRST_MOMENT, done=2, skipped=1)
    assert (life.state["state"], life.state["closed"], life.effects) == ("finished", True, [])


def test_workflows_are_told_after_the_rollout_is_finished() -> None:
    """With every outcome recorded it is finished; pages that tell workflows follow, and the last one closes it."""
    life = running()
    life.page_done(FIRST_MOMENT, to_wake=3, planned=1, done=3)
    assert (life.state["state"], life.effects) == ("running", [MOVE_CONTRACTS])
    life.page_done(FIRST_MOMENT, to_wake=4, done=4)
    assert (life.state["state"], life.state["closed"], life.effects) == ("finished", False, [WAKE_CONTRACTS])
    life.page_done(FIRST_MOMENT, to_wake=1, done=4)
    assert (life.state["closed"], life.effects) == (False, [WAKE_CONTRACTS])
    life.page_done(FIRST_MOMENT, done=4)
    assert (life.state["state"], life.state["closed"], life.effects) == ("finished", True, [])


def test_what_was_recorded_is_told_while_an_operator_holds_the_rest() -> None:
    """Held over a failure or paused: no contract moves, but workflows are told; a resumption meanwhile adds no page."""
    life = running()
    life.page_done(FIRST_MOMENT, to_wake=2, done=2, failed=1)
    assert (life.state["state"], list(life.state["tasks"]), life.effects) == (
        "paused",
        ["ROLLOUT_FAILED"],
        [WAKE_CONTRACTS],
    )
    life.send("resume", ResumeRollout(accept_failed=True), FIRST_MOMENT)
    assert life.effects == [WAKE_CONTRACTS]
    life.page_done(FIRST_MOMENT, done=2, failed=1)
    assert (life.state["state"], life.state["closed"], life.effects) == ("finished", True, [])
    paused = running()
    paused.send("pause", Command(), FIRST_MOMENT)
    paused.page_done(FIRST_MOMENT, to_wake=1, planned=2, done=1)
    assert paused.effects == [WAKE_CONTRACTS]
    paused.page_done(FIRST_MOMENT, planned=2, done=1)
    assert (paused.state["state"], paused.effects) == ("paused", [])


def test_who_joined_since_the_announcement_is_told_before_contracts_move() -> None:
    """At the effective day letters go first, contracts after them."""
    life = announced()
    life.page_done(APRIL, planned=3)
    life.wake(FIRST_MOMENT)
    assert life.effects == [SEND_NOTICES]
    life.page_done(FIRST_MOMENT, unnoticed=2, planned=3)
    assert life.effects == [SEND_NOTICES]
    life.page_done(FIRST_MOMENT, planned=3)
    assert life.effects == [MOVE_CONTRACTS]


def test_a_pause_lets_the_present_page_finish_and_no_other_begin() -> None:
    """Paused in the middle: the page under way stays, the next one waits for the resumption."""
    life = running()
    life.send("pause", Command(), FIRST_MOMENT)
    assert (life.state["state"], life.effects) == ("paused", [MOVE_CONTRACTS])
    life.page_done(FIRST_MOMENT, planned=2, done=1)
    assert life.effects == []
    life.send("resume", ResumeRollout(), FIRST_MOMENT)
    life.page_done(FIRST_MOMENT, planned=2, done=1)
    assert (life.state["state"], life.effects) == ("running", [MOVE_CONTRACTS])


def test_a_resumption_with_a_page_under_way_starts_no_second_one() -> None:
    """One page at a time, however fast an operator pauses and resumes."""
    life = running()
    life.send("pause", Command(), FIRST_MOMENT)
    life.send("resume", ResumeRollout(), FIRST_MOMENT)
    assert life.effects == [MOVE_CONTRACTS]


def test_a_rollout_paused_over_its_day_begins_when_resumed() -> None:
    """Held before its day: the day passes without a move, and the resumption begins it."""
    life = announced()
    life.page_done(APRIL, planned=3)
    life.send("pause", Command(), APRIL)
    life.wake(FIRST_MOMENT)
    assert (life.state["state"], life.effects) == ("paused", [])
    life.send("resume", ResumeRollout(), FIRST_MOMENT + timedelta(days=9))
    assert life.state["state"] == "running"


def test_a_rollout_resumed_before_its_day_waits_for_it_again() -> None:
    """Paused and resumed before its day, it is announced as before."""
    life = announced()
    life.page_done(APRIL, planned=3)
    life.send("pause", Command(), APRIL)
    life.send("resume", ResumeRollout(), APRIL)
    assert life.state["state"] == "announced"
    life.page_done(APRIL, planned=3)
    life.wake(FIRST_MOMENT)
    assert life.state["state"] == "running"


def test_failures_hold_a_rollout_for_an_operator_until_accepted() -> None:
    """A contract that failed keeps the rollout from finishing, unless an operator takes that as its outcome."""
    life = running()
    life.page_done(FIRST_MOMENT, done=2, failed=1)
    assert (life.state["state"], list(life.state["tasks"])) == ("paused", ["ROLLOUT_FAILED"])
    life.send("resume", ResumeRollout(accept_failed=True), FIRST_MOMENT)
    assert life.state["tasks"] == {}
    life.page_done(FIRST_MOMENT, done=2, failed=1)
    assert life.state["state"] == "finished"


def test_a_finished_rollout_takes_nothing_more() -> None:
    """Finished is closed: a pause is refused with 409."""
    life = running()
    life.page_done(FIRST_MOMENT, done=3)
    refused = life.send("pause", Command(), FIRST_MOMENT).outcome.refused
    assert refused is not None
    assert (refused.status, refused.code) == (409, "CLOSED")


# One contract's part


def contract(**changes: Any) -> dict[str, Any]:
    """A contract in force on an old course, with its minimum term."""
    state = ContractState(
        seq=3,
        contract_id="K1",
        state="active",
        course="W2_FAMILY_LIGHT",
        applied_on=date(2017, 2, 10),
        service_start_on=date(2017, 2, 20),
        line=LineFacts(carrier_area="EAST"),
        minimum_term=MinimumTerm(start_on=date(2017, 2, 1), end_on=date(2019, 1, 31), source="application"),
    )
    return state.model_copy(update=changes).model_dump(mode="json")


def carry_out(state: dict[str, Any], at: datetime = FIRST_MOMENT, **changes: Any) -> Run:
    """Send a contract its part of the merger."""
    step = RolloutStep(
        op="rollout/R1", at=at, actor="rollout", **MERGER.model_dump(exclude=set(Command.model_fields))
    ).model_copy(update=changes)
    run = Run(CONTRACT, state, at, facts=LineKnown(line_taken=False), standing=None)
    run.command("rollout", step)
    return run


@pytest.mark.parametrize("state", ["accepted", "active", "ending", "choosing"])
def test_a_merger_moves_the_course_and_nothing_else(state: str) -> None:
    """The course and its history line change; minimum term, state, charges and agenda stay (W-C1.1, A-41)."""
    before = contract(state=state)
    run = carry_out(before)
    after = run.outcome.state
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"course", "course_history", "latest", "seq"}
    assert after["course"] == "W2_FAMILY"
    assert after["course_history"] == [{"course": "W2_FAMILY", "from_on": "2017-06-01", "reason": "course_merge"}]
    assert run.outcome.answer is not None
    told = run.outcome.answer.decision
    assert told["outcome"] == "moved"
    assert told["articles"] == ["W-C1.1", "W-14.1"]
    assert told["fee"]["total"] == 0
    assert told["minimum_term"] == before["minimum_term"]
    assert run.outcome.outgoing == []


def test_a_merger_shows_from_its_first_day() -> None:
    """As of the day before the contract is on its old course, as of the day itself on the new one."""
    start = Entry(
        seq=1,
        op="import/K1",
        event="import",
        from_state=None,
        to_state="active",
        received_at=APRIL,
        at=APRIL,
        effective_on=date(2017, 2, 20),
        state_from=date(2017, 2, 20),
        actor="operator",
        articles=["W-00.1"],
        edition=None,
        patch={"set": {"course": "W2_FAMILY_LIGHT", "contract_id": "K1"}},
        decision={},
    )
    late = FIRST_MOMENT + timedelta(days=40)
    moved = carry_out(contract(seq=1), at=late).outcome.entries[0]
    assert moved.decision["retroactive"] is True
    log = [start, moved]
    before = as_of(CONTRACT, log, end_of(date(2017, 5, 31)), None)
    after = as_of(CONTRACT, log, end_of(FIRST), None)
    assert before is not None
    assert after is not None
    assert (before["course"], after["course"]) == ("W2_FAMILY_LIGHT", "W2_FAMILY")


@pytest.mark.parametrize(
    "changes",
    [
        {"course": "W2_FAMILY"},
        {"state": "ending", "end_on": date(2017, 5, 31)},
        {"state": "ended", "end_on": date(2017, 5, 31)},
        {"state": "withdrawn"},
    ],
)
def test_a_contract_out_of_reach_is_skipped(changes: dict[str, Any]) -> None:
    """On another course or over before the day: recorded, nothing changed."""
    before = contract(**changes)
    run = carry_out(before)
    assert run.outcome.answer is not None
    assert run.outcome.answer.decision["outcome"] == "skipped"
    assert {name for name in before if run.outcome.state[name] != before[name]} == {"latest", "seq"}


def test_a_contract_that_ends_on_the_first_day_is_moved() -> None:
    """In force to the end of 2017-06-01, it is on the new course that day."""
    run = carry_out(contract(state="ending", end_on=FIRST))
    assert run.outcome.state["course"] == "W2_FAMILY"


def test_a_discontinued_course_opens_a_choice_and_asks_an_operator() -> None:
    """The text gives no consequence: the contractor may choose, an operator sees to it (W-14.1)."""
    changes: dict[str, Any] = {"kind": "discontinue", "to_course": None}
    after = carry_out(contract(), **changes).outcome.state
    assert after["state"] == "choosing"
    assert after["choice"]["offered"] == ["course_change", "cancel"]
    assert list(after["tasks"]) == ["COURSE_DISCONTINUED"]
    ending = carry_out(contract(state="ending"), **changes).outcome.state
    assert (ending["state"], list(ending["tasks"])) == ("ending", ["COURSE_DISCONTINUED"])


def test_changed_terms_are_kept_with_their_notice() -> None:
    """The contract goes on as it was; the notice it rests on is kept with those before it (W-14.1)."""
    told = {"rollout_id": "R0", "announced_on": "2017-05-01", "effective_on": "2017-06-01", "edition": None}
    before = {**contract(), "facts": {"terms_changes": [told]}}
    after = carry_out(before, kind="terms_change", to_course=None).outcome.state
    assert list(ContractState.model_validate(after).terms_changes) == ["R0", "R1"]
    assert (after["state"], after["course"]) == (before["state"], before["course"])
