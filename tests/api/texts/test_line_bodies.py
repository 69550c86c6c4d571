"""Bodies of many lines: what is taken as a line."""

from __future__ import annotations

import pytest

from api.doors.problems import Problem
from api.wire.line_bodies import lines_of

BOM = "\ufeff".encode()


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b'{"a": 1}', ['{"a": 1}']),
        (b'{"a": 1}\n\n{"a": 2}\n', ['{"a": 1}', '{"a": 2}']),
        (BOM + b'{"a": 1}\r\n{"a": 2}', ['{"a": 1}\r', '{"a": 2}']),
        (b"no json\n{}", ["no json", "{}"]),
    ],
)
def test_blank_lines_and_a_byte_order_mark_are_no_lines(body: bytes, lines: list[str]) -> None:
    """A file as a spreadsheet saves it counts like the same file without the mark; a bad line stays its own affair."""
    assert lines_of(body, at_most=2) == lines


@pytest.mark.parametrize("body", [b"", b"\n \n", BOM, b"1\n2\n3", b"\xff\xfe", b"[" * 65 + b"]" * 65])
def test_a_body_that_is_no_list_of_lines_is_malformed(body: bytes) -> None:
    """Nothing, too much, no text or too deep: 400 for the whole body."""
    with pytest.raises(Problem) as problem:
        lines_of(body, at_most=2)
    assert (problem.value.status, problem.value.code) == (400, "MALFORMED")


def test_a_body_in_another_encoding_says_what_to_do() -> None:
    """Shift_JIS is named in Japanese, with the way out; no name is read wrongly."""
    with pytest.raises(Problem) as problem:
        lines_of('{"name": "山田"}'.encode("cp932"), at_most=2)
    assert "UTF-8 で保存し直して" in problem.value.body()["message"]
