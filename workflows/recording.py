"""Decide and record: the one local activity of every entity, waited for however long the database is away."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.exceptions import TimeoutError as ActivityTimeoutError

with workflow.unsafe.imports_passed_through():
    from models.messages.entity import DECIDE_AND_RECORD, Recorded, RecordRequest

ATTEMPTS_S = 5
"""How long local attempts go on while the database is away; then a durable timer takes over."""

ATTEMPTS_MAX = 6
"""Attempts of one round, some 3.5 s where each fails at once; without it the SDK goes on past ATTEMPTS_S (measured)."""

PAUSES_S = (10, 25, 40, 60)
"""Durable pauses between rounds of attempts; the last one repeats. A minute's outage costs under 20 events."""


async def record(request: RecordRequest, summary: str) -> Recorded:
    """What was recorded; while the database is away, a durable timer, then the same operation again.

    Args:
        request: what to decide.
        summary: what the timeline shows of it.

    Raises:
        ApplicationError: non-retryable, as the activity says.
    """
    attempt = 0
    while True:
        try:
            recorded: Recorded = await workflow.execute_local_activity(
                DECIDE_AND_RECORD,
                request,
                result_type=Recorded,
                summary=summary,
                schedule_to_close_timeout=timedelta(seconds=ATTEMPTS_S),
                retry_policy=RetryPolicy(
                    initial_interval=timedelta(milliseconds=200),
                    maximum_interval=timedelta(seconds=1),
                    maximum_attempts=ATTEMPTS_MAX,
                ),
            )
        except (ActivityError, ApplicationError, ActivityTimeoutError) as error:
            # A local activity that has used up its attempts fails with its own error, not wrapped in another.
            cause = error.cause if isinstance(error, ActivityError) else error
            if isinstance(cause, ApplicationError) and cause.non_retryable:
                raise cause from None
            pause = PAUSES_S[min(attempt, len(PAUSES_S) - 1)]
            attempt += 1
            await workflow.sleep(pause, summary="データベースの復旧待ち")
        else:
            return recorded
