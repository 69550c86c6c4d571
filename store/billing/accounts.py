"""Accounts of contracts: what is owed by statement, and the rows that say so (W-11.3, W-23.3).

The ledger of payments says what was received and paid out; `rules.charges.account` says what of each statement is owed
by that. What the two differ by is a `credit`: yen that a statement is settled with though nobody paid them or,
negative, that it asks for beyond its own total. Rows are only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from models.tables.contract.billing import Statement
from rules.charges.account import Account, Billed, account
from rules.charges.billing import settled_on
from rules.money import Money

RECEIVED = "sum(case kind when 'payment' then amount when 'refund' then -amount end)"
"""Of rows of `payment`: yen received less yen paid out. What is set off between statements moves none."""


@dataclass
class _Kept:
    """One statement as its rows say."""

    statement_id: str
    money: Money
    state: str
    settled_on: date | None
    takes_back: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[date, int]] = field(default_factory=list)
    """Day and yen of everything in the ledger about it."""
    paid: int = 0
    never_paid: int = 0
    refunded: int = 0
    credited: int = 0
    credits: int = 0
    """How many rows of credit there are."""

    def billed(self) -> Billed:
        return Billed(self.statement_id, self.money.total, self.paid, self.never_paid, self.takes_back)


@dataclass(frozen=True)
class Accounts:
    """The accounts of some contracts."""

    kept: Mapping[str, Mapping[str, _Kept]]
    """Contract → statements by id, the oldest first."""

    def of(self, contract_id: str, *, without: str | None = None, amount: int = 0, kind: str = "payment") -> Account:
        """One contract's account.

        Args:
            contract_id: whose.
            without: the statement of a payment that is looked at as if it had not been made; None: all count.
            amount: its yen.
            kind: `payment`, or `refund`.
        """
        statements = self.kept.get(contract_id, {})
        refunded = sum(each.refunded for each in statements.values())
        billed = [each.billed() for each in statements.values()]
        if without is not None and kind == "refund":
            refunded -= amount
        elif without is not None:
            billed = [
                Billed(each.statement_id, each.total, each.paid - amount, each.never_paid + amount, each.takes_back)
                if each.statement_id == without
                else each
                for each in billed
            ]
        return account(billed, refunded)

    def set_against(self, contract_id: str, statement_id: str, amount: int, gone: int) -> int:
        """As `Account.set_against`."""
        return self.of(contract_id).set_against(self.kept[contract_id][statement_id].billed(), amount, gone)


def accounts(session: Session, contracts: Sequence[str], *, lock: bool = False) -> Accounts:
    """Read accounts.

    Args:
        session: an open one.
        contracts: whose.
        lock: hold the statements until the transaction ends, so that nothing else settles them meanwhile.
    """
    asked = {"contracts": list(contracts)}
    kept: dict[str, dict[str, _Kept]] = {each: {} for each in contracts}
    by_id: dict[str, _Kept] = {}
    for row in session.execute(text(f"{_STATEMENTS} for update" if lock else _STATEMENTS), asked):
        found = _Kept(row.statement_id, Money(row.amount, row.tax, row.total), row.state, row.settled_on)
        kept[row.contract_id][row.statement_id] = by_id[row.statement_id] = found
    for row in session.execute(text(_TAKEN_BACK), asked):
        by_id[row.statement_id].takes_back[row.earlier] = int(row.yen)
    for each in (_Payment(*row) for row in session.execute(text(_LEDGER), asked)):
        _enter(by_id[each.statement_id], each)
    return Accounts(kept)


_STATEMENTS = """
select statement_id, contract_id, amount, tax, total, state, settled_on from statement
where contract_id = any(:contracts) order by contract_id, month
"""

_TAKEN_BACK = """
select r.statement_id, i.statement_id as earlier, sum(i.total) as yen
from statement_item r join statement_item i on i.item_id = r.reverses
  join statement e on e.statement_id = i.statement_id
where r.contract_id = any(:contracts) and r.reverses is not null
group by r.statement_id, i.statement_id, e.month having sum(i.total) > 0
order by r.statement_id, e.month
"""

_LEDGER = """
select statement_id, paid_on, amount, kind from payment where contract_id = any(:contracts)
"""


class _Payment(NamedTuple):
    """A row of `_LEDGER`."""

    statement_id: str
    paid_on: date
    amount: int
    kind: str


def _enter(kept: _Kept, row: _Payment) -> None:
    kept.rows.append((row.paid_on, row.amount))
    if row.kind == "credit":
        kept.credited += row.amount
        kept.credits += 1
    elif row.kind == "refund":
        kept.refunded += row.amount
    else:
        kept.paid += row.amount
        kept.never_paid += max(0, -row.amount)


def balance(session: Session, contracts: Sequence[str], on: date) -> None:
    """Settle the statements of contracts against each other, and open those that are owed again.

    What nobody's payment, refund or statement has changed stays as it is: a second time writes nothing.

    Args:
        session: an open transaction.
        contracts: whose.
        on: the Japan day of whatever changed it.
    """
    if not contracts:
        return
    read = accounts(session, contracts, lock=True)
    written: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    for contract_id, statements in read.kept.items():
        owed = read.of(contract_id).owed
        for each in statements.values():
            credit = _credit(each, owed.get(each.statement_id, 0)) - each.credited
            if credit:
                each.rows.append((on, credit))
                written.append(
                    {
                        "payment_id": f"credit/{on}/{each.statement_id}/{each.credits + 1}",
                        "statement_id": each.statement_id,
                        "contract_id": contract_id,
                        "paid_on": on,
                        "amount": credit,
                    }
                )
            states += _state(each, owed.get(each.statement_id, 0), on)
    if written:
        session.execute(text(_CREDIT), written)
    if states:
        session.execute(text(_SETTLE), states)
        for known in [each for each in session.identity_map.values() if isinstance(each, Statement)]:
            session.expire(known)


def _credit(kept: _Kept, owed: int) -> int:
    """Yen of credit with which the ledger says what is owed."""
    unpaid = kept.money.total - kept.paid - kept.refunded
    return unpaid - owed if owed else max(0, unpaid)


def _state(kept: _Kept, owed: int, on: date) -> list[dict[str, Any]]:
    """The statement's row as it has to be, where it is not; whether it is overdue the run says."""
    if owed:
        day, state = None, kept.state if kept.settled_on is None else "issued"
    elif kept.money.total <= 0 and kept.settled_on is not None:
        day, state = kept.settled_on, "paid"
    else:
        day, state = settled_on(kept.money, kept.rows) or kept.settled_on or on, "paid"
    if (day, state) == (kept.settled_on, kept.state):
        return []
    return [{"statement_id": kept.statement_id, "settled_on": day, "state": state}]


_CREDIT = """
insert into payment (payment_id, statement_id, contract_id, paid_on, amount, kind, actor, recorded_at)
values (:payment_id, :statement_id, :contract_id, :paid_on, :amount, 'credit', 'timer', clock_timestamp())
"""

_SETTLE = """
update statement set settled_on = :settled_on, state = :state where statement_id = :statement_id
"""
