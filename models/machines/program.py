"""A programme of set-based runs."""

from __future__ import annotations

from statemachine import State, StateMachine


class ProgramMachine(StateMachine):
    """Runs come by the calendar while it is running; a paused one keeps its dates and catches up when resumed."""

    running = State(initial=True, value="running")
    paused = State(value="paused")
    ended = State(final=True, value="ended")

    pause = running.to(paused)
    resume = paused.to(running)
    finish = running.to(ended)
