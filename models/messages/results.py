"""What becomes of an outside effect: said by the activity that carried it out, sealed, and recorded by the workflow.

The workflow has the result from Temporal's history, where whoever reaches the frontend can write one. So the worker
that carried the effect out makes the very commands that are to be recorded, seals them (`models.seal`), and gives the
seals back with the result; the workflow makes the same commands of what it was given, and puts the seals to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from models.actors import WORKER
from models.messages.entity import EFFECT_FAILED, AgendaItem, Command, DecisionFailed, EffectDone
from models.messages.filing import (
    FILED,
    REFUSED_BY_CARRIER,
    SEND_FILING,
    CarrierStatus,
    FileWithCarrier,
    FilingInput,
    known_of,
)

EFFECT_DONE = "effect_done"
"""The command by which an effect's result is recorded."""

SEALS = "seals"
"""Beside what an activity gives back, and in the details of its failure: the name of each command → its seal."""

RESULTS = frozenset({EFFECT_DONE, EFFECT_FAILED, FILED, REFUSED_BY_CARRIER})
"""Commands that an execution makes itself of what an activity gave back."""

UNSEALED_RESULT = "UNSEALED_RESULT"
"""The refusal of a result that no worker of ours has sealed, and the task of it."""

Named = tuple[str, Command]


def effect_done(item: AgendaItem, given: Mapping[str, Any], failed: str | None = None) -> EffectDone:
    """An effect of the agenda was carried out, or refused for good.

    Args:
        item: that asked for it.
        given: what the activity gave back.
        failed: the code of the other side's refusal.

    Raises:
        ValidationError: what was given is out of all bounds.
    """
    return EffectDone(
        # A try after one that was set aside keeps its cause; what it gives back is news all the same.
        op=f"effect/{item.item_id}/{item.caused_by}" + (f"/{item.tries}" if item.tries else ""),
        at=item.at,
        actor=WORKER,
        item_id=item.item_id,
        data=dict(given),
        failed=failed,
    )


def effect_failed(item: AgendaItem, error_id: str) -> DecisionFailed:
    """An effect of the agenda failed by a defect of ours."""
    return DecisionFailed(
        op=f"effect-failed/{item.item_id}/{item.caused_by}/{item.tries}",
        actor=WORKER,
        what=str(item.effect),
        error_id=error_id,
        item_id=item.item_id,
    )


def filed(start: FilingInput, refused: str | None = None) -> FileWithCarrier:
    """The order was handed over; `refused`: the code by which NTT takes none of its kind from us."""
    op = f"filed/{start.filing_id}"
    return FileWithCarrier(op=op, at=start.at, actor=WORKER, refused=refused, **known_of(start))


def carrier_refused(start: FilingInput, code: str) -> CarrierStatus:
    """NTT takes no order of this kind from us: the same to the applicant as a line that cannot be had.

    Raises:
        ValidationError: the order has no moment, and none such is sent.
    """
    values = {"at": start.at, "occurred_at": start.at, "sequence": 1, "status": "not_available", "reason_code": code}
    return CarrierStatus.model_validate({"op": f"refused/{start.filing_id}", "actor": "carrier", **values})


def not_filed(start: FilingInput, error_id: str) -> DecisionFailed:
    """A defect of ours keeps the order from being handed over."""
    return not_begun(SEND_FILING, error_id, {**known_of(start), "filed_at": start.at})


def not_begun(what: str, error_id: str, values: Mapping[str, Any]) -> DecisionFailed:
    """A defect of ours keeps an entity from beginning.

    Args:
        what: what failed, for the operator.
        error_id: what the worker's log explains.
        values: fields of the state without which its row cannot stand.
    """
    return DecisionFailed(op=f"defect/{error_id}", actor=WORKER, what=what, error_id=error_id, values=dict(values))


def to_record(args: Sequence[Any], given: Mapping[str, Any], failed: str | None, error_id: str | None) -> list[Named]:
    """The commands by which the result of an activity is recorded; none for one that no entity waits for.

    Args:
        args: what the activity was given.
        given: what it gave back.
        failed: the code of its failure for good.
        error_id: of the defect that this was.
    """
    first, *others = args
    if isinstance(first, FilingInput):
        if error_id is not None:
            return [(EFFECT_FAILED, not_filed(first, error_id))]
        refusal = [(REFUSED_BY_CARRIER, carrier_refused(first, failed))] if failed is not None else []
        return [(FILED, filed(first, failed)), *refusal]
    item = others[0] if others else None
    if not isinstance(item, AgendaItem):
        return []
    if error_id is not None:
        return [(EFFECT_FAILED, effect_failed(item, error_id))]
    try:
        return [(EFFECT_DONE, effect_done(item, given, failed))]
    except ValidationError:
        return []
