"""What deciding a contract's life again means for the contractor and for NTT."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from decisions.contract.facts import ContractStanding
from decisions.contract.line import no_longer_so
from decisions.contract.money.charges import OWED, money_of
from decisions.contract.money.moved import RESTS_ON, moved, moving, shown
from decisions.domain import Outgoing, Revision
from decisions.lists import ChargeShown, Moves
from models.messages.contract.contract import ContractState
from models.messages.entity import Charge, Told

_STATED = frozenset({"CONTRACT", "LINE_CHANGE", "PAYMENT_STATUS"})
"""What NTT was told of the contract, the contractor's line and payments: told again as no longer so (W-13.1b, c, e)."""

_BILLS = frozenset({"DIRECT_BILLING", "DIRECT_BILLING_WITHDRAWN"})

_OF_A_CHOICE = frozenset({"choice_request", "choice_reminder"})


def against(before: ContractState, after: ContractState) -> list[str]:
    """Why the life after is worse for the contractor: more money, an earlier end, a longer term."""
    found = []
    if _owed(after) > _owed(before):
        found.append("MORE_MONEY")
    if after.end_on is not None and (before.end_on is None or after.end_on < before.end_on):
        found.append("EARLIER_END")
    term, was = after.minimum_term, before.minimum_term
    if term is not None and after.end_on is None and (was is None or term.end_on > was.end_on):
        found.append("LONGER_TERM")
    return found


def _owed(state: ContractState) -> int:
    return sum(each.total for each in state.charges.values() if each.state in OWED)


def money(before: ContractState, after: ContractState) -> list[Moves]:
    """Charges that differ, by id, with the day by which each is to be paid."""
    return [
        moving(key, _shown(before.charges.get(key)), _shown(after.charges.get(key)))
        for key in dict.fromkeys([*before.charges, *after.charges])
        if before.charges.get(key) != after.charges.get(key)
    ]


def billed(before: ContractState, after: ContractState, standing: ContractStanding | None, on: date) -> list[Moves]:
    """Monthly fees and NTT's charges that fall or come, by the ids of a contract's charges.

    Empty where nothing can be looked up, as for a state alone.
    """
    return moved(before, after, standing.billed_items, on) if standing is not None else []


def _shown(charge: Charge | None) -> ChargeShown | None:
    return shown(charge.code, charge.state, money_of(charge), charge.due_on) if charge is not None else None


def moot(message: Outgoing, state: ContractState) -> bool:
    """A request to choose is moot where nothing is left to choose."""
    return message.name in _OF_A_CHOICE and state.state != "choosing"


def about(told: Told) -> list[tuple[str, ...]]:
    """What a letter is about where its reader goes by the last one: the end, a day of the course, a fee, who bills.

    A letter that takes others back is about what they were about. Messages to NTT name the day and the thing they are
    of: each stands for itself.
    """
    if told.channel != "notice":
        return []
    if told.name == no_longer_so.TOLD_AGAIN:
        return [thing for each in no_longer_so.taken_back(told) for thing in about(each)]
    if told.name in _OF_THE_END and told.data.get("then", "end") == "end":
        return [("end",)]
    if told.name in _OF_A_COURSE:
        return [("course", str(told.data[_OF_A_COURSE[told.name]]))]
    if told.name in _OF_A_FEE:
        return [("fee", *(str(told.data.get(name)) for name in ("end_on", "change_on")))]
    return [(told.name,)] if told.name == "direct_billing" else []


_OF_THE_END = frozenset({"cancellation_accepted", "termination", "initial_cancellation_accepted", "contract_ended"})
_OF_A_COURSE: Mapping[str, str] = {"course_moved": "on", "course_change_date": "change_on"}
"""Kind of letter → where it names the day."""
_OF_A_FEE = frozenset({"fee_due", "fee_waived"})


def retold(told: Sequence[Told], state: ContractState, sent: Sequence[Outgoing]) -> list[Outgoing]:
    """One correcting letter for all that was written and no longer holds; to NTT a counter-message for each.

    What an earlier correcting letter took back and does hold is written again.

    NTT is told of a day of direct billing once: where it is told anew, by another reason, nothing is taken back.
    """
    letters, wrongly = no_longer_so.net([each for each in told if each.channel == "notice"])
    found = [no_longer_so.letter(letters, state)] if letters else []
    # What asks for a choice is said again by itself, where it is open again (`choice.told_once`).
    found += [Outgoing("notice", each.name, each.data) for each in wrongly if each.name not in _OF_A_CHOICE]
    found += _billed_again(told, {str(each.data["from_on"]) for each in sent if each.name == "DIRECT_BILLING"})
    found += [
        Outgoing("carrier", each.name, {**each.data, "withdrawn": True})
        for each in told
        if each.channel == "carrier" and each.name in _STATED
    ]
    return found


def _billed_again(told: Sequence[Told], anew: Collection[str]) -> list[Outgoing]:
    """Direct billing that was told and no longer holds, or was taken back and does hold; by its first day (W-24.5)."""
    by_day: dict[str, list[Told]] = {}
    for each in told:
        if each.channel == "carrier" and each.name in _BILLS:
            by_day.setdefault(str(each.data["from_on"]), []).append(each)
    found = []
    for same in (each for day, each in by_day.items() if day not in anew):
        direct = [each for each in same if each.name == "DIRECT_BILLING"]
        taken_back = [each for each in same if each.name != "DIRECT_BILLING"]
        # What was told and taken back again leaves nothing to tell.
        found += [
            Outgoing("carrier", "DIRECT_BILLING_WITHDRAWN", dict(each.data)) for each in direct[len(taken_back) :]
        ]
        found += [
            Outgoing("carrier", "DIRECT_BILLING", {**each.data, "reason": "unpaid"})
            for each in taken_back[len(direct) :]
        ]
    return found


REVISION: Revision[ContractState, ContractStanding] = Revision(
    against=against, money=money, billed=billed, billed_by=RESTS_ON, moot=moot, about=about, retold=retold
)
