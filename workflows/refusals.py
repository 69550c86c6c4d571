"""What went wrong, as a caller or an operator is told of it: refusals, and the error ids of defects."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.messages.entity import DECISION_FAILED, DEFECT, Recorded, Refused


def refusal_code(error: ActivityError) -> str:
    """The code of the other side's definitive refusal; without this the refusal would end the workflow itself.

    Raises:
        ActivityError: it is something else, such as a cancellation.
    """
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.non_retryable:
        return cause.type or "REFUSED"
    raise error


def defect_id(error: ActivityError) -> str | None:
    """The error id of an effect that was given up because of a defect of ours; None where it was something else."""
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type != DEFECT:
        return None
    details = cause.details[0] if cause.details else {}
    return str(details.get("error_id", DEFECT)) if isinstance(details, dict) else DEFECT


def broken_begin(recorded: Recorded) -> str | None:
    """The error id where a first decision failed by a defect; None where it was made."""
    refused = recorded.refused
    return refused.error_id or DECISION_FAILED if refused is not None and refused.code == DECISION_FAILED else None


def refusal(refused: Refused) -> ApplicationError:
    """A refusal that came back as a value, as the caller of an update is told of it."""
    return refused_as(refused.code, refused.detail, refused.model_dump(mode="json"))


def refused_as(code: str, detail: str, more: dict[str, Any]) -> ApplicationError:
    """The error by which an update is refused; `more` goes with code and detail."""
    return ApplicationError(detail, {"code": code, "detail": detail, **more}, type=code, non_retryable=True)
