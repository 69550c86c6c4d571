"""The registry of what can wait for an operator, against the source that makes it wait."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from models.operations import contract, exchange, filing, membership, program, rollout
from models.tasks import TASKS, wording

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[A-Z]+(_[A-Z]+)+")
LOWER = re.compile(r"[a-z]+(_[a-z]+)+")


def constants(value: Any) -> Iterator[str]:
    """Every text in a value of a module: what a lookup in it may give."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in (*value.keys(), *value.values()):
            yield from constants(each)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for each in value:
            yield from constants(each)


def value_of(node: ast.expr, module: Any) -> Any:
    """What a name or an attribute of the module stands for; None for a variable of the function."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        return getattr(value_of(node.value, module), node.attr, None)
    return None


def codes_of(call: ast.Call, function: ast.FunctionDef, module: Any, alerts: set[str]) -> set[str]:
    """The codes a call may put: its constant, or else every code the function's names lead to."""
    given = value_of(call.args[0], module)
    if isinstance(given, str):
        return {given}
    if "alerts" in ast.unparse(function):
        return alerts
    known = [value_of(node, module) for node in ast.walk(function) if isinstance(node, (ast.Name, ast.Constant))]
    texts = {text for value in known for text in constants(value)}
    raised = "upper" in ast.unparse(call.args[0])
    if raised:
        events = {text for value in vars(module).values() if isinstance(value, dict) for text in constants(value)}
        return {text.upper() for text in events if LOWER.fullmatch(text) and text.startswith("late_")}
    return {text for text in texts if text in TASKS or CODE.fullmatch(text)}


def sources() -> Iterator[tuple[Path, ast.Module, Any]]:
    """The modules that decide and those that carry out."""
    for room in ("decisions", "activities", "store"):
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text()
            if "operator_task" in text or "alerts=" in text:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield path, ast.parse(text), importlib.import_module(name)


def alert_codes() -> set[str]:
    """What a run of a programme puts before an operator, by its counts."""
    found: set[str] = set()
    for _, tree, module in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "alerts" and isinstance(node.value, ast.Dict):
                found |= {str(value_of(value, module)) for value in node.value.values}
    return found


def test_every_code_that_waits_for_an_operator_has_its_words() -> None:
    """No decision puts a task whose code the registry does not know, so no raw code reaches a page."""
    alerts, seen = alert_codes(), 0
    for path, tree, module in sources():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef) or function.name == "operator_task":
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("operator_task"):
                    codes = codes_of(call, function, module, alerts)
                    assert codes, f"{path.name}:{call.lineno}: which code?"
                    assert codes <= set(TASKS), f"{path.name}:{call.lineno}: {codes - set(TASKS)}"
                    seen += 1
    assert seen > 15
    assert alerts


def test_what_settles_a_task_can_be_asked() -> None:
    """Each update a task names is one an operator can send."""
    rooms = (contract, exchange, filing, membership, program, rollout)
    asked = {name for room in rooms for name in room.OPERATIONS}
    assert {name for task in TASKS.values() for name in task.settled_by} <= asked


def test_no_code_is_its_own_wording() -> None:
    """An operator reads Japanese, also for a code of another release."""
    for code in (*TASKS, "OF_ANOTHER_RELEASE"):
        assert code not in wording(code)
        assert re.search("[ぁ-ん一-龠]", wording(code))
