"""What a failed activity says, and whether it is an outage, which passes, or a defect of ours, which does not.

Failures are kept in histories, so they carry no message of the database or a peer.
"""

from __future__ import annotations

import logging
import socket
from typing import Any

import httpx
import psycopg
import sqlalchemy.exc
from temporalio import activity
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError, CancelledError, FailureError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from models.messages.entity import DEFECT

log = logging.getLogger(__name__)

DEFECT_TRIES = 5
"""Attempts of an activity that fails by a defect, some 15 s; one that meets an outage goes on until it is over."""

_NETWORK = (ConnectionError, TimeoutError, socket.gaierror, httpx.TransportError)

LATER = frozenset({408, 425, 429})
"""4xx answers that are about now, not about what was asked."""

_TEMPORAL_AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,  # the SDK's name for some of its own time-outs
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
    }
)

_AWAY_CLASSES = ("08", "40", "53", "57", "58")
"""SQLSTATE classes: connection, transaction rollback, resources, operator intervention and time-outs, system error."""

_AWAY_STATES = frozenset({"55P03", "25006"})
"""A lock that was not given in time; a server that only reads, as a standby does until it takes over."""


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database, Temporal or a peer is away, so that the same may work a little later.

    Serialization failures and deadlocks count: the transaction was given up for another's sake.
    """
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_away(error.orig))
    if isinstance(error, psycopg.Error):
        return _is_database_away(error)
    if isinstance(error, RPCError):
        return error.status in _TEMPORAL_AWAY
    if isinstance(error, httpx.HTTPStatusError):
        return not refuses(error.response)
    return isinstance(error, (*_NETWORK, sqlalchemy.exc.TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError))


def refuses(answer: httpx.Response) -> bool:
    """Whether a peer's answer is a definitive no: the same will be refused however often it is asked."""
    return answer.is_client_error and answer.status_code not in LATER


def _is_database_away(error: psycopg.Error) -> bool:
    if error.sqlstate is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return error.sqlstate[:2] in _AWAY_CLASSES or error.sqlstate in _AWAY_STATES


class PlainFailures(Interceptor):
    """Turns every error that is not ours into its bare name; the whole of it goes to the worker's log.

    An activity that fails by a defect is given up after `DEFECT_TRIES` as a `DEFECT` with an error id; the one local
    activity notes its defects itself.
    """

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
            name = type(error).__name__
            info = activity.info()
            if is_away(error) or info.is_local or info.attempt < DEFECT_TRIES:
                # A unique violation names the key that clashed, such as a line number; an HTTP error its address.
                log.warning("%s failed", input.fn.__name__, exc_info=error)
                raise ApplicationError(name, type=name) from None
            error_id = f"E-{info.workflow_run_id[:8]}-{info.activity_id}" if info.workflow_run_id else f"E-{name}"
            log.error("%s: %s failed by a defect", error_id, input.fn.__name__, exc_info=error)  # noqa: TRY400  # said once, with the id first
            raise ApplicationError(name, {"error_id": error_id}, type=DEFECT, non_retryable=True) from None
