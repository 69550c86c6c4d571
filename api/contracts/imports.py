"""Contracts that exist already, one a line: each becomes a running workflow, whatever becomes of the others."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict
from sqlalchemy import select, update
from sqlmodel import Session, col
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from api.contracts.applications import EXAMPLE as APPLICATION
from api.contracts.applications import ApplicantBody, LineBody
from api.contracts.kinds import CONTRACT as KIND
from api.doors.commands import BackOfficeDoor
from api.doors.fields import Body, CourseName, Day, LineId, Text
from api.doors.idempotency import Mutation
from api.doors.people import keep_line, keep_person
from api.doors.problems import Problem
from api.doors.send import start
from api.services import Services
from api.wire import misfits
from api.wire.line_bodies import MEDIA, Unfit, entry_of, lines_of, with_own_words, without_own_words
from decisions.contract.domain import CONTRACT
from decisions.engine import Run
from models.messages.contract.contract import ContractInput, Import, workflow_id
from models.messages.entity import Refused
from models.tables.contract.contract import Contract
from models.tables.people import Line
from store.database import business_now
from store.facts.looked_up import look_up, standing
from store.imported import CONFLICT, CONFLICT_DETAIL, Entered, entered

router = APIRouter(tags=["contracts"])

AT_ONCE = 16
"""Contracts started at the same time, as many as the worker records at once."""

ATTEMPTS = 3
"""Times that one contract is awaited under load; starting it again finds it running."""

COMMAND = "import"

LINES_MAX = 20_000
"""Lines of one request."""

LINES_PER_TRANSACTION = 200

EXAMPLE: dict[str, Any] = {
    "external_id": "OLD-000123",
    "course": "W1_FAMILY",
    "applied_on": "2009-04-01",
    "service_start_on": "2009-04-20",
    "minimum_term_end_on": None,
    "payment_agency": True,
    "line": {"operator": "EAST", "line_id": "CAF0000000123", "brand": "B", "service_type": "FAMILY"},
    "person": APPLICATION["applicant"],
}


class ImportedLine(LineBody):
    """A line that carries a running contract has a number."""

    line_id: LineId


class ImportedContract(Body):
    """One line of an import; `course` is the course on the import day."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [EXAMPLE]})

    external_id: Text
    course: CourseName
    applied_on: Day
    service_start_on: Day
    minimum_term_end_on: Day | None = None
    payment_agency: bool = False
    line: ImportedLine
    person: ApplicantBody


@dataclass
class Row:
    """One line on its way."""

    number: int
    external_id: str | None
    outcome: Literal["imported", "already", "refused", "waiting"] = "waiting"
    contract_id: str | None = None
    code: str | None = None
    detail: str | None = None
    message: str | None = None
    body: ImportedContract | None = field(default=None, repr=False)
    made: ContractInput | None = field(default=None, repr=False)

    def refuse(self, code: str, detail: str, message: str | None = None) -> None:
        """This line does not enter; the rest does. Without a message it says in Japanese what the code means."""
        self.outcome, self.code, self.detail, self.contract_id = "refused", code, detail, None
        self.message = message or misfits.in_japanese(code)

    def find(self, entered: Entered, op: str) -> None:
        """Something stands under its id: its own doing, there already, or another one that it cannot mean."""
        if self.body is not None and entered.is_other(self.body.line.line_id):
            self.refuse(CONFLICT, CONFLICT_DETAIL)
            return
        # Entered by this very request before it was answered: still its own doing.
        self.outcome = "imported" if entered.op.startswith(f"{op}/") else "already"

    def own_words(self) -> dict[str, Any]:
        """What of the answer is the caller's own, or quotes it."""
        quoted = {"detail": self.detail, "message": self.message} if self.body is None else {}
        return {"external_id": self.external_id, **quoted}

    def told(self) -> dict[str, Any]:
        """The line of the answer."""
        told: dict[str, Any] = {
            "external_id": self.external_id,
            "contract_id": self.contract_id,
            "outcome": self.outcome,
        }
        if not self.code:
            return told
        return {**told, "code": self.code, "detail": self.detail, "message": self.message}


@router.post(
    "/v1/contracts/import",
    summary="Take over contracts that exist already, one a line",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                MEDIA: {
                    "schema": {"type": "string", "format": "binary", "description": "One JSON object a line."},
                    "example": json.dumps(EXAMPLE, ensure_ascii=False) + "\n",
                }
            },
        }
    },
)
async def import_contracts(request: Request, door: BackOfficeDoor) -> JSONResponse:
    """Repeating it imports nothing twice: `external_id` stands for the contract, whoever sends it.

    A line that does not enter is answered with its code and detail; the others enter.
    """
    house, who = door.services, door.who
    rows = await asyncio.to_thread(_parse, await request.body())
    own = [row.own_words() for row in rows]
    if door.dry_run:
        await house.read(lambda session: _check(session, rows, who.name, "dry-run"))
        for row in rows:
            if row.outcome == "waiting":
                row.outcome, row.contract_id = "imported", None
        return JSONResponse({**_answer(rows), "dry_run": True})

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        await house.read(lambda session: _check(session, rows, who.name, seen.op))
        waiting = [row for row in rows if row.outcome == "waiting"]
        for index in range(0, len(waiting), LINES_PER_TRANSACTION):
            await _enter(house, waiting[index : index + LINES_PER_TRANSACTION], seen)
        answer = _answer(rows)
        return 200, {**answer, "lines": without_own_words(answer["lines"], own)}

    return await asyncio.to_thread(with_own_words, await door.once(work), own)


def _answer(rows: list[Row]) -> dict[str, Any]:
    counts = Counter(row.outcome for row in rows)
    return {
        **{name: counts[name] for name in ("imported", "already", "refused")},
        "lines": [row.told() for row in rows],
    }


def _parse(body: bytes) -> list[Row]:
    """The lines; one that does not fit is refused by itself."""
    return [_row(number, line) for number, line in enumerate(lines_of(body, at_most=LINES_MAX), start=1)]


def _row(number: int, line: str) -> Row:
    found = entry_of(line, ImportedContract)
    row = Row(number, found.external_id)
    if isinstance(found, Unfit):
        row.refuse("MALFORMED", found.detail, found.message)
    else:
        row.body = found
    return row


def _stem(external_id: str) -> str:
    return hashlib.sha256(f"import\n{external_id}".encode()).hexdigest()[:24].upper()


def _check(session: Session, rows: list[Row], who: str, op: str) -> None:
    """Decide every line beforehand, in order: what is there already, what is refused, what may enter."""
    now = business_now(session)
    there, known = _there(session, rows), _known_lines(session, rows)
    lines: set[str] = set()
    accepted: dict[str, str] = {}
    for row in rows:
        if row.body is None:
            continue
        contract_id = f"K{_stem(row.body.external_id)}"
        line_id = row.body.line.line_id
        row.contract_id = contract_id
        if contract_id in there:
            row.find(there[contract_id], op)
            continue
        if contract_id in accepted:
            row.find(Entered("", accepted[contract_id]), op)
            continue
        command = _command(row, who, known.get(line_id))
        refused = _refusal(session, command, now)
        if refused is not None and (since := _there(session, [row]).get(contract_id)) is not None:
            row.find(since, op)  # it has entered since the look above, and holds the line itself
            continue
        if refused is not None:
            row.refuse(refused.code, refused.detail, misfits.in_japanese(refused.code, values=refused.values))
            continue
        if line_id in lines:
            row.refuse("LINE_TAKEN", "An earlier line of this import holds the same フレッツ光 line.")
            continue
        lines.add(line_id)
        accepted[contract_id] = line_id
        command = command.model_copy(update={"op": f"{op}/{row.number}", "at": now})
        row.made = ContractInput(contract_id=contract_id, import_=command)


def _there(session: Session, rows: list[Row]) -> dict[str, Entered]:
    """Contracts that have entered already."""
    return entered(session, [workflow_id(f"K{_stem(row.body.external_id)}") for row in rows if row.body is not None])


def _known_lines(session: Session, rows: list[Row]) -> dict[str, str]:
    """Line number → key, of those seen before."""
    ids = [row.body.line.line_id for row in rows if row.body is not None]
    found: dict[str, str] = {}
    for index in range(0, len(ids), LINES_PER_TRANSACTION):
        query = select(Line).where(col(Line.line_id).in_(ids[index : index + LINES_PER_TRANSACTION]))
        found |= {each.line_id: each.line_key for each in session.execute(query).scalars()}
    return found


def _refusal(session: Session, command: Import, now: datetime) -> Refused | None:
    """Why a line does not enter; the same decision as a dry run, without asking for the time a thousand times."""
    empty = CONTRACT.state().model_dump(mode="json")
    run = Run(
        CONTRACT,
        empty,
        now,
        facts=look_up(session, CONTRACT, empty, COMMAND, command, now),
        standing=standing(session, CONTRACT.kind, empty),
    )
    run.command(COMMAND, command.model_copy(update={"op": "beforehand", "at": now}))
    return run.outcome.refused


def _command(row: Row, who: str, line_key: str | None) -> Import:
    body = row.body
    if body is None:
        message = "only a line that fits can enter"
        raise ValueError(message)
    return Import(
        contract_id=f"K{_stem(body.external_id)}",
        line_key=line_key,
        actor=who,
        line=body.line.facts(),
        **body.model_dump(exclude={"external_id", "line", "person"}),
    )


async def _enter(house: Services, rows: list[Row], seen: Mutation) -> None:
    """Write people and lines, start the workflows, keep the external ids.

    Raises:
        Problem: 503, Temporal or the database did not answer; the same request goes on where this one stopped.
    """
    await house.read(lambda session: _keep_people(session, rows, seen))
    limit = asyncio.Semaphore(AT_ONCE)
    failures: list[Problem] = []

    async def one(row: Row) -> None:
        async with limit:
            if failures:  # Nobody answers: the lines behind would only wait one after the other.
                return
            try:
                await _start(house, row)
            except Problem as problem:
                failures.append(problem)

    async with asyncio.TaskGroup() as tasks:
        for row in rows:
            tasks.create_task(one(row))
    await house.read(lambda session: _settle(session, rows))
    if failures:
        raise failures[0]


def _keep_people(session: Session, rows: list[Row], seen: Mutation) -> None:
    for row in rows:
        if row.body is None or row.made is None or row.made.import_ is None:
            continue
        line = row.body.line
        ids = {
            "contract_id": row.made.contract_id,
            "person_id": keep_person(session, f"P{row.made.contract_id[1:]}", row.body.person.model_dump(), seen.at),
            "line_key": keep_line(session, line.line_id, line.operator, seen.at),
        }
        made = row.made.import_.model_copy(update=ids)
        row.made = ContractInput(**ids, import_=made)


async def _start(house: Services, row: Row) -> None:
    """Start one workflow and await its entry; one it refuses after all writes no log, and is told by that.

    Raises:
        Problem: 503, nobody answered in time.
    """
    made = row.made
    if made is None or made.import_ is None:
        return
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await _begin(house, made, made.import_.op)
        except Problem as problem:
            # One that is over has entered before; the log tells.
            if problem.code == "CLOSED" or await _has_failed(house, workflow_id(made.contract_id)):
                return
            if attempt == ATTEMPTS:
                raise
        else:
            return


async def _begin(house: Services, made: ContractInput, op: str | None) -> None:
    """One refused at the last moment has failed and may be sent again once its line is free."""
    await start(house, KIND, made.contract_id, made, "apply", f"{op}/answer", refused_may_return=True)


async def _has_failed(house: Services, name: str) -> bool:
    """Whether the workflow refused to begin."""
    try:
        told = await house.client.get_workflow_handle(name).describe()
    except RPCError:
        return False
    return told.status is WorkflowExecutionStatus.FAILED


def _settle(session: Session, rows: list[Row]) -> None:
    """What entered, by the log; the external id goes onto its row."""
    there = _there(session, rows)
    for row in rows:
        if row.contract_id in there:
            own = row.made is not None and row.made.import_ is not None and row.made.import_.op
            row.outcome = "imported" if there[row.contract_id].op == own else "already"
            session.execute(
                update(Contract).where(col(Contract.contract_id) == row.contract_id).values(external_id=row.external_id)
            )
        else:
            row.refuse("LINE_TAKEN", "Another contract took the line while this one entered.")
