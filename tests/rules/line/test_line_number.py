"""One line, one number, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.line.line_number import canonical
from rules.refusal import Refusal


@pytest.mark.parametrize(
    "written",
    [
        "CAF1234567890",
        "caf1234567890",
        "CAF-123-456-7890",
        " Caf 123 456 7890 ",
        "ＣＡＦ１２３４５６７８９０",
        "ｃａｆ−１２３４５６７８９０",
        "CAF‐1234‑567–890",
        "ＣＡＦ　１２３ー４５６７８９０",
        "CAF123\u200b4567890\ufeff",
    ],
)
def test_one_line_has_one_form(written: str) -> None:
    """Case, width, blanks and hyphens of every kind make no second line (W-03.1, M-09.2)."""
    assert canonical(written) == "CAF1234567890"


@pytest.mark.parametrize("written", ["", " - ", "CAF/123", "回線１", "A" * 41, "CAF٣", "_1"])
def test_what_is_no_number_is_refused(written: str) -> None:
    """Empty, too long, other signs, other scripts' letters and digits: refused with articles."""
    with pytest.raises(Refusal) as refused:
        canonical(written)
    assert (refused.value.code, bool(refused.value.articles)) == ("LINE_NUMBER_MALFORMED", True)


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", fullmatch=True))
def test_the_form_is_final(written: str) -> None:
    """The form of the form is itself, so a door may ask twice."""
    assert canonical(canonical(written)) == canonical(written)
