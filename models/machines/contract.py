"""The life of one WAKWAK connection contract (契約)."""

from __future__ import annotations

from statemachine import State, StateMachine


class ContractMachine(StateMachine):
    """Course, minimum term, waiver watch and payment agency are facts beside the state.

    An ended contract stays correctable for a while; its corrections restore a folded state and are no events here.
    """

    applied = State(initial=True, value="applied")
    identity_requested = State(value="identity_requested")
    filing = State(value="filing")
    accepted = State(value="accepted")
    active = State(value="active")
    ending = State(value="ending")
    choosing = State(value="choosing")
    ended = State(final=True, value="ended")
    declined = State(final=True, value="declined")
    withdrawn = State(final=True, value="withdrawn")

    accept = applied.to(accepted) | identity_requested.to(accepted)
    file = applied.to(filing) | identity_requested.to(filing)
    request_identity = applied.to(identity_requested)
    show_identity = identity_requested.to(applied)
    decline = applied.to(declined) | filing.to(declined) | accepted.to(declined)
    refuse = applied.to(declined) | identity_requested.to(declined) | filing.to(declined) | accepted.to(declined)
    withdraw = applied.to(withdrawn) | identity_requested.to(withdrawn) | filing.to(withdrawn) | accepted.to(withdrawn)
    withdraw_before_start = active.to(withdrawn)
    line_opened = filing.to(active)
    filing_failed = filing.to(declined)
    start_service = accepted.to(active)
    import_running = applied.to(active)

    cancel = active.to(ending) | choosing.to(ending)
    open_choice = active.to(choosing)
    choose_continue = choosing.to(active)
    end_choice = choosing.to(active)
    choose_course_change = choosing.to(active)
    initial_cancellation = active.to(ended) | ending.to(ended) | choosing.to(ended)
    terminate = active.to(ending) | ending.to(ending) | choosing.to(ending)
    end = ending.to(ended) | active.to(ended)


BEFORE_SERVICE = frozenset({"applied", "identity_requested", "filing", "accepted"})
"""States of a contract that does not run yet."""

IN_FORCE = frozenset({"active", "ending", "choosing"})
"""States of a contract that runs."""

OVER = frozenset({"ended", "declined", "withdrawn"})
"""States of a contract that runs no more, or never did."""

ANY = BEFORE_SERVICE | IN_FORCE | OVER

NEVER_BEGUN = frozenset({"declined", "withdrawn"})
"""States of a contract that never ran and never will."""

BEGUN = IN_FORCE | {"ended"}
"""States of a contract that runs or has run."""
