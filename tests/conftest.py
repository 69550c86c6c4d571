"""A real PostgreSQL with every migration, for the rooms of tests that need one."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine
from xdist.scheduler import LoadFileScheduling

from store.database import engine as make_engine
from tests.furnished import Furniture
from tests.terms_set import set_term

__all__ = ["migrated", "set_term"]

settings.register_profile("keiyaku", deadline=None)
settings.load_profile("keiyaku")
"""A test asserts no time: how fast an example is depends on what else the machine does."""


TOGETHER = (
    "tests/whole/together/",
    "tests/whole/disturbed/",
    "tests/whole/exchange/",
    "tests/whole/months/",
    "tests/ui/days/",
)
"""The tests of each share one stack, so one process has all of them: a further one would start a stack of its own."""
LONG = ("tests/whole/", "tests/ui/")


class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist's own is untyped
    """A process takes a file at a time, and a folder where a stack is shared."""

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in TOGETHER if nodeid.startswith(each)), str(super()._split_scope(nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """For every run in several processes."""
    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """What collecting makes stays to the end: looking through it for garbage, again and again, took a third of it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts stacks comes first, the longest of it at once: what is short fills up the end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(TOGETHER), not item.nodeid.startswith(LONG)))


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
