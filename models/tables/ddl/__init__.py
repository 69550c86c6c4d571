"""Constraints and triggers that table definitions cannot express; the first migration executes them in order."""

from __future__ import annotations

from models.tables.ddl import billing as billing_ddl
from models.tables.ddl import club as club_ddl

STATEMENTS: list[str] = [*billing_ddl.STATEMENTS, *club_ddl.STATEMENTS]
