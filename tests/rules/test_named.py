"""What a caller names by a code is kept only where somebody knows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules import named

STRANGE = "YAMADA.TARO"


@pytest.mark.parametrize(
    ("kept", "known"),
    [
        (named.course, ["W2_FAMILY", "W1_FAMILY", "COLLABO"]),
        (named.then, ["end", "W2_FAMILY"]),
        (named.channel, ["online", "paper"]),
        (named.edition, ["2010-02-01", "2017-06-01", "2018-06-01"]),
        (named.carrier_terms, ["EAST-2017", "WEST-2010"]),
        (lambda code: named.one_of(code, frozenset({"K1-F5"})), ["K1-F5"]),
    ],
)
def test_a_code_is_kept_where_the_book_knows_it(kept: Callable[[str], str], known: list[str]) -> None:
    """What it knows goes on as it was sent; anything else as UNKNOWN, a birthday in place of an edition too."""
    assert [kept(each) for each in known] == known
    assert [kept(each) for each in (STRANGE, "1985-04-03", named.UNKNOWN)] == [named.UNKNOWN] * 3
