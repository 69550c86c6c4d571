"""NTT's line charges, kept with the decision that took them in (W-24.1, W-25.1f)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from activities.rows import payable
from decisions.contract.money.billing import split_line_charges
from decisions.engine import Outcome
from models.messages.contract.billing import LINE_STATEMENT
from models.messages.contract.contract import ContractState, workflow_id
from models.messages.entity import Entry
from models.tables.contract.billing import LineCharge as Row
from rules.calendar import Month
from rules.charges.payment_agency import LineCharge, row_of
from rules.refusal import Refusal


def write_line_charges(session: Session, state: ContractState, outcome: Outcome, moment: datetime) -> None:
    """Follow the log: charges of `line_statement` entries are kept, those of voided entries no longer count."""
    new = [entry for entry in outcome.entries if entry.event == LINE_STATEMENT]
    gone = [seq for entry in outcome.entries for seq in entry.voids]
    for entry in new:
        if "items" in entry.decision:
            _take_entry(session, state, entry, moment)
    if gone:
        _mark(session, state, col(Row.seq).in_(gone), voided=True)
    before = outcome.before.get("line_statements") or {}
    after = {month: taken.model_dump(mode="json") for month, taken in state.line_statements.items()}
    if not (new or gone or before != after):
        return
    _follow_statements(session, state, outcome)
    payable.follow(session, state, moment)


def _follow_statements(session: Session, state: ContractState, outcome: Outcome) -> None:
    """Of several statements of NTT for one month the one counts that the contract says, whatever was taken back.

    What was keyed in counts beside it, unless it is a statement of NTT that another one has replaced. A statement that
    was decided again stands under the number of its newest entry; the contract knows it by its first.
    """
    before = session.execute(_TAKEN_BEFORE, {"entity_id": workflow_id(state.contract_id)})
    taken = [*(_Taken(*row) for row in before), *_taken_now(outcome)]
    told: dict[str, dict[int, int]] = {}
    for each in taken:
        if not each.keyed:
            told.setdefault(each.month, {})[each.seq] = each.first
    for month, firsts in told.items():
        counted = state.line_statements.get(month)
        counts = max((seq for seq, first in firsts.items() if counted and first == counted.seq), default=None)
        _mark(session, state, col(Row.seq).in_([seq for seq in firsts if seq != counts]), voided=True)
        _mark(session, state, col(Row.seq) == counts, voided=False)
    newest = {each.first: each for each in taken if each.keyed and str(each.first) in state.keyed_charges}
    for each in newest.values():
        counted = state.line_statements.get(each.month)
        _mark(session, state, col(Row.seq) == each.seq, voided=counted is not None and each.first in counted.replaced)


class _Taken(NamedTuple):
    """An entry that took charges of a month."""

    month: str
    first: int
    """The number the contract knows it by."""
    seq: int
    keyed: bool


_TAKEN_BEFORE = text("""
select m.key as month, (m.value ->> 'seq')::int as first, t.seq, false as keyed
from transition t cross join lateral jsonb_each(t.patch #> '{put,line_statements}') m
where t.entity_id = :entity_id and t.event = 'line_statement'
union all
select k.value ->> 'month', k.key::int, t.seq, true
from transition t cross join lateral jsonb_each(t.patch #> '{put,keyed_charges}') k
where t.entity_id = :entity_id and t.event = 'line_statement'
order by seq
""")


def _mark(session: Session, state: ContractState, which: ColumnElement[bool], *, voided: bool) -> None:
    session.execute(update(Row).where(col(Row.contract_id) == state.contract_id, which).values(voided=voided))


def _taken_now(outcome: Outcome) -> Iterable[_Taken]:
    """Those among the new entries."""
    for entry in outcome.entries:
        if entry.event != LINE_STATEMENT:
            continue
        for month, told in entry.patch.put.get("line_statements", {}).items():
            yield _Taken(month, int(told["seq"]), entry.seq, keyed=False)
        for first, keyed in entry.patch.put.get("keyed_charges", {}).items():
            yield _Taken(keyed["month"], int(first), entry.seq, keyed=True)


def _take_entry(session: Session, state: ContractState, entry: Entry, moment: datetime) -> None:
    """Keep the charges of an entry, each marked with who bills it; repeating it keeps nothing twice (W-24.1)."""
    month = Month.parse(str(entry.decision["month"]))
    charges = [LineCharge(str(each["code"]), int(each["amount"])) for each in entry.decision["items"]]
    try:
        split = split_line_charges(state, month, charges)
    except Refusal as refusal:
        if refusal.code in {"NOT_CHAPTER_TWO", "NO_PAYMENT_AGENCY"}:
            return
        raise
    ours = list(split.passed_through)
    for number, charge in enumerate(charges, start=1):
        direct = charge not in ours
        if not direct:
            ours.remove(charge)
        row = row_of(charge.code)
        values = {
            "line_charge_id": f"{state.contract_id}-L{entry.seq}-{number}",
            "contract_id": state.contract_id,
            "month": str(month),
            "code": charge.code,
            "amount": charge.amount,
            "direct": direct,
            "articles": [row] if not direct or row != "W-24.1" else ["W-24.4"],
            "source": entry.actor,
            "seq": entry.seq,
            "voided": False,
            "at": moment,
        }
        session.execute(insert(Row).values(values).on_conflict_do_nothing())
