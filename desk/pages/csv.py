"""Lists as CSV, whole: page after page from the door."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

from desk.web import HEADERS, Page
from desk.words import ahead, code_text, course_name, say, state_text
from models.bounds import csv_cell
from rules import written
from rules.calendar import JST
from rules.explain.articles import Language, cite

HEADS: Mapping[str, str] = written.read(
    (Path(__file__).parents[1] / "wording" / "heads.yaml").read_text(encoding="utf-8")
)
"""Names of columns → what they are called in Japanese."""

_PAGES_MAX = 2_000


async def everything(
    page: Page, path: str, *, inside: str | None = None, **params: Any
) -> tuple[list[dict[str, Any]], Response | None]:
    """Every row of a list, or the page that says why not.

    Args:
        page: of who asks.
        path: of the list.
        inside: the field that holds the list, where it is part of something.
        params: what it is narrowed to.
    """
    rows: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(_PAGES_MAX):
        said = await page.door.get(path, cursor=cursor, limit=500, **params)
        if not said.ok:
            return [], page.show("refused.html", said.status, detail=said.body)
        part = said.body.get(inside, {"items": [], "next_cursor": None}) if inside else said.body
        rows += part["items"]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    return rows, None


def answer(
    name: str, columns: Sequence[str], rows: Iterable[dict[str, Any]], language: Language, kind: str = ""
) -> Response:
    """With a byte order mark, so that a spreadsheet reads the Japanese; no cell begins a formula.

    Args:
        name: of the file.
        columns: names of the API's answer, in their order.
        rows: of the list.
        language: in Japanese heads and cells are words; in English they are the API's names and codes, for programs.
        kind: whose states they are, such as `contract`; of outcomes, `rollout_outcome` or `program_outcome`.
    """
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow([head(column, kind) for column in columns] if language == "ja" else columns)
    for row in rows:
        told = [_cell(each, row, kind) if language == "ja" else _named(each, row) for each in columns]
        writer.writerow(map(csv_cell, told))
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + sink.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def head(column: str, kind: str = "") -> str:
    """What a column is called in Japanese; of one kind of list it may be called otherwise."""
    return HEADS.get(f"{kind}.{column}") or HEADS[column]


_COURSES = frozenset({"course", "from_course", "to_course"})
CODED: Mapping[str, str] = MappingProxyType(
    {
        "actor": "actor",
        "role": "role",
        "action": "action",
        "operator": "operator",
        "service_type": "service_type",
        "channel": "channel",
        "reason": "reason_code",
        "storage": "storage",
        "end_reason": "end",
        "program_outcome.outcome": "outcome",
        "rollout_outcome.outcome": "reach",
        "rollout_outcome.state": "outcome",
        "rollout.kind": "rollout",
        "kind": "kind",
    }
)
"""By column, or by kind of list and column: which codes stand in it. Where words stand beside a code, it stays one."""


_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)")


def _named(column: str, row: Mapping[str, Any]) -> Any:
    """A value as the API's JSON has it; a timer, which it names in Japanese alone, by its event."""
    if column == "label":
        return ahead(row, row["kind"], "en")
    value = row.get(column)
    return str(value).lower() if isinstance(value, bool) else value


def _cell(column: str, row: Mapping[str, Any], kind: str) -> Any:  # noqa: PLR0911 - one line a kind of column
    """A value as a person reads it; one without words as it is."""
    value = row.get(column)
    if value is None:
        return value
    codes = CODED.get(f"{kind}.{column}") or CODED.get(column)
    if codes is not None:
        return code_text(codes, value, "ja")
    if column in {"state", "membership"}:
        return state_text("membership" if column == "membership" else kind, value, "ja")
    if column in _COURSES:
        return course_name(value)
    if column == "courses":
        return "、".join(map(course_name, value))
    if column == "articles":
        return "・".join(dict.fromkeys(cite(each, "ja") for each in value))
    if column == "label":
        return ahead(row, row["kind"], "ja")
    if column == "entity_id":
        of, _, name = str(value).partition("/")
        return f"{code_text('kind', of, 'ja')} {name}"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        # A spreadsheet takes this for a moment, and no other spelling of it.
        return f"{datetime.fromisoformat(value).astimezone(JST):%Y-%m-%d %H:%M:%S}"
    return say("is_so" if value else "is_not", "ja") if isinstance(value, bool) else value
