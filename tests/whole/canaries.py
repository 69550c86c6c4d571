"""Canaries: a secret word for every door and field, and everywhere that one of them might still sing.

A word survives capitals, line numbers and the search for people: `CANARY017Z` is found as `canary017z`, too.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError

from tests.whole.conftest import House

_WORD = re.compile(rb"canary(\d{3})z|090-?9990-?7(\d{3})", re.IGNORECASE)

Heard = dict[str, set[str]]
"""Place → the doors and fields whose words were heard there."""


class Canaries:
    """Words, each for one field of one door."""

    def __init__(self) -> None:
        """None yet."""
        self.doors: list[str] = []
        self.refused: set[str] = set()
        """Doors and fields whose word nothing of ours was to keep in the first place."""

    def _new(self, door: str, *, kept: bool) -> str:
        if door in self.doors:
            message = f"{door} has a canary of its own already"
            raise ValueError(message)
        self.doors.append(door)
        if not kept:
            self.refused.add(door)
        return f"CANARY{len(self.doors) - 1:03d}Z"

    def text(self, door: str, *, kept: bool = True) -> str:
        """A text; `kept`: the database is to hold it as long as the person is not erased."""
        return f"カナリア {self._new(door, kept=kept)}"

    def mail(self, door: str, *, kept: bool = True) -> str:
        """An address."""
        return f"{self._new(door, kept=kept).lower()}@example.jp"

    def phone(self, door: str, *, kept: bool = True) -> str:
        """A telephone number, which holds no letters."""
        return f"090-9990-7{self._new(door, kept=kept)[6:9]}"

    def code(self, door: str, *, kept: bool = True) -> str:
        """Letters and digits: a line number, a file, an id of another system."""
        return self._new(door, kept=kept)

    def person(self, door: str, *names: str, kept: bool = True) -> dict[str, str]:
        """The details of a person."""
        made = {"email": self.mail, "phone": self.phone}
        return {name: made.get(name, self.text)(f"{door}.{name}", kept=kept) for name in names}

    def in_bytes(self, said: bytes) -> set[str]:
        """Whose words are in it."""
        return {self.doors[int(word or number)] for word, number in _WORD.findall(said)}

    def in_tables(self, house: House) -> Heard:
        """Every column of every row of every table, those of no model included."""
        heard: Heard = defaultdict(set)
        engine = create_engine(house.stack.database_url)
        with engine.connect() as connection:
            tables = connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars()
            for table in tables.all():
                for column, said in connection.execute(
                    text(f'select e.key, e.value::text from "{table}" t, jsonb_each(to_jsonb(t)) e')
                ):
                    heard[f"{table}.{column}"] |= self.in_bytes(str(said).encode())
        engine.dispose()
        return _only(heard)

    def in_temporal(self, house: House) -> Heard:
        """Every history of every workflow, what is searched and shown of it, and the server's own files."""
        heard: Heard = defaultdict(set)
        for place, said in house.temporal(_everything):
            heard[place] |= self.in_bytes(said)
        return _only(heard | self._in_files(house.stack.home.glob("temporal.db*"), house.stack.home))

    def in_logs(self, house: House) -> Heard:
        """Every file in the home's folder of logs."""
        files = [path for path in (house.stack.home / "logs").rglob("*") if path.is_file()]
        assert {"api.log", "worker.log"} <= {path.name for path in files}
        return self._in_files(files, house.stack.home)

    def in_events(self, house: House) -> Heard:
        """Everything that a system may read of what happened."""
        heard: Heard = defaultdict(set)
        after: str | None = None
        while (page := house.get("/v1/events", after=after, limit=500))["items"]:
            after = page["next_after"]
            heard["events"] |= self.in_bytes(json.dumps(page, ensure_ascii=False).encode())
        assert after is not None
        return _only(heard)

    def _in_files(self, files: Iterable[Path], home: Path) -> Heard:
        return _only({str(path.relative_to(home)): self.in_bytes(path.read_bytes()) for path in files})


def _only(heard: Heard) -> Heard:
    return {place: doors for place, doors in heard.items() if doors}


async def _everything(client: Client) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    pages = 0
    async for each in client.list_workflows():
        handle = client.get_workflow_handle(each.id, run_id=each.run_id)
        # Payloads, summaries and headers of ours are JSON, which stands in an event as it is.
        events = (await handle.fetch_history()).events
        found += [(f"history of {each.id}", event.SerializeToString()) for event in events]
        described = await handle.describe()
        found.append((f"description of {each.id}", described.raw_description.SerializeToString()))
        shown = [await described.memo(), [str(pair.value) for pair in described.typed_search_attributes]]
        try:
            shown.append(await handle.query("__temporal_workflow_metadata"))
            pages += 1
        except (RPCError, WorkflowQueryFailedError):  # it ended by a refusal and has no page
            assert described.status is not WorkflowExecutionStatus.RUNNING
        found.append((f"page of {each.id}", json.dumps(shown, default=str, ensure_ascii=False).encode()))
    assert pages
    return found


def free_texts(document: Any) -> dict[tuple[str, str], set[str]]:
    """Operation → the fields of its body that take any text, by their dotted names, as the document publishes them."""
    found = {
        (method.upper(), path): {
            ".".join(names)
            for media in operation.get("requestBody", {}).get("content", {}).values()
            for names in _texts(document, media["schema"])
        }
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    return {operation: fields for operation, fields in found.items() if fields}


def _texts(document: Any, schema: Any, names: tuple[str, ...] = ()) -> Iterable[tuple[str, ...]]:
    while "$ref" in schema:
        schema = reduce(lambda place, name: place[name], schema["$ref"].removeprefix("#/").split("/"), document)
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _texts(document, one, names)
    if schema.get("type") == "string" and not {"enum", "const", "format", "pattern"} & schema.keys():
        yield names
    for name, inside in schema.get("properties", {}).items():
        yield from _texts(document, inside, (*names, name))
    if isinstance(schema.get("items"), dict):
        yield from _texts(document, schema["items"], (*names, "0"))
