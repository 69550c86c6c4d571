"""Which lines can carry the service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dated import DatedError
from rules.line.eligibility import Line, eligibility, has_required_discount, line_is_listed

ON = date(2018, 5, 20)
EAST = Line(carrier_area="EAST", brand="NEXT", service_type="FAMILY")
WEST = replace(EAST, carrier_area="WEST", discounts=("ATTO",))

GROUNDS = [
    # line, code in chapter 1 (or none), row, code in chapter 2 (or none), row
    (replace(EAST, service_type="BUSINESS"), "LINE_TYPE_NOT_LISTED", "W-06.1", "LINE_TYPE_NOT_LISTED", "W-19.1"),
    (replace(EAST, brand="ADSL"), "LINE_TYPE_NOT_LISTED", "W-06.1", "LINE_TYPE_NOT_LISTED", "W-19.1"),
    (replace(EAST, tax_exempt_embassy=True), "EMBASSY", "W-06.2a", "EMBASSY", "W-19.2a"),
    (replace(WEST, tax_exempt_embassy=True), "EMBASSY", "W-06.2a", "EMBASSY", "W-19.2a"),
    (replace(WEST, billing=("GROUP_LUMP",)), "WEST_GROUP_LUMP", "W-06.2b", "WEST_GROUP_LUMP", "W-19.2b"),
    (replace(WEST, billing=("MY_BILLING",)), "WEST_MY_BILLING", "W-06.2c", "WEST_MY_BILLING", "W-19.2c"),
    (replace(WEST, discounts=("ATTO", "SCHOOL")), "WEST_SCHOOL", "W-06.2d", "WEST_SCHOOL", "W-19.2d"),
    (replace(EAST, billing=("GROUP_LUMP",)), None, None, "EAST_GROUP_LUMP", "W-19.2e"),
    (replace(EAST, billing=("AT_BILLING",)), None, None, "EAST_AT_BILLING", "W-19.2f"),
    (replace(EAST, discounts=("SCHOOL",)), None, None, "EAST_SCHOOL", "W-19.2g"),
    (replace(WEST, discounts=()), None, None, "WEST_DISCOUNT_MISSING", "W-19.3"),
    # facts of one company's billing say nothing on a line of the other
    (replace(EAST, billing=("MY_BILLING",)), None, None, None, None),
    (replace(WEST, billing=("AT_BILLING",)), None, None, None, None),
    (EAST, None, None, None, None),
    (WEST, None, None, None, None),
]


@pytest.mark.parametrize(("line", "code_1", "row_1", "code_2", "row_2"), GROUNDS)
def test_each_ground_excludes_where_its_article_says(
    line: Line, code_1: str | None, row_1: str | None, code_2: str | None, row_2: str | None
) -> None:
    """W-06.1 to W-06.2d, W-19.1 to W-19.3: each ground in its chapter, for its company, with its own row."""
    for chapter, code, row in ((1, code_1, row_1), (2, code_2, row_2)):
        decision = eligibility(chapter, line, ON)
        assert decision.outcome == ("ineligible" if code else "eligible")
        assert decision.data["reasons"] == ([code] if code else [])
        if row:
            assert decision.articles == (row,)


def test_all_grounds_are_named_in_the_order_of_the_article() -> None:
    """W-19.2a to W-19.3: a line excluded many times over names each ground once."""
    line = Line(
        carrier_area="WEST",
        brand="NEXT",
        service_type="BUSINESS",
        billing=("MY_BILLING", "GROUP_LUMP", "GROUP_LUMP"),
        discounts=("SCHOOL",),
        tax_exempt_embassy=True,
    )
    decision = eligibility(2, line, ON)
    assert decision.data["reasons"] == [
        "LINE_TYPE_NOT_LISTED",
        "EMBASSY",
        "WEST_GROUP_LUMP",
        "WEST_MY_BILLING",
        "WEST_SCHOOL",
        "WEST_DISCOUNT_MISSING",
    ]
    assert decision.articles == ("W-19.1", "W-19.2a", "W-19.2b", "W-19.2c", "W-19.2d", "W-19.3")


def test_an_eligible_line_cites_every_row_it_was_tested_against() -> None:
    """W-06.1: no ground is an answer that rests on all rows of article 6."""
    assert eligibility(1, EAST, ON).articles == ("W-06.1", "W-06.2a", "W-06.2b", "W-06.2c", "W-06.2d")
    assert len(eligibility(2, WEST, ON).articles) == 9


@pytest.mark.parametrize(("months", "enough"), [(None, False), (0, False), (24, False), (25, True), (36, True)])
def test_zutto_discount_counts_only_above_24_months(months: int | None, enough: bool) -> None:
    """W-19.3, A-45: exactly two years of ずっと割引 is not enough, more than two is."""
    line = replace(WEST, discounts=("ZUTTO",), zutto_months=months)
    assert has_required_discount(line, ON) is enough
    assert ("WEST_DISCOUNT_MISSING" in eligibility(2, line, ON).data["reasons"]) is not enough
    assert eligibility(1, line, ON).outcome == "eligible"


def test_atto_discount_needs_no_length_and_the_east_needs_no_discount() -> None:
    """W-19.3, A-45: あっと割引 has no length test, and the requirement is for NTT West lines only."""
    assert has_required_discount(replace(WEST, discounts=("ATTO",), zutto_months=None), ON)
    assert has_required_discount(replace(EAST, discounts=()), ON)
    assert not has_required_discount(replace(WEST, discounts=(), zutto_months=36), ON)


@pytest.mark.parametrize(
    ("brand", "service_type"), list(product(["B", "PREMIUM", "NEXT", "LIGHT"], ["FAMILY", "MANSION"]))
)
def test_family_and_mansion_types_of_the_four_brands_are_listed(brand: str, service_type: str) -> None:
    """W-00.2, W-06.1, A-23: the four brands carry the service in both types."""
    assert line_is_listed(replace(EAST, brand=brand, service_type=service_type), ON)


@pytest.mark.parametrize(("on", "outcome"), [(date(2025, 3, 31), "eligible"), (date(2025, 4, 1), "ineligible")])
def test_light_lines_left_the_list_when_ntt_ended_them(on: date, outcome: str) -> None:
    """W-00.2, F-26: フレッツ 光ライト is a line through 2025-03-31, and ネクスト from the next day."""
    assert eligibility(1, replace(EAST, brand="LIGHT"), on).outcome == outcome
    assert eligibility(1, EAST, on).outcome == "eligible"


def test_no_line_is_judged_before_the_rule_book() -> None:
    """W-99.1: rules before 2010-02-01 are not in the documents."""
    assert eligibility(2, EAST, date(2010, 2, 1)).edition == "2010-02-01"
    with pytest.raises(DatedError):
        eligibility(2, EAST, date(2010, 1, 31))


def test_there_are_two_chapters() -> None:
    """W-00.1: a contract follows chapter 1 or 2."""
    with pytest.raises(ValueError, match="chapter 3"):
        eligibility(3, EAST, ON)


_LINES = st.builds(
    Line,
    carrier_area=st.sampled_from(["EAST", "WEST"]),
    brand=st.sampled_from(["B", "PREMIUM", "NEXT", "LIGHT"]),
    service_type=st.sampled_from(["FAMILY", "MANSION", "BUSINESS"]),
    billing=st.lists(st.sampled_from(["GROUP_LUMP", "MY_BILLING", "AT_BILLING"]), max_size=4).map(tuple),
    discounts=st.lists(st.sampled_from(["SCHOOL", "ATTO", "ZUTTO"]), max_size=4).map(tuple),
    zutto_months=st.none() | st.integers(0, 60),
    tax_exempt_embassy=st.booleans(),
)


@given(line=_LINES)
def test_chapter_2_excludes_whatever_chapter_1_excludes(line: Line) -> None:
    """W-06.2a to W-06.2d, W-19.2a to W-19.2g: article 19 has every ground of article 6, and each is named once."""
    first, second = (eligibility(chapter, line, ON).data["reasons"] for chapter in (1, 2))
    assert set(first) <= set(second)
    assert len(second) == len(set(second))


@given(line=_LINES, other=st.sampled_from(["EAST", "WEST"]))
def test_no_ground_names_the_other_company(line: Line, other: str) -> None:
    """W-06.2b to W-06.2d, W-19.2b to W-19.3: a line is never excluded by a ground of the other NTT."""
    if line.carrier_area != other:
        reasons = eligibility(2, line, ON).data["reasons"]
        assert not [reason for reason in reasons if reason.startswith(other)]
