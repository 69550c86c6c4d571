"""Processes die in the middle of an advance, and it is finished all the same; what cannot be finished is named."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from rehearsal.clock.errors import NotCarriedOutError
from rehearsal.clock.mover import Mover, real_now

ITEMS = 40


def planned(home: Any, count: int = ITEMS) -> list[Any]:
    """One item a day."""
    return [home.Plan(item_id=f"i{n:02}", at=home.at(n)) for n in range(1, count + 1)]


def assert_each_once(home: Any, count: int = ITEMS) -> None:
    """Every planned item was recorded, once, in order, at its moment."""
    seen = home.seen()
    assert [row.event for row in seen] == [f"i{n:02}" for n in range(1, count + 1)]
    assert all(row.clock == row.due_at for row in seen)


def test_a_killed_worker_is_waited_for(home: Any, no_carrier: str) -> None:
    """The worker dies half way; once another one runs, the advance goes on and every item happens once."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        first = home.worker_process()
        try:
            await home.entity(client, "contract/a", *planned(home))
            advance = asyncio.create_task(clock.advance(home.at(ITEMS)))
            await home.until(lambda: len(home.seen()) > ITEMS // 4)
        finally:
            first.kill()
            await asyncio.to_thread(first.wait)
        assert not advance.done()
        second = home.worker_process()
        try:
            await advance
        finally:
            second.kill()
            await asyncio.to_thread(second.wait)
        await clock.close()
        assert_each_once(home)

    asyncio.run(story())


def test_a_killed_advance_is_resumed(home: Any, no_carrier: str) -> None:
    """The advancing process dies half way: the clock stands, and `resume` of another one goes where it was going."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "contract/a", *planned(home))
            process = home.advance_process(home.at(ITEMS), no_carrier)
            await home.until(lambda: len(home.seen()) > ITEMS // 4)
            process.kill()
            await asyncio.to_thread(process.wait)
            row = home.clock_row()
            assert row.advance_to == home.at(ITEMS)
            assert row.frozen_at < row.advance_to
            assert clock.now() == row.frozen_at
            await clock.resume()
        await clock.close()
        assert_each_once(home)
        assert home.clock_row()[1:] == (None, None)
        assert clock.now() >= home.at(ITEMS)

    asyncio.run(story())


def test_an_advance_after_a_killed_one_finishes_that_first(home: Any, no_carrier: str) -> None:
    """A caller who asks for less than the killed advance finds its goal reached, not half of it."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "contract/a", *planned(home))
            process = home.advance_process(home.at(ITEMS), no_carrier)
            await home.until(lambda: len(home.seen()) > ITEMS // 4)
            process.kill()
            await asyncio.to_thread(process.wait)
            assert await clock.advance(home.at(ITEMS - 1)) >= home.at(ITEMS)
        await clock.close()
        assert_each_once(home)

    asyncio.run(story())


@pytest.mark.parametrize("name", ["postgres", "temporal"])
def test_a_killed_server_is_waited_for(home: Any, no_carrier: str, servers: Any, name: str) -> None:
    """A server dies half way and is started again: the advance goes on, and every item happens once."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "contract/a", *planned(home))
            advance = asyncio.create_task(clock.advance(home.at(ITEMS)))
            await home.until(lambda: len(home.seen()) > ITEMS // 4)
            before = servers.supervisor.pids[name]
            servers.kill(name)
            restarted = servers.supervisor.wait_restarted(name, after=before)
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(restarted, servers.loop))
            await advance
        await clock.close()
        assert_each_once(home)
        assert home.clock_row()[1:] == (None, None)

    asyncio.run(story())


def test_without_a_worker_the_advance_fails_clearly(home: Any, no_carrier: str) -> None:
    """After the patience the item is named, time goes on from its moment, and a later advance carries it out."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier, patience_s=1)
        async with home.worker(client):
            await home.entity(client, "contract/a", *planned(home, 2))
        with pytest.raises(NotCarriedOutError, match=r"i01 of contract/a.*is a worker running"):
            await clock.advance(home.at(2))
        assert home.seen() == []
        assert home.clock_row()[1:] == (None, None)
        assert home.at(1) <= clock.now() < home.at(1.01)
        async with home.worker(client):
            await clock.advance(home.at(2))
        await clock.close()
        assert [row.event for row in home.seen()] == ["i01", "i02"]

    asyncio.run(story())


@pytest.mark.parametrize("effect", [None, "slow_effect"])
def test_a_closed_execution_that_nothing_heals_is_left_behind(
    home: Any, no_carrier: str, effect: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Its item is named at once, not after the patience, and everybody else's time goes on."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            entity_id = await home.entity(client, "contract/a", home.Plan(item_id="far", at=home.at(5)))
            await client.get_workflow_handle(entity_id).terminate()
            home.sql("update agenda set effect = :effect", effect=effect)
            await home.entity(client, "contract/b", home.Plan(item_id="y", at=home.at(6)))
            assert await clock.advance(home.at(9)) >= home.at(9)
        await clock.close()
        assert home.events() == [("contract/b", "y")]
        assert f"without {entity_id}" in caplog.text
        assert "closed or unknown" in caplog.text

    asyncio.run(story())


@pytest.mark.parametrize("effect", [None, "slow_effect"])
def test_a_closed_execution_is_started_again_and_carries_out_what_is_due(
    home: Any, no_carrier: str, effect: str | None
) -> None:
    """Terminated by hand, it goes on from its row at the moment it is needed, and in order."""

    async def story() -> None:
        client = await home.client()

        async def heal(entity_id: str) -> bool:
            return bool(await home.start_again(client, entity_id))

        clock = home.clock(client, no_carrier, heal=heal)
        async with home.worker(client):
            plan = home.Plan(item_id="far", at=home.at(5), effect=effect)
            far = home.Plan(item_id="before", at=home.at(4), then=[plan]) if effect else plan
            entity_id = await home.entity(client, "contract/a", far)
            await client.get_workflow_handle(entity_id).terminate()
            await clock.advance(home.at(9))
        await clock.close()
        assert home.sql("select 1 from agenda") == []

    asyncio.run(story())


def test_a_broken_lease_is_taken_again(home: Any, no_carrier: str) -> None:
    """Every connection of the advancing process is cut: it goes on under a new lock, and nothing happens twice."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier)
        async with home.worker(client):
            await home.entity(client, "contract/a", *planned(home))
            advance = asyncio.create_task(clock.advance(home.at(ITEMS)))
            await home.until(lambda: len(home.seen()) > ITEMS // 4)
            cut = home.sql("""
                select pg_terminate_backend(pid) from pg_locks join pg_database d on d.oid = database
                where locktype = 'advisory' and granted and datname = current_database() and objsubid = 1
            """)
            assert cut
            await advance
        await clock.close()
        assert_each_once(home)

    asyncio.run(story())


def test_a_worker_that_asks_for_work_is_told_from_none(home: Any) -> None:
    """What one execution cannot record is its own affair only where a worker serves the others meanwhile."""

    async def story() -> None:
        client = await home.client()
        mover, began = Mover(client), real_now()
        assert not await mover.is_served(home.queue, began)
        async with home.worker(client):
            while True:
                if await mover.is_served(home.queue, began):
                    break
                await asyncio.sleep(0.05)
            assert not await mover.is_served(home.queue, real_now() + timedelta(minutes=5))

    asyncio.run(story())


def test_an_execution_that_cannot_record_costs_itself_alone(home: Any, no_carrier: str) -> None:
    """The database takes no row of one; the clock goes on without it, and the others are carried out to the end."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier, patience_s=6)
        home.sql("""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$
        """)
        async with home.worker(client):
            poisoned = await home.entity(client, "contract/a", home.Plan(item_id="i01", at=home.at(1)))
            other = await home.entity(client, "contract/b", *planned(home, 3))
            home.sql(f"""
                create trigger refuses before insert on seen for each row when (new.entity_id = '{poisoned}')
                execute function refuse()
            """)
            advance = asyncio.create_task(clock.advance(home.at(3)))
            number = 0
            while not advance.done():
                # Work for the worker to ask for, as there is in a house that lives.
                number += 1
                await home.entity(client, f"contract/c{number}")
                await asyncio.sleep(0.2)
            await advance
        await clock.close()
        assert [row.event for row in home.seen() if row.entity_id == other] == ["i01", "i02", "i03"]
        assert not [row for row in home.seen() if row.entity_id == poisoned]

    asyncio.run(story())


def test_what_nobody_outside_answers_keeps_nobodys_time(home: Any, no_carrier: str) -> None:
    """NTT is asked in vain: after a while everybody else's time goes on, and what waits is still there to be named."""

    async def story() -> None:
        client = await home.client()
        clock = home.clock(client, no_carrier, patience_s=6)
        async with home.worker(client):
            asks = await home.entity(
                client, "contract/a", home.Plan(item_id="asks", at=home.at(1), effect="never_answered")
            )
            await home.entity(client, "contract/b", *planned(home, 2))
            await clock.advance(home.at(3))
        await clock.close()
        assert [row.event for row in home.seen()] == ["i01", "i02"]
        assert home.clock_row()[1:] == (None, None)
        assert home.sql("select entity_id, item_id from agenda") == [(asks, "asks")]

    asyncio.run(story())
