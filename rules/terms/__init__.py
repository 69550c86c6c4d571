"""Every number and list of the documents: value, dated range, unit, article.

One YAML file a topic. An entry is named `file.entry` and is either a dated value

    fee:
      unit: yen, tax-exclusive
      values:
        - {value: 4500, from: 2010-02-01, articles: [W-12.3c]}

or a constant that has no date of its own

    editions: {unit: Japan days, constant: [2010-02-01], articles: [W-99.3]}

A reading of unclear text is a dated value with `options`: the readings that are built. Any other value is refused
when the file is read, so that an owner who changes one cannot choose what no rule knows.

`status` is `source`, a fact number (`F-33`), `choice` (ours, for the owner to change) or `sample`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rules import written
from rules.dated import Dated, DatedError, Period

V = TypeVar("V")


@dataclass(frozen=True)
class Term:
    """One named entry of a terms file."""

    name: str
    unit: str
    articles: tuple[str, ...]
    dated: Dated[Any] | None
    constant: Any = None
    status: str = "source"
    note: str = ""
    options: tuple[Any, ...] = ()
    """The values a rule knows; empty where every value of the unit will do."""
    found_to_be: set[Any] = field(default_factory=set, init=False, compare=False, repr=False)
    """The types that its values have been found to be of."""

    def check(self, of: Any, values: Iterable[Any]) -> None:
        """Pass where the values are of a type, as the rule that asks for them takes them.

        Raises:
            TypeError: one is not.
        """
        if of in self.found_to_be:
            return
        try:
            for value in values:
                _reader(of).validate_python(value, strict=True)
        except ValidationError as error:
            message = f"{self.name}: {error.errors()[0]['input']!r} is not of {of}"
            raise TypeError(message) from None
        self.found_to_be.add(of)


def _period(name: str, row: dict[str, Any]) -> Period[Any]:
    start, end = row.get("from"), row.get("to")
    if not isinstance(start, date) or not (end is None or isinstance(end, date)):
        message = f"{name}: 'from' must be a date and 'to' a date or absent, not {start!r} and {end!r}"
        raise DatedError(message)
    return Period(row["value"], start, end, tuple(row["articles"]), row.get("status", "source"))


def _term(name: str, entry: dict[str, Any]) -> Term:
    if ("values" in entry) == ("constant" in entry):
        message = f"{name}: an entry has either 'values' or 'constant'"
        raise DatedError(message)
    if "constant" in entry:
        return Term(
            name,
            entry["unit"],
            tuple(entry["articles"]),
            None,
            entry["constant"],
            entry.get("status", "source"),
            entry.get("note", ""),
        )
    periods = [_period(name, row) for row in entry["values"]]
    options = tuple(entry.get("options", ()))
    unknown = [period.value for period in periods if options and period.value not in options]
    if unknown:
        message = f"{name}: {unknown[0]!r} is not one of the readings built: {', '.join(map(str, options))}"
        raise DatedError(message)
    kinds = {type(period.value).__name__ for period in periods}
    if len(kinds) > 1:
        message = f"{name}: values of one entry are of one type, not {' and '.join(sorted(kinds))}"
        raise DatedError(message)
    cited = tuple(dict.fromkeys(article for period in periods for article in period.articles))
    dated = Dated(name, periods)
    return Term(name, entry["unit"], cited, dated, None, periods[-1].status, entry.get("note", ""), options)


def load(text: str, file: str) -> dict[str, Term]:
    """Read one terms file.

    Raises:
        DatedError: a gap, an overlap or an ill-formed entry.
    """
    return {f"{file}.{key}": _term(f"{file}.{key}", entry) for key, entry in (written.read(text) or {}).items()}


@functools.cache
def catalogue() -> dict[str, Term]:
    """All entries of all files, by name."""
    found: dict[str, Term] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            found.update(load(file.read_text(encoding="utf-8"), file.name.removesuffix(".yaml")))
    return found


def dated(name: str, of: type[V]) -> Dated[V]:
    """The dated value of that name.

    Args:
        name: of the entry, `file.entry`.
        of: the type of its values.

    Raises:
        KeyError: no such dated entry.
        TypeError: a value is of another type.
    """
    term = catalogue()[name]
    if term.dated is None:
        raise KeyError(name)
    term.check(of, [period.value for period in term.dated.periods])
    return term.dated


def constant(name: str, of: type[V]) -> V:
    """The constant of that name.

    Args:
        name: of the entry, `file.entry`.
        of: its type.

    Raises:
        KeyError: no such constant.
        TypeError: it is of another type.
    """
    term = catalogue()[name]
    if term.dated is not None:
        raise KeyError(name)
    term.check(of, [term.constant])
    value: V = term.constant
    return value


@functools.cache
def _reader(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)
