"""Pieces of one entry that several rules contribute to: fields, collections, messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from decisions.contract import changed
from decisions.contract.changed import Put, Values
from decisions.domain import Drop, Outgoing
from models.messages.entity import Patch


@dataclass(frozen=True)
class Parts:
    """What one rule adds to an entry; two are joined with `+`, the right one wins where both set a field."""

    values: Values = field(default_factory=Values)
    put: Put = field(default_factory=Put)
    drop: Drop = field(default_factory=dict)
    outgoing: tuple[Outgoing, ...] = ()
    move: str | None = None
    """The machine event; at most one of the joined parts has one."""

    @classmethod
    def of(cls, laid_out: Patch) -> Parts:
        """What an entry laid out by another rule changes."""
        return cls(cast("Values", laid_out.set), cast("Put", laid_out.put), laid_out.drop)

    def __add__(self, other: Parts) -> Parts:
        """Both together."""
        return Parts(
            values={**self.values, **other.values},
            put=_together(self.put, other.put),
            drop={
                key: list(dict.fromkeys([*self.drop.get(key, ()), *other.drop.get(key, ())]))
                for key in {*self.drop, *other.drop}
            },
            outgoing=(*self.outgoing, *other.outgoing),
            move=other.move or self.move,
        )

    def patch(self) -> Patch:
        """As the patch of an entry; what is put again is not dropped, since drops come last in a fold."""
        whole = changed.patch(self.values, put=self.put, drop=self.drop)
        put = {name: items for name, items in whole.put.items() if items}
        kept = {name: [key for key in keys if key not in put.get(name, {})] for name, keys in whole.drop.items()}
        return Patch(set=whole.set, put=put, drop={name: keys for name, keys in kept.items() if keys})


def _together(first: Put, then: Put) -> Put:
    """What both put, key by key; where both put one, the second does."""
    ours, others = _collections(first), _collections(then)
    return cast("Put", {name: {**ours.get(name, {}), **others.get(name, {})} for name in {**ours, **others}})


def _collections(put: Put) -> Mapping[str, Mapping[str, object]]:
    """The same by name: a typed dictionary knows its values one by one only."""
    return cast("Mapping[str, Mapping[str, object]]", put)
