"""Seeded sequences of facts: every kind of command and notice, near the days on which the rules turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from tests.model import facts as f
from tests.model import terms

COURSES_CHOSEN = ("DOCOMO", "COLLABO", "HIKARI_PLUS", "OTHER", "W2_FAMILY", "W2_MANSION", "ZENKO_A")
FACTS_MIN, FACTS_MAX = 3, 15


class Story:
    """A life being made up."""

    def __init__(self, seed: int) -> None:
        """The same seed gives the same life."""
        self.random = Random(seed)
        self.facts: list[f.Fact] = []
        self.start = date.min
        self.applied = date.min
        self.day = date.min
        self.term_end: date | None = None
        self.benefits = 0
        self._taken = set[datetime]()
        self.contracts: list[tuple[date, date]] = []
        """Requests and days of contracts and changes that papers could belong to."""

    def at(self, day: date) -> datetime:
        """A moment of that day, unlike any other."""
        while True:
            found = datetime.combine(day, time(self.random.randint(8, 18), self.random.randrange(60)))
            if found not in self._taken:
                self._taken.add(found)
                return found

    def begins(self, day: date) -> datetime:
        """The beginning of a day on which something begins by itself; not twice."""
        found = datetime.combine(day, time())
        while found in self._taken:
            found += timedelta(days=1)
        self._taken.add(found)
        return found

    def type_changed(self, service_type: str, by: str) -> f.TypeChanged:
        """One change of the line's type."""
        begins = by == "customer" and service_type != "BUSINESS"
        at = self.begins(self.day) if begins else self.at(self.day)
        return f.TypeChanged(at=at, service_type=service_type, by=by)

    def near(self, day: date, spread: int = 2) -> date:
        """That day or one close to it."""
        return day + timedelta(days=self.random.randint(-spread, spread))

    def next_day(self) -> date:
        """A later day: soon, at the cut-off, at a month's ends, or near the end of the term."""
        pick, day = self.random.random(), self.day
        if pick < 0.35:
            found = day + timedelta(days=self.random.randint(0, 12))
        elif pick < 0.55:
            found = terms.first_of(day).replace(day=self.random.choice((24, 25, 26)))
        elif pick < 0.7:
            found = self.near(terms.last_of(day), 1)
        elif pick < 0.8 and self.term_end is not None:
            found = self.near(self.random.choice((self.term_end, terms.first_of(self.term_end))), 2)
        elif pick < 0.85:
            found = self.near(date(2019, 10, 1), 3)
        else:
            found = day + timedelta(days=self.random.randint(15, 200))
        return max(found, self.day)

    def begin(self) -> None:
        """An application, or a contract taken over."""
        if self.random.random() < 0.55:
            self._apply()
        else:
            self._import()

    def _line(self, service_type: str, operator: str) -> f.Line:
        discounts = ("ATTO",) if operator == "WEST" else ()
        return f.Line(
            operator=operator,
            service_type=service_type,
            discounts=discounts,
            holder_is_applicant=self.random.random() < 0.9,
        )

    def _apply(self) -> None:
        chosen = self.random.random()
        self.applied = self.near(date(2018, 5, 31), 3) if chosen < 0.5 else date(2018, 5, self.random.randint(1, 31))
        service_type = self.random.choice(("FAMILY", "FAMILY", "MANSION"))
        line = self._line(service_type, self.random.choice(("EAST", "EAST", "WEST")))
        identity = self.random.random() < 0.1
        course = f"W2_{service_type}"
        self.facts.append(f.Applied(at=self.at(self.applied), course=course, line=line, identity_required=identity))
        last = self.facts[-1].at
        if identity:
            last += timedelta(minutes=self.random.randint(1, 60))
            self.facts.append(f.IdentityShown(at=last))
        if not line.holder_is_applicant and self.random.random() < 0.9:
            self.facts.append(f.AcceptedByOperator(at=last + timedelta(minutes=1)))
        self.start = self.applied + timedelta(days=self.random.choice((1, 2, 12, 23, 40)))
        if self.random.random() < 0.08:
            self.facts.append(f.Withdrawn(at=self.at(max(self.near(self.start, 1), self.applied + timedelta(days=1)))))
        self.facts.append(f.ServiceStarted(at=self.begins(self.start)))
        self.day = self.start
        if self.applied <= terms.LAST_DAY_WITH_TERM:
            self.term_end = terms.last_of(self.start, terms.TERM_MONTHS - 1)
        self.contracts.append((self.applied, self.start))

    def _import(self) -> None:
        course = self.random.choice(
            (
                "W1_FAMILY",
                "W1_FAMILY",
                "W1_MANSION_1",
                "COLLABO",
                "OTHER",
                "W2_FAMILY",
                "W2_GIGA_MANSION",
                "HIKARI_PLUS",
            )
        )
        merged = course == "W2_GIGA_MANSION"
        day = date(2017, 5, 20) if merged else self.near(date(2018, 5, self.random.randint(1, 31)), 5)
        w1 = course.startswith("W1")
        self.applied = date(2009, 6, 1) if w1 else date(2017, 4, 10)
        self.start = date(2009, 7, 1) if w1 else date(2017, 5, 1)
        if not w1 and self.random.random() < 0.7 and course != "OTHER":
            self.term_end = self.random.choice((date(2019, 4, 30), date(2018, 8, 31), date(2019, 8, 31)))
        if course == "W2_FAMILY":
            self.applied, self.start = date(2017, 7, 3), date(2017, 7, 20)
        service_type = terms.COURSES[course].service_type or self.random.choice(("FAMILY", "MANSION"))
        line = self._line(service_type, self.random.choice(("EAST", "EAST", "WEST")))
        self.facts.append(
            f.Imported(
                at=self.at(day),
                course=course,
                applied_on=self.applied,
                service_start_on=self.start,
                term_end_on=self.term_end,
                payment_agency=w1 and self.random.random() < 0.7,
                line=line,
            )
        )
        self.day = day + timedelta(days=1)
        if merged and self.random.random() < 0.8:
            self.facts.append(
                f.Merged(at=self.begins(date(2017, 6, 1)), courses=("W2_GIGA_MANSION",), to_course="W2_MANSION")
            )

    # What may follow

    def cancellation(self) -> None:
        """A letter or a form."""
        wanted = None
        if self.random.random() < 0.3:
            month = terms.first_of(self.day, self.random.randint(0, 3))
            wanted = (month.year, month.month)
        channel = self.random.choice(("paper", "online"))
        self.facts.append(f.CancellationReceived(at=self.at(self.day), channel=channel, wanted_month=wanted))

    def change(self) -> None:
        """A course change, agreed for a day or not."""
        to_course = self.random.choice(COURSES_CHOSEN)
        agreed = None
        if self.random.random() < 0.4:
            agreed = self.day + timedelta(days=self.random.choice((0, 1, 5, 15, 40)))
            if self.term_end is not None and self.random.random() < 0.3:
                agreed = max(self.day, self.near(self.term_end, 1))
        self.facts.append(f.ChangeRequested(at=self.at(self.day), to_course=to_course, change_on=agreed))
        self.contracts.append((self.day, agreed or terms.first_of(self.day, 1)))

    def change_decided(self) -> None:
        """An operator's answer."""
        self.facts.append(f.ChangeDecided(at=self.at(self.day), accept=self.random.random() < 0.8))

    def initial(self) -> None:
        """Papers of what began last, or of nothing."""
        asked, on = self.contracts[-1] if self.contracts else (self.applied, self.start)
        chosen = self.random.random()
        if chosen < 0.75:
            papers = self.random.choice((asked, on)) + timedelta(days=self.random.randint(0, 5))
        elif chosen < 0.9:
            papers = self.day
        else:
            papers = asked - timedelta(days=5)
        if self.contracts and papers > max(on, asked) + timedelta(days=terms.PAPERS_LATEST_DAYS // 2):
            papers = max(on, asked) + timedelta(days=200)
        sent = max(papers + timedelta(days=self.random.choice((0, 3, 7, 7, 8))), self.day)
        then = self.random.choice(("end", "end", "W2_FAMILY", "W2_MANSION"))
        self.facts.append(f.InitiallyCancelled(at=self.begins(sent), papers_received_on=papers, then=then))
        self.day = sent

    def termination(self) -> None:
        """By NTT-ME; one of a day that is over counts from the end of that day."""
        if self.random.random() < 0.3:
            self.facts.append(f.Terminated(at=datetime.combine(self.day, time.max), last_day=self.day))
            return
        last = self.day + timedelta(days=self.random.choice((0, 0, 10, 30)))
        if self.term_end is not None and self.random.random() < 0.3:
            last = max(self.day, self.near(self.term_end, 1))
        self.facts.append(f.Terminated(at=self.at(self.day), last_day=last))

    def benefit(self) -> None:
        """A benefit with a term of its own."""
        self.benefits += 1
        months, amount = self.random.choice((3, 12, 24)), self.random.choice((5000, 10000))
        from_on = self.day + timedelta(days=self.random.choice((0, 0, 20)))
        self.facts.append(
            f.BenefitGiven(
                at=self.at(self.day), benefit_id=f"B{self.benefits}", months=months, fee=amount, from_on=from_on
            )
        )

    def fee_decided(self) -> None:
        """An operator on a waiting fee."""
        about = None
        if self.benefits and self.random.random() < 0.5:
            about = f"B{self.random.randint(1, self.benefits)}"
        self.facts.append(f.FeeDecided(at=self.at(self.day), due=self.random.random() < 0.6, about=about))

    def waiver(self) -> None:
        """An operator waives."""
        case = self.random.choice(("death", "line_name_change", "line_unusable"))
        self.facts.append(f.WaiverGranted(at=self.at(self.day), case=case))

    def switched(self) -> None:
        """NTT changes the type of the line, and an operator moves the course (W-04.2, A-38)."""
        service_type = self.random.choice(("FAMILY", "MANSION"))
        self.facts.append(self.type_changed(service_type, "ntt"))
        self.day += timedelta(days=self.random.choice((1, 5, 40)))
        self.facts.append(f.CourseSwitched(at=self.at(self.day), to_course=f"W2_{service_type}"))

    def chosen(self) -> None:
        """The contractor's choice."""
        choice = self.random.choice(("continue", "course_change", "cancel"))
        to_course = self.random.choice(COURSES_CHOSEN) if choice == "course_change" else None
        holder = self.random.random() < 0.7 if choice == "continue" else None
        self.facts.append(
            f.Chosen(at=self.at(self.day), choice=choice, to_course=to_course, holder_is_applicant=holder)
        )

    def notice(self) -> None:
        """A notice of NTT, of any kind."""
        at = self.at(self.day)
        options: list[Callable[[], f.Notice]] = [
            lambda: f.LineEnded(at=at, conversion=self.random.random() < 0.3),
            lambda: f.EndNotified(at=at, reason=self.random.choice(("name_change", "other"))),
            lambda: self.type_changed(
                self.random.choice(("FAMILY", "MANSION", "MANSION", "BUSINESS")),
                self.random.choice(("customer", "customer", "ntt")),
            ),
            lambda: f.Excluded(
                at=at,
                billing=self.random.choice(((), ("GROUP_LUMP",), ("AT_BILLING",), ("MY_BILLING",))),
                discounts=self.random.choice(((), ("SCHOOL",), ("ATTO",))),
            ),
            lambda: f.OperatorMoved(at=at, operator=self.random.choice(("EAST", "WEST"))),
            lambda: f.HolderChanged(at=at),
            lambda: f.Unusable(at=at, attributable=self.random.random() < 0.3),
        ]
        self.facts.append(self.random.choice(options)())

    # Chapters of a life: facts that belong together, with days between them

    def later(self) -> None:
        """Some days pass."""
        self.day = self.next_day()

    def unusable_then_change(self) -> None:
        """The third case of paragraph 6: a line lost, a change, and whether the contractor stays (W-12.6c)."""
        steps: list[Callable[[], None]] = [
            lambda: self.facts.append(f.Unusable(at=self.at(self.day), attributable=self.random.random() < 0.15)),
            lambda: self.facts.append(f.WaiverGranted(at=self.at(self.day), case="line_unusable")),
            lambda: self._asked("OTHER"),
        ]
        if self.random.random() < 0.3:
            steps[1], steps[2] = steps[2], steps[1]
        for step in steps:
            step()
            self.later()
        if self.random.random() < 0.5:
            self.cancellation()

    def _asked(self, to_course: str) -> None:
        self.facts.append(f.ChangeRequested(at=self.at(self.day), to_course=to_course))
        self.contracts.append((self.day, terms.first_of(self.day, 1)))

    def carried(self) -> None:
        """A term that goes along, and what ends it (W-12.3b, W-12.3b2)."""
        self._asked(self.random.choice(("COLLABO", "HIKARI_PLUS")))
        self.day = self.day + timedelta(days=self.random.choice((31, 45, 200)))
        if self.random.random() < 0.6:
            self._asked(self.random.choice(("OTHER", "DOCOMO", "HIKARI_PLUS", "W2_FAMILY", "W2_MANSION")))

    def name_change(self) -> None:
        """NTT's end notice, perhaps a waiver, and the choice (W-11.2, W-12.6b)."""
        reason = self.random.choice(("name_change", "name_change", "other"))
        self.facts.append(f.EndNotified(at=self.at(self.day), reason=reason))
        for step in self.random.sample((self.waiver_of_name, self.chosen, self.cancellation), 2):
            self.day += timedelta(days=self.random.choice((0, 3, 12, 35)))
            step()

    def waiver_of_name(self) -> None:
        """The second case."""
        self.facts.append(f.WaiverGranted(at=self.at(self.day), case="line_name_change"))

    def types(self) -> None:
        """Several changes of type close together."""
        for _ in range(self.random.randint(2, 3)):
            service_type = self.random.choice(("FAMILY", "MANSION", "BUSINESS"))
            by = self.random.choice(("customer", "customer", "ntt"))
            self.facts.append(self.type_changed(service_type, by))
            self.day += timedelta(days=self.random.choice((1, 4, 12, 25)))

    def exclusion(self) -> None:
        """An exclusion that comes, and perhaps goes (A-46)."""
        billing = self.random.choice((("GROUP_LUMP",), ("AT_BILLING",), ("MY_BILLING",)))
        self.facts.append(f.Excluded(at=self.at(self.day), billing=billing, discounts=("ATTO",)))
        self.day += timedelta(days=self.random.choice((2, 9, 10, 20, 31)))
        if self.random.random() < 0.4:
            self.notice()
            self.day += timedelta(days=1)
        if self.random.random() < 0.7:
            self.facts.append(f.Excluded(at=self.at(self.day), discounts=("ATTO",)))

    def answer_that_falls(self) -> None:
        """A choice answered by a change, something in between, and papers that cancel the change (W-11.1, W-21.4)."""
        at, kind = self.at(self.day), self.random.random()
        if kind < 0.4:
            self.facts.append(f.LineEnded(at=at))
        elif kind < 0.7:
            self.facts.append(f.EndNotified(at=at, reason=self.random.choice(("name_change", "other"))))
        else:
            self.facts.append(f.Excluded(at=at, billing=("GROUP_LUMP",), discounts=("ATTO",)))
        self.day += timedelta(days=self.random.choice((1, 2, 12, 25)))
        to_course = self.random.choice(("COLLABO", "COLLABO", "OTHER", "W2_FAMILY"))
        self.facts.append(f.Chosen(at=self.at(self.day), choice="course_change", to_course=to_course))
        self.contracts.append((self.day, terms.first_of(self.day, 1)))
        if self.random.random() < 0.3:
            self.day += timedelta(days=1)
            self.random.choice((self.notice, self.chosen, lambda: self.facts.append(self._fits_again())))()
        if self.random.random() < 0.8:
            self.day += timedelta(days=self.random.choice((1, 3, 6, 30)))
            self.initial()

    def _fits_again(self) -> f.Excluded:
        return f.Excluded(at=self.at(self.day), discounts=("ATTO",))

    def waiting_fee(self) -> None:
        """A change to a course in neither list, and the operator's answer (W-12.3d)."""
        if self.random.random() < 0.4:
            self.benefit()
        self._asked("OTHER")
        self.day += timedelta(days=self.random.choice((0, 5, 40)))
        self.fee_decided()

    def line_charges(self) -> None:
        """NTT's charges of a month, or a combined statement that is not paid (article 24)."""
        if self.random.random() < 0.7:
            month = terms.first_of(self.day, self.random.choice((-2, -1, -1, 0)))
            self.facts.append(f.LineStatement(at=self.at(self.day), month=month))
            return
        due_on = terms.last_of(self.day)
        self.day = due_on + timedelta(days=1)
        self.facts.append(f.StatementUnpaid(at=self.at(self.day), due_on=due_on))

    def relocated(self) -> None:
        """The contractor moves house."""
        self.facts.append(f.Relocated(at=self.at(self.day), to_operator=self.random.choice(("EAST", "WEST"))))


_ENDS: tuple[tuple[Callable[[Story], None], int], ...] = (
    (Story.cancellation, 6),
    (Story.initial, 3),
    (Story.termination, 3),
    (Story.notice, 2),
    (Story.chosen, 1),
    (Story.line_charges, 1),
)
"""What mostly comes late in a life."""

_FOLLOWS: tuple[tuple[Callable[[Story], None], int], ...] = (
    (Story.change, 5),
    (Story.change_decided, 1),
    (Story.initial, 1),
    (Story.benefit, 3),
    (Story.fee_decided, 1),
    (Story.waiver, 2),
    (Story.switched, 1),
    (Story.chosen, 1),
    (Story.notice, 4),
    (Story.relocated, 1),
    (Story.unusable_then_change, 2),
    (Story.carried, 2),
    (Story.name_change, 2),
    (Story.types, 2),
    (Story.exclusion, 2),
    (Story.answer_that_falls, 2),
    (Story.waiting_fee, 2),
    (Story.line_charges, 2),
)


def contract(seed: int) -> list[f.Fact]:
    """The facts of one contract, in no particular order of keying in; at most `FACTS_MAX`."""
    story = Story(seed)
    story.begin()
    wanted = story.random.randint(FACTS_MIN, FACTS_MAX)
    while len(story.facts) < wanted:
        story.day = story.next_day()
        late = story.random.random() < 0.15 + 0.3 * (len(story.facts) > wanted * 2 / 3)
        steps, weights = zip(*(_ENDS if late else _FOLLOWS), strict=True)
        story.random.choices(steps, weights)[0](story)
    return list(dict.fromkeys(story.facts))[:FACTS_MAX]


def last_day(facts: list[f.Fact], seed: int) -> date:
    """A day to look at the life: at the last fact, soon after it, or when all is over."""
    random = Random(f"{seed}/today")
    last = max(each.on for each in facts)
    return last + timedelta(days=random.choice((0, 1, 40, 400, 1500)))
