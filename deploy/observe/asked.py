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
MAY_BE_EMPTY = {
    "keiyaku_due_lag_seconds_bucket": "nothing dated has fallen due since the workers began",
    "keiyaku_refused_total": "nobody was turned away since the APIs began",
    "keiyaku_worker_parts_failed_total": "no part has failed since the workers began",
}
"""Metrics with labels that nothing has had yet, each with the reason why a panel of it may show nothing."""
_WORDS = frozenset({"by", "or", "and", "on", "sum", "min", "max"})


def rules() -> list[dict[str, Any]]:
    """Every alarm."""
    groups = yaml.safe_load((OBSERVE / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Every panel of the dashboard."""
    return list(json.loads((OBSERVE / "grafana/dashboards/keiyaku.json").read_text(encoding="utf-8"))["panels"])


def without_reason_empty(answers: Mapping[str, Sequence[Any]]) -> list[str]:
    """The panels' expressions that were answered by no row at all, though their metrics always have one.

    Args:
        answers: expression → the rows that Prometheus answered.
    """
    drawn = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [each for each in drawn if not answers[each] and not named(each) & MAY_BE_EMPTY.keys()]


def expressions() -> list[str]:
    """Every PromQL expression: of the alarms, then of the panels."""
    drawn = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [rule["expr"] for rule in rules()] + drawn


def named(expression: str) -> set[str]:
    """The metrics that a PromQL expression asks for."""
    plain = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(?:by|without|on) \([^)]*\)", " ", expression)
    return {each for each in re.findall(r"\b[a-z_][a-z0-9_]*\b(?! *\()", plain) if each not in _WORDS}
