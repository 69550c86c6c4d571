"""Which lines can carry the service (articles 6 and 19), as a condition at application and ever after (A-46)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from rules import terms
from rules.citation import Decision, edition

_TYPE_ROW = {1: "W-06.1", 2: "W-19.1"}


@dataclass(frozen=True)
class Line:
    """What the rules need to know of a フレッツ光 line; no identifier of it."""

    carrier_area: str
    """NTT's side: `EAST` or `WEST`."""
    brand: str
    """`B`, `PREMIUM`, `NEXT` or `LIGHT`; any other word is no access line (W-00.2)."""
    service_type: str
    """`FAMILY`, `MANSION` or `BUSINESS`."""
    holder_is_applicant: bool = True
    """Whether the WAKWAK applicant also holds the line (W-07.1)."""
    billing: tuple[str, ...] = ()
    """`GROUP_LUMP`, `MY_BILLING`, `AT_BILLING`."""
    discounts: tuple[str, ...] = ()
    """`SCHOOL`, `ATTO`, `ZUTTO`."""
    zutto_months: int | None = None
    """Months the ずっと割引 was applied for, None without one."""
    tax_exempt_embassy: bool = False
    """Whether フレッツ光 charges are free of consumption tax as an embassy's."""


def line_is_listed(line: Line, on: date) -> bool:
    """Whether brand and service type are in annex 1 on that day (W-00.2, W-06.1, W-19.1, A-23).

    Raises:
        DatedError: the day is before 2010-02-01.
    """
    return line.brand in terms.dated("eligibility.listed_brands", list[str]).on(
        on
    ) and line.service_type in terms.dated("eligibility.listed_service_types", list[str]).on(on)


def _excludes(row: dict[str, Any], line: Line) -> bool:
    """Whether one exclusion row applies: right area (or either) and its fact holds."""
    if row.get("operator") not in {None, line.carrier_area}:
        return False
    if "billing" in row:
        return row["billing"] in line.billing
    if "discount" in row:
        return row["discount"] in line.discounts
    return bool(getattr(line, row["fact"]))


def has_required_discount(line: Line, on: date) -> bool:
    """Whether a chapter 2 line has the discount it needs (W-19.3, A-45).

    Only NTT West lines need one: フレッツ・あっと割引 of any length, or フレッツ・ずっと割引 applied for
    strictly more than 24 months.
    """
    if line.carrier_area != "WEST" or "ATTO" in line.discounts:
        return True
    over = terms.dated("eligibility.zutto_months_over", int).on(on)
    return "ZUTTO" in line.discounts and line.zutto_months is not None and line.zutto_months > over


def eligibility(chapter: int, line: Line, on: date) -> Decision:
    """Test a line against article 6 (chapter 1) or 19 (chapter 2) as of a day.

    Every ground that holds is a reason, each once, in the order of the article; `articles` are the rows of those
    grounds, or all rows tested when none holds (W-06.1, W-06.2a to W-06.2d, W-19.1, W-19.2a to W-19.2g, W-19.3).

    Raises:
        ValueError: there is no such chapter.
        DatedError: the day is before 2010-02-01 (W-99.1).
    """
    if chapter not in _TYPE_ROW:
        message = f"there is no chapter {chapter}; it is 1 or 2"
        raise ValueError(message)
    rows = terms.dated(f"eligibility.exclusions_chapter_{chapter}", list[dict[str, str]]).on(on)
    tested = [(_TYPE_ROW[chapter], "LINE_TYPE_NOT_LISTED", not line_is_listed(line, on))]
    tested += [(row["article"], row["code"], _excludes(row, line)) for row in rows]
    if chapter == 2:
        tested.append(("W-19.3", "WEST_DISCOUNT_MISSING", not has_required_discount(line, on)))
    grounds = [(article, code) for article, code, holds in tested if holds]
    reasons = [code for _, code in grounds]
    return Decision(
        outcome="ineligible" if grounds else "eligible",
        articles=tuple(article for article, _ in grounds) or tuple(article for article, _, _ in tested),
        edition=edition(on),
        detail=f"the line cannot carry the service: {', '.join(reasons)}" if grounds else "no ground excludes the line",
        data={"reasons": reasons},
    )
