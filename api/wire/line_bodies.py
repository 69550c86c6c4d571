"""Bodies of many lines, one JSON value each (`application/x-ndjson`)."""

from __future__ import annotations

from api.doors.problems import Problem
from api.wire import json_text

MEDIA = "application/x-ndjson"


def lines_of(body: bytes, *, at_most: int) -> list[str]:
    """The lines of a body in order, blank ones and a byte order mark left out; none of them is parsed yet.

    Args:
        body: UTF-8 text.
        at_most: lines that are taken, inclusive.

    Raises:
        Problem: 400 `MALFORMED`: no text, nested too deep, no line or too many.
    """
    try:
        text = body.decode("utf-8-sig")
        for line in body.split(b"\n"):
            json_text.check_depth(line)
    except UnicodeDecodeError:
        raise Problem(400, "MALFORMED", "The body is not UTF-8 text.") from None
    except json_text.UnfitJsonError as error:
        raise Problem(400, "MALFORMED", str(error)) from None
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines or len(lines) > at_most:
        raise Problem(400, "MALFORMED", f"Send 1 to {at_most} lines of {MEDIA}; there are {len(lines)}.")
    return lines
