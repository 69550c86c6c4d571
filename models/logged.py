"""What a line of a log is about: ids, never a person."""

from __future__ import annotations

from contextvars import ContextVar

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The request that is being answered, as its answer's `X-Request-Id` says."""
OPERATION: ContextVar[str | None] = ContextVar("operation", default=None)
"""The operation id of the command under way; the log of decisions holds it as `op`."""
ENTITY: ContextVar[str | None] = ContextVar("entity", default=None)
"""Whom it is about, a workflow id."""
