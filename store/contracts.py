"""Rows of contracts: the columns of a folded state, and contracts that are taken in, a page of them as sets of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert as insert_rows
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range, insert
from sqlmodel import Session, SQLModel, col

from decisions.contract.domain import CONTRACT
from decisions.contract.line.hold import hold
from decisions.engine import Outcome
from models.messages.contract.contract import ContractInput, ContractState, workflow_id
from models.tables.contract.contract import Contract, LineHold
from models.tables.log import Agenda, Entity, Outbox, Transition
from models.tables.people import Line, Person
from store.database import now as look_at_clock
from store.database import record_at
from store.log import row_of
from store.outbox import event_row

_COLUMNS = (
    "contract_id",
    "person_id",
    "line_key",
    "state",
    "chapter",
    "course",
    "applied_on",
    "service_start_on",
    "end_on",
    "filing_id",
)
"""Columns that are fields of the state."""

ROW = (*_COLUMNS, "operator", "needs_operator", "next_action_at", "payment_agency")
"""Columns that follow from the state."""


class LineMetError(Exception):
    """A line has been met for the first time by somebody else in the meantime, under a key of its own."""


@dataclass(frozen=True)
class Entering:
    """One contract that was decided to enter."""

    external_id: str
    line_id: str
    line_key: str
    """The key it was decided with: the line's own, or the one it is to have."""
    carrier_area: str
    person: Mapping[str, Any]
    """Columns, without id and moment."""
    decided: Outcome


def row_values(state: ContractState) -> dict[str, Any]:
    """Columns of the read row, without when it was created and the importer's own id for it."""
    item = state.next_item()
    return {
        **{name: getattr(state, name) for name in _COLUMNS},
        "operator": state.line.carrier_area if state.line else None,
        "needs_operator": bool(state.tasks),
        "next_action_at": item.at if item else None,
        "payment_agency": state.payment_agency.state if state.payment_agency else None,
    }


def taken_lines(session: Session, wanted: Iterable[tuple[str, date]]) -> set[str]:
    """Keys of the lines that a contract holds on that day or later (W-03.1, W-17.1): one look for all of them.

    Args:
        session: to read with.
        wanted: key of a line and the first day.
    """
    keys, days = zip(*wanted, strict=True) if (wanted := list(wanted)) else ((), ())
    query = text("""
        select distinct w.line_key from unnest(cast(:keys as text[]), cast(:days as date[])) as w(line_key, first)
        join line l using (line_key) join line_hold h on h.line_no = l.line_no and h.held && daterange(w.first, null)
    """)
    return set(session.execute(query, {"keys": list(keys), "days": list(days)}).scalars())


def enter(session: Session, entering: Sequence[Entering], at: datetime, *, webhooks: bool) -> list[ContractInput]:
    """Write decided contracts; gives what their executions are to be started with.

    Args:
        session: holds the lock of `store.imported.one_at_a_time`, taken before they were decided.
        entering: at least one.
        at: the business moment at which people and lines were received.
        webhooks: whether somebody listens to what is recorded.

    Raises:
        LineMetError: somebody else met one of the lines first; decide again.
        IntegrityError: somebody else took one of the lines first; decide again.
        ValueError: a decision sends something or charges something, which no import does.
    """
    clock = look_at_clock(session)
    wall = record_at(session, clock.real)
    numbers = _keep_lines(session, entering, at)
    batch: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
    starts: list[ContractInput] = []
    for each in entering:
        outcome = each.decided
        state = ContractState.model_validate(outcome.state)
        if outcome.outgoing or state.charges:
            message = f"{state.contract_id} would send or charge something by being taken in"
            raise ValueError(message)
        entity_id = workflow_id(state.contract_id)
        batch[Person].append({"person_id": state.person_id, "created_at": at, **each.person})
        batch[Entity].append(
            {
                "entity_id": entity_id,
                "kind": CONTRACT.kind,
                "seq": state.seq,
                "state": outcome.state,
                "offset_s": clock.offset_s,
                "closed": state.closed,
                "created_at": outcome.entries[0].at,
                "recorded_at": wall,
            }
        )
        batch[Transition] += [row_of(entity_id, entry, wall) for entry in outcome.entries]
        batch[Agenda] += [
            {"entity_id": entity_id, "item_id": item.item_id, "due_at": item.at, "effect": item.effect}
            for item in state.agenda.values()
        ]
        batch[Contract].append(
            {**row_values(state), "external_id": each.external_id, "created_at": outcome.entries[0].at}
        )
        held = hold(state)
        if held is not None:
            days = Range(held[1], held[2], bounds="[)")
            batch[LineHold].append({"contract_id": state.contract_id, "line_no": numbers[each.line_key], "held": days})
        if webhooks:
            batch[Outbox] += [event_row(entity_id, entry, wall) for entry in outcome.entries]
        starts.append(_start(outcome.state, clock.offset_s, [entry.op for entry in outcome.entries]))
    session.execute(insert(Person).on_conflict_do_nothing(), batch.pop(Person))
    for kind in (Entity, Transition, Agenda, Contract, LineHold, Outbox):
        if batch[kind]:
            session.execute(insert_rows(kind), batch[kind])
    return starts


def _keep_lines(session: Session, entering: Sequence[Entering], at: datetime) -> dict[str, int]:
    """Key → number of every line, made where it is new."""
    made = [
        {"line_key": each.line_key, "line_id": each.line_id, "operator": each.carrier_area, "created_at": at}
        for each in entering
    ]
    session.execute(insert(Line).on_conflict_do_nothing(), made)
    query = select(col(Line.line_key), col(Line.line_no)).where(
        col(Line.line_id).in_([each.line_id for each in entering])
    )
    numbers = {key: number for key, number in session.execute(query) if number is not None}
    if any(each.line_key not in numbers for each in entering):
        message = "a line has a key of its own by now"
        raise LineMetError(message)
    return numbers


def start_of(session: Session, contract_ids: Sequence[str]) -> list[ContractInput]:
    """What the executions of contracts that have entered are started with, of those of which nothing else is known."""
    query = (
        select(Entity, col(Transition.op))
        .join(Transition, (col(Transition.entity_id) == col(Entity.entity_id)) & (col(Transition.seq) == 1))
        .where(
            col(Entity.entity_id).in_([workflow_id(each) for each in contract_ids]),
            col(Entity.seq) == 1,
            ~col(Entity.closed),
        )
    )
    return [_start(entity.state, entity.offset_s, [op]) for entity, op in session.execute(query)]


def _start(state: dict[str, Any], offset_s: float, done: list[str]) -> ContractInput:
    return ContractInput(
        contract_id=state["contract_id"],
        person_id=state.get("person_id"),
        line_key=state.get("line_key"),
        offset_s=offset_s,
        state=state,
        done=done,
        attributed=True,
    )
