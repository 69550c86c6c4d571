"""What turns out against a member waits for an operator; what is told, and what the answer says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from decisions.lists import LISTS
from tests.decisions.club.member import Member, at


def test_an_earlier_end_told_after_the_end_waits_for_an_operator(member: Member) -> None:
    """Left on 06-10, the line told on 06-15 as lost on 06-05: nothing changes before an operator approves (X-05)."""
    member.join().ask("leave", "2024-06-10T09:00").wait("2024-06-11T00:00")
    member.notice("terminated", "2024-06-05", "2024-06-15T09:00")
    (held_id,) = member.now.awaiting
    assert (member.told["outcome"], member.told["against"]) == ("needs_approval", ["EARLIER_END"])
    assert [(each["was"] or {}).get("event") for each in member.told["revises"]] == ["end", None]
    assert next((each["what"], each["how"]) for each in member.told["tells"]) == ("club_told_again", "sent")
    held = member.told
    assert (member.now.state, member.now.ended_on, list(member.now.tasks)) == (
        "left",
        date(2024, 6, 10),
        ["REVISION_APPROVAL"],
    )
    member.ask("decide_revision", "2024-06-16T09:00", held_id=held_id, accept=True)
    assert (member.now.state, member.now.ended_on) == ("ineligible", date(2024, 6, 5))
    assert (list(member.now.tasks), member.now.awaiting) == (["LINE_NOTICE_AFTER_END"], {})
    assert member.life.log[-1].because is None
    assert {name: held[name] for name in LISTS} == {name: member.told[name] for name in LISTS}
    own = {name: each for name, each in held["if_approved"].items() if name not in {"event", "effective_on"}}
    assert own == {name: member.told[name] for name in own}, "what is decided is told before"


def test_what_is_refused_leaves_the_membership_as_it_was(member: Member) -> None:
    """Refused, the notice counts for nothing; another answer to it finds nothing that waits (X-05)."""
    member.join().ask("leave", "2024-06-10T09:00").wait("2024-06-11T00:00")
    before = member.now
    member.notice("terminated", "2024-06-05", "2024-06-15T09:00")
    (held_id,) = member.now.awaiting
    member.ask("decide_revision", "2024-06-16T09:00", held_id=held_id, accept=False)
    same = {"state", "ended_on", "usable_through", "agenda", "tasks", "losses", "renewals", "storage"}
    assert member.now.model_dump(include=same) == before.model_dump(include=same)
    member.ask("decide_revision", "2024-06-17T09:00", held_id=held_id, accept=True)
    assert member.refused.code == "NOTHING_HELD"


def test_a_later_end_does_not_wait(member: Member) -> None:
    """Converted on 06-10, told again as 07-01: for the member, so at once, and the letter of the end is taken back."""
    member.join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    member.notice("conversion", "2024-07-01", "2024-06-12T09:00")
    assert (member.now.state, member.now.awaiting) == ("active", {})
    assert {"what": "club_told_again", "channel": "notice", "how": "sent"} in member.told["tells"]
    assert [each["was"]["event"] for each in member.told["revises"] if each["was"]] == ["end"]


def test_who_joins_leaves_or_loses_the_line_is_told(member: Member, another: Callable[[], Member]) -> None:
    """A letter on joining (M-06.1), on leaving with what is left (M-05.7), and when a lost line has ended it (M-05)."""
    joined = member.join("2023-09-15T09:00")
    assert joined.letters == [("registration_done", {"registered_on": date(2023, 9, 15), "again": False})]
    left = joined.ask("leave", "2024-06-10T09:00").wait("2024-06-11T00:00")
    assert [name for name, _ in left.letters] == ["registration_done", "left", "storage_advice"]
    assert left.letters[1][1] == {"ended_on": date(2024, 6, 10), "points": 0, "reverts_on": date(2024, 7, 31)}
    lost = another().join().notice("conversion", "2024-06-10", "2024-06-01T09:00").wait("2024-06-11T00:00")
    assert lost.letters[1] == (
        "membership_ended",
        {
            "ended_on": date(2024, 6, 10),
            "usable_through": date(2024, 6, 9),
            "reason": "conversion",
            "reverts_on": date(2024, 7, 31),
        },
    )
    programme = another().join().wait("2025-04-01T00:00")
    assert [name for name, _ in programme.letters] == ["registration_done"]


# --- what the answer says -----------------------------------------------------------------------------------------


def test_the_answer_says_what_a_read_then_says(member: Member) -> None:
    """M-06.3: a leave of the day before the loss that had ended it: the answer says left, and its own day."""
    member.join().notice("terminated", "2024-10-02", "2024-10-06T09:00").wait("2024-10-06T09:01")
    member.ask("leave", "2024-10-07T09:00", received_at=at("2024-10-01T10:00"))
    assert (member.now.state, member.now.ended_on) == ("left", date(2024, 10, 1))
    assert member.told["detail"] == "The membership is left; it ended on 2024-10-01."
    assert (member.told["state"], member.told["ends_on"]) == ("left", "2024-10-01")


def test_the_answer_of_an_end_taken_back_says_that_it_goes_on(member: Member) -> None:
    """X-05: without the notice the membership is active until the programme ends."""
    member.join().notice("terminated", "2024-10-02", "2024-10-06T09:00").wait("2024-10-06T09:01")
    member.ask("correct", "2024-10-08T09:00", voids=2)
    assert member.now.state == "active"
    assert member.told["detail"] == "The membership is active; it ends on 2025-03-31."


@pytest.mark.parametrize("keyed", ["2024-10-15T12:00", "2024-10-20T09:00"], ids=["on the day", "after its end"])
@pytest.mark.parametrize("first", ["2024-10-15T10:00", "2024-10-01T10:00"], ids=["the later one", "the earlier one"])
def test_of_two_letters_of_leaving_the_earlier_one_counts(member: Member, keyed: str, first: str) -> None:
    """M-05.7: whichever is keyed in first, the member left on the day of the earlier, and no letter says otherwise."""
    then = {"2024-10-15T10:00": "2024-10-01T10:00", "2024-10-01T10:00": "2024-10-15T10:00"}[first]
    member.join().ask("leave", "2024-10-15T11:00", received_at=at(first))
    if keyed > "2024-10-16":
        member.wait("2024-10-16T00:00")
    second = member.ask("leave", keyed, received_at=at(then))
    assert (second.refused is None) == (then < first)
    member.approve("2024-10-20T10:00").wait("2024-10-21T00:00")
    assert (member.now.state, member.now.ended_on, member.now.usable_through) == ("left", *[date(2024, 10, 1)] * 2)
    assert member.now.storage.reverts_on == date(2024, 11, 30)
    withdrawn = [letter["withdrawn"] for name, letter in member.letters if name == "club_told_again"]
    assert [("left" in each) for each in withdrawn] == ([True] if then < first else [])
