"""Logs and states of earlier releases, which kept small facts of a contract under `facts`, go on as if they had not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from decisions.contract.domain import CONTRACT
from decisions.engine import Run
from decisions.fold import fold
from decisions.reading import as_of
from models.messages.contract.contract import ContractState
from models.messages.entity import Charge, Entry
from rules.calendar import JST, end_of
from tests.given import Standing, looked_up

SINGLE = ("consents", "written_on", "posted_on", "ntt_service_type", "owed_choice", "relocation")
FLAGS = ("carried_term", "term_began_while_ending", "past_correction")
COLLECTIONS = {"type_changes": "line_type/", "told_notices": "notice/", "fee_days": "ended_on/"}
NEW = {*SINGLE, *FLAGS, *COLLECTIONS, "fee_terms", "voided_months", "terms_changes"}
"""Fields an earlier release had no name for."""

Command = tuple[str, str, dict[str, Any]]


def _jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def change(on: str, to_course: str) -> Command:
    """An application for another course."""
    return "request_course_change", on, {"to_course": to_course, "channel": "online", "received_at": _jst(on)}


def cancel(on: str) -> Command:
    """A cancellation by the form."""
    return "cancel", on, {"channel": "online", "received_at": _jst(on)}


def notice(on: str, kind: str, effective_on: str, **details: Any) -> Command:
    """A notice of NTT about the line."""
    told = {"notice_id": f"{kind}-{on}", "kind": kind, "effective_on": effective_on, "details": details}
    return "line_notice", on, told


BEGIN: list[Command] = [
    (
        "apply",
        "2018-05-20 09:00",
        {
            "contract_id": "K1",
            "person_id": "P1",
            "line_key": "L1",
            "course": "W2_FAMILY",
            "channel": "online",
            "received_at": "2018-05-20T08:00:00+09:00",
            "line": {"operator": "EAST"},
            "consents": {"general_terms": "2017-06-01", "course_terms": "2017-06-01", "carrier_terms": "EAST-2017"},
        },
    ),
    ("start_service", "2018-06-13 09:00", {"service_start_on": "2018-06-12"}),
]

BENEFIT: Command = (
    "add_benefit",
    "2018-06-20 10:00",
    {"benefit_id": "B1", "minimum_months": 24, "fee": 10000, "from_on": "2018-06-20"},
)

STORIES: dict[str, list[Command]] = {
    "a carried term comes back": [
        change("2018-12-01 10:00", "COLLABO"),
        change("2019-02-10 10:00", "W2_FAMILY"),
        change("2019-04-10 10:00", "DOCOMO"),
    ],
    "a refused change leaves no day behind": [
        ("relocate", "2018-09-01 10:00", {"to_operator": "WEST", "received_at": "2018-09-01T10:00:00+09:00"}),
        change("2018-10-10 10:00", "OTHER"),
        cancel("2018-10-12 10:00"),
        ("undo_cancellation", "2018-10-13 10:00", {}),
        ("decide_fee", "2018-10-14 10:00", {"charge_id": "K1-F4", "due": False}),
        cancel("2018-10-15 10:00"),
    ],
    "a choice owed is asked for once": [
        cancel("2019-03-10 10:00"),
        notice("2019-03-12 10:00", "terminated", "2019-03-12"),
        notice("2019-03-12 11:00", "conversion", "2019-03-11"),
        ("undo_cancellation", "2019-03-15 10:00", {}),
        ("choose", "2019-03-16 10:00", {"choice": "cancel", "received_at": "2019-03-16T10:00:00+09:00"}),
        ("undo_cancellation", "2019-03-17 10:00", {}),
    ],
    "fees of a benefit and a change are watched": [
        BENEFIT,
        ("waive", "2018-10-05 10:00", {"case": "line_unusable"}),
        change("2018-10-10 10:00", "OTHER"),
        ("request_waiver", "2018-11-03 10:00", {"case": "death"}),
        cancel("2018-11-06 10:00"),
        ("undo_cancellation", "2018-11-07 10:00", {}),
        ("waive", "2018-11-08 10:00", {"case": "death"}),
    ],
    "a change is watched after it": [
        BENEFIT,
        change("2018-10-10 10:00", "OTHER"),
        ("waive", "2018-11-05 10:00", {"case": "line_unusable"}),
        cancel("2018-11-06 10:00"),
    ],
    "the course follows the line": [
        notice("2019-02-10 10:00", "service_type_changed", "2019-02-10", service_type="MANSION", by="customer"),
        notice("2019-02-12 10:00", "service_type_changed", "2019-01-15", service_type="FAMILY", by="customer"),
        notice("2019-04-12 10:00", "service_type_changed", "2019-04-01", service_type="FAMILY", by="ntt"),
        ("switch_course", "2019-04-13 10:00", {"to_course": "W2_FAMILY"}),
    ],
    "an initial cancellation voids months": [
        (
            "initial_cancellation",
            "2018-06-20 10:00",
            {"papers_received_on": "2018-06-15", "dispatched_on": "2018-06-18", "then": "end"},
        ),
        notice("2019-07-20 10:00", "terminated", "2019-07-12"),
    ],
}


WITHOUT_FACTS: dict[str, Any] = {"place": None, "fact": None, "because": None, "told": [], "known": {}}


def carry_out(state: dict[str, Any], log: list[Entry], commands: Sequence[Command]) -> tuple[dict[str, Any], list[Any]]:
    """The state and the answers after some commands; the log grows."""
    answers = []
    for name, at, fields in commands:
        command = CONTRACT.commands[name].command.model_validate({"op": f"{name}/{at}", "at": _jst(at), **fields})
        facts = looked_up(CONTRACT, name, {})
        run = Run(CONTRACT, state, _jst(at), log=log, facts=facts, standing=Standing())
        run.command(name, command)
        # Such a release kept no facts: it decides nothing again, and voids what an undone entry caused.
        log.extend(entry.model_copy(update=WITHOUT_FACTS) for entry in run.outcome.entries)
        state = {**run.outcome.state, "latest": None}
        answers.append(run.outcome.answer or run.outcome.refused)
    return state, answers


def earlier(entry: Entry) -> Entry:
    """An entry as an earlier release wrote it."""
    said, put, drop = dict(entry.patch.set), dict(entry.patch.put), dict(entry.patch.drop)
    facts = {name: said.pop(name) for name in (*SINGLE, *FLAGS) if name in said}
    facts = {name: value for name, value in facts.items() if value is not None and value is not False}
    for name, start in COLLECTIONS.items():
        facts |= {f"{start}{key}": value for key, value in put.pop(name, {}).items()}
        drop.pop(name, None)
    facts |= {"fee_terms": put.pop("fee_terms")} if put.get("fee_terms") else {}
    facts |= {"terms_changes": list(put.pop("terms_changes").values())} if put.get("terms_changes") else {}
    months = said.pop("voided_months", None)
    facts |= {"voided_months": {"from": months["first"], "through": months["last"]}} if months else {}
    if "charges" in put:
        charges = put["charges"].items()
        put["charges"] = {key: {n: v for n, v in each.items() if n != "benefit_id"} for key, each in charges}
    if facts:
        put["facts"] = facts
    return entry.model_copy(update={"patch": entry.patch.model_copy(update={"set": said, "put": put, "drop": drop})})


def earlier_state(log: Sequence[Entry]) -> dict[str, Any]:
    """What an earlier release stored after a log of its own."""
    begun = ContractState().model_dump(mode="json")
    return fold({**{key: value for key, value in begun.items() if key not in NEW}, "facts": {}}, log)


def read(state: dict[str, Any]) -> dict[str, Any]:
    """The state as it is read."""
    return ContractState.model_validate(state).model_dump(mode="json")


@pytest.mark.parametrize("name", STORIES)
def test_a_life_goes_on_from_any_entry_of_an_earlier_release(name: str) -> None:
    """Wherever the release changed, every answer and the state are those of a life that never met it."""
    commands = [*BEGIN, *STORIES[name]]
    log: list[Entry] = []
    whole, told = carry_out(CONTRACT.state().model_dump(mode="json"), log, commands)
    for changed_after in range(1, len(commands) + 1):
        mixed: list[Entry] = []
        carry_out(CONTRACT.state().model_dump(mode="json"), mixed, commands[:changed_after])
        mixed = [earlier(entry) for entry in mixed]
        stored = earlier_state(mixed)
        state, answers = carry_out(stored, mixed, commands[changed_after:])
        assert answers == told[changed_after:]
        assert read(state) == read(whole)
        assert read(fold(ContractState().model_dump(mode="json"), mixed)) == read(whole)


@pytest.mark.parametrize("name", STORIES)
def test_a_mixed_log_reads_the_same_as_of_every_day(name: str) -> None:
    """Reads of earlier days leave out the same entries, whichever release wrote them."""
    commands = [*BEGIN, *STORIES[name]]
    log: list[Entry] = []
    carry_out(CONTRACT.state().model_dump(mode="json"), log, commands)
    half = len(log) // 2
    mixed = [*(earlier(entry) for entry in log[:half]), *log[half:]]
    for entry in log:
        day = end_of(entry.state_from)
        before, after = as_of(CONTRACT, log, day, Standing()), as_of(CONTRACT, mixed, day, Standing())
        assert (before is None) == (after is None)
        assert before is None or after is None or read(before) == read(after)


def test_the_stories_meet_every_small_fact() -> None:
    """No field is left out of the lives above, but those only a rollout or a paper application fills."""
    met: set[str] = set()
    for commands in STORIES.values():
        log: list[Entry] = []
        carry_out(CONTRACT.state().model_dump(mode="json"), log, [*BEGIN, *commands])
        for entry in log:
            met |= {name for name, value in {**entry.patch.set, **entry.patch.put}.items() if value}
    assert NEW - met == {"written_on", "posted_on", "terms_changes", "term_began_while_ending"}


def test_the_newest_of_both_is_read() -> None:
    """A field wins over the fact of an earlier release; what only the fact says is kept."""
    facts = {"ended_on/A": "2018-10-01", "ended_on/B": "2018-11-01", "fee_terms": {"waiver": "death"}}
    state = ContractState.model_validate(
        {"facts": facts, "fee_days": {"A": "2019-01-01"}, "fee_terms": {"waiver": None}}
    )
    assert {key: str(day) for key, day in state.fee_days.items()} == {"A": "2019-01-01", "B": "2018-11-01"}
    assert state.fee_terms.waiver == "death"


def test_a_benefit_is_known_by_its_charge() -> None:
    """Charges of earlier releases name their benefit in the id; of a fee without one nothing is made up."""
    fields = {"code": "benefit_fee", "amount": 1, "tax": 0, "total": 1, "state": "due", "due_on": None, "articles": []}
    assert Charge.model_validate({**fields, "charge_id": "K1-B-CAMPAIGN-B-1"}).benefit_id == "CAMPAIGN-B-1"
    assert Charge.model_validate({**fields, "charge_id": "K1-F4"}).benefit_id is None


APPLIED = {
    "from_course": "W2_FAMILY",
    "to_course": "DOCOMO",
    "change_on": "2019-01-01",
    "agreed_on": None,
    "received_at": "2018-12-20T01:00:00+00:00",
    "status": "planned",
    "charges": [],
    "minimum_term": None,
    "carried": None,
    "fee_outcome": "waived",
    "fee": {"tax": 0, "total": 0, "amount": 0},
}
WAITING = {**{key: APPLIED[key] for key in list(APPLIED)[:5]}, "status": "needs_operator", "charges": []}
MOVE = {
    "to_course": "W2_MANSION",
    "change_on": "2019-03-01",
    "cause": "line_type",
    "cancellable": False,
    "articles": ["W-09.3"],
}
OPEN_CHOICE = {
    "state": "open",
    "offered": ["cancel"],
    "opened_on": "2019-03-13",
    "opened_by": "terminated",
    "reason": "terminated",
    "articles": ["W-11.1"],
    "effective_on": "2019-03-12",
    "escalates_on": "2019-04-12",
}
WATCHING = {"state": "watching", "until": "2020-05-31", "changed_on": "2018-11-01"}
WATCH = {**WATCHING, "charge_id": "K1-F4", "charges": {"K1-F4": WATCHING}}


@pytest.mark.parametrize(
    ("field", "stored"),
    [
        ("pending_course_change", APPLIED),
        ("pending_course_change", WAITING),
        ("pending_course_change", MOVE),
        ("choice", OPEN_CHOICE),
        ("choice", {**OPEN_CHOICE, "state": "lapsed", "chosen_on": "2019-03-20"}),
        ("watch", WATCH),
        ("watch", {**WATCH, "state": "due", "notice_received_on": "2018-11-06"}),
    ],
)
def test_a_piece_is_shown_as_it_was_stored(field: str, stored: dict[str, Any]) -> None:
    """A read shows the members that were stored and no others, whichever release stored them."""
    assert read({field: stored})[field] == stored
