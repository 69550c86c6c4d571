"""A failing sequence made small, and printed as a named test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date

from tests.model.facts import Fact, in_legal_order

Fails = Callable[[Sequence[Fact], date], list[str]]


def shrink(facts: Sequence[Fact], today: date, fails: Fails) -> tuple[list[Fact], date]:
    """The fewest facts, and the earliest last day, that still fail: facts are taken out until none can be."""
    kept = in_legal_order(list(facts))
    smaller = True
    while smaller:
        smaller = False
        for fact in list(reversed(kept)):
            without = [each for each in kept if each is not fact]
            if without and fails(without, today):
                kept, smaller = without, True
    last = max(each.on for each in kept)
    for day in sorted({last, *(_after(last, days) for days in (1, 31, 40, 62, 400))}):
        if day <= today and fails(kept, day):
            return kept, day
    return kept, today


def _after(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


def as_python(value: object) -> str:
    """A fact, or a part of one, as the expression that makes it, defaults left out."""
    if not is_dataclass(value):
        return repr(value).replace("datetime.datetime(", "datetime(").replace("datetime.date(", "date(")
    said = []
    for each in fields(value):
        own = getattr(value, each.name)
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        if own != default:
            said.append(f"{each.name}={as_python(own)}")
    module = "m" if type(value).__module__.endswith("member_facts") else "f"
    return f"{module}.{type(value).__name__}({', '.join(said)})"


def as_test(kind: str, seed: int, facts: Sequence[Fact], today: date, found: Sequence[str]) -> str:
    """A named test, ready to paste; the seed settles the order of keying in."""
    lines = [f"def test_{kind}_{seed}() -> None:", '    """<state the fact in one sentence>"""', "    facts = ["]
    lines += [f"        {as_python(fact)}," for fact in facts]
    day = f"date({today.year}, {today.month}, {today.day})"
    lines += ["    ]", f'    assert KINDS["{kind}"].fails(facts, {day}, {seed}) == []']
    return "\n".join([*lines, *(f"    # right / service: {each}" for each in found)])
