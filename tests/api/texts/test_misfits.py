"""What is wrong with one entry is told in the language of who entered it."""

from __future__ import annotations

from typing import get_args

from pydantic_core.core_schema import ErrorType

from api.wire.misfits import OWN
from rules.explain.articles import misfits


def test_every_misfit_that_is_told_exists() -> None:
    """Each kind is one of the library's, and has its words."""
    assert sorted(misfits().keys() - set(get_args(ErrorType)) - OWN) == []
    assert all(misfits().values())
