"""Events and bytes of the `family-2018` life."""

from __future__ import annotations

from bench.common.house import House
from bench.common.own import connected
from bench.common.report import Report
from embedded.stack import EmbeddedStack

SCRIPT = [
    {"after_days": 1, "status": "accepted"},
    {"after_days": 4, "status": "date_adjusting"},
    {"after_days": 9, "status": "waiting_work", "work_on": "2018-06-12"},
    {"after_days": 23, "status": "opened"},
]


async def run(stack: EmbeddedStack) -> Report:
    """Live it once and count."""
    house = House(stack)
    (await house.carrier.put("/scripts/default", json=SCRIPT)).raise_for_status()
    contract_id = await house.apply(None)
    await house.call("POST", "/v1/clock/advance", {"to": "2019-04-25T12:00:00+09:00"})
    letter = {"channel": "paper", "received_at": "2019-04-25T10:00:00+09:00"}
    await house.call("POST", f"/v1/contracts/{contract_id}/cancellation", letter)
    await house.call("POST", "/v1/clock/advance", {"to": "2019-05-01T12:00:00+09:00"})
    state = await house.call("GET", f"/v1/contracts/{contract_id}")
    client = await connected(stack)
    lines: Report = []
    events = 0
    for workflow_id in (f"contract/{contract_id}", f"filing/{state['filing_id']}"):
        history = await client.get_workflow_handle(workflow_id).fetch_history()
        size = sum(event.ByteSize() for event in history.events)
        events += len(history.events)
        lines.append(f"family-2018  {workflow_id.split('/')[0]:9} {len(history.events):4} events  {size:7,} bytes")
    return [*lines, f"family-2018  together  {events:4} events  (at most 100)"]
