"""Commands that only read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from console import tables
from console.door import CODES, Door, Exit, find_door, granted, stop

COLLECTIONS = ("contracts", "memberships", "filings", "rollouts", "people")
"""Where a bare id is looked for, in this order."""

Json = Annotated[bool, typer.Option("--json", help="The answer as JSON, for scripts.")]
Role = Annotated[str, typer.Option("--as", help="Which key of the home: backoffice, operator or auditor.")]
Language = Annotated[str, typer.Option("--lang", help="ja or en.")]
AnyId = Annotated[str, typer.Argument(metavar="ID", help="An id, or with its kind: contract/K…, membership/M….")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many rows.")]

_KINDS = {"contract": "contracts", "membership": "memberships", "filing": "filings", "rollout": "rollouts"}


def located(door: Door, any_id: str) -> tuple[str, dict[str, Any]]:
    """The path of a thing and the thing.

    Raises:
        typer.Exit: there is none under this id, or the key may not see it.
    """
    kind, _, rest = any_id.partition("/")
    if rest and kind not in _KINDS:
        stop(Exit.TYPED, f"{kind}: one of {', '.join(_KINDS)}, or the id alone")
    name = rest or any_id
    if not name.isascii() or not name.isprintable() or set(name) & set("/?#%") or name in ("", ".", ".."):
        stop(Exit.NOT_FOUND, f"nothing has the id {any_id}; `keiyaku find` looks for people by name or number")
    answers = (
        (path, answer)
        for path in (f"/v1/{collection}/{name}" for collection in ([_KINDS[kind]] if rest else COLLECTIONS))
        if (answer := door.answer("GET", path)).status_code != 404
    )
    found = next(answers, None)
    if found is None:
        stop(Exit.NOT_FOUND, f"nothing has the id {any_id}; `keiyaku find` looks for people by name or number")
    return found[0], granted(found[1])


def status(*, json: Json = False, role: Role = "auditor", language: Language = "ja") -> None:
    """Say how the service is, its business time, and how much waits for a person."""
    door = find_door(role, language)
    health = door.answer("GET", "/healthz")
    if health.status_code not in (200, 503):
        granted(health)
    clock = door.ask("GET", "/v1/clock") if health.is_success else {}
    waits = len(door.items("/v1/tasks", 5_000)) if health.is_success else None
    told = {"url": door.url, **health.json(), **clock, "tasks": waits}
    tables.as_json(told) if json else tables.facts(told)
    if not health.is_success:
        raise typer.Exit(int(Exit.AWAY))


def find(
    words: Annotated[list[str], typer.Argument(help="Name, kana, phone, e-mail, address, line number or id.")],
    *,
    limit: Limit = 20,
    json: Json = False,
    role: Role = "operator",
    language: Language = "ja",
) -> None:
    """Find people, with their contracts and memberships. The look is kept in the access log."""
    found = find_door(role, language).items("/v1/people", limit, q=" ".join(words))
    if json:
        tables.as_json(found)
    else:
        tables.rows(found, ("person_id", "name", "name_kana", "phone", "email", "contracts", "memberships"))
    if not found:
        raise typer.Exit(int(Exit.NOT_FOUND))


def show(
    any_id: AnyId,
    *,
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD: as of the end of that day.")] = None,
    json: Json = False,
    role: Role = "operator",
    language: Language = "ja",
) -> None:
    """Show a contract, membership, filing, rollout or person."""
    door = find_door(role, language)
    path, found = located(door, any_id)
    if as_of is not None:
        found = door.ask("GET", path, as_of=as_of)
    tables.as_json(found) if json else tables.facts(found)


def timeline(
    any_id: AnyId,
    *,
    svg: Annotated[Path | None, typer.Option(help="Write the picture to this file.")] = None,
    json: Json = False,
    role: Role = "operator",
    language: Language = "ja",
) -> None:
    """List what happened to a contract or member and what lies ahead, or write it as a picture."""
    door = find_door(role, language)
    path, found = located(door, any_id)
    if svg is not None:
        answer = door.answer("GET", f"{path}/timeline.svg")
        if not answer.is_success:
            granted(answer)
        try:
            svg.write_bytes(answer.content)
        except OSError as error:
            stop(Exit.SETUP, f"{svg} cannot be written: {error.strerror}")
        sys.stderr.write(f"{svg}\n")
        return
    past, ahead = door.items(f"{path}/history", 100_000), found.get("agenda", [])
    if json:
        tables.as_json({"history": past, "agenda": ahead})
        return
    tables.rows(past, ("seq", "effective_on", "event", "from", "to", "actor", "articles", "edition", "voided"))
    tables.rows(ahead, ("on", "event", "articles", "undo_until"))


def explain(any_id: AnyId, *, json: Json = False, role: Role = "operator", language: Language = "ja") -> None:
    """Tell why: every decision with its articles, the facts used and the arithmetic."""
    door = find_door(role, language)
    path, _ = located(door, any_id)
    told = door.ask("GET", f"{path}/explain")
    if json:
        tables.as_json(told)
        return
    out = tables.console()
    for each in told["decisions"]:
        voided = " (voided)" if each["voided"] else ""
        out.print(f"{each['seq']}. {each['effective_on']} {each['event']}{voided}")
        said = [each["detail"], *each["steps"], *(f"{one['citation']}: {one['text']}" for one in each["articles"])]
        for line in filter(None, said):
            out.print(f"   {line}")


def events(
    *,
    after: Annotated[str | None, typer.Option(help="The id of the last event you have.")] = None,
    limit: Limit = 50,
    json: Annotated[bool, typer.Option("--json", help="One CloudEvent a line.")] = False,
    role: Role = "auditor",
    language: Language = "ja",
) -> None:
    """List events in the order they were recorded, from a cursor on; the id of the last is the next `--after`."""
    door = find_door(role, language)
    found: list[dict[str, Any]] = []
    while len(found) < limit:
        page = door.ask("GET", "/v1/events", after=after, limit=min(500, limit - len(found)))["items"]
        if not page:
            break
        found += page
        after = page[-1]["id"]
    if json:
        tables.lines(found)
    else:
        tables.rows(found, ("time", "type", "subject", "id"))


def tasks(*, limit: Limit = 500, json: Json = False, role: Role = "operator", language: Language = "ja") -> None:
    """List what waits for a person, the oldest first."""
    found = find_door(role, language).items("/v1/tasks", limit)
    if json:
        tables.as_json(found)
    else:
        tables.rows(found, ("since", "entity_id", "why", "text", "until", "message_id", "notice_id"))


def rollouts(*, limit: Limit = 50, json: Json = False, role: Role = "operator", language: Language = "ja") -> None:
    """List changes that reach many contracts, the latest first; `show` and `do` take the id of one."""
    found = find_door(role, language).items("/v1/rollouts", limit)
    if json:
        tables.as_json(found)
    else:
        tables.rows(found, ("rollout_id", "state", "kind", "effective_on", "planned", "done", "failed", "remaining"))


def add(app: typer.Typer) -> None:
    """Put the commands under the entry point."""
    for command, example in (
        (status, "keiyaku status"),
        (find, "keiyaku find 山田 太郎"),
        (show, "keiyaku show K0123 --as-of 2018-08-31"),
        (timeline, "keiyaku timeline K0123 --svg life.svg"),
        (explain, "keiyaku explain K0123 --lang en"),
        (events, "keiyaku events --json --limit 1000"),
        (tasks, "keiyaku tasks"),
        (rollouts, "keiyaku rollouts --json"),
    ):
        app.command(epilog=f"Example: {example}. {CODES}")(command)
