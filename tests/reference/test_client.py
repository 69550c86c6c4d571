"""The typed client is that of the document the code publishes."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reference.catalogue import ROOT
from reference.client import FOLDER, STAMP, GeneratorError, document, failures, write


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """What the code publishes now."""
    return document()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the client that may be spoilt."""
    shutil.copytree(ROOT / "client", tmp_path / "client", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_client_is_in_step(published: dict[str, Any]) -> None:
    """It was made from this document, with these settings, and nobody has edited it since."""
    assert failures(ROOT, published) == []


def test_the_order_of_keys_is_no_change(published: dict[str, Any]) -> None:
    """The same document in another order is the same."""
    turned = dict(reversed(json.loads(json.dumps(published)).items()))
    assert failures(ROOT, turned) == []


def test_a_changed_document_is_found_out(published: dict[str, Any]) -> None:
    """One more field, however deep, and the client is behind."""
    changed = copy.deepcopy(published)
    changed["components"]["schemas"]["Application"]["properties"]["colour"] = {"type": "string"}
    (wrong,) = failures(ROOT, changed)
    assert wrong.startswith(f"{FOLDER} is not made from the OpenAPI document")


@pytest.mark.parametrize("name", [f"{FOLDER}/models/extra.py", f"{FOLDER}/client.py"])
def test_an_edit_by_hand_is_found_out(tree: Path, published: dict[str, Any], name: str) -> None:
    """A file added or changed after the generator wrote them."""
    with (tree / name).open("a", encoding="utf-8") as file:
        file.write("# mended\n")
    assert failures(tree, published) == [f"{FOLDER} is not as the generator wrote it"]


def test_other_settings_and_a_lost_stamp_are_found_out(tree: Path, published: dict[str, Any]) -> None:
    """The client of another generator may differ, and one without a stamp may be anything."""
    with (tree / "client/generator.yaml").open("a", encoding="utf-8") as file:
        file.write("field_prefix: f_\n")
    (wrong,) = failures(tree, published)
    assert "client/generator.yaml" in wrong
    (tree / STAMP).unlink()
    assert failures(tree, published) == [f"{STAMP} is missing"]


def test_a_generator_that_is_not_there_leaves_the_client_alone(tree: Path, published: dict[str, Any]) -> None:
    """It is said how to get it, and nothing is lost."""
    with pytest.raises(GeneratorError, match="make client"):
        write(tree, published, tree / "nothing")
    assert failures(tree, published) == []
