"""What is written in YAML beside the code: terms, paraphrases, forms and words."""

from __future__ import annotations

from typing import Any

import yaml

# The C reader is ten times as fast, and every process of a stack reads all of these files as it starts; a PyYAML built
# without it reads the same.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> Any:
    """Plain data from one YAML document; nothing else can come out of it."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  # both are safe loaders
