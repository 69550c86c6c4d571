"""Money of a running contract: line charges taken in, payment on behalf withdrawn, charges paid (article 24)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from decisions.contract.changed import Values, patch
from decisions.contract.ending.voiding import voiding
from decisions.contract.facts import StatementKnown, StatementsKnown, asking
from decisions.contract.money.watch import closing, is_settled
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, RaisedTask, Step, TakenOut, known, operator_task
from decisions.fold import voided
from models.messages.contract.billing import (
    LINE_STATEMENT,
    ChargeOwed,
    ChargePaid,
    TakeLineCharges,
    WithdrawPaymentAgency,
)
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import KeyedCharges, LineChargeItem, PaymentAgency
from models.messages.entity import Entry
from rules.calendar import Month, japan_day
from rules.charges import payment_agency
from rules.charges.payment_agency import LineCharge, Split
from rules.citation import Decision, edition
from rules.refusal import Refusal

WITHDRAWN = "withdraw_payment_agency"
"""The event of a withdrawal, and the command."""

REFUND_DUE = "REFUND_DUE"
"""The task to pay out a credit; gone as well where a statement has used all of it."""


DIFFER = "line_charges_differ"
LINE_CHARGES_DIFFER = "LINE_CHARGES_DIFFER"
"""The task to compare what was keyed in for a month with what NTT told of it; gone once one of them is."""


def article_of(state: ContractState) -> str:
    """What debts and credits that survive the end rest on."""
    return "W-23.3" if state.chapter == 2 else "W-11.3"


def refund_task(state: ContractState, credit: int, moment: datetime) -> Parts:
    """The task to pay out a credit: there while a refund would be granted, gone once nothing is left to refund.

    Args:
        state: the contract.
        credit: yen it is owed, that no statement has used.
        moment: since when an operator is asked.
    """
    due = credit > 0 and state.gets_refunds
    if due and REFUND_DUE not in state.tasks:
        return Parts(put={"tasks": operator_task(REFUND_DUE, moment, article_of(state), "X-05")})
    return Parts(drop={"tasks": [REFUND_DUE]}) if not due and REFUND_DUE in state.tasks else Parts()


def off_from(state: ContractState) -> date | None:
    """The first day without payment on behalf; None while it is on (W-24.3, W-24.4).

    Raises:
        Refusal: `NOT_CHAPTER_TWO`, `NO_PAYMENT_AGENCY`: there never was one.
    """
    agency = state.payment_agency
    if agency is None and not payment_agency.is_offered(state.chapter):
        detail = (
            "Payment on behalf belongs to with フレッツ (chapter 2): NTT bills the line charges of this one itself."
        )
        raise Refusal("NOT_CHAPTER_TWO", detail, ("W-24.1",))
    if agency is None:
        detail = "This contract has no payment on behalf: NTT bills its line charges itself."
        raise Refusal("NO_PAYMENT_AGENCY", detail, ("W-24.1", "W-25.1f"))
    if agency.state != "on":
        return agency.since
    if state.state in {"ending", "ended"} and state.end_on is not None:
        return payment_agency.end_with_contract(state.end_on).effective_on
    return None


def split_line_charges(state: ContractState, month: Month, items: list[LineCharge]) -> Split:
    """Which items of a month we bill and which NTT bills (W-24.1, W-24.2a to e).

    Raises:
        Refusal: as `off_from`, or `UNKNOWN_CHARGE_CODE`.
    """
    return payment_agency.split(items, month, off_from(state))


def take_line_charges(state: ContractState, command: TakeLineCharges, context: Context) -> list[Step]:
    """Line charges keyed in: those of several entries add up, but the very same ones of a month count once (W-24.1).

    Raises:
        Refusal: as `taken`; `LINE_CHARGES_TAKEN`, they were keyed in or told by NTT before.
    """
    step = taken(state, command, context)
    before = taken_before(state, command.month, command.items)
    if before is not None:
        detail = (
            f"The same charges of {command.month} were taken with entry {before} and count once. "
            "If NTT bills them once more, key in one sum; if the entry is wrong, correct it."
        )
        raise Refusal("LINE_CHARGES_TAKEN", detail, ("W-24.1",), values={"month": command.month, "seq": before})
    keyed = {str(state.seq + 1): KeyedCharges(month=command.month, items=command.items)}
    told = state.line_statements.get(command.month)
    beside = told.seq if told is not None and all(_billed(state, command.month, command.items, told.items)) else None
    taken_in = replace(step, patch=Parts(put={"keyed_charges": keyed}).patch())
    return [taken_in, *compared(command.month, beside, context)]


def taken_before(state: ContractState, month: str, items: Sequence[LineChargeItem]) -> int | None:
    """The entry that took the very same charges of a month, told by NTT or keyed in; None: there is none.

    Only what passes through is billed here, so only that can be the same: a line that NTT bills itself, on one list
    and not on the other, makes no other charges of them (W-24.1, W-24.2a).
    """
    given = passed_through(state, month, items)

    def same(other: Sequence[LineChargeItem]) -> bool:
        ours = passed_through(state, month, other)
        return ours == given and (bool(given) or content(other) == content(items))

    told = state.line_statements.get(month)
    if told is not None and same(told.items):
        return told.seq
    return next(
        (int(seq) for seq, keyed in state.keyed_charges.items() if keyed.month == month and same(keyed.items)),
        None,
    )


def content(items: Iterable[LineChargeItem]) -> list[tuple[str, int]]:
    """What a list of charges says, in whatever order."""
    return sorted((each.code, each.amount) for each in items)


def passed_through(state: ContractState, month: str, items: Iterable[LineChargeItem]) -> list[tuple[str, int]]:
    """What a list of charges has us bill, in whatever order (W-24.1)."""
    charges = [LineCharge(code, amount) for code, amount in content(items)]
    return [(each.code, each.amount) for each in split_line_charges(state, Month.parse(month), charges).passed_through]


def _billed(state: ContractState, month: str, *lists: Sequence[LineChargeItem]) -> list[bool]:
    """Of each list of charges, whether anything of it passes through."""
    return [bool(passed_through(state, month, each)) for each in lists]


def keyed_beside(state: ContractState, month: str, *, told: int | None, replaced: Sequence[int]) -> int | None:
    """The first entry whose charges of a month are billed beside NTT's own statement of it; None: there is none.

    Args:
        state: the contract.
        month: `YYYY-MM`.
        told: the entry that is NTT's statement.
        replaced: the entries it replaces.
    """
    return next(
        (
            int(seq)
            for seq, keyed in state.keyed_charges.items()
            if keyed.month == month and int(seq) not in {told, *replaced} and passed_through(state, month, keyed.items)
        ),
        None,
    )


def differing(state: ContractState) -> list[str]:
    """Months of which what was keyed in and what NTT told both count, with different sums: both are billed (W-24.1)."""
    return [
        month
        for month, told in state.line_statements.items()
        if passed_through(state, month, told.items)
        and keyed_beside(state, month, told=told.seq, replaced=told.replaced) is not None
    ]


def compared(month: str, beside: int | None, context: Context) -> list[Step]:
    """Charges of a month taken beside others of it: both count, and a person compares them (W-24.1, X-05).

    An entry of its own: what was taken stays as it was recorded when the other one is corrected away.
    """
    if beside is None:
        return []
    today = japan_day(context.moment)
    articles = ("W-24.1", "X-05")
    detail = (
        f"Other charges of {month} were taken with entry {beside}: both are billed until a person has compared them."
    )
    decision = Decision("needs_operator", articles, today, edition(today), detail, {"month": month, "seq": beside})
    task = operator_task(LINE_CHARGES_DIFFER, context.moment, *articles)
    return [Step(DIFFER, decision, Parts(put={"tasks": task}).patch(), state_from=today, aside=True)]


def taken(state: ContractState, command: TakeLineCharges, context: Context) -> Step:
    """NTT's charges of one month: what passes through goes onto the month's statement (W-24.1, W-25.1f).

    Raises:
        Refusal: as `off_from`; `PAYMENT_AGENCY_OFF` for a month in which it was not in force on any day, since its
            statement may not even reach us; `IN_THE_FUTURE`; `BEFORE_SERVICE_START`; `UNKNOWN_CHARGE_CODE`.
    """
    month = Month.parse(command.month)
    today = japan_day(context.moment)
    if month > Month.of(today):
        raise Refusal(
            "IN_THE_FUTURE",
            f"{month} has not begun; send its charges when it has.",
            ("X-06",),
            values={"month": str(month)},
        )
    off = off_from(state)
    if not payment_agency.in_force(month, off):
        detail = f"Payment on behalf is off since {off}: NTT bills the charges of {month} itself."
        raise Refusal(
            "PAYMENT_AGENCY_OFF", detail, ("W-25.1f", "W-24.3", "W-24.4"), values={"on": off, "month": str(month)}
        )
    if state.service_start_on is None or month < Month.of(state.service_start_on):
        detail = f"The contract was not in force in {month} yet."
        raise Refusal("BEFORE_SERVICE_START", detail, ("W-24.1",), values={"month": str(month)})
    split = split_line_charges(state, month, [LineCharge(item.code, item.amount) for item in command.items])
    data = {
        "month": str(month),
        "items": [item.model_dump() for item in command.items],
        "passed_through": [_told(charge) for charge in split.passed_through],
        "direct": [_told(charge) for charge in split.direct],
    }
    detail = f"{len(split.passed_through)} of {len(command.items)} items go onto our statement; NTT bills the others."
    decision = Decision("taken", split.articles, month.last_day, edition(month.last_day), detail, data)
    return Step(LINE_STATEMENT, decision, state_from=today)


def _told(charge: LineCharge) -> dict[str, object]:
    row = payment_agency.row_of(charge.code)
    return {"code": charge.code, "amount": charge.amount, "articles": [row]}


def withdraw_payment_agency(state: ContractState, command: WithdrawPaymentAgency, context: Context) -> list[Step]:
    """Payment on behalf ends because a combined statement was not paid by its due date (W-24.3, A-43).

    Decided on the day after the due date, effective on the first day of the month after it; NTT is told to bill
    directly, and so is the contractor. A late payment restores nothing.

    Raises:
        NotAllowedError: payment on behalf is not on.
        Refusal: `UNKNOWN_STATEMENT`, `NOT_COMBINED`, `PAID_IN_TIME`, `NOT_DUE_YET`.
    """
    if state.payment_agency is None or state.payment_agency.state != "on":
        message = "Payment on behalf is not in force."
        raise NotAllowedError(message, code="PAYMENT_AGENCY_OFF", articles=("W-24.3",))
    statement = _statement(state, context)
    if not statement.combined:
        raise Refusal(
            "NOT_COMBINED",
            f"{command.statement_id} is no combined statement.",
            ("W-24.3",),
            values={"statement": command.statement_id},
        )
    due_on = statement.due_on
    ruling = payment_agency.withdrawal(due_on, japan_day(context.moment), settled_on=statement.settled_on)
    if ruling.outcome != "withdrawn" or ruling.effective_on is None:
        code = {"kept": "PAID_IN_TIME", "not_yet": "NOT_DUE_YET"}[ruling.outcome]
        raise Refusal(code, ruling.detail, ruling.articles)
    off = ruling.effective_on
    told = {"from_on": off.isoformat(), "reason": "unpaid"}
    decision = Decision(
        ruling.outcome,
        (*ruling.articles, "W-24.5"),
        off,
        ruling.edition,
        ruling.detail,
        {"statement_id": command.statement_id, "due_on": due_on.isoformat(), "payment_agency": "off_unpaid"},
    )
    unpaid = {"status": "unpaid", "statement_id": command.statement_id, "due_on": due_on.isoformat()}
    outgoing = (
        Outgoing("notice", "direct_billing", told),
        Outgoing("carrier", "DIRECT_BILLING", told),
        Outgoing("carrier", "PAYMENT_STATUS", unpaid),
    )
    change = patch({"payment_agency": PaymentAgency(state="off_unpaid", since=off)})
    return [Step(WITHDRAWN, decision, change, state_from=max(off, japan_day(context.moment)), outgoing=outgoing)]


def refuted(state: ContractState, command: ChargePaid, context: Context) -> TakenOut | None:
    """The withdrawal of payment on behalf for a statement that turns out to have been paid by its due date (W-24.3)."""
    statement = known(context, StatementsKnown).statement
    wrong = _withdrawal(context.log, command.statement_id)
    if statement is None or statement.contract_id != state.contract_id or statement.settled_on is None or wrong is None:
        return None
    in_time = statement.settled_on <= payment_agency.decided_after(statement.due_on)
    return TakenOut(wrong, "paid_in_time", "withdrawal_voided") if in_time else None


def charge_paid(state: ContractState, command: ChargePaid, context: Context) -> list[Step]:
    """A statement is paid in full: its charges are paid, and a contract that waited only for its debt closes (W-11.3).

    Where payment on behalf was withdrawn for this very statement, and the payment turns out to have been made by the
    due date, that withdrawal rested on a wrong fact and is voided; it is no restoration in the sense of A-43.

    Raises:
        Refusal: `UNKNOWN_STATEMENT`, `NOT_PAID`.
    """
    statement = _statement(state, context)
    settled_on = statement.settled_on
    if settled_on is None:
        raise Refusal(
            "NOT_PAID",
            f"{command.statement_id} is not paid in full.",
            ("W-11.3",),
            values={"statement": command.statement_id},
        )
    steps: list[Step] = []
    tasks: dict[str, RaisedTask] = {}
    # A withdrawal keyed in after this knows of payments that have turned out to be none since.
    log_then = tuple(entry for entry in context.log if entry.at <= context.keyed_at)
    wrong = _withdrawal(log_then, command.statement_id)
    late = settled_on > payment_agency.decided_after(statement.due_on)
    if wrong is not None and not late:
        steps.append(voiding("paid_in_time", context.log, wrong, context, "withdrawal_voided"))
        tasks = operator_task("NTT_WAS_TOLD_TO_BILL_DIRECTLY", context.moment, "W-24.3", "W-24.1")
    paid = {
        each.charge_id: each.model_copy(update={"state": "paid"})
        for each in state.charges.values()
        if each.charge_id in statement.charges and each.state == "due"
    }
    standing = asking(context)
    others = [each for each in standing.owed_statements() if each != command.statement_id]
    refund = Parts()
    if statement.credit is not None:
        refund = refund_task(state, statement.credit, context.moment)
    elif REFUND_DUE in state.tasks:
        refund = refund_task(state, standing.credit(), context.moment)
    parts = Parts(put={"charges": paid, "tasks": tasks}) + refund
    closed = state.past_correction and is_settled(state, parts, owed=others, credit=standing.credit())
    decision = Decision(
        "paid",
        (article_of(state),),
        settled_on,
        edition(settled_on),
        f"{command.statement_id} was paid in full on {settled_on}.",
        {"statement_id": command.statement_id, "charges": list(paid), "closed": closed},
    )
    values: Values = {}
    parts = parts + closing(state) if closed else parts
    outgoing: tuple[Outgoing, ...] = ()
    if wrong is not None and late:
        restored, told = _restored(state, settled_on)
        values |= restored
        outgoing = (_late(command.statement_id, settled_on), *told)
    parts = Parts(values) + parts
    state_from = japan_day(context.moment)
    return [*steps, Step("charge_paid", decision, parts.patch(), state_from=state_from, outgoing=outgoing)]


def charge_owed(state: ContractState, command: ChargeOwed, context: Context) -> list[Step]:
    """A charge that was paid, given back and is owed after all stands on a statement again: it waits for that one.

    Raises:
        Refusal: `UNKNOWN_STATEMENT`; `NOTHING_OWED`, it bills no such charge.
    """
    statement = _statement(state, context)
    owed = {
        each.charge_id: each.model_copy(update={"state": "due", "due_on": statement.due_on})
        for each in state.charges.values()
        if each.charge_id in statement.charges and each.state == "paid"
    }
    if not owed:
        raise Refusal("NOTHING_OWED", "The statement bills nothing that had been given back.", ("W-11.3",))
    on = japan_day(context.moment)
    detail = f"{command.statement_id} bills again what was given back; it is due on {statement.due_on}."
    data = {"statement_id": command.statement_id, "charges": list(owed), "due_on": statement.due_on.isoformat()}
    decision = Decision("owed", ("W-12.3c", "W-11.3"), on, edition(on), detail, data)
    return [Step("charge_owed", decision, patch(put={"charges": owed}), state_from=on)]


def _restored(state: ContractState, settled_on: date) -> tuple[Values, tuple[Outgoing, ...]]:
    """Payment on behalf again, where the owner lets a late payment restore it; by default nothing does (A-43)."""
    ruling = payment_agency.restoration(settled_on)
    off = state.payment_agency is not None and state.payment_agency.state == "off_unpaid"
    if ruling.outcome != "restored" or ruling.effective_on is None or not off:
        return {}, ()
    on = ruling.effective_on
    told = Outgoing("carrier", "DIRECT_BILLING_WITHDRAWN", {"from_on": on.isoformat(), "reason": "paid"})
    return {"payment_agency": PaymentAgency(state="on", since=on)}, (told,)


def _late(statement_id: str, settled_on: date) -> Outgoing:
    """NTT, which was told that the statement was unpaid, is told that it no longer is (W-13.1e); nothing comes back."""
    return Outgoing(
        "carrier",
        "PAYMENT_STATUS",
        {"status": "paid", "statement_id": statement_id, "settled_on": settled_on.isoformat()},
    )


def _statement(state: ContractState, context: Context) -> StatementKnown:
    found = known(context, StatementsKnown).statement
    if found is None or found.contract_id != state.contract_id:
        raise Refusal("UNKNOWN_STATEMENT", "The contract has no statement under this id.", ("W-11.3",))
    return found


def _withdrawal(log: tuple[Entry, ...], statement_id: str) -> Entry | None:
    gone = voided(log)
    return next(
        (
            entry
            for entry in reversed(log)
            if entry.event == WITHDRAWN and entry.seq not in gone and entry.decision.get("statement_id") == statement_id
        ),
        None,
    )
