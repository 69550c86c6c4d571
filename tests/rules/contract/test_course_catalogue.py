"""The lint of the catalogue of courses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.courses.course_catalogue import Catalogue, build, catalogue, full_name
from rules.dated import Dated, DatedError, Period

FIRST = date(2010, 2, 1)
ROW = {"chapter": 1, "name": "甲", "service_type": "FAMILY", "operators": ["EAST"], "articles": ["W-01.1"]}
OLD = {**ROW, "sale": {"to": date(2017, 5, 31)}}
NEW = {**ROW, "exists_from": date(2017, 6, 1), "sale": {"from": date(2017, 6, 1)}}


def _merge(source: str, target: str, on: date) -> dict[str, Any]:
    return {"effective_on": on, "from": [source], "to": target, "how": "merged", "articles": ["W-C1.1"]}


def _price(first: date, last: date | None = None) -> Dated[int]:
    return Dated("price", [Period(1, first, last, ("W-04.1",))])


def _build(**changed: Any) -> Catalogue:
    """Two courses, the old merged into the new; then what a test changes of it."""
    matching = [
        Period({"FAMILY": "OLD"}, FIRST, date(2017, 5, 31), ("W-09.3",)),
        Period({"FAMILY": "NEW"}, date(2017, 6, 1), None, ("W-09.3",)),
    ]
    parts: dict[str, Any] = {
        "courses": {"OLD": OLD, "NEW": NEW},
        "changes": [_merge("OLD", "NEW", date(2017, 6, 1))],
        "matching": Dated("matching", changed.pop("matching", matching)),
        "prices": {"OLD": _price(FIRST, date(2017, 5, 31)), "NEW": _price(date(2017, 6, 1))},
    }
    return build(**{**parts, **changed}, first_day=FIRST)


def test_a_sound_catalogue_is_built() -> None:
    """X-04: the catalogue the lint tests start from passes it, and so does the packaged one."""
    assert _build().resolve("OLD", date(2017, 6, 1))[0] == "NEW"
    assert catalogue().resolve("W2_MANSION_H", date(2018, 6, 1))[0] == "W2_MANSION"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("W2_FAMILY", "WAKWAK 光 with フレッツ II ファミリー"),
        ("W1_MANSION_1", "WAKWAK 光 with フレッツ マンション プラン1"),
        ("DOCOMO", "ドコモ光"),
        ("NO_COURSE", "NO_COURSE"),
    ],
)
def test_a_course_is_named_once_for_every_reader(code: str, name: str) -> None:
    """W-01.1, W-15.1: pages and letters take the name from the catalogue, behind that of the chapter."""
    assert full_name(code) == name


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"changes": [_merge("OLD", "NONE", date(2017, 6, 1))]}, "is no course"),
        (
            {"changes": [_merge("OLD", "NEW", date(2017, 6, 1)), _merge("OLD", "NEW", date(2018, 6, 1))]},
            "can never apply: it became NEW",
        ),
        ({"changes": [_merge("NEW", "OLD", date(2017, 6, 1))]}, "can never apply: it did not exist"),
        ({"changes": [_merge("OLD", "NEW", date(2017, 5, 31))]}, "does not exist that day"),
        (
            {"changes": [_merge("OLD", "NEW", date(2017, 6, 1)), _merge("NEW", "OLD", date(2018, 6, 1))]},
            "does not exist that day",
        ),
        (
            # both changes on one day: the middle course is gone on the very day contracts would come to it
            {
                "courses": {"OLD": OLD, "MIDDLE": OLD, "NEW": NEW},
                "changes": [_merge("OLD", "MIDDLE", date(2017, 6, 1)), _merge("MIDDLE", "NEW", date(2017, 6, 1))],
            },
            "OLD becomes MIDDLE on 2017-06-01, which does not exist that day",
        ),
        ({"courses": {"OLD": {**OLD, "chapter": 2}, "NEW": NEW}}, "another chapter"),
        ({"courses": {"OLD": {**OLD, "sale": {"to": date(2017, 6, 1)}}, "NEW": NEW}}, "overlapping"),
        ({"courses": {"OLD": {**OLD, "sale": {}}, "NEW": NEW}}, "overlapping"),
        ({"courses": {"OLD": OLD, "NEW": {**NEW, "sale": {"from": date(2017, 5, 31)}}}}, "before it exists"),
        (
            {"courses": {"OLD": OLD, "NEW": {**NEW, "sale": {"from": date(2018, 1, 1), "to": date(2017, 12, 31)}}}},
            "ends before it starts",
        ),
        ({"matching": [Period({"FAMILY": "NEW"}, FIRST, None, ("W-09.3",))]}, "not sold"),
        ({"matching": [Period({"FAMILY": "OLD"}, FIRST, None, ("W-09.3",))]}, "not sold"),
        ({"matching": [Period({"MANSION": "NEW"}, date(2017, 6, 1), None, ("W-09.3",))]}, "no chapter 1 course"),
        ({"prices": {"OLD": _price(FIRST, date(2017, 5, 31))}}, "NEW has no monthly basic fee"),
        ({"prices": {"OLD": _price(FIRST), "NEW": _price(date(2017, 6, 1))}}, "fee of OLD does not run"),
        (
            {"prices": {"OLD": _price(FIRST, date(2017, 5, 31)), "NEW": _price(date(2017, 7, 1))}},
            "fee of NEW does not run",
        ),
    ],
)
def test_an_unsound_catalogue_is_refused(changed: dict[str, Any], complaint: str) -> None:
    """X-04: gaps, overlaps and changes that can never apply are found when the catalogue is loaded."""
    with pytest.raises(DatedError, match=complaint):
        _build(**changed)


def test_a_price_that_changes_inside_a_month_is_refused() -> None:
    """W-10.7: months are billed in full, so a price starts with a month."""
    inside = Dated(
        "price",
        [Period(1, date(2017, 6, 1), date(2018, 1, 14), ("W-04.1",)), Period(2, date(2018, 1, 15), None, ("W-04.1",))],
    )
    with pytest.raises(DatedError, match="inside a month"):
        _build(prices={"OLD": _price(FIRST, date(2017, 5, 31)), "NEW": inside})
