"""What to expect of an agency filing and when (W-08.1, F-23)."""

from __future__ import annotations

from datetime import date, timedelta

from rules import terms


def accepted_by(filed_on: date) -> date:
    """The Japan day by whose end NTT should have accepted the filing (W-08.1, W-13.1a)."""
    return filed_on + timedelta(days=terms.constant("filing.milestone_days", dict[str, int])["accepted"])


def work_date_by(filed_on: date) -> date:
    """The Japan day by whose end a work date should be known (W-08.1, F-23)."""
    return filed_on + timedelta(days=terms.constant("filing.milestone_days", dict[str, int])["work_date"])


def opened_by(work_on: date) -> date:
    """The Japan day by whose end the opening should be reported after the work (W-08.1)."""
    return work_on + timedelta(days=terms.constant("filing.milestone_days", dict[str, int])["opened"])
