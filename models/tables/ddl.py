"""Constraints and triggers that table definitions cannot express; the first migration executes them in order."""

from __future__ import annotations

from models.tables import billing_ddl, club_ddl

STATEMENTS: list[str] = [*billing_ddl.STATEMENTS, *club_ddl.STATEMENTS]
