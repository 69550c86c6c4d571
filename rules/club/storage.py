"""The 5 GB more for フレッツ・あずけ~る, and what becomes of it (増量特典, M-07.2 to M-07.8; A-05 to A-08).

The FAQ's version, deletion on the end date itself (M-07.8), is not executed: the later date of the notice's body is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from rules import terms
from rules.citation import Decision
from rules.club.program import Plan, notice_plan
from rules.club.reversion import counted_from, reverts_on


class SupportService(StrEnum):
    """The two services that keep the increase (M-07.7); `club.support_services` says which count when (A-08)."""

    REMOTE_SUPPORT = "REMOTE_SUPPORT"
    """リモートサポートサービス."""
    OFFICE_SUPPORT = "OFFICE_SUPPORT"
    """オフィスまるごとサポート(ITサポート&セキュリティ)."""


def keeps_increase(service: str) -> bool:
    """Whether a support service keeps the increase: only those the notice names do (M-07.7, A-08)."""
    return service in terms.constant("club.support_services", dict[str, str])


@dataclass(frozen=True)
class StoredFile:
    """One file of a member."""

    file_id: str
    stored_at: datetime
    """The aware moment at which it was stored."""
    gb: Decimal
    """Its size in GB; decimal, because 0.1 + 0.2 must not exceed 0.3."""


def perk_gb(on: date) -> Decimal:
    """GB added to every storage plan on a day (M-07.2)."""
    return Decimal(terms.dated("club.storage_perk", int).on(on))


def plan_default_gb() -> Decimal:
    """GB of the storage plan until one is known (F-16)."""
    return Decimal(terms.constant("club.storage_plan_default", int))


def advise_by(ended_on: date, support_ended_on: date | None = None) -> date:
    """The day by which members are told to act: the end date itself, not the hard date (M-07.6, A-05)."""
    return counted_from(ended_on, support_ended_on)


def answer_by(asked_on: date) -> date:
    """The Japan day by whose end the storage service should have done what it was asked (M-07.4, X-05)."""
    return asked_on + timedelta(days=terms.dated("club.storage_answer_days", int).on(asked_on))


def capacity_gb(plan_gb: Decimal, on: date, falls_on: date | None = None) -> Decimal:
    """Usable GB on a day: plan plus increase through its last day, the plan alone after it (M-07.2, A-06).

    Args:
        plan_gb: the storage plan's own size.
        on: the Japan day.
        falls_on: the last day of the larger size (`reversion.limit_falls_on`); None while nothing ends it.
    """
    return plan_gb + perk_gb(on) if falls_on is None or on <= falls_on else plan_gb


def overflow(files: Iterable[StoredFile], capacity: Decimal) -> list[StoredFile]:
    """Whole files to delete, in the order they were stored, until the rest fits (M-07.5, A-07).

    Files stored at the same moment go by id. `capacity` in GB; a rest of exactly that size fits.
    """
    ordered = sorted(files, key=lambda file: (file.stored_at, file.file_id))
    total = sum((file.gb for file in ordered), Decimal(0))
    deleted: list[StoredFile] = []
    for file in ordered:
        if total <= capacity:
            break
        deleted.append(file)
        total -= file.gb
    return deleted


def storage_reversion(
    ended_on: date,
    *,
    services: Iterable[SupportService] = (),
    support_ended_on: date | None = None,
    plan_gb: Decimal | None = None,
    files: Iterable[StoredFile] = (),
    plan: Plan | None = None,
) -> Decision:
    """What happens to the storage of a member whose membership ends (M-07.3 to M-07.7).

    Args:
        ended_on: leave day or day of becoming ineligible; the programme end takes over when it is earlier (M-06.3).
        services: support services active on the day of the test (see `reversion.returns_on`, A-08).
        support_ended_on: the end of the last support service, if there was one.
        plan_gb: the storage plan without the increase, GB; the free plan when None.
        files: what is stored.
        plan: the plan in force.

    Returns:
        `reverts` or `exempt`, with `perk_off_on`, `reverts_on`, `advise_by` and the ids in `deletes`. An exempt member
        keeps the increase by the support service: nothing reverts, though the club's own perk goes off.
    """
    plan = plan or notice_plan()
    off_on = min(ended_on, plan.ends_on)
    kept_by = sorted(set(services))
    articles: tuple[str, ...]
    if kept_by:
        outcome, articles = "exempt", ("M-07.7", "M-07.3")
        reversion, advice, deleted = None, None, []
        detail = f"The increase stays because of {' and '.join(kept_by)}."
    else:
        reversion, advice = reverts_on(off_on, support_ended_on), advise_by(off_on, support_ended_on)
        deleted = overflow(files, plan_default_gb() if plan_gb is None else plan_gb)
        outcome = "reverts"
        articles = ("M-07.4", "M-07.3", "M-07.6", *(("M-07.5",) if deleted else ()))
        articles = (*articles, "M-07.7") if support_ended_on else articles
        detail = f"The capacity reverts at the end of {reversion}; {len(deleted)} files would be deleted."
    return Decision(
        outcome=outcome,
        articles=articles,
        effective_on=reversion,
        edition=plan.edition(off_on),
        detail=detail,
        data={
            "perk_off_on": off_on.isoformat(),
            "reverts_on": reversion.isoformat() if reversion else None,
            "advise_by": advice.isoformat() if advice else None,
            "deletes": [file.file_id for file in deleted],
        },
    )
