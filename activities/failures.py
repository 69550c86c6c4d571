"""What a failed activity says: failures are kept in histories, so they carry no message of the database or a peer."""

from __future__ import annotations

import logging
from typing import Any

from temporalio.exceptions import ApplicationError, CancelledError, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

log = logging.getLogger(__name__)


class PlainFailures(Interceptor):
    """Turns every error that is not ours into its bare name; the whole of it goes to the worker's log."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  # the SDK's name
        """Stand before every activity, local ones too."""
        return _Plain(next)


class _Plain(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's name
        try:
            return await self.next.execute_activity(input)
        except (FailureError, CancelledError):
            raise
        except Exception as error:
            # A unique violation names the key that clashed, such as a line number; an HTTP error its address.
            log.warning("%s failed", input.fn.__name__, exc_info=error)
            raise ApplicationError(type(error).__name__, type=type(error).__name__) from None
