"""Migrations run beside the release before them: what they may do to its tables, and how long they wait for one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command, op

from migrations.upgrade import config, upgrade
from reference.migration_locks import FIRST, blocking, failures, statements
from reference.migrations import database

OLDER = "0023"
"""The revision after which a migration touches the table `note`."""


def _concurrently() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_note_by", "note", ["entity_id"], postgresql_concurrently=True)


def _own_table() -> None:
    op.create_table("mark", sa.Column("id", sa.Integer, primary_key=True), sa.Column("of", sa.String, nullable=False))
    op.create_index("ix_mark_of", "mark", ["of"])


CASES: list[tuple[Callable[[], object], str]] = [
    (_concurrently, ""),
    (_own_table, ""),
    (lambda: op.add_column("note", sa.Column("tone", sa.String(), nullable=True)), ""),
    (lambda: op.add_column("note", sa.Column("sad", sa.Boolean(), nullable=False, server_default=sa.false())), ""),
    (lambda: op.execute("ALTER TABLE note ADD CONSTRAINT short CHECK (length(text) < 9) NOT VALID"), ""),
    (lambda: op.execute("ALTER TABLE note VALIDATE CONSTRAINT short"), ""),
    (lambda: op.drop_constraint("short", "note"), ""),
    (lambda: op.execute("UPDATE clock SET offset_s = 0"), ""),
    (lambda: op.execute("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN DELETE FROM note; END$$"), ""),
    (lambda: op.execute("DO $$BEGIN DELETE FROM note; END$$"), "every row of note"),
    (lambda: op.create_index("ix_note_by", "note", ["entity_id"]), "nobody writes"),
    (lambda: op.create_index("uq_note_by", "note", ["entity_id"], unique=True), "nobody writes"),
    (lambda: op.add_column("note", sa.Column("tone", sa.String(), nullable=False)), "adds rows without it"),
    (lambda: op.alter_column("note", "text", type_=sa.Integer()), "written anew"),
    (lambda: op.alter_column("note", "entity_id", nullable=False), "all rows are read"),
    (lambda: op.create_check_constraint("short", "note", "length(text) < 9"), "all rows are read"),
    (lambda: op.create_foreign_key("fk", "note", "entity", ["entity_id"], ["entity_id"]), "all rows are read"),
    (lambda: op.create_unique_constraint("uq", "note", ["text"]), "its index is built under lock"),
    (lambda: op.drop_column("note", "text"), "a release later"),
    (lambda: op.alter_column("note", "text", new_column_name="said"), "a release later"),
    (lambda: op.drop_table("note"), "a release later"),
    (lambda: op.execute("UPDATE transition SET hash = NULL"), "every row of transition"),
    (lambda: op.execute("DELETE FROM outbox WHERE delivered_at IS NOT NULL"), "every row of outbox"),
    (lambda: op.execute("ALTER TABLE transition DISABLE TRIGGER transition_append_only"), "it locks the table"),
]


@pytest.mark.parametrize(("change", "why"), CASES)
def test_a_change_that_blocks_is_named(change: Callable[[], object], why: str) -> None:
    """Each kind of statement that the running service would feel is refused with the way round it; others are not."""
    found = blocking(statements(lambda: (change(), None)[1]))
    assert len(found) == bool(why)
    assert why in "".join(found)


PLANTED = """from alembic import op

revision = "{first}"
down_revision = None
{more}

def upgrade() -> None:
    op.drop_column("note", "text")
"""


@pytest.mark.parametrize(("more", "faults"), [("", 1), ('blocks = "nobody has a note yet"', 0)])
def test_a_migration_that_blocks_says_so(tmp_path: Path, more: str, faults: int) -> None:
    """One that does it without a word is a fault; one that gives its reason is not."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "planted.py").write_text(PLANTED.format(first=FIRST, more=more), encoding="utf-8")
    assert len(failures(tmp_path)) == faults


def test_a_migration_does_not_hold_up_who_comes_after() -> None:
    """A table in long use: the migration gives way, readers and writers get through, and it is done in the end."""
    with database() as url, ThreadPoolExecutor(1) as pool:
        command.upgrade(config(url), OLDER)
        plain = url.replace("+psycopg", "")
        with psycopg.connect(plain) as long, psycopg.connect(plain, autocommit=True) as others:
            long.execute("SELECT count(*) FROM note")  # holds the table until this transaction ends
            done = threading.Event()
            migrating = pool.submit(upgrade, url, lock_s=0.2, pause_s=0.1)
            migrating.add_done_callback(lambda _: done.set())
            waits = "SELECT count(*) FROM pg_locks WHERE relation = 'note'::regclass AND NOT granted"
            while others.execute(waits).fetchone() == (0,):
                assert not done.is_set()
            others.execute("SET statement_timeout = '20s'")
            others.execute("INSERT INTO note (note_id, text, created_at) VALUES ('N1', 'meanwhile', now())")
            assert not done.is_set()
            assert others.execute("SELECT text FROM note").fetchone() == ("meanwhile",)
            long.commit()
            migrating.result(60)
            assert others.execute("SELECT note_id FROM note WHERE entity_id IS NULL").fetchone() == ("N1",)
