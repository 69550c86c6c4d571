"""Advancing the clock: everything due happens, in order, at its moment, and nothing else is touched."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from rehearsal.clock.errors import BackwardsError, NoClockError
from service.healing.lease import CLOCK, Lease


def test_items_of_several_executions_happen_in_order_at_their_moment(home: Any, no_carrier: str) -> None:
    """Items come in order of their moment, over all executions, while the clock shows exactly that moment."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "contract/a", home.Plan(item_id="a1", at=home.at(1)),
                              home.Plan(item_id="a3", at=home.at(30)))  # fmt: skip
            await home.entity(client, "contract/b", home.Plan(item_id="b2", at=home.at(2)),
                              home.Plan(item_id="b4", at=home.at(400)))  # fmt: skip
            now = await clock.advance(home.at(100))
        await clock.close()
        assert home.events() == [("contract/a", "a1"), ("contract/b", "b2"), ("contract/a", "a3")]
        assert all(row.clock == row.due_at for row in home.seen())
        assert home.at(100) <= now < home.at(100) + timedelta(seconds=5)
        assert home.clock_row()[1:] == (None, None)

    asyncio.run(story())


def test_the_target_is_inclusive(home: Any, no_carrier: str) -> None:
    """What is due at `to` itself has happened; what is due a second later has not."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            later = home.Plan(item_id="later", at=home.at(10) + timedelta(minutes=1))
            await home.entity(client, "contract/a", home.Plan(item_id="at", at=home.at(10)), later)
            await clock.advance(home.at(10))
            assert home.events() == [("contract/a", "at")]
        await clock.close()

    asyncio.run(story())


def test_what_an_item_puts_on_the_agenda_happens_in_the_same_advance(home: Any, no_carrier: str) -> None:
    """An item due before `to` that only came up on the way is carried out, between the others."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        third = home.Plan(item_id="third", at=home.at(5))
        second = home.Plan(item_id="second", at=home.at(3), then=[third])
        async with home.worker(client):
            await home.entity(client, "contract/a", home.Plan(item_id="first", at=home.at(1), then=[second]))
            await home.entity(client, "contract/b", home.Plan(item_id="other", at=home.at(4)))
            await clock.advance(home.at(6))
        await clock.close()
        assert [event for _, event in home.events()] == ["first", "second", "other", "third"]
        assert all(row.clock == row.due_at for row in home.seen())

    asyncio.run(story())


def test_an_effect_is_waited_for_before_later_items(home: Any, no_carrier: str) -> None:
    """A slow outside effect that an item brings up is over before the clock goes on."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        effect = home.Plan(item_id="outside", at=home.at(1), effect="slow_effect")
        async with home.worker(client):
            await home.entity(client, "contract/a", home.Plan(item_id="first", at=home.at(1), then=[effect]))
            await home.entity(client, "contract/b", home.Plan(item_id="second", at=home.at(1) + timedelta(hours=1)))
            await clock.advance(home.at(2))
        await clock.close()
        assert [(row.event, row.clock) for row in home.seen()] == [
            ("first", home.at(1)),
            ("effect", home.at(1)),
            ("second", home.at(1) + timedelta(hours=1)),
        ]

    asyncio.run(story())


def test_programmes_come_last_at_one_moment(home: Any, no_carrier: str) -> None:
    """A set-based run sees what every contract did at its moment."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "program/p", home.Plan(item_id="run", at=home.at(3)))
            for name in "abcdef":  # fewer than run at once: nothing but the rank keeps the run back
                await home.entity(client, f"contract/{name}", home.Plan(item_id="end", at=home.at(3)))
            await clock.advance(home.at(3))
        await clock.close()
        assert [event for _, event in home.events()] == ["end"] * 6 + ["run"]

    asyncio.run(story())


def test_an_idle_execution_is_not_touched(home: Any, no_carrier: str) -> None:
    """Six years pass over an execution without due items, and its history has not grown by an event."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            entity_id = await home.entity(client, "contract/a", home.Plan(item_id="far", at=home.at(3000)))
            handle = client.get_workflow_handle(entity_id)
            await handle.query("__stack_trace")  # returns once the first task is over
            before = (await handle.describe()).history_length
            await clock.advance(home.at(2200))
            assert (await handle.describe()).history_length == before
        await clock.close()

    asyncio.run(story())


def test_a_filing_being_started_is_waited_for(home: Any, no_carrier: str) -> None:
    """Between a contract's intent and its filing's first row nothing is due, yet the clock stays."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        home.sql("insert into contract (contract_id, state, chapter, course, needs_operator, filing_id, created_at)"
                 " values ('K1', 'filing', 1, 'W2_FAMILY', false, 'F1', now())")  # fmt: skip
        advance = asyncio.create_task(clock.advance(home.at(1)))
        await home.until(lambda: home.clock_row().frozen_at is not None)
        _, waiting = await asyncio.wait([advance], timeout=0.5)
        assert waiting
        assert home.clock_row().frozen_at < home.at(0.1)
        home.sql("insert into filing (filing_id, contract_id, operator, state, sequence, needs_operator, created_at)"
                 " values ('F1', 'K1', 'EAST', 'filed', 0, false, now())")  # fmt: skip
        assert await advance >= home.at(1)
        await clock.close()

    asyncio.run(story())


def test_the_clock_never_goes_back(home: Any, no_carrier: str) -> None:
    """A moment before now is refused and changes nothing; now itself is not backwards."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        await clock.advance(home.at(10))
        before = home.clock_row()
        with pytest.raises(BackwardsError):
            await clock.advance(home.at(10) - timedelta(seconds=1))
        assert home.clock_row() == before
        with pytest.raises(ValueError, match="offset"):
            await clock.advance(home.at(20).replace(tzinfo=None))
        assert await clock.advance(clock.now() + timedelta(milliseconds=200)) >= home.at(10)
        await clock.close()

    asyncio.run(story())


def test_begin_keeps_a_clock_that_is_there(home: Any, no_carrier: str) -> None:
    """A second begin, as at every start of a home, leaves the offset alone."""

    async def story() -> None:
        clock = home.clock(await home.client(), no_carrier)
        before = home.clock_row()
        clock.begin(home.at(500))
        assert home.clock_row() == before
        assert home.start <= clock.now() < home.start + timedelta(seconds=30)
        await clock.close()

    asyncio.run(story())


def test_without_a_clock_nothing_is_moved(home: Any, no_carrier: str) -> None:
    """Where real time rules there is no row, an advance is refused, and the rest does nothing."""

    async def story() -> None:
        clock = home.clock(await home.client(), no_carrier)
        home.sql("delete from clock")
        with pytest.raises(NoClockError):
            await clock.advance(clock.now() + timedelta(days=1))
        await clock.resume()
        assert await clock.catch_up() == {}
        assert home.sql("select * from clock") == []
        await clock.close()

    asyncio.run(story())


def test_two_advances_at_once_take_turns(home: Any, no_carrier: str) -> None:
    """The second waits for the first; one that was overtaken while waiting returns without going back."""

    async def story() -> None:
        client = await home.client()
        one, two, three = (home.clock(client, no_carrier) for _ in range(3))
        async with home.worker(client):
            await home.entity(client, "contract/a", *(home.Plan(item_id=f"i{n}", at=home.at(n)) for n in range(1, 7)))
            reached = await asyncio.gather(one.advance(home.at(6)), two.advance(home.at(3)), three.advance(home.at(9)))
            assert all(each >= to for each, to in zip(reached, (home.at(6), home.at(3), home.at(9)), strict=True))
        for clock in (one, two, three):
            await clock.close()
        assert [event for _, event in home.events()] == [f"i{n}" for n in range(1, 7)]
        assert home.at(9) <= one.now() < home.at(9) + timedelta(seconds=30)

    asyncio.run(story())


def test_the_lease_is_one_at_a_time(home: Any) -> None:
    """Nobody takes what another holds; a released one can be taken, and an unreleased one is kept."""

    async def story() -> None:
        first, second = Lease(home.engine, CLOCK), Lease(home.engine, CLOCK)
        assert await first.try_take()
        assert await first.try_take()
        assert not await second.try_take()
        await first.release()
        assert await second.try_take()
        await second.release()

    asyncio.run(story())


def test_fifty_entities_with_three_items_each(home: Any, no_carrier: str) -> None:
    """150 items over a year take less than 30 seconds, each exactly once."""

    async def story() -> float:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            for n in range(50):
                plans = [home.Plan(item_id=f"m{m}", at=home.at(100 * m)) for m in (1, 2, 3)]
                await home.entity(client, f"contract/c{n}", *plans)
            began = time.monotonic()
            await clock.advance(home.at(365))
            took = time.monotonic() - began
        await clock.close()
        return took

    took = asyncio.run(story())
    seen = home.seen()
    assert len(seen) == 150
    assert len({(row.entity_id, row.event) for row in seen}) == 150
    assert all(row.clock == row.due_at for row in seen)
    print(f"150 items in {took:.2f} s, {took / 150 * 1000:.0f} ms each")  # noqa: T201 -- the measurement itself
    assert took < 30
