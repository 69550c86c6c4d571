"""What has been taken in already under the ids of another system: by which operation, and on which line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, select, text
from sqlmodel import Session, col

from models.tables.log import Transition
from models.tables.people import Line, Person, PersonChange
from store.locks import lock_key

CONFLICT = "EXTERNAL_ID_CONFLICT"
"""Another line or person of the file, or of an earlier one, stands under the same id."""

CONFLICT_DETAIL = (
    "What stands under this external_id was taken in on another フレッツ光 line, or for a person with another name,"
    " e-mail and phone. Give each one its own id; what has changed of the same person is changed under people."
)

_TELLING = ("name", "name_kana", "email", "phone")
"""By any of these a person is known again: who marries keeps a phone, who moves a name."""

NAMES_AT_ONCE = 200

_KEY = lock_key(":what || ' import'")
_ONE_AT_A_TIME = text(f"select pg_advisory_xact_lock({_KEY}), pg_current_xact_id()")


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
    marks: frozenset[str]
    """What its person is or was known by (`marks_of`); empty: nobody is behind it any more."""

    @classmethod
    def in_this_file(cls, line_id: str, person: Mapping[str, Any]) -> Entered:
        """By an earlier row of the file that is being taken in: for a later one it is there already."""
        return cls("", line_id, marks_of(person))

    def met_by(self, line_id: str, person: Mapping[str, Any], op: str) -> Literal["imported", "already"] | None:
        """What a row under its id comes to that names a line and a person; None: it cannot mean this one.

        One that entered by this very request, before it was answered, is still the row's own doing.
        """
        other_line = self.line_id is not None and self.line_id != line_id
        if other_line or (self.marks and not self.marks & marks_of(person)):
            return None
        return "imported" if self.op.startswith(f"{op}/") else "already"


def marks_of(*persons: Mapping[str, Any]) -> frozenset[str]:
    """What these people are known by, in one form however it is written: width, case, spaces, hyphens."""
    said = (f"{name} {_plain(person.get(name) or '')}" for person in persons for name in _TELLING)
    return frozenset(each for each in said if not each.endswith(" "))


def _plain(written: str) -> str:
    whole = unicodedata.normalize("NFKC", written).casefold()
    return "".join(each for each in whole if each.isalnum())


def entered(session: Session, names: Sequence[str]) -> dict[str, Entered]:
    """Id of an entity → how it entered, of those that have.

    Args:
        session: to read with.
        names: of entities, such as `contract/K1`.
    """
    found: dict[str, Entered] = {}
    line_key, person_id = (col(Transition.patch)[("set", name)].astext for name in ("line_key", "person_id"))
    for index in range(0, len(names), NAMES_AT_ONCE):
        query = (
            select(col(Transition.entity_id), col(Transition.op), col(Line.line_id), Person)
            .outerjoin(Line, col(Line.line_key) == line_key)
            .outerjoin(Person, and_(col(Person.person_id) == person_id, col(Person.erased_at).is_(None)))
            .where(col(Transition.entity_id).in_(names[index : index + NAMES_AT_ONCE]), col(Transition.seq) == 1)
        )
        rows = session.execute(query).all()
        before = _before(session, [person.person_id for *_, person in rows if person is not None])
        for name, op, line_id, person in rows:
            known = () if person is None else (person.model_dump(), *before.get(person.person_id, ()))
            found[name.partition("/")[2]] = Entered(op, line_id, marks_of(*known))
    return found


def _before(session: Session, people: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Person → what stood before each change of them."""
    query = select(PersonChange).where(col(PersonChange.person_id).in_(people))
    found: dict[str, list[Mapping[str, Any]]] = {}
    for change in session.execute(query).scalars() if people else ():
        found.setdefault(change.person_id, []).append(change.before)
    return found
