"""One contract's life from its facts alone: slow and plain, its own reading of the catalogue.

The facts are walked by legal moment. Before the facts of a day comes what the days themselves bring: the end after a
last day, a course change on its day, a move with the line, the end of a watch. Nothing here knows when a fact was keyed
in, and nothing is shared with the service.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import date, timedelta

from tests.model import facts as f
from tests.model import terms
from tests.model.life import Change, Choice, Life, RefusedError, Term, offered
from tests.model.money import Money

_DAY = timedelta(days=1)
IN_FORCE = frozenset({"active", "ending", "choosing"})
BEFORE_SERVICE = frozenset({"applied", "identity_requested", "accepted"})
OVER = frozenset({"ended", "declined", "withdrawn"})
OPEN = frozenset({"due", "needs_operator", "watched"})


class Walk(Money):
    """The contract as the facts up to a moment make it."""

    # What the days bring

    def ahead(self) -> list[tuple[date, int, str]]:
        """What is ahead: the day at whose start it happens, an order within the day, and what it is."""
        found: list[tuple[date, int, str]] = []
        if self.state == "ending" and self.end_on is not None:
            found.append((self.end_on + _DAY, 0, "end"))
        if self.state in IN_FORCE and self.pending is not None and not self.pending.waits_for_operator:
            found.append((self.pending.change_on or date.max, 1, "course_change"))
        if self.state in IN_FORCE:
            found += [(day, 2, "course_moved") for day in self._moving_days()]
        found += [(each.watch_until + _DAY, 3, "watch_end") for each in self.charges if each.watch_until]
        if self.state == "choosing" and self.choice is not None:
            for days in (*terms.REMINDER_DAYS, terms.ESCALATION_DAYS):
                day = self.choice.opened_on + timedelta(days=days)
                if day > self.reminded_to:
                    name = "choice_overdue" if days == terms.ESCALATION_DAYS else "choice_reminder"
                    found.append((day, 4, name))
        if self.state in OVER and self.closes_on is not None and not self.past_correction:
            found.append((self.closes_on + _DAY, 5, "close"))
        return sorted(found)

    def pass_to(self, day: date) -> None:
        """Let the days up to that one begin."""
        while self.ahead() and self.ahead()[0][0] <= day:
            on, _, what = self.ahead()[0]
            self.today = on
            {
                "end": self._end,
                "course_change": self._change,
                "course_moved": self._move,
                "watch_end": self._watch_end,
                "choice_reminder": self._remind,
                "choice_overdue": self._escalate,
                "close": self._close,
            }[what]()
        self.today = day

    def _end(self) -> None:
        last = self.end_on or self.today
        self.fee_at_end(last, "cancellation")
        self._over("ended", last)
        self.agency_off(last + _DAY)

    def _over(self, state: str, last: date) -> None:
        self.state, self.choice = state, None
        self.pending = None
        self.closes_on = terms.same_day(last, terms.CLOSE_MONTHS)

    def _close(self) -> None:
        self.past_correction = True

    @property
    def closed(self) -> bool:
        """Debts survive the end; with nothing open any more nothing can be asked (W-11.3)."""
        return self.past_correction and not any(each.state in OPEN for each in self.charges)

    def _remind(self) -> None:
        self.reminded_to = self.today

    def _escalate(self) -> None:
        self.reminded_to = self.today
        if self.choice is not None:
            self.choice.state = "escalated"

    def _watch_end(self) -> None:
        for each in self.charges:
            if each.watch_until is not None and each.watch_until < self.today:
                each.state, each.watch_until = "waived", None

    def _change(self) -> None:
        """A course change by application, at the start of its day (W-09.1, W-12.x, W-24.4)."""
        pending, day = self.pending, self.today
        if pending is None:
            return
        answered = frozenset(self.answered | (self.grounds if self.state == "choosing" else set()))
        self.pending, self.answered = None, set()
        to_course = terms.merged(pending.to_course, day)
        if to_course == self.course or terms.chapter(self.course) == terms.chapter(to_course) == 1:
            # The line has moved it into chapter 1 meanwhile; there the course follows the line (W-09.5).
            return
        before = self.course
        term, carried = self.term_after(to_course, day, pending.received_on)
        self.raise_fees_of_change(pending, to_course, day)
        if terms.chapter(to_course) != 1:
            for each in self.benefits:
                each.over = True
        self.changes.append(Change(before, to_course, pending.received_on, day, answered))
        self.term, self.carried = term, carried
        self.turn_to(to_course, day)
        if self.state == "choosing":
            self.state, self.choice, self.grounds = "active", None, set()

    def turn_to(self, to_course: str, day: date) -> None:
        """The contract is on another course from that day; payment on behalf stays with with フレッツ (W-24.4)."""
        if to_course == self.course:
            return
        was = terms.chapter(self.course)
        self.course = to_course
        self.courses.append((to_course, day))
        if was == 2 and terms.chapter(to_course) != 2:
            self.agency_off(day)

    def agency_off(self, day: date) -> None:
        """NTT bills directly from that day (A-44); a withdrawal that was to begin on it or later never begins."""
        if self.agency is not None and (
            self.agency[0] == "on" or (self.agency[0] == "off_unpaid" and self.agency[1] >= day)
        ):
            self.agency = ("off_ended", day)

    # The line

    def _deciding(self, day: date) -> f.TypeChanged | None:
        """The change of type that decides the course from a first of a month: the last one of the month before."""
        told = [each for each in self.types if terms.first_of(each.on, 1) == day]
        return told[-1] if told else None

    def _target(self, day: date) -> str | None:
        told = self._deciding(day)
        if told is None or told.by != "customer" or self.start_on is None or told.on < self.start_on:
            return None
        if terms.chapter(self.course) == 0:
            return None
        target = terms.matching(told.service_type, day)
        same = terms.chapter(self.course) == 1 and terms.COURSES[self.course].service_type == told.service_type
        return None if target is None or same or not terms.eligible(1, self.line, day) else target

    def moves_on(self, day: date) -> bool:
        """Whether the course will move with the line on that day, as far as it is known."""
        return self._target(day) is not None

    def _moving_days(self) -> list[date]:
        days = {terms.first_of(each.on, 1) for each in self.types}
        return sorted(day for day in days if day > self.moved_to and self._deciding(day) is not None)

    def _move(self) -> None:
        """The course follows the line's type (W-09.3, W-21.2); the term stays (A-41)."""
        self.moved_to = self.today
        target = self._target(self.today)
        if target is not None:
            self.turn_to(target, self.today)

    def on_type_changed(self, fact: f.TypeChanged) -> None:
        """W-09.3, W-09.4, W-21.2, A-38, A-46."""
        self.types.append(fact)
        self.set_line(service_type=fact.service_type)
        target = terms.matching(fact.service_type, terms.first_of(fact.on, 1))
        if terms.chapter(self.course) == 0 or self.state not in IN_FORCE:
            return
        if target is None or not terms.eligible(1, self.line, fact.on):
            self._ground("type")
        elif (
            fact.by == "customer"
            or self._is_of_type(fact.service_type)
            or terms.eligible(self.tested_by(), self.line, fact.on)
        ):
            self._fits("type", "excluded")

    def _is_of_type(self, service_type: str) -> bool:
        """Whether a chapter 1 course is of that type already; a W1 line that NTT changed waits for an operator."""
        course = terms.COURSES[self.course]
        return course.chapter == 1 and course.service_type == service_type

    def on_excluded(self, fact: f.Excluded) -> None:
        """What the line is excluded by, or no longer (A-46)."""
        self.set_line(billing=fact.billing, discounts=fact.discounts)
        self._retest(fact.on)

    def on_operator_moved(self, fact: f.OperatorMoved) -> None:
        """W-21.3; a W1 contract waits for an application to W2, which an operator looks after."""
        if terms.chapter(self.course) != 0:
            self.moves_to = None
        self.set_line(operator=fact.operator)
        self._retest(fact.on)

    def tested_by(self) -> int:
        """The chapter a line is tested by: outside the area of its contract W1 only waits for W2 (W-15.1, W-21.3)."""
        chapter = terms.chapter(self.course)
        return 1 if chapter == 2 and self.line.operator != self.home else chapter

    def _retest(self, day: date) -> None:
        chapter = self.tested_by()
        if chapter == 0 or self.state not in IN_FORCE:
            return
        if terms.eligible(chapter, self.line, day):
            self._fits("excluded", *(("type",) if "type" in self.grounds and not self._type_unfit() else ()))
        else:
            self._ground("excluded")

    def _type_unfit(self) -> bool:
        return terms.matching(self.line.service_type, self.today) is None

    def on_line_ended(self, fact: f.LineEnded) -> None:
        """W-11.1, W-23.1."""
        _ = fact
        if terms.chapter(self.course) != 0 and self.state in IN_FORCE:
            self._ground("lost")

    def on_end_notified(self, fact: f.EndNotified) -> None:
        """W-11.2, W-23.2."""
        if terms.chapter(self.course) != 0 and self.state in IN_FORCE:
            self.end_reason_told = fact.reason
            self._ground("end_notice")

    def on_line_statement(self, fact: f.LineStatement) -> None:
        """Taken where payment on behalf was in force on any day of its month, also after the end (W-25.1f, A-44).

        The same charges of a month told again are the same charges: they count once (W-24.1).
        """
        if self.agency is None or self.start_on is None or fact.month > terms.first_of(fact.on):
            return
        off = None if self.agency[0] == "on" else self.agency[1]
        if off is None and self.state in {"ending", "ended"} and self.end_on is not None:
            off = self.end_on + _DAY
        in_force = fact.month >= terms.first_of(self.start_on) and (off is None or fact.month < off)
        if in_force and fact.month not in self.passed_on:
            self.passed_on.append(fact.month)

    def on_statement_unpaid(self, fact: f.StatementUnpaid) -> None:
        """Payment on behalf ends with the month after the due date; nothing restores it (W-24.3, A-43)."""
        self.need(self.state in IN_FORCE and self.agency is not None and self.agency[0] == "on")
        self.need(fact.on > fact.due_on)
        self.agency = ("off_unpaid", terms.first_of(fact.due_on, 1))

    def on_unusable(self, fact: f.Unusable) -> None:
        """Evidence for W-12.6c, while the contract still depends on the line."""
        if terms.chapter(self.course) != 0:
            self.blamed = fact.attributable

    def on_holder_changed(self, fact: f.HolderChanged) -> None:
        """For an operator to look at (W-07.1)."""

    def _ground(self, ground: str) -> None:
        """Something asks for a choice (articles 11, 23); a contract that ends already is not asked."""
        self.grounds.add(ground)
        if self.state == "active":
            self.state, self.choice, self.grounds = "choosing", Choice(self.today, {ground}), {ground}
            self.reminded_to = self.today
        if self.choice is not None:
            self.choice.grounds = self.grounds

    def _fits(self, *grounds: str) -> None:
        self.grounds -= set(grounds)
        if self.state == "choosing" and not self.grounds:
            self.state, self.choice = "active", None

    # Before service

    def on_applied(self, fact: f.Applied) -> None:
        """W-05.x, W-06.x, W-07.x."""
        self.applied_on, self.line, self.course = fact.on, fact.line, fact.course
        self.courses = [(fact.course, fact.on)]
        found = terms.COURSES[fact.course]
        fits = found.service_type == fact.line.service_type and fact.line.operator in found.areas
        sold = found.chapter == 1 and terms.on_sale(fact.course, fact.on)
        if fact.on < terms.RULES_FROM or not sold or not fits or not terms.eligible(1, fact.line, fact.on):
            self._over("declined", fact.on)
        elif fact.identity_required:
            self.state = "identity_requested"
        elif fact.line.holder_is_applicant:
            self.state = "accepted"

    def on_imported(self, fact: f.Imported) -> None:
        """A running contract, taken over as it stands."""
        self.applied_on, self.line, self.start_on = fact.applied_on, fact.line, fact.service_start_on
        self.course, self.courses, self.state = fact.course, [(fact.course, fact.service_start_on)], "active"
        self.home = fact.line.operator
        if fact.term_end_on is not None:
            counted = terms.first_of(fact.term_end_on, 1 - terms.TERM_MONTHS)
            self.term = Term(min(counted, terms.first_of(fact.service_start_on)), fact.term_end_on)
        if fact.payment_agency:
            self.agency = ("on", fact.service_start_on)

    def on_identity_shown(self, fact: f.IdentityShown) -> None:
        """W-05.2: the application goes on where it stood."""
        _ = fact
        self.need(self.state == "identity_requested")
        self.state = "accepted" if self.line.holder_is_applicant else "applied"

    def on_accepted_by_operator(self, fact: f.AcceptedByOperator) -> None:
        """W-07.1."""
        _ = fact
        self.need(self.state == "applied")
        self.state = "accepted"

    def on_refused_by_operator(self, fact: f.RefusedByOperator) -> None:
        """Article 7."""
        self.need(self.state in BEFORE_SERVICE)
        self._over("declined", fact.on)

    def on_withdrawn(self, fact: f.Withdrawn) -> None:
        """Before service only."""
        self.need(self.state in BEFORE_SERVICE)
        self._over("withdrawn", fact.on)

    def on_service_started(self, fact: f.ServiceStarted) -> None:
        """W-12.1, W-12.2."""
        self.need(self.state == "accepted" and fact.on >= (self.applied_on or fact.on))
        self.start_on, self.state = fact.on, "active"
        if (self.applied_on or fact.on) <= terms.LAST_DAY_WITH_TERM:
            self.term = Term(terms.first_of(fact.on), terms.last_of(fact.on, terms.TERM_MONTHS - 1))

    def on_merged(self, fact: f.Merged) -> None:
        """W-C1.x: a rollout moves the course and nothing else (A-41)."""
        if self.course in fact.courses and self.state not in OVER:
            self.turn_to(fact.to_course, fact.on)


def life_of(facts: Iterable[f.Fact], today: date) -> Life:
    """The life that the facts make, as it is read at the end of `today`."""
    from tests.model.requests import Requests

    walk, refused = Requests(), list[int]()
    for place, fact in enumerate(f.in_legal_order(list(facts))):
        if fact.on > today:
            break
        walk.pass_to(fact.on)
        try:
            walk.take(fact)
        except RefusedError:
            # A notice is always taken; whether it changes anything is another matter.
            if not isinstance(fact, f.Notice):
                refused.append(place)
    walk.pass_to(today)
    return read(walk, tuple(refused))


def planned(walk: Walk) -> tuple[tuple[str, int], ...]:
    """What the end ahead costs if nothing else happens: walked to its day, and no further."""
    if walk.state != "ending" or walk.end_on is None:
        return ()
    ahead = deepcopy(walk)
    while ahead.state == "ending":
        ahead.pass_to(ahead.ahead()[0][0])
    new = [each for each in ahead.charges[len(walk.charges) :] if each.of_change is None and each.state == "due"]
    return tuple(sorted((each.about or "", each.amount + each.tax) for each in new))


def read(walk: Walk, refused: tuple[int, ...] = ()) -> Life:
    """What is looked at."""
    choice = walk.choice if walk.state == "choosing" else None
    pending = walk.pending
    charges = sorted(
        (each.about or "", each.amount + each.tax, each.state) for each in walk.charges if each.state != "waived"
    )
    days = [(what, day - _DAY if what in {"end", "watch_end", "close"} else day) for day, _, what in walk.ahead()]
    agenda = [(what, day) for what, day in days if what != "course_moved" or walk.moves_on(day)]
    return Life(
        state=walk.state,
        course=walk.course,
        courses=tuple(walk.courses),
        term=walk.term,
        start_on=walk.start_on,
        end_on=walk.end_on,
        end_reason=walk.end_reason,
        agency=walk.agency,
        passed_on=tuple(sorted(walk.passed_on)),
        pending=(pending.to_course, pending.change_on) if pending else None,
        choice=(choice.state, tuple(sorted(offered(choice.grounds))), choice.opened_on) if choice else None,
        charges=tuple(charges),
        planned=planned(walk),
        agenda=tuple(sorted(agenda)),
        unbilled=walk.unbilled,
        refused=refused,
    )
