"""One agency filing of a new line with NTT East or West (代行申込)."""

from __future__ import annotations

from statemachine import State, StateMachine


class FilingMachine(StateMachine):
    """NTT skips steps, repeats them and goes back before the opening (F-23, F-24)."""

    prepared = State(initial=True, value="prepared")
    filed = State(value="filed")
    accepted = State(value="accepted")
    defect = State(value="defect")
    negotiating = State(value="negotiating")
    waiting_facility = State(value="waiting_facility")
    date_adjusting = State(value="date_adjusting")
    waiting_work = State(value="waiting_work")
    opened = State(final=True, value="opened")
    cancelled = State(final=True, value="cancelled")
    not_available = State(final=True, value="not_available")

    file = prepared.to(filed)
    carrier_accepted = accepted.from_(
        filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )
    carrier_defect = defect.from_(filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work)
    carrier_negotiating = negotiating.from_(
        filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )
    carrier_waiting_facility = waiting_facility.from_(
        filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )
    carrier_date_adjusting = date_adjusting.from_(
        filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )
    carrier_waiting_work = waiting_work.from_(
        filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )
    carrier_opened = opened.from_(filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work)
    carrier_cancelled = cancelled.from_(
        filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )
    carrier_not_available = not_available.from_(
        filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )
    correct = defect.to(filed)
    withdraw = cancelled.from_(
        prepared, filed, accepted, defect, negotiating, waiting_facility, date_adjusting, waiting_work
    )


OPEN = frozenset({"filed", "accepted", "defect", "negotiating", "waiting_facility", "date_adjusting", "waiting_work"})
"""With NTT, neither finished nor given up."""
OVER = frozenset({"opened", "cancelled", "not_available"})
