"""Members of the club, about to begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.decisions.club.member import Member


@pytest.fixture
def member(new_life: Callable[..., Any]) -> Member:
    """A membership about to begin."""
    return Member(new_life("membership"))


@pytest.fixture
def another(new_life: Callable[..., Any]) -> Callable[[], Member]:
    """Makes further ones."""
    return lambda: Member(new_life("membership"))
