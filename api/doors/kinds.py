"""What a door has to know of a kind of long-lived entity to send it a command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from api.services import Services


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of entity behind the doors; each stands beside its routes."""

    name: str
    """As the decisions know it."""
    workflow: str
    """The workflow type."""
    workflow_id: Callable[[str], str]
    """The id of its workflow and of its rows, from the id that callers use."""
    summary: str
    """What the Temporal UI says of a run."""
    letter: str = ""
    """What an id made from a request begins with."""
    missing: str | None = None
    """The detail of a 404 before anything is sent; None: the workflow is asked, and its absence is the 404."""
    ready: Callable[[Services, str], Awaitable[None]] | None = None
    """Done before a command is sent, such as starting the workflow of an imported membership."""
    shown: Callable[[Session, str], dict[str, Any]] | None = None
    """What an answer tells beside the decision."""
    usual_reason: str | None = None
    """The reason code of a step on it whose caller names none."""
