"""The programme's end of many memberships: decided once for all that are alike, by the timer's own rule (M-07.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from decisions.domain import Outgoing
from decisions.engine import Outcome, Run
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.facts import MembershipStanding
from decisions.membership.parts import END, LEDGER
from models.messages.club.membership import MembershipState
from models.messages.entity import Entry

ALIKE = ("seq", "state", "closed", "agenda", "tasks", "ungrounded", "awaiting", "storage")
"""Fields of a state by which memberships are alike: those for which all of these are the same end the same."""

_ASKED = frozenset({*ALIKE, "schema_version", "latest", "renewals", "losses", "left_on", "imported"})
"""What the decision may ask besides: `latest` lies before the end, so that nobody was taken over after it; no renewal
is open, nobody has left and no line is lost. Whoever selects sees to that, so that it makes no difference what exactly
they say."""


class DiffersError(RuntimeError):
    """The rule asked for something in which memberships that are alike may differ: it must be among `ALIKE` first."""


class Alike(MembershipState):
    """What memberships that are alike have in common; nothing else may be asked of it."""

    def __getattribute__(self, name: str) -> Any:
        """Refuse what differs: a wrong answer for thousands must not come from one of them."""
        if name in _DIFFERS:
            message = f"the end of many memberships asks for {name}, which differs from one to another"
            raise DiffersError(message)
        return super().__getattribute__(name)


_DIFFERS = frozenset(MembershipState.model_fields) - _ASKED
_DOMAIN = replace(MEMBERSHIP, state=Alike)


@dataclass(frozen=True)
class Ending:
    """How memberships that are alike end: all that is recorded of each, but for whose it is."""

    entry: Entry
    changed: Mapping[str, Any]
    """The fields of the state that are other than before, as the fold gives them."""
    agenda_before: Mapping[str, Any]
    agenda: Mapping[str, Any]
    points_gone_on: date
    """The first Japan day without the points."""


def end_of_alike(document: Mapping[str, Any], standing: MembershipStanding) -> Ending | None:
    """End memberships that are alike at the moment of their item; None where anything but a plain end comes out.

    Args:
        document: the fields `ALIKE` of any of their states.
        standing: as for every decision about a membership.

    Raises:
        DiffersError: the rule asks for more.
    """
    state = {
        **MembershipState().model_dump(mode="json"),
        **{name: document[name] for name in ALIKE if name in document},
    }
    at = datetime.fromisoformat(state["agenda"][END]["at"])
    run = Run(_DOMAIN, state, at, standing=standing)
    run.carry_out_due(at)
    gone_on = _closes(run.outcome)
    if gone_on is None:
        return None
    outcome, (entry,) = run.outcome, run.outcome.entries
    changed = {name: value for name, value in outcome.state.items() if value != state[name]}
    return Ending(entry, changed, state["agenda"], outcome.state["agenda"], gone_on)


def _closes(outcome: Outcome) -> date | None:
    """The day of the one order, to close the points, where one entry ended the membership and told nobody anything."""
    if len(outcome.entries) != 1 or outcome.entries[0].event != END or outcome.entries[0].voids:
        return None
    orders = [order for _, order in outcome.outgoing]
    if len(orders) != 1 or not _is_close(orders[0]):
        return None
    on = orders[0].data["on"]
    return on if isinstance(on, date) else date.fromisoformat(on)


def _is_close(order: Outgoing) -> bool:
    return order.channel == LEDGER and order.name == "close"
