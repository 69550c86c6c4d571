"""What a kind of entity is to the engine: its state, its machine, its handlers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypedDict, TypeVar

from pydantic_core import to_jsonable_python
from statemachine import StateMachine

from decisions.lists import Moves
from models.messages.entity import AgendaItem, Command, EntityState, Entry, Patch, Told
from models.operations.operation import Operations, allowed
from models.said import Said
from rules.citation import Decision
from rules.refusal import Refusal

S = TypeVar("S", bound=EntityState)


class NotAllowedError(Exception):
    """The entity's state does not allow it: 409, with the state and what is allowed."""

    def __init__(
        self,
        detail: str,
        *,
        code: str = "ILLEGAL_TRANSITION",
        articles: Sequence[str] = (),
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what the caller is told; `values` are the figures of the sentence."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.articles = tuple(articles)
        self.values = dict(values or {})


@dataclass(frozen=True)
class Outgoing:
    """A message to the outside, sent through the outbox.

    `channel` is `notice` (e-mail and portal) or `carrier` (a message to NTT).
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
    aside: bool = False
    """Whether the caller is told another step's decision."""


@dataclass(frozen=True)
class Context:
    """What a handler may look at besides the state and the command."""

    moment: datetime
    """The legal moment at which it is decided: the evidence's, the agenda's, or that of keying in."""
    keyed_at: datetime
    """The business moment at which it was keyed in; a timer's is the agenda's."""
    log: tuple[Entry, ...] = ()
    """The entries before this one, in the order of the life; loaded only for handlers that need them."""
    facts: object | None = None
    """What was looked up for this command, of the handler's own type; see `known`."""
    standing: Any = None
    """What any decision of this kind of entity may ask, such as the plan in force; of the domain's own type."""


K = TypeVar("K")


def known(context: Context, kind: type[K]) -> K:
    """What was looked up for a command.

    Raises:
        TypeError: nothing was, or something else: whoever runs the decision has to look it up.
    """
    if not isinstance(context.facts, kind):
        message = f"the decision needs {kind.__name__} and was given {type(context.facts).__name__}"
        raise TypeError(message)
    return context.facts


@dataclass(frozen=True)
class TakenOut:
    """A fact that no longer counts, and how that is recorded."""

    entry: Entry
    """The first entry of the fact."""
    event: str
    outcome: str


@dataclass(frozen=True)
class Handler(Generic[S]):
    """How one command is decided."""

    decide: Callable[[S, Any, Context], list[Step]]
    command: type[Command]
    needs_log: bool = False
    facts: type | None = None
    """The type of what has to be looked up for it; None: nothing."""
    takes_out: Callable[[S, Any, Context], TakenOut] | None = None
    """An undo or a correction: which fact it takes out of the life; `decide` serves logs of earlier releases."""
    lasting: bool = False
    """Its entries stay as they are whatever is revised: it moves nothing, or tells of an outside effect."""
    refutes: Callable[[S, Any, Context], TakenOut | None] | None = None
    """Which earlier fact turns out to be wrong by this one: it is taken out first; None: none."""
    rank: int = 50
    """Its order among facts of one moment, 1 to 98: what begins a life before what happens in it."""
    waits: bool = False
    """What it rests on may come after its legal moment, as an acceptance after the day of the start: then it takes its
    place right behind that, no later than its keying in."""
    no_room: Callable[[S, Any, Context, Refusal], list[Step]] | None = None
    """What is recorded of it instead where what it comes to finds no room (`Domain.room`); None: it is refused."""
    about: Callable[[Any, Sequence[Entry]], bool] | None = None
    """An answer about another fact: (the answer, the entries of a fact taken out and what they caused) → whether it was
    about that one. It goes along then; nothing is left to decide."""


class Asked(Protocol):
    """A standing that keeps what it was asked."""

    asked: dict[str, Any]


@dataclass(frozen=True)
class Revision(Generic[S]):
    """What a late fact, an undo or a correction means beyond the entries themselves."""

    against: Callable[[S, S], list[str]] = lambda before, after: []  # noqa: ARG005  # nothing is against anybody
    """Why the life after is worse for the customer than the one before; empty: it is not."""
    money: Callable[[S, S], list[Moves]] = lambda before, after: []  # noqa: ARG005  # no money
    """Which charges differ, and how."""
    billed: Callable[[S, S, Any, date], list[Moves]] = lambda before, after, standing, on: []  # noqa: ARG005  # no bills
    """(before, after, standing, Japan day) → what is billed already and falls, or comes, and how."""
    billed_by: tuple[str, ...] = ()
    """Fields of the state that it rests on: where a command leaves them as they are, nobody asks."""
    moot: Callable[[Outgoing, S], bool] = lambda message, state: False  # noqa: ARG005  # everything is told
    """Whether a message that a revision would send is overtaken by what is known now."""
    retold: Callable[[Sequence[Told], S, Sequence[Outgoing]], list[Outgoing]] = lambda told, state, sent: []  # noqa: ARG005  # nobody
    """(told, state, sent anew) → the counterparts of messages that were told and no longer hold."""
    once: Callable[[Sequence[Outgoing], Mapping[str, Any], Mapping[str, Any], date], list[Outgoing | None]] = (
        lambda messages, before, after, today: list(messages)  # noqa: ARG005  # each says something of its own
    )
    """(what is about to be sent together, the state before and after as stored, the Japan day) → what goes in the place
    of each, None where it is said by another; further ones follow. Every command asks it: it reads few fields."""


@dataclass(frozen=True)
class Shared(Generic[S]):
    """Changes that reach many entities at once, each taken part in by one command per entity."""

    name: str
    """The command with which an entity takes part."""
    carried_out: Callable[[Any], Sequence[Command]]
    """Standing → those that have been carried out, each as this entity would take part in it, by its operation id."""
    reaches: Callable[[S, Any], bool]
    """(the state before it, the command) → whether it changes anything of that life."""


@dataclass(frozen=True)
class Domain(Generic[S]):
    """A kind of entity."""

    kind: str
    state: type[S]
    machine: type[StateMachine]
    commands: Mapping[str, Handler[S]]
    due: Mapping[str, Callable[[S, AgendaItem, Context], list[Step]]]
    """Agenda event → how it is carried out."""
    operations: Operations
    """What may be asked in which state; a command that is not among them is the service's own."""
    revisable: bool = False
    """Whether a late fact, an undo or a correction decides the rest of its life again."""
    keeps_facts: bool = False
    """Whether its log holds what was said, too, from which a correction finds the rest; a revisable one always does."""
    differences: Callable[[Sequence[Entry]], list[Said]] | None = None
    """What the facts of a log say otherwise than its entries, where a revision does not find that out."""
    revision: Revision[S] = field(default_factory=Revision)
    """What a revision means for this kind of entity."""

    shared: Shared[S] | None = None
    """Changes of many entities that a life takes part in, also where it turns out only later to be one of them."""

    correctable: Callable[[S, Entry], bool] | None = None
    """Whether an entry that still counts may be taken out by a correction, as the state is now; None: none may."""
    room: Callable[[S, S, Any], Refusal | None] | None = None
    """(before, after, standing) → why what was decided has no room beside another entity; None: it has."""
    moot_tasks: Callable[[S, S], Patch | None] = lambda before, after: None  # noqa: ARG005  # they are settled one by one
    """(before, after) → what takes off the tasks that an entry leaves without an object, with what hangs on them."""
    too_early: Callable[[S, str, date], None] | None = None
    """Raises a `Refusal` for a fact whose legal day lies before what it is about."""
    asked: Callable[[Any, Entry | None, Sequence[Entry], date], Asked] | None = None
    """Wraps the standing so that its answers are kept with the entry; None: they may differ in a revision.

    Beside the standing it is given the entry that recorded this very decision before, what was recorded of the life
    that is decided again, and the Japan day on which the decision becomes known.
    """
    told: Callable[[Sequence[Step], S, Any], list[Step]] | None = None
    """(steps, state, standing) → the steps as they are recorded and told, by what is known on that day; None: as they
    were decided."""
    closes: Callable[[Mapping[str, Any], Mapping[str, Any], Any, datetime], list[Step]] = (
        lambda before, after, standing, moment: []  # noqa: ARG005  # it closes by itself
    )
    """(state before and after as stored, standing, business moment) → what closes a record with the answer
    that was the last thing to keep it open. Every command asks it: it reads few fields."""

    def allowed(self, state: S) -> list[str]:
        """Names of the commands a caller may send in a state."""
        return allowed(self.operations, state)


def patch(
    values: Mapping[str, object] | None = None,
    *,
    put: Mapping[str, Mapping[str, object]] | None = None,
    drop: Mapping[str, Sequence[str]] | None = None,
) -> Patch:
    """A patch in JSON shapes: dates, models and tuples are turned into what a state holds."""
    return Patch(
        set=to_jsonable_python(dict(values or {})),
        put={name: to_jsonable_python(dict(items)) for name, items in (put or {}).items()},
        drop={name: list(keys) for name, keys in (drop or {}).items()},
    )


def by_the_engine(state: EntityState, command: Command, context: Context) -> list[Step]:
    """A command that the engine itself decides, since it is about what was decided.

    Raises:
        TypeError: always; the engine never asks it.
    """
    _ = (state, context)
    message = f"{type(command).__name__} is decided by the engine"
    raise TypeError(message)


class RaisedTask(TypedDict):
    """A task for an operator as an entry puts it."""

    why: str
    since: str
    articles: list[str]


def operator_task(why: str, since: datetime, *articles: str) -> dict[str, RaisedTask]:
    """The `put` of one task for an operator."""
    return {why: RaisedTask(why=why, since=since.isoformat(), articles=list(articles))}


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
