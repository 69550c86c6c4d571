"""`keiyaku events`: what happened, from a cursor on, once or for as long as somebody reads."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

import typer
from rich.cells import set_cell_size

from console import tables
from console.door import Door, granted
from console.language import say
from console.options import Asked, asks
from console.vocabulary import code, heading, moment
from console.vocabulary import event as happened

PAGE = 500
LISTED = 50
"""Rows of a list where no `--limit` is typed."""
LONGEST_WAIT_S = 10.0
"""Between two questions to a service that is away."""
_COLUMNS = (("time", 24), ("subject", 36), ("event", 40), ("state", 24))
"""What a followed line shows, and how wide: a line stands for itself, so no column waits for those that come."""


@asks("auditor")
def events(
    ask: Asked,
    *,
    after: Annotated[
        str | None, typer.Option(help="The id of the last event you have; `now` and `start` are known, too.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=100_000, help="At most so many rows.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds between two questions of --follow.")] = 1,
) -> None:
    """List events in the order they were recorded, from a cursor on; the id of the last is the next `--after`.

    With `--follow` from now on, unless `--after` is given. With `--json` one CloudEvent a line.
    """
    if follow:
        _follow(ask, after or "now", limit, every)
        return
    cursor = _now(ask.door) if after == "now" else None if after == "start" else after
    found: list[dict[str, Any]] = []
    most = limit or LISTED
    while len(found) < most:
        page = ask.door.ask("GET", "/v1/events", after=cursor, limit=min(PAGE, most - len(found)))["items"]
        if not page:
            break
        found += page
        cursor = page[-1]["id"]
    if ask.json:
        tables.lines(found)
        return
    tables.rows(
        [{**each, **_told(each)} for each in found], ("time", "subject", "event", "state", "id"), empty="no_events"
    )


def _follow(ask: Asked, after: str, limit: int | None, every: float) -> None:
    cursor = after
    try:
        cursor = _now(ask.door) if after == "now" else after
        if not ask.json:
            zone = {"time": say("japan_time")}
            _write(_line({name: heading(name) + zone.get(name, "") for name, _ in _COLUMNS}))
        for count, event in enumerate(_coming(ask.door, cursor, every), start=1):
            _write(json.dumps(event, ensure_ascii=False) if ask.json else _line(_for_the_eye(event)))
            cursor = event["id"]
            if count == limit:
                return
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{say('go_on', cursor=cursor)}\n")
    except BrokenPipeError:
        # Who read has seen enough. What is left in the buffer goes nowhere, or Python complains as it leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _coming(door: Door, cursor: str, every: float) -> Iterator[dict[str, Any]]:
    """Events after a cursor, without end; a service that goes away is asked again until it is back."""
    after = None if cursor == "start" else cursor
    wait = _pause()
    away = 0
    while True:
        answer = door.tried("/v1/events", after=after, limit=PAGE)
        if answer is None:
            if not away:
                sys.stderr.write(f"keiyaku: {say('asking_again', url=door.url)}\n")
            away += 1
            wait(min(every * 2 ** min(away, 10), LONGEST_WAIT_S))
            continue
        if away:
            sys.stderr.write(f"keiyaku: {say('answers_again')}\n")
            away = 0
        page = granted(answer)["items"]
        for event in page:
            yield event
            after = event["id"]
        if not page:
            wait(every)


def _now(door: Door) -> str:
    """A cursor at this moment, by the clock of the service and a second back: a second is all its header tells."""
    answer = door.answer("GET", "/v1/events", limit=1)
    granted(answer)
    at = parsedate_to_datetime(answer.headers["date"]) - timedelta(seconds=1)
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ},,0"


def _pause() -> Callable[[float], None]:
    """Waits that end at once where standard output has lost its reader.

    Raises (when waiting):
        BrokenPipeError: it has.
    """
    try:
        written = sys.stdout.fileno()
    except OSError:  # standard output is no file, as under a test
        return time.sleep
    poller = select.poll()
    poller.register(written, 0)  # nothing but that it broke

    def wait(seconds: float) -> None:
        if poller.poll(seconds * 1000):
            raise BrokenPipeError

    return wait


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _told(event: dict[str, Any]) -> dict[str, str]:
    """When, whose, what, and from which state to which, in words."""
    data, kind = event["data"], event["subject"].partition("/")[0]
    from_, to = (code(data[name], "state", kind=kind) if data[name] else "" for name in ("from", "to"))
    return {
        "time": event["time"],
        "subject": event["subject"],
        "event": happened(data["event"], kind),
        "state": f"{from_} → {to}" if from_ and to and from_ != to else to or from_,
    }


def _for_the_eye(event: dict[str, Any]) -> dict[str, str]:
    told = _told(event)
    return {**told, "time": moment(told["time"])}


def _line(told: dict[str, str]) -> str:
    return "  ".join(_wide(told[name], width) for name, width in _COLUMNS).rstrip()


def _wide(text: str, width: int) -> str:
    """At least so many columns of a screen; what is longer stays whole."""
    wide = set_cell_size(text, width)
    return wide if wide.startswith(text) else text


def add(app: typer.Typer) -> None:
    """Put the command under the entry point."""
    app.command(epilog="keiyaku events --follow --json")(events)
