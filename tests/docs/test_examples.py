"""The examples of the documents run as they are shown."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from reference.catalogue import ROOT

FOLDER = ROOT / "docs" / "examples"
LADDER = sorted(path.stem for path in FOLDER.glob("step*.py"))
PURE = [name for name in LADDER if "httpx" not in (FOLDER / f"{name}.py").read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", PURE)
def test_the_example_runs_as_its_page_says(name: str) -> None:
    """`python -m docs.examples.…` from the top of the repository: its own assertions hold, and it tells something."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(
        [sys.executable, "-m", f"docs.examples.{name}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_the_ladder_has_five_steps_and_four_need_no_server() -> None:
    """Every step stands on the page with the command that runs it; only the last one speaks to a service."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"python -m docs\.examples\.(\w+)", page) == LADDER
    assert [name for name in LADDER if name not in PURE] == ["step5_client"]


@pytest.mark.parametrize("name", PURE)
def test_a_pure_example_asserts_what_it_tells(name: str) -> None:
    """An example that asserts nothing would stay green whatever the code does."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    assert sum(isinstance(node, ast.Assert) for node in ast.walk(tree)) >= 4
