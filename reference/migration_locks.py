"""The gate that migrations let the service go on: each runs beside workers and doors of the release before it.

What it reads is the SQL that a migration would send. A statement that holds a lock for as long as a table is large, or
takes away what the running release still reads, is a fault; a migration that has to do it says why in `blocks`, and
whoever runs it stops the service first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

FIRST = "0030"
"""Revisions before this one were written before anybody ran a release, on empty tables."""

LARGE = frozenset(
    {
        *("access_log", "agenda", "carrier_message", "charge", "contract", "entity", "filing", "line", "line_charge"),
        *("member", "note", "notice", "outbox", "payment", "person", "person_token", "point_entry", "point_lot"),
        *("rollout_target", "transition", "wind_down_target"),
    }
)
"""Tables that grow with contracts and members: a statement over all their rows takes minutes."""

_NAME = r'"?(?P<table>\w+)"?'
_ALTER = rf"ALTER TABLE (?:ONLY )?{_NAME} .*?"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), why)
    for pattern, why in (
        (
            rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?{_NAME}",
            "nobody writes while it is built: postgresql_concurrently=True in op.get_context().autocommit_block()",
        ),
        (
            rf"{_ALTER}ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL\b",
            "the running release adds rows without it: nullable, or a server default",
        ),
        (rf"{_ALTER}ALTER COLUMN \S+ (?:SET DATA )?TYPE", "the table is written anew under lock: add another column"),
        (
            rf"{_ALTER}ALTER COLUMN \S+ SET NOT NULL",
            "all rows are read under lock, and the running release may write none: a CHECK that is NOT VALID first",
        ),
        (
            rf"{_ALTER}ADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN KEY)(?!.*\bNOT VALID\b)",
            "all rows are read under lock: NOT VALID, and VALIDATE CONSTRAINT in a migration after it",
        ),
        (
            rf"{_ALTER}ADD (?:CONSTRAINT \S+ )?(?:UNIQUE|PRIMARY KEY|EXCLUDE)(?!.*\bUSING INDEX\b)",
            "its index is built under lock: build it concurrently, then USING INDEX",
        ),
        (
            rf"{_ALTER}(?:DROP COLUMN|RENAME)|DROP TABLE (?:IF EXISTS )?{_NAME.replace('table', 'dropped')}",
            "the running release still reads it: a release later",
        ),
        (
            rf"{_ALTER}(?:DISABLE|ENABLE) TRIGGER|LOCK TABLE |VACUUM FULL|CLUSTER |REINDEX (?!.*CONCURRENTLY)",
            "it locks the table",
        ),
    )
)
_ROWS = re.compile(r"\b(?:UPDATE(?: ONLY)?|DELETE FROM) \"?(?P<table>\w+)\"?", re.IGNORECASE)
_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION ", re.IGNORECASE)
_CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?\"?(\w+)\"?", re.IGNORECASE)


class _Statements(list[str]):
    """Takes what Alembic would send, one statement a write."""

    def write(self, statement: str) -> None:
        self.append(" ".join(statement.split()))

    def flush(self) -> None:
        """Nothing is held back."""


def statements(upgrade: Callable[[], None]) -> list[str]:
    """The SQL of a migration, without a database."""
    sent: Any = _Statements()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": sent})
    with Operations.context(context):
        upgrade()
    return [each for each in sent if each]


def blocking(sent: list[str]) -> list[str]:
    """Why a migration's statements would hold up the service that runs; empty when they do not."""
    made = {name.lower() for each in sent for name in _CREATED.findall(each)}
    wrong = []
    for each in sent:
        for pattern, why in _RULES:
            found = pattern.search(each)
            if found is not None and (found.groupdict().get("table") or "").lower() not in made:
                wrong.append(f"{each[:90]}: {why}")
        # What a function does it does when it is called, and a trigger's to the rows of one statement.
        said = "" if _FUNCTION.match(each) else each
        rows = {match["table"].lower() for match in _ROWS.finditer(said)} & LARGE - made
        if rows:
            wrong.append(f"{each[:90]}: every row of {', '.join(sorted(rows))} in one transaction: in pages, by a run")
    return wrong


def failures(folder: Path) -> list[str]:
    """What the migrations of a folder, from `FIRST` on, do that the running service would feel; empty if nothing."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    found = []
    for script in ScriptDirectory.from_config(config).walk_revisions():
        if script.revision >= FIRST and not getattr(script.module, "blocks", ""):
            found += [f"{script.revision}: {each}" for each in blocking(statements(script.module.upgrade))]
    return sorted(found)
