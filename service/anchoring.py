"""Once a day the log is anchored, by whichever process comes first."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from store.chain import anchor

log = logging.getLogger(__name__)

EVERY_S = 3600.0
"""Real seconds between two looks at the calendar."""


async def keep_anchoring(engine: Engine) -> None:
    """Anchor every day's log until cancelled; a database that is away is asked again at the next look."""
    while True:
        try:
            if await asyncio.to_thread(anchor, engine):
                log.info("the log is anchored; `keiyaku verify --anchor` prints it")
        except SQLAlchemyError as error:
            log.warning("the log is not anchored now: %s", type(error).__name__)
        await asyncio.sleep(EVERY_S)
