"""What has been taken in already under the ids of another system: by which operation, and on which line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, text
from sqlmodel import Session, col

from models.tables.log import Transition
from models.tables.people import Line

CONFLICT = "EXTERNAL_ID_CONFLICT"
"""Another line of the file, or of an earlier one, stands under the same id."""

CONFLICT_DETAIL = (
    "What stands under this external_id was taken in on another フレッツ光 line. Give each one its own id."
)

NAMES_AT_ONCE = 200

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:what || ' import', 0)), pg_current_xact_id()")


def one_at_a_time(session: Session, what: Literal["contract", "membership"]) -> None:
    """Imports of one kind write one after the other: whoever comes later finds what has entered.

    Two that hold the same lines in another order would wait for each other. The transaction gets its number before it
    looks at the clock, as every one that records does: the feed of events ends before the oldest that has one.
    """
    session.execute(_ONE_AT_A_TIME, {"what": what})


@dataclass(frozen=True)
class Entered:
    """The first entry of something that was taken in."""

    op: str
    """The operation that brought it."""
    line_id: str | None
    """The line it came with, whatever line it is on by now; None: not known any more."""

    def is_other(self, line_id: str) -> bool:
        """Whether a row that names a line cannot mean this one."""
        return self.line_id is not None and self.line_id != line_id


def entered(session: Session, names: Sequence[str]) -> dict[str, Entered]:
    """Id of an entity → how it entered, of those that have.

    Args:
        session: to read with.
        names: of entities, such as `contract/K1`.
    """
    found: dict[str, Entered] = {}
    line_key = col(Transition.patch)[("set", "line_key")].astext
    for index in range(0, len(names), NAMES_AT_ONCE):
        query = (
            select(col(Transition.entity_id), col(Transition.op), col(Line.line_id))
            .outerjoin(Line, col(Line.line_key) == line_key)
            .where(col(Transition.entity_id).in_(names[index : index + NAMES_AT_ONCE]), col(Transition.seq) == 1)
        )
        rows = session.execute(query).all()
        found |= {name.partition("/")[2]: Entered(op, line_id) for name, op, line_id in rows}
    return found
