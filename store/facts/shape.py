"""What a look-up of facts takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.messages.entity import Command

LookUp = Callable[[Session, Mapping[str, Any], Command, datetime], object]
"""(transaction, stored state, command, business moment) → the facts."""

LookUps = Mapping[type, LookUp]
"""By the type of the facts."""
