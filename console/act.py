"""Commands that change something; with `--dry-run` they answer in full and change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from console import tables, vocabulary
from console.door import stop
from console.language import say, spoken
from console.look import kind_of, located
from console.options import AnyId, Asked, Fields, Undo, asks
from console.shapes import Operation, body_of, operations
from service.exits import Exit

_BESIDE = ("reason", "reason_code", "on_behalf_of")
"""What almost every command takes beside its own fields, said once below the list."""

_OF_THE_DOOR = ("method", "path", "body", "content", "idempotency_key")
"""What no query of ours is called, since the door takes it itself."""

_changes = asks("operator", "dry_run", "idempotency_key")


@_changes
def do(
    ask: Asked,
    any_id: AnyId,
    name: Annotated[
        str | None,
        typer.Argument(metavar="COMMAND", help="Without one, all are listed.", autocompletion=vocabulary.commands),
    ] = None,
    words: Fields = None,
    *,
    undo: Undo = False,
) -> None:
    """Send a command to a contract, membership, filing, exchange or rollout: waivers, leave, pause and all others."""
    path, found = located(ask.door, any_id)
    if name is None:
        _offered(ask, path, found.get("allowed"))
        return
    _send(ask, "DELETE" if undo else None, f"{path}/{name}", words or [], found)


@_changes
def request(
    ask: Asked,
    method: Annotated[str, typer.Argument(help="GET, POST, PUT or DELETE.")],
    path: Annotated[str, typer.Argument(help="As in /docs, such as /v1/rollouts.")],
    words: Fields = None,
) -> None:
    """Send any other request of /docs, such as an announcement of a rollout."""
    if method.upper() == "GET":
        _read(ask, path, words or [])
        return
    _send(ask, method.upper(), path, words or [])


@_changes
def cancel(
    ask: Asked,
    any_id: AnyId,
    *,
    channel: Annotated[Literal["paper", "online"], typer.Option(help="How the notice came.")] = "paper",
    received: Annotated[
        str | None, typer.Option(help="When it arrived, such as 2019-04-25T10:00:00+09:00, or `now`: it decides.")
    ] = None,
    wanted_month: Annotated[str | None, typer.Option(help="YYYY-MM, where a later end was asked for.")] = None,
    undo: Undo = False,
) -> None:
    """Enter a cancellation notice, or take one back before its day; the answer tells the end and the fee."""
    if (received is None) != undo:
        stop(Exit.TYPED, say("when_received"))
    path, found = located(ask.door, any_id)
    words: list[str] = []
    if received is not None:
        at = ask.door.ask("GET", "/v1/clock")["now"] if received == "now" else received
        words = [f"channel={channel}", f"received_at={at}"]
        words += [f"wanted_month={wanted_month}"] if wanted_month else []
    _send(ask, "DELETE" if undo else "POST", f"{path}/cancellation", words, found)


def _offered(ask: Asked, path: str, allowed: Any) -> None:
    depth = path.count("/") + 1
    found = [
        {
            "command": "/".join(each.template.split("/")[depth:]) + (" --undo" if each.method == "DELETE" else ""),
            "fields": each.signature if ask.json else _with_words(each),
            "text": each.summary if ask.json or spoken() == "en" else _named(each),
        }
        for each in operations(ask.door.ask("GET", "/openapi.json"))
        if each.takes("/".join([path, *each.template.split("/")[depth:]])) and each.template.count("/") >= depth
    ]
    if ask.json:
        tables.as_json({"commands": found, "allowed": allowed})
        return
    tables.rows(found, ("command", "text", "fields"), empty="nothing_offered")
    if found:
        beside = " ".join(f"[{name}={vocabulary.heading(name)}]" for name in _BESIDE)
        tables.console().print(say("beside", fields=beside))
    if allowed is not None:
        tables.facts({"allowed now": vocabulary.allowed(allowed)})


def _named(operation: Operation) -> str:
    found = vocabulary.request(operation.method, operation.template)
    return str(found.get("ja") or operation.summary)


def _with_words(operation: Operation) -> str:
    """What is typed, with what it means: `channel=方法 [change_on=変更日]`."""
    own = [name for name in operation.fields if name in operation.required or name not in _BESIDE]
    return "\n".join(operation.spelled(own))


def _send(ask: Asked, method: str | None, path: str, words: list[str], owner: Mapping[str, Any] | None = None) -> None:
    found = [
        each
        for each in operations(ask.door.ask("GET", "/openapi.json"))
        if each.takes(path) and (each.method == method or (method is None and each.method != "DELETE"))
    ]
    # A path that is spelled out comes before one with a placeholder.
    found.sort(key=lambda each: each.template.count("{"))
    if not found:
        stop(Exit.TYPED, say("no_operation", method=method or "POST", path=path))
    operation: Operation = found[0]
    if ask.dry_run and not operation.dry_run:
        stop(Exit.TYPED, say("no_dry_run", method=operation.method, path=operation.template))
    body = body_of(words, operation)
    missing = sorted(operation.required - set(body))
    if missing:
        signature = " ".join(operation.spelled(operation.fields))
        stop(Exit.TYPED, say("missing", names=" ".join(operation.spelled(missing)), signature=signature))
    sent = body if operation.fields and (body or operation.required) else None
    dry_run = "true" if ask.dry_run else None
    told = ask.door.ask(operation.method, path, sent, idempotency_key=ask.idempotency_key, dry_run=dry_run)
    ask.one(told if ask.json else _explained(told, operation, body, owner, path), kind_of(path))


def _read(ask: Asked, path: str, words: list[str]) -> None:
    """Ask, and change nothing; `name=value` words are what is asked with."""
    if ask.dry_run:
        stop(Exit.TYPED, say("no_dry_run", method="GET", path=path))
    asked: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name in {*asked, *_OF_THE_DOOR}:
            stop(Exit.TYPED, say("no_parameter", word=word))
        asked[name] = value
    ask.one(ask.door.ask("GET", path, **asked), kind_of(path))


def _explained(
    told: dict[str, Any], operation: Operation, body: Mapping[str, Any], owner: Mapping[str, Any] | None, path: str
) -> dict[str, Any]:
    """A decision with the sentence that explains it: the service's own, for its log, is English."""
    event = vocabulary.request(operation.method, operation.template).get("needs")
    if spoken() == "en" or owner is None or event is None or "articles" not in told:
        return told
    sentence = vocabulary.explained(event, told, owner, body.get("received_at"), kind_of(path))
    return {"text": sentence, **told}


def add(app: typer.Typer) -> None:
    """Put the commands under the entry point."""
    for command, example in (
        (cancel, "keiyaku cancel K0123 --received 2019-04-25T10:00:00+09:00 --dry-run"),
        (do, "keiyaku do K0123 relocation to_operator=WEST received_at=2019-04-25T10:00:00+09:00 --dry-run"),
        (request, "keiyaku request POST /v1/programs/flets-hikari-members-club/pause"),
    ):
        app.command(epilog=example)(command)
