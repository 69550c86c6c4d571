"""The watch over suspended fees (W-12.6c, A-35): for months, by itself, to the day after its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from decisions.common.closing import CLOSE
from decisions.contract.changed import Values
from decisions.contract.facts import asking
from decisions.contract.money.charges import due_on, money_of
from decisions.contract.parts import Parts
from decisions.domain import Context, Outgoing, Step
from models.machines.contract import OVER
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import Watch, WatchedCharge
from models.messages.entity import AgendaItem, Charge
from rules.calendar import end_of
from rules.charges import fee
from rules.citation import Decision

WATCH_END = "watch_end"
"""The event that carries out the end of a watch; its items on the agenda begin with it."""

OPEN = frozenset({"due", "needs_operator", "watched"})
"""States of a charge that keep an ended contract open."""


@dataclass(frozen=True)
class Suspended:
    """One fee to be suspended."""

    charge: Charge
    """With the amount and the tax of the day on which the contract changed (A-37)."""
    changed_on: date
    until: date
    """Last day of the watch, inclusive (A-35)."""


def item_id(charge_id: str) -> str:
    """The key of the end of a charge's watch on the agenda."""
    return f"{WATCH_END}/{charge_id}"


def begin_all(state: ContractState, *suspended: Suspended) -> Parts:
    """Suspend fees from the day of the change to the last day of their watch, inclusive (W-12.6c)."""
    records = _records(state)
    charges: dict[str, Charge] = {}
    agenda: dict[str, AgendaItem] = {}
    for each in suspended:
        key = each.charge.charge_id
        charges[key] = suspended_charge(each.charge)
        records[key] = WatchedCharge(state="watching", until=each.until, changed_on=each.changed_on)
        agenda[item_id(key)] = AgendaItem(
            item_id=item_id(key),
            event=WATCH_END,
            at=end_of(each.until),
            on=each.until,
            articles=["W-12.6c", "A-35"],
            label=f"解約事務手数料の留保の満了 {each.until}",
            data={"charge_id": key},
        )
    return Parts({"watch": _shown(records)}, {"charges": charges, "agenda": agenda})


def suspended_charge(charge: Charge) -> Charge:
    """A fee that is suspended (W-12.6c)."""
    articles = ["W-12.6c", "W-12.6", *(row for row in charge.articles if not row.startswith("W-12.6"))]
    return charge.model_copy(update={"state": "watched", "due_on": None, "articles": articles})


def _shown(records: Mapping[str, WatchedCharge]) -> Watch:
    """The watch as it is read: the one that ends last, and all of them by charge."""
    last = max(records, key=lambda key: (records[key].state == "watching", records[key].until, key))
    own = records[last].model_dump(exclude_unset=True)
    return Watch(**own, charge_id=last, charges=dict(records))


def watched(state: ContractState) -> list[str]:
    """Ids of the charges under a watch that has not come to its end."""
    return [key for key, each in _records(state).items() if each.state == "watching"]


def _records(state: ContractState) -> dict[str, WatchedCharge]:
    return dict(state.watch.charges) if state.watch else {}


def lifted(state: ContractState, charge_ids: Iterable[str]) -> Parts:
    """Take charges out of their watch: waived in another way (W-12.6a, W-12.6b), or gone with their course change."""
    records = _records(state)
    found = [key for key in charge_ids if key in records]
    if not found:
        return Parts()
    records |= {key: records[key].model_copy(update={"state": "lifted"}) for key in found}
    items = [item_id(key) for key in found if item_id(key) in state.agenda]
    return Parts({"watch": _shown(records)}, drop={"agenda": items})


def broken(state: ContractState, received_on: date) -> tuple[Parts, tuple[str, ...]]:
    """What a notice of cancellation received that day does to the watches, whatever day it takes effect (W-12.6c).

    Received from the change to the last day of the watch, both included, the fee falls due, also when the notice is
    keyed in after the watch has ended. Undone, the entry takes all of this back: the watch is as before.

    Returns:
        What changes and the articles; both empty where no watch is broken.
    """
    parts, articles, records = Parts(), list[str](), _records(state)
    for key, record in records.items():
        charge = state.charges.get(key)
        if charge is None or record.state not in {"watching", "waived"} or received_on < record.changed_on:
            continue
        ruling = fee.watch_outcome(money_of(charge), record.until, received_on, notice_received_on=received_on)
        if ruling.outcome != "due":
            continue
        values = {"state": "due", "due_on": due_on(ruling), "articles": list(ruling.articles)}
        became = record.model_copy(update={"state": "due", "notice_received_on": received_on})
        records = {**records, key: became}
        told = {
            "fee": ruling.data["fee"],
            "fee_due_on": ruling.data["due_on"],
            "code": charge.code,
            "articles": list(ruling.articles),
        }
        parts = parts + Parts(
            {"watch": _shown(records)},
            {"charges": {key: charge.model_copy(update=values)}},
            {"agenda": [item_id(key)] if item_id(key) in state.agenda else []},
            (Outgoing("notice", "fee_due", told),),
        )
        articles += ruling.articles
    return parts, tuple(dict.fromkeys(articles))


def carry_out_end(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """The day after the watch: no cancellation was notified, the fee is waived for good (W-12.6c, A-35)."""
    key, records = str(item.data["charge_id"]), _records(state)
    charge, record = state.charges.get(key), records.get(key)
    drop = {"agenda": [item.item_id]}
    if charge is None or record is None or charge.state != "watched":
        left = {each: value for each, value in records.items() if each != key or charge is not None}
        decision = Decision("nothing", ("W-12.6c", "A-35"), item.on, None, "Nothing is suspended any more.")
        values: Values = {} if left else {"watch": None}
        return [Step(WATCH_END, decision, Parts(values, drop=drop).patch(), received_at=item.at)]
    ruling = fee.watch_outcome(money_of(charge), record.until, item.on + timedelta(days=1))
    waived = charge.model_copy(update={"state": "waived", "due_on": None, "articles": list(ruling.articles)})
    values = {"watch": _shown({**records, key: record.model_copy(update={"state": "waived"})})}
    told = {"fee": money_of(charge).as_json(), "case": "line_unusable", "articles": list(ruling.articles)}
    parts = Parts(values, {"charges": {key: waived}}, drop, (Outgoing("notice", "fee_waived", told),))
    standing = asking(context)
    if state.past_correction and is_settled(state, parts, owed=standing.owed_statements(), credit=standing.credit()):
        parts = parts + closing(state)
    return [Step(WATCH_END, ruling, parts.patch(), received_at=item.at, outgoing=parts.outgoing)]


def closing(state: ContractState) -> Parts:
    """The record closes: nobody looks at it again."""
    return Parts({"closed": True}, drop={"agenda": [CLOSE]} if CLOSE in state.agenda else {})


def is_settled(state: ContractState, change: Parts, *, owed: Sequence[str], credit: int) -> bool:
    """Whether a record closes with an entry: over, uncorrectable, nothing owed either way, and nobody asked (X-05).

    Asked by the decision itself, beside `Domain.closes`: a payment or a waiver is not in the books yet when that asks
    them, and what is owed after it only the decision knows. Whatever this leaves open `closes` looks at again.

    Args:
        state: before.
        change: what the entry does to its charges and tasks.
        owed: statements still to be paid after it.
        credit: yen the contractor is owed after it.
    """
    if state.state not in OVER or not state.past_correction or owed or credit:
        return False
    charges = {**state.charges, **change.put.get("charges", {})}
    tasks = {*state.tasks, *change.put.get("tasks", {})} - {*change.drop.get("tasks", ())}
    return not tasks and not any(each.state in OPEN for each in charges.values())
