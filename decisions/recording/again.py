"""Whether an entry comes out as it was recorded: then it stays under its number, and nobody is told again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models import place
from models.messages.entity import AgendaItem, Charge, EntityState, Entry, Message, Patch, Task, Told

REVISED = "~r"
"""Between an operation id and the number of the entry that was decided anew for it."""


def base_op(op: str) -> str:
    """The operation id under which an entry was first recorded."""
    stem, mark, number = op.rpartition(REVISED)
    return stem if mark and number.isascii() and number.isdigit() else op


def signed(entry: Entry, seq: int) -> Entry:
    """The entry under a number, its agenda items marked by it."""
    patch = entry.patch
    items = patch.put.get("agenda", {})
    if items:
        # One that a defect set aside, or that is tried again after one, is still there by its first entry.
        agenda = {
            key: value if value.get("tries") and value.get("caused_by") else {**value, "caused_by": seq}
            for key, value in items.items()
        }
        patch = Patch(set=patch.set, put={**patch.put, "agenda": agenda}, drop=patch.drop)
    return entry.model_copy(update={"seq": seq, "patch": patch})


_COMPARED = (
    "event",
    "from_state",
    "to_state",
    "received_at",
    "effective_on",
    "state_from",
    "articles",
    "edition",
    "caused_by",
    "patch",
    "decision",
)


def same(state: type[EntityState], recorded: Entry, entry: Entry) -> bool:
    """Whether an entry comes out as it was recorded; a field that a later release added changes nothing by itself."""
    if any(getattr(recorded, name) != getattr(entry, name) for name in _COMPARED if name != "patch"):
        return False
    # Earlier releases put what was due behind a note of the moments before it was carried out.
    if recorded.place != entry.place and not (recorded.place and place.is_note(recorded.place)):
        return False
    if _told_otherwise(recorded.told, entry.told):
        return False
    return recorded.patch == entry.patch or _meaning(state, recorded.patch) == _meaning(state, entry.patch)


def _told_otherwise(recorded: Sequence[Told], told: Sequence[Told]) -> bool:
    """Whether a message says something else, as of the course a contract ended on; what a release added is no word."""
    was = {(each.channel, each.name): each.data for each in recorded}
    return any(
        data[key] != value
        for each in told
        for data in [was.get((each.channel, each.name), {})]
        for key, value in each.data.items()
        if key in data
    )


def _meaning(state: type[EntityState], patch: Patch) -> tuple[Any, ...]:
    """A patch as it is read: values by the types of the state, agenda, charges and tasks by theirs.

    What is dropped has no order: it may be listed as a database gave the names back. What a timer is called is no
    decision: a later release may call it otherwise.
    """
    put = {
        name: {key: _ITEMS[name].model_validate({**item, **_UNSAID.get(name, {})}) for key, item in items.items()}
        if name in _ITEMS
        else items
        for name, items in patch.put.items()
    }
    drop = {name: frozenset(keys) for name, keys in patch.drop.items()}
    return state.model_validate(patch.set), frozenset(patch.set), put, drop


_ITEMS: Mapping[str, type[Message]] = {"agenda": AgendaItem, "charges": Charge, "tasks": Task}
_UNSAID: Mapping[str, Mapping[str, str]] = {"agenda": {"label": ""}}
