"""A change that is against the customer waits: kept beside the life until an operator approves or refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from decisions import fold
from decisions.domain import Domain, operator_task, patch
from decisions.revise import Change
from decisions.revision_summary import ARTICLES, Revised
from decisions.walk import base_op
from models import place
from models.messages.entity import KEYING, Command, DecideRevision, Entry, Fact, Held
from rules.calendar import japan_day
from rules.citation import Decision

APPROVAL = "REVISION_APPROVAL"


def hold(
    domain: Domain[Any],
    state: dict[str, Any],
    last: str | None,
    change: Change,
    command: Command,
    moment: datetime,
    revised: Revised,
    against: Sequence[str],
) -> Revised:
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
    data = {
        "held_id": str(seq),
        "against": list(against),
        **revised.before_it_is_recorded,
        "if_approved": revised.own,
    }
    decision = Decision("needs_approval", ARTICLES, None, None, detail, data)
    change_ = patch(put={"awaiting": {str(seq): held}, "tasks": operator_task(APPROVAL, moment, *ARTICLES)})
    return _single(domain, state, last, "hold_revision", command, moment, decision, change_)


def answered(
    domain: Domain[Any], state: dict[str, Any], last: str | None, command: DecideRevision, moment: datetime
) -> Revised:
    """What is held leaves the waiting list, approved or refused."""
    others = [key for key in state.get("awaiting", {}) if key != command.held_id]
    drop = {"awaiting": [command.held_id], **({} if others else {"tasks": [APPROVAL]})}
    outcome = "approved" if command.accept else "refused"
    detail = f"Revision {command.held_id} was {outcome} by an operator."
    decision = Decision(outcome, ARTICLES, japan_day(moment), None, detail, {"held_id": command.held_id})
    return _single(domain, state, last, "decide_revision", command, moment, decision, patch(drop=drop))


def _single(
    domain: Domain[Any],
    state: dict[str, Any],
    last: str | None,
    event: str,
    command: Command,
    moment: datetime,
    decision: Decision,
    change: Any,
) -> Revised:
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
