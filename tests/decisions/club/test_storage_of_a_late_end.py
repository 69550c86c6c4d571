"""The storage of an end that becomes known late."""

from __future__ import annotations

from datetime import date

from tests.decisions.club.member import Member, at


def test_a_late_end_approved_later_counts_from_the_approval(member: Member) -> None:
    """M-07.6, A-05: an end of 2024-01-05 told on 05-15 and approved on 06-03: the files stay to the end of July."""
    member.join().ask("leave", "2024-05-10T09:00").wait("2024-05-11T00:00")
    member.notice("terminated", "2024-01-06", "2024-05-15T09:00")
    assert member.now.storage.reverts_on == date(2024, 6, 30), "nothing is decided yet"
    member.approve("2024-06-03T09:00")
    storage = member.now.storage
    assert (storage.state, storage.perk_off_on, storage.reverts_on) == (
        "off_grace",
        date(2024, 1, 6),
        date(2024, 7, 31),
    )
    advised = [letter["advise_by"] for name, letter in member.letters if name == "storage_advice"]
    assert advised == [date(2024, 6, 30), date(2024, 7, 31)]


def test_another_end_of_the_same_reversion_leaves_its_day(member: Member) -> None:
    """A-05: left on 2024-01-15, keyed in on 03-10: a loss of 01-10 told on 04-05 leaves the deletion on 04-30."""
    member.join().ask("leave", "2024-03-10T09:00", received_at=at("2024-01-15T10:00"))
    assert member.now.storage.reverts_on == date(2024, 4, 30)
    member.notice("terminated", "2024-01-10", "2024-04-05T09:00").approve("2024-04-05T10:00")
    assert (member.now.storage.perk_off_on, member.now.storage.reverts_on) == (date(2024, 1, 10), date(2024, 4, 30))


def test_correcting_a_late_end_before_the_deletion_stops_it(member: Member) -> None:
    """A-05, X-05: taken back on the last day, the perk is on again and nothing is asked of the storage service."""
    member.join().ask("leave", "2024-03-10T09:00", received_at=at("2024-01-15T10:00"))
    member.ask("correct", "2024-04-30T23:00", voids=2).wait("2024-05-01T00:00")
    assert (member.now.state, member.now.storage.state) == ("active", "on")
    assert not {"storage_revert", "storage_reverting"} & set(member.now.agenda)


def test_a_support_service_that_never_ran_is_corrected_late(member: Member) -> None:
    """M-07.6: kept whole by an entry that was wrong, the member hears of the day a grace before it."""
    member.join().ask("leave", "2024-01-15T09:00").wait("2024-01-16T00:00")
    member.ask("change_support", "2024-02-01T09:00", service="REMOTE_SUPPORT", active=True, on="2024-02-01")
    wrong = member.now.seq
    member.wait("2024-06-10T08:00").ask("correct", "2024-06-10T09:00", voids=wrong)
    assert member.now.storage.reverts_on == date(2024, 7, 31)
    advised = [letter["advise_by"] for name, letter in member.letters if name == "storage_advice"]
    assert advised == [date(2024, 2, 29), date(2024, 7, 31)]


def test_nobody_is_advised_of_what_is_gone(member: Member) -> None:
    """M-07.6: left, but keyed in after the files went with another end of the same month: no letter asks to save."""
    member.join().notice("terminated", "2024-01-20", "2024-01-20T09:00").wait("2024-03-01T00:00")
    member.ask("effect_done", "2024-03-01T00:01", item_id="storage_reverting", data={"deleted": 2})
    before = len(member.letters)
    member.ask("leave", "2024-03-10T09:00", received_at=at("2024-01-15T10:00")).approve("2024-03-11T09:00")
    storage = member.now.storage
    assert (storage.state, storage.perk_off_on, storage.reverts_on) == (
        "reverted",
        date(2024, 1, 15),
        date(2024, 2, 29),
    )
    assert "storage_advice" not in [name for name, _ in member.letters[before:]]
