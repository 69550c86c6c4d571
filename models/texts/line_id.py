"""The number of a フレッツ光 line as it enters: every door takes any spelling and goes on with the one form."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from rules.line.line_number import canonical
from rules.refusal import Refusal

WRITTEN_MAX = 200
"""Characters of a number as it is written, blanks and hyphens included."""


def _one_form(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value) > WRITTEN_MAX:
        message = f"a line number is written in {WRITTEN_MAX} characters at most"
        raise PydanticCustomError("line_number", "{why}", {"why": message})
    try:
        return canonical(value)
    except Refusal as refused:
        raise PydanticCustomError("line_number", "{why}", {"why": refused.detail}) from None


LineId = Annotated[
    str,
    BeforeValidator(_one_form),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": WRITTEN_MAX,
            "description": "A CAF, COP or 2N number, or an older お客さまID; case, width, blanks and hyphens "
            "make no difference. Answered in capitals and digits.",
        }
    ),
]
"""A CAF, COP or 2N number, or an older お客さまID (F-29, F-30), in its one form (W-03.1, W-17.1, M-09.2)."""
