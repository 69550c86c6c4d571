"""One way to ask a rule: its answer with a sentence in the language asked for, its refusal as a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from api.doors.problems import Problem
from rules.citation import Decision
from rules.dated import DatedError
from rules.explain.answers import answer
from rules.explain.articles import Language
from rules.refusal import Refusal


def answered(name: str, question: BaseModel, language: Language, ask: Callable[[], Decision]) -> dict[str, Any]:
    """Ask a rule; what it refuses, or cannot know for that day, becomes a problem.

    Args:
        name: of the question, as in its address.
        question: what was asked.
        language: of the sentence.
        ask: asks the rule.

    Raises:
        Problem: 422.
    """
    try:
        found = ask().as_json()
        return {**found, "detail": answer(name, question.model_dump(), found, language)}
    except Refusal as refusal:
        raise Problem.of(refusal, reasons=list(refusal.reasons)) from refusal
    except DatedError as error:
        raise Problem(422, "OUTSIDE_TERMS", str(error), ("W-99.1",)) from error
