"""What the alarms and the dashboard ask Prometheus for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

OBSERVE = Path(__file__).resolve().parent
MADE_BY_PROMETHEUS = frozenset({"up"})
"""Shown by no process: Prometheus makes it of each look."""
_WORDS = frozenset({"by", "or", "and", "on", "sum", "min", "max"})


def rules() -> list[dict[str, Any]]:
    """Every alarm."""
    groups = yaml.safe_load((OBSERVE / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Every panel of the dashboard."""
    return list(json.loads((OBSERVE / "grafana/dashboards/keiyaku.json").read_text(encoding="utf-8"))["panels"])


def empty(answers: Mapping[str, Sequence[Any]]) -> list[str]:
    """The panels' expressions that were answered by no row: nothing is a figure too, and is shown as none.

    Args:
        answers: expression → the rows that Prometheus answered.
    """
    return [target["expr"] for panel in panels() for target in panel["targets"] if not answers[target["expr"]]]


def expressions() -> list[str]:
    """Every PromQL expression: of the alarms, then of the panels."""
    drawn = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [rule["expr"] for rule in rules()] + drawn


def named(expression: str) -> set[str]:
    """The metrics that a PromQL expression asks for."""
    plain = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(?:by|without|on) \([^)]*\)", " ", expression)
    return {each for each in re.findall(r"\b[a-z_][a-z0-9_]*\b(?! *\()", plain) if each not in _WORDS}
