"""An outside effect as its execution sees it: what came of the activity, and who says so.

Whoever reaches Temporal can answer an activity in a worker's place, with anything: what comes is read with care here,
and believed where it is recorded alone (`activities.admission`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from models.messages.entity import AgendaItem, Command, EffectDone, Recorded
    from models.messages.results import SEALS, UNSEALED_RESULT, effect_done
    from workflows.refusals import defect_id, refusal_code

C = TypeVar("C", bound=Command)

EFFECT_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2))

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,80}")

PAUSES_S = (1, 5, 20, 60)
"""Before an effect is carried out again whose result was not taken; the last one repeats."""


@dataclass(frozen=True)
class Came:
    """What came of an activity."""

    given: Mapping[str, Any] = field(default_factory=dict)
    failed: str | None = None
    """The code of its failure for good."""
    error_id: str | None = None
    """Of the defect that this was."""
    seals: Mapping[str, Any] = field(default_factory=dict)
    """By the name of the command that is to be recorded."""
    cause: BaseException | None = None
    """Of a failure."""

    def sealed(self, name: str, command: C) -> C:
        """A command that is made of it, with the seal that came along."""
        seal = self.seals.get(name)
        return command.model_copy(update={"seal": seal if isinstance(seal, str) else None})

    def done(self, item: AgendaItem) -> EffectDone:
        """What is recorded of an effect of the agenda; without a seal where it cannot even be written down."""
        try:
            return effect_done(item, self.given, self.failed)
        except ValidationError:
            return effect_done(item, {}, None)


async def carried_out(effect: str, args: Sequence[Any], **how: Any) -> Came:
    """Have an activity carry an effect out, however long it takes.

    Args:
        effect: the activity.
        args: what it is given.
        how: queue, time-outs and summary.

    Raises:
        ActivityError: it was cancelled with its execution.
    """
    try:
        raw = await workflow.execute_activity(
            effect, args=list(args), result_type=RawValue, retry_policy=EFFECT_RETRIES, **how
        )
    except ActivityError as error:
        error_id = defect_id(error)
        return Came(
            failed=_code(refusal_code(error)),
            error_id=_code(error_id) if error_id is not None else None,
            seals=_seals(_details(error.cause)),
            cause=error.cause,
        )
    given = _read(raw)
    return Came({name: value for name, value in given.items() if name != SEALS}, seals=_seals(given))


def not_taken(recorded: Recorded) -> bool:
    """Whether what came was no worker's of ours."""
    return recorded.refused is not None and recorded.refused.code == UNSEALED_RESULT


def _read(raw: RawValue) -> Mapping[str, Any]:
    """What an activity gave back, where it is anything of ours: bytes that cannot be read would fail the execution."""
    try:
        given = workflow.payload_converter().from_payload(raw.payload)
    except Exception:  # noqa: BLE001  # whoever answers may send anything, and its converter may raise anything
        return {}
    return given if isinstance(given, dict) else {}


def _code(said: str) -> str:
    """A code as ours are; another could not be written down."""
    return said if _CODE.fullmatch(said) else "UNREADABLE"


def _details(cause: BaseException | None) -> Mapping[str, Any]:
    details = cause.details[0] if isinstance(cause, ApplicationError) and cause.details else None
    return details if isinstance(details, dict) else {}


def _seals(given: Mapping[str, Any]) -> Mapping[str, Any]:
    seals = given.get(SEALS)
    return seals if isinstance(seals, dict) else {}
