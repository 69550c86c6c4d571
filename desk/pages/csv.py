"""Lists as CSV, whole: page after page from the door."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response

from desk.web import HEADERS, Page
from models.bounds import csv_cell
from rules import written
from rules.explain.articles import Language

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


def answer(name: str, columns: Sequence[str], rows: Iterable[dict[str, Any]], language: Language) -> Response:
    """With a byte order mark, so that a spreadsheet reads the Japanese; no cell begins a formula.

    Args:
        name: of the file.
        columns: names of the API's answer, in their order.
        rows: of the list.
        language: of the heads; in English they are the API's names.
    """
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow([HEADS[column] for column in columns] if language == "ja" else columns)
    for row in rows:
        writer.writerow([csv_cell(row.get(column)) for column in columns])
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + sink.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
