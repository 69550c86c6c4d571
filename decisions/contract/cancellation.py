"""Cancellation by the contractor (articles 10 and 22), its undo, and the end of the contract."""

from __future__ import annotations

from datetime import date
from typing import Any

from decisions.checks import not_in_future
from decisions.contract import benefit, choice, pending, watch
from decisions.contract.agency import agency_ended
from decisions.contract.ids import CLOSE, END, close_item, end_item, fee_id
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step, TakenOut, patch
from decisions.fold import consequences, voided
from models.messages.contract import Cancel, ContractState, UndoCancellation
from models.messages.entity import AgendaItem, Charge, Entry
from rules import cancellation, fee
from rules.calendar import Month, japan_day
from rules.citation import Decision, edition
from rules.refusal import Refusal

_CHARGE_STATES = {"due": "planned", "reduced": "planned", "needs_operator": "needs_operator"}


def cancel(state: ContractState, command: Cancel, context: Context) -> list[Step]:
    """A cancellation notice (W-10.1 to W-10.6, W-22.1): the end date and the fee, both planned."""
    not_in_future("received_at", command.received_at, context.keyed_at)
    wanted = Month.parse(command.wanted_month) if command.wanted_month else None
    ruling = cancellation.cancellation_date(command.channel, command.received_at, wanted, chapter=state.chapter)
    end_on = ruling.effective_on
    if end_on is None or (state.service_start_on is not None and end_on < state.service_start_on):
        detail = f"The notice would end the contract before its service start on {state.service_start_on}."
        raise Refusal("BEFORE_SERVICE_START", detail, ruling.articles)
    terms_of_fee = state.facts.get("fee_terms", {})
    money = fee_decision(state, end_on, **terms_of_fee)
    received_on = japan_day(command.received_at)
    item = end_item(end_on, list(ruling.articles), undoable=True)
    planned = planned_charges(state, money, end_on, **terms_of_fee)
    unchanged, gone = pending.dropped_by_end(state, end_on)
    values = {"end_on": end_on, "end_reason": "cancellation", **unchanged}
    broken, broken_articles = watch.broken(state, received_on)
    said, fees = _with_suspended(money, fee_data(money, state), broken)
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
    notice = Outgoing("notice", "cancellation_accepted", {"end_on": end_on.isoformat(), **fee_data(money, state)})
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


def fee_decision(state: ContractState, ended_on: Any, cause: fee.Cause = "cancellation", **more: Any) -> Decision:
    """The fee rule on this contract's facts (W-12.3, W-23.4)."""
    if state.chapter == 2 or state.applied_on is None:
        return fee.no_fee_in_chapter_two(ended_on)
    outside = state.chapter not in {1, 2}
    if outside and not state.facts.get(CARRIED):
        return fee_of_other_service(ended_on)
    return fee.termination_fee(
        in_carried_contract=outside,
        applied_on=state.applied_on,
        minimum_term_end_on=state.minimum_term.end_on if state.minimum_term else None,
        ended_on=ended_on,
        cause=cause,
        **more,
    )


TERM_BEGAN = "term_began_while_ending"
"""The fact that a course change brought a minimum term after the end was notified."""

CARRIED = "carried_term"
"""The fact that the term of a contract outside chapters 1 and 2 was carried there from with フレッツ II (W-12.3b)."""


def fee_of_other_service(ended_on: Any) -> Decision:
    """A course outside chapters 1 and 2 that carries no term of ours charges under its own rules (A-32)."""
    data = {"fee": fee.NOTHING.as_json(), "carried": None}
    detail = "The course is outside this book: a fee, if any, follows its own rules."
    return Decision("none", ("W-12.3b2",), ended_on, edition(ended_on), detail, data)


def planned_charges(
    state: ContractState, money: Decision, ended_on: Any, cause: fee.Cause = "cancellation", **more: Any
) -> dict[str, Charge]:
    """The charges an end plans, by id: the fee of article 12 and those of benefits (W-12.2p)."""
    charge = planned_charge(state, money)
    own = {charge.charge_id: charge} if charge is not None else {}
    return {**own, **benefit.planned(state, ended_on, cause, **more)}


def fee_data(money: Decision, state: ContractState) -> dict[str, Any]:
    """What a caller is told about the fee."""
    term = state.minimum_term.model_dump(mode="json") if state.minimum_term else None
    return {
        "fee": money.data["fee"],
        "fee_outcome": money.outcome,
        "fee_due_on": money.data.get("due_on"),
        "minimum_term": term,
    }


def _with_suspended(money: Decision, own: dict[str, Any], broken: Parts) -> tuple[str, dict[str, Any]]:
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
    return [*choice.owed(state, context), voiding("undo_cancellation", context.log, entry, context, "undone")]


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


def settled_charges(state: ContractState, end_on: date) -> tuple[dict[str, Charge], list[Decision]]:
    """What was planned for the end, decided again on the last day: each becomes due or waived (W-10.7, W-12.3c).

    The rulings come with the one on the fee of article 12 first, where there is one.
    """
    terms_of_fee = state.facts.get("fee_terms", {})
    charges: dict[str, Charge] = {}
    rulings: list[Decision] = []
    planned = [charge for charge in state.charges.values() if charge.state == "planned"]
    own = [charge for charge in planned if charge.code == "termination_fee"]
    if own or state.facts.get(TERM_BEGAN):
        money = fee_decision(state, end_on, **terms_of_fee)
        rulings.append(money)
        # A course change between the notice and the end may have brought a term that the notice could not plan for.
        new = None if own else planned_charge(state, money)
        for charge in own or ([new] if new is not None else []):
            became = "due" if money.outcome in {"due", "reduced"} else "waived"
            values = {"state": became, "due_on": money.data.get("due_on"), "articles": list(money.articles)}
            charges[charge.charge_id] = charge.model_copy(update={**values, **money.data["fee"]})
    of_benefits, more = benefit.settled(state, end_on, **terms_of_fee)
    return {**charges, **of_benefits}, [*rulings, *more]


def carry_out_end(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """The contract ends after its last day; a planned fee is decided again and becomes due (W-10.7, W-12.3c)."""
    _ = context
    end_on = item.on
    charges, rulings = settled_charges(state, end_on)
    agency, told, agency_articles = agency_ended(state, end_on)
    own = next((money for money in rulings if "W-12.2p" not in money.articles), None)
    data = fee_data(own, state) if own is not None else {}
    detail = " ".join([f"The contract was in force to the end of {end_on}.", *(money.detail for money in rulings)])
    articles = (*item.articles, *(each for money in rulings for each in money.articles), *agency_articles)
    decision = Decision("ended", tuple(dict.fromkeys(articles)), end_on, None, detail, data)
    outgoing = (Outgoing("notice", "contract_ended", {"end_on": end_on.isoformat(), **data}), *told)
    change = patch(
        {"pending_course_change": None, "end_on": end_on, **agency},
        put={"agenda": {CLOSE: close_item(end_on)}, "charges": charges},
        drop={"agenda": [key for key in state.agenda if key != CLOSE and not key.startswith(watch.WATCH_END)]},
    )
    state_from = japan_day(item.at)
    return [Step("end", decision, change, move="end", received_at=item.at, state_from=state_from, outgoing=outgoing)]


def carry_out_close(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """Nothing can be corrected any more; with a debt still open the record waits for its payment (W-11.3)."""
    _ = context
    owed = [charge.charge_id for charge in state.charges.values() if charge.state in watch.OPEN]
    closed = not owed
    outcome = "closed" if closed else "kept_open"
    detail = "Nothing is owed." if closed else f"Debts survive the end: {', '.join(owed)}."
    decision = Decision(outcome, ("W-11.3", "X-05"), item.on, None, detail)
    change = patch({"closed": closed, "facts": {**state.facts, "past_correction": True}}, drop={"agenda": [CLOSE]})
    return [Step("close", decision, change, received_at=item.at)]
