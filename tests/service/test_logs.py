"""One line of a log for machines: what it names, and what it leaves out."""

from __future__ import annotations

import json
import logging

import pytest

from models.logged import ENTITY, OPERATION, REQUEST
from service.watching.logs import JsonLines, PlainLines


def _line(error: BaseException | None = None) -> dict[str, object]:
    about = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord("store", logging.WARNING, __file__, 1, "cannot %s", ("write",), about)
    return dict(json.loads(JsonLines("worker").format(record)))


def _fail() -> None:
    raise ValueError("the person taro@example.jp is unknown") from KeyError("山田 太郎")


def _raised() -> BaseException:
    with pytest.raises(ValueError, match="taro") as caught:
        _fail()
    return caught.value


def test_a_line_is_one_object_with_the_ids_it_is_about() -> None:
    """Ids that are set stand there, those that are not have no field."""
    names = ((REQUEST, "r1"), (ENTITY, "contract/K1"))
    tokens = [(name, name.set(value)) for name, value in names]
    try:
        line = _line()
    finally:
        for name, token in tokens:
            name.reset(token)
    assert (line["level"], line["process"], line["message"]) == ("WARNING", "worker", "cannot write")
    assert (line["request_id"], line["entity_id"]) == ("r1", "contract/K1")
    assert OPERATION.get() is None
    assert "operation" not in line


def test_an_error_is_told_by_its_places_and_never_by_its_words() -> None:
    """The types of an error and of its cause are there with where they came from; what they quote is not."""
    line = _line(_raised())
    told = json.dumps(line, ensure_ascii=False)
    assert "taro" not in told
    assert "山田" not in told
    assert isinstance(line["error"], list)
    assert [each["type"] for each in line["error"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert f"{__file__}:" in line["error"][0]["at"][0]


HOSTILE = "GET /v1/x\x00\x1b[31m\x9b31m\x7f\n2026-01-01 INFO forged\u202e\ud800"


def test_no_line_steers_a_terminal_or_passes_for_another() -> None:
    """Whatever a stranger sends and somebody logs: written out, in both forms, also where an error quotes it."""
    error = ValueError(HOSTILE)
    about = (ValueError, error, None)
    record = logging.LogRecord("api", logging.WARNING, __file__, 1, "refused %s", (HOSTILE,), about)
    for formatter in (PlainLines(), JsonLines("api")):
        line = formatter.format(record)
        line.encode()
        assert set(line) & set("\x00\x1b\x9b\x7f\u202e\ud800") == set()
    assert PlainLines().format(record).splitlines()[0].endswith("\\n2026-01-01 INFO forged\\u202e\\ud800")
    assert "\\x1b[31m" in json.loads(JsonLines("api").format(record))["message"]
