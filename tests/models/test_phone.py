"""A telephone number is what can be dialled, however it is written."""

from __future__ import annotations

import pytest

from models.texts.phone import is_number


@pytest.mark.parametrize(
    "written",
    ["03-1234-5678", "+81 3 1234 5678", "(03)1234-5678", "０９０－１２３４－５６７８", "090ー1234ー5678", "110"],
)
def test_digits_of_either_width_with_the_signs_between_them_are_a_number(written: str) -> None:
    """As the search for people tolerates them."""
    assert is_number(written)


@pytest.mark.parametrize("written", ["でんわ", "a@b", "-", "03-1234-5678x", "1+1", "なし"])
def test_words_are_no_number(written: str) -> None:
    """Nobody can call them."""
    assert not is_number(written)
