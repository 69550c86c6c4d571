"""`python -m rehearsal.golden`: lives on a temporary stack, their histories and stored states kept for later code.

The server is told to suggest a new run early, so that the histories also hold executions that continue as new.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from sqlalchemy import select
from sqlmodel import Session, col
from temporalio.client import Client, WorkflowExecution
from temporalio.contrib.pydantic import pydantic_data_converter

from embedded.errors import StackError
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports
from models.messages.program import FLETS_CLUB, WAKWAK_BILLING
from models.tables.log import Entity
from rehearsal.story.player import ScenarioPlayer
from rehearsal.story.steps import ScenarioError, load
from rehearsal.story.telling import Story
from store.database import engine

LIVES = Path(__file__).with_name("golden.yaml")
GOLDEN = Path(__file__).parents[1] / "tests" / "golden"

RUN_EVENTS = 70
"""Where the server suggests a new run: low enough for the livelier contracts."""

HISTORIES_MAX = 650_000
"""Bytes of all histories together; a repository is not a data store."""

_PASSWORD = "correct horse battery"  # noqa: S105 - of the made-up member in golden.yaml
_UNREAD = frozenset({"identity", "requestId", "taskId", "userMetadata", "workerVersion"})
_KINDS = {"K": "contract", "M": "membership", "R": "rollout"}


async def main() -> int:
    """Play, export, replace what is kept; 0 when everything was written."""
    scenario = load(str(LIVES))
    try:
        with temporary_home("keiyaku-rehearsal-") as folder:
            stack = EmbeddedStack(
                folder / "home",
                ports=Ports.free(),
                clock=datetime.fromisoformat(scenario.clock),
                server_values=(f"limit.historyCount.suggestContinueAsNew={RUN_EVENTS}",),
            )
            await stack.start()
            try:
                player = ScenarioPlayer(stack.urls, stack.keys, Story(Console(highlight=False)))
                try:
                    await player.play(scenario)
                    named = await _named(player, stack)
                finally:
                    await player.close()
                size = await _export(stack, named)
            finally:
                await stack.stop()
    except (ScenarioError, StackError, httpx.HTTPError) as error:
        sys.stderr.write(f"golden: {error}\n")
        return 1
    sys.stdout.write(f"{len(named)} lives, {size:,} bytes of histories in {GOLDEN}\n")
    return 0 if size <= HISTORIES_MAX else 1


async def _named(player: ScenarioPlayer, stack: EmbeddedStack) -> dict[str, str]:
    """Name → workflow id of every life that is kept."""
    found: dict[str, str] = {}
    for name, known in player.contracts.items():
        found[f"{_KINDS[known[0]]}-{name}"] = f"{_KINDS[known[0]]}/{known}"
    for name in ("filed", "withdrawn"):
        read = await player.read(f"/v1/contracts/{player.contracts[name]}")
        found[f"filing-{name}"] = f"filing/{read['filing_id']}"
    exchange_id = await _exchange(stack, player.contracts["spender"], "CAF9018000004")
    found["exchange-sent"] = f"exchange/{exchange_id}"
    found["program-statements"] = f"program/{WAKWAK_BILLING}"
    return found | {"program-club": f"program/{FLETS_CLUB}"}


async def _exchange(stack: EmbeddedStack, member_id: str, line_id: str) -> str:
    """A member logs in from the own line and exchanges points for a code: the exchange's id."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:

        async def ask(method: str, path: str, body: Any = None, *, key: str) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid.uuid4().hex}
            answer = await http.request(method, f"{stack.urls.api}{path}", json=body, headers=headers)
            answer.raise_for_status()
            return dict(answer.json())

        handed = await http.post(f"{stack.urls.carrier}/EAST/line-tokens", json={"line_id": line_id})
        body = {"member_id": member_id, "password": _PASSWORD, "line_token": handed.json()["line_token"]}
        token = str((await ask("POST", "/v1/sessions", body, key=stack.keys.site))["token"])
        items = (await ask("GET", "/v1/items", key=token))["items"]
        cheapest = min((each for each in items if each["kind"] == "gift_code"), key=lambda each: int(each["points"]))
        draft = await ask("POST", "/v1/exchanges", {"item_id": cheapest["item_id"], "quantity": 1}, key=token)
        exchange_id = str(draft["exchange_id"])
        await ask("POST", f"/v1/exchanges/{exchange_id}/confirm", key=token)
        await ask("POST", f"/v1/exchanges/{exchange_id}/send", key=token)
        return exchange_id


async def _export(stack: EmbeddedStack, named: dict[str, str]) -> int:
    """Write every run's history and every stored state; the bytes of the histories."""
    client = await Client.connect(stack.urls.temporal, data_converter=pydantic_data_converter)
    histories: dict[str, str] = {}
    for name, workflow_id in named.items():
        for number, run in enumerate(await _runs(client, workflow_id), start=1):
            histories[f"{name}-{number}"] = await _history(client, run)
    states = _states(stack, named)
    for folder, texts in (("histories", histories), ("states", states)):
        target = GOLDEN / folder
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name, text in texts.items():
            (target / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return sum(len(text.encode()) for text in histories.values())


async def _runs(client: Client, workflow_id: str) -> list[WorkflowExecution]:
    """The runs of a workflow, earliest first."""
    found = [each async for each in client.list_workflows(f'WorkflowId = "{workflow_id}"')]
    if not found:
        message = f"there is no workflow {workflow_id}"
        raise ScenarioError(message)
    return sorted(found, key=lambda each: each.start_time)


async def _history(client: Client, run: WorkflowExecution) -> str:
    """One history as JSON, without what no replay reads."""
    history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
    said = {"workflow_id": run.id, "history": _needed(json.loads(history.to_json()))}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _needed(value: Any) -> Any:
    """Without labels, numbers of the server's own, and the names of processes and of the machine they ran on."""
    if isinstance(value, list):
        return [_needed(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _needed(each) for name, each in value.items() if name not in _UNREAD}
    if kept.get("kind") == "TASK_QUEUE_KIND_STICKY":
        kept["name"] = "sticky"
    return kept


def _states(stack: EmbeddedStack, named: dict[str, str]) -> dict[str, str]:
    """The stored state of every life, with its kind."""
    found: dict[str, str] = {}
    with Session(engine(stack.database_url)) as session:
        for name, workflow_id in named.items():
            row = session.execute(select(Entity).where(col(Entity.entity_id) == workflow_id)).scalar_one()
            said = {"kind": row.kind, "state": row.state}
            found[name] = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
    return found


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
