"""Contracts for a part to measure, by each way they can come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio.client import Client

from api.contracts.imports import EXAMPLE
from bench.common.floor import at_once
from bench.common.house import House
from models.messages.contract.contract import (
    WORKFLOW,
    Apply,
    Consents,
    ContractInput,
    Import,
    LineFacts,
    StartService,
    workflow_id,
)
from models.messages.entity import CONTRACTS_QUEUE
from models.tables.people import Line, Person
from rules.calendar import japan_day
from store.database import business_now, clock_offset


async def begun(
    client: Client, contract_id: str, queue: str, offset: timedelta, received_at: datetime, now: datetime, on: date
) -> Any:
    """A contract in force.

    Args:
        client: of Temporal.
        contract_id: its id.
        queue: whose worker has it.
        offset: business time minus real time.
        received_at: when the application came.
        now: the business moment.
        on: the day its service starts.
    """
    edition = "2018-06-01"
    apply = Apply(
        course="W2_FAMILY",
        channel="online",
        received_at=received_at,
        line=LineFacts(carrier_area="EAST"),
        consents=Consents(general_terms=edition, course_terms=edition, carrier_terms="EAST-2017"),
        at=now,
    )
    start = ContractInput(contract_id=contract_id, apply=apply, offset_s=offset.total_seconds())
    handle = await client.start_workflow(WORKFLOW, start, id=workflow_id(contract_id), task_queue=queue)
    await handle.execute_update("apply")
    await handle.execute_update("start_service", StartService(service_start_on=on))
    return handle


async def import_contracts(client: Client, database: Engine, count: int, course: str = "W2_FAMILY") -> None:
    """Running contracts `KBENCH…`, each with a person and a line, past the doors."""
    with Session(database) as session, session.begin():
        now, offset = business_now(session), clock_offset(session).total_seconds()
        for number in range(count):
            person_id, line_key = f"PBENCH{number}", f"LBENCH{number}"
            # Without an address the announcement is posted to the portal only: mail is not what is measured.
            session.add(Person(person_id=person_id, name=f"契約 {number}", email="", created_at=now))
            session.add(Line(line_key=line_key, line_id=f"CAF77{number:08d}", operator="EAST", created_at=now))
    began = japan_day(now).replace(day=1)

    async def enter(number: str) -> None:
        contract_id = f"KBENCH{number}"
        start = ContractInput(
            contract_id=contract_id,
            person_id=f"PBENCH{number}",
            line_key=f"LBENCH{number}",
            import_=Import(
                course=course, applied_on=began, service_start_on=began, line=LineFacts(carrier_area="EAST")
            ),
            offset_s=offset,
        )
        handle = await client.start_workflow(WORKFLOW, start, id=workflow_id(contract_id), task_queue=CONTRACTS_QUEUE)
        await handle.execute_update("apply")

    await at_once([str(number) for number in range(count)], enter)


async def import_rows(house: House, number: int, count: int) -> list[str]:
    """Contracts in force as another system hands them over, a round of them; gives their ids."""
    answer = await house.import_lines("/v1/contracts/import", handed_over(number, count))
    return [str(line["contract_id"]) for line in answer["lines"]]


def handed_over(number: int, count: int) -> list[dict[str, Any]]:
    """The lines of an import, a round of them."""
    return [
        {
            **EXAMPLE,
            "external_id": f"BENCH-{number}-{each}",
            "line": {**EXAMPLE["line"], "line_id": f"CAF{44_000_000 + number * 100_000 + each:010d}"},
            "person": {**EXAMPLE["person"], "email": f"bench{number}.{each}@example.com"},
        }
        for each in range(count)
    ]
