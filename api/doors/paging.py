"""Lists: one cursor, one page. A cursor is opaque to callers; what it holds is the sort key of the last item told."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query

from api.doors.problems import Problem

LIMIT_MAX = 500
"""Items of one page."""

LIMIT_DEFAULT = 50
"""Items of one page of a list that grows with the number of customers."""

CURSOR_MAX = 400

POSITION_MAX = 1_000_000_000
"""More than any list has, and few enough for a database to skip."""

_SEPARATOR = "|"

T = TypeVar("T")


def encode(*parts: str) -> str:
    """A cursor."""
    return base64.urlsafe_b64encode(_SEPARATOR.join(parts).encode()).decode()


def decode(cursor: str, parts: int) -> list[str]:
    """The parts of a cursor of ours, none of them empty.

    Raises:
        Problem: 400, the cursor is not one of ours.
    """
    try:
        found = base64.urlsafe_b64decode(cursor.encode()).decode().split(_SEPARATOR)
    except (ValueError, binascii.Error):
        found = []
    if len(found) != parts or not all(part.isprintable() and part for part in found):
        raise _foreign()
    return found


def _foreign() -> Problem:
    return Problem(400, "MALFORMED", "This cursor is not one of ours; take `next_cursor` as it is.")


class Page:
    """Which part of a list a caller wants: so many items, after the one the cursor stands for."""

    def __init__(self, limit: int, cursor: str | None) -> None:
        """Keep both; a cursor is read by whoever knows the order of the list."""
        self.limit = limit
        self._cursor = cursor

    @property
    def position(self) -> int:
        """How many items were told already, for a list that only ever grows at its end."""
        if self._cursor is None:
            return 0
        (position,) = decode(self._cursor, 1)
        if not (position.isascii() and position.isdecimal() and int(position) <= POSITION_MAX):
            raise _foreign()
        return int(position)

    @property
    def after_id(self) -> str | None:
        """The id of the last item told, for a list in the order of ids."""
        if self._cursor is None:
            return None
        (found,) = decode(self._cursor, 1)
        if not (found.isascii() and found.isalnum()):
            raise _foreign()
        return found

    @property
    def after_moment(self) -> tuple[datetime, str] | None:
        """The moment and the id of the last item told, for a list in the order of time."""
        if self._cursor is None:
            return None
        began, last = decode(self._cursor, 2)
        try:
            moment = datetime.fromisoformat(began)
        except ValueError:
            raise _foreign() from None
        if moment.tzinfo is None:
            raise _foreign()
        return moment, last

    def of(self, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """This part of a list that is at hand as a whole."""
        start = self.position
        return self.cut(items[start : start + self.limit + 1], lambda _: (str(start + self.limit),))

    def cut(
        self, found: Sequence[T], key: Callable[[T], tuple[str, ...]], show: Callable[[T], Any] = lambda each: each
    ) -> dict[str, Any]:
        """The answer to this page, of what was found after its cursor: one more than `limit` means that there is more.

        Args:
            found: at most `limit` + 1 things, in order.
            key: of the last thing told, what the next page begins after.
            show: a thing as the interface shows it.
        """
        told = found[: self.limit]
        following = encode(*key(told[-1])) if len(found) > self.limit else None
        return {"items": [show(each) for each in told], "next_cursor": following}


Cursor = Annotated[str | None, Query(max_length=CURSOR_MAX)]


async def _short(limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_MAX, cursor: Cursor = None) -> Page:
    return Page(limit, cursor)


async def _long(limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT, cursor: Cursor = None) -> Page:
    return Page(limit, cursor)


Paging = Annotated[Page, Depends(_long)]
"""A page of a list that grows with the number of customers."""

WholePaging = Annotated[Page, Depends(_short)]
"""A page of a list of one contract or member: a ledger that sums to zero should do so at a glance."""
