"""What a contract costs at its end or its change: article 12 paragraphs 3 to 6 and the benefits' own terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.model import facts as f
from tests.model import terms
from tests.model.life import Benefit, Change, Charge, Choice, Pending, RefusedError, Term

_DAY = timedelta(days=1)


class Money:
    """The contract's facts so far, and its fees."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.today = date.min
        self.state = "applied"
        self.applied_on: date | None = None
        self.line = f.Line()
        self.course = ""
        self.home = ""
        """The area a W1 contract is for."""
        self.courses: list[tuple[str, date]] = []
        self.start_on: date | None = None
        self.term: Term | None = None
        self.carried = False
        """Whether a course outside the book carries the term of with フレッツ II (W-12.3b)."""
        self.end_on: date | None = None
        self.end_reason: str | None = None
        self.closes_on: date | None = None
        self.past_correction = False
        self.agency: tuple[str, date] | None = None
        self.passed_on: list[date] = []
        self.pending: Pending | None = None
        self.changes: list[Change] = []
        self.types: list[f.TypeChanged] = []
        self.moved_to = date.min
        self.choice: Choice | None = None
        self.grounds: set[str] = set()
        self.answered: set[str] = set()
        """Grounds of a choice that the pending change answers."""
        self.reminded_to = date.min
        self.end_reason_told: str | None = None
        self.blamed = False
        self.waivers: set[str] = set()
        self.charges: list[Charge] = []
        self.benefits: list[Benefit] = []
        self.cancelled_received_on: date | None = None
        self.moves_to: str | None = None
        """The area the contractor said they move to, until NTT tells the move."""
        self.unbilled: tuple[date | None, date] | None = None

    def need(self, holds: object) -> None:
        """Refuse the fact unless that holds."""
        if not holds:
            raise RefusedError

    def set_line(self, **values: Any) -> None:
        """The line as NTT tells it, whatever course the contract is on."""
        self.line = replace(self.line, **values)

    # Fees

    def inside(self, day: date) -> bool:
        """Whether an end or a change on that day breaks the term; its last day is complete (A-34).

        A term of the contract's own has to have begun; one that was carried runs without a gap.
        """
        if self.term is None or day >= self.term.end:
            return False
        return self.carried or day >= self.term.start or self.term_was_carried

    @property
    def term_was_carried(self) -> bool:
        """A carried term begins to be counted in the month after the change (A-48), yet leaves no gap."""
        return bool(self.changes) and self.changes[-1].from_course in terms.CARRYING

    def bears_fee(self) -> bool:
        """Chapter 1, or a course that carries its term (W-12.3, W-12.3b2, W-23.4)."""
        return terms.chapter(self.course) == 1 or (terms.chapter(self.course) == 0 and self.carried)

    def fee_at_end(self, last: date, cause: str) -> None:
        """What is owed for an end on that last day: planned charges become due or are waived (W-12.3c, W-12.4)."""
        forgiven = bool(self.waivers & {"death", "line_name_change"})
        if self.bears_fee() and self.inside(last):
            reduced = cause == "initial" and terms.chapter(self.course) == 1
            amount = terms.REDUCED_FEE if reduced else terms.FEE
            state = "waived" if forgiven else "due"
            self.charges.append(Charge(None, amount, terms.tax_on(amount, last), state, broke=self.term_end()))
        for each in self.benefits:
            if not each.over and each.term.start <= last < each.term.end:
                each.over = True
                state = "waived" if forgiven else "due"
                self.charges.append(Charge(each.benefit_id, each.fee, terms.tax_on(each.fee, last), state))

    def term_end(self) -> date | None:
        """The last day of the term."""
        return self.term.end if self.term else None

    def fees_of_change(self, to_course: str, day: date) -> list[Charge]:
        """What a change on that day raises; nothing that is free or carried (W-12.3a, b, d, W-12.2p, W-12.6)."""
        found: list[Charge] = []
        last = day - _DAY  # the last day on the old course decides the tax.
        listed = to_course in terms.FEE_FREE | terms.CARRYING or terms.chapter(to_course) == 1
        if self.bears_fee() and self.inside(day) and not listed:
            found.append(Charge(None, terms.FEE, terms.tax_on(terms.FEE, last), "", day, self.term_end()))
        if terms.chapter(to_course) != 1:
            found += [
                Charge(each.benefit_id, each.fee, terms.tax_on(each.fee, last), "", day, each.term.end)
                for each in self.benefits
                if not each.over and each.term.start <= day < each.term.end
            ]
        for each in found:
            if self.waivers & {"death", "line_name_change"}:
                each.state = "waived"
            else:
                each.state = "watched" if "line_unusable" in self.waivers else "needs_operator"
        return [each for each in found if each.state != "waived"]

    def raise_fees_of_change(self, pending: Pending, to_course: str, day: date) -> None:
        """On its day: what an operator let stand is due, what is new waits, what is suspended is watched."""
        for each in self.fees_of_change(to_course, day):
            known = next((old for old in pending.charges if old.about == each.about), None)
            if known is None:
                pending.charges.append(each)
        for each in pending.charges:
            if each.state == "planned":
                each.state = "due"
            if each.state == "watched":
                each.watch_until = each.broke
            each.of_change = day
            self.charges.append(each)

    def term_after(self, to_course: str, day: date, received_on: date) -> tuple[Term | None, bool]:
        """The term after a change, and whether it is carried outside the book (W-12.1a to c, W-12.2a, b, W-12.3b)."""
        rest = None
        if self.term is not None and self.term.end >= terms.first_of(day, 1):
            rest = Term(terms.first_of(day, 1), self.term.end)
        own = terms.chapter(self.course) == 1 or self.carried
        if terms.chapter(to_course) == 0:
            carries = own and to_course in terms.CARRYING and rest is not None
            return (rest, True) if carries else (None, False)
        if terms.chapter(self.course) == 2:
            return None, False
        if self.course == "COLLABO":
            return rest, False
        if received_on <= terms.LAST_DAY_WITH_TERM:
            # Only COLLABO is named beside W1: every other course begins a term, whatever it carried (W-12.1c).
            return Term(terms.first_of(day), terms.last_of(day, terms.TERM_MONTHS - 1)), False
        return rest if self.carried else None, False
