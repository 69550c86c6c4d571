"""What the contractor and the operators ask of a running contract (articles 9 to 12, 21 to 23)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from tests.model import facts as f
from tests.model import terms
from tests.model.contract import IN_FORCE, OVER, Walk
from tests.model.life import Benefit, Change, Charge, Choice, Pending, Term, offered

_DAY = timedelta(days=1)


class Requests(Walk):
    """The walk with everything that can be asked."""

    def take(self, fact: f.Fact) -> None:
        """One fact at its legal place; raises `RefusedError` where it does not count."""
        first = isinstance(fact, f.Applied | f.Imported)
        self.need(first == (not self.courses) and not self.closed)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(fact).__name__).lower()
        if isinstance(fact, f.Notice) and self.state in OVER and not isinstance(fact, f.LineStatement):
            return
        getattr(self, f"on_{name}")(fact)

    # Cancellation, termination, initial cancellation

    def on_cancellation_received(self, fact: f.CancellationReceived) -> None:
        """Articles 10 and 22; in `choosing` a letter counts as the choice to cancel."""
        self.need(self.state in {"active", "choosing"})
        self.cancel(fact.on, fact.wanted_month)

    def cancel(self, received_on: date, wanted: tuple[int, int] | None = None) -> None:
        """The contract will end after its last day."""
        last = terms.cancelled_to(received_on, wanted)
        self.need(self.start_on is None or last >= self.start_on)
        self.break_watch(received_on)
        self.ending(last, "cancellation")
        self.cancelled_received_on = received_on

    def ending(self, last: date, reason: str) -> None:
        """An end is planned; a change of a later day, or one nobody has accepted, is gone."""
        self.state, self.end_on, self.end_reason, self.choice = "ending", last, reason, None
        if self.pending is not None and (self.pending.change_on is None or self.pending.change_on > last):
            self.pending = None
        if self.pending is not None and self.pending.waits_for_operator:
            self.pending = None

    def break_watch(self, received_on: date) -> None:
        """A notice of cancellation inside the watch makes suspended fees due (W-12.6c, A-35)."""
        for each in self.charges:
            if each.watch_until is not None and each.of_change is not None and each.of_change <= received_on:
                each.state, each.watch_until = "due", None

    def on_terminated(self, fact: f.Terminated) -> None:
        """解除 (W-10.7, W-12.3c)."""
        self.need(self.state in IN_FORCE)
        self.need(self.start_on is None or fact.last_day >= self.start_on)
        self.need(len(self.courses) < 2 or fact.last_day >= self.courses[-1][1])
        self.need(not (self.state == "ending" and self.end_on is not None and self.end_on <= fact.last_day))
        self.ending(fact.last_day, "termination")
        self.pass_to(fact.on)

    def on_initially_cancelled(self, fact: f.InitiallyCancelled) -> None:
        """Tied to the contract, or the change, whose papers arrived (W-12.4, W-12.5, W-21.4, A-50, A-54)."""
        papers, sent = fact.papers_received_on, fact.on
        self.need(self.state in IN_FORCE and papers >= terms.INITIAL_LAW_FROM)
        self.need(sent <= papers + timedelta(days=terms.INITIAL_DAYS - 1))
        self.need(self.applied_on is not None and papers >= self.applied_on)
        if self.pending is not None and papers >= self.pending.received_on:
            self.pending = None
            self.ask_again()
            return
        change = self.changes[-1] if self.changes and papers >= self.changes[-1].received_on else None
        began = change.on if change else self.start_on or sent
        self.need(papers <= began + timedelta(days=terms.PAPERS_LATEST_DAYS))
        from_w1 = change is not None and terms.chapter(change.from_course) == 2
        if fact.then == "end":
            self._ended_initially(sent, change)
            return
        self.need(from_w1 and terms.chapter(fact.then) == 1 and self.state == "active")
        self.need(terms.chapter(self.course) != 1 or self.course == fact.then)
        self.need(terms.on_sale(fact.then, sent))
        self.unbill(sent, change)
        self.pending = None
        if self.course != fact.then and change is not None:
            self.answered |= change.answered
        self.turn_to(fact.then, sent)
        self.term, self.carried = None, False
        self.ask_again()

    def ask_again(self) -> None:
        """The change that had answered a choice is no more: what still stands is asked again (W-11.1, W-23.x)."""
        found, self.answered = self.answered, set()
        fits = terms.eligible(self.tested_by(), self.line, self.today)
        if fits and terms.matching(self.line.service_type, self.today) is not None:
            found = found - {"excluded", "type"}
        if not found or self.state not in {"active", "choosing"}:
            return
        self.grounds = self.grounds | found
        if self.state == "active":
            self.state, self.reminded_to = "choosing", self.today
            self.choice = Choice(self.today, self.grounds)
        elif self.choice is not None:
            self.choice.grounds = self.grounds

    def _ended_initially(self, sent: date, change: Change | None) -> None:
        self.unbill(sent, change)
        self.break_watch(sent)
        self.fee_at_end(sent, "initial")
        self.end_on, self.end_reason = sent, "initial_cancellation"
        self.pending = None
        self._over("ended", sent)
        self.agency_off(sent + _DAY)

    def unbill(self, sent: date, change: Change | None) -> None:
        """Months of with フレッツ II of the cancelled contract are not billed (W-12.5); other months are."""
        if terms.chapter(self.course) != 1:
            return
        first = None
        if change is not None:
            first = change.on if change.on.day == 1 else terms.first_of(change.on, 1)
        if first is None or first <= sent:
            self.unbilled = (first, terms.first_of(sent))

    # Course changes

    def on_change_requested(self, fact: f.ChangeRequested) -> None:
        """Articles 9 and 21."""
        self.need(self.state == "active")
        self.request_change(fact.to_course, fact.on, fact.change_on)

    def request_change(
        self, to_course: str, received_on: date, agreed_on: date | None, *, tested: bool = False
    ) -> None:
        """Plan a change; one whose applicant does not hold the line waits for an operator (W-07.1, W-09.2)."""
        self.need(self.pending is None)
        source, into = terms.chapter(self.course), terms.chapter(to_course)
        self.need(to_course != self.course and into != 2 and not source == into == 1)
        self.need(source != 0 or into != 0 or self.carried)
        self.need(terms.on_sale(to_course, received_on))
        self.need(agreed_on is None or agreed_on >= received_on)
        waits = False
        if into == 1:
            self.need(terms.COURSES[to_course].service_type == self.line.service_type)
            line = replace(self.line, operator=self.moves_to) if self.moves_to else self.line
            self.need(terms.eligible(1, line, received_on))
            waits = not self.line.holder_is_applicant and not tested
        day = agreed_on or terms.first_of(max(received_on, self.today), 1)
        self.need(self.start_on is None or day >= self.start_on)
        self.need(len(self.courses) < 2 or day >= self.courses[-1][1])
        self.pending = Pending(terms.merged(to_course, day), received_on, day, agreed_on)
        if waits:
            self.pending.waits_for_operator, self.pending.change_on = True, agreed_on
            return
        self.pending.charges = self.fees_of_change(self.pending.to_course, day)
        if day <= self.today:
            self._change()

    def on_change_decided(self, fact: f.ChangeDecided) -> None:
        """The operator's answer to the holder test."""
        waiting = self.pending
        self.need(self.state in IN_FORCE and waiting is not None and waiting.waits_for_operator)
        self.pending = None
        if fact.accept and waiting is not None:
            try:
                self.request_change(waiting.to_course, waiting.received_on, waiting.agreed_on, tested=True)
            except Exception:
                self.pending = waiting
                raise

    def on_course_switched(self, fact: f.CourseSwitched) -> None:
        """An operator follows a type NTT changed (W-04.2, A-38)."""
        self.need(self.state in {"applied", "identity_requested", "accepted", "active"})
        self.need(terms.chapter(self.course) != 0 and terms.chapter(fact.to_course) == 1)
        self.need(fact.to_course != terms.merged(self.course, fact.on) and terms.on_sale(fact.to_course, fact.on))
        self.need(terms.COURSES[fact.to_course].service_type == self.line.service_type)
        self.turn_to(fact.to_course, fact.on)

    # The choice

    def on_chosen(self, fact: f.Chosen) -> None:
        """Articles 11 and 23, A-28, A-47."""
        self.need(self.state == "choosing" and self.choice is not None)
        self.need(fact.choice in offered(self.grounds))
        if fact.choice == "cancel":
            self.cancel(fact.on)
        elif fact.choice == "course_change":
            self.need(fact.to_course is not None)
            self.state = "active"
            try:
                self.request_change(str(fact.to_course), fact.on, None)
            except Exception:
                self.state = "choosing"
                raise
            if self.pending is not None and self.pending.waits_for_operator:
                self.state = "choosing"
                return
            if self.pending is not None:
                self.answered = self.grounds
            elif self.changes and self.changes[-1].received_on == fact.on:
                self.changes[-1] = replace(self.changes[-1], answered=frozenset(self.grounds))
            self.choice, self.grounds = None, set()
        elif fact.holder_is_applicant:
            self.pending, self.grounds = None, set()
            self.ask_again()
            if not self.grounds:
                self.state, self.choice = "active", None
            self.line = self.line if self.line.holder_is_applicant else f.replace_holder(self.line)
            # The waiver rests on an end that does not come (W-12.6b).
            self.end_reason_told = None
            self.waivers.discard("line_name_change")

    # Operators on money

    def on_benefit_given(self, fact: f.BenefitGiven) -> None:
        """W-12.2p, A-49: months counted as paragraph 1 counts them."""
        self.need(self.state in IN_FORCE and all(each.benefit_id != fact.benefit_id for each in self.benefits))
        self.need(self.start_on is None or fact.from_on >= self.start_on)
        self.need(self.end_on is None or fact.from_on <= self.end_on)
        term = Term(terms.first_of(fact.from_on), terms.last_of(fact.from_on, fact.months - 1))
        self.benefits.append(Benefit(fact.benefit_id, fact.fee, term))

    def on_fee_decided(self, fact: f.FeeDecided) -> None:
        """W-12.3d, W-12.2p, A-33: from the day of the change due, before it planned."""
        self.need(self.state in IN_FORCE | {"ended"})
        ahead = self.pending.charges if self.pending is not None else []
        found = [
            each for each in (*ahead, *self.charges) if each.state == "needs_operator" and each.about == fact.about
        ]
        self.need(found)
        found[0].state = ("planned" if found[0] in ahead else "due") if fact.due else "waived"

    def on_waiver_granted(self, fact: f.WaiverGranted) -> None:
        """Article 12 paragraph 6: by an operator, on a ground that is there (A-36)."""
        self.need(self.start_on is not None and self.state in IN_FORCE | {"ended"})
        if fact.case == "line_unusable":
            self._suspend()
            return
        self.need(fact.case == "death" or self.end_reason_told == "name_change")
        ahead = self.pending.charges if self.pending is not None else []
        open_ones = [each for each in (*ahead, *self.charges) if each.state != "waived"]
        self.need(open_ones or self.state in IN_FORCE)
        for each in open_ones:
            each.state, each.watch_until = "waived", None
        if self.state in IN_FORCE:
            self.waivers.add(fact.case)

    def _suspend(self) -> None:
        """Case 3: the fee of a change is suspended, of the one made or of the one that follows (W-12.6c)."""
        ahead = self.pending.charges if self.pending is not None else []
        of_change = [
            each
            for each in (*ahead, *self.charges)
            if each.of_change is not None and each.state in {"planned", "due", "needs_operator"}
        ]
        self.need(not self.blamed and (of_change or self.state in {"active", "choosing"}))
        if not of_change:
            self.waivers.add("line_unusable")
            return
        for each in of_change:
            self.need(not self._left_inside(each))
        for each in of_change:
            each.state = "watched"
            each.watch_until = None if each in ahead else each.broke

    def _left_inside(self, charge: Charge) -> bool:
        received = self.cancelled_received_on
        if received is None or charge.of_change is None or charge.broke is None:
            return False
        return charge.of_change <= received <= charge.broke

    def on_relocated(self, fact: f.Relocated) -> None:
        """W-21.3: nothing follows by itself; the next change is tested in the area of the move."""
        self.need(self.state in IN_FORCE and terms.chapter(self.course) != 0)
        self.moves_to = fact.to_operator
