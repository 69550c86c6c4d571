"""One pure function folds recorded decisions into a state: undo, correction, as-of, import and verify all use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from models import place
from models.messages.entity import Entry, Patch

_APPENDED = {"course": "course_history"}
"""A field whose every value is kept: setting `course` adds a line to `course_history`."""


def apply_patch(state: Mapping[str, Any], patch: Patch, *, on: date, reason: str) -> dict[str, Any]:
    """The state after one entry; the given one stays as it is."""
    after = {**state, **patch.set}
    for field, history in _APPENDED.items():
        if field in patch.set and history in state and patch.set[field] != state.get(field):
            line = {field: patch.set[field], "from_on": on.isoformat(), "reason": reason}
            after[history] = [*state[history], line]
    for collection, items in patch.put.items():
        after[collection] = {**after.get(collection, {}), **items}
    for collection, keys in patch.drop.items():
        after[collection] = {key: value for key, value in after.get(collection, {}).items() if key not in keys}
    return after


def voided(entries: Iterable[Entry]) -> set[int]:
    """Sequence numbers that a later entry voids."""
    return {seq for entry in entries for seq in entry.voids}


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """The entries in the order of the life: by place, those without one first, as they were numbered."""
    return sorted(entries, key=lambda entry: (entry.place or "", entry.seq))


def apply_entry(state: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    """The state after one recorded entry; of two the later place and the higher number stand."""
    after = apply_patch(state, entry.patch, on=entry.effective_on, reason=entry.event)
    # What revises is no part of the life: it says where the life stands, it moves nothing.
    revises = bool(entry.voids) or (entry.place is not None and place.is_head(entry.place))
    if entry.to_state is not None and not revises:
        after["state"] = entry.to_state
    after["seq"] = max(int(state["seq"]), entry.seq)
    if entry.place is not None and not place.is_head(entry.place):
        after["latest"] = max(state.get("latest") or "", entry.place)
    return after


def fold(initial: Mapping[str, Any], entries: Iterable[Entry]) -> dict[str, Any]:
    """Fold a log, leaving out what was voided; an entry that voids changes nothing but what its own patch says."""
    log = list(entries)
    gone = voided(log)
    state = dict(initial)
    for entry in in_order(log):
        if entry.seq in gone:
            state["seq"] = max(int(state["seq"]), entry.seq)
        else:
            state = apply_entry(state, entry)
    return state


def until(initial: Mapping[str, Any], entries: Iterable[Entry], entry: Entry) -> dict[str, Any]:
    """The state in which one entry of a log found the life: what stands before it in its order, and counts."""
    log = list(entries)
    gone = voided(log) - {entry.seq}
    order = in_order(each for each in log if each.seq not in gone)
    state = dict(initial)
    for each in order[: order.index(entry)]:
        state = apply_entry(state, each)
    return state


def along(initial: Mapping[str, Any], log: Sequence[Entry]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The state before and after each entry of a log, as it stood then: what a later one voids counted until then."""
    found: list[tuple[dict[str, Any], dict[str, Any]]] = []
    state, latest = dict(initial), ""
    for index, entry in enumerate(log):
        before = state
        if entry.voids:
            after = state = fold(initial, log[: index + 1])
        elif (entry.place or "") < latest:
            # Recorded anew at its old place: what stands later in the life was not there for it.
            before = until(initial, log[: index + 1], entry)
            after, state = apply_entry(before, entry), apply_entry(state, entry)
        else:
            after = state = apply_entry(before, entry)
        found.append((before, after))
        latest = max(latest, entry.place or "")
    return found


def consequences(log: Iterable[Entry], seq: int) -> list[int]:
    """An entry and everything it caused, directly or not, in order; entries voided before are left out."""
    entries = list(log)
    gone = voided(entries)
    found = {seq}
    for entry in entries:
        if entry.caused_by in found and entry.seq not in gone:
            found.add(entry.seq)
    return sorted(found)
