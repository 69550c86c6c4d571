"""The life of one club membership (会員資格)."""

from __future__ import annotations

from statemachine import State, StateMachine


class MembershipMachine(StateMachine):
    """A former member who registers again begins another membership (M-06.2, A-13); no end is taken back."""

    active = State(initial=True, value="active")
    left = State(final=True, value="left")
    ineligible = State(final=True, value="ineligible")
    ended_programme = State(final=True, value="ended_programme")

    leave = active.to(left)
    lose_line = active.to(ineligible)
    end_programme = active.to(ended_programme)


ACTIVE = frozenset({"active"})
OVER = frozenset({"left", "ineligible", "ended_programme"})
ANY = ACTIVE | OVER
