"""Lives with a secret word in every field that can be filled, erased: nothing of ours sings one of them any more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.furnished import Furniture
from tests.whole.canary_lives import (
    Told,
    active,
    at_every_door,
    clashed,
    declined,
    filed,
    imported,
    paid,
    registered,
    withdrawn,
)
from tests.whole.conftest import House
from tests.whole.together.doors.test_commands import keiyaku

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def told(furniture: Furniture) -> Iterator[Told]:
    """A house with logs as people read them, which say more than those for machines."""
    with furniture.stack(extra_env={"KEIYAKU_LOG_FORMAT": "plain"}) as background:
        yield Told(House(background))


def test_no_canary_is_left(told: Told) -> None:
    """Tables, histories and what Temporal shows, logs, events: none has a word of somebody who is erased."""
    house, c = told.house, told.canaries
    ours = [
        withdrawn(told),
        at_every_door(told),
        filed(told),
        imported(told),
        active(told),
        registered(told),
        declined(told),
    ]
    clashed(told)
    told.listen()
    cancelled = {"channel": "paper", "received_at": house.now.isoformat(), "reason": c.text("cancellation.reason")}
    told.granted("cancellation", f"/v1/contracts/{ours[3]}/cancellation", cancelled)
    house.advance_days(75)
    for contract_id in ours[3:5]:
        paid(told, contract_id, c.text(f"{'payments' if contract_id == ours[3] else 'desk.payments'}.reason"))
    waived = {
        "case": "death",
        "evidence": c.text("waivers.granted.evidence"),
        "reason": c.text("waivers.granted.reason"),
    }
    told.granted("waivers", f"/v1/contracts/{ours[4]}/waivers", waived)
    told.listen()
    house.advance_days(500)
    told.listen()
    assert sorted(set(c.doors) - c.refused - told.heard) == []

    _erased_over_http(house, ours.pop())
    for any_id in ours:
        done = keiyaku(house.stack.home, "erase", any_id)
        assert done.returncode == 0, done.stderr
    found = {**c.in_tables(house), **c.in_temporal(house), **c.in_logs(house), **c.in_events(house)}
    # What is put out to everybody is the house's own, and nobody's in particular.
    everybodys = {"rollouts.notice"}
    assert found == {"note.text": everybodys, "idempotency.answer": everybodys}
    verified = keiyaku(house.stack.home, "verify")
    assert verified.returncode == 0, verified.stderr + verified.stdout


def _erased_over_http(house: House, contract_id: str) -> None:
    """At the door it is done once for its key; who did it, and by which reason code, stays in both logs."""
    person_id = house.contract(contract_id)["person_id"]
    path, body = f"/v1/people/{person_id}", {"reason_code": "customer_request", "on_behalf_of": "ticket-4711"}
    first, again = (house.call("DELETE", path, body, idem="erased-once") for _ in range(2))
    assert (first.status_code, first.json()["outcome"], first.json()) == (200, "erased", again.json())
    whole = house.get_as("backoffice", path)
    assert (whole["name"], whole["erased_at"]) == ("", first.json()["erased_at"])
    (change,) = whole["changes"]
    made = {"change_id": first.json()["change_id"], "actor": "operator", **body}
    assert {name: change[name] for name in made} == made
    assert [each["action"] for each in house.get("/v1/access-log", person_id=person_id)["items"]].count("erase") == 1
