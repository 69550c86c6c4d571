"""What can go wrong while the clock is moved.

ClockError
├── NoClockError            this environment has no movable clock
├── NotCarriedOutError      something due was not done within the patience
├── AsideError              the clock goes on without one execution
│   ├── ExecutionGoneError  something is due of an execution that does not run and cannot be started again
│   ├── HeldError           something is due of an execution that is held for an operator
│   ├── RefusedError        something is due of an execution that cannot record it, while others can
│   └── UnansweredError     something is due that somebody outside is asked for in vain
├── CarrierAnswerError      the carrier's stand-in answered something that cannot be used
└── EndlessMomentError      one moment brings up new due things without end
BackwardsError (ValueError) the clock never goes back
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from temporalio.service import RPCError, RPCStatusCode

from store.database import ClockStoppedError

log = logging.getLogger(__name__)

T = TypeVar("T")

PAUSE_S = 0.3
"""Between two tries of a step that met a server being restarted."""

_AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,  # the SDK's name for some of its own time-outs
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
    }
)


class ClockError(ClockStoppedError):
    """The clock could not be moved."""


class NoClockError(ClockError):
    """No `clock` row: real time, which nobody moves."""


class NotCarriedOutError(ClockError):
    """Something due was not done within the patience."""


class AsideError(ClockError):
    """Something is due of one execution that cannot go on: everybody else's time does."""


class ExecutionGoneError(AsideError):
    """Something is due of an execution that is closed or unknown to the server, and that nothing starts again."""


class HeldError(AsideError):
    """Something is due of an execution that knows more than the database: an operator has to say which is true."""


class RefusedError(AsideError):
    """Something is due of an execution whose own rows cannot be written; the worker serves all the others."""


class UnansweredError(AsideError):
    """Something is due that NTT or the storage service is asked for again and again, and does not answer."""


class CarrierAnswerError(ClockError):
    """The carrier's stand-in answered something that cannot be used."""


class EndlessMomentError(ClockError):
    """One moment brings up new due things without end."""


class BackwardsError(ValueError):
    """The clock never goes back."""


def is_passing(error: BaseException) -> bool:
    """Whether an error says that a server is away for a while, so that the same step may work a little later."""
    if isinstance(error, RPCError):
        return error.status in _AWAY
    return isinstance(error, (OperationalError, InterfaceError, PoolTimeoutError, httpx.TransportError, TimeoutError))


async def patiently(what: str, patience_s: float, step: Callable[[], Awaitable[T]]) -> T:
    """Do a step again, whole, while servers are away.

    Raises:
        NotCarriedOutError: they stayed away for `patience_s` seconds.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return await step()
        except (
            RPCError,
            OperationalError,
            InterfaceError,
            PoolTimeoutError,
            httpx.TransportError,
            TimeoutError,
        ) as error:
            if not is_passing(error):
                raise
            if time.monotonic() >= deadline:
                message = f"{what}: a server stayed away for {patience_s:g} s ({type(error).__name__})"
                raise NotCarriedOutError(message) from error
            log.info("%s: %s; again in %g s", what, type(error).__name__, PAUSE_S)
            await asyncio.sleep(PAUSE_S)
