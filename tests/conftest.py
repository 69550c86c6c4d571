"""A real PostgreSQL with every migration, for the rooms of tests that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from store.database import engine as make_engine
from tests.furnished import Furniture
from tests.terms_set import set_term

__all__ = ["migrated", "set_term"]

settings.register_profile("keiyaku", deadline=None)
settings.load_profile("keiyaku")
"""A test asserts no time: how fast an example is depends on what else the machine does."""


@pytest.fixture(scope="session")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Furniture:
    """Databases with every migration, for all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    return Furniture(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="module")
def migrated(furniture: Furniture) -> Iterator[Engine]:
    """An engine on a database of this file's own."""
    with furniture.database() as url:
        engine = make_engine(url, pool_size=40)
        yield engine
        engine.dispose()
