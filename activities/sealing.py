"""What a worker of ours says of an effect bears its seal: the result, the failure for good, the place of a run.

All three lie in Temporal in between, where whoever reaches its frontend can write others.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from models.messages.entity import DEFECT, NOT_RECORDED
from models.messages.filing import FilingInput, workflow_id
from models.messages.results import SEALS, to_record
from models.seal import Seals

log = logging.getLogger(__name__)


class SealedResults(Interceptor):
    """Of the queues of effects, before all others: it seals what they make of a result."""

    def __init__(self, seals: Seals) -> None:
        """With the newest secret."""
        self._seals = seals

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  # the SDK's name
        """Stand before every activity of the queue."""
        return _Sealed(next, self._seals)


class _Sealed(ActivityInboundInterceptor):
    def __init__(self, then: ActivityInboundInterceptor, seals: Seals) -> None:
        super().__init__(then)
        self._seals = seals
        self._places: _Places | None = None

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        self._places = _Places(outbound, self._seals)
        self.next.init(self._places)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's name
        if self._places is not None:
            self._places.work = work_of(activity.info().activity_type, input.args)
        try:
            given = await self.next.execute_activity(input)
        except ApplicationError as error:
            if not error.non_retryable or error.type == NOT_RECORDED:
                raise
            raise self._failed(input.args, error) from None
        said = dict(given) if isinstance(given, Mapping) else {}
        return {**said, SEALS: self._seals_of(input.args, said, None, None)}

    def _failed(self, args: Sequence[Any], error: ApplicationError) -> ApplicationError:
        details = error.details[0] if error.details and isinstance(error.details[0], dict) else {}
        code = error.type or "REFUSED"
        error_id = str(details.get("error_id", DEFECT)) if error.type == DEFECT else None
        sealed = {**details, SEALS: self._seals_of(args, {}, code, error_id)}
        return ApplicationError(error.message, sealed, type=code, non_retryable=True)

    def _seals_of(
        self, args: Sequence[Any], given: Mapping[str, Any], failed: str | None, error_id: str | None
    ) -> dict[str, str]:
        return self._seals.of_results(entity_of(args), to_record(args, given, failed, error_id))


class _Places(ActivityOutboundInterceptor):
    """Heartbeats go out sealed; of an earlier attempt's nothing comes in that bears no seal of the same work."""

    def __init__(self, then: ActivityOutboundInterceptor, seals: Seals) -> None:
        super().__init__(then)
        self._seals = seals
        self.work: Sequence[str] = ()

    def info(self) -> activity.Info:
        info = super().info()
        return replace(info, heartbeat_details=self._own(info.heartbeat_details)) if info.heartbeat_details else info

    def heartbeat(self, *details: Any) -> None:
        super().heartbeat(*details, *((self._seals.of_place(self.work, details),) if details else ()))

    def _own(self, told: Sequence[Any]) -> Sequence[Any]:
        *place, seal = told
        if self._seals.holds_place(seal, self.work, place):
            return place
        log.warning("the place of an earlier attempt bears no seal of ours: from the beginning again")
        return ()


def entity_of(args: Sequence[Any]) -> str:
    """Whose the effect is."""
    first = args[0] if args else ""
    return workflow_id(first.filing_id) if isinstance(first, FilingInput) else str(first)


def work_of(effect: str, args: Sequence[Any]) -> list[str]:
    """What an activity is to do, in words that no other work has."""
    return [effect, entity_of(args), *(str(command.op) for _, command in to_record(args, {}, None, None))]
