"""Parts every operator's page shares."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from models.messages.entity import AgendaItem, EntityState
from models.operations.operation import Operation, Operations, allowed
from models.tasks import wording as task_wording
from pages.suggested import suggested
from rules.courses.course_catalogue import full_name, rows
from rules.explain import wording

COURSES = {code: full_name(code) for code in rows()}
"""Japanese names by code; read when the worker starts, since a workflow reads no files."""

PAGE_BYTES_MAX = 18_000
"""The server keeps at most 20 KB of details."""


def moment(value: datetime) -> str:
    """A moment in Japan time, to the minute."""
    return wording.moment(value, "ja")


def label(item: AgendaItem) -> str:
    """What a timer or an activity is called in the Web UI."""
    return wording.timer(item.label)


def table(rows: Iterable[tuple[str, object]]) -> list[str]:
    """A two-column markdown table of what has a value."""
    lines = ["| 項目 | 内容 |", "| --- | --- |"]
    told = ((name, wording.in_words(str(value), "ja")) for name, value in rows if value not in (None, "", []))
    return [*lines, *(f"| {name}　| {value} |" for name, value in told)]


# Lists, not tables: the Web UI draws tables without space between their columns.


def ahead(state: EntityState) -> list[str]:
    """What happens next by itself, why, and until when it can be undone."""
    items = sorted(state.agenda.values(), key=lambda item: (item.at, item.item_id))
    if not items:
        return ["## 今後の予定", "", "予定はありません。"]
    lines = ["## 今後の予定", ""]
    for item in items:
        if item.error_id is not None:
            lines.append(f"- ⚠ **保留中** {label(item)}(不具合 {item.error_id})")
            continue
        undo = f" — 取消は {moment(item.undo_until)} まで" if item.undo_until else ""
        lines.append(f"- **{moment(item.at)}** {label(item)}({', '.join(item.articles)}){undo}")
    return lines


def tasks(state: EntityState) -> list[str]:
    """What waits for an operator."""
    if not state.tasks:
        return []
    rows = (
        f"- **{task_wording(task.why)}**"
        f"{f' {task.error_id}' if task.error_id else ''} — {moment(task.since)}から({', '.join(task.articles)})"
        for task in state.tasks.values()
    )
    return ["## ⚠ 担当者の判断待ち", "", *rows, ""]


def updates(operations: Operations, state: EntityState) -> list[str]:
    """The updates allowed now, each with an input to copy, or with the fields that whoever sends it fills in."""
    names = [name for name in allowed(operations, state) if operations[name].example]
    if not names:
        return []
    lines = ["", "## いま送れる更新(More Actions → Send an Update)", ""]
    for name in names:
        operation = operations[name]
        values = suggested(operation, state)
        if values is None:
            lines += [f"- `{name}` {operation.description}", "", f"  入力する項目: {_fields(operation)}", ""]
        else:
            lines += [f"- `{name}` {operation.description}", "", f"  `{json.dumps(values, ensure_ascii=False)}`", ""]
    return lines


def _fields(operation: Operation) -> str:
    return "、".join(f"`{name}`" for name in operation.example)


def page(lines: list[str]) -> str:
    """The markdown, cut where the server would refuse it."""
    text = "\n".join(lines)
    while len(text.encode()) > PAGE_BYTES_MAX:
        text = text[: len(text) * 9 // 10] + "\n…"
    return text
