"""`keiyaku rehearse`: a scenario played in a temporary home of its own, with its story told as it goes."""

from __future__ import annotations

import sys
from datetime import datetime

import httpx
from rich.console import Console

from embedded.errors import StackError
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports
from models.said import aloud, said
from rehearsal.story.player import ScenarioPlayer
from rehearsal.story.steps import NoScenarioError, Scenario, ScenarioError, load
from rehearsal.story.telling import Story
from service.exits import Exit

WIDTH_MIN = 180
"""Where the output is no terminal: wide enough for the table."""


async def main(name: str) -> int:
    """Play a shipped scenario or a YAML file; 0 only if every expectation holds."""
    try:
        scenario = load(name)
        return await _rehearse(scenario)
    except (ScenarioError, StackError, httpx.TransportError) as error:
        sys.stderr.write(aloud(said("complaint", why=error)) + "\n")
        return Exit.NOT_FOUND if isinstance(error, NoScenarioError) else Exit.SETUP


async def _rehearse(scenario: Scenario) -> int:
    console = console_for_stories()
    with temporary_home("keiyaku-rehearsal-") as folder:
        stack = EmbeddedStack(
            folder / "home",
            ports=Ports.free(),
            clock=_moment(scenario),
            say=lambda line: console.log(aloud(line), highlight=False),
        )
        console.print(aloud(said("own_stack", title=scenario.title, clock=scenario.clock)))
        await stack.start()
        try:
            return await tell(scenario, stack, Story(console))
        finally:
            await stack.stop()


def console_for_stories() -> Console:
    """A console as wide as the terminal, or wide enough where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=max(console.width, WIDTH_MIN), highlight=False)


def _moment(scenario: Scenario) -> datetime:
    try:
        moment = datetime.fromisoformat(scenario.clock)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ScenarioError(said("scenario_clock", clock=repr(scenario.clock)))
    return moment


async def tell(scenario: Scenario, stack: EmbeddedStack, story: Story) -> int:
    """Play on a running stack and end with the table; 0 if every expectation holds.

    Raises:
        ScenarioError: as `ScenarioPlayer.play`.
    """
    player = ScenarioPlayer(stack.urls, stack.keys, story)
    try:
        failed = await player.play(scenario)
        await show_table(player)
    finally:
        await player.close()
    expected = sum(step.expect is not None for step in scenario.steps)
    held = aloud(said("held", held=expected - failed, expected=expected))
    story.console.print(f"\n[{'red' if failed else 'green'}]{held}[/]")
    return 1 if failed else 0


async def show_table(player: ScenarioPlayer) -> None:
    """The contracts of a player as they stand."""
    rows = []
    for name, contract_id in player.contracts.items():
        if contract_id.startswith("K"):
            charges = await player.read(f"/v1/contracts/{contract_id}/charges")
            rows.append((name, await player.read(f"/v1/contracts/{contract_id}"), charges["items"]))
    if rows:
        player.story.table(rows)
