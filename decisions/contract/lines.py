"""The line of a contract, as the rules know it."""

from __future__ import annotations

from models.messages.contract.contract import LineFacts
from rules.line.eligibility import Line


def rule_line(facts: LineFacts) -> Line:
    """The line as the rules know it."""
    values = facts.model_dump(by_alias=False)
    return Line(**{**values, "billing": tuple(values["billing"]), "discounts": tuple(values["discounts"])})
