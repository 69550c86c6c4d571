"""What one transaction could not do is done in parts, whoever carries them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from decisions.common.part_by_part import EndlessMomentError, each_due, each_waiting
from decisions.walk import DUE_ITEMS_MAX
from models.messages.entity import AgendaItem

AT = datetime(2019, 4, 1, tzinfo=UTC)


class OutageError(Exception):
    """The database is away."""


@dataclass
class Carried:
    """Parts in memory: what each comes to is told beforehand."""

    ahead: list[str]
    fails: dict[str, Exception] = field(default_factory=dict)
    endless: bool = False
    aside: list[tuple[str, type[Exception]]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def next_due(self) -> AgendaItem | None:
        """The first that is neither done nor set aside."""
        gone = {*self.done, *(name for name, _ in self.aside)} if not self.endless else set()
        name = next((each for each in self.ahead if each not in gone), None)
        return (
            None if name is None else AgendaItem(item_id=name, event=name, at=AT, on=AT.date(), articles=[], label="")
        )

    def waiting(self) -> list[str]:
        """All of it."""
        return self.ahead

    def carry_out(self, item: AgendaItem) -> None:
        """As `lay_out`."""
        self.lay_out(item.item_id)

    def lay_out(self, held_id: str) -> None:
        """Do it, or fail as told."""
        if held_id in self.fails:
            raise self.fails[held_id]
        self.done.append(held_id)

    def is_defect(self, error: Exception) -> bool:
        """All but an outage."""
        return not isinstance(error, OutageError)

    def set_aside(self, item: AgendaItem, error: Exception) -> None:
        """As `set_aside_held`."""
        self.set_aside_held(item.item_id, error)

    def set_aside_held(self, held_id: str, error: Exception) -> None:
        """Keep which, and why."""
        self.aside.append((held_id, type(error)))


def test_a_due_item_that_fails_costs_itself_alone() -> None:
    """What comes after it goes on."""
    carried = Carried(["a", "b", "c"], {"b": KeyError("b")})
    each_due(carried)
    assert (carried.done, carried.aside) == (["a", "c"], [("b", KeyError)])


def test_what_waits_and_fails_costs_itself_alone() -> None:
    """And whether anything waits is told, also where all of it fails."""
    carried = Carried(["1", "2"], {"1": KeyError("1")})
    assert each_waiting(carried)
    assert (carried.done, carried.aside) == (["2"], [("1", KeyError)])
    assert not each_waiting(Carried([]))


@pytest.mark.parametrize("walk", [each_due, each_waiting])
def test_an_outage_ends_the_walk(walk: object) -> None:
    """Nothing is set aside by it, and nothing behind it is tried."""
    carried = Carried(["a", "b"], {"a": OutageError()})
    with pytest.raises(OutageError):
        walk(carried)  # type: ignore[operator]
    assert (carried.done, carried.aside) == ([], [])


def test_a_moment_without_an_end_is_set_aside() -> None:
    """An item that puts itself back is noted once the limit is reached, in a rehearsal as where it is recorded."""
    carried = Carried(["a"], endless=True)
    each_due(carried)
    assert len(carried.done) == DUE_ITEMS_MAX
    assert carried.aside == [("a", EndlessMomentError)]
