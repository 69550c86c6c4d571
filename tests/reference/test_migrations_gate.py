from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from embedded.servers.postgres import postgres_processes
from reference.migrations import database, differences, failures, upgrade

ENV = """from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
FIRST = """import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("arrived_on", sa.Date, nullable=False),
    )
"""


def scripts(root: Path, first: str = FIRST) -> Path:
    """A tree with one migration."""
    folder = root / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV, encoding="utf-8")
    (folder / "versions" / "0001_letter.py").write_text(first, encoding="utf-8")
    return folder


def letter(*columns: sa.Column[str], arrived: sa.types.TypeEngine[Any] | None = None) -> sa.MetaData:
    """The table of the migration, with more columns or another type where asked."""
    metadata = sa.MetaData()
    arrival = sa.Column("arrived_on", arrived or sa.Date(), nullable=False)
    sa.Table("letter", metadata, sa.Column("id", sa.Integer, primary_key=True), arrival, *columns)
    return metadata


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL on which the migration has run."""
    with database() as found:
        upgrade(scripts(tmp_path_factory.mktemp("tree")), found)
        yield found


def test_migrations_that_make_the_tables_pass(url: str) -> None:
    """What the migration made is what the table says."""
    assert differences(url, letter()) == []


def test_a_column_without_migration_is_refused(url: str) -> None:
    """A column that no migration adds is named."""
    assert differences(url, letter(sa.Column("kind", sa.Text))) == ["letter.kind: a migration has to add column"]


def test_a_changed_type_is_refused(url: str) -> None:
    """A column of another type than its table says is named with both types."""
    (wrong,) = differences(url, letter(arrived=sa.Integer()))
    assert wrong.startswith("letter.arrived_on: a migration has to modify type from DATE")


def test_tables_on_one_side_only_are_refused(url: str) -> None:
    """A table without migration and a migrated table that no model has are both named."""
    metadata = sa.MetaData()
    sa.Table("parcel", metadata, sa.Column("id", sa.Integer, primary_key=True))
    assert sorted(differences(url, metadata)) == [
        "letter: a migration has to remove table",
        "parcel: a migration has to add table",
    ]


def test_a_missing_index_is_refused(url: str) -> None:
    """An index that no migration makes is named with its table."""
    metadata = letter()
    sa.Index("letter_by_day", metadata.tables["letter"].c.arrived_on)
    assert differences(url, metadata) == ["letter.letter_by_day: a migration has to add index"]


def test_the_whole_gate_on_a_tree(tmp_path: Path) -> None:
    """A tree without migrations, one that matches and one whose migration fails are told apart."""
    assert failures(tmp_path, letter()) == ["migrations/env.py is missing: there are no migrations to run"]
    folder = scripts(tmp_path)
    assert failures(tmp_path, sa.MetaData()) == ["there is not one table to compare with"]
    assert failures(tmp_path, letter()) == []
    shutil.rmtree(folder)
    scripts(tmp_path, FIRST.replace("op.create_table(", 'op.drop_table("parcel")\n    op.create_table('))
    (wrong,) = failures(tmp_path, letter())
    assert wrong.startswith("`alembic upgrade head` fails: ")
    assert 'table "parcel" does not exist' in wrong


def test_the_database_leaves_nothing_behind() -> None:
    """After use the server is gone, with its files."""
    with database() as found, psycopg.connect(found.replace("+psycopg", "")) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        data = Path(row[0])
        assert postgres_processes(data)
    assert not data.exists()
    assert not postgres_processes(data)
