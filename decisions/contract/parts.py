"""Pieces of one entry that several rules contribute to: fields, collections, messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from decisions.domain import Outgoing, patch
from models.messages.entity import Patch


@dataclass(frozen=True)
class Parts:
    """What one rule adds to an entry; two are joined with `+`, the right one wins where both set a field."""

    values: Mapping[str, Any] = field(default_factory=dict)
    put: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    drop: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outgoing: tuple[Outgoing, ...] = ()
    move: str | None = None
    """The machine event; at most one of the joined parts has one."""

    def __add__(self, other: Parts) -> Parts:
        """Both together."""
        return Parts(
            values={**self.values, **other.values},
            put={key: {**self.put.get(key, {}), **other.put.get(key, {})} for key in {*self.put, *other.put}},
            drop={
                key: list(dict.fromkeys([*self.drop.get(key, ()), *other.drop.get(key, ())]))
                for key in {*self.drop, *other.drop}
            },
            outgoing=(*self.outgoing, *other.outgoing),
            move=other.move or self.move,
        )

    def patch(self) -> Patch:
        """As the patch of an entry; what is put again is not dropped, since drops come last in a fold."""
        kept = {key: [each for each in keys if each not in self.put.get(key, {})] for key, keys in self.drop.items()}
        return patch(
            self.values,
            put={key: items for key, items in self.put.items() if items},
            drop={key: keys for key, keys in kept.items() if keys},
        )
