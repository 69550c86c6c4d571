"""One membership's life from its facts alone (M-02 to M-07): its end, its bonuses, its points, its storage.

No walk is needed: each question is answered from the whole set of facts that have arrived. Of several notices of one
kind the last to arrive stands, for NTT corrects itself so; everything else goes by the days they hold from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.model import member_facts as m
from tests.model.facts import Fact, in_legal_order
from tests.model.terms import first_of, last_of

_DAY = timedelta(days=1)
REGISTRATION_ENDS = date(2023, 9, 30)
PROGRAMME_ENDS = date(2025, 3, 31)
ANNOUNCED = date(2023, 7, 1)
LAST_USAGE_MONTH = date(2023, 11, 1)
LAST_COHORT = date(2023, 9, 1)
LAST_BOOKING = date(2023, 12, 31)
REDATED = (date(2023, 4, 1), date(2023, 12, 31))
BONUS = 1000
"""Points (M-03.2, A-01)."""
TERM_MONTHS = 24
ADVICE = timedelta(days=14)
"""How long before a reversion members are advised (M-07.6)."""
POINTS = {
    "NEXT_FAMILY": (100, 200, 300, 400, 500),
    "NEXT_MANSION": (50, 100, 150, 200, 250),
    "LIGHT_FAMILY": (100, 200, 300),
    "LIGHT_MANSION": (50,),
}
"""A month, by running year of use (M-02.2, F-05)."""


@dataclass(frozen=True)
class MemberLife:
    """What is looked at."""

    state: str
    registered_on: date | None
    ended_on: date | None
    booked: tuple[str, ...]
    """Term end months whose bonus is booked, `YYYY-MM`."""
    perk_off_on: date | None
    reverts_on: date | None
    """None while the increase stays."""
    refused: tuple[int, ...] = ()


@dataclass(frozen=True)
class End:
    """The earliest of leaving, losing the line and the programme's end (M-06.3)."""

    state: str
    ended_on: date
    usable_through: date


@dataclass(frozen=True)
class Lot:
    """Points of one grant (M-04.6)."""

    granted_on: date
    points: int
    expires_on: date


class Member:
    """The facts that have arrived and count."""

    def __init__(self, facts: Iterable[Fact], today: date) -> None:
        """Sort out what counts; the others are `refused`, by their place in legal order."""
        self.facts = list(facts)
        self.known: list[Fact] = []
        self.refused: list[int] = []
        self.legal: date | None = None
        """The reversion day by the rule, as it stands."""
        self.told_late_on: date | None = None
        """When that became known, where nobody could be advised in time (M-07.6, A-05)."""
        for place, fact in enumerate(in_legal_order(self.facts)):
            if fact.on > today:
                break
            was = self._reverted_by(fact.on)
            if self._counts(fact):
                self.known.append(fact)
                self._note_reversion(fact.on, was)
            elif not isinstance(fact, m.Told | m.SupportTold):
                # What others tell is taken in any case; whether it changes anything is another matter.
                self.refused.append(place)

    def _counts(self, fact: Fact) -> bool:
        if isinstance(fact, m.Registered):
            in_time = fact.on <= REGISTRATION_ENDS and fact.operator == "EAST" and fact.customer == "INDIVIDUAL"
            return self.registered is None and in_time and fact.service_type in POINTS
        if self.registered is None or fact.on > self._closes_on():
            return False
        if isinstance(fact, m.MemberLeft):
            return not self._of(m.MemberLeft) and fact.on <= self.end.usable_through
        return True

    def _closes_on(self) -> date:
        """The last day on which anything is taken: a year after the end, and again while the increase stays (X-02)."""
        day, reverts = self.end.ended_on, self.reverts_on()
        if reverts is None:
            return date.max
        while day <= max(self.end.ended_on, reverts):
            following = first_of(day, 12)
            day = following.replace(day=min(self.end.ended_on.day, last_of(following).day))
        return day

    def _of(self, *kinds: type[Fact]) -> list[Fact]:
        return [each for each in self.known if isinstance(each, kinds)]

    @property
    def registered(self) -> m.Registered | None:
        """The application that was accepted."""
        return next((each for each in self.known if isinstance(each, m.Registered)), None)

    # The end

    def _lost_from(self) -> list[date]:
        """The days from which the line is lost: of each kind the notice that arrived last (M-05.1 to M-05.3, A-11)."""
        days = []
        for kind in (m.Converted, m.Abolished, m.WentWest):
            told = [each for each in self.known if isinstance(each, kind)]
            days += [told[-1].holds_from] if told else []
        return days + [each.holds_from for each in self._types() if each.service_type not in POINTS]

    def _types(self) -> list[m.TypeTold]:
        by_day = {each.holds_from: each for each in self.known if isinstance(each, m.TypeTold)}
        return [by_day[day] for day in sorted(by_day)]

    @property
    def end(self) -> End:
        """How it ends, as far as is known; a tie goes to the programme, then to leaving."""
        ends = [End("ended_programme", PROGRAMME_ENDS, PROGRAMME_ENDS)]
        ends += [End("left", each.on, each.on) for each in self._of(m.MemberLeft)]
        ends += [End("ineligible", day, day - _DAY) for day in self._lost_from()]
        return min(ends, key=lambda end: end.usable_through)

    @property
    def in_use_through(self) -> date:
        """The line's last day of use."""
        return min((day - _DAY for day in self._lost_from()), default=date.max)

    def type_on(self, day: date) -> str:
        """The line's type on a day."""
        begun = [each for each in self._types() if each.holds_from <= day]
        return begun[-1].service_type if begun else self._entry().service_type

    def _entry(self) -> m.Registered:
        assert self.registered is not None
        return self.registered

    # にねん割

    def _terms(self) -> list[tuple[date, date | None]]:
        """Each two-year term: its first day, and the day it was cancelled or replaced."""
        entry = self._entry()
        starts = [entry.ninen_started_on] if entry.ninen_started_on else []
        starts += [each.holds_from for each in self.known if isinstance(each, m.NinenStarted)]
        cancels = [each.holds_from for each in self.known if isinstance(each, m.NinenCancelled)]
        found = []
        runs = False
        for day in sorted({*starts, *cancels}):
            # Of one day a cancellation is of the term that ran before; where none ran, of the one that begins.
            stillborn = day in cancels and not runs
            runs = day in starts and not stillborn
            if day not in starts:
                continue
            over = day if stillborn else min([each for each in (*starts, *cancels) if each > day], default=None)
            found.append((day if day.day == 1 else first_of(day, 1), over))
        return found

    def earns(self, month: date) -> bool:
        """Whether a term that ends in that month earns the bonus, by what is known (M-03.1 to M-03.8, A-16)."""
        last = last_of(month, 2)
        for first, over_on in self._terms():
            ends = any(first_of(first, TERM_MONTHS * renewals - 1) == month for renewals in range(1, 60))
            if ends and (over_on is None or over_on > last):
                return (
                    month <= LAST_COHORT
                    and self._entry().on <= last
                    and self.type_on(last).endswith("FAMILY")
                    and self.in_use_through >= last
                    and self.end.usable_through > last
                )
        return False

    # Points

    def lots(self, day: date) -> list[Lot]:
        """What has been granted by a day, monthly and for renewals (M-02, M-03, M-04)."""
        found = [self._lot(books, BONUS, day) for _, books in booked(self.facts, day)]
        month = first_of(self._entry().on)
        while month <= LAST_USAGE_MONTH:
            last, books = last_of(month), first_of(month, 1)
            if books <= day and last <= self.in_use_through and self.end.usable_through >= books:
                years = (month.year * 12 + month.month - self._months_of_use()) // 12
                row = POINTS[self.type_on(last)]
                found.append(self._lot(books, row[min(years, len(row) - 1)], day))
            month = first_of(month, 1)
        return found

    def _months_of_use(self) -> int:
        since = self._entry().in_use_since
        return since.year * 12 + since.month

    def _lot(self, granted_on: date, points: int, day: date) -> Lot:
        return Lot(granted_on, points, expires_on(granted_on, day))

    def balance(self, day: date) -> int:
        """Points usable on a day, nothing having been spent (M-04.6, M-05, M-07.1)."""
        if day > self.end.usable_through:
            return 0
        return sum(each.points for each in self.lots(day) if each.expires_on >= day)

    # Storage

    def reverts_on(self) -> date | None:
        """The day at whose end the capacity returns; None while a support service keeps it (M-07.4, M-07.7, A-08)."""
        return self._reverts(self.told_late_on)

    def _reverted_by(self, day: date) -> date | None:
        """The reversion day, as it stands, of a membership that is over by a day."""
        return self.reverts_on() if self.registered is not None and self.end.usable_through < day else None

    def _note_reversion(self, day: date, was: date | None) -> None:
        """A reversion that becomes known in its last days, or after them, has its grace from that day (A-05)."""
        if self.registered is None:
            return
        legal = self._reverts(None)
        gone = was is not None and was < day and legal is not None and legal < day  # It would have gone by now, too.
        if legal != self.legal and not gone:
            self.told_late_on = day if legal is not None and day > legal - ADVICE else None
        self.legal = legal

    def _reverts(self, told_late_on: date | None) -> date | None:
        earliest = last_of(told_late_on, 1) if told_late_on is not None else date.min
        ended_on = self.end.ended_on
        counted = ended_on
        times = self._support_times()
        while True:
            day = max(last_of(counted, 1), earliest)
            until = [last for first, last in times if first <= day and last > counted]
            if not until:
                return day
            counted = max(until)
            if counted == date.max:
                return None

    def _support_times(self) -> list[tuple[date, date]]:
        """First and last day of each time a service runs, `date.max` where it goes on; in whatever order it was told.

        Starts without an end between them are one, as are ends without a start between them. An end that no start
        comes before is the end of what began unseen.
        """
        told: dict[str, set[tuple[date, bool]]] = {}
        for each in self.known:
            if isinstance(each, m.SupportTold):
                told.setdefault(each.service, set()).add((each.day, each.active))
        return [time for rows in told.values() for time in _times(rows)]


def _times(rows: set[tuple[date, bool]]) -> list[tuple[date, date]]:
    starts, ends = ({day for day, active in rows if active is wanted} for wanted in (True, False))
    unseen = [end for end in ends if not any(start <= end for start in starts)]
    times: list[tuple[date, date]] = [(date.min, max(unseen))] if unseen else []
    for start in sorted(starts):
        if times and start <= times[-1][1]:
            continue
        # An end on the day of a start ends what began before and is outlived by what begins; alone it ends that day.
        over = [end for end in ends if end >= start and (end == start or end not in starts)]
        first = min(over, default=date.max)
        following = min((each for each in starts if each > first), default=date.max)
        times.append((start, max((end for end in over if end < following), default=date.max)))
    return times


def expires_on(granted_on: date, day: date) -> date:
    """The last usable day of points booked on a day, as the rules stand on another (M-04.1 to M-04.5, A-09)."""
    year = granted_on.year if granted_on.month >= 4 else granted_on.year - 1
    pattern = date(year + 3, 3, 31)
    if day < ANNOUNCED or pattern < ANNOUNCED:
        return pattern
    return PROGRAMME_ENDS if REDATED[0] <= granted_on <= REDATED[1] else min(pattern, PROGRAMME_ENDS)


def booked(facts: Iterable[Fact], today: date) -> list[tuple[date, date]]:
    """Term end months whose bonus is booked by a day, and the day of booking (M-03.4, A-04).

    A renewal is decided on what is known when its window is over, or when its ground becomes known, until the last
    day of booking of all; it is booked on its legal day in either case. What is booked stays booked: a cancellation
    told later is for an operator, the points may be gone. Nobody books for what is told of a term after the end.
    """
    told, found = in_legal_order(list(facts)), []
    month = first_of(min((each.on for each in told), default=LAST_COHORT), -3)
    while month <= LAST_COHORT:
        last = last_of(month, 2)
        if any(_earns(known, day, month) for known, day in _moments(told, last) if day <= today):
            found.append((month, last + _DAY))
        month = first_of(month, 1)
    return [(month, books) for month, books in found if books <= today]


def _earns(told: list[Fact], day: date, month: date) -> bool:
    member = Member(told, day)
    return member.registered is not None and member.earns(month)


def _moments(told: list[Fact], last: date) -> list[tuple[list[Fact], date]]:
    """What was known when a window was over, and then each time something became known that may decide about it."""
    found = [([each for each in told if each.on <= last], last)]
    for place, each in enumerate(told):
        if last < each.on <= LAST_BOOKING:
            before, after = Member(told[:place], each.on), Member(told[: place + 1], each.on)
            over = before.registered is not None and before.end.usable_through < each.on
            goes_on = after.end.usable_through >= each.on if after.registered is not None else False
            silent = isinstance(each, m.NinenStarted | m.NinenCancelled) or (
                isinstance(each, m.TypeTold) and not goes_on
            )
            if not (over and silent):
                found.append((told[: place + 1], each.on))
    return found


def member_life(facts: Iterable[Fact], today: date) -> MemberLife:
    """The membership as it is read at the end of `today`."""
    member = Member(facts, today)
    if member.registered is None:
        return MemberLife("active", None, None, (), None, None, tuple(member.refused))
    over = today > member.end.usable_through
    return MemberLife(
        state=member.end.state if over else "active",
        registered_on=member.registered.on,
        ended_on=member.end.ended_on if over else None,
        booked=tuple(f"{month:%Y-%m}" for month, _ in booked(member.facts, today)),
        perk_off_on=member.end.ended_on if over else None,
        reverts_on=member.reverts_on() if over else None,
        refused=tuple(member.refused),
    )
