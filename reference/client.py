"""`client/keiyaku_client`: the typed client, written by a generator from the document that the code publishes.

The generator stands apart in `client/generator.lock`: it is needed to write the client, not to see that it is in step.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.app import published

FOLDER = "client/keiyaku_client"
SETTINGS = "client/generator.yaml"
GENERATOR = "client/generator.lock"
STAMP = "client/made-from.json"
"""Digests of what the client was made from, and of what came out."""


class GeneratorError(ValueError):
    """The generator is missing, or leaves out a part of the document."""


def digest(document: Mapping[str, Any]) -> str:
    """Of an OpenAPI document, whatever the order of its keys."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _of_files(root: Path, files: list[Path]) -> str:
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def _stamp(root: Path, document: Mapping[str, Any]) -> dict[str, str]:
    client = root / FOLDER
    return {
        "document": digest(document),
        "generator": _of_files(root, [root / SETTINGS, root / GENERATOR]),
        "files": _of_files(root, [each for each in client.rglob("*") if each.suffix in {".py", ".typed"}]),
    }


_SAYS = {
    "document": "is not made from the OpenAPI document that the code publishes now",
    "generator": f"is not made with {SETTINGS} and {GENERATOR} as they are now",
    "files": "is not as the generator wrote it",
}


def failures(root: Path, document: Mapping[str, Any]) -> list[str]:
    """Why the client below `root` is not that of a document; empty when it is."""
    path = root / STAMP
    if not path.is_file():
        return [f"{STAMP} is missing"]
    told, want = json.loads(path.read_text(encoding="utf-8")), _stamp(root, document)
    return [f"{FOLDER} {why}" for name, why in _SAYS.items() if told.get(name) != want[name]]


def document() -> dict[str, Any]:
    """What the code publishes now."""
    return published()


def write(root: Path, document: Mapping[str, Any], generator: Path) -> None:
    """Write the client and its stamp; nothing is changed unless the whole document could be written.

    Args:
        root: The top of the repository.
        document: An OpenAPI document.
        generator: The program `openapi-python-client`, with its `ruff` beside it.

    Raises:
        GeneratorError: it is not there, or would leave something out.
    """
    if not generator.is_file():
        raise GeneratorError(f"{generator} is missing: `make client` installs it")
    with TemporaryDirectory() as folder:
        made = Path(folder)
        (made / "openapi.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        ran = subprocess.run(  # noqa: S603  # a program of our own choice
            [
                *(generator, "generate", "--meta", "setup", "--fail-on-warning"),
                *("--path", made / "openapi.json", "--config", root / SETTINGS, "--output-path", made / "client"),
            ],
            env={"PATH": f"{generator.parent}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if ran.returncode:
            raise GeneratorError(f"{ran.stdout}{ran.stderr}".strip())
        shutil.rmtree(root / FOLDER, ignore_errors=True)
        shutil.copytree(made / "client" / "keiyaku_client", root / FOLDER, ignore=shutil.ignore_patterns(".*"))
    stamp = json.dumps(_stamp(root, document), indent=2)
    (root / STAMP).write_text(stamp + "\n", encoding="utf-8")
