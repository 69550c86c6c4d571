"""The storage perk of one membership: when it goes off, what keeps the capacity, when it reverts (M-07)."""

from __future__ import annotations

from datetime import date, datetime
from itertools import permutations
from typing import Any

import pytest

from decisions.engine import Run
from decisions.fold import voided
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.storage.in_line import FILES_GONE, PLAN_BEGINS, SETTING
from decisions.membership.storage.perk import capacity_gb
from decisions.membership.storage.storage import EFFECT, shown
from models.messages.club.membership import (
    REVERT_STORAGE,
    ChangeStoragePlan,
    ChangeSupport,
    Correct,
    ImportMember,
    Leave,
    MemberLine,
    MembershipState,
)
from models.messages.entity import Command, EffectDone, Entry
from rules.calendar import JST
from tests.given import Standing, looked_up
from tests.terms_set import SetTerm

ENDED = "2025-04-01T00:00:00"
REVERTS = "2025-05-01T00:00:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if "T" in text else f"{text}T10:00:00").replace(tzinfo=JST)


class Member:
    """One membership driven through the engine."""

    def __init__(self, registered: str = "2020-01-01", entered: str | None = None) -> None:
        """A member since that day, told to us in June 2023, or on the day itself where it lies before 2020."""
        self.raw: dict[str, Any] = MembershipState().model_dump(mode="json")
        self.log: list[Entry] = []
        self.sizes: list[str] = []
        """GB that the storage service was told."""
        self.outgoing: list[str] = []
        self.letters: list[dict[str, Any]] = []
        self.refused: Any = None
        self.told: dict[str, Any] = {}
        line = MemberLine(service_type="NEXT_FAMILY", service_class="FAMILY", in_use_since=date(2019, 1, 1))
        on = date.fromisoformat(registered)
        line = line.model_copy(update={"in_use_since": min(line.in_use_since, on)})
        command = ImportMember(member_id="M1", line_key="L1", registered_on=on, line=line)
        self.send("import", command, entered or ("2023-06-01" if registered >= "2020" else registered))

    @property
    def state(self) -> MembershipState:
        """As folded so far."""
        return MembershipState.model_validate(self.raw)

    def send(self, name: str, command: Command, moment: str, **known: Any) -> Member:
        """Decide a command at a moment."""
        facts = looked_up(MEMBERSHIP, name, known)
        run = Run(MEMBERSHIP, self.raw, at(moment), log=self.log, facts=facts, standing=Standing())
        run.command(name, command.model_copy(update={"op": f"{name}/{moment}", "at": at(moment)}))
        return self._take(run)

    def wait(self, moment: str) -> Member:
        """Carry out what is due by a moment."""
        run = Run(MEMBERSHIP, self.raw, at(moment), log=self.log, standing=Standing())
        run.carry_out_due(at(moment))
        return self._take(run)

    def leave(self, moment: str) -> Member:
        """Leave the club on a day, and let it pass."""
        return self.send("leave", Leave(), moment).wait(f"{moment[:10]}T23:59:59.999999")

    def support(self, moment: str, on: str, *, active: bool, service: str = "REMOTE_SUPPORT") -> Member:
        """A support service begins or ends."""
        command = ChangeSupport(service=service, active=active, on=date.fromisoformat(on))
        return self.send("change_support", command, moment)

    def plan(self, moment: str, gb: str, on: str) -> Member:
        """Another storage plan."""
        command = ChangeStoragePlan(capacity_gb=gb, on=date.fromisoformat(on))
        return self.send("change_storage_plan", command, moment)

    def effect(self) -> Any:
        """The work for the storage service that is under way."""
        return self.state.agenda.get(EFFECT)

    def setting(self) -> list[str]:
        """GB that the storage service is being told, in their order."""
        items = sorted(
            (each.at, each.data["capacity_gb"]) for each in self.state.agenda.values() if each.event == SETTING
        )
        return [size for _, size in items]

    def served(self, moment: str, deleted: int = 0) -> Member:
        """The storage service does all it was told, in order, and answers."""
        while orders := [each for each in self.state.agenda.values() if each.effect is not None]:
            order = min(orders, key=lambda each: (each.at, each.item_id))
            self.sizes.append(order.data["capacity_gb"])
            data = {"deleted": deleted} if order.item_id == EFFECT else {}
            self.send("effect_done", EffectDone(item_id=order.item_id, data=data), moment)
        return self

    def correct(self, moment: str, event: str) -> Member:
        """The latest entry of an event was wrong."""
        gone = voided(self.log)
        seq = max(each.seq for each in self.log if each.event == event and each.seq not in gone)
        return self.send("correct", Correct(voids=seq, approved=True), moment)

    def reverts(self) -> str | None:
        """The moment of the reversion ahead, in Japan."""
        item = self.state.agenda.get("storage_revert")
        return item.at.astimezone(JST).strftime("%Y-%m-%dT%H:%M:%S") if item else None

    def _take(self, run: Run) -> Member:
        self.raw, self.refused = run.outcome.state, run.outcome.refused
        self.log = [*self.log, *run.outcome.entries]
        self.told = run.outcome.answer.decision if run.outcome.answer else {}
        self.letters += [each.data for _, each in run.outcome.outgoing if each.channel == "notice"]
        self.outgoing += [each.name for _, each in run.outcome.outgoing if each.channel == "notice"]
        return self


@pytest.mark.parametrize(
    ("left", "over", "moment"),
    [
        ("2024-10-15", "2024-10-16T00:00:00", "2024-12-01T00:00:00"),
        ("2025-01-31", "2025-02-01T00:00:00", "2025-03-01T00:00:00"),
    ],
)
def test_leaving_keeps_the_capacity_to_the_end_of_the_next_month(left: str, over: str, moment: str) -> None:
    """M-07.3, M-07.4: off on the leave day, work due at 00:00 after the last day of the next month."""
    member = Member().leave(left).wait(over)
    assert member.state.storage.state == "off_grace"
    assert member.state.storage.perk_off_on == date.fromisoformat(left)
    assert member.reverts() == moment
    assert member.outgoing == ["left", "storage_advice"]


def test_the_programme_end_reverts_a_month_later_and_not_a_moment_before() -> None:
    """M-07.4, A-05: 2025-04-30 at its end; a microsecond before nothing is asked of the storage service."""
    member = Member().wait(ENDED)
    assert (member.state.state, member.reverts()) == ("ended_programme", REVERTS)
    assert member.outgoing == [], "the end was announced and advised before"
    assert member.wait("2025-04-30T23:59:59.999999").effect() is None
    effect = member.wait(REVERTS).effect()
    assert effect is not None
    assert effect.effect == REVERT_STORAGE
    assert effect.data["capacity_gb"] == "5"


def test_the_answer_of_the_storage_service_ends_it() -> None:
    """Reverted, with how many files went; a repeat of the answer finds nothing to do."""
    member = Member().wait(REVERTS)
    done = EffectDone(item_id=EFFECT, data={"deleted": 3})
    member.send("effect_done", done, REVERTS)
    assert (member.state.storage.state, member.state.storage.deleted_files, member.effect()) == ("reverted", 3, None)
    assert member.told["articles"] == ["M-07.4", "M-07.5"]
    member.send("effect_done", done, "2025-05-02")
    assert member.refused.code == "NOTHING_TO_DO"


def test_a_running_support_service_keeps_the_capacity() -> None:
    """M-07.7: on at the end, so nothing reverts; its end on 05-20 sets the end of June."""
    member = Member().support("2025-03-01", "2025-03-01", active=True).wait(ENDED)
    assert (member.state.storage.state, member.reverts()) == ("exempt", None)
    assert member.wait("2025-05-20").effect() is None
    member.support("2025-05-20", "2025-05-20", active=False)
    assert (member.state.storage.state, member.reverts()) == ("off_grace", "2025-07-01T00:00:00")
    assert member.outgoing == ["storage_advice"]


def test_one_that_begins_before_the_reversion_day_is_over_saves_it() -> None:
    """A-08: tested at the reversion date itself, both sides."""
    saved = Member().wait(ENDED).support("2025-04-30", "2025-04-30", active=True)
    assert (saved.state.storage.state, saved.wait(REVERTS).effect()) == ("exempt", None)
    late = Member().wait(ENDED).support("2025-04-30", "2025-05-01", active=True)
    assert late.reverts() == REVERTS
    assert late.wait(REVERTS).effect() is not None


def test_a_support_service_that_ended_before_the_membership_changes_nothing() -> None:
    """A-08: the later of both counts."""
    member = Member().support("2024-01-05", "2024-01-01", active=True)
    member.support("2024-02-01", "2024-01-31", active=False).wait(ENDED)
    assert member.reverts() == REVERTS


def test_the_last_of_two_services_counts() -> None:
    """M-07.7: with both, the capacity stays until the second one ends."""
    member = Member().support("2025-03-01", "2025-03-01", active=True)
    member.support("2025-03-02", "2025-03-02", active=True, service="OFFICE_SUPPORT").wait(ENDED)
    member.support("2025-05-10", "2025-05-10", active=False)
    assert member.state.storage.state == "exempt"
    member.support("2025-06-10", "2025-06-09", active=False, service="OFFICE_SUPPORT")
    assert member.reverts() == "2025-08-01T00:00:00"


def test_other_services_do_not_count() -> None:
    """M-07.7: refused by name."""
    assert Member().support("2024-01-05", "2024-01-01", active=True, service="VIRUS_CLEAR").refused.code == (
        "UNKNOWN_SERVICE"
    )


def test_a_larger_plan_counts_from_its_day() -> None:
    """M-07.6, A-05: the plan of 05-01 00:00, when files are deleted, decides; one from 05-02 on is too late."""
    bought = {
        day: Member().wait(ENDED).plan("2025-04-20", "25", day).wait(REVERTS).effect().data["capacity_gb"]
        for day in ("2025-04-20", "2025-05-01", "2025-05-02")
    }
    assert bought == {"2025-04-20": "25", "2025-05-01": "25", "2025-05-02": "5"}


@pytest.mark.parametrize("size", ["0", "-5", "NaN", "much", "1000001"])
def test_what_is_no_size_is_refused(size: str) -> None:
    """A plan has more than 0 GB."""
    assert Member().plan("2024-01-05", size, "2024-01-05").refused.code == "NO_SUCH_CAPACITY"


def test_what_began_after_the_reversion_leaves_it() -> None:
    """A-08: a service from 05-01 on was not there on the day of the test; what has reverted stays so."""
    member = reverted().support("2025-05-03", "2025-05-01", active=True)
    assert (member.state.storage.state, member.told["outcome"], member.reverts()) == ("reverted", "kept", None)
    assert (member.setting(), list(member.state.tasks)) == ([], [])


def test_nothing_changes_while_the_capacity_is_being_lowered() -> None:
    """Between the decision and the answer of the storage service a change would come too late to count: 409."""
    assert Member().wait(REVERTS).plan(REVERTS, "25", "2025-04-30").refused.status == 409


def test_the_flag_is_off_on_the_day_itself() -> None:
    """M-07.3: shown off on the leave day and on 2025-03-31, on the day before it is on."""
    member = Member()
    assert shown(member.state, date(2025, 3, 30)).state == "on"
    assert shown(member.state, date(2025, 3, 31)).state == "off_grace"
    member.leave("2024-10-15")
    assert shown(member.state, date(2024, 10, 15)).reverts_on == date(2024, 11, 30)


# --- support services are a function of all that was told of them ------------------------------------------------


@pytest.mark.parametrize(
    ("told", "reverts"),
    [
        ([("2018-08-01", True), ("2018-09-10", False)], "2018-10-31"),
        ([("2018-09-10", False)], "2018-10-31"),
        ([("2018-01-01", True), ("2018-08-15", False)], "2018-10-31"),
        ([("2018-08-01", True), ("2018-10-10", False)], "2018-11-30"),
        ([("2018-10-31", True)], None),
        ([("2018-11-01", True)], "2018-10-31"),
        ([("2018-11-10", True), ("2018-12-20", False)], "2018-10-31"),
        ([("2018-10-20", True), ("2018-12-20", False)], "2019-01-31"),
        ([("2018-10-20", True), ("2018-10-10", False)], "2018-10-31"),
        ([("2018-08-01", True), ("2018-09-10", False), ("2018-09-10", True)], None),
        ([("2018-08-01", True), ("2018-09-10", False), ("2018-10-20", True)], None),
        ([("2018-08-01", True), ("2018-09-10", False), ("2018-10-20", True), ("2018-11-05", False)], "2018-12-31"),
    ],
)
def test_support_services_told_in_any_order_make_one_day(told: list[tuple[str, bool]], reverts: str | None) -> None:
    """A-08, M-07.7: left on 2018-09-04, the same services lead to the same reversion, before the end or after it."""
    for order in permutations(told):
        after, before = Member("2016-05-01").leave("2018-09-04"), Member("2016-05-01")
        for on, active in order:
            after.support("2018-09-05", on, active=active)
            before.support("2018-09-01", on, active=active)
        before.leave("2018-09-04").wait("2018-09-05")
        for member in (after, before):
            storage = member.state.storage
            assert storage.state == ("exempt" if reverts is None else "off_grace")
            assert storage.reverts_on == (date.fromisoformat(reverts) if reverts else None)


def test_a_service_told_twice_is_told_once() -> None:
    """M-07.7: the same word again changes nothing of what was told."""
    member = Member().support("2024-01-05", "2024-01-01", active=True)
    once = member.state.storage.support
    assert member.support("2024-01-06", "2024-01-01", active=True).state.storage.support == once


@pytest.mark.parametrize(
    ("kept", "state"),
    [
        ({"active": True, "since": "2025-01-10"}, "exempt"),
        ({"active": True, "since": "2025-01-10", "ended_on": "2024-12-31"}, "exempt"),
        ({"active": False, "since": "2024-01-10", "ended_on": "2024-12-31"}, "off_grace"),
        ({"active": True, "since": None}, "exempt"),
    ],
)
def test_what_an_earlier_release_kept_of_a_service_still_counts(kept: dict[str, Any], state: str) -> None:
    """A-08: a state without what was told of a service is read by the three fields it has."""
    member = Member()
    member.raw["storage"]["support"] = {"REMOTE_SUPPORT": kept}
    assert member.wait(ENDED).state.storage.state == state


# --- an end that became known late -------------------------------------------------------------------------------


def late_leave(keyed: str = "2019-03-10") -> Member:
    """Left on 2019-01-15, which is keyed in later."""
    return Member("2016-05-01").send("leave", Leave(received_at=at("2019-01-15")), keyed)


@pytest.mark.parametrize(
    ("keyed", "deletes"),
    [
        ("2019-02-14", "2019-02-28"),
        ("2019-02-15", "2019-03-31"),
        ("2019-02-28", "2019-03-31"),
        ("2019-03-01", "2019-04-30"),
        ("2019-03-10", "2019-04-30"),
    ],
)
def test_an_end_told_too_late_for_the_advice_keeps_the_files(keyed: str, deletes: str) -> None:
    """M-07.6, A-05: the perk ends on its day; told within 14 days of 02-28 or later, deletion waits a grace anew."""
    member, day = late_leave(keyed), date.fromisoformat(deletes)
    storage = member.state.storage
    assert (storage.state, storage.perk_off_on, storage.reverts_on) == ("off_grace", date(2019, 1, 15), day)
    assert member.told["reverts_on"] == deletes
    assert {letter["reverts_on"] for letter in member.letters} == {day}
    assert [letter["advise_by"] for letter in member.letters if "advise_by" in letter] == [day]
    assert member.state.agenda["storage_revert"].on == day
    assert member.wait(f"{deletes}T23:59:59.999999").effect() is None
    assert member.wait(f"{date.fromordinal(day.toordinal() + 1)}T00:00:00").effect() is not None


def test_what_is_told_meanwhile_does_not_bring_the_deletion_forward() -> None:
    """A-05: a plan or a service that changes nothing leave it, one that runs on 04-30 moves it behind its end."""
    member = late_leave().plan("2019-03-12", "10", "2019-03-12")
    member.support("2019-03-13", "2018-12-20", active=False)
    assert member.state.storage.reverts_on == date(2019, 4, 30)
    member.support("2019-03-20", "2019-03-20", active=True)
    assert (member.state.storage.state, member.reverts()) == ("exempt", None)
    member.support("2019-05-10", "2019-04-05", active=False)
    assert member.state.storage.reverts_on == date(2019, 6, 30)
    assert [letter["advise_by"] for letter in member.letters if "advise_by" in letter] == [
        date(2019, 4, 30),
        date(2019, 6, 30),
    ]


def test_a_service_whose_end_is_told_late_keeps_the_files_as_well() -> None:
    """M-07.6, M-07.7: exempt since 2018-09, its end of 2018-11-15 told on 03-10: nothing is deleted before 04-30."""
    member = Member("2016-05-01").leave("2018-09-04").support("2018-10-20", "2018-10-01", active=True)
    member.support("2019-03-10", "2018-11-15", active=False)
    assert member.reverts() == "2019-05-01T00:00:00"
    assert member.wait("2019-04-30T23:59:59").effect() is None


def test_a_member_imported_after_the_programme_end_keeps_the_files() -> None:
    """M-07.6, A-05: entered on 2025-06-10, nobody could be advised before 04-30: deleted at the end of July."""
    member = Member("2020-01-01", entered="2025-06-10").wait("2025-06-10T10:00:01")
    storage = member.state.storage
    assert (storage.perk_off_on, storage.reverts_on) == (date(2025, 3, 31), date(2025, 7, 31))
    assert member.outgoing == ["storage_advice"]


@pytest.mark.parametrize(
    ("entered", "letters", "reverts_on"),
    [
        ("2025-03-31", [], "2025-04-30"),
        ("2025-04-01", ["storage_advice"], "2025-04-30"),
        ("2025-04-16", ["storage_advice"], "2025-04-30"),
        ("2025-04-17", ["storage_advice"], "2025-05-31"),
    ],
)
def test_whoever_is_taken_over_after_the_programme_end_is_told_at_once(
    entered: str, letters: list[str], reverts_on: str
) -> None:
    """Nobody told them before it: the advice goes out with the end that is found, in time or late (M-07.6, A-05)."""
    member = Member("2020-01-01", entered=entered).wait(f"{max(entered, '2025-04-01')}T10:00:01")
    assert (member.outgoing, str(member.state.storage.reverts_on)) == (letters, reverts_on)


def test_the_letter_of_a_late_leave_says_what_went() -> None:
    """M-05.7: keyed in after its day it names the points that were forfeited, not a balance that is still usable."""
    member = Member("2016-05-01")
    known = {"balance": 300, "forfeited": 700}
    member.send("leave", Leave(received_at=at("2019-01-15")), "2019-03-10", **known)
    farewell = next(letter for letter in member.letters if "points" in letter)
    assert (farewell["points"], farewell["forfeited"], member.told["forfeited_points"]) == (None, 700, 700)


@pytest.mark.parametrize(("reading", "usable"), [("at_reversion", [10, 10, 10, 5]), ("with_the_perk", [10, 5, 5, 5])])
def test_the_larger_limit_falls_at_the_reversion_or_with_the_perk(
    set_term: SetTerm, reading: str, usable: list[int]
) -> None:
    """A-06: left on 2024-10-15; usable that day, the next, on the reversion day and the day after it."""
    set_term("club.storage_limit_falls", reading)
    kept = Member().leave("2024-10-15").wait("2024-10-16T00:00:00").state.storage
    days = ("2024-10-15", "2024-10-16", "2024-11-30", "2024-12-01")
    assert [capacity_gb(kept, date.fromisoformat(day)) for day in days] == usable


@pytest.mark.parametrize(("reading", "usable"), [("at_reversion", [10, 10, 10, 5]), ("with_the_perk", [10, 10, 5, 5])])
def test_the_larger_limit_falls_with_the_service_that_kept_it(
    set_term: SetTerm, reading: str, usable: list[int]
) -> None:
    """A-06, M-07.7: a service runs to 2024-11-10; usable the day before, that day, the next, on 2025-01-01."""
    set_term("club.storage_limit_falls", reading)
    member = Member().support("2024-10-01", "2024-10-01", active=True).leave("2024-10-15")
    kept = member.support("2024-11-10", "2024-11-10", active=False).state.storage
    days = ("2024-11-09", "2024-11-10", "2024-11-11", "2025-01-01")
    assert [capacity_gb(kept, date.fromisoformat(day)) for day in days] == usable


# --- what is told after the capacity was lowered -----------------------------------------------------------------


def reverted(deleted: int = 0) -> Member:
    """Ended with the programme; the capacity went back to 5 GB on 2025-05-01."""
    return Member().wait(ENDED).wait(REVERTS).served(REVERTS, deleted)


def left_and_reverted(deleted: int = 1) -> Member:
    """Left on 2024-10-15; the capacity went back on 2024-12-01."""
    return Member().leave("2024-10-15").wait("2024-12-01T00:00:00").served("2024-12-01T00:00:00", deleted)


@pytest.mark.parametrize(
    ("on", "state"), [("2024-11-10", "exempt"), ("2024-11-30", "exempt"), ("2024-12-01", "reverted")]
)
def test_a_service_that_ran_on_the_reversion_day_raises_the_capacity_again(on: str, state: str) -> None:
    """M-07.7, A-08: keyed in on 12-20 the increase is back, and the storage service is told; files stay gone."""
    member = left_and_reverted().support("2024-12-20", on, active=True)
    raised = state == "exempt"
    assert member.state.storage.state == state
    assert member.setting() == (["10"] if raised else [])
    assert list(member.state.tasks) == ([FILES_GONE] if raised else [])
    assert (member.told["outcome"], member.told.get("sets_gb")) == (("changed", 10.0) if raised else ("kept", None))
    member.served("2024-12-20")
    assert (member.sizes, member.state.storage.set_gb) == ((["5", "10"], "10") if raised else (["5"], "5"))
    twin = Member().leave("2024-10-15").support("2024-11-12", "2024-11-10", active=True).wait("2024-12-20")
    if raised:
        assert member.state.storage.state == twin.state.storage.state
        assert member.state.storage.reverts_on == twin.state.storage.reverts_on


def test_where_no_file_went_nobody_has_to_be_told() -> None:
    """M-07.7: the capacity was lowered and nothing deleted: raising it is all there is to do."""
    assert list(left_and_reverted(0).support("2024-12-20", "2024-11-10", active=True).state.tasks) == []


@pytest.mark.parametrize(
    ("on", "tasks"),
    [("2024-11-10", [FILES_GONE]), ("2024-12-01", [FILES_GONE]), ("2024-12-02", []), ("2024-12-20", [])],
)
def test_a_larger_plan_told_after_the_reversion_reaches_the_storage_service(on: str, tasks: list[str]) -> None:
    """M-07.6: 20 GB told on 12-20 are set there as well; files went in error where it was theirs on the day."""
    member = left_and_reverted().plan("2024-12-20", "20", on)
    assert (member.state.storage.state, member.setting(), list(member.state.tasks)) == ("reverted", ["20"], tasks)
    assert member.told["sets_gb"] == 20.0
    assert member.served("2024-12-20").sizes == ["5", "20"]


def test_a_plan_told_ahead_reaches_the_storage_service_on_its_day() -> None:
    """M-07.6: told on 12-20 for 2025-01-10, at 00:00 of that day; called off before, never."""
    member = left_and_reverted().plan("2024-12-20", "20", "2025-01-10")
    assert (member.setting(), member.state.agenda[PLAN_BEGINS].on) == ([], date(2025, 1, 10))
    assert member.wait("2025-01-09T23:59:59").setting() == []
    assert member.wait("2025-01-10T00:00:00").setting() == ["20"]
    assert PLAN_BEGINS not in member.served("2025-01-10").state.agenda
    off = left_and_reverted().plan("2024-12-20", "20", "2025-01-10").correct("2024-12-21", "change_storage_plan")
    assert (off.wait("2025-01-11").setting(), PLAN_BEGINS in off.state.agenda) == ([], False)


def test_a_plan_of_a_member_whose_capacity_was_never_set_is_the_storage_services_own() -> None:
    """M-07.6: it sells plans itself; before a reversion nothing of them goes there from us."""
    member = Member().plan("2024-01-05", "20", "2024-01-05").plan("2024-01-06", "50", "2024-03-01")
    assert (member.setting(), PLAN_BEGINS in member.state.agenda) == ([], False)


def test_the_storage_service_ends_alike_in_any_order() -> None:
    """M-07.6, M-07.7: leave, service and plan keyed in after the programme's end, in any order: one capacity."""

    def leave(member: Member, moment: str) -> None:
        member.send("leave", Leave(received_at=at("2024-10-15"), approved=True), moment)

    def support(member: Member, moment: str) -> None:
        member.support(moment, "2024-11-10", active=True)

    def plan(member: Member, moment: str) -> None:
        member.plan(moment, "20", "2024-11-20")

    ends = set()
    for order in permutations((leave, support, plan)):
        member = reverted(1)
        for place, tell in enumerate(order):
            tell(member, f"2025-05-2{place}")
            member.served(f"2025-05-2{place}")
            member.wait(f"2025-05-2{place}T12:00:00")
        kept = member.state.storage
        ends.add(
            (
                kept.state,
                kept.perk_off_on,
                kept.reverts_on,
                kept.set_gb,
                member.sizes[-1],
                tuple(sorted(member.state.tasks)),
            )
        )
    assert ends == {("exempt", date(2024, 10, 15), None, "25", "25", (FILES_GONE, "LINE_NOTICE_AFTER_END"))}


def test_a_service_taken_back_lowers_the_capacity_after_a_grace_of_its_own() -> None:
    """X-05, A-05: raised for a service that never ran, and then corrected: it goes back when the member could know."""
    member = left_and_reverted().support("2024-12-20", "2024-11-10", active=True).served("2024-12-20")
    member.correct("2024-12-22", "change_support")
    storage = member.state.storage
    assert (storage.state, storage.reverts_on, member.setting(), list(member.state.tasks)) == (
        "off_grace",
        date(2025, 1, 31),
        [],
        [],
    )
    assert member.wait("2025-02-01T00:00:00").served("2025-02-01T00:00:00").sizes == ["5", "10", "5"]
    assert member.state.storage.state == "reverted"


def test_one_taken_back_before_the_storage_service_answered_is_told_again() -> None:
    """X-05: how far the order came is not known, so the capacity that holds is told once more."""
    member = left_and_reverted().support("2024-12-20", "2024-11-10", active=True)
    member.correct("2024-12-20T10:00:01", "change_support")
    assert (member.state.storage.state, member.setting()) == ("reverted", ["5"])


def test_what_an_earlier_release_lowered_is_raised_as_well() -> None:
    """A state without what the storage service was told is read by its plan of the reversion day (M-07.7)."""
    member = left_and_reverted()
    member.raw["storage"].pop("set_gb")
    assert member.support("2024-12-20", "2024-11-10", active=True).setting() == ["10"]


def test_a_service_that_ended_since_is_tested_anew() -> None:
    """M-07.7, A-08: ran to 12-10, told on 12-20 after the reversion: raised until the member could know of the end."""
    member = left_and_reverted().support("2024-12-20", "2024-12-10", active=False)
    assert (member.state.storage.state, member.state.storage.reverts_on) == ("off_grace", date(2025, 1, 31))
    assert (member.setting(), member.letters[-1]["reverts_on"]) == (["10"], date(2025, 1, 31))


def test_an_end_keeps_what_the_storage_service_is_still_to_be_told() -> None:
    """X-05: an end taken back and told anew at once drops no order that is on its way."""
    member = left_and_reverted().correct("2024-12-20", "leave_notice")
    assert (member.state.state, member.state.storage.state, member.setting()) == ("active", "on", ["10"])
    member.leave("2024-12-20T11:00").wait("2024-12-21T00:00:00")
    assert (member.state.state, member.setting()) == ("left", ["10"])
