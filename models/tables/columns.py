"""Column shorthands: aware moments and JSON documents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def moment(*, nullable: bool = False, index: bool = False, **options: Any) -> Any:
    """A timestamp with time zone."""
    return Field(nullable=nullable, index=index, sa_type=DateTime(timezone=True), **options)


def document(**options: Any) -> Any:
    """A JSON document."""
    return Field(sa_type=JSONB, **options)
