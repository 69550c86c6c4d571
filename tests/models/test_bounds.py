"""Dates, numbers and texts that somebody else names reach only so far."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from models.bounds import DEPTH_MAX, NUMBER_MAX, TEXT_MAX, Day, Moment, MonthText, csv_cell, wrong_character
from models.messages.carrier import FilingStatusMessage, LineNotice
from models.messages.contract.contract import Cancel, StartService
from models.messages.contract.notices import TakeLineNotice
from models.messages.entity import EffectDone

OCCURRED = "2018-06-01T10:00:00+09:00"


@pytest.mark.parametrize("text", ["1989-12-31", "2200-01-01", "9999-12-31", 1498867200, "1498867200", "2018-6-1", True])
def test_a_day_is_written_out_and_within_reach(text: Any) -> None:
    """From 1990 to 2199; a number is no day, nor is its text."""
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(text)
    for edge in ("1990-01-01", "2199-12-31"):
        assert TypeAdapter(Day).validate_python(edge) == date.fromisoformat(edge)


@pytest.mark.parametrize(
    "text", [1498867200, "1498867200", "2018-06-01", "2018-06-01T10:00:00", "9999-01-01T00:00:00Z"]
)
def test_a_moment_is_written_out_with_its_offset(text: Any) -> None:
    """RFC 3339, 1990 to 2199."""
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python(text)
    assert TypeAdapter(Moment).validate_python(OCCURRED).isoformat() == OCCURRED


@pytest.mark.parametrize("text", ["２０１８-06", "2018-１2", "1989-12", "2200-01", "2018-13"])
def test_a_month_has_ascii_digits(text: str) -> None:
    """Digits of other scripts are none."""
    with pytest.raises(ValidationError):
        TypeAdapter(MonthText).validate_python(text)


@pytest.mark.parametrize("field", ["work_on", "opened_on"])
def test_ntt_names_no_day_that_a_filing_could_choke_on(field: str) -> None:
    """`work_on: 9999-12-31` is refused before anything is recorded."""
    message = {"sequence": 1, "status": "waiting_work", "occurred_at": OCCURRED}
    FilingStatusMessage.model_validate({**message, field: "2199-12-31"})
    with pytest.raises(ValidationError):
        FilingStatusMessage.model_validate({**message, field: "9999-12-31"})


def test_a_line_notice_has_a_day_within_reach() -> None:
    """The same for notices about lines."""
    notice = {"notice_id": "N-1", "line_id": "CAF1", "kind": "terminated", "effective_on": "9999-12-31"}
    with pytest.raises(ValidationError):
        LineNotice.model_validate(notice)


@pytest.mark.parametrize(
    "details",
    [
        {"x": float("inf")},
        {"x": float("nan")},
        {"x": NUMBER_MAX + 1},
        {"x": Decimal(-NUMBER_MAX - 1)},
        {"x": "a" * (TEXT_MAX + 1)},
        {"x": "a\x00"},
        {"x\x00": 1},
    ],
)
def test_a_command_is_within_reach_whoever_sends_it(details: dict[str, Any]) -> None:
    """Also straight through Temporal, also deep inside: numbers finite, texts bounded and without NUL."""
    given: dict[str, Any] = {"notice_id": "N-1", "kind": "terminated", "effective_on": "2018-06-01"}
    TakeLineNotice.model_validate({**given, "details": {"x": NUMBER_MAX}})
    with pytest.raises(ValidationError):
        TakeLineNotice.model_validate({**given, "details": {"deep": [details]}})


def test_a_command_names_no_day_beyond_reach() -> None:
    """Dates and moments of every field."""
    for day in ("1989-12-31", "9999-12-31"):
        with pytest.raises(ValidationError):
            StartService.model_validate({"service_start_on": day})
        with pytest.raises(ValidationError):
            Cancel.model_validate({"channel": "online", "received_at": f"{day}T00:00:00+00:00"})
        with pytest.raises(ValidationError):
            StartService.model_validate({"service_start_on": "2018-06-01", "at": f"{day}T00:00:00+00:00"})


def test_a_command_is_nested_so_far_and_no_further() -> None:
    """Pages and rows are written by walking them."""
    deep: Any = "leaf"
    for _ in range(DEPTH_MAX - 2):
        deep = [deep]
    EffectDone.model_validate({"item_id": "x", "data": {"deep": deep}})
    with pytest.raises(ValidationError):
        EffectDone.model_validate({"item_id": "x", "data": {"deep": [[[deep]]]}})


@pytest.mark.parametrize(
    "text", ["a\nb", "a\x7fb", "a\u200bb", "a\u202eb", "\ufeffa", "a\u2066b", "a\u2028b", "\u3164", "\U000e0041"]
)
def test_a_name_shows_every_character_it_has(text: str) -> None:
    """No control, zero-width or direction-changing characters; a typed reason may run over lines."""
    assert wrong_character(text, lines=False) is not None
    assert (wrong_character(text, lines=True) is None) is (text == "a\nb")


@pytest.mark.parametrize("text", ["山田 太郎", "葛\U000e0100城", "ﾔﾏﾀﾞ", "Renée O'Neill", "𠮷野家", "東京都１－２"])
def test_names_people_have_are_text(text: str) -> None:
    """Variants of characters, half and full width, other scripts."""
    assert wrong_character(text, lines=False) is None


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+81", "'+81"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("東京", "東京"),
        (-5, "-5"),
        (None, ""),
        (["W-10.2", "X-05"], "W-10.2 X-05"),
    ],
)
def test_no_cell_begins_a_formula(value: object, cell: str) -> None:
    """What somebody wrote is text in a spreadsheet, too; what we counted stays a number."""
    assert csv_cell(value) == cell


IGNORABLE = [0x034F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2065, *range(0xFFF0, 0xFFF9), 0xE0001, 0xE0FFF]


@pytest.mark.parametrize("code", IGNORABLE, ids=hex)
def test_a_text_holds_nothing_that_shows_nothing(code: int) -> None:
    """Whatever its category says: two names that look the same are the same."""
    assert wrong_character(f"山田{chr(code)}太郎", lines=False) is not None


@pytest.mark.parametrize("name", ["葛\U000e0100城", "葛\U000e01ef城", "神\ufe00社", "が", "辻邊"])
def test_the_forms_of_a_kanji_are_chosen_in_a_name(name: str) -> None:
    """Selectors show nothing themselves and stay: families insist on their form."""
    assert wrong_character(name, lines=False) is None
