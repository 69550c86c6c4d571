"""Contracts recorded as the worker records them, and the runs that bill them, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from activities.billing.runs import issue_page
from activities.record import Recorder
from activities.rows.contract import ContractRows
from activities.runs import run_pages
from models.messages.contract.contract import workflow_id
from models.messages.entity import Recorded, RecordRequest
from models.tables.clock import Clock
from models.tables.contract.billing import Payment, Statement, StatementItem
from rules.calendar import Month, start_of
from rules.charges.billing import statement_dates
from rules.citation import edition
from store.billing.accounts import balance

D = date.fromisoformat


LINE = {"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"}


class Book:
    """Contracts recorded as the worker records them, and the runs on them."""

    def __init__(self, engine: Engine) -> None:
        """Begin with empty tables."""
        self.engine = engine
        self.recorder = Recorder(engine, {"contract": ContractRows()})
        self._ops = 0

    def record(self, entity: str, name: str, at: str, /, **command: Any) -> Recorded:
        """Decide one command at a business moment; a refusal fails the test."""
        self._ops += 1
        made = {"op": f"op-{self._ops}", "at": moment(at).isoformat(), "actor": "test", **command}
        request = RecordRequest(
            kind="contract", entity_id=workflow_id(entity), seq=0, name=name, command=made, offset_s=0.0
        )
        recorded = self.recorder.record(request)
        assert recorded.refused is None, recorded.refused
        return recorded

    def timer(self, contract_id: str, until: str) -> Recorded:
        """Carry out what is due by a moment, as the contract's timer does."""
        request = RecordRequest(
            kind="contract", entity_id=workflow_id(contract_id), seq=0, until=moment(until), offset_s=0.0
        )
        return self.recorder.record(request)

    def active(self, contract_id: str, applied: str, start: str, *, told: str | None = None) -> None:
        """A with フレッツ II contract on a line of its own; the service start is recorded on `told`."""
        terms = edition(D(applied))
        self.record(
            contract_id,
            "apply",
            applied,
            contract_id=contract_id,
            course="W2_FAMILY",
            channel="online",
            received_at=moment(applied).isoformat(),
            line=LINE,
            consents={"general_terms": terms, "course_terms": terms, "carrier_terms": "EAST-2017"},
        )
        self.record(contract_id, "start_service", told or start, service_start_on=start)

    def imported(self, contract_id: str, at: str, start: str = "2009-04-01", *, agency: bool = True) -> None:
        """A with フレッツ contract taken over from elsewhere."""
        self.record(
            contract_id,
            "import",
            at,
            contract_id=contract_id,
            course="W1_FAMILY",
            applied_on=start,
            service_start_on=start,
            payment_agency=agency,
            line=LINE,
        )

    def run(self, work: Any) -> dict[str, int]:
        """A run outside an activity."""
        return asyncio.run(run_pages(self.engine, work))

    def issue(self, month: str, size: int = 1_000) -> dict[str, int]:
        """The statements of a month, on the day they are issued."""
        of = Month.parse(month)
        at = start_of(statement_dates(of).issued_on)
        return self.run(lambda session, after: issue_page(session, of, at, after, size))

    def items(self, contract_id: str, month: str) -> list[tuple[str, str | None, int]]:
        """(code, month, total) of one statement's items, what is taken back first."""
        with Session(self.engine) as session:
            query = select(StatementItem).where(col(StatementItem.statement_id) == f"{contract_id}-{month}")
            found = sorted(session.exec(query), key=lambda item: int(item.item_id.rpartition("-")[2]))
            return [(item.code, item.month, item.total) for item in found]

    def statement(self, contract_id: str, month: str) -> Statement | None:
        """One statement."""
        with Session(self.engine) as session:
            return session.get(Statement, f"{contract_id}-{month}")

    def pay(self, statement_id: str, paid_on: str, amount: int, *, keyed: str | None = None) -> str:
        """Book a payment, keyed in on its own day or later; gives its id."""
        self._ops += 1
        payment_id = f"pay-{self._ops}"
        with Session(self.engine) as session, session.begin():
            statement = session.get_one(Statement, statement_id)
            session.add(
                Payment(
                    payment_id=payment_id,
                    statement_id=statement_id,
                    contract_id=statement.contract_id,
                    paid_on=D(paid_on),
                    amount=amount,
                    actor="test",
                    recorded_at=datetime.now(UTC),
                )
            )
            session.flush()
            balance(session, [statement.contract_id], D(keyed or paid_on))
        return payment_id


def moment(at: str) -> datetime:
    """A day's 09:00 JST, or the moment itself."""
    return datetime.fromisoformat(at) if "T" in at else start_of(D(at)) + timedelta(hours=9)


def total(book: Book, statement_id: str) -> int:
    """What a statement comes to."""
    with Session(book.engine) as session:
        return session.get_one(Statement, statement_id).total


def at_now(session: Session, at: str) -> None:
    """Business now, for this transaction."""
    session.merge(Clock(id=1, offset_s=0.0, frozen_at=moment(at)))
    session.flush()


def written(book: Book) -> Counter[tuple[str, str]]:
    """Letters and messages to NTT so far, by kind and channel."""
    both = "select kind, 'notice' from notice union all select kind, 'carrier' from carrier_message"
    with Session(book.engine) as session:
        return Counter((kind, channel) for kind, channel in session.execute(text(both)))
