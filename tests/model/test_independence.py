"""The model is its own reading of the catalogue."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_OURS = {"rules", "decisions", "models", "activities", "workflows", "api", "rehearsal", "embedded", "carrier"}


@pytest.mark.parametrize("path", sorted(_HERE.glob("*.py")), ids=lambda path: path.name)
def test_the_model_shares_nothing_with_the_service(path: Path) -> None:
    """No file of the model imports a room of the service, so the same mistake has to be made twice to be missed."""
    imported = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            imported.add(node.module.partition(".")[0])
    assert not imported & _OURS
