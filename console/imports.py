"""`keiyaku import`: a file of existing contracts or members, page by page, with a bar and a report."""

from __future__ import annotations

import json as jsons
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from console import tables
from console.door import Door, granted, stop
from console.language import pick, say, trouble_with
from console.options import Asked, asks
from service.exits import Exit

PAGE = 200
"""Lines a request: an answer comes within seconds, and little is repeated after a fault."""
TRIES = 6
"""How often a page is sent while the service is not ready (503), a little later each time."""


@asks("operator", "dry_run")
def import_(
    ask: Asked,
    kind: Annotated[Literal["contracts", "memberships"], typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="JSON objects, one a line (see /docs).")],
    *,
    report: Annotated[Path | None, typer.Option(help="Write what became of each line here, one JSON a line.")] = None,
) -> None:
    """Take over what exists already. Repeating a file imports nothing twice; what is refused is told."""
    try:
        content = file.read_bytes()
        content.decode("utf-8-sig")
        lines = [(n, line) for n, line in enumerate(content.splitlines(), start=1) if line.strip()]
        kept = report.open("w", encoding="utf-8") if report is not None else None
    except OSError as error:
        stop(Exit.SETUP, f"{error.filename}: {trouble_with(error)}")
    except UnicodeDecodeError:
        stop(Exit.SETUP, f"{file}: {say('not_utf8')}")
    counts, refused = Counter[str](), list[dict[str, Any]]()
    with _bar() as bar:
        task = bar.add_task(file.name, total=len(lines))
        for page in _pages(lines):
            content = b"\n".join(line for _, line in page)
            answer = _sent(ask.door, f"/v1/{kind}/import", content, dry_run=ask.dry_run)
            told = [{"line": n, **each} for (n, _), each in zip(page, granted(answer)["lines"], strict=True)]
            counts.update(str(each["outcome"]) for each in told)
            refused += [each for each in told if each["outcome"] == "refused"]
            if kept is not None:
                kept.writelines(jsons.dumps(each, ensure_ascii=False) + "\n" for each in told)
                kept.flush()
            bar.advance(task, len(page))
    if kept is not None:
        kept.close()
    if ask.json:
        tables.as_json({**counts, "lines": len(lines), "refused_lines": refused})
    else:
        tables.facts({"lines": len(lines), **counts})
        if refused:
            shown = [{"line_no": each["line"], **each} for each in refused]
            tables.rows(shown, ("line_no", "external_id", pick(("message", "detail"))))
    if refused:
        raise typer.Exit(int(Exit.LINES_REFUSED))


def _bar() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    # On standard error, and only on a screen: what is piped on is the report alone.
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())


def _pages(lines: Sequence[tuple[int, bytes]]) -> Iterator[Sequence[tuple[int, bytes]]]:
    return (lines[at : at + PAGE] for at in range(0, len(lines), PAGE))


def _sent(door: Door, path: str, content: bytes, *, dry_run: bool) -> httpx.Response:
    key = uuid.uuid4().hex
    for attempt in range(TRIES):
        answer = door.answer("POST", path, content=content, idempotency_key=key, dry_run="true" if dry_run else None)
        if answer.status_code != 503:
            return answer
        time.sleep(2**attempt / 4)
    return answer


def add(app: typer.Typer) -> None:
    """Put the command under the entry point."""
    app.command("import", epilog="keiyaku import contracts old.ndjson --report told.ndjson")(import_)
