from __future__ import annotations

import sys
from pathlib import Path

import pytest
from statemachine import State, StateMachine

from reference.machines_page import MachinePageError, failures, in_package, page_name, pages, render, write


class DoorMachine(StateMachine):
    """A door.

    Details.
    """

    ajar = State(initial=True, value="ajar")
    shut = State(value="shut")
    gone = State(final=True, value="gone")

    close = ajar.to(shut)
    use = ajar.to(shut) | shut.to(ajar)
    remove = gone.from_(ajar, shut)


def test_a_page_has_diagram_states_and_transitions() -> None:
    """The page is drawn from the class: mermaid, states with their kind, events in the order of the class."""
    page = render(DoorMachine)
    assert "# DoorMachine\n\nA door.\n" in page
    assert "```mermaid\nstateDiagram-v2\n" in page
    assert "    ajar --> shut : Close\n" in page
    assert "| `ajar` | Ajar | start |\n| `shut` | Shut | - |\n| `gone` | Gone | end |\n" in page
    assert page.endswith(
        "| Event | From | To |\n|---|---|---|\n"
        "| `close` | `ajar` | `shut` |\n"
        "| `use` | `ajar` | `shut` |\n| `use` | `shut` | `ajar` |\n"
        "| `remove` | `ajar` | `gone` |\n| `remove` | `shut` | `gone` |\n"
    )
    assert render(DoorMachine) == page


def test_pages_are_named_after_their_machines() -> None:
    """The file is the class name without `Machine`, in lower case with hyphens."""
    assert page_name(DoorMachine) == "door"
    assert page_name(type("LineNoticeMachine", (), {})) == "line-notice"
    assert list(pages([DoorMachine])) == ["door.md"]
    with pytest.raises(MachinePageError, match="two machines"):
        pages([DoorMachine, DoorMachine])


def test_every_module_of_the_package_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine is found where it is defined, not where it is imported; other classes are not machines."""
    package = tmp_path / "gadgets"
    package.mkdir()
    machine = (
        "from statemachine import State, StateMachine\n\n\nclass {name}(StateMachine):\n"
        "    a = State(initial=True)\n    b = State(final=True)\n    go = a.to(b)\n"
    )
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "lamp.py").write_text(machine.format(name="Lamp"), encoding="utf-8")
    (package / "radio.py").write_text(
        f"from gadgets.lamp import Lamp\n{machine.format(name='Radio')}", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        found = in_package(__import__("gadgets"))
    finally:
        for name in [each for each in sys.modules if each.partition(".")[0] == "gadgets"]:
            del sys.modules[name]
    assert [(each.__module__, each.__name__) for each in found] == [
        ("gadgets.lamp", "Lamp"),
        ("gadgets.radio", "Radio"),
    ]


def test_missing_stale_and_left_over_pages_are_refused(tmp_path: Path) -> None:
    """Each way in which the folder can differ from the machines is named; a page of our own hand is left alone."""
    wanted = pages([DoorMachine])
    assert failures(tmp_path, wanted) == ["docs/machines/door.md is missing"]
    write(tmp_path, {**wanted, "lamp.md": wanted["door.md"]})
    (tmp_path / "docs/machines/README.md").write_text("# By hand\n", encoding="utf-8")
    assert failures(tmp_path, wanted) == ["docs/machines/lamp.md belongs to no machine"]
    write(tmp_path, wanted)
    assert failures(tmp_path, wanted) == []
    assert sorted(each.name for each in (tmp_path / "docs/machines").iterdir()) == ["README.md", "door.md"]
    (tmp_path / "docs/machines/door.md").write_text(wanted["door.md"].replace("`close`", "`slam`"), encoding="utf-8")
    assert failures(tmp_path, wanted) == ["docs/machines/door.md is not what its machine says now"]
