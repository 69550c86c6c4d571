"""Where the service and the model disagree about one life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date

from tests.model.contract import life_of
from tests.model.facts import Fact
from tests.model.life import Life
from tests.prove.adapter import play

_IN_FORCE = frozenset({"active", "ending", "choosing"})


def normal(life: Life) -> Life:
    """A term is looked at by its last day, and while the contract is in force only.

    An import names the last day alone, so where such a term began is not compared.
    """
    in_force = life.term is not None and life.state in _IN_FORCE
    return replace(life, term=replace(life.term, start=date.min) if in_force and life.term else None)


def differences(one: Life, other: Life) -> list[str]:
    """Each field that differs, with both values."""
    one, other = normal(one), normal(other)
    return [
        f"{each.name}: {getattr(one, each.name)!r} / {getattr(other, each.name)!r}"
        for each in fields(Life)
        if getattr(one, each.name) != getattr(other, each.name)
    ]


def disagreement(facts: Sequence[Fact], today: date) -> list[str]:
    """Model / service, played in legal order; empty where they agree."""
    model = life_of(facts, today)
    try:
        service = play(facts, today)
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError, AssertionError, IndexError) as defect:
        return [f"defect: {type(defect).__name__}: {defect}"]
    return differences(model, service)
