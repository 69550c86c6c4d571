"""Relays as processes of their own, beside a worker that relays too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from embedded.ports import LOOPBACK, free_ports
from store.database import engine
from tests.whole.conftest import House
from tests.whole.together.doors.test_watching import sample

ROWS, ENTITIES = 200, 20

_PERSON = "insert into person (person_id, name, name_kana, email, phone, postal_code, address, created_at) values "
_PLANT = f"""
with who as ({_PERSON} ('PRELAYS', '中継 太郎', '', 'relays@example.jp', '', '', '', now()) returning person_id),
letters as (
  insert into notice (notice_id, entity_id, person_id, kind, subject, body, created_at)
  select 'relays-' || n, 'contract/KRELAYS' || n % {ENTITIES}, person_id, 'x', 'x', 'x', now()
  from who, generate_series(0, {ROWS - 1}) n returning notice_id, entity_id)
insert into outbox (message_id, entity_id, channel, payload, created_at, business_at, attempts, next_attempt_at)
select notice_id || '-email', entity_id, 'email', jsonb_build_object('notice_id', notice_id), now(), now(), 0, now()
from letters order by substr(notice_id, 8)::int
"""


class Relay:
    """`keiyaku relay` on the servers of a running stack."""

    def __init__(self, house: House, home: Path) -> None:
        """Start it."""
        (port,) = free_ports(1)
        self._url = f"http://{LOOPBACK}:{port}/metrics"
        self._ready = home / "relay.ready"
        own = {"KEIYAKU_HOME": str(home), "KEIYAKU_METRICS_PORT": str(port)}
        with (house.stack.home / "logs" / "relay.log").open("ab") as log:
            command = (sys.executable, "-m", "cli", "relay")
            self.process = subprocess.Popen(command, env={**house.stack.env(), **own}, stdout=log, stderr=log)

    def is_ready(self) -> bool:
        """Whether it has said that it works."""
        assert self.process.poll() is None
        return self._ready.exists()

    def delivered(self) -> float:
        """How many letters it has delivered."""
        page = httpx.get(self._url, trust_env=False).text
        return sample(page, "keiyaku_outbox_tries_total", lane="email", outcome="delivered") or 0


@contextmanager
def relays(house: House, base: Path, count: int) -> Iterator[list[Relay]]:
    """So many, ready; ended by SIGTERM, which each heeds."""
    with ExitStack() as ending:
        found = [Relay(house, base / f"relay-{number}") for number in range(count)]
        for each in found:
            ending.callback(each.process.wait, 20)
            ending.callback(each.process.terminate)
        house.until(lambda: all(each.is_ready() for each in found))
        yield found


def test_two_relays_and_a_worker_deliver_each_letter_once_and_in_order(house: House, tmp_path: Path) -> None:
    """Of 200 letters of 20 contracts all go out, each contract's in order, though a relay is killed with -9 meanwhile.

    What the killed one had in its hands may come twice, under the same id, by which the receiver knows it.
    """
    database = engine(house.stack.database_url)
    with relays(house, tmp_path, 2) as (killed, other):
        with database.begin() as connection:
            connection.execute(text(_PLANT))
        house.until(lambda: killed.delivered() >= 1)
        os.kill(killed.process.pid, signal.SIGKILL)
        killed.process.wait()

        def left() -> Any:
            with database.connect() as connection:
                query = "select count(*) from outbox where message_id like 'relays-%' and delivered_at is null"
                return connection.execute(text(query)).scalar_one()

        house.until(lambda: left() == 0)
        assert other.delivered() >= 1
    database.dispose()
    mails = house.carrier.get("/mail", params={"to": "relays@example.jp"}).json()
    numbers = [int(each["message_id"].split("relays-")[1].split("-")[0]) for each in mails]
    assert set(numbers) == set(range(ROWS))
    assert len(numbers) <= ROWS + 1
    first = list(dict.fromkeys(numbers))
    for entity in range(ENTITIES):
        mine = [number for number in first if number % ENTITIES == entity]
        assert mine == sorted(mine)
    assert other.process.returncode == 0
