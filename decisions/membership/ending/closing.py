"""The record of a membership that is over closes, unless something keeps it open (M-07.4, X-05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from decisions.common.closing import CLOSE, close_item
from decisions.domain import Context, Step
from decisions.membership.changed import patch
from decisions.membership.storage.in_line import OF_STORAGE
from models.messages.club.membership import MembershipState
from models.messages.entity import AgendaItem
from rules.calendar import japan_day
from rules.citation import Decision

_KEPT = "kept"
"""In the data of the item: the record was to close before, and closes with the last answer."""


def carry_out_close(state: MembershipState, item: AgendaItem, context: Context) -> list[Step]:
    """Nothing is left to be corrected; while the storage is to revert, or an operator is asked, it stays open."""
    _ = context
    kept = _kept(state)
    if kept is None:
        return [_closed(item.on, item.at)]
    again = close_item(item.on).model_copy(update={"data": {_KEPT: True}})
    asked = {"asked": asked} if (asked := _asked(state)) else {}
    decision = Decision("kept_open", ("X-05", "M-07.4"), item.on, None, kept, asked)
    return [Step("close", decision, patch(put={"agenda": {CLOSE: again}}), received_at=item.at)]


def closes(before: Mapping[str, Any], after: Mapping[str, Any], standing: object, moment: datetime) -> list[Step]:
    """The record closes with the answer that was the last thing to keep it open.

    Args:
        before: the state as it was stored.
        after: as it is to be.
        standing: nothing of it is asked.
        moment: the business moment.
    """
    _ = (before, standing)
    if CLOSE not in after["agenda"]:
        return []
    state = MembershipState.model_validate(after)
    if not state.agenda[CLOSE].data.get(_KEPT) or state.tasks:
        return []
    return [_closed(japan_day(moment), moment)] if _kept(state) is None else []


def _kept(state: MembershipState) -> str | None:
    """What keeps the record open; None: nothing does."""
    if state.storage.state in {"off_grace", "exempt"} or any(
        each.event in OF_STORAGE for each in state.agenda.values()
    ):
        return "The storage has not reverted yet."
    asked = _asked(state)
    return f"An operator is still asked: {', '.join(asked)}." if asked else None


def _asked(state: MembershipState) -> list[str]:
    return list(dict.fromkeys(each.why for each in state.tasks.values()))


def _closed(on: date, moment: datetime) -> Step:
    decision = Decision("closed", ("X-05", "M-07.4"), on, None, "Nothing is left to happen.")
    return Step("close", decision, patch({"closed": True}, drop={"agenda": [CLOSE]}), received_at=moment)
