"""What can be asked of an exchange."""

from __future__ import annotations

from models.operations.operation import SETTLE, SETTLE_TASK, table

OPERATIONS = table(SETTLE, SETTLE_TASK)
"""Nothing but the retry of what a defect set aside.

Only the member's own session sends a request, and nobody changes it after that (M-09.9).
"""

MEMBER_STEPS: dict[str, tuple[str, ...]] = {"draft": ("edit", "confirm"), "confirmed": ("edit", "send")}
"""What the member's session may do in a state."""
