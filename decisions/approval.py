"""A change that is against the customer waits: kept beside the life until an operator approves or refuses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from decisions import fold
from decisions.common.defects import FAILED
from decisions.domain import Domain, Patching, Put, S, T, operator_task, patch
from decisions.lists import LISTS, Lists
from decisions.recording.again import base_op
from decisions.revise import Change
from decisions.revision_summary import ARTICLES, Revised
from models import place
from models.messages.entity import (
    DEFECT,
    KEYING,
    Command,
    DecideRevision,
    DecisionFailed,
    Entry,
    Fact,
    Held,
    Patch,
    Refused,
    Task,
)
from rules.calendar import japan_day
from rules.citation import Decision

APPROVAL = "REVISION_APPROVAL"

HOLD = "hold_revision"
"""The event of an entry that something waits."""

ANSWER = "decide_revision"
"""The command by which an operator answers it, and the event of the entry that says so."""


class _Put(Put, total=False):
    awaiting: Mapping[str, Held]


_waiting: Patching[Mapping[str, object], _Put] = patch


def hold(
    domain: Domain[S, T],
    state: dict[str, Any],
    last: str | None,
    change: Change,
    command: Command,
    moment: datetime,
    revised: Revised[S, T],
    against: Sequence[str],
) -> Revised[S, T]:
    """Keep a change that is against the customer until an operator approves it: nothing of the life changes.

    The answer lists what an approval does, and says what is decided then (`if_approved`).

    Args:
        domain: the kind of entity.
        state: as it stands, and goes on to stand.
        last: the last place taken so far.
        change: what is held.
        command: who keyed it in.
        moment: the business moment of keying in.
        revised: what it comes to.
        against: why it is against the customer.
    """
    seq = int(state["seq"]) + 1
    insert = change.insert
    fact = None
    if insert is not None:
        handler = domain.commands[insert.name]
        known = to_jsonable_python(insert.facts) if handler.facts is not None else {}
        said = insert.command.model_dump(mode="json", exclude=set(KEYING))
        fact = Fact(name=insert.name, command=said, legal_at=insert.legal_at, known=known)
    held = Held(
        fact=fact,
        takes_out=base_op(change.takes_out.entry.op) if change.takes_out is not None else None,
        event=change.takes_out.event if change.takes_out is not None else str(insert.name if insert else ""),
        keyed_at=moment,
        actor=command.actor,
        on_behalf_of=command.on_behalf_of,
        reason_code=command.reason_code,
        note_id=command.note_id,
        against=list(against),
    )
    detail = "It turns out against the customer: an operator approves it first, with a reason."
    data = {"held_id": str(seq), "against": list(against), **shown(revised)}
    decision = Decision("needs_approval", ARTICLES, None, None, detail, data)
    change_ = _waiting(put={"awaiting": {str(seq): held}, "tasks": operator_task(APPROVAL, moment, *ARTICLES)})
    return _single(domain, state, last, HOLD, command, moment, decision, change_)


def shown(comes: Revised[S, T] | Refused) -> dict[str, Any]:
    """What an approver is shown of what waits: the lists of a revision and its decision, or why it is refused now."""
    if isinstance(comes, Refused):
        why = comes.model_dump(mode="json", include={"code", "detail", "articles", "values"})
        return {**Lists().as_json(), "if_approved": {"event": None, "outcome": "refused", **why}}
    return {**comes.lists.before_recorded.as_json(), "if_approved": comes.own}


def is_as_shown(entry: Entry, comes: Revised[S, T] | Refused) -> bool:
    """Whether what waits still comes to what the entry that holds it shows; the day of an approval is left open."""
    now, was = shown(comes), entry.decision
    return _is_refused(now) == _is_refused(was) and all(was.get(name) == now[name] for name in LISTS)


def _is_refused(told: Mapping[str, Any]) -> bool:
    return bool(told.get("if_approved", {}).get("outcome") == "refused")


def laid_out(state: Mapping[str, Any]) -> list[str]:
    """Numbers of what waits and is shown anew with what changes; one that a defect struck is left until it is settled.

    Args:
        state: as it is stored; empty where nothing is.
    """
    return [key for key in state.get("awaiting", {}) if _defect(key) not in state.get("tasks", {})]


def _defect(held_id: str) -> str:
    """The key of the task of a defect in what waits."""
    return f"{DEFECT}/{HOLD}/{held_id}"


def set_aside(
    domain: Domain[S, T], state: dict[str, Any], last: str | None, failed: DecisionFailed, moment: datetime
) -> Revised[S, T]:
    """A defect of ours in what waits costs that alone: a task says so, nobody lays it out before that is settled.

    It can be refused, or approved once the defect is gone; the life goes on meanwhile (X-05).

    Raises:
        ValueError: what failed is nothing that waits.
    """
    if failed.held_id is None:
        message = f"{failed.what} is nothing that waits"
        raise ValueError(message)
    task = Task(why=DEFECT, since=moment, articles=list(ARTICLES), error_id=failed.error_id)
    data = {"what": failed.what, "error_id": failed.error_id, "item_id": None, "held_id": failed.held_id}
    detail = f"What an approval of {failed.held_id} comes to cannot be told because of a defect; see {failed.error_id}."
    decision = Decision("failed", ARTICLES, japan_day(moment), None, detail, data)
    change = patch(put={"tasks": {_defect(failed.held_id): task}})
    return _single(domain, state, last, FAILED, failed, moment, decision, change)


def hold_again(
    domain: Domain[S, T],
    state: dict[str, Any],
    last: str | None,
    held_id: str,
    command: Command,
    moment: datetime,
    comes: Revised[S, T] | Refused,
) -> Revised[S, T]:
    """What waits under another number, since it comes to something else by now: what is approved was shown (X-05).

    Args:
        domain: the kind of entity.
        state: as it stands, and goes on to stand.
        last: the last place taken so far.
        held_id: the number it had.
        command: what changed the life meanwhile.
        moment: the business moment of that.
        comes: what it comes to now, or why it is refused.
    """
    seq = str(int(state["seq"]) + 1)
    held = Held.model_validate(state["awaiting"][held_id])
    detail = f"Revision {held_id} comes to something else by now: it waits as {seq}."
    data = {"held_id": seq, "replaces": held_id, "against": held.against, **shown(comes)}
    decision = Decision("needs_approval", ARTICLES, None, None, detail, data)
    change = _waiting(put={"awaiting": {seq: held}}, drop={"awaiting": [held_id]})
    again = Command(op=f"{command.op}/holds/{held_id}", at=moment, actor=command.actor)
    return _single(domain, state, last, HOLD, again, moment, decision, change)


def waits_as(log: Sequence[Entry], held_id: str) -> str | None:
    """The number under which what had been held as one waits by now; None: it does not."""
    found = held_id
    for entry in log:
        if entry.event == HOLD and entry.decision.get("replaces") == found:
            found = str(entry.decision["held_id"])
    return found if found != held_id else None


def answered(
    domain: Domain[S, T], state: dict[str, Any], last: str | None, command: DecideRevision, moment: datetime
) -> Revised[S, T]:
    """What is held leaves the waiting list, approved or refused."""
    others = [key for key in state.get("awaiting", {}) if key != command.held_id]
    gone = [key for key in (_defect(command.held_id),) if key in state["tasks"]] + ([] if others else [APPROVAL])
    drop = {"awaiting": [command.held_id], **({"tasks": gone} if gone else {})}
    outcome = "approved" if command.accept else "refused"
    detail = f"Revision {command.held_id} was {outcome} by an operator."
    decision = Decision(outcome, ARTICLES, japan_day(moment), None, detail, {"held_id": command.held_id})
    return _single(domain, state, last, ANSWER, command, moment, decision, patch(drop=drop))


def _single(
    domain: Domain[S, T],
    state: dict[str, Any],
    last: str | None,
    event: str,
    command: Command,
    moment: datetime,
    decision: Decision,
    change: Patch,
) -> Revised[S, T]:
    """One entry that stays as it is whatever is revised later."""
    on = japan_day(moment)
    entry = Entry(
        seq=int(state["seq"]) + 1,
        op=str(command.op),
        event=event,
        from_state=state["state"],
        to_state=None,
        received_at=moment,
        at=moment,
        effective_on=on,
        state_from=on,
        actor=command.actor,
        on_behalf_of=command.on_behalf_of,
        reason_code=command.reason_code,
        note_id=command.note_id,
        articles=list(decision.articles),
        edition=decision.edition,
        patch=change,
        decision=decision.as_json(),
        place=place.behind(last, place.of_head(moment)),
    )
    return Revised(domain, fold.apply_entry(state, entry), [entry], [], entry.decision)
