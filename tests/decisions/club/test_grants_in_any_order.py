"""Points and bonuses of a life told in any order, over its end, its correction and an import (M-02, M-03, X-05).

What was booked stays, since it may be spent; what is due follows from all that is known, as the independent model reads
the catalogue (`tests.model.member`). Where the two differ while points can be used, a task says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from decisions.revise import first_of
from rules.club import club_runs
from rules.club.program import notice_plan
from tests.decisions.club.member import LINE, NOTICE, Member, at
from tests.model import member_facts as m
from tests.model.facts import Fact
from tests.model.member import LAST_BOOKING, LAST_COHORT, LAST_USAGE_MONTH
from tests.model.member import Member as Model
from tests.model.terms import first_of as month_after
from tests.model.terms import last_of

_OUR_POINTS = {"NEXT_FAMILY": 500, "NEXT_MANSION": 250}
"""Of a line in use since 2016 (M-02.2)."""

_DAY = timedelta(days=1)


@dataclass
class Played:
    """One membership, and the facts of it that count, as the model takes them."""

    member: Member
    facts: dict[str, Fact]
    registered: m.Registered
    entered_on: date = date.min
    """The day of an import; what was to be booked by then was another system's to book."""
    until: datetime = field(init=False)
    log: list[tuple[str, ...]] = field(default_factory=list)
    """What was keyed in, for reading a failure."""

    def tell(self, fact: Fact, keyed: datetime) -> None:
        """Key one fact in; what waits is approved at once."""
        before, moment = len(self.member.life.log), text(keyed)
        if isinstance(fact, m.MemberLeft):
            self.member.ask("leave", moment, received_at=fact.at.replace(tzinfo=at(moment).tzinfo), approved=True)
        elif isinstance(fact, m.TypeTold):
            more = {"service_type": fact.service_type, **NOTICE}
            self.member.notice("service_type_changed", fact.holds_from.isoformat(), moment, **more)
        elif isinstance(fact, m.Told):
            self.member.notice(_KINDS[type(fact)], fact.holds_from.isoformat(), moment)
        refused = self.member.refused
        self.log.append((type(fact).__name__, str(fact), moment, refused.code if refused else ""))
        self.member.approve(moment)
        told = [each for each in self.member.life.log[before:] if each.fact is not None]
        if told:
            self.facts[str(told[0].op)] = fact
        self.until = keyed

    def correct(self, op: str, keyed: datetime) -> None:
        """Say that one was wrong."""
        entry = first_of(self.member.life.log, op)
        if entry is None:
            return
        self.member.ask("correct", text(keyed), voids=entry.seq, approved=True, reason_code="entry_error")
        self.log.append(("correct", str(self.facts[op]), text(keyed), str(self.member.refused)))
        if self.member.refused is None:
            self.facts.pop(op)
        self.until = keyed


_KINDS = {
    m.Converted: "conversion",
    m.Abolished: "terminated",
    m.NinenStarted: "ninen_wari_started",
    m.NinenCancelled: "ninen_wari_cancelled",
}


def _day(text: str) -> datetime:
    """Its ninth hour; naive, as the model takes it."""
    return datetime.fromisoformat(f"{text}T09:00")


def text(moment: datetime) -> str:
    """As the members of these tests are told it."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def played(member: Member, seed: int, *, imported: bool) -> Played:
    """A life of two to six facts, keyed in around the last days of booking, on which nothing is closed yet."""
    random = Random(f"{seed}/{imported}")  # noqa: S311  # no secret
    registered = _day(random.choice(("2023-08-20", "2023-09-29")))
    started = random.choice((None, "2021-06-01", "2021-07-01", "2021-10-01"))
    entry = m.Registered(
        at=registered,
        in_use_since=date.fromisoformat(LINE["in_use_since"]),
        ninen_started_on=date.fromisoformat(started) if started else None,
    )
    now = registered + timedelta(days=random.choice((0, 3, 60)))
    made = Played(member, {}, entry)
    if imported:
        now = max(registered + timedelta(days=20), _day(random.choice(("2023-10-20", "2023-12-20"))))
        made.entered_on = now.date()
        lots = dict.fromkeys(map(str, club_runs.booked_by(registered.date(), now.date(), notice_plan())), 500)
        member.life.facts["months_imported"] = lots if random.random() < 0.7 else {}
        member.life.months_booked |= member.life.facts["months_imported"]
        line = {**LINE, "ninen_wari_started_on": started}
        member.ask("import", text(now), member_id="M1", line_key="L1", registered_on=registered.date(), line=line)
    else:
        member.join(text(registered), text(now), ninen_wari_started_on=started)
    assert member.refused is None
    for _ in range(random.randint(2, 6)):
        now += timedelta(days=random.choice((0, 1, 10, 40)), hours=1 + random.randrange(5))
        if random.random() < 0.3:
            now = max(now, _day("2023-11-25") + timedelta(days=random.randrange(60)))
        if made.facts and random.random() < 0.4:
            made.correct(random.choice(list(made.facts)), now)
        else:
            made.tell(_fact(random, registered, now), now)
    made.until += timedelta(days=random.choice((1, 20, 60)))
    member.wait(text(made.until))
    return made


def _fact(random: Random, registered: datetime, now: datetime) -> Fact:
    back = timedelta(days=random.choice((0, 0, 5, 20, 60, 150)))
    holds = max((now - back).date(), registered.date() + _DAY)
    kind = random.choices((m.NinenStarted, m.NinenCancelled, m.TypeTold, m.MemberLeft, m.Converted, m.Abolished),
                          (4, 2, 3, 3, 2, 2))[0]  # fmt: skip
    if kind is m.NinenStarted:
        starts = ("2021-06-01", "2021-07-01", "2021-09-01", "2021-10-01", "2022-01-01")
        return m.NinenStarted(at=now, holds_from=date.fromisoformat(random.choice(starts)))
    if kind is m.MemberLeft:
        return m.MemberLeft(at=max(now - back, registered + timedelta(hours=1)))
    if kind is m.TypeTold:
        told = random.choice(("NEXT_FAMILY", "NEXT_MANSION", "BUSINESS"))
        return m.TypeTold(at=now, holds_from=holds, service_type=told)
    return kind(at=now, holds_from=holds)


def wrong(made: Played) -> Iterator[str]:
    """What differs from the model and nobody is told of."""
    state, model = made.member.now, Model(_in_hindsight(made), made.until.date())
    end, tasks, orders = model.end, set(state.tasks), [name for name, _ in made.member.orders]
    over = made.until.date() > end.usable_through
    stands = (state.state, state.ended_on, state.usable_through) if state.state != "active" else None
    if stands != ((end.state, end.ended_on, end.usable_through) if over else None):
        yield f"end: {stands}, the model says {end}"
    if over and "close" not in orders[-1:]:
        yield f"the points of who is over are not closed last: {orders}"
    if not over:
        yield from _bonuses(made, model, tasks)
        yield from _months(made, model, tasks)
    for key, each in state.renewals.items():
        if each.state == "open" and (over or each.window_to < made.until.date()):
            yield f"bonus {key} is open for ever"
    if over and {"renewal", "end", "service_type"} & {item.event for item in state.agenda.values()}:
        yield f"something of the living is ahead: {list(state.agenda)}"
    late = [data for name, data in made.member.orders if name == "grant" and data["granted_on"] > LAST_BOOKING]
    if late:
        yield f"granted after the last day of booking: {late}"


def _in_hindsight(made: Played) -> list[Fact]:
    """As if all that NTT tells had been known from the beginning, the last word of a kind the last."""
    known = [
        replace(fact, at=made.registered.at + timedelta(seconds=number)) if isinstance(fact, m.Told) else fact
        for number, fact in enumerate(made.facts.values(), start=1)
    ]
    return [made.registered, *known]


def _bonuses(made: Played, model: Model, tasks: set[str]) -> Iterator[str]:
    month = date(2023, 1, 1)
    while month <= LAST_COHORT:
        books, ended = last_of(month, 2) + _DAY, last_of(month, 3)
        ours = made.registered.on < books <= made.until.date() and ended >= made.entered_on
        each = made.member.now.renewals.get(f"{month:%Y-%m}")
        booked = each is not None and each.state == "booked"
        if ours and model.earns(month) and not booked and "BONUS_NOT_BOOKED" not in tasks:
            yield f"bonus {month} is earned and neither booked nor a task: {each}"
        if booked and not model.earns(month) and "RENEWAL_BOOKED_IN_ERROR" not in tasks:
            yield f"bonus {month} is booked, not earned and no task"
        month = month_after(month, 1)


def _months(made: Played, model: Model, tasks: set[str]) -> Iterator[str]:
    month, booked = month_after(made.registered.on), dict(made.member.life.months_booked)
    while month <= LAST_USAGE_MONTH:
        last, books = last_of(month), month_after(month, 1) + timedelta(days=9)
        has = booked.pop(f"{month:%Y-%m}", None)
        due = _OUR_POINTS[model.type_on(last)] if last <= model.in_use_through else None
        if made.entered_on < books <= made.until.date() and due is not None:
            if has is None and "POINTS_NOT_BOOKED" not in tasks:
                yield f"{month} is earned and neither booked nor a task"
            if has not in {None, due} and "POINTS_BY_ANOTHER_TYPE" not in tasks:
                yield f"{month} is booked with {has} points, {due} are due, and no task"
        elif has is not None and books > made.entered_on and "POINTS_BY_ANOTHER_TYPE" not in tasks:
            yield f"{month} is booked, not earned and no task"
        month = month_after(month, 1)
    if booked:
        yield f"booked for months that earn nothing: {booked}"


@pytest.mark.parametrize("imported", [False, True])
@pytest.mark.parametrize("part", range(3))
def test_what_is_booked_is_what_is_due_or_a_task(another: Callable[[], Member], part: int, *, imported: bool) -> None:
    """In whatever order and however late it was told, undone and told again, and whoever had the member before."""
    for seed in range(part, 240, 3):
        made = played(another(), seed, imported=imported)
        assert list(wrong(made)) == [], (seed, made.log, list(made.member.now.tasks))


def _corrected(member: Member, moment: str, event: str) -> None:
    entry = next(each for each in reversed(member.life.log) if each.event == event)
    member.ask("correct", moment, voids=entry.seq, approved=True, reason_code="entry_error").approve(moment)


def test_a_discount_corrected_after_another_correction_earns_nothing(member: Member) -> None:
    """にねん割 from 2021-10-01 was never: corrected in 2023-10, after a type was, no bonus comes on 12-01 (M-03.1)."""
    member.join(ninen_wari_started_on=None).notice("ninen_wari_started", "2021-10-01", "2022-06-01T09:00")
    more: dict[str, Any] = {"service_type": "NEXT_MANSION", **NOTICE}
    member.notice("service_type_changed", "2022-06-10", "2022-06-11T09:00", **more)
    _corrected(member, "2022-06-12T09:00", "service_type_changed")
    _corrected(member, "2023-10-12T09:00", "ninen_wari_started")
    member.wait("2023-12-02T09:00")
    assert (member.now.ninen_wari, member.now.ninen_wari_started_on) == ([], None)
    assert [order for name, order in member.orders if "term_end_month" in order] == []


def _reopened_bonus(member: Member) -> Member:
    """The bonus of 2023-05 was lost by a start told, the line lost, and the start corrected after that end."""
    member.join(ninen_wari_started_on="2021-06-01").notice("ninen_wari_started", "2021-07-01", "2022-05-02T11:00")
    member.notice("terminated", "2022-05-05", "2022-05-12T12:00")
    _corrected(member, "2022-05-13T15:00", "ninen_wari_started")
    return member


def test_a_bonus_open_again_after_the_end_has_come_to_nothing(member: Member) -> None:
    """Nobody is left to book for: it is not shown as still to be decided (M-06.3)."""
    assert _reopened_bonus(member).renewals()["2023-05"] == ("lapsed", ["MEMBERSHIP_ENDED"])


def test_a_bonus_that_had_come_to_nothing_is_due_once_the_end_is_taken_back(member: Member) -> None:
    """The line was not lost after all: its renewal is booked on its day (M-03.4)."""
    _corrected(_reopened_bonus(member), "2022-06-20T09:00", "terminated")
    member.wait("2023-08-02T09:00")
    assert member.renewals()["2023-05"] == ("booked", [])


@pytest.mark.parametrize("late", ["a registration", "a start of にねん割"])
def test_after_the_programme_nobody_is_asked_to_make_good_what_cannot_be_used(member: Member, late: str) -> None:
    """Points lapsed on 2025-03-31: no adjustment is possible, and no task asks for one (M-04.5, M-02.5)."""
    if late == "a registration":
        member.join("2023-09-15T09:00", "2025-04-02T09:00", ninen_wari_started_on="2021-10-01")
    else:
        member.join(ninen_wari_started_on=None).wait("2025-04-01T09:00")
        member.notice("ninen_wari_started", "2021-10-01", "2025-04-02T09:00")
    assert (member.now.state, list(member.now.tasks)) == ("ended_programme", [])
    assert [name for name, _ in member.orders] == ["close"]
