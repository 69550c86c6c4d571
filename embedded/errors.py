"""What can keep the embedded stack from running, said so that a person can act on it."""

from __future__ import annotations


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
        said = tail.strip() or "(its log is empty)"
        super().__init__(f"{name} did not become ready {failures} times in a row; its log ends:\n{said}")
        self.name = name
        self.failures = failures
        self.tail = tail
