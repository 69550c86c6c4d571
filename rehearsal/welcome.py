"""What a person sees when everything is ready: samples in a new home, the addresses, and what to try next."""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from carrier.playing.scripts import DEFAULT_SCRIPT
from embedded.private import replace_text
from embedded.stack import EmbeddedStack
from models.messages.contract.contract import workflow_id
from models.said import tell
from rehearsal.story.player import ScenarioPlayer
from rehearsal.story.rehearse import console_for_stories, show_table
from rehearsal.story.steps import ScenarioError, load
from rehearsal.story.telling import Story
from settings import Settings

SAMPLES = "samples"
"""The shipped scenario that a new home plays."""

_SHOWN = "may"
"""The sample with something ahead of it: its page shows a named timer."""

_PLAYING = "playing"
_DONE = "done"


class Marker:
    """A file of the home that says how far its samples have come; they are played once."""

    def __init__(self, home: Path) -> None:
        """Nothing is read or written yet."""
        self._path = home / "samples.json"

    def read(self) -> dict[str, str]:
        """What was written last: `state`, and the contracts by name; empty in a home without samples."""
        try:
            return dict(json.loads(self._path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return {}

    def write(self, state: str, contracts: dict[str, str]) -> None:
        """Replace the file as a whole."""
        replace_text(self._path, json.dumps({"state": state, **contracts}, indent=2) + "\n")


async def welcome(stack: EmbeddedStack, settings: Settings) -> None:
    """Play the samples where that is due, then say where everything is.

    Samples that were cut off half-way are played from the start: every request carries the same idempotency key, so
    what was done is found, not done again. They are played only in a home that is still empty and whose clock can be
    moved to their days.
    """
    console = console_for_stories()
    marker = Marker(stack.home)
    story = Story(console)
    player = ScenarioPlayer(stack.urls, stack.keys, story)
    try:
        told = marker.read()
        if told.get("state") == _DONE or not await _due(player, stack, settings, told, console):
            if told or await _in_use(player):
                console.print(tell("resumed"))
        else:
            await _play(player, stack, marker, console)
        contracts = player.contracts or {name: value for name, value in marker.read().items() if name != "state"}
        shown = contracts.get(_SHOWN)
        _addresses(console, stack, await player.now(), shown)
        if player.contracts and shown is not None:
            _try_next(console, stack, shown)
    finally:
        await player.close()


async def _due(
    player: ScenarioPlayer, stack: EmbeddedStack, settings: Settings, told: dict[str, str], console: Console
) -> bool:
    if not settings.samples or not stack.rehearsal:
        return False
    if told.get("state") == _PLAYING:
        return True
    if await _in_use(player):
        return False
    begins = datetime.fromisoformat(load(SAMPLES).clock)
    if (await player.now()).date() > begins.date():
        console.print(tell("no_samples", begins=begins))
        return False
    return True


async def _in_use(player: ScenarioPlayer) -> bool:
    return bool((await player.read("/v1/contracts?limit=1"))["items"])


async def _play(player: ScenarioPlayer, stack: EmbeddedStack, marker: Marker, console: Console) -> None:
    scenario = load(SAMPLES)
    marker.write(_PLAYING, {})
    console.print(tell("new_home", title=scenario.title))
    console.print(tell("about_articles"))
    try:
        failed = await player.play(scenario)
    except (ScenarioError, httpx.TransportError) as error:
        # The stack itself is fine: whoever started it keeps it, and the next start takes the samples up again.
        console.print(Text(tell("samples_stopped", why=error), style="bold red"))
        return
    finally:
        await _default_script(stack)
    if failed:
        console.print(tell("samples_wrong", failed=failed))
    await show_table(player)
    marker.write(_DONE, player.contracts)


async def _default_script(stack: EmbeddedStack) -> None:
    """The samples' answers of NTT are not everybody's."""
    async with httpx.AsyncClient(base_url=stack.urls.carrier, trust_env=False) as carrier:
        await carrier.put("/scripts/default", json=DEFAULT_SCRIPT.as_json())


def _addresses(console: Console, stack: EmbeddedStack, now: datetime, contract_id: str | None) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row(tell("at_desk"), f"{stack.urls.api}/desk/")
    table.add_row(tell("at_docs"), f"{stack.urls.api}/docs")
    if stack.urls.ui is not None:
        table.add_row(tell("at_ui"), f"{stack.urls.ui}/namespaces/default/workflows")
        if contract_id is not None:
            page = f"{stack.urls.ui}/namespaces/default/workflows/{quote(workflow_id(contract_id), safe='')}"
            table.add_row(tell("at_page"), page)
    table.add_row(tell("at_temporal"), stack.urls.temporal)
    table.add_row(tell("at_carrier"), f"{stack.urls.carrier}/journal")
    table.add_row(tell("at_mail"), f"{stack.urls.carrier}/mail")
    table.add_row(tell("at_keys"), f"{stack.home / 'keys.json'}")
    table.add_row(tell("at_logs"), f"{stack.home / 'logs'}")
    table.add_row(tell("at_time"), tell("time_movable" if stack.rehearsal else "time_real", now=now))
    console.print()
    console.print(table, soft_wrap=True)
    console.print(tell("ready"))


def _try_next(console: Console, stack: EmbeddedStack, contract_id: str) -> None:
    keys = shlex.quote(str(stack.home / "keys.json"))
    key = f'$(sed -n \'s/.*"operator": "\\(.*\\)".*/\\1/p\' {keys})'
    console.print(tell("try_next"))
    for line in (
        f'curl --fail-with-body -sS -H "Authorization: Bearer {key}" {stack.urls.api}/v1/contracts/{contract_id}',
        ".venv/bin/keiyaku rehearse family-2018",
        ".venv/bin/keiyaku rule W-10.2",
    ):
        console.print(Text(f"  {line}"), soft_wrap=True)
    console.print()
