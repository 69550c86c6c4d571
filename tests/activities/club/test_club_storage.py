"""What goes to the storage service: what does not fit at a reversion, and a capacity that is set again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from activities.club.storage import StorageEffects, StorageService
from models.messages.entity import AgendaItem
from rules.calendar import JST, japan_day
from rules.club.storage import StoredFile
from tests.activities.club.club import Club, a_club
from tests.activities.conftest import emptied


class Shelf(StorageService):
    """A storage service of one line, in memory."""

    def __init__(self) -> None:
        """Nothing is stored."""
        super().__init__("http://nowhere")
        self.stored: list[StoredFile] = []
        self.capacity = Decimal(0)
        self.broken = False

    def store(self, name: str, gb: int, year: int) -> None:
        """A file."""
        self.stored.append(StoredFile(name, datetime(year, 1, 1, tzinfo=JST), Decimal(gb)))

    async def files(self, line_id: str) -> list[StoredFile]:
        """What is stored."""
        _ = line_id
        return self.stored

    async def delete(self, line_id: str, ids: list[str], at: datetime, reason: str) -> None:
        """Delete by id."""
        _ = (line_id, at, reason)
        self.stored = [each for each in self.stored if each.file_id not in ids]
        if self.broken:
            raise ConnectionError

    async def set_capacity(self, line_id: str, capacity_gb: Decimal, at: datetime, reason: str) -> None:
        """As it is told."""
        _ = (line_id, at, reason)
        self.capacity = capacity_gb


@pytest.fixture
def club(migrated: Engine) -> Iterator[Club]:
    """Empty tables."""
    with a_club(emptied(migrated)) as made:
        yield made


def item(on: str, gb: str) -> AgendaItem:
    """An order of that moment."""
    at = datetime.fromisoformat(on).replace(tzinfo=JST)
    return AgendaItem(item_id="i", event="i", at=at, on=japan_day(at), label="i", articles=[], data={"capacity_gb": gb})


def test_a_second_reversion_deletes_what_does_not_fit_then(club: Club) -> None:
    """M-07.5: lowered, raised by what became known, and lowered again: what was stored meanwhile goes, oldest first."""
    member_id, shelf = club.join(), Shelf()
    effects, entity_id = StorageEffects(club.engine, shelf), f"membership/{member_id}"
    shelf.store("a", 2, 2020)
    shelf.store("b", 5, 2021)
    club.at("2025-02-02")
    assert asyncio.run(effects.revert_storage(entity_id, item("2024-12-01", "5"))) == {"deleted": 1}
    asyncio.run(effects.set_storage_capacity(entity_id, item("2024-12-20", "10")))
    assert (shelf.capacity, [each.file_id for each in shelf.stored]) == (10, ["b"])
    shelf.store("a", 4, 2024)
    shelf.broken = True
    with pytest.raises(ConnectionError):
        asyncio.run(effects.revert_storage(entity_id, item("2025-02-01", "5")))
    shelf.broken = False
    shelf.store("c", 2, 2025)
    assert asyncio.run(effects.revert_storage(entity_id, item("2025-02-01", "5"))) == {"deleted": 1}
    assert [each.file_id for each in shelf.stored] == ["a", "c"], "a repeat takes nothing that was stored in between"
    assert shelf.capacity == 5


def test_a_file_stored_anew_under_the_same_name_goes_like_any_other(club: Club) -> None:
    """M-07.5: what went at one reversion does not keep a file of that name from going at the next."""
    member_id, shelf = club.join(), Shelf()
    effects, entity_id = StorageEffects(club.engine, shelf), f"membership/{member_id}"
    club.at("2025-02-02")
    for on in ("2024-12-01", "2025-02-01"):
        shelf.store("a", 6, 2020)
        assert asyncio.run(effects.revert_storage(entity_id, item(on, "5"))) == {"deleted": 1}
    ((moment,),) = club.rows("select decided_at from storage_deletion where member_id = :id", id=member_id)
    assert japan_day(moment).isoformat() == "2025-02-01"
