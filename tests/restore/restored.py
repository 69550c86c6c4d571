"""Two hundred lives in flight, a store lost or restored older: a month later everything is as in an undisturbed twin.

Run by `make test-restore`. The twin is the same home, copied while it stood: ids are the same, so every effect is
compared by name.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from api.contracts.imports import EXAMPLE as CONTRACT
from api.memberships.imports import EXAMPLE as MEMBER
from embedded.background import in_background
from embedded.home import temporary_home
from embedded.stack import EmbeddedStack, Ports
from rules.calendar import JST, Month
from tests.whole.conftest import House
from tests.whole.test_healing import keiyaku, running

pytestmark = pytest.mark.timeout(900)

BEGINS = datetime(2024, 2, 20, 9, tzinfo=JST)
AFTER = Month.parse("2024-03").first_day.replace(day=6)
"""Past the month's end, its points and its statements."""

IN_FLIGHT = 200
CONTRACTS, MEMBERS, FILINGS, EXCHANGES = 110, 60, 10, 10
"""A filing is an entity beside its contract."""

AT_ONCE = 8
PASSWORD = "correct horse battery"

EFFECTS = {
    "states": "select entity_id, state ->> 'state', seq, closed from entity where kind <> 'program'",
    "log": """
        select entity_id, seq, event, from_state, to_state, effective_on, state_from, articles::text, voids::text
        from transition where entity_id not like 'program/%'
    """,
    "agenda": "select entity_id, item_id, due_at, effect from agenda where entity_id not like 'program/%'",
    "charges": "select * from charge",
    "statements": "select statement_id, due_on, state, total, combined, settled_on from statement",
    "items": "select statement_id, code, month, amount, tax, total from statement_item",
    "letters": "select notice_id, entity_id, kind, subject, body from notice",
    "outbox": "select message_id, entity_id, channel, failed_at is not null from outbox",
    "points": 'select lot_id, member_id, kind, points, "on", ref from point_entry',
    "to and from NTT": "select direction, kind, entity_id, body::text from carrier_message",
}


@dataclass
class Kept:
    """A home with two hundred lives in flight, at rest; and what a month later makes of them undisturbed."""

    base: Path
    ports: Ports
    copy: Path
    open: set[str]
    effects: dict[str, list[str]]

    @contextmanager
    def running(self) -> Iterator[House]:
        """The home as it was kept, running."""
        home = self.base / "home"
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run(["cp", "-a", str(self.copy), str(home)], check=True)
        with running_at(home, self.ports) as house:
            yield house


@contextmanager
def running_at(home: Path, ports: Ports) -> Iterator[House]:
    """A stack on a home."""
    with in_background(EmbeddedStack(home, ports=ports, clock=BEGINS)) as background:
        yield House(background)


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """The home that was kept, and its twin's month."""
    with temporary_home("keiyaku restore-") as base:
        found = Kept(base, Ports.free(), base / "kept", set(), {})
        with running_at(base / "home", found.ports) as house:
            begin(house)
            found.open = open_ids(house)
            assert len(found.open) >= IN_FLIGHT
        (base / "home").rename(found.copy)
        with found.running() as house:
            found.effects = month_later(house)
        assert found.effects["statements"]
        assert found.effects["points"]
        yield found


# --- the lives ---------------------------------------------------------------------------------------------------


def begin(house: House) -> None:
    """Lives in many states: see `decide`, `filings` and `exchanges`."""
    told = imported(house, "/v1/contracts/import", (contract(house, number) for number in range(CONTRACTS)))
    contracts = [str(each["contract_id"]) for each in told]
    told = imported(house, "/v1/memberships/import", (member(house, number) for number in range(MEMBERS)))
    members = [str(each["member_id"]) for each in told]
    house.until(lambda: unstarted(house) == 0)
    decide(house, contracts, members)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        filed = list(pool.map(lambda _: house.filing()[1], range(FILINGS)))
    house.until(lambda: all(house.get(f"/v1/filings/{each}")["state"] == "filed" for each in filed))
    exchanges(house, members[-EXCHANGES:])


def contract(house: House, number: int) -> dict[str, Any]:
    """One line of an import."""
    line = {**CONTRACT["line"], "line_id": house.new_line()}
    return {**CONTRACT, "external_id": f"C{number}", "payment_agency": number % 2 == 0, "line": line}


def member(house: House, number: int) -> dict[str, Any]:
    """One line of an import, with points of which some lapse this month; those who exchange have a password."""
    line = {**MEMBER["line"], "operator": "EAST", "line_id": house.new_line()}
    person = {**MEMBER["member"], "password": PASSWORD} if number >= MEMBERS - EXCHANGES else MEMBER["member"]
    person = {key: value for key, value in person.items() if key != "password" or number >= MEMBERS - EXCHANGES}
    lots = [{"granted_on": "2023-05-01", "kind": "monthly", "points": 500, "left": 500}]
    return {**MEMBER, "external_id": f"M{number}", "line": line, "member": person, "lots": lots}


def imported(house: House, path: str, lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What became of each line: all enter."""
    content = "\n".join(json.dumps(each, ensure_ascii=False) for each in lines).encode()
    answer = house.call("POST", path, content=content, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text
    told = list(answer.json()["lines"])
    assert {each["outcome"] for each in told} == {"imported"}, told
    return told


def decide(house: House, contracts: list[str], members: list[str]) -> None:
    """A third cancels, some undo it, some lose their line and have to choose, some change course, some consent."""
    now = house.now.isoformat()
    cancel = {"channel": "paper", "received_at": now}
    lines = {each: str(house.contract(each)["line_id"]) for each in contracts[50:70]}

    def lose(contract_id: str) -> None:
        body = {"kind": "terminated", "effective_on": BEGINS.date().isoformat(), "details": {}}
        answer = house.carrier.post(f"/lines/{lines[contract_id]}/notices", json=body, timeout=120)
        assert answer.status_code == 200, answer.text

    def undo(contract_id: str) -> None:
        house.post(f"/v1/contracts/{contract_id}/cancellation", cancel)
        taken_back(house, contract_id)

    change = {"to_course": "COLLABO", "channel": "online", "received_at": now}
    charge = {"month": "2024-02", "items": [{"code": "FLETS", "amount": 5200}]}
    each_of(contracts[:40], lambda each: house.post(f"/v1/contracts/{each}/cancellation", cancel))
    each_of(contracts[40:50], undo)
    each_of(contracts[50:70], lose)
    each_of(contracts[70:80], lambda each: house.post(f"/v1/contracts/{each}/course-changes", change))
    each_of(contracts[80:100:2], lambda each: house.post(f"/v1/contracts/{each}/line-charges", charge))
    consents = {"club": True, "ntt_east": False}
    each_of(members[:20], lambda each: house.call("PUT", f"/v1/memberships/{each}/mail-consents", consents))


def taken_back(house: House, contract_id: str) -> None:
    """The contractor stays after all."""
    answer = house.call("DELETE", f"/v1/contracts/{contract_id}/cancellation")
    assert answer.status_code == 200, answer.text


def exchanges(house: House, members: list[str]) -> None:
    """Points are on their way to NTT, which is away: each stands sent and unanswered."""
    sent: list[tuple[str, str]] = []
    for member_id in members:
        line_id = house.get(f"/v1/memberships/{member_id}")["line_id"]
        line_token = house.carrier.post("/EAST/line-tokens", json={"line_id": line_id}).json()["line_token"]
        body = {"member_id": member_id, "password": PASSWORD, "line_token": line_token}
        token = house.post("/v1/sessions", body, key="site")["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        item = {"item_id": "FEE-PAYMENT", "quantity": 100}
        made = house.post("/v1/exchanges", item, key=None, headers=bearer)["exchange_id"]
        house.post(f"/v1/exchanges/{made}/confirm", key=None, headers=bearer)
        sent.append((made, token))
    house.background.hold("carrier")
    for made, token in sent:
        house.post(f"/v1/exchanges/{made}/send", key=None, headers={"Authorization": f"Bearer {token}"})


def each_of(ids: list[str], work: Callable[[str], Any]) -> None:
    """The same for many, a few at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, ids))


# --- what is seen ------------------------------------------------------------------------------------------------


def rows(house: House, sql: str) -> list[Any]:
    """What the database holds."""
    engine = create_engine(house.stack.database_url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(sql)).all())
    finally:
        engine.dispose()


def open_ids(house: House) -> set[str]:
    """Every entity that is not over, programmes aside."""
    return {row.entity_id for row in rows(house, "select entity_id from entity where not closed and kind <> 'program'")}


def unstarted(house: House) -> int:
    """Imported memberships that do not run yet."""
    return int(rows(house, "select count(*) from member where not workflow_started")[0][0])


def month_later(house: House) -> dict[str, list[str]]:
    """Every effect, once the month has ended and its statements are out."""
    house.until(lambda: not rows(house, "select from agenda where effect = 'send_fee_payment'"))
    house.advance(AFTER)
    assert house.differences() == []
    told = keiyaku(house.stack.home, "verify")
    assert told.returncode == 0, told.stdout
    return {name: sorted(str(tuple(row)) for row in rows(house, sql)) for name, sql in EFFECTS.items()}


def assert_as_the_twin(effects: dict[str, list[str]], twin: dict[str, list[str]]) -> None:
    """Nothing is missing, nothing is there twice, nothing is otherwise."""
    told = {
        name: {"missing": sorted(set(twin[name]) - set(found)), "more": sorted(set(found) - set(twin[name]))}
        for name, found in effects.items()
        if found != twin[name]
    }
    assert told == {}


# --- what is lost ------------------------------------------------------------------------------------------------


def test_after_the_store_of_temporal_is_lost_a_month_passes_as_if_nothing_was(kept: Kept) -> None:
    """`keiyaku recover` starts every open entity again; charges, letters, statements and points are the twin's."""
    with kept.running() as house:
        house.background.hold("worker")
        house.background.hold("temporal", hard=True)
        for path in house.stack.home.glob("temporal.db*"):
            path.unlink()
        house.background.release("temporal")
        recovered = keiyaku(house.stack.home, "recover")
        started = int(recovered.stdout.split("started again", 1)[1].split()[0])
        left = open_ids(house)  # NTT may have answered some exchanges before the store was lost
        assert started >= len(left) > IN_FLIGHT - EXCHANGES - 1, recovered.stdout + recovered.stderr
        house.background.release("worker")
        house.until(lambda: keiyaku(house.stack.home, "recover").returncode == 0)
        still = open_ids(house)
        assert [each for each in left & still if not running(house, each)] == []
        assert_as_the_twin(month_later(house), kept.effects)


def test_after_an_older_database_is_adopted_a_month_passes_as_it_says(kept: Kept) -> None:
    """Cancelled, undone, begun after the backup: held, answered 503; adopted, everything is the twin's."""
    with kept.running() as house:
        now = house.now.isoformat()
        cancel = {"channel": "paper", "received_at": now}
        active = [row.contract_id for row in rows(house, "select contract_id from contract where state = 'active'")]
        ending = [row.contract_id for row in rows(house, "select contract_id from contract where state = 'ending'")]
        assert min(len(active), len(ending)) >= 20
        changed = [f"contract/{each}" for each in [*active[:20], *ending[:20]]]
        each_of(active[:20], lambda each: house.post(f"/v1/contracts/{each}/cancellation", cancel))
        each_of(ending[:20], lambda each: taken_back(house, each))
        told = imported(house, "/v1/contracts/import", (contract(house, CONTRACTS + number) for number in range(10)))
        unknown = [f"contract/{each['contract_id']}" for each in told]
        house.background.hold("postgres", hard=True)
        shutil.rmtree(house.stack.home / "pg")
        subprocess.run(["cp", "-a", str(kept.copy / "pg"), str(house.stack.home / "pg")], check=True)
        house.background.release("postgres")
        house.until(lambda: house.call("GET", "/healthz", key=None).status_code == 200)

        assert house.call("DELETE", f"/v1/contracts/{active[0]}/cancellation").status_code == 503
        assert house.command(ending[0], "cancellation", cancel).status_code == 503
        recovered = keiyaku(house.stack.home, "recover")
        assert recovered.returncode == 1
        held = {line.split()[1] for line in recovered.stdout.splitlines() if line.startswith(("behind ", "unknown "))}
        assert {*changed, *unknown} <= held, recovered.stdout
        adopted = keiyaku(house.stack.home, "recover", "--all")
        assert adopted.returncode == 0, adopted.stdout + adopted.stderr
        house.until(lambda: keiyaku(house.stack.home, "recover").returncode == 0)
        assert_as_the_twin(month_later(house), kept.effects)
