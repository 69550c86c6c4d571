from __future__ import annotations

import pytest

from reference.__main__ import run
from reference.catalogue import CatalogueError


def _broken() -> list[str]:
    raise CatalogueError("line 7: W-10.2 stands in the catalogue twice")


def test_all_gates_ok_is_zero(capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing wrong every gate says ok and the exit code is 0."""
    assert run({"one": list, "two": list}) == 0
    assert capsys.readouterr().out == "ok      one\nok      two\n"


def test_one_failed_gate_is_one_and_the_others_still_run(capsys: pytest.CaptureFixture[str]) -> None:
    """A failed gate says why, a gate that cannot read its input too; the rest still run."""
    assert run({"one": lambda: ["first", "second\nline"], "two": _broken, "three": list}) == 1
    assert capsys.readouterr().out.splitlines() == [
        "failed  one",
        "        first",
        "        second",
        "        line",
        "failed  two",
        "        line 7: W-10.2 stands in the catalogue twice",
        "ok      three",
    ]
