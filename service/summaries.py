"""What an execution says of itself in one line, as Temporal's Web UI and `temporal` show it beside its id.

It is written when a run is started and stays, so it says from when it speaks; the state of today is the first row of
the current details.
"""

from __future__ import annotations

from typing import Any

from models import words
from models.messages.club.membership import MembershipInput
from models.messages.contract.contract import ContractInput
from models.messages.filing import FilingInput
from rules.courses.course_catalogue import full_name, rows

CHARACTERS_MAX = 120
"""The server takes 400 bytes; a Japanese character is three of them."""


def summary(named: str, given: Any) -> str:
    """The kind, then course, area and the state this run began with; codes and dates only, nothing of a person.

    Args:
        named: the word for the kind.
        given: the input of the workflow; one that says nothing of these leaves the word alone.
    """
    match given:
        case ContractInput():
            parts = _contract(given)
        case FilingInput():
            parts = [_area(given.carrier_area), given.brand, given.service_type]
        case MembershipInput():
            parts = _membership(given)
        case _:
            parts = []
    return " / ".join([named, *(each for each in parts if each)])[:CHARACTERS_MAX]


def _contract(given: ContractInput) -> list[str]:
    if given.state:
        line = given.state.get("line") or {}
        stood = words.ja(words.CONTRACT_STATES, given.state.get("state", ""))
        return [_course(given.state.get("course")), _area(line.get("operator")), f"再開時: {stood}"]
    if given.apply is not None:
        stood = words.ja(words.CONTRACT_STATES, "applied")
        return [_course(given.apply.course), _area(given.apply.line.carrier_area), f"開始時: {stood}"]
    if given.import_ is not None:
        return [_course(given.import_.course), _area(given.import_.line.carrier_area), "開始時: 取込み"]
    return []


def _membership(given: MembershipInput) -> list[str]:
    if given.state:
        return [f"再開時: {words.ja(words.MEMBERSHIP_STATES, given.state.get('state', ''))}"]
    return [_area(given.register_.line.carrier_area), "開始時: 新規登録"] if given.register_ is not None else []


def _course(code: str | None) -> str:
    # Before the decision the course is whatever a caller wrote; only what the catalogue knows is repeated.
    return full_name(code) if code and code in rows() else ""


def _area(code: str | None) -> str:
    return words.ja(words.AREAS, code) if code else ""
