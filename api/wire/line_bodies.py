"""Bodies of many lines, one JSON value each (`application/x-ndjson`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from api.doors.problems import Problem
from api.wire import json_text, misfits
from api.wire.misfits import NOT_UTF8

MEDIA = "application/x-ndjson"

M = TypeVar("M", bound=BaseModel)


def lines_of(body: bytes, *, at_most: int) -> list[str]:
    """The lines of a body in order, blank ones and a byte order mark left out; none of them is parsed yet.

    Args:
        body: UTF-8 text.
        at_most: lines that are taken, inclusive.

    Raises:
        Problem: 400 `MALFORMED`: no text, nested too deep, no line or too many.
    """
    try:
        json_text.check_encoding(body)
        for line in body.split(b"\n"):
            json_text.check_depth(line)
    except UnicodeDecodeError:
        raise Problem(400, "MALFORMED", NOT_UTF8, **misfits.not_utf8()) from None
    except json_text.UnfitJsonError as error:
        raise Problem(400, "MALFORMED", str(error)) from None
    lines = [line for line in body.decode("utf-8-sig").split("\n") if line.strip()]
    if not lines or len(lines) > at_most:
        detail = f"Send 1 to {at_most} lines of {MEDIA}; there are {len(lines)}."
        raise Problem(400, "MALFORMED", detail, values={"most": at_most, "lines": len(lines)})
    return lines


@dataclass(frozen=True)
class Unfit:
    """A line that is no entry of its kind: `MALFORMED`."""

    external_id: str | None
    """What it calls itself, where that can be told back."""
    detail: str
    message: str
    """In Japanese."""


def entry_of(line: str, shape: type[M]) -> M | Unfit:
    """One line as what it should hold, or why it is not; a line that does not fit is refused by itself."""
    try:
        found = json_text.parse(line)
    except ValueError as error:
        detail = str(error) if isinstance(error, json_text.UnfitJsonError) else "The line is no JSON."
        return Unfit(None, detail, misfits.in_japanese("MALFORMED"))
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        wrong = misfits.named(error.errors(), whole="line")
    named = found.get("external_id") if isinstance(found, dict) else None
    external_id = named[:400] if isinstance(named, str) and named.isprintable() else None
    return Unfit(external_id, misfits.sentence(wrong), misfits.in_japanese("MALFORMED", wrong))


def without_own_words(lines: Sequence[dict[str, Any]], own: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of an answer as they are kept for a repeat: by their place, without what the request says itself.

    What another system calls somebody, or a name that no model knows, is personal; of a line that was refused nobody
    could tell whose it is, and so nobody could erase it.

    Args:
        lines: of the answer, one a line of the body.
        own: of each, what of its answer is in the caller's own words.
    """
    return [
        {"line": place, **{name: value for name, value in line.items() if name not in said}}
        for place, (line, said) in enumerate(zip(lines, own, strict=True))
    ]


def with_own_words(answer: JSONResponse, own: Sequence[dict[str, Any]]) -> JSONResponse:
    """The answer as it is sent: a repeat has the same body, so the same words; what was erased since stays out.

    Args:
        answer: as the door gives it; one of an earlier release has the words already.
        own: as for `without_own_words`.
    """
    if answer.status_code != 200:
        return answer
    told = json.loads(bytes(answer.body))
    told["lines"] = [{**own[line.pop("line")], **line} if "line" in line else line for line in told["lines"]]
    return JSONResponse(told, answer.status_code)
