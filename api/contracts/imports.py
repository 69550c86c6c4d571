"""Contracts that exist already, one a line: written as sets of rows, a page at a time, then each one started."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import psycopg
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ConfigDict
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from api.contracts.applications import EXAMPLE as APPLICATION
from api.contracts.applications import ApplicantBody, LineBody
from api.contracts.kinds import CONTRACT as KIND
from api.doors.commands import BackOfficeDoor
from api.doors.fields import Body, CourseName, Day, LineId, Text
from api.doors.idempotency import Mutation
from api.doors.send import unavailable
from api.services import Services
from api.wire import misfits
from api.wire.line_bodies import MEDIA, Unfit, entry_of, lines_of, with_own_words, without_own_words
from decisions.contract.domain import CONTRACT
from decisions.contract.facts import ImportKnown
from decisions.engine import Run
from models.messages.contract.attributes import attributes_at_start
from models.messages.contract.contract import ContractInput, ContractState, Import, workflow_id
from models.messages.entity import CONTRACTS_QUEUE
from models.tables.people import Line
from rules.calendar import japan_day
from store.contracts import Entering, LineMetError, enter, start_of, taken_lines
from store.database import business_now
from store.facts.contract import Standing
from store.imported import CONFLICT, CONFLICT_DETAIL, Entered, differing, entered, one_at_a_time
from store.people.line_key import new_line_key
from store.rollouts import begin_none, ended_courses

log = logging.getLogger(__name__)

router = APIRouter(tags=["contracts"])

AT_ONCE = 16
"""Executions being started at the same time, as many as a worker records at once."""

START_S = 60.0
"""By then those of one page are started, or Temporal counts as away."""

RACES_MAX = 5
"""Times that a page is decided again because somebody else was quicker."""

COMMAND = "import"

LINES_MAX = 20_000
"""Lines of one request."""

LINES_PER_TRANSACTION = 200
"""Of one page: its contracts are written together, and started right after."""

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

    def said(self) -> dict[str, Any]:
        """What it says of the contract itself, as the log keeps it."""
        facts = self.model_dump(mode="json", exclude={"external_id", "line", "person"})
        return {**facts, "line": self.line.facts().model_dump(mode="json")}


@dataclass
class _Before:
    """What earlier lines of the same request brought."""

    lines: set[str] = field(default_factory=set)
    """Numbers of the lines they hold."""
    accepted: dict[str, Entered] = field(default_factory=dict)
    """Contract → how it entered."""


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
    differs: list[str] = field(default_factory=list)
    """Fields by which it says something else than what it finds there already."""
    body: ImportedContract | None = field(default=None, repr=False)
    entering: Entering | None = field(default=None, repr=False)

    def refuse(self, code: str, detail: str, message: str | None = None) -> None:
        """This line does not enter; the rest does. Without a message it says in Japanese what the code means."""
        self.outcome, self.code, self.detail, self.contract_id = "refused", code, detail, None
        self.message = message or misfits.in_japanese(code)

    def meet(self, there: Entered, body: ImportedContract, op: str) -> None:
        """Something stands under its id: its own doing, there already, or another one that it cannot mean."""
        person = body.person.model_dump()
        met = there.met_by(body.line.line_id, person, op)
        if met is None:
            self.refuse(CONFLICT, CONFLICT_DETAIL)
            return
        self.outcome = met
        self.differs = there.differs(body.said(), person, "person") if met == "already" else []

    def ask_again(self) -> None:
        """What was decided no longer holds: somebody else was quicker."""
        if self.body is not None:
            self.outcome, self.code, self.detail, self.message, self.entering = "waiting", None, None, None, None
            self.differs = []

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
            return {**told, **differing(self.differs)}
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
    before = _Before()
    if door.dry_run:
        await house.read(lambda session: _decide(session, rows, who.name, "dry-run", before))
        for row in rows:
            if row.outcome == "waiting":
                row.outcome, row.contract_id = "imported", None
        return JSONResponse({**_answer(rows), "dry_run": True})

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        for index in range(0, len(rows), LINES_PER_TRANSACTION):
            await _enter(house, rows[index : index + LINES_PER_TRANSACTION], who.name, seen, before)
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


def _decide(session: Session, rows: list[Row], who: str, op: str, before: _Before) -> None:
    """Decide about every line in order: what is there already, what is refused, what may enter. Nothing is written."""
    now = business_now(session)
    there, keys = _there(session, rows), _line_keys(session, rows)
    taken = taken_lines(session, ((keys[row.body.line.line_id], japan_day(now)) for row in rows if row.body))
    ended = ended_courses(session, japan_day(now))
    ground = Standing(session, CONTRACT.state().model_dump(mode="json"))
    for row in rows:
        if row.body is None:
            continue
        contract_id, line_id = f"K{_stem(row.body.external_id)}", row.body.line.line_id
        row.contract_id = contract_id
        if earlier := before.accepted.get(contract_id) or there.get(contract_id):
            row.meet(earlier, row.body, op)
            continue
        command = _command(row, row.body, who, keys[line_id]).model_copy(update={"op": f"{op}/{row.number}", "at": now})
        # Without asking the time and the line for each of them: a dry run of one line decides the same.
        free = {"line_taken": keys[line_id] in taken, "from_on": japan_day(now)}
        facts = ImportKnown(**free, ended=ended.get(row.body.course))
        run = Run(CONTRACT, CONTRACT.state().model_dump(mode="json"), now, facts=facts, standing=ground)
        run.command(COMMAND, command)
        refused = run.outcome.refused
        if refused is not None:
            row.refuse(refused.code, refused.detail, misfits.in_japanese(refused.code, values=refused.values))
            continue
        if line_id in before.lines:
            row.refuse("LINE_TAKEN", "An earlier line of this import holds the same フレッツ光 line.")
            continue
        before.lines.add(line_id)
        person = row.body.person.model_dump()
        before.accepted[contract_id] = Entered.in_this_file(line_id, person, row.body.said())
        row.entering = Entering(
            row.body.external_id, line_id, keys[line_id], row.body.line.operator, person, run.outcome
        )


def _there(session: Session, rows: list[Row]) -> dict[str, Entered]:
    """Contracts that have entered already."""
    return entered(session, [workflow_id(f"K{_stem(row.body.external_id)}") for row in rows if row.body is not None])


def _line_keys(session: Session, rows: list[Row]) -> dict[str, str]:
    """Line number → its key, or the one that it is to have."""
    ids = list({row.body.line.line_id for row in rows if row.body is not None})
    found = {each: new_line_key() for each in ids}
    for index in range(0, len(ids), LINES_PER_TRANSACTION):
        query = select(Line).where(col(Line.line_id).in_(ids[index : index + LINES_PER_TRANSACTION]))
        found |= {each.line_id: each.line_key for each in session.execute(query).scalars()}
    return found


def _command(row: Row, body: ImportedContract, who: str, line_key: str) -> Import:
    contract_id = str(row.contract_id)
    return Import(
        contract_id=contract_id,
        person_id=f"P{contract_id[1:]}",
        line_key=line_key,
        actor=who,
        line=body.line.facts(),
        **body.model_dump(exclude={"external_id", "line", "person"}),
    )


async def _enter(house: Services, rows: list[Row], who: str, seen: Mutation, before: _Before) -> None:
    """Decide and write one page of lines in one transaction, then start what entered.

    Raises:
        Problem: 503, Temporal or the database did not answer, or others were quicker again and again; the same request
            goes on where this one stopped.
    """
    for _ in range(RACES_MAX):
        known = _Before(set(before.lines), dict(before.accepted))
        try:
            starts = await house.read(partial(_write, house=house, rows=rows, who=who, seen=seen, before=known))
        except (IntegrityError, psycopg.IntegrityError, LineMetError) as lost:
            log.info("an import lost a race: %s", type(lost).__name__)
            for row in rows:
                row.ask_again()
        else:
            before.lines, before.accepted = known.lines, known.accepted
            await _start(house, starts)
            return
    raise unavailable()


def _write(
    session: Session, *, house: Services, rows: list[Row], who: str, seen: Mutation, before: _Before
) -> list[ContractInput]:
    """Write what enters; gives that, and what an earlier try of this request wrote and may not have started."""
    one_at_a_time(session, "contract")
    begin_none(session)
    _decide(session, rows, who, seen.op, before)
    entering = [row.entering for row in rows if row.entering is not None]
    earlier = [row.contract_id for row in rows if row.outcome == "imported" and row.contract_id is not None]
    starts = start_of(session, earlier) if earlier else []
    if entering:
        starts += enter(session, entering, seen.at, webhooks=house.webhooks)
    for row in rows:
        if row.entering is not None:
            row.outcome = "imported"
    return starts


async def _start(house: Services, starts: list[ContractInput]) -> None:
    """Start the executions; one that runs already, or ran and is over, is left alone.

    Raises:
        Problem: 503, Temporal did not answer. What was written stays and is started by the same request sent again, or
            in a while by itself.
    """
    waiting = iter(starts)

    async def some() -> None:
        for made in waiting:
            with suppress(WorkflowAlreadyStartedError):
                await house.client.start_workflow(
                    KIND.workflow,
                    made,
                    id=KIND.workflow_id(made.contract_id),
                    task_queue=CONTRACTS_QUEUE,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    static_summary=KIND.summary,
                    search_attributes=attributes_at_start(ContractState.model_validate(made.state)),
                )

    try:
        async with asyncio.timeout(START_S):
            await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    except (RPCError, TimeoutError):
        raise unavailable() from None
