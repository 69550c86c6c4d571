"""Commands that change something; with `--dry-run` they answer in full and change nothing."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from console import tables
from console.door import CODES, Door, Exit, find_door, stop
from console.look import AnyId, Json, Language, Role, located
from console.shapes import Operation, body_of, operations

DryRun = Annotated[bool, typer.Option("--dry-run", help="Decide in full, change nothing.")]
Idem = Annotated[str | None, typer.Option("--idempotency-key", help="The same key again is the same request.")]
Words = Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE…", help="The fields of the request.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take it back (DELETE).")]


def do(
    any_id: AnyId,
    name: Annotated[str | None, typer.Argument(metavar="COMMAND", help="Without one, all are listed.")] = None,
    words: Words = None,
    *,
    undo: Undo = False,
    dry_run: DryRun = False,
    idempotency_key: Idem = None,
    json: Json = False,
    role: Role = "operator",
    language: Language = "ja",
) -> None:
    """Send a command to a contract, membership, filing or rollout: waivers, relocation, leave, pause and all others."""
    door = find_door(role, language)
    path, found = located(door, any_id)
    if name is None:
        _offered(door, path, found.get("allowed"), json=json)
        return
    method = "DELETE" if undo else None
    _send(door, method, f"{path}/{name}", words or [], dry_run=dry_run, idem=idempotency_key, json=json)


def request(
    method: Annotated[str, typer.Argument(help="POST, PUT or DELETE.")],
    path: Annotated[str, typer.Argument(help="As in /docs, such as /v1/rollouts.")],
    words: Words = None,
    *,
    dry_run: DryRun = False,
    idempotency_key: Idem = None,
    json: Json = False,
    role: Role = "operator",
    language: Language = "ja",
) -> None:
    """Send any other request of /docs, such as an announcement of a rollout."""
    door = find_door(role, language)
    _send(door, method.upper(), path, words or [], dry_run=dry_run, idem=idempotency_key, json=json)


def cancel(
    any_id: AnyId,
    *,
    channel: Annotated[str, typer.Option(help="paper or online.")] = "paper",
    received: Annotated[
        str | None, typer.Option(help="When it arrived, such as 2019-04-25T10:00:00+09:00, or `now`: it decides.")
    ] = None,
    wanted_month: Annotated[str | None, typer.Option(help="YYYY-MM, where a later end was asked for.")] = None,
    undo: Undo = False,
    dry_run: DryRun = False,
    idempotency_key: Idem = None,
    json: Json = False,
    role: Role = "operator",
    language: Language = "ja",
) -> None:
    """Enter a cancellation notice, or take one back before its day; the answer tells the end and the fee."""
    if (received is None) != undo:
        stop(Exit.TYPED, "--received says when the notice arrived (or `now`); it is left out with --undo only")
    door = find_door(role, language)
    path, _ = located(door, any_id)
    words: list[str] = []
    if received is not None:
        at = door.ask("GET", "/v1/clock")["now"] if received == "now" else received
        words = [f"channel={channel}", f"received_at={at}"]
        words += [f"wanted_month={wanted_month}"] if wanted_month else []
    method = "DELETE" if undo else "POST"
    _send(door, method, f"{path}/cancellation", words, dry_run=dry_run, idem=idempotency_key, json=json)


def _offered(door: Door, path: str, allowed: Any, *, json: bool) -> None:
    depth = path.count("/") + 1
    found = [
        {
            "command": "/".join(each.template.split("/")[depth:]) + (" --undo" if each.method == "DELETE" else ""),
            "fields": each.signature,
            "what": each.summary,
        }
        for each in operations(door.ask("GET", "/openapi.json"))
        if each.takes("/".join([path, *each.template.split("/")[depth:]])) and each.template.count("/") >= depth
    ]
    if json:
        tables.as_json({"commands": found, "allowed": allowed})
        return
    tables.rows(found, ("command", "fields", "what"))
    if allowed is not None:
        tables.facts({"allowed now": ", ".join(allowed) or "nothing"})


def _send(
    door: Door, method: str | None, path: str, words: list[str], *, dry_run: bool, idem: str | None, json: bool
) -> None:
    found = [
        each
        for each in operations(door.ask("GET", "/openapi.json"))
        if each.takes(path) and (each.method == method or (method is None and each.method != "DELETE"))
    ]
    # A path that is spelled out comes before one with a placeholder.
    found.sort(key=lambda each: each.template.count("{"))
    if not found:
        stop(Exit.TYPED, f"there is no {method or 'command'} {path}: `keiyaku do ID` lists commands, /docs everything")
    operation: Operation = found[0]
    if dry_run and not operation.dry_run:
        stop(Exit.TYPED, f"{operation.method} {operation.template} knows no dry run; nothing was sent")
    body = body_of(words, operation)
    missing = sorted(operation.required - set(body))
    if missing:
        stop(Exit.TYPED, f"missing: {', '.join(missing)}; it takes: {operation.signature}")
    sent = body if operation.fields and (body or operation.required) else None
    told = door.ask(operation.method, path, sent, idempotency_key=idem, dry_run="true" if dry_run else None)
    tables.as_json(told) if json else tables.facts(told)


def add(app: typer.Typer) -> None:
    """Put the commands under the entry point."""
    for command, example in (
        (cancel, "keiyaku cancel K0123 --received 2019-04-25T10:00:00+09:00 --dry-run"),
        (do, "keiyaku do K0123 relocation to_operator=WEST received_at=2019-04-25T10:00:00+09:00 --dry-run"),
        (request, "keiyaku request POST /v1/programs/flets-hikari-members-club/pause"),
    ):
        app.command(epilog=f"Example: {example}. {CODES}")(command)
