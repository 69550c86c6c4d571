"""Scenario files: what they may say, and a shipped one played as a person plays it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.story.player import differences
from rehearsal.story.steps import ScenarioError, load, shipped

ROOT = Path(__file__).resolve().parents[2]


def rehearse(name: str) -> subprocess.CompletedProcess[str]:
    """`keiyaku rehearse`, as typed."""
    command = [sys.executable, "-m", "cli", "rehearse", name]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)


def test_a_shipped_scenario_holds() -> None:
    """`family-2018` comes out as its articles say, tells why, and ends with what is owed."""
    played = rehearse("family-2018")
    assert played.returncode == 0, played.stdout + played.stderr
    assert "期待 7 件のうち 7 件がその通りになりました" in played.stdout
    assert "W-12.3c" in played.stdout
    assert "4,500 + 税 360 = 4,860 円" in played.stdout


def test_an_unknown_scenario_lists_the_shipped_ones() -> None:
    """A name nobody shipped ends with 4, as whatever is not there, and with the names there are."""
    played = rehearse("nonsense")
    assert played.returncode == 4
    assert "family-2018" in played.stderr
    assert "boundary-2018" in played.stderr


def test_every_shipped_scenario_can_be_read() -> None:
    """Each file says a title, a clock and steps, and expects something."""
    found = shipped()
    assert {"family-2018", "boundary-2018", "samples"} <= set(found)
    assert all(any(step.expect for step in scenario.steps) for scenario in found.values())


@pytest.mark.parametrize(
    "step", ["{}", "{advance: 2018-06-01, undo: {}}", "{advnace: 2018-06-01}", "{apply: {name: x, wiht: {}}}", "text"]
)
def test_a_misspelt_step_is_an_error(tmp_path: Path, step: str) -> None:
    """A step that says nothing, two things, or something unknown is refused before anything is played."""
    path = tmp_path / "wrong.yaml"
    path.write_text(f"title: wrong\nclock: 2018-05-20T09:00:00+09:00\nsteps:\n  - {step}\n")
    with pytest.raises(ScenarioError, match="steps"):
        load(str(path))


@pytest.mark.parametrize(
    ("expected", "found", "count"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, 0),
        ({"a": 1}, {"a": 2}, 1),
        ({"a": None}, {"a": None}, 0),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 2}, {"c": 1, "d": 3}]}}, 0),
        ({"a": [{"c": 1}]}, {"a": []}, 1),
        ({"a": []}, {"a": [1]}, 1),
        ({"a": []}, {"a": []}, 0),
        ({"a": True}, {"a": "true"}, 1),
    ],
)
def test_a_read_shows_what_is_named(expected: object, found: object, count: int) -> None:
    """Named fields only, list items in any order; an empty list means nothing at all."""
    assert len(differences(expected, found)) == count
