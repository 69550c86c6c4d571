"""The runs of the billing programme: statements of a month, and what follows where one is not paid (W-10.7, W-24.3)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Engine, text
from sqlmodel import Session
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.billing import sql
from activities.defects import lay_out_anew, note_of_run
from activities.mass.command import MassCommand
from activities.record import Recorder
from activities.runs import FIRST, LAST, Failed, LeftOut, Page, not_spared, run_pages, sparing, together
from activities.telling import NotDecidedError, tell
from models.machines.contract import IN_FORCE
from models.messages.contract.billing import AboutStatement, ChargeOwed, ChargePaid, CreditLeft, WithdrawPaymentAgency
from models.messages.contract.contract import workflow_id
from models.messages.entity import AgendaItem
from models.messages.program import CHECK_OVERDUE, ISSUE_STATEMENTS, WAKWAK_BILLING
from models.messages.program import workflow_id as program_id
from rules import terms
from rules.calendar import Month, japan_day
from rules.charges import payment_agency
from rules.charges.billing import statement_dates
from rules.courses.course import billed_here
from store.billing.accounts import balance
from store.billing.owed import CHARGE_CODES, no_longer_owed
from store.billing.prices import price_rows
from store.locks import lock_entity

PAGE_SIZE = 1_000
"""Contracts or statements in one transaction."""

AT_ONCE = 8
"""Contracts spoken to at the same time; only those with something to change are."""

GONE_S = 90.0
"""How long a run waits for a contract whose execution is gone: it is started again within a minute."""

GONE_LOOK_S = 1.0

_PROGRAMME = program_id(WAKWAK_BILLING)
"""Pages are written under its lock: one after the other, and none while something is decided about it."""


class ToTell(NamedTuple):
    """A statement that its contract is told something of."""

    statement_id: str
    contract_id: str
    turn: int
    """How often it has been told so, this time included."""
    decided_on: date | None = None
    """The day from which what it is told counts; None: that of the run."""


Found = Sequence[ToTell]


def issue_page(session: Session, month: Month, issued_at: datetime, after: str, size: int = PAGE_SIZE) -> Page:
    """Issue the statements of one page of contracts for a month; one that is there already stays as it is.

    Args:
        session: an open transaction.
        month: the month billed; its statements are issued and due on `statement_dates`.
        issued_at: the business moment of issue.
        after: the contract id after which the page begins, exclusive.
        size: how many contracts.
    """
    lock_entity(session, _PROGRAMME)
    dates = statement_dates(month)
    values: dict[str, Any] = {
        "month": str(month),
        "first_day": month.first_day,
        "issued_at": issued_at,
        "issued_on": japan_day(issued_at),
        "due_on": dates.due_on,
        "prices": price_rows(month),
        "charge_codes": CHARGE_CODES,
        "untaxed": list(terms.constant("billing.untaxed_codes", list[str])),
        "after": after,
        "size": size,
    }
    done = session.execute(text(sql.ISSUE), values).one()
    counts = {"contracts": done.contracts, "issued": done.statements, "items": done.items}
    if done.last is None:
        return Page(None, counts)
    page = {"month": str(month), "after": after, "last": done.last}
    balance(session, session.execute(text(sql.TO_BALANCE), page).scalars().all(), values["issued_on"])
    return Page(done.last if done.contracts == size else None, counts)


class _Unpaid(Protocol):
    """A statement that is unpaid by its rows."""

    @property
    def statement_id(self) -> str:
        """Its id."""

    @property
    def contract_id(self) -> str:
        """Whose it is."""

    @property
    def owed(self) -> int:
        """Yen."""


class _PastDue(NamedTuple):
    """A row of `sql.PAST_DUE`."""

    statement_id: str
    contract_id: str
    owed: int
    suspended: bool
    """Whether dunning rests."""


class _Combined(NamedTuple):
    """A row of `sql.UNPAID_COMBINED`."""

    statement_id: str
    contract_id: str
    owed: int
    due_on: date
    turn: int
    """How often it has been told, this time included."""


U = TypeVar("U", bound=_Unpaid)
R = TypeVar("R")


def next_contract(session: Session, after: str) -> str | None:
    """The contract that a page after another one begins with."""
    found: str | None = session.execute(text(sql.NEXT), {"after": after}).scalar_one_or_none()
    return found


def overdue_page(session: Session, on: date, after: str, size: int = PAGE_SIZE, *, failed: Failed = not_spared) -> Page:
    """Mark the statements of one page whose due date lies before a day, and which are unpaid, as overdue (W-24.3).

    What is owed no more and only waits for the statement that takes it back is not overdue.
    """
    lock_entity(session, _PROGRAMME)
    asked = {"on": on, "after": after, "size": size}
    rows = [_PastDue(*row) for row in session.execute(text(sql.PAST_DUE), asked)]
    overdue = {row.statement_id: row.contract_id for row in _still_owed(session, rows, on, failed) if not row.suspended}
    marked: list[str] = []

    def mark(some: Sequence[str]) -> None:
        session.execute(text(sql.MARK_OVERDUE), {"overdue": list(some)})
        marked.extend(some)

    if overdue:
        together(session, list(overdue), mark, lambda statement_id, error: failed(overdue[statement_id], error))
    return Page(rows[-1].statement_id if rows else None, {"overdue": len(marked)})


def _still_owed(session: Session, rows: Sequence[U], on: date, failed: Failed) -> list[U]:
    """Those of which something is owed by what is known now; a contract that cannot be told of is left alone."""
    gone = _gone(session, sorted({row.contract_id for row in rows}), Month.of(on), failed)
    return [
        row for row in rows if row.contract_id in gone and row.owed > gone[row.contract_id].get(row.statement_id, 0)
    ]


def _gone(session: Session, contracts: list[str], month: Month, failed: Failed) -> dict[str, dict[str, int]]:
    """Contract → yen of each statement that is owed no more."""
    found: dict[str, dict[str, int]] = {}

    def look(some: Sequence[str]) -> None:
        found.update(dict.fromkeys(some, no_longer_owed(session, list(some), month)))

    together(session, contracts, look, failed)
    return found


def settled_charges(session: Session) -> Found:
    """Statements paid in full whose charges do not say so yet."""
    return [ToTell(*row) for row in session.execute(text(sql.SETTLED_CHARGES))]


def billed_again(session: Session, month: Month) -> Found:
    """Statements of a month, or unpaid ones, with a charge that was paid and is owed after all."""
    return [ToTell(*row) for row in session.execute(text(sql.BILLED_AGAIN), {"month": str(month)})]


def credits_left(session: Session) -> Found:
    """Contracts of which a refund has become due or is due no more, by their last statement that gave money back."""
    asked = {"in_force": sorted(IN_FORCE), "billed_here": sorted(billed_here())}
    return [ToTell(*row) for row in session.execute(text(sql.CREDITS_LEFT), asked)]


def unpaid_combined(
    session: Session, on: date, after: str, size: int = PAGE_SIZE, *, failed: Failed = not_spared
) -> tuple[Found, str | None]:
    """One page of combined statements not paid by their due date, which withdraw payment on behalf (W-24.3).

    Returns:
        The statements, and after which the next page begins; None after the last page.
    """
    asked = {"on": on, "after": after, "size": size}
    rows = [_Combined(*row) for row in session.execute(text(sql.UNPAID_COMBINED), asked)]
    found = [
        ToTell(row.statement_id, row.contract_id, row.turn, payment_agency.decided_on(row.due_on))
        for row in _still_owed(session, rows, on, failed)
    ]
    return found, rows[-1].statement_id if len(rows) == size else None


def awaiting_approval(session: Session) -> list[str]:
    """Workflow ids of contracts of which something waits for an operator's approval (X-05)."""
    return list(session.execute(text(sql.AWAITING_APPROVAL)).scalars())


def of_month(session: Session, month: Month) -> dict[str, int]:
    """How many statements a month has, and how many of them are open, whichever attempt wrote them."""
    found = session.execute(text(sql.OF_MONTH), {"month": str(month)}).one()
    return {"statements": found.statements, "open": found.open}


def left_alone(session: Session, on: date) -> int:
    """How many statements past their due date rest: a waiver is asked for (A-36), or nothing of them is owed now."""
    return int(session.execute(text(sql.LEFT_ALONE), {"on": on}).scalar_one())


class StatementRuns:
    """The activities of the billing programme, on the queue of set-based work."""

    def __init__(self, engine: Engine, client: Client, recorder: Recorder, mass: MassCommand) -> None:
        """Bind the database, Temporal for the few contracts that have to be told something, and who notes a defect.

        `mass` tells the workflows of what was recorded beside them.
        """
        self._engine = engine
        self._client = client
        self._recorder = recorder
        self._mass = mass

    @activity.defn(name=ISSUE_STATEMENTS)
    async def issue_statements(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Issue the statements of the item's month; a second run adds nothing (W-10.7, W-24.1, W-99.4)."""
        _ = program_id
        month = Month.parse(str(item.data["period"]))
        failed = self._failed(ISSUE_STATEMENTS, month)
        work = sparing(
            lambda session, after, size: issue_page(session, month, item.at, after, size),
            PAGE_SIZE,
            next_contract,
            failed,
        )
        counts = await run_pages(self._engine, work)
        there = await asyncio.to_thread(self._read, lambda session: of_month(session, month))
        again = await asyncio.to_thread(self._read, lambda session: billed_again(session, month))
        await self._tell("charge_owed", ChargeOwed, again, item.at)
        settled = await asyncio.to_thread(self._read, settled_charges)
        told = await self._tell("charge_paid", ChargePaid, settled, item.at)
        left = await asyncio.to_thread(self._read, credits_left)
        refunds = await self._tell("credit_left", CreditLeft, left, item.at)
        await self._lay_out_anew()
        return {**counts, **there, "settled": told, "refunds": refunds, **failed.counts()}

    @activity.defn(name=CHECK_OVERDUE)
    async def check_overdue(self, program_id: str, item: AgendaItem) -> dict[str, int]:
        """Mark what is unpaid after its due date, and withdraw payment on behalf where it was combined (W-24.3)."""
        _ = program_id
        failed = self._failed(CHECK_OVERDUE, Month.of(item.on))
        counts = await run_pages(
            self._engine, lambda session, after: overdue_page(session, item.on, after, failed=failed)
        )
        withdrawn = 0
        after: str | None = FIRST
        while after is not None:
            page = partial(unpaid_combined, on=item.on, after=after, failed=failed)
            found, after = await asyncio.to_thread(self._read, page)
            withdrawn += await self._tell("withdraw_payment_agency", WithdrawPaymentAgency, found, item.at)
        suspended = await asyncio.to_thread(self._read, lambda session: left_alone(session, item.on))
        return {**counts, "withdrawn": withdrawn, "suspended": suspended, **failed.counts()}

    async def _lay_out_anew(self) -> None:
        """What waits for an approval would take back what has just been billed, too: whoever approves it sees that."""
        waiting = await asyncio.to_thread(self._read, awaiting_approval)
        await self._mass.wake([each for each in waiting if await asyncio.to_thread(lay_out_anew, self._recorder, each)])

    def _failed(self, what: str, month: Month) -> LeftOut:
        """A contract that a run cannot do has an operator's task of it; the others go on."""

        def note(contract_id: str, error: Exception) -> None:
            note_of_run(self._recorder, workflow_id(contract_id), what, f"{what}/{month}", error)

        return LeftOut(note)

    def _read(self, work: Callable[[Session], R]) -> R:
        with Session(self._engine) as session:
            return work(session)

    async def _tell(self, name: str, made: type[AboutStatement], about: Found, at: datetime) -> int:
        """Send each contract its command, a few at once; gives how many took it, the others refused by rule or state.

        Raises:
            ApplicationError, RPCError: a contract or Temporal does not answer; the run is tried again.
        """
        room = asyncio.Semaphore(AT_ONCE)

        async def one(told: ToTell) -> bool:
            op = f"{sql.PREFIX[name]}/{told.statement_id}" + (f"/{told.turn}" if told.turn > 1 else "")
            counts = {"decided_on": told.decided_on} if told.decided_on is not None else {}
            command = made(statement_id=told.statement_id, op=op, at=at, actor="timer", **counts)
            async with room:
                took = await self._send(name, told.contract_id, command)
            if activity.in_activity():
                activity.heartbeat(LAST, {})
            return took

        return sum(await asyncio.gather(*(one(each) for each in about)))

    async def _send(self, name: str, contract_id: str, command: AboutStatement) -> bool:
        """Whether it was taken; a contract whose execution is gone for the moment is waited for.

        Raises:
            ApplicationError: retryable, it is gone all the while; the run is tried again.
        """
        until = time.monotonic() + GONE_S
        while True:
            try:
                code = await tell(self._client, self._engine, workflow_id(contract_id), name, command)
            except NotDecidedError:
                # The contract has a task of it, and the next run tells it again: one must not hold up the others.
                return False
            except ApplicationError:
                if time.monotonic() >= until:
                    raise
            else:
                return code is None
            if activity.in_activity():
                activity.heartbeat(LAST, {})
            await asyncio.sleep(GONE_LOOK_S)
