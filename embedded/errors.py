"""What can keep the embedded stack from running, said so that a person can act on it."""

from __future__ import annotations

from models.said import said


class StackError(Exception):
    """The stack cannot start or go on; the message says what to change."""


class PortTakenError(StackError):
    """Another program listens on a port of ours."""


class HomeBusyError(StackError):
    """Another supervisor already runs this home."""


class ChildFailedError(StackError):
    """A child did not become ready, again and again; the message ends with its log's last lines."""

    def __init__(self, name: str, failures: int, tail: str) -> None:
        """Keep who failed, how often in a row, and what its log said last."""
        end = tail.strip() or said("log_empty")
        super().__init__(said("child_failed", name=name, failures=failures, tail=end))
        self.name = name
        self.failures = failures
        self.tail = tail
