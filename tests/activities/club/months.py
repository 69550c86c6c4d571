"""Months of one contract on a real PostgreSQL: the billing programme's runs, and money that comes and goes between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.billing.runs import (
    Found,
    billed_again,
    credits_left,
    overdue_page,
    settled_charges,
)
from models.messages.contract.contract import ContractState, workflow_id
from models.messages.entity import Recorded, RecordRequest
from models.tables.contract.billing import Payment, Statement
from models.tables.log import Entity
from rules.calendar import Month
from rules.charges.billing import statement_dates
from store.billing.accounts import accounts
from store.billing.owed import no_longer_owed
from tests.activities.statements.book import Book, moment


class Months:
    """A contract K1, and the business day on which it stands."""

    def __init__(self, book: Book, first: str, today: str) -> None:
        """Begin before the run of `first` (`YYYY-MM`)."""
        self.book = book
        self.next = Month.parse(first)
        self.today = date.fromisoformat(today)
        self._ops = 0

    # What happens

    def ask(self, name: str, **fields: Any) -> Recorded:
        """A command today; what it refuses changes nothing."""
        self._ops += 1
        command = {"op": f"ask-{self._ops}", "at": moment(self.today.isoformat()).isoformat(), "actor": "test"}
        request = RecordRequest(
            kind="contract",
            entity_id=workflow_id("K1"),
            seq=0,
            name=name,
            command={**command, "reason_code": "other", "approved": True, **fields},
            offset_s=0.0,
        )
        return self.book.recorder.record(request)

    def run(self, months: int = 1) -> None:
        """The statements of the next months, each with what the programme tells and the look at what is overdue."""
        for _ in range(months):
            self.today = max(self.today, statement_dates(self.next).issued_on)
            self.book.timer("K1", f"{self.today}T00:00:00+09:00")
            self.book.issue(str(self.next))
            with Session(self.book.engine) as session:
                again = billed_again(session, self.next)
            self._tell("charge_owed", again)
            with Session(self.book.engine) as session:
                settled = settled_charges(session)
            self._tell("charge_paid", settled)
            with Session(self.book.engine) as session:
                left = credits_left(session)
            self._tell("credit_left", left)
            self.book.run(lambda session, after: overdue_page(session, self.today, after))
            self.next = self.next.plus(1)

    def _tell(self, name: str, found: Found) -> None:
        for each in found:
            told = self.ask(name, statement_id=each.statement_id, op=f"{name}/{each.statement_id}/{each.turn}")
            assert told.refused is None, told.refused

    def pay(self, statement_id: str, amount: int) -> str | None:
        """A payment as the door takes it; None where it would be refused."""
        if not 0 < amount <= self.payable(statement_id):
            return None
        payment_id = self.book.pay(statement_id, self.today.isoformat(), amount)
        self.ask("charge_paid", statement_id=statement_id)
        return payment_id

    def wait(self, days: int) -> None:
        """Some days on, but not past the next run."""
        run_on = statement_dates(self.next).issued_on
        self.today = min(self.today + timedelta(days=days), max(self.today, run_on - timedelta(days=1)))
        self.book.timer("K1", f"{self.today}T00:00:00+09:00")

    # What there is

    def first(self, after: int, event: str) -> int:
        """The number of the first entry of an event after another one."""
        with Session(self.book.engine) as session:
            query = "select min(seq) from transition where seq > :after and event = :event"
            found = session.execute(text(query), {"after": after, "event": event}).scalar_one()
            return int(found)

    def carries(self, charge_id: str) -> str | None:
        """The month of the statement that bills a charge, unless a later one has taken it back."""
        with Session(self.book.engine) as session:
            query = """select s.month from statement_item i join statement s using (statement_id)
                where i.charge_id = :charge and i.reverses is null
                  and not exists (select from statement_item r where r.reverses = i.item_id)"""
            found: str | None = session.execute(text(query), {"charge": charge_id}).scalar_one_or_none()
            return found

    def payable(self, statement_id: str) -> int:
        """What a payment for a statement may bring."""
        with Session(self.book.engine) as session:
            read = accounts(session, ["K1"])
            return read.of("K1").payable(read.kept["K1"][statement_id].billed())

    @property
    def state(self) -> ContractState:
        """The contract."""
        with Session(self.book.engine) as session:
            return ContractState.model_validate(session.get_one(Entity, workflow_id("K1")).state)

    def statements(self) -> Sequence[Statement]:
        """All of them, the oldest first."""
        with Session(self.book.engine) as session:
            return session.exec(select(Statement).order_by(col(Statement.month))).all()

    def payments(self, kind: str = "payment") -> Sequence[Payment]:
        """The rows of a kind, in the order of recording."""
        with Session(self.book.engine) as session:
            query = select(Payment).where(col(Payment.kind) == kind)
            return session.exec(query.order_by(col(Payment.recorded_at))).all()

    def open(self) -> dict[str, int]:
        """By month, what the ledgers of statements and payments say is still to be paid."""
        with Session(self.book.engine) as session:
            rows = session.execute(
                text("""select s.month, s.total - coalesce(sum(p.amount), 0) as yen
                from statement s left join payment p using (statement_id)
                where s.settled_on is null group by s.statement_id order by s.month""")
            )
            return {row.month: int(row.yen) for row in rows}

    def overdue(self) -> dict[str, int]:
        """Of these the ones that are overdue."""
        late = {each.month for each in self.statements() if each.state == "overdue"}
        return {month: yen for month, yen in self.open().items() if month in late}

    def credit(self) -> int:
        """Yen the contractor is owed."""
        with Session(self.book.engine) as session:
            return accounts(session, ["K1"]).of("K1").credit

    def net(self) -> int:
        """Yen billed and paid out, less what was received."""
        billed = sum(each.total for each in self.statements())
        return billed - sum(each.amount for each in self.payments()) + sum(r.amount for r in self.payments("refund"))

    def fallen(self) -> int:
        """Yen on statements that the next one takes back."""
        with Session(self.book.engine) as session:
            return sum(no_longer_owed(session, ["K1"], Month.of(self.today)).values())
