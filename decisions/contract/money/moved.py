"""Billed money that a decision takes back or brings: monthly fees and NTT's charges, as the next statement moves them.

The statements themselves follow by their own run; here is what is told of it beforehand. Which months bear a fee is
said twice: here of one state that is not recorded yet, in `store.billing.owed` of a page of recorded ones in one
statement. `tests/activities/test_dry_run_is_the_answer.py` holds the two together: what the next statement takes back
there is what was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from decisions.contract.facts import BilledItem
from decisions.contract.money.charges import OWED
from decisions.lists import ChargeShown, Moves
from models.messages.contract.contract import ContractState
from rules.calendar import Month
from rules.charges import billing
from rules.charges.payment_agency import row_of
from rules.courses.course import monthly_basic
from rules.dated import DatedError
from rules.money import Money
from rules.refusal import Refusal

BASIC, LINE = "monthly_basic", "line_pass_through"

Billed = Sequence[BilledItem]
"""Items on statements that nothing has taken back; see `ContractStanding.billed_items`."""

RESTS_ON = (
    "state",
    "service_start_on",
    "end_on",
    "course",
    "course_history",
    "voided_months",
    "fee_pauses",
    "keyed_charges",
    "line_statements",
)
"""Fields of a contract that its monthly fees and NTT's charges rest on."""


def moved(before: ContractState, after: ContractState, billed: Callable[[], Billed], on: date) -> list[Moves]:
    """What falls, comes or costs something else between two states of a contract, each once (W-10.7, W-12.5, W-24.1).

    Args:
        before: the contract as it was recorded.
        after: as it is decided now.
        billed: looks up what stands on statements; asked only where something moves.
        on: the Japan day of the decision: months whose statement is out by then are billed, or would be.

    Returns:
        `charge_id` as a contract's charges show it, None for what stands on no statement yet; `was`, `becomes`, each
        with the last day to pay; `difference`, the yen owed more (+) or less (-).
    """
    if all(getattr(before, name) == getattr(after, name) for name in RESTS_ON):
        return []
    was, becomes = _months(before, _through(on)), _months(after, _through(on))
    months = [month for month in sorted({*was, *becomes}) if was.get(month) != becomes.get(month)]
    lines, lines_now = _lines(before), _lines(after)
    if not months and lines == lines_now:
        return []
    items = billed()
    return [*_of_months(months, was, becomes, items, on), *_of_lines(lines - lines_now, lines_now - lines, items, on)]


def _through(on: date) -> Month:
    """The last month whose statement is out on that day."""
    month = Month.of(on)
    while billing.statement_dates(month).issued_on > on:
        month = month.plus(-1)
    return month


def _months(state: ContractState, through: Month) -> dict[Month, Money]:
    if state.service_start_on is None:
        return {}
    end_on = state.end_on if state.state in {"ending", "ended"} else None
    history = [(step.from_on, step.course) for step in state.course_history]
    found: dict[Month, Money] = {}
    for month in billing.billed_months(state.service_start_on, end_on, through):
        course = billing.course_of_month(history, month) or state.course
        if _is_unbilled(state, month):
            continue
        try:
            amount, _ = monthly_basic(course, month)
            found[month] = billing.charge(BASIC, amount, month.last_day)
        except (Refusal, DatedError):
            continue
    return found


def _is_unbilled(state: ContractState, month: Month) -> bool:
    void = state.voided_months
    if void is not None and (void.first or "") <= str(month) <= void.last:
        return True
    return any(billing.is_paused(month, pause.opened_on, pause.closed_on) for pause in state.fee_pauses.values())


def _lines(state: ContractState) -> Counter[tuple[str, str, int]]:
    """NTT's charges that pass through, by month, code and yen; keyed in, or of the statement that counts."""
    replaced = {seq for told in state.line_statements.values() for seq in (told.seq, *told.replaced)}
    taken = [(month, told.items) for month, told in state.line_statements.items()]
    taken += [(each.month, each.items) for seq, each in state.keyed_charges.items() if int(seq) not in replaced]
    return Counter(
        (month, item.code, item.amount) for month, items in taken for item in items if row_of(item.code) == "W-24.1"
    )


def _of_months(
    months: Sequence[Month], was: Mapping[Month, Money], becomes: Mapping[Month, Money], items: Billed, on: date
) -> list[Moves]:
    by_month = {item.month: item for item in items if item.code == BASIC}
    rows = []
    for month in months:
        item, now = by_month.get(str(month)), becomes.get(month)
        if item is None and month in was:
            # It stands on no statement: the next one bills what is so then.
            continue
        comes = _coming(BASIC, month, now, on) if now is not None else None
        rows.append(_row(item, _billed(item) if item is not None and month in was else None, comes))
    return rows


def _of_lines(
    gone: Counter[tuple[str, str, int]], new: Counter[tuple[str, str, int]], items: Billed, on: date
) -> list[Moves]:
    left = [item for item in items if item.code == LINE]
    rows = []
    for month, code, amount in gone.elements():
        named = (month, code, amount)
        item = next((each for each in left if (each.month, each.line_code, each.amount) == named), None)
        if item is not None:
            left.remove(item)
            rows.append(_row(item, _billed(item), None))
    rows += [
        moving(None, None, _coming(LINE, month, billing.charge(LINE, yen, month.last_day), on))
        for month, yen in ((Month.parse(text), yen) for text, _, yen in new.elements())
    ]
    return rows


def _row(item: BilledItem | None, was: ChargeShown | None, becomes: ChargeShown | None) -> Moves:
    return moving(item.item_id if item is not None else None, was, becomes)


def _billed(item: BilledItem) -> ChargeShown:
    return shown(item.code, "paid" if item.paid else "due", item.money, item.due_on, item.month)


def _coming(code: str, month: Month, money: Money, on: date) -> ChargeShown:
    """What comes stands on the statement of its own month or, where that is out, on the next."""
    due_on = billing.due_with_statement(billing.statement_dates(month).due_on, on)
    return shown(code, "due", money, due_on, str(month))


def shown(code: str, state: str, money: Money, due_on: date | None, month: str | None = None) -> ChargeShown:
    """A charge as a list of an answer has it; `month` is of what recurs."""
    told: ChargeShown = {
        "code": code,
        "state": state,
        "due_on": due_on.isoformat() if due_on is not None else None,
        "money": money.as_json(),
    }
    if month is not None:
        told["month"] = month
    return told


def moving(charge_id: str | None, was: ChargeShown | None, becomes: ChargeShown | None) -> Moves:
    """A charge as it was told and as it is now, and the yen that the contractor owes more (+) or less (-)."""
    return {"charge_id": charge_id, "was": was, "becomes": becomes, "difference": _yen(becomes) - _yen(was)}


def _yen(told: ChargeShown | None) -> int:
    return told["money"]["total"] if told is not None and told["state"] in OWED else 0
