"""How long what is over is kept."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from rules.retention import Kept, kept_from


@pytest.mark.parametrize("kind", get_args(Kept))
def test_every_kind_has_a_time_and_a_day_is_kept_whole(kind: Kept) -> None:
    """What may go moves on by one day a day, across the end of a month too, and never reaches today."""
    first, next_day = kept_from(kind, date(2024, 2, 29)), kept_from(kind, date(2024, 3, 1))
    assert (next_day - first).days == 1
    assert (date(2024, 2, 29) - first).days >= 30
