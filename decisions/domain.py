"""What a kind of entity is to the engine: its state, its machine, its handlers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic_core import to_jsonable_python
from statemachine import StateMachine

from models.messages.entity import AgendaItem, Command, EntityState, Entry, Patch
from rules.citation import Decision

S = TypeVar("S", bound=EntityState)


class NotAllowedError(Exception):
    """The entity's state does not allow it: 409, with the state and what is allowed."""

    def __init__(self, detail: str, *, code: str = "ILLEGAL_TRANSITION", articles: Sequence[str] = ()) -> None:
        """Keep what the caller is told."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.articles = tuple(articles)


@dataclass(frozen=True)
class Outgoing:
    """A message to the outside, sent through the outbox.

    `channel` is `notice` (e-mail and portal), `carrier` (a message to NTT) or `event` (a webhook).
    """

    channel: str
    name: str
    """The template or the information kind."""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One entry to be recorded, before it has a number."""

    event: str
    decision: Decision
    patch: Patch = field(default_factory=Patch)
    move: str | None = None
    """The machine event; None moves nothing."""
    received_at: datetime | None = None
    """None: the moment of the command."""
    state_from: date | None = None
    """The first Japan day whose end shows the change; None: the day of receipt."""
    voids: tuple[int, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a handler may look at besides the state and the command."""

    moment: datetime
    """The business moment of the command."""
    log: tuple[Entry, ...] = ()
    """The entity's recorded entries; loaded only for handlers that need them."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Facts looked up in the same transaction, such as `line_taken`."""


@dataclass(frozen=True)
class Handler(Generic[S]):
    """How one command is decided."""

    decide: Callable[[S, Any, Context], list[Step]]
    command: type[Command]
    needs_log: bool = False


@dataclass(frozen=True)
class Domain(Generic[S]):
    """A kind of entity."""

    kind: str
    state: type[S]
    machine: type[StateMachine]
    commands: Mapping[str, Handler[S]]
    due: Mapping[str, Callable[[S, AgendaItem, Context], list[Step]]]
    """Agenda event → how it is carried out."""
    allowed: Callable[[S], list[str]]
    """Names of the commands a caller may send in a state."""


def patch(
    values: Mapping[str, Any] | None = None,
    *,
    put: Mapping[str, Mapping[str, Any]] | None = None,
    drop: Mapping[str, Sequence[str]] | None = None,
) -> Patch:
    """A patch in JSON shapes: dates, models and tuples are turned into what a state holds."""
    return Patch(
        set=to_jsonable_python(dict(values or {})),
        put={name: to_jsonable_python(dict(items)) for name, items in (put or {}).items()},
        drop={name: list(keys) for name, keys in (drop or {}).items()},
    )


def operator_task(why: str, since: datetime, *articles: str) -> dict[str, Any]:
    """The `put` of one task for an operator."""
    return {why: {"why": why, "since": since.isoformat(), "articles": list(articles)}}


class _Holder:
    """What the machine writes its state into."""

    def __init__(self, state: str) -> None:
        self.state = state


def move(domain: Domain[S], state: S, event: str) -> str:
    """The state after a machine event.

    Raises:
        NotAllowedError: the machine does not allow it now.
    """
    after = _moved(domain.machine, state.state, event)
    if after is None:
        message = f"'{event}' is not possible while the {domain.kind} is {state.state}."
        raise NotAllowedError(message)
    return after


@functools.cache
def _moved(machine: type[StateMachine], state: str, event: str) -> str | None:
    """The state after an event, None where it is not allowed.

    Our machines have neither guards nor hooks, so each answer is asked of the machine once: making one costs 2 ms.
    """
    holder = _Holder(state)
    asked = machine(model=holder, state_field="state")
    if event not in [each.id for each in asked.allowed_events]:
        return None
    asked.send(event)
    return holder.state
