"""Wake-ups of one midnight, spread over some minutes by a hash of the id.

At a month end thousands of contracts wake at the same moment, and whoever asks something meanwhile waits behind them.
Spread, they leave room. Only the wake-up moves: what is decided then is decided as of the agenda's own moment, with its
day and its terms, and a command that comes first carries out what is due before it.
"""

from __future__ import annotations

import zlib
from datetime import datetime

JAPAN_OFFSET_S = 9 * 3_600
DAY_S = 86_400

PROGRAMME_END_S = 6 * 3_600
"""So much later than their share members wake by themselves for the programme's end: a run ends all of them at once and
tells each, and a timer that comes first would only ask a busy house the same again. Without a spread there is none."""


def share(entity_id: str) -> float:
    """Where in the spread an entity wakes: from 0 inclusive to 1 exclusive, the same for ever, even over many ids."""
    return zlib.crc32(entity_id.encode()) / 2**32


def later_by_s(entity_id: str, at: datetime, width_s: float) -> float:
    """Seconds after `at` at which an entity wakes for it: more than none only where `at` is 00:00 in Japan."""
    if (at.timestamp() + JAPAN_OFFSET_S) % DAY_S:
        return 0.0
    return share(entity_id) * width_s
