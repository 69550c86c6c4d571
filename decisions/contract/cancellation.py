"""Cancellation by the contractor (articles 10 and 22), its undo, and the end of the contract."""

from __future__ import annotations

from typing import Any

from decisions.checks import not_in_future
from decisions.contract.ids import CLOSE, END, close_item, end_item, fee_id
from decisions.domain import Context, NotAllowedError, Outgoing, Step, patch
from decisions.fold import consequences, voided
from models.messages.contract import Cancel, ContractState, UndoCancellation
from models.messages.entity import AgendaItem, Charge, Entry
from rules import cancellation, fee
from rules.calendar import Month, japan_day
from rules.citation import Decision
from rules.refusal import Refusal

_CHARGE_STATES = {"due": "planned", "reduced": "planned", "needs_operator": "needs_operator"}


def cancel(state: ContractState, command: Cancel, context: Context) -> list[Step]:
    """A cancellation notice (W-10.1 to W-10.6, W-22.1): the end date and the fee, both planned."""
    not_in_future("received_at", command.received_at, context.moment)
    wanted = Month.parse(command.wanted_month) if command.wanted_month else None
    ruling = cancellation.cancellation_date(command.channel, command.received_at, wanted, chapter=state.chapter)
    end_on = ruling.effective_on
    if end_on is None or (state.service_start_on is not None and end_on < state.service_start_on):
        detail = f"The notice would end the contract before its service start on {state.service_start_on}."
        raise Refusal("BEFORE_SERVICE_START", detail, ruling.articles)
    money = fee_decision(state, end_on)
    item = end_item(state, end_on, list(ruling.articles), undoable=True)
    put: dict[str, dict[str, Any]] = {"agenda": {END: item}}
    charge = planned_charge(state, money)
    if charge is not None:
        put["charges"] = {charge.charge_id: charge}
    values = {"end_on": end_on, "end_reason": "cancellation", "choice": None}
    drop = {"agenda": [key for key in state.agenda if key.startswith("choice_")]}
    decision = Decision(
        outcome="accepted",
        articles=(*ruling.articles, *(money.articles if money else ())),
        effective_on=end_on,
        edition=ruling.edition,
        detail=f"{ruling.detail} {money.detail}".strip(),
        data=fee_data(money, state),
    )
    notice = Outgoing("notice", "cancellation_accepted", {"end_on": end_on.isoformat(), **fee_data(money, state)})
    return [
        Step(
            "cancel",
            decision,
            patch(values, put=put, drop=drop),
            move="cancel",
            received_at=command.received_at,
            outgoing=(notice,),
        )
    ]


def fee_decision(state: ContractState, ended_on: Any, cause: fee.Cause = "cancellation", **more: Any) -> Decision:
    """The fee rule on this contract's facts (W-12.3, W-23.4)."""
    if state.chapter == 2 or state.applied_on is None:
        return fee.no_fee_in_chapter_two(ended_on)
    return fee.termination_fee(
        applied_on=state.applied_on,
        minimum_term_end_on=state.minimum_term.end_on if state.minimum_term else None,
        ended_on=ended_on,
        cause=cause,
        **more,
    )


def fee_data(money: Decision, state: ContractState) -> dict[str, Any]:
    """What a caller is told about the fee."""
    term = state.minimum_term.model_dump(mode="json") if state.minimum_term else None
    return {
        "fee": money.data["fee"],
        "fee_outcome": money.outcome,
        "fee_due_on": money.data.get("due_on"),
        "minimum_term": term,
    }


def planned_charge(state: ContractState, money: Decision) -> Charge | None:
    """The charge a notice plans; it is decided again on the effective day."""
    if money.outcome not in _CHARGE_STATES:
        return None
    amounts = money.data["fee"]
    due_on = money.data.get("due_on")
    return Charge(
        charge_id=fee_id(state),
        code="termination_fee",
        state=_CHARGE_STATES[money.outcome],
        due_on=due_on,
        articles=list(money.articles),
        **amounts,
    )


def undo(state: ContractState, command: UndoCancellation, context: Context) -> list[Step]:
    """Take a cancellation back while it has not taken effect: the contract is as before (W-10.2 to W-10.6)."""
    _ = command
    item = state.agenda.get(END)
    entry = last_entry(context.log, "cancel")
    if item is None or item.undo_until is None or entry is None:
        message = "Only a cancellation by the contractor that has not taken effect can be undone."
        raise NotAllowedError(message, articles=item.articles if item else ())
    return [voiding("undo_cancellation", context.log, entry, context, "undone")]


def last_entry(log: tuple[Entry, ...], event: str) -> Entry | None:
    """The latest entry of an event that is not voided."""
    gone = voided(log)
    return next((entry for entry in reversed(log) if entry.event == event and entry.seq not in gone), None)


def voiding(event: str, log: tuple[Entry, ...], entry: Entry, context: Context, outcome: str) -> Step:
    """The step that voids an entry and all it caused; it repeats their articles."""
    gone = consequences(log, entry.seq)
    articles = tuple(dict.fromkeys(article for each in log if each.seq in gone for article in each.articles))
    decision = Decision(
        outcome=outcome,
        articles=articles,
        effective_on=japan_day(context.moment),
        edition=entry.edition,
        detail=f"Entry {entry.seq} ({entry.event}) no longer counts.",
        data={"voids": gone},
    )
    return Step(event, decision, voids=tuple(gone))


def carry_out_end(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """The contract ends after its last day; a planned fee is decided again and becomes due (W-10.7, W-12.3c)."""
    _ = context
    end_on = item.on
    charges: dict[str, Any] = {}
    articles: tuple[str, ...] = tuple(item.articles)
    data: dict[str, Any] = {}
    detail = f"The contract was in force to the end of {end_on}."
    for charge in state.charges.values():
        if charge.code == "termination_fee" and charge.state == "planned":
            money = fee_decision(state, end_on, **state.facts.get("fee_terms", {}))
            became = "due" if money.outcome in {"due", "reduced"} else "waived"
            due_on = money.data.get("due_on")
            charges[charge.charge_id] = charge.model_copy(
                update={"state": became, "due_on": due_on, "articles": list(money.articles), **money.data["fee"]}
            )
            articles = (*articles, *money.articles)
            data = fee_data(money, state)
            detail = f"{detail} {money.detail}"
    close = close_item(end_on)
    drop = [key for key in state.agenda if key not in {CLOSE}]
    decision = Decision("ended", tuple(dict.fromkeys(articles)), end_on, None, detail, data)
    outgoing = (Outgoing("notice", "contract_ended", {"end_on": end_on.isoformat(), **data}),)
    change = patch(
        {"pending_course_change": None, "end_on": end_on},
        put={"agenda": {CLOSE: close}, "charges": charges},
        drop={"agenda": [key for key in drop if key != CLOSE]},
    )
    state_from = japan_day(item.at)
    return [Step("end", decision, change, move="end", received_at=item.at, state_from=state_from, outgoing=outgoing)]


def carry_out_close(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """Nothing can be corrected any more; with a debt still open the record waits for its payment (W-11.3)."""
    _ = context
    owed = [charge.charge_id for charge in state.charges.values() if charge.state in {"due", "needs_operator"}]
    closed = not owed
    outcome = "closed" if closed else "kept_open"
    detail = "Nothing is owed." if closed else f"Debts survive the end: {', '.join(owed)}."
    decision = Decision(outcome, ("W-11.3", "X-05"), item.on, None, detail)
    change = patch({"closed": closed, "facts": {**state.facts, "past_correction": True}}, drop={"agenda": [CLOSE]})
    return [Step("close", decision, change, received_at=item.at)]
