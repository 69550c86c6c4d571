"""One change that reaches many contracts, from its announcement to its last outcome (W-14.1, W-26.1)."""

from __future__ import annotations

from statemachine import State, StateMachine


class RolloutMachine(StateMachine):
    """Announced, carried out page by page, held by an operator, finished with an outcome for every contract."""

    announced = State(initial=True, value="announced")
    running = State(value="running")
    paused = State(value="paused")
    finished = State(final=True, value="finished")

    start = announced.to(running)
    pause = announced.to(paused) | running.to(paused)
    resume = paused.to(running)
    wait_again = paused.to(announced)
    hold = running.to(paused)
    finish = running.to(finished)
