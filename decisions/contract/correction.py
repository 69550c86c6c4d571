"""A wrong entry undone, kept in the log."""

from __future__ import annotations

from decisions.contract.ending.voiding import voiding
from decisions.contract.line import choice
from decisions.domain import Context, Step, TakenOut
from decisions.fold import apply_entry, consequences, voided
from models.messages.contract.contract import ContractState, Correct
from models.messages.entity import Entry
from rules.refusal import Refusal

_ARTICLES = ("X-05",)
_MONEY_MOVED = frozenset({"record_refund", "reverse_payment"})


def corrected(state: ContractState, command: Correct, context: Context) -> TakenOut:
    """The fact that was wrong: the life is decided again without it (X-05).

    Raises:
        Refusal: no such entry, it is the first one, it is voided or voiding itself, it follows from another one, or
            the time for corrections is over.
    """
    return TakenOut(_entry(state, command.voids, context.log), "correct", "corrected")


def correctable(state: ContractState, entry: Entry) -> bool:
    """Whether an entry that still counts may be said to be wrong; what its going does to the rest is decided then."""
    try:
        _check(state, entry)
    except Refusal:
        return False
    return True


def _entry(state: ContractState, seq: int, log: tuple[Entry, ...]) -> Entry:
    entry = next((each for each in log if each.seq == seq), None)
    if entry is None and seq > state.seq:
        raise Refusal("NO_SUCH_ENTRY", f"The log has no entry {seq}; read the history.", _ARTICLES, values={"seq": seq})
    if entry is None:
        raise _gone(seq)
    _check(state, entry)
    return entry


def _gone(seq: int) -> Refusal:
    if seq == 1:
        return Refusal("FIRST_ENTRY", "The first entry is the contract itself; withdraw or end it instead.", _ARTICLES)
    detail = f"Entry {seq} is voided already, or voids another one."
    return Refusal("ALREADY_VOIDED", detail, _ARTICLES, values={"seq": seq})


def _check(state: ContractState, entry: Entry) -> None:
    if entry.seq == 1 or entry.voids:
        raise _gone(entry.seq)
    if state.past_correction:
        raise Refusal("TOO_LATE_TO_CORRECT", "The time for corrections of this contract is over.", _ARTICLES)
    if entry.event in _MONEY_MOVED:
        detail = f"Entry {entry.seq} ({entry.event}) tells of money that moved: reverse_payment takes it back."
        raise Refusal("REVERSE_IT", detail, _ARTICLES, values={"seq": entry.seq})
    if entry.place is not None and entry.fact is None and entry.caused_by is not None:
        cause = entry.caused_by
        detail = f"Entry {entry.seq} ({entry.event}) follows from entry {cause}; correct that one."
        raise Refusal("FOLLOWS_FROM_ANOTHER", detail, _ARTICLES, values={"seq": entry.seq, "cause": cause})


def correct(state: ContractState, command: Correct, context: Context) -> list[Step]:
    """Void an entry and all it caused, where the rest of the log still makes sense without them (X-05).

    Raises:
        Refusal: no such entry, it is the first one, it is voided or voiding itself, or a later entry rests on it.
    """
    entry = next((each for each in context.log if each.seq == command.voids), None)
    if entry is None:
        raise Refusal(
            "NO_SUCH_ENTRY",
            f"The log has no entry {command.voids}; read the history.",
            _ARTICLES,
            values={"seq": command.voids},
        )
    if entry.seq == 1:
        raise Refusal("FIRST_ENTRY", "The first entry is the contract itself; withdraw or end it instead.", _ARTICLES)
    if entry.seq in voided(context.log) or entry.voids:
        detail = f"Entry {entry.seq} is voided already, or voids another one."
        raise Refusal("ALREADY_VOIDED", detail, _ARTICLES, values={"seq": entry.seq})
    if state.past_correction:
        raise Refusal("TOO_LATE_TO_CORRECT", "The time for corrections of this contract is over.", _ARTICLES)
    gone = {*voided(context.log), *consequences(context.log, entry.seq)}
    _check_rest(context.log, gone)
    owed = choice.owed(state, context) if entry.event == "cancel" and state.state == "ending" else []
    return [*owed, voiding("correct", context.log, entry, context, "corrected")]


def _check_rest(log: tuple[Entry, ...], gone: set[int]) -> None:
    """Every later move must still start from the state it was made in, and every charge must keep its origin."""
    state = ContractState().model_dump(mode="json")
    orphaned = _charges_first_put_by(log, gone)
    for entry in log:
        if entry.seq in gone or entry.voids:
            continue
        if entry.to_state is not None and entry.from_state is not None and entry.from_state != state["state"]:
            detail = f"Entry {entry.seq} ({entry.event}) rests on it; correct that one first."
            raise Refusal("LATER_ENTRY_RESTS_ON_IT", detail, _ARTICLES, values={"seq": entry.seq})
        if orphaned & set(entry.patch.put.get("charges", {})):
            detail = f"Entry {entry.seq} ({entry.event}) decides about a charge of it; correct that one first."
            raise Refusal("LATER_ENTRY_RESTS_ON_IT", detail, _ARTICLES, values={"seq": entry.seq})
        state = apply_entry(state, entry)


def _charges_first_put_by(log: tuple[Entry, ...], gone: set[int]) -> set[str]:
    first: dict[str, int] = {}
    for entry in log:
        for charge_id in entry.patch.put.get("charges", {}):
            first.setdefault(charge_id, entry.seq)
    return {charge_id for charge_id, seq in first.items() if seq in gone}
