"""Once a day, by whichever process comes first: the log is anchored, and what is over is let go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from store.chain import anchor
from store.database import engine as database_engine
from store.retention import let_go

log = logging.getLogger(__name__)

EVERY_S = 3600.0
"""Real seconds between two looks at the calendar."""

DEADLINE_S = 1_900.0
"""Whole tables are read: longer than any request may take, so the doors' own connections will not do."""


async def keep_daily(url: str) -> None:
    """Do every day's work until cancelled; a database that is away is asked again at the next look."""
    while True:
        for name, work in (("the log is anchored", _anchored), ("what is over is let go", _let_go)):
            try:
                await asyncio.to_thread(_with_engine, url, work)
            except SQLAlchemyError as error:
                log.warning("not now: %s (%s)", name, type(error).__name__)
        await asyncio.sleep(EVERY_S)


def _with_engine(url: str, work: Callable[[Engine], None]) -> None:
    engine = database_engine(url, pool_size=2, deadline_s=DEADLINE_S)
    try:
        work(engine)
    finally:
        engine.dispose()


def _anchored(engine: Engine) -> None:
    if anchor(engine):
        log.info("the log is anchored; `keiyaku verify --anchor` prints it")


def _let_go(engine: Engine) -> None:
    for kind, rows in let_go(engine).items():
        if rows:
            log.info("let go as over: %d of %s", rows, kind)
