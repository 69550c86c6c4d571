"""Pages of the lists of one contract or member: `limit` (at most 500, which is also the default) and `cursor`.

A ledger that sums to zero should do so at a glance: such lists are short, so the first page is as long as one may be.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from fastapi import Depends, Query

from api.problems import Problem

LIMIT_MAX = 500


class Page:
    """Which part of a list a caller wants."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_MAX,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
    ) -> None:
        """Read the query.

        Raises:
            Problem: 400, the cursor is not one of ours.
        """
        self.limit = limit
        self.start = _parse(cursor) if cursor else 0

    def of(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """That part of a list that only ever grows at its end, and the cursor of the next."""
        end = self.start + self.limit
        return {"items": items[self.start : end], "next_cursor": _cursor(end) if len(items) > end else None}


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(f"after:{start}".encode()).decode()


def _parse(cursor: str) -> int:
    try:
        name, _, start = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
    except (ValueError, binascii.Error):
        name, start = "", ""
    if name != "after" or not start.isdecimal():
        raise Problem(400, "MALFORMED", "This cursor is not one of ours; take `next_cursor` as it is.")
    return int(start)


Paging = Annotated[Page, Depends(Page)]
