"""Answers for the eye: rows as a table, one thing as names and values; as they are with `--json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.language import Codes, heading, say, word

WIDE = 240
"""Columns where nobody's screen sets them."""


def console() -> Console:
    """Standard output, not folded to 80 columns where it is read by a program."""
    out = Console(highlight=False, markup=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, markup=False, emoji=False, width=WIDE)


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def flat(value: Any) -> str:
    """A value on one line: `a=1 b=2` for an object, `; ` between rows, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("yes" if value else "no")
    if isinstance(value, Mapping):
        found = {name: each for name, each in value.items() if each not in (None, [], {})}
        return " ".join(f"{heading(name)}={flat(each)}" for name, each in found.items())
    if isinstance(value, list | tuple):
        between = "; " if any(isinstance(each, Mapping) for each in value) else ", "
        return between.join(flat(each) for each in value)
    return str(value)


def worded(value: Any, codes: Codes | None) -> Any:
    """The same with its codes in words, at any depth."""
    if isinstance(value, list | tuple):
        return [worded(each, codes) for each in value]
    if not isinstance(value, Mapping) or codes is None:
        return value
    return {
        name: word(codes[name], each) if name in codes and isinstance(each, str) else worded(each, codes)
        for name, each in value.items()
    }


def rows(items: Sequence[Mapping[str, Any]], columns: Sequence[str], codes: Codes | None = None) -> None:
    """A table of some columns; a column that is empty in every row is left out."""
    out = console()
    if not items:
        out.print(say("none"))
        return
    told = worded(items, codes)
    shown = [name for name in columns if any(flat(each.get(name)) for each in told)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in shown:
        table.add_column(heading(name), overflow="fold")
    for each in told:
        table.add_row(*(Text(flat(each.get(name))) for name in shown))
    out.print(table)


def facts(value: Mapping[str, Any], codes: Codes | None = None) -> None:
    """One thing: its names and values, without what is empty."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, each in worded(value, codes or {}).items():
        if flat(each):
            inner = "\n".join(flat(one) for one in each) if _is_rows(each) else flat(each)
            table.add_row(heading(name), Text(inner))
    console().print(table)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, Mapping) for each in value)


def lines(values: Sequence[Any]) -> None:
    """One JSON document a line."""
    sys.stdout.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in values)
