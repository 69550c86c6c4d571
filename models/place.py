"""Where an entry stands in a life: texts that sort by legal moment, whenever and in whatever order it was keyed in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_DUE = 0
_NOTE = 98
_HEAD = 99

_SUB = "!"
"""Sorts before every letter and digit: what follows from an entry stands right behind it."""


def of_due(at: datetime, item_id: str) -> str:
    """The place of an agenda item: before every fact of the same moment."""
    return f"{_moment(at)}|{_DUE:02d}|{item_id}"


def of_fact(legal_at: datetime, rank: int, name: str, command: Mapping[str, Any]) -> str:
    """The place of a fact; facts of one moment are ordered by rank and by what they say, not by who came first.

    Two that say the same share it: the one that was keyed in first comes first.
    """
    said = json.dumps(command, sort_keys=True, ensure_ascii=True, default=str)
    tie = hashlib.sha256(said.encode()).hexdigest()[:16]
    return f"{_moment(legal_at)}|{rank:02d}|{name}|{tie}"


def of_note(at: datetime) -> str:
    """The place of something noted beside the facts, such as a defect: after everything of its moment."""
    return f"{_moment(at)}|{_NOTE:02d}"


def before(at: datetime) -> str:
    """The last place before everything of the moment."""
    return of_note(at - timedelta(microseconds=1))


def of_head(at: datetime) -> str:
    """The place of an entry that revises: after everything of its moment."""
    return f"{_moment(at)}|{_HEAD:02d}"


def is_note(where: str) -> bool:
    """Whether the place is that of a note, or right behind one."""
    return where.partition("|")[2].startswith(f"{_NOTE:02d}")


def is_head(where: str) -> bool:
    """Whether the place is that of an entry that revises, which is no part of the life itself."""
    return where.partition("|")[2].startswith(f"{_HEAD:02d}")


def behind(last: str | None, own: str) -> str:
    """The own place, or the one right behind the last entry where the life has passed it already."""
    if last is None or own > last:
        return own
    stem, _, number = last.partition(_SUB)
    return f"{stem}{_SUB}{int(number or 0) + 1:06d}"


def moment_of(place: str) -> datetime:
    """The moment a place names."""
    return datetime.fromisoformat(place.partition("|")[0]).replace(tzinfo=UTC)


def is_late(legal_at: datetime, latest: str | None) -> bool:
    """Whether something of that moment belongs before what was decided last."""
    return latest is not None and _moment(legal_at) < latest


def is_beside(own: str, latest: str | None) -> bool:
    """Whether what was decided last is a fact of the same kind and moment, which only what it says sets apart."""
    return latest is not None and latest.startswith(own.rpartition("|")[0] + "|")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
