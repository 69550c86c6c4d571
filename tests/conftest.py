"""A real PostgreSQL with every migration, for the rooms of tests that need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from migrations.upgrade import upgrade
from reference.migrations import database
from store.database import engine as make_engine


@pytest.fixture(scope="module")
def migrated() -> Iterator[Engine]:
    """An engine on a database of this file's own."""
    with database() as url:
        upgrade(url)
        engine = make_engine(url, pool_size=40)
        yield engine
        engine.dispose()
