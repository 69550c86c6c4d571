"""What can be asked of an exchange."""

from __future__ import annotations

from models.operations.operation import table

OPERATIONS = table()
"""Nothing: only the member's own session sends a request, and nobody changes it after that (M-09.9)."""

MEMBER_STEPS: dict[str, tuple[str, ...]] = {"draft": ("edit", "confirm"), "confirmed": ("edit", "send")}
"""What the member's session may do in a state."""
