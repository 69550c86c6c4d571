"""A life is a function of its facts: late ones, undos and corrections decide the rest of it again (X-05)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from models.messages.entity import KEYING

Moment = Callable[[str], datetime]

BOOKKEEPING = {"seq", "latest", "tasks", "awaiting", "ungrounded"}
"""What tells of the keying in and not of the life."""


def life(contract: Any) -> dict[str, Any]:
    """The life itself: ids that rest on numbers and the numbers are left out."""
    state = contract.now.model_dump(mode="json", exclude=BOOKKEEPING)
    state["agenda"] = {key: {**item, "caused_by": None} for key, item in state["agenda"].items()}
    state["charges"] = sorted([{**charge, "charge_id": None} for charge in state["charges"].values()], key=str)
    pending = state["pending_course_change"]
    if pending:
        pending["charges"] = len(pending.get("charges", []))
    return state


def fee(contract: Any) -> list[tuple[str, int]]:
    return [(charge.state, charge.total) for charge in contract.now.charges.values()]


def test_a_letter_that_arrived_before_a_change_ends_the_course_it_was_written_for(
    contract: Any, moment: Moment
) -> None:
    """Arrived 2019-04-25 and keyed in after the change to DOCOMO of 05-01: it ended with フレッツ II, with its fee."""
    at = moment("2019-04-10 10:00")
    contract.ask(
        "request_course_change", at, to_course="DOCOMO", channel="online", received_at=at, change_on="2019-05-01"
    )
    contract.pass_to(moment("2019-05-01 00:00"))
    assert (contract.now.course, fee(contract)) == ("DOCOMO", [])
    letter = {"channel": "paper", "received_at": moment("2019-04-25 10:00")}
    held = contract.ask("cancel", moment("2019-05-07 10:00"), seal="1.a door's", **letter)
    assert held.answer.decision["outcome"] == "needs_approval"
    assert held.answer.decision["against"] == ["MORE_MONEY", "EARLIER_END"]
    assert (contract.now.course, contract.now.state) == ("DOCOMO", "active")
    assert list(contract.now.tasks) == ["REVISION_APPROVAL"]
    (kept,) = contract.now.awaiting.values()
    assert KEYING.isdisjoint(kept.fact.command), "what waits says what happened, and nothing of its keying in"
    told = contract.ask(
        "decide_revision", moment("2019-05-08 10:00"), held_id=held.answer.decision["held_id"], accept=True
    ).answer.decision
    assert (contract.now.course, contract.now.state, contract.now.end_on) == ("W2_FAMILY", "ended", date(2019, 4, 30))
    assert fee(contract) == [("due", 4860)]
    assert contract.now.tasks == {}
    assert [each["was"]["event"] for each in told["revises"] if each["was"]] == ["course_change"]
    assert told["effective_on"] == "2019-04-30"


RECORDED: dict[str, tuple[str, dict[str, Any], list[tuple[str, int]]]] = {
    "a change of course that stands": (
        "request_course_change",
        {"to_course": "DOCOMO", "channel": "online", "change_on": "2019-05-01"},
        [],
    ),
    "a benefit": (
        "add_benefit",
        {"benefit_id": "GIFT", "minimum_months": 24, "fee": 2000, "from_on": "2019-05-01"},
        [("planned", 2160), ("planned", 4860)],
    ),
    "a waiver": ("waive", {"case": "death"}, [("waived", 4860)]),
    "a waiver asked for": ("request_waiver", {"case": "death"}, [("planned", 4860)]),
}
"""What was recorded before the letter of 2019-04-26 was keyed in → command, its fields, the fees of the end."""


@pytest.mark.parametrize("recorded", RECORDED)
def test_a_letter_waits_for_nobody_where_what_was_decided_keeps_its_outcome(
    contract: Any, moment: Moment, recorded: str
) -> None:
    """Keyed in late, a cancellation that does what it would do anyway is the customer's wish, not against them."""
    command, asked, fees = RECORDED[recorded]
    if command == "request_course_change":
        at = moment("2019-04-10 10:00")
        contract.ask(command, at, received_at=at, **asked)
    else:
        contract.ask(command, moment("2019-05-02 10:00"), **asked)
    contract.pass_to(moment("2019-05-07 09:00"))
    letter = {"channel": "paper", "received_at": moment("2019-04-26 10:00")}
    keyed_in = contract.ask("cancel", moment("2019-05-07 10:00"), **letter)
    told = keyed_in.answer.decision
    assert (told["outcome"], told["effective_on"]) == ("accepted", "2019-05-31")
    new = ["cancellation_accepted", *(["fee_waived"] if command == "waive" else [])]
    assert [each.name for _, each in keyed_in.outgoing] == new, "what still holds is told once"
    assert (contract.now.state, sorted(fee(contract)), contract.now.awaiting) == ("ending", fees, {})


def test_a_letter_for_the_course_before_never_charges_the_course_after(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Moment
) -> None:
    """OTHER until 2018-05-31; a letter of 05-20 keyed in on 06-05 ends OTHER: with フレッツ II never began."""
    other = new_life()
    other.ask(
        "import",
        moment("2018-05-01 09:00"),
        contract_id="K1",
        person_id="P1",
        line_key="L1",
        course="OTHER",
        applied_on="2015-01-10",
        service_start_on="2015-02-01",
        line=application["line"],
    )
    at = moment("2018-05-10 10:00")
    wish = {"to_course": "W2_FAMILY", "channel": "online", "change_on": "2018-06-01"}
    other.ask("request_course_change", at, received_at=at, **wish)
    other.pass_to(moment("2018-06-01 00:00"))
    assert other.now.course == "W2_FAMILY"
    other.ask(
        "cancel", moment("2018-06-05 10:00"), channel="paper", received_at=moment("2018-05-20 10:00"), approved=True
    )
    assert (other.now.course, other.now.state, other.now.end_on) == ("OTHER", "ended", date(2018, 5, 31))
    assert fee(other) == []


FACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("start_service", "2018-06-12 00:00", {"service_start_on": "2018-06-12"}),
    (
        "line_notice",
        "2018-10-15 10:00",
        {
            "notice_id": "T1",
            "kind": "service_type_changed",
            "effective_on": "2018-10-15",
            "details": {"service_type": "MANSION", "by": "customer"},
        },
    ),
    ("request_course_change", "2018-12-20 10:00", {"to_course": "COLLABO", "channel": "online"}),
    ("cancel", "2019-02-10 10:00", {"channel": "paper"}),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(1, 4))), ids=str)
def test_every_order_of_keying_in_gives_the_same_life(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Moment, order: tuple[int, ...]
) -> None:
    """Type change, course change and cancellation keyed in months late, in every order: one and the same life.

    Only the day by which the fee is to be paid is that of the statement after it became known (W-12.3c).
    """

    def lived(numbers: tuple[int, ...], *, late: bool) -> Any:
        made = new_life()
        made.ask("apply", moment("2018-05-20 09:00"), **application)
        made.ask("start_service", moment("2018-06-13 09:00"), service_start_on="2018-06-12")
        for minute, number in enumerate(numbers):
            name, legal, fields = FACTS[number]
            at = moment(f"2019-06-01 10:{minute:02d}") if late else moment(legal)
            evidence = {} if name == "line_notice" else {"received_at": moment(legal)}
            made.ask(name, at, **fields, **evidence, approved=True)
        made.pass_to(moment("2019-06-02 10:00"))
        return made

    expected = life(lived((1, 2, 3), late=False))
    assert expected["end_on"] == "2019-02-28"
    late = life(lived(order, late=True))
    known = {"notified_on", "due_on"}
    assert _without(late, known) == _without(expected, known)
    assert [each["due_on"] for each in expected["charges"]] == ["2019-03-31"]
    assert [each["due_on"] for each in late["charges"]] == ["2019-06-30"]


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(each, names) for key, each in value.items() if key not in names}
    return [_without(each, names) for each in value] if isinstance(value, list) else value


def test_what_comes_out_the_same_stays_as_it_was_recorded(contract: Any, moment: Moment) -> None:
    """A late inquiry of nothing, a late relocation: no entry before or after it is touched."""
    at = moment("2019-04-10 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    before = list(contract.log)
    told = contract.ask(
        "relocate", moment("2019-04-20 10:00"), to_operator="EAST", received_at=moment("2019-03-01 10:00")
    ).answer.decision
    assert "revises" not in told
    assert contract.log[: len(before)] == before
    assert [entry.event for entry in contract.log[len(before) :]] == ["relocate"]


def test_what_a_timer_is_called_is_no_decision(contract: Any, moment: Moment) -> None:
    """An entry of a release that named its timer in other words comes out the same."""
    at = moment("2019-04-10 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    contract.log[-1].patch.put["agenda"]["end"]["label"] = "as it was called before"
    late = {"to_operator": "EAST", "received_at": moment("2019-03-01 10:00")}
    assert "revises" not in contract.ask("relocate", moment("2019-04-20 10:00"), **late).answer.decision


def test_undo_is_the_life_without_the_fact(contract: Any, moment: Moment) -> None:
    """Undone after other things happened: as if the notice had never come, the rest of the life kept."""
    at = moment("2019-03-10 10:00")
    contract.ask("waive", moment("2019-03-01 10:00"), case="death", reason_code="evidence_accepted")
    expected = life(contract)
    contract.ask("cancel", at, channel="paper", received_at=at)
    contract.ask("undo_cancellation", moment("2019-03-20 10:00"))
    assert life(contract) == expected


def test_a_waiver_whose_ground_has_gone_is_a_task(contract: Any, moment: Moment) -> None:
    """Granted on the name change that NTT notified; the notice was a mistake: the waiver falls, an operator looks."""
    contract.ask(
        "line_notice",
        moment("2018-11-05 10:00"),
        notice_id="N1",
        kind="end_notified",
        effective_on="2018-11-05",
        details={"reason": "name_change"},
    )
    contract.ask("waive", moment("2018-11-10 10:00"), case="line_name_change", reason_code="evidence_accepted")
    seq = next(entry.seq for entry in contract.log if entry.event == "line_notice")
    told = contract.ask("correct", moment("2018-11-20 10:00"), voids=seq, reason_code="entry_error").answer.decision
    assert contract.now.state == "active"
    assert "GROUND_GONE" in contract.now.tasks
    assert told["ground_gone"][0]["event"] == "waive"


def test_as_known_then_and_as_known_now(contract: Any, moment: Moment) -> None:
    """As of 2019-05-06 it had ended on 04-30; known on that day it was still in force."""
    from decisions.reading import as_of
    from rules.calendar import end_of

    contract.ask("cancel", moment("2019-05-07 10:00"), channel="paper", received_at=moment("2019-04-25 10:00"))
    day = end_of(date(2019, 5, 6))
    now = as_of(contract.domain, contract.log, day, contract.standing)
    then = as_of(contract.domain, contract.log, day, contract.standing, known_at=moment("2019-05-06 12:00"))
    assert now is not None
    assert then is not None
    assert (now["state"], then["state"]) == ("ended", "active")


def test_a_correction_follows_from_the_fact_and_not_from_the_timer(contract: Any, moment: Moment) -> None:
    """What a timer carried out would only be carried out again: the refusal names the entry to correct."""
    at = moment("2019-04-10 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    contract.pass_to(moment("2019-05-01 00:00"))
    cause = next(entry.seq for entry in contract.log if entry.event == "cancel")
    end = next(entry.seq for entry in contract.log if entry.event == "end")
    refused = contract.ask("correct", moment("2019-05-02 10:00"), voids=end, reason_code="entry_error").refused
    assert refused.code == "FOLLOWS_FROM_ANOTHER"
    assert f"entry {cause}" in refused.detail


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("request_course_change", {"to_course": "COLLABO", "channel": "online"}),
        ("add_benefit", {"benefit_id": "B", "minimum_months": 12, "fee": 1000, "from_on": "2019-05-01"}),
        ("relocate", {"to_operator": "WEST"}),
    ],
)
def test_the_table_of_states_holds_while_something_is_due(
    contract: Any, moment: Moment, name: str, fields: dict[str, Any]
) -> None:
    """A second after the end, its timer not processed yet: nothing of a running contract is possible any more."""
    at = moment("2019-04-10 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at)
    now = moment("2019-05-01 00:01")
    evidence = {} if name == "add_benefit" else {"received_at": now}
    refused = contract.ask(name, now, **fields, **evidence).refused
    assert (refused.status, refused.code, refused.state) == (409, "ILLEGAL_TRANSITION", "ended")


def test_a_fact_counts_again_once_its_ground_is_back(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Moment
) -> None:
    """The wrong start taken out and the right one keyed in: the change resting on it is back, no task left."""
    made = new_life()
    made.ask("apply", moment("2018-06-01 09:00"), **application)
    made.ask("start_service", moment("2018-06-25 09:00"), service_start_on="2018-06-24")
    at = moment("2018-07-06 10:00")
    made.ask("request_course_change", at, to_course="COLLABO", channel="online", received_at=at)
    seq = next(entry.seq for entry in made.log if entry.event == "start_service")
    made.ask("correct", moment("2018-07-11 10:00"), voids=seq, reason_code="entry_error")
    assert (made.now.state, made.now.pending_course_change, list(made.now.tasks)) == ("accepted", None, ["GROUND_GONE"])
    made.ask("start_service", moment("2018-07-11 11:00"), service_start_on="2018-06-23")
    assert made.now.pending_course_change is not None
    assert made.now.tasks == {}
    made.pass_to(moment("2018-08-02 10:00"))
    assert made.now.course == "COLLABO"


def test_a_letter_refused_in_time_is_refused_late(contract: Any, moment: Moment) -> None:
    """A second change while one is pending: whenever it is keyed in, its place is the moment it arrived."""
    at = moment("2018-09-07 10:00")
    contract.ask("request_course_change", at, to_course="OTHER", channel="online", received_at=at)
    contract.pass_to(moment("2018-10-01 00:00"))
    late = contract.ask(
        "request_course_change",
        moment("2018-10-16 10:00"),
        to_course="COLLABO",
        channel="online",
        received_at=moment("2018-09-26 10:00"),
        change_on="2018-11-05",
        approved=True,
    ).refused
    assert (late.status, late.code) == (409, "COURSE_CHANGE_PENDING")


def test_a_start_may_be_keyed_in_before_the_acceptance_it_rests_on(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Moment
) -> None:
    """Accepted by an operator on 06-15, in service since 06-12: the start stands right behind the acceptance."""
    made = new_life()
    made.ask(
        "apply",
        moment("2018-05-20 09:00"),
        **{**application, "line": {"operator": "EAST", "holder_is_applicant": False}},
    )
    made.ask("accept", moment("2018-06-15 09:00"), reason_code="other")
    made.ask("start_service", moment("2018-06-15 10:00"), service_start_on="2018-06-12")
    assert (made.now.state, made.now.service_start_on) == ("active", date(2018, 6, 12))


def test_of_two_letters_of_one_moment_the_first_keyed_in_counts(contract: Any, moment: Moment) -> None:
    """The same letter keyed in twice, under another key: the second finds the contract ending and is refused."""
    letter = {"channel": "paper", "received_at": moment("2019-04-10 10:00")}
    contract.ask("cancel", moment("2019-04-10 11:00"), **letter)
    again = contract.ask("cancel", moment("2019-04-10 12:00"), **letter).refused
    assert (again.status, again.code) == (409, "ILLEGAL_TRANSITION")
    assert (contract.now.state, contract.now.tasks) == ("ending", {})


@pytest.mark.parametrize("channels", [("paper", "online"), ("online", "paper")])
def test_the_second_of_two_notices_of_one_moment_is_refused(
    contract: Any, moment: Moment, channels: tuple[str, str]
) -> None:
    """Whatever they say, what was granted first stands: the second takes nothing from it."""
    at = moment("2019-06-10 10:00")
    for channel in channels:
        told = contract.ask("cancel", moment("2019-06-10 10:01"), channel=channel, received_at=at)
    assert (told.refused.status, told.refused.code) == (409, "ILLEGAL_TRANSITION")
    assert contract.now.tasks == {}


def held_letters(contract: Any, moment: Moment, *arrived: str) -> list[dict[str, Any]]:
    """A letter of 2019-04-26 that ends May, keyed in again as having arrived on other days; nobody has approved it."""
    contract.ask("cancel", moment("2019-04-26 10:00"), channel="paper", received_at=moment("2019-04-26 10:00"))
    told = [
        contract.ask("cancel", moment(f"2019-05-07 1{hour}:00"), channel="paper", received_at=moment(f"{day} 10:00"))
        for hour, day in enumerate(arrived)
    ]
    return [each.answer.decision for each in told]


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_that_wait_the_other_is_shown_anew_once_one_is_approved(
    contract: Any, moment: Moment, first: int
) -> None:
    """Either counts as it was shown; the other waits under a new number with what it comes to then (X-05)."""
    told = held_letters(contract, moment, "2019-04-20", "2019-03-20")
    assert [each["outcome"] for each in told] == ["needs_approval"] * 2
    shown, other = told[first], told[1 - first]
    done = contract.ask("decide_revision", moment("2019-05-08 10:00"), held_id=shown["held_id"], accept=True)
    assert {name: done.answer.decision[name] for name in ("revises", "tells")} == {
        name: shown[name] for name in ("revises", "tells")
    }
    ((again, kept),) = contract.now.awaiting.items()
    assert again != other["held_id"]
    assert "REVISION_APPROVAL" in contract.now.tasks
    stale = contract.ask("decide_revision", moment("2019-05-08 10:10"), held_id=other["held_id"], accept=True)
    assert (stale.refused.code, stale.refused.values["waits_as"]) == ("NOTHING_HELD", again)
    entry = next(each for each in contract.log if str(each.seq) == again)
    assert (entry.decision["replaces"], kept.event) == (other["held_id"], "cancel")
    done = contract.ask("decide_revision", moment("2019-05-08 10:20"), held_id=again, accept=True)
    if first:
        assert (entry.decision["if_approved"]["outcome"], done.refused.code) == ("refused", "ILLEGAL_TRANSITION")
        contract.ask("decide_revision", moment("2019-05-08 10:30"), held_id=again, accept=False)
    else:
        assert {name: done.answer.decision[name] for name in ("revises", "tells")} == {
            name: entry.decision[name] for name in ("revises", "tells")
        }
    assert (contract.now.end_on, contract.now.awaiting) == (date(2019, 3, 31), {})
    assert list(contract.now.tasks) == ["GROUND_GONE"], "the letter of 04-26 finds no contract to end"


def test_what_waits_is_left_alone_where_it_still_comes_to_the_same(contract: Any, moment: Moment) -> None:
    """An inquiry changes nothing of it: it waits under its number; a benefit it has to decide again is shown (X-05)."""
    (held,) = held_letters(contract, moment, "2019-04-20")
    contract.ask("inquire", moment("2019-05-07 12:00"), topic="OTHER")
    assert list(contract.now.awaiting) == [held["held_id"]]
    benefit = {"benefit_id": "G", "minimum_months": 1, "fee": 0, "from_on": "2018-07-01"}
    contract.ask("add_benefit", moment("2019-05-07 13:00"), **benefit)
    (entry,) = (each for each in contract.log if str(each.seq) in contract.now.awaiting)
    assert "add_benefit" in [each["was"]["event"] for each in entry.decision["revises"] if each["was"]]


def test_what_waits_is_shown_anew_once_a_timer_makes_it_come_to_something_else(contract: Any, moment: Moment) -> None:
    """The end that fell due meanwhile would fall as well: it waits under a new number and is approved as shown."""
    (held,) = held_letters(contract, moment, "2019-04-20")
    contract.pass_to(moment("2019-06-02 10:00"))
    ((again, _),) = contract.now.awaiting.items()
    entry = next(each for each in contract.log if str(each.seq) == again)
    assert (entry.decision["replaces"], entry.actor) == (held["held_id"], "timer")
    assert "end" in [each["was"]["event"] for each in entry.decision["revises"] if each["was"]]
    contract.pass_to(moment("2019-06-10 10:00"))
    assert list(contract.now.awaiting) == [again], "nothing of it has changed since"
    done = contract.ask("decide_revision", moment("2019-06-11 10:00"), held_id=again, accept=True)
    assert {name: done.answer.decision[name] for name in ("revises", "tells")} == {
        name: entry.decision[name] for name in ("revises", "tells")
    }
    assert (contract.now.state, contract.now.end_on) == ("ended", date(2019, 4, 30))


@pytest.mark.parametrize("refused", ["an approval", "a letter"])
def test_what_fell_due_before_a_refused_command_shows_what_waits_anew(
    contract: Any, moment: Moment, refused: str
) -> None:
    """The timer was late: what is approved is what was shown, so the approval is told the new number (X-05)."""
    (held,) = held_letters(contract, moment, "2019-04-20")
    late = moment("2019-06-02 10:00")
    if refused == "an approval":
        told = contract.ask("decide_revision", late, held_id=held["held_id"], accept=True)
        assert (told.refused.code, told.refused.values["waits_as"]) == ("NOTHING_HELD", *contract.now.awaiting)
    else:
        told = contract.ask("cancel", late, channel="online", received_at=late)
        assert told.refused.code == "ILLEGAL_TRANSITION"
    (again,) = contract.now.awaiting
    assert again != held["held_id"]
    assert contract.ask("decide_revision", late, held_id=again, accept=True).refused is None
    assert contract.now.end_on == date(2019, 4, 30)


def test_what_waits_is_refused_as_it_is_whatever_fell_due(contract: Any, moment: Moment) -> None:
    """Refused, nothing of it happens: the number that was shown will do, and the end of May stands."""
    (held,) = held_letters(contract, moment, "2019-04-20")
    told = contract.ask("decide_revision", moment("2019-06-02 10:00"), held_id=held["held_id"], accept=False)
    assert told.refused is None
    assert (contract.now.end_on, contract.now.awaiting) == (date(2019, 5, 31), {})
