"""Answers for the eye: rows as a table, one thing as names and values; as they are with `--json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console import vocabulary
from console.language import say, spoken

WIDE = 240
"""Columns where nobody's screen sets them."""

_MONEY = frozenset({"amount", "tax", "total"})
_TOLD = frozenset({"what", "channel", "how"})


def console() -> Console:
    """Standard output, not folded to 80 columns where it is read by a program."""
    out = Console(highlight=False, markup=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, markup=False, emoji=False, width=WIDE)


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def lines(values: Sequence[Any]) -> None:
    """One JSON document a line."""
    sys.stdout.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in values)


def rows(items: Sequence[Mapping[str, Any]], columns: Sequence[str], kind: str = "", empty: str = "none") -> None:
    """A table of some columns; a column that is empty in every row is left out.

    Args:
        items: what stands in it.
        columns: names of fields.
        kind: of the entity it is about, such as `contract`.
        empty: the sentence that says that there are none.
    """
    out = console()
    if not items:
        out.print(say(empty))
        return
    told = [_shaped(each, kind) for each in items]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown = [name for name in columns if any(_cell(each.get(name), name, kind) for each in told)]
    for name in shown:
        zone = say("japan_time") if any(vocabulary.is_moment(each.get(name)) for each in told) else ""
        table.add_column(f"{vocabulary.heading(name)}{zone}", overflow="fold")
    for each in told:
        table.add_row(*(Text(_cell(each.get(name), name, kind)) for name in shown))
    out.print(table)


def facts(value: Mapping[str, Any], kind: str = "") -> None:
    """One thing: its names and values, without what is empty; what lies within is set in below its name."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, text in _laid_out(value, kind):
        table.add_row(Text(name), Text(text))
    console().print(table)


def _laid_out(value: Mapping[str, Any], kind: str, below: str = "") -> Iterator[tuple[str, str]]:
    for name, each in _shaped(value, kind).items():
        head = vocabulary.heading(name, below)
        text = _line(each, name, below, kind)
        if text:
            yield head, text
        elif isinstance(each, Mapping) and (inner := list(_laid_out(each, kind, name))):
            yield head, ""
            yield from ((f"  {label}", said) for label, said in inner)
        elif isinstance(each, list | tuple) and each:
            yield head, ""
            for one in each:
                inner = list(_laid_out(one, kind, name))
                yield from ((f"  {'・' if at == 0 else '  '}{label}", said) for at, (label, said) in enumerate(inner))


def _line(value: Any, name: str, below: str, kind: str) -> str:
    """A value that stands on one line; empty for what is laid out, and for nothing."""
    if isinstance(value, Mapping):
        return vocabulary.money(value) if value and value.keys() == _MONEY else ""
    if isinstance(value, list | tuple):
        if any(isinstance(each, Mapping) for each in value):
            return ""
        if name == "allowed":
            return vocabulary.allowed(list(value))
        return say("and").join(dict.fromkeys(vocabulary.scalar(each, name, below, kind) for each in value))
    text = vocabulary.scalar(value, name, below, kind)
    return f"{text}{say('japan_time')}" if vocabulary.is_moment(value) else text


def _cell(value: Any, name: str, kind: str, below: str = "") -> str:
    """A value in a table: what has names of its own as `name: value`, what has rows of its own one a line."""
    if isinstance(value, Mapping) and value.keys() != _MONEY:
        found = {each: _cell(inner, each, kind, name) for each, inner in _shaped(value, kind).items()}
        return say("and").join(f"{vocabulary.heading(each, name)}: {text}" for each, text in found.items() if text)
    if isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
        return "\n".join(_cell(each, name, kind, below) for each in value)
    text = _line(value, name, below, kind)
    return text.removesuffix(say("japan_time"))


def _shaped(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A thing as people are told it: without what says the same again, and without what is in the other language only.

    The service writes `detail` in English for its log, and `message` in Japanese beside it.
    """
    found = dict(value)
    if {"event", "label"} <= found.keys():
        label = vocabulary.ahead(value, kind)
        found = {name: each for name, each in found.items() if name not in {"event", "label"}}
        found = {**({"on": found.pop("on")} if "on" in found else {}), "text": label, **found}
    if "why" in found:
        # In brackets what is typed to settle it; a person reads the sentence before.
        found = {"text": vocabulary.task(str(found["why"])), **found, "why": f"({found['why']})"}
    if found.keys() >= _TOLD:
        found.pop("name", None)
    found.pop("detail" if spoken() == "ja" else "message", None)
    if found.get("detail"):
        found["detail"] = vocabulary.sentence(str(found["detail"]))
    return found
