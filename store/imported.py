"""What has been taken in already under the ids of another system: by which operation, and on which line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables.log import Transition
from models.tables.people import Line

CONFLICT = "EXTERNAL_ID_CONFLICT"
"""Another line of the file, or of an earlier one, stands under the same id."""

CONFLICT_DETAIL = (
    "What stands under this external_id was taken in on another フレッツ光 line. Give each one its own id."
)

NAMES_AT_ONCE = 200


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
