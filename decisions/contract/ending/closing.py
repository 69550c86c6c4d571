"""The record of a contract that is over closes, unless something keeps it open (W-11.3, W-23.3, X-05).

What is owed either way keeps it, what the next statement still bills or takes back, and whatever an operator is asked:
that closing would take off the list, and nobody would answer it any more. The last answer or payment closes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from decisions.common.closing import CLOSE, close_item, look_again
from decisions.contract.facts import AskedStanding, Asking, ContractStanding, asking
from decisions.contract.money.billing import REFUND_DUE
from decisions.contract.money.watch import OPEN, closing
from decisions.contract.parts import Parts
from decisions.domain import Context, Step, operator_task
from models.messages.contract.contract import ContractState
from models.messages.contract.earlier import FACTS
from models.messages.entity import AgendaItem
from rules.calendar import japan_day
from rules.citation import Decision


@dataclass(frozen=True)
class Kept:
    """Why a record stays open, and what is done about it."""

    detail: str
    asked: tuple[str, ...] = ()
    """Tasks that an operator has still to answer."""
    parts: Parts = field(default_factory=Parts)


def carry_out_close(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """Nothing can be corrected any more; what is still open keeps the record until it is paid, billed or answered."""
    standing = asking(context)
    known_on, was_closed = None, False
    if isinstance(standing, AskedStanding):
        known_on, was_closed = standing.known_late(japan_day(item.at)), standing.was_closed()
    if known_on is not None:
        detail = f"The end became known on {known_on}: it can be corrected as long from then on."
        decision = Decision("kept_open", (_debts(state), "X-05"), item.on, None, detail)
        again = Parts(put={"agenda": {CLOSE: close_item(known_on)}})
        return [Step("close", decision, again.patch(), received_at=item.at)]
    kept = None if was_closed else _kept(state, standing, item.at, item.on)
    return [_step(state, item.on, kept, Parts({"past_correction": True}), received_at=item.at)]


def closes(
    before: Mapping[str, Any], after: Mapping[str, Any], standing: ContractStanding | None, moment: datetime
) -> list[Step]:
    """The record closes with the answer or the payment that was the last thing to keep it open.

    Args:
        before: the state as it was stored.
        after: as it is to be.
        standing: what may be asked, as it was before.
        moment: the business moment.
    """
    # Of every command, so before anything is read; documents of earlier releases have it among others, or not at all.
    if not (after.get("past_correction") or after.get(FACTS, {}).get("past_correction")):
        return []
    was, state, on = ContractState.model_validate(before), ContractState.model_validate(after), japan_day(moment)
    if state.closed or state.tasks or CLOSE in state.agenda:
        return []
    kept = _kept(state, AskedStanding(standing), moment, on)
    if kept is None and _gives_back(was, state):
        kept = _with_next_statement(on)
    if kept is not None and CLOSE not in kept.parts.put.get("agenda", {}):
        return []
    return [_step(state, on, kept, Parts(), received_at=moment)]


def _kept(state: ContractState, standing: Asking, moment: datetime, on: date) -> Kept | None:
    """What keeps the record open; None: nothing does."""
    asked = tuple(dict.fromkeys(each.why for each in state.tasks.values()))
    owed: Sequence[str] = standing.owed_statements()
    if owed:
        return Kept(f"Debts survive the end: {', '.join(owed)}.", asked)
    if credit := standing.credit():
        refund = operator_task(REFUND_DUE, moment, _debts(state))
        detail = f"{credit} yen are owed to the contractor."
        return Kept(detail, (*asked, REFUND_DUE), Parts(put={"tasks": refund} if REFUND_DUE not in asked else {}))
    if charges := [charge.charge_id for charge in state.charges.values() if charge.state in OPEN]:
        return Kept(f"Debts survive the end: {', '.join(charges)}.", asked)
    if standing.unbilled():
        return _with_next_statement(on, asked)
    return Kept(f"An operator is still asked: {', '.join(asked)}.", asked) if asked else None


def _debts(state: ContractState) -> str:
    """What says that debts survive the end."""
    return "W-23.3" if state.chapter == 2 else "W-11.3"


def _with_next_statement(on: date, asked: tuple[str, ...] = ()) -> Kept:
    """Looked at again once it is issued: what it asks for keeps the record, and so does what it gives back."""
    again = Parts(put={"agenda": {CLOSE: look_again(on)}})
    return Kept("The next statement still bills or takes back something.", asked, again)


def _gives_back(before: ContractState, after: ContractState) -> bool:
    """Whether a fee that was asked for, or paid, has been waived: the next statement takes it back."""
    was = before.charges
    return any(
        each.state == "waived" and key in was and was[key].state in _ASKED_FOR for key, each in after.charges.items()
    )


_ASKED_FOR = frozenset({"due", "paid"})


def _step(state: ContractState, on: date, kept: Kept | None, parts: Parts, *, received_at: datetime) -> Step:
    if kept is None:
        decision = Decision("closed", ("W-11.3", "X-05"), on, None, "Nothing is owed.")
        change = parts + closing(state)
    else:
        data = {"asked": list(kept.asked)} if kept.asked else {}
        decision = Decision("kept_open", (_debts(state), "X-05"), on, None, kept.detail, data)
        change = parts + kept.parts
        # Whatever is looked at again is put, and stays.
        change += Parts(drop={"agenda": [CLOSE]} if CLOSE in state.agenda else {})
    return Step("close", decision, change.patch(), received_at=received_at)
