"""What every command over HTTP takes, declared once: with which key it asks, how it answers, and in which language."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from inspect import Parameter
from typing import Annotated, Any, Literal

import typer

from console import tables
from console.door import Door, can_be_header, find_door
from console.language import Language, say


def _a_key(typed: str | None) -> str | None:
    """A key that a header can hold, found out before anything is sent."""
    if typed is not None and not can_be_header(typed):
        raise typer.BadParameter(say("no_header", name="--idempotency-key"))
    return typed


Role = Literal["backoffice", "operator", "auditor"]

AnyId = Annotated[str, typer.Argument(metavar="ID", help="An id, or with its kind: contract/K…, membership/M….")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many rows.")]
Fields = Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE…", help="The fields of the request.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take it back (DELETE).")]
Speaks = Annotated[Language | None, typer.Option("--lang", help="ja or en; without, as LC_ALL or LANG says.")]

_EVERY: dict[str, tuple[Any, Any]] = {
    "json": (Annotated[bool, typer.Option("--json", help="The answer as JSON, for scripts.")], False),
    "role": (Annotated[Role, typer.Option("--as", help="Which key of the home.")], "operator"),
    "language": (Speaks, None),
}
_CHANGING: dict[str, tuple[Any, Any]] = {
    "dry_run": (Annotated[bool, typer.Option("--dry-run", help="Decide in full, change nothing.")], False),
    "idempotency_key": (
        Annotated[
            str | None,
            typer.Option("--idempotency-key", callback=_a_key, help="The same key again is the same request."),
        ],
        None,
    ),
}


@dataclass(frozen=True)
class Asked:
    """How a command was asked."""

    role: Role
    json: bool
    language: Language | None = None
    """As typed; what is spoken was settled before (`console.language`)."""
    dry_run: bool = False
    idempotency_key: str | None = None

    @cached_property
    def door(self) -> Door:
        """The service, found when it is first needed: what was typed wrongly is told before that."""
        return find_door(self.role)

    def one(self, value: dict[str, Any], kind: str = "") -> None:
        """Answer with one thing, of a kind of entity."""
        tables.as_json(value) if self.json else tables.facts(value, kind)

    def many(self, items: list[dict[str, Any]], columns: tuple[str, ...], kind: str, empty: str) -> None:
        """Answer with rows, or say that there are none."""
        tables.as_json(items) if self.json else tables.rows(items, columns, kind, empty)


def speaks(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes `--lang`; what is spoken was settled before (`console.language`)."""

    @wraps(command)
    def run(**typed: Any) -> None:
        del typed["language"]
        command(**typed)

    kind, default = _EVERY["language"]
    own = inspect.signature(command, eval_str=True).parameters.values()
    _takes(run, [*own, Parameter("language", Parameter.KEYWORD_ONLY, default=default, annotation=kind)])
    return run


def asks(role: Role = "operator", *also: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command that takes the options of all as its first argument, `Asked`.

    Args:
        role: whose key of the home it uses unless another is asked for.
        also: of `dry_run` and `idempotency_key`, what it takes besides.
    """
    taken = {**{name: _CHANGING[name] for name in also}, **_EVERY, "role": (_EVERY["role"][0], role)}

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(**typed: Any) -> None:
            given = {name: typed.pop(name) for name in taken}
            command(Asked(**given), **typed)

        _, *own = inspect.signature(command, eval_str=True).parameters.values()
        of_all = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in taken.items()
        ]
        _takes(run, [*own, *of_all])
        return run

    return with_options


def _takes(run: Callable[..., None], parameters: list[Parameter]) -> None:
    """Make typer see these parameters."""
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    del run.__wrapped__  # type: ignore[attr-defined]  # typer would read the types of what is behind
