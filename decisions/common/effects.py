"""An outside effect has been carried out, or refused for good: its item leaves the agenda."""

from __future__ import annotations

from typing import Any

from decisions.domain import Context, NotAllowedError, Step, operator_task, patch
from models.messages.entity import EffectDone, EntityState
from rules.calendar import japan_day
from rules.citation import Decision


def effect_done(state: EntityState, command: EffectDone, context: Context) -> list[Step]:
    """Take the item off; one that is gone already was dropped by a later decision."""
    item = state.agenda.get(command.item_id)
    if item is None or item.effect is None:
        message = f"Nothing called {command.item_id} is waiting for an outside effect."
        raise NotAllowedError(message, code="NOTHING_TO_DO")
    day = japan_day(context.moment)
    data: dict[str, Any] = {"item_id": command.item_id}
    if command.failed is not None:
        detail = f"{item.effect} was refused for good ({command.failed}); an operator looks after it."
        refused = Decision("refused", tuple(item.articles), day, None, detail, {**data, "code": command.failed})
        task = operator_task("EFFECT_REFUSED", context.moment, *item.articles)
        return [Step(item.event, refused, patch(put={"tasks": task}, drop={"agenda": [command.item_id]}))]
    decision = Decision("done", tuple(item.articles), day, None, f"{item.effect} was carried out.", data)
    return [Step(item.event, decision, patch(drop={"agenda": [command.item_id]}))]
