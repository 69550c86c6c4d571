"""The storage perk of one membership: when it goes off, what keeps the capacity, when it reverts (M-07)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from decisions.engine import Run
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.storage.storage import EFFECT, shown
from models.messages.club.membership import (
    REVERT_STORAGE,
    ChangeStoragePlan,
    ChangeSupport,
    ImportMember,
    Leave,
    MemberLine,
    MembershipState,
)
from models.messages.entity import Command, EffectDone
from rules.calendar import JST
from tests.given import Standing, looked_up

ENDED = "2025-04-01T00:00:00"
REVERTS = "2025-05-01T00:00:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if "T" in text else f"{text}T10:00:00").replace(tzinfo=JST)


class Member:
    """One membership driven through the engine."""

    def __init__(self) -> None:
        """A member since 2020, told to us in June 2023."""
        self.raw: dict[str, Any] = MembershipState().model_dump(mode="json")
        self.outgoing: list[str] = []
        self.refused: Any = None
        self.told: dict[str, Any] = {}
        line = MemberLine(service_type="NEXT_FAMILY", service_class="FAMILY", in_use_since=date(2019, 1, 1))
        entered = ImportMember(member_id="M1", line_key="L1", registered_on=date(2020, 1, 1), line=line)
        self.send("import", entered, "2023-06-01")

    @property
    def state(self) -> MembershipState:
        """As folded so far."""
        return MembershipState.model_validate(self.raw)

    def send(self, name: str, command: Command, moment: str) -> Member:
        """Decide a command at a moment."""
        run = Run(MEMBERSHIP, self.raw, at(moment), facts=looked_up(MEMBERSHIP, name, {}), standing=Standing())
        run.command(name, command.model_copy(update={"op": f"{name}/{moment}", "at": at(moment)}))
        return self._take(run)

    def wait(self, moment: str) -> Member:
        """Carry out what is due by a moment."""
        run = Run(MEMBERSHIP, self.raw, at(moment), standing=Standing())
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

    def reverts(self) -> str | None:
        """The moment of the reversion ahead, in Japan."""
        item = self.state.agenda.get("storage_revert")
        return item.at.astimezone(JST).strftime("%Y-%m-%dT%H:%M:%S") if item else None

    def _take(self, run: Run) -> Member:
        self.raw, self.refused = run.outcome.state, run.outcome.refused
        self.told = run.outcome.answer.decision if run.outcome.answer else {}
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
    """M-07.6: bought for 04-20 it decides the capacity on 04-30; bought for 05-01 it is too late."""
    timely = Member().wait(ENDED).plan("2025-04-20", "25", "2025-04-20").wait(REVERTS).effect()
    late = Member().wait(ENDED).plan("2025-04-20", "25", "2025-05-01").wait(REVERTS).effect()
    assert (timely.data["capacity_gb"], late.data["capacity_gb"]) == ("25", "5")


@pytest.mark.parametrize("size", ["0", "-5", "NaN", "much", "1000001"])
def test_what_is_no_size_is_refused(size: str) -> None:
    """A plan has more than 0 GB."""
    assert Member().plan("2024-01-05", size, "2024-01-05").refused.code == "NO_SUCH_CAPACITY"


def test_what_has_reverted_stays_reverted() -> None:
    """A-08: a service or a plan told afterwards is kept in the log and changes nothing of it."""
    member = Member().wait(REVERTS).send("effect_done", EffectDone(item_id=EFFECT, data={"deleted": 1}), REVERTS)
    member.support("2025-05-03", "2025-04-29", active=True)
    assert (member.state.storage.state, member.told["outcome"], member.reverts()) == ("reverted", "kept", None)


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
