"""A real PostgreSQL with every migration, for the rooms of tests that need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from migrations.upgrade import upgrade
from reference.migrations import database
from store.database import engine as make_engine
from tests.terms_set import set_term

__all__ = ["migrated", "set_term"]

settings.register_profile("keiyaku", deadline=None)
settings.load_profile("keiyaku")
"""A test asserts no time: how fast an example is depends on what else the machine does."""


@pytest.fixture(scope="module")
def migrated() -> Iterator[Engine]:
    """An engine on a database of this file's own."""
    with database() as url:
        upgrade(url)
        engine = make_engine(url, pool_size=40)
        yield engine
        engine.dispose()
