"""What NTT told of a line makes one life, whichever notice arrives first; each says the day from which it holds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

Notice = tuple[str, str, dict[str, Any]]
"""Kind, the day from which it holds, and the details."""

W1 = {"course": "W1_FAMILY", "applied_on": "2009-04-01", "service_start_on": "2009-04-20", "payment_agency": True}
W2 = {"course": "W2_FAMILY", "applied_on": "2017-08-01", "service_start_on": "2017-08-10"}
EAST, WEST = {"operator": "EAST"}, {"operator": "WEST", "discounts": ["ATTO"]}

SCHOOL: Notice = ("discounts_changed", "2019-03-10", {"discounts": ["SCHOOL"]})
MY_BILLING: Notice = ("excluded", "2019-03-20", {"billing": ["MY_BILLING"], "discounts": ["ATTO"]})
BY_NTT: Notice = ("service_type_changed", "2019-03-05", {"service_type": "MANSION", "by": "ntt"})
LIGHT_BY_NTT: Notice = ("brand_changed", "2019-03-05", {"brand": "LIGHT", "by": "ntt"})
EMBASSY: Notice = ("tax_status_changed", "2019-03-15", {"tax_exempt_embassy": True})
NO_EMBASSY: Notice = ("tax_status_changed", "2019-03-25", {"tax_exempt_embassy": False})


def to(area: str, on: str) -> Notice:
    """The line moved to an area."""
    return "moved_operator", on, {"operator": area}


TOLD: dict[str, tuple[dict[str, Any], list[Notice], str, list[str]]] = {
    "discounts told by two kinds, the later one of which is an exclusion": (
        {**W2, "line": EAST}, [SCHOOL, MY_BILLING], "active", [],
    ),
    "discounts told by two kinds, the later one of which is about them alone": (
        {**W2, "line": WEST}, [("excluded", "2019-03-01", {"billing": [], "discounts": []}), SCHOOL], "choosing", [],
    ),
    "discounts that an exclusion takes off and NTT gives back": (
        {**W1, "line": WEST},
        [("excluded", "2019-03-01", {"billing": [], "discounts": []}),
         ("discounts_changed", "2019-03-10", {"discounts": ["ATTO"]})],
        "active", [],
    ),
    "a type that NTT changed, and an exemption that comes": (
        {**W1, "line": EAST}, [BY_NTT, EMBASSY], "choosing", ["LINE_TYPE_CHANGED"],
    ),
    "a type that NTT changed, and an exemption that comes and goes": (
        {**W2, "line": EAST}, [BY_NTT, EMBASSY, NO_EMBASSY], "active", ["LINE_TYPE_CHANGED"],
    ),
    "a brand that NTT changed, and an exemption that comes": (
        {**W2, "line": EAST}, [LIGHT_BY_NTT, EMBASSY], "choosing", ["LINE_BRAND_CHANGED"],
    ),
    "a brand that NTT changed, and a type that no course has": (
        {**W2, "line": EAST},
        [LIGHT_BY_NTT, ("service_type_changed", "2019-03-15", {"service_type": "BUSINESS", "by": "customer"})],
        "choosing", ["LINE_BRAND_CHANGED"],
    ),
    "a type that no course has, and the one that NTT makes of it": (
        {**W2, "line": EAST},
        [("service_type_changed", "2019-03-01", {"service_type": "BUSINESS", "by": "ntt"}), BY_NTT],
        "active", ["LINE_TYPE_CHANGED"],
    ),
    "a type that no course has, the one that NTT makes of it, and an exemption": (
        {**W2, "line": EAST},
        [("service_type_changed", "2019-03-01", {"service_type": "BUSINESS", "by": "ntt"}), BY_NTT, EMBASSY],
        "choosing", ["LINE_TYPE_CHANGED"],
    ),
    "lost through nobody's fault, and then through the contractor's": (
        {**W2, "line": EAST},
        [("unusable", "2019-03-05", {"attributable": False}), ("unusable", "2019-03-20", {"attributable": True})],
        "active", [],
    ),
    "lost through the contractor's fault, and then through nobody's": (
        {**W2, "line": EAST},
        [("unusable", "2019-03-05", {"attributable": True}), ("unusable", "2019-03-20", {"attributable": False})],
        "active", ["LINE_UNUSABLE"],
    ),
    "across the areas, without the discount that with フレッツ asks for there": (
        {**W1, "line": {**EAST, "discounts": ["ATTO"]}},
        [to("WEST", "2019-03-10"), ("discounts_changed", "2019-03-20", {"discounts": []})],
        "active", ["MOVED_ACROSS_AREAS"],
    ),
    "across the areas, and billed there as no with フレッツ II line is": (
        {**W1, "line": EAST}, [to("WEST", "2019-03-10"), MY_BILLING], "choosing", ["MOVED_ACROSS_AREAS"],
    ),
    "billed as no with フレッツ line is, and across the areas": (
        {**W1, "line": EAST},
        [("excluded", "2019-03-01", {"billing": ["AT_BILLING"], "discounts": []}), to("WEST", "2019-03-10")],
        "active", ["MOVED_ACROSS_AREAS"],
    ),
    "across the areas and back": (
        {**W1, "line": EAST}, [to("WEST", "2019-03-10"), to("EAST", "2019-03-20")], "active", [],
    ),
}  # fmt: skip


def told(
    new_life: Callable[[], Any], moment: Callable[[str], Any], running: dict[str, Any], notices: list[Notice]
) -> Any:
    """A contract taken over, and notices that all arrive on 2019-04-01."""
    life = new_life()
    life.ask("import", moment("2018-05-20 09:00"), contract_id="K1", person_id="P1", line_key="L1", **running)
    for minute, (kind, on, details) in enumerate(notices):
        at = moment(f"2019-04-01 10:{minute:02d}")
        life.ask("line_notice", at, notice_id=f"{kind}/{on}", kind=kind, effective_on=on, details=details)
    return life.now


@pytest.mark.parametrize("case", TOLD)
def test_notices_of_a_line_commute(new_life: Callable[[], Any], moment: Callable[[str], Any], case: str) -> None:
    """State, line, course, what is offered and what waits follow from the days that NTT names (W-13.1b, A-46)."""
    running, notices, state, tasks = TOLD[case]
    for order in permutations(notices):
        now = told(new_life, moment, running, list(order))
        assert (now.state, sorted(now.tasks)) == (state, tasks), order
        lives = [
            (each.line, each.course, each.choice.offered if each.choice else None)
            for each in (now, told(new_life, moment, running, notices))
        ]
        assert lives[0] == lives[1], order


BEFORE_SERVICE: dict[str, tuple[list[Notice], list[str]]] = {
    "a type that NTT changed, and one that no course has": (
        [BY_NTT, ("service_type_changed", "2019-03-15", {"service_type": "BUSINESS", "by": "customer"})],
        ["LINE_NOTICE_BEFORE_SERVICE"],
    ),
    "a type that no course has, and the one that NTT makes of it": (
        [("service_type_changed", "2019-03-01", {"service_type": "BUSINESS", "by": "customer"}), BY_NTT],
        ["LINE_TYPE_CHANGED"],
    ),
    "an exemption that comes and goes": ([EMBASSY, NO_EMBASSY], []),
    "an exemption that comes and goes, and the end of the line": (
        [EMBASSY, NO_EMBASSY, ("terminated", "2019-03-20", {})], ["LINE_NOTICE_BEFORE_SERVICE"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BEFORE_SERVICE)
def test_notices_about_the_line_of_an_application_commute(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Callable[[str], Any], case: str
) -> None:
    """Before service an operator is asked about what the line is now, and no longer about what it was (A-46)."""
    notices, asked = BEFORE_SERVICE[case]
    for order in permutations(notices):
        life = new_life()
        life.ask("apply", moment("2018-05-20 09:00"), **application)
        for number, (kind, on, details) in enumerate(order):
            said = {"notice_id": f"{kind}/{on}", "kind": kind, "effective_on": on, "details": details}
            life.ask("line_notice", moment(f"2019-04-01 10:0{number}"), **said)
        assert (life.now.state, sorted(life.now.tasks)) == ("accepted", asked), [each[:2] for each in order]
