"""A wrong entry of a membership undone, kept in the log; the rest of its life follows again (X-05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from decisions import domain
from decisions.domain import Context, Step, known
from decisions.fold import apply_entry, consequences, voided
from decisions.membership import told
from decisions.membership.ending.ended_again import ends_otherwise, made_again
from decisions.membership.facts import LineKnown
from decisions.membership.parts import plan_of
from models.messages.club.membership import EXCHANGE_FAILED, Correct, MembershipState
from models.messages.entity import Entry
from rules.calendar import japan_day
from rules.citation import Decision
from rules.refusal import Refusal

_ARTICLES = ("X-05",)

_NOT_UNDONE = frozenset(
    {"adjust_points", "plan_announced", "plan_changed", "change_credentials", "correct"}
    | {"hold_revision", "decide_revision"}
    | {"storage_reverted", "storage_set", EXCHANGE_FAILED}
)
"""What cannot be taken back: points given may be spent, the programme's own plan is not one member's, and what the
storage service did is done, and so is what NTT answered to an exchange."""

_FOLLOWS = frozenset(
    {"usable_through", "ended_on", "end_state", "end_cause", "end_articles", "in_use_through", "storage"}
    | {"ninen_wari_started_on", "ninen_wari_cancelled_on"}
)
"""Fields that follow from others and are found anew; a later entry that set one does not rest on the wrong one."""


def correct(state: MembershipState, command: Correct, context: Context) -> list[Step]:
    """Void an entry and all it caused, then bring end, renewals, storage and points in line with what is left (X-05).

    An end by a wrong notice is taken back: the membership is active again, and its points return as lots of their own
    with the days of their grants.

    Raises:
        Refusal: `NO_SUCH_ENTRY`, `FIRST_ENTRY`, `ALREADY_VOIDED`, `NOT_CORRECTABLE`, `LATER_ENTRY_RESTS_ON_IT`, or
            `LINE_TAKEN` where the line has another membership by now.
    """
    entry = _entry(context.log, command.voids, state.seq)
    caused = consequences(context.log, entry.seq)
    after = told.folded(context.log, caused)
    if told.is_complete(context.log):
        after = told.applied(after, told.counting(context.log, caused))
        ended = next((each for each in told.counting(context.log, caused) if each.event == "end"), None)
        if ended is not None and ends_otherwise(after, context):
            caused = sorted({*caused, *consequences(context.log, ended.seq)})
            after = told.applied(told.folded(context.log, caused), told.counting(context.log, caused))
    else:
        _check_rest(told.counting(context.log, caused), [each for each in context.log if each.seq in caused])
    if state.state != "active" and after.state == "active" and known(context, LineKnown).line_taken:
        detail = "The line has another membership by now; this one cannot be active again."
        raise Refusal("LINE_TAKEN", detail, ("M-02.1", "X-05"))
    undone = [each for each in context.log if each.seq in caused]
    articles = tuple(dict.fromkeys(row for each in undone for row in each.articles))
    day = japan_day(context.moment)
    detail = f"Entry {entry.seq} ({entry.event}) no longer counts."
    decision = Decision("corrected", articles, day, plan_of(context).edition(day), detail, {"voids": caused})
    follows = made_again(after, undone, entry.op, context, state)
    # An entry that stays holds all that was told until then, the wrong one included.
    left = told.folded(context.log, caused)
    said = {name: getattr(after, name) for name in told.FIELDS if getattr(after, name) != getattr(left, name)}
    follows = replace(follows, patch=domain.patch(said) + follows.patch)
    return [Step("correct", decision, voids=tuple(caused)), follows]


def correctable(state: MembershipState, entry: Entry) -> bool:
    """Whether an entry that still counts may be said to be wrong; what its going does to the rest is decided then."""
    _ = state
    try:
        _check(entry)
    except Refusal:
        return False
    return True


def _entry(log: tuple[Entry, ...], seq: int, last: int) -> Entry:
    entry = next((each for each in log if each.seq == seq), None)
    if entry is None and seq <= last:
        # The log that a decision is given has only what counts.
        raise Refusal("ALREADY_VOIDED", f"Entry {seq} is voided already.", _ARTICLES, values={"seq": seq})
    if entry is None:
        raise Refusal("NO_SUCH_ENTRY", f"The log has no entry {seq}; read the history.", _ARTICLES, values={"seq": seq})
    _check(entry, gone=seq in voided(log))
    return entry


def _check(entry: Entry, *, gone: bool = False) -> None:
    seq = entry.seq
    if seq == 1:
        raise Refusal("FIRST_ENTRY", "The first entry is the membership itself; leave instead.", _ARTICLES)
    if gone or (entry.voids and entry.fact is None):
        detail = f"Entry {seq} is voided already, or voids another one."
        raise Refusal("ALREADY_VOIDED", detail, _ARTICLES, values={"seq": seq})
    if entry.event in _NOT_UNDONE or entry.caused_by is not None:
        detail = f"Entry {seq} ({entry.event}) is not undone by itself; correct what it follows from."
        raise Refusal("NOT_CORRECTABLE", detail, _ARTICLES, values={"seq": seq})


def _check_rest(rest: list[Entry], caused: list[Entry]) -> None:
    """Every later entry must still start from the state it was made in, and from facts that are still there."""
    wrong = {place for entry in caused for place in _facts(entry)}
    first = min(entry.seq for entry in caused)
    state = MembershipState().model_dump(mode="json")
    for entry in rest:
        starts = entry.to_state is None or entry.from_state is None or entry.from_state == state["state"]
        if not starts or (entry.seq > first and wrong & set(_facts(entry))):
            detail = f"Entry {entry.seq} ({entry.event}) rests on it; correct that one first."
            raise Refusal("LATER_ENTRY_RESTS_ON_IT", detail, _ARTICLES, values={"seq": entry.seq})
        state = apply_entry(state, entry)


def _facts(entry: Entry) -> Iterable[tuple[str, str]]:
    """What an entry says on its own, by field or by collection and key."""
    yield from (("", name) for name in entry.patch.set if name not in _FOLLOWS)
    yield from (("facts", key) for key in entry.patch.put.get("facts", {}))
