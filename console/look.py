"""Commands that only read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from console import tables
from console.door import Door, granted, stop
from console.language import say, spoken, trouble_with
from console.options import AnyId, Asked, Limit, asks
from console.vocabulary import scalar, sentence
from service.exits import Exit

COLLECTIONS = ("contracts", "memberships", "filings", "exchanges", "rollouts", "people")
"""Where a bare id is looked for, in this order."""

_KINDS = {
    "contract": "contracts",
    "membership": "memberships",
    "filing": "filings",
    "exchange": "exchanges",
    "rollout": "rollouts",
}


_LIVES = ("contract", "membership", "exchange")


def located(door: Door, any_id: str) -> tuple[str, dict[str, Any]]:
    """The path of a thing and the thing.

    Raises:
        typer.Exit: there is none under this id, or the key may not see it.
    """
    kind, _, rest = any_id.partition("/")
    if rest and kind not in _KINDS:
        stop(Exit.TYPED, say("unknown_kind", kind=kind, kinds=", ".join(_KINDS)))
    name = rest or any_id
    if not name.isascii() or not name.isprintable() or set(name) & set("/?#%") or name in ("", ".", ".."):
        stop(Exit.NOT_FOUND, say("no_such_id", id=any_id))
    answers = (
        (path, answer)
        for path in (f"/v1/{collection}/{name}" for collection in ([_KINDS[kind]] if rest else COLLECTIONS))
        if (answer := door.answer("GET", path)).status_code != 404
    )
    found = next(answers, None)
    if found is None:
        stop(Exit.NOT_FOUND, say("no_such_id", id=any_id))
    return found[0], granted(found[1])


def _with_a_life(door: Door, any_id: str) -> tuple[str, dict[str, Any]]:
    """As `located`, of what has a history that is told: contracts, memberships and exchanges.

    Raises:
        typer.Exit: as `located`; or it is something else.
    """
    path, found = located(door, any_id)
    if kind_of(path) not in _LIVES:
        stop(Exit.TYPED, say("no_life", id=any_id))
    return path, found


def kind_of(path: str) -> str:
    """The kind of what stands at a path, such as `contract`; empty for what is no entity."""
    collection = path.split("/")[2] if path.startswith("/v1/") else ""
    return "person" if collection == "people" else collection.removesuffix("s") if collection.endswith("s") else ""


@asks("auditor")
def status(ask: Asked) -> None:
    """Say how the service is, its business time, and how much waits for a person."""
    door = ask.door
    health = door.answer("GET", "/healthz")
    if health.status_code not in (200, 503):
        granted(health)
    clock = door.ask("GET", "/v1/clock") if health.is_success else {}
    waits = len(door.items("/v1/tasks", 5_000)) if health.is_success else None
    ask.one({"url": door.url, **health.json(), **clock, "tasks": waits})
    if not health.is_success:
        raise typer.Exit(int(Exit.AWAY))


@asks()
def find(
    ask: Asked,
    words: Annotated[list[str], typer.Argument(help="Name, kana, phone, e-mail, address, line number or id.")],
    *,
    limit: Limit = 20,
) -> None:
    """Find people, with their contracts and memberships. The look is kept in the access log."""
    found = ask.door.items("/v1/people", limit, q=" ".join(words))
    columns = (
        "person_id",
        "name",
        "name_kana",
        "former_names",
        "phone",
        "email",
        "contracts",
        "memberships",
        "exchanges",
    )
    told = found if ask.json else [{**each, **_held(each)} for each in found]
    ask.many(told, columns, "person", "nobody_found")
    if not found:
        raise typer.Exit(int(Exit.NOT_FOUND))


def _held(person: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Of each contract, membership and exchange what tells one from another; `show` has the rest."""
    names = {
        "contracts": ("contract_id", "state", "course", "line_id"),
        "memberships": ("member_id", "state", "line_id"),
        "exchanges": ("exchange_id", "state", "name", "sent_at"),
    }
    return {
        held: [{name: one[name] for name in told if one.get(name)} for one in person.get(held, [])]
        for held, told in names.items()
    }


@asks()
def show(
    ask: Asked,
    any_id: AnyId,
    *,
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD: as of the end of that day.")] = None,
    known_at: Annotated[str | None, typer.Option(help="RFC 3339: as it was known at that moment.")] = None,
) -> None:
    """Show a contract, membership, exchange, filing, rollout or person."""
    path, found = located(ask.door, any_id)
    asked = {name: each for name, each in (("as_of", as_of), ("known_at", known_at)) if each is not None}
    if asked:
        found = ask.door.ask("GET", path, **asked)
    ask.one(found, kind_of(path))


@asks()
def timeline(
    ask: Asked,
    any_id: AnyId,
    *,
    svg: Annotated[Path | None, typer.Option(help="Write the picture to this file.")] = None,
) -> None:
    """List what happened to a contract, member or exchange and what lies ahead, or write it as a picture."""
    path, found = _with_a_life(ask.door, any_id)
    if svg is not None:
        answer = ask.door.answer("GET", f"{path}/timeline.svg")
        if not answer.is_success:
            granted(answer)
        try:
            svg.write_bytes(answer.content)
        except OSError as error:
            stop(Exit.SETUP, say("cannot_write", file=svg, why=trouble_with(error)))
        sys.stderr.write(f"{svg}\n")
        return
    past, ahead = ask.door.items(f"{path}/history", 100_000), found.get("agenda", [])
    if ask.json:
        tables.as_json({"history": past, "agenda": ahead})
        return
    columns = ("seq", "effective_on", "event", "from", "to", "actor", "articles", "edition", "voided")
    out = tables.console()
    out.print(say("happened"))
    tables.rows([{**each, "voided": each["voided"] or None} for each in past], columns, kind_of(path), "no_history")
    out.print(say("lies_ahead"))
    tables.rows(ahead, ("on", "text", "articles", "undo_until"), kind_of(path), "nothing_ahead")


@asks()
def explain(ask: Asked, any_id: AnyId) -> None:
    """Tell why: every decision with its articles, the facts used and the arithmetic."""
    path, _ = _with_a_life(ask.door, any_id)
    told = ask.door.ask("GET", f"{path}/explain")
    if ask.json:
        tables.as_json(told)
        return
    out = tables.console()
    for each in told["decisions"]:
        voided = say("voided") if each["voided"] else ""
        out.print(f"{each['seq']}. {scalar(each['effective_on'], 'effective_on')} {each['title']}{voided}")
        # In Japanese the sentence is title and steps once more.
        detail = sentence(each["detail"]) if spoken() == "en" else None
        said = [detail, *each["steps"], *(f"{one['citation']}: {one['text']}" for one in each["articles"])]
        for line in filter(None, said):
            out.print(f"   {line}")


@asks()
def tasks(ask: Asked, *, limit: Limit = 500) -> None:
    """List what waits for a person, the oldest first."""
    found = ask.door.items("/v1/tasks", limit)
    ask.many(found, ("since", "entity_id", "text", "why", "until", "message_id", "notice_id"), "", "no_tasks")


@asks()
def rollouts(ask: Asked, *, limit: Limit = 50) -> None:
    """List changes that reach many contracts, the latest first; `show` and `do` take the id of one."""
    found = ask.door.items("/v1/rollouts", limit)
    columns = ("rollout_id", "state", "kind", "effective_on", "planned", "done", "failed", "remaining")
    ask.many(found, columns, "rollout", "no_rollouts")


def add(app: typer.Typer) -> None:
    """Put the commands under the entry point."""
    for command, example in (
        (status, "keiyaku status"),
        (find, "keiyaku find 山田 太郎"),
        (show, "keiyaku show K0123 --as-of 2018-08-31"),
        (timeline, "keiyaku timeline K0123 --svg life.svg"),
        (explain, "keiyaku explain K0123 --lang en"),
        (tasks, "keiyaku tasks"),
        (rollouts, "keiyaku rollouts --json"),
    ):
        app.command(epilog=example)(command)
