"""A long life folded up to a point, so that what happened lately is decided again without the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.messages.entity import Entry


@dataclass(frozen=True)
class Past:
    """The state at a point, and what has been recorded since.

    It holds while nothing that came later stands before its place or voids an entry of it: whoever records such a
    thing lets it go (`activities.record`).
    """

    seq: int
    """Every entry up to this number is in it, this one included."""
    place: str
    """The last place among them; everything recorded since stands behind it."""
    state: Mapping[str, Any]
    """Their fold."""
    began: Callable[[], str]
    """Gives the first place of the life."""
    number_of: Callable[[str], int | None]
    """Operation id → the number under which it was first recorded, of the entries in it.

    Few are ever asked for: a life is not read whole for them.
    """
    since: Sequence[Entry]
    """The entries with higher numbers."""

    def reaches(self, entry: Entry) -> bool:
        """Whether an entry lies behind it, so that the life can be decided again from here."""
        return entry.seq > self.seq and entry.place is not None and entry.place > self.place
