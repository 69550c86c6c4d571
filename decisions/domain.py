"""What a kind of entity is to the engine: its state, its machine, its handlers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypedDict, TypeVar

from pydantic_core import to_jsonable_python
from statemachine import StateMachine

from decisions.lists import Moves
from models.messages.entity import AgendaItem, Command, EntityState, Entry, Patch, Task, Told
from models.operations.operation import Operations, allowed
from models.said import Said
from rules.citation import Decision
from rules.refusal import Refusal

S = TypeVar("S", bound=EntityState)
"""The state of a kind of entity."""

S_contra = TypeVar("S_contra", bound=EntityState, contravariant=True)
"""The same where it is only read: what is decided of any entity is decided of each kind."""

T = TypeVar("T")
"""What any decision of a kind of entity may ask, as it is looked up; `object` where none asks anything."""

C = TypeVar("C", bound=Command)
"""The command of a handler."""


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
    standing: object | None = None
    """What any decision of this kind of entity may ask, such as the plan in force; each kind has its own way to it."""


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
class Handler(Generic[S_contra]):
    """How one command is decided. Where it is made, the type checker sees that all of it is about one command."""

    decide: Callable[[S_contra, Any, Context], list[Step]]
    command: type[Command]
    needs_log: bool = False
    facts: type | None = None
    """The type of what has to be looked up for it; None: nothing."""
    takes_out: Callable[[S_contra, Any, Context], TakenOut] | None = None
    """An undo or a correction: which fact it takes out of the life; `decide` serves logs of earlier releases."""
    lasting: bool = False
    """Its entries stay as they are whatever is revised: it moves nothing, or tells of an outside effect."""
    refutes: Callable[[S_contra, Any, Context], TakenOut | None] | None = None
    """Which earlier fact turns out to be wrong by this one: it is taken out first; None: none."""
    rank: int = 50
    """Its order among facts of one moment, 1 to 98: what begins a life before what happens in it."""
    waits: bool = False
    """What it rests on may come after its legal moment, as an acceptance after the day of the start: then it takes its
    place right behind that, no later than its keying in."""
    no_room: Callable[[S_contra, Any, Context, Refusal], list[Step]] | None = None
    """What is recorded of it instead where what it comes to finds no room (`Domain.room`); None: it is refused."""
    about: Callable[[Any, Sequence[Entry]], bool] | None = None
    """An answer about another fact: (the answer, the entries of a fact taken out and what they caused) → whether it was
    about that one. It goes along then; nothing is left to decide."""

    if TYPE_CHECKING:
        # As `dataclass` writes it, with the one command that the fields, read from a mapping of many, cannot name.
        def __init__(  # noqa: D107, PLR0913  # the fields above say it
            self,
            decide: Callable[[S_contra, C, Context], list[Step]],
            command: type[C],
            *,
            needs_log: bool = ...,
            facts: type | None = ...,
            takes_out: Callable[[S_contra, C, Context], TakenOut] | None = ...,
            lasting: bool = ...,
            refutes: Callable[[S_contra, C, Context], TakenOut | None] | None = ...,
            rank: int = ...,
            waits: bool = ...,
            no_room: Callable[[S_contra, C, Context, Refusal], list[Step]] | None = ...,
            about: Callable[[C, Sequence[Entry]], bool] | None = ...,
        ) -> None: ...


class Asked(Protocol):
    """A standing that keeps what it was asked."""

    asked: dict[str, Any]


A = TypeVar("A", bound=Asked)


@dataclass(frozen=True)
class Keeping(Generic[S, T, A]):
    """Answers of the standing kept with the entry of the decision that asked: decided again, it is told the same."""

    asked: Callable[[T | None, Entry | None, Sequence[Entry], date], A]
    """Wraps the standing for one decision.

    Beside the standing it is given the entry that recorded this very decision before, what was recorded of the life
    that is decided again, and the Japan day on which the decision becomes known.
    """
    told: Callable[[Sequence[Step], S, A], list[Step]]
    """(steps, state, the wrapped standing) → the steps as they are recorded and told, by what is known on that day."""


@dataclass(frozen=True)
class Revision(Generic[S, T]):
    """What a late fact, an undo or a correction means beyond the entries themselves."""

    against: Callable[[S, S], list[str]] = lambda before, after: []  # noqa: ARG005  # nothing is against anybody
    """Why the life after is worse for the customer than the one before; empty: it is not."""
    money: Callable[[S, S], list[Moves]] = lambda before, after: []  # noqa: ARG005  # no money
    """Which charges differ, and how."""
    billed: Callable[[S, S, T | None, date], list[Moves]] = lambda before, after, standing, on: []  # noqa: ARG005  # no bills
    """(before, after, standing, Japan day) → what is billed already and falls, or comes, and how."""
    billed_by: tuple[str, ...] = ()
    """Fields of the state that it rests on: where a command leaves them as they are, nobody asks."""
    moot: Callable[[Outgoing, S], bool] = lambda message, state: False  # noqa: ARG005  # everything is told
    """Whether a message that a revision would send is overtaken by what is known now."""
    about: Callable[[Told], Sequence[Hashable]] = lambda told: ()  # noqa: ARG005  # each stands for itself
    """What a message is about, where the last one that is sent about it is what its reader goes by; empty: it stands
    for itself, whatever is sent later."""
    retold: Callable[[Sequence[Told], S, Sequence[Outgoing]], list[Outgoing]] = lambda told, state, sent: []  # noqa: ARG005  # nobody
    """(told, state, sent anew) → the counterparts of messages that were told and no longer hold."""
    once: Callable[[Sequence[Outgoing], Mapping[str, Any], Mapping[str, Any], date], list[Outgoing | None]] = (
        lambda messages, before, after, today: list(messages)  # noqa: ARG005  # each says something of its own
    )
    """(what is about to be sent together, the state before and after as stored, the Japan day) → what goes in the place
    of each, None where it is said by another; further ones follow. Every command asks it: it reads few fields."""


@dataclass(frozen=True)
class Shared(Generic[S, T, C]):
    """Changes that reach many entities at once, each taken part in by one command per entity."""

    name: str
    """The command with which an entity takes part."""
    carried_out: Callable[[T], Sequence[C]]
    """Standing → those that have been carried out, each as this entity would take part in it, by its operation id."""
    reaches: Callable[[S, C], bool]
    """(the state before it, the command) → whether it changes anything of that life."""


Due = Callable[[S, AgendaItem, Context], list[Step]]
"""How an agenda item is carried out."""


@dataclass(frozen=True)
class Domain(Generic[S, T]):
    """A kind of entity."""

    kind: str
    state: type[S]
    machine: type[StateMachine]
    commands: Mapping[str, Handler[S]]
    due: Mapping[str, Due[S]]
    """By agenda event."""
    operations: Operations
    """What may be asked in which state; a command that is not among them is the service's own."""
    revisable: bool = False
    """Whether a late fact, an undo or a correction decides the rest of its life again."""
    keeps_facts: bool = False
    """Whether its log holds what was said, too, from which a correction finds the rest; a revisable one always does."""
    differences: Callable[[Sequence[Entry]], list[Said]] | None = None
    """What the facts of a log say otherwise than its entries, where a revision does not find that out."""
    revision: Revision[S, T] = field(default_factory=Revision)
    """What a revision means for this kind of entity."""

    shared: Shared[S, T, Any] | None = None
    """Changes of many entities that a life takes part in, also where it turns out only later to be one of them."""

    correctable: Callable[[S, Entry], bool] | None = None
    """Whether an entry that still counts may be taken out by a correction, as the state is now; None: none may."""
    room: Callable[[S, S, T], Refusal | None] | None = None
    """(before, after, standing) → why what was decided has no room beside another entity; None: it has."""
    moot_tasks: Callable[[S, S], Patch | None] = lambda before, after: None  # noqa: ARG005  # they are settled one by one
    """(before, after) → what takes off the tasks that an entry leaves without an object, with what hangs on them."""
    too_early: Callable[[S, str, date], None] | None = None
    """Raises a `Refusal` for a fact whose legal day lies before what it is about."""
    keeping: Keeping[S, T, Any] | None = None
    """How answers of the standing are kept; None: they may differ in a revision."""
    closes: Callable[[Mapping[str, Any], Mapping[str, Any], T | None, datetime], list[Step]] = (
        lambda before, after, standing, moment: []  # noqa: ARG005  # it closes by itself
    )
    """(state before and after as stored, standing, business moment) → what closes a record with the answer
    that was the last thing to keep it open. Every command asks it: it reads few fields."""

    def allowed(self, state: S) -> list[str]:
        """Names of the commands a caller may send in a state."""
        return allowed(self.operations, state)


class RaisedTask(TypedDict):
    """A task for an operator as an entry puts it."""

    why: str
    since: str
    articles: list[str]


def operator_task(why: str, since: datetime, *articles: str) -> dict[str, RaisedTask]:
    """The `put` of one task for an operator."""
    return {why: RaisedTask(why=why, since=since.isoformat(), articles=list(articles))}


Drop = Mapping[str, Sequence[str]]
"""Collection → keys that go."""


class Put(TypedDict, total=False):
    """Collections of any entity's state that get or replace items, by key; each kind adds its own."""

    agenda: Mapping[str, AgendaItem]
    tasks: Mapping[str, RaisedTask | Task]


V_contra = TypeVar("V_contra", bound=Mapping[str, object], contravariant=True)
P_contra = TypeVar("P_contra", bound=Put, contravariant=True)


class Patching(Protocol[V_contra, P_contra]):
    """`patch` of one kind of entity, told by type which fields and collections its state has."""

    def __call__(
        self, values: V_contra | None = None, *, put: P_contra | None = None, drop: Drop | None = None
    ) -> Patch:
        """The patch of an entry; a field that the state of the kind does not have is no field of it."""


def patch(values: Mapping[str, object] | None = None, *, put: Put | None = None, drop: Drop | None = None) -> Patch:
    """A patch in JSON shapes: dates, models and tuples are turned into what a state holds."""
    return Patch(
        set=to_jsonable_python(dict(values or {})),
        put=to_jsonable_python(dict(put or {})),
        drop={name: list(keys) for name, keys in (drop or {}).items()},
    )


AnyDomain = Domain[Any, Any]
"""A kind of entity that is known by its name only."""


def by_the_engine(state: EntityState, command: Command, context: Context) -> list[Step]:
    """A command that the engine itself decides, since it is about what was decided.

    Raises:
        TypeError: always; the engine never asks it.
    """
    _ = (state, context)
    message = f"{type(command).__name__} is decided by the engine"
    raise TypeError(message)


class _Holder:
    """What the machine writes its state into."""

    def __init__(self, state: str) -> None:
        self.state = state


def move(domain: Domain[S, T], state: S, event: str) -> str:
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
