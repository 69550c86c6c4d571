"""Another value of a term, as an owner would set it in `rules/terms`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rules import terms
from rules.club import points_table, program
from rules.courses import course_catalogue
from rules.dated import Dated, Period

SetTerm = Callable[..., None]
"""`set_term(name, value, from_on=None)`."""

_MADE_OF_TERMS = (course_catalogue.catalogue, points_table.table, program.notice_plan)
"""What is put together from terms once and kept."""


def _forget() -> None:
    for made in _MADE_OF_TERMS:
        made.cache_clear()


@pytest.fixture
def set_term(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetTerm]:
    """Sets a dated term to another value, from a day on or for all days, as far as the loader would take it."""
    changed = dict(terms.catalogue())

    def set_to(name: str, value: Any, from_on: date | None = None) -> None:
        term = changed[name]
        assert term.dated is not None, f"{name} is a constant, not a dated parameter"
        assert not term.options or value in term.options, f"{value!r} is not a reading of {name}"
        first, *_, last = (*term.dated.periods, term.dated.periods[-1])
        begins = from_on or first.from_on
        kept = [each for each in term.dated.periods if each.from_on < begins]
        if kept:
            kept[-1] = replace(kept[-1], to_on=begins - timedelta(days=1))
        changed[name] = replace(term, dated=Dated(name, [*kept, Period(value, begins, None, last.articles, "choice")]))
        _forget()

    monkeypatch.setattr(terms, "catalogue", lambda: changed)
    yield set_to
    monkeypatch.undo()
    _forget()
