"""Cancellation by the contractor (articles 10 and 22), and its undo."""

from __future__ import annotations

from decisions.common.checks import not_in_future
from decisions.contract.changed import Values
from decisions.contract.course import pending
from decisions.contract.ending.ahead import on_last_day
from decisions.contract.ending.voiding import last_entry, voiding
from decisions.contract.ids import END, end_item
from decisions.contract.line import choice
from decisions.contract.money import watch
from decisions.contract.money.fee import fee_data, fee_decision, planned_charges
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step, TakenOut
from models.messages.contract.contract import Cancel, ContractState, UndoCancellation
from rules.calendar import Month, japan_day
from rules.citation import Decision
from rules.contract import cancellation
from rules.refusal import Refusal


def cancel(state: ContractState, command: Cancel, context: Context) -> list[Step]:
    """A cancellation notice (W-10.1 to W-10.6, W-22.1): the end date and the fee, both planned."""
    not_in_future("received_at", command.received_at, context.keyed_at)
    wanted = Month.parse(command.wanted_month) if command.wanted_month else None
    ruling = cancellation.cancellation_date(
        command.channel, command.received_at, wanted, chapter=state.chapter, posted_on=command.posted_on
    )
    end_on = ruling.effective_on
    if end_on is None or (state.service_start_on is not None and end_on < state.service_start_on):
        detail = f"The notice would end the contract before its service start on {state.service_start_on}."
        raise Refusal("BEFORE_SERVICE_START", detail, ruling.articles, values={"started_on": state.service_start_on})
    last = on_last_day(state, end_on)
    money = fee_decision(last, end_on)
    received_on = japan_day(command.received_at)
    item = end_item(end_on, list(ruling.articles), undoable=True)
    planned = planned_charges(state, money, end_on)
    unchanged, gone = pending.dropped_by_end(state, end_on)
    values: Values = {"end_on": end_on, "end_reason": "cancellation", **unchanged}
    broken, broken_articles = watch.broken(state, received_on)
    said, fees = _with_suspended(money, fee_data(money, last), broken)
    parts = choice.closing(state, "cancel", received_on) + broken + watch.lifted(state, gone.get("charges", ()))
    parts = parts + Parts(values, {"agenda": {END: item}, "charges": planned}, gone)
    decision = Decision(
        outcome="accepted",
        articles=tuple(dict.fromkeys((*ruling.articles, *money.articles, *broken_articles))),
        effective_on=end_on,
        edition=ruling.edition,
        detail=f"{ruling.detail}. {said}",
        data=fees,
    )
    notice = Outgoing("notice", "cancellation_accepted", {"end_on": end_on.isoformat(), **fee_data(money, last)})
    return [
        Step(
            "cancel",
            decision,
            parts.patch(),
            move="cancel",
            received_at=command.received_at,
            outgoing=(notice, *parts.outgoing),
        )
    ]


def _with_suspended(money: Decision, own: dict[str, object], broken: Parts) -> tuple[str, dict[str, object]]:
    """What the caller is told where the notice makes suspended fees due (W-12.6c): the sentence and the fee.

    The course the contract is on now mostly asks nothing; then the suspended fee is the fee of this notice.
    """
    due = [each.data for each in broken.outgoing if each.name == "fee_due"]
    if not due:
        return money.detail, own
    totals = ", ".join(f"{each['fee']['total']:,} yen" for each in due)
    told = {**own, "suspended_fees": [{name: each[name] for name in ("code", "fee", "fee_due_on")} for each in due]}
    if money.outcome == "none" and len(due) == 1:
        told |= {"fee": due[0]["fee"], "fee_outcome": "due", "fee_due_on": due[0]["fee_due_on"]}
    return f"{money.detail} The suspended fee falls due by this notice: {totals}.", told


def undone(state: ContractState, command: UndoCancellation, context: Context) -> TakenOut:
    """The cancellation that is taken back while it has not taken effect: the life goes on without it.

    Raises:
        NotAllowedError: nothing of that kind is planned.
    """
    _ = command
    item = state.agenda.get(END)
    entry = last_entry(context.log, "cancel")
    if item is None or item.undo_until is None or entry is None:
        message = "Only a cancellation by the contractor that has not taken effect can be undone."
        raise NotAllowedError(message, articles=item.articles if item else ())
    return TakenOut(entry, "undo_cancellation", "undone")


def undo(state: ContractState, command: UndoCancellation, context: Context) -> list[Step]:
    """Take a cancellation back while it has not taken effect: the contract is as before (W-10.2 to W-10.6)."""
    _ = command
    item = state.agenda.get(END)
    entry = last_entry(context.log, "cancel")
    if item is None or item.undo_until is None or entry is None:
        message = "Only a cancellation by the contractor that has not taken effect can be undone."
        raise NotAllowedError(message, articles=item.articles if item else ())
    return [*choice.owed(state, context), voiding("undo_cancellation", context.log, entry, context, "undone")]
