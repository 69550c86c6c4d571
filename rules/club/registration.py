"""Who may join the club until when, and when a membership ends (M-01.1, M-06, M-12.1, A-13, A-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules import terms
from rules.calendar import japan_day
from rules.citation import Decision
from rules.club.points import Loss, LossCause, loss_of_use
from rules.club.program import Plan, notice_plan


class CarrierArea(StrEnum):
    """On whose side of NTT the line is."""

    EAST = "EAST"
    WEST = "WEST"


class Customer(StrEnum):
    """What kind of customer holds the line."""

    INDIVIDUAL = "INDIVIDUAL"
    CORPORATE = "CORPORATE"


def registration(
    applied_at: datetime,
    carrier_area: CarrierArea,
    customer: Customer,
    *,
    former_member: bool = False,
    processed_on: date | None = None,
    plan: Plan | None = None,
) -> Decision:
    """Whether an application for membership is accepted (M-06.1, M-06.2, M-01.1, M-12.1).

    Args:
        applied_at: the aware moment of the application; it decides even when the work is done later (A-14).
        carrier_area: NTT West has its own club, so its lines are refused.
        customer: individuals only.
        processed_on: the Japan day of the work on it; read only where the owner lets it decide. None: the same day.
        former_member: a re-registration; same cut-off, a new membership that starts with 0 points (A-13).
        plan: the plan in force.

    Returns:
        `accepted` or `refused`, with the first `reason`, all `reasons`, and `event` `registered`|`re_registered`.

    Raises:
        ValueError: `applied_at` has no offset.
    """
    plan = plan or notice_plan()
    day = japan_day(applied_at)
    grounds: list[tuple[str, tuple[str, ...], str]] = []
    if carrier_area is CarrierArea.WEST:
        grounds.append(("NOT_EAST_LINE", ("M-12.1", "M-01.1"), "The club is for NTT East lines."))
    if customer is Customer.CORPORATE:
        grounds.append(("NOT_INDIVIDUAL", ("M-01.1",), "The club is for individual customers."))
    by_processing = terms.dated("club.registration_judged_on", str).on(day) == "processing"
    judged_on = processed_on if by_processing and processed_on is not None else day
    if judged_on > plan.registration_ends_on:
        row = ("M-06.2", "M-06.1") if former_member else ("M-06.1",)
        detail = f"Applications were accepted through {plan.registration_ends_on}."
        grounds.append(("REGISTRATION_CLOSED", row, detail))
    rows = ("M-06.2", "M-06.1", "M-01.1") if former_member else ("M-06.1", "M-01.1")
    return Decision(
        outcome="refused" if grounds else "accepted",
        articles=tuple(dict.fromkeys(row for _, cited, _ in grounds for row in cited)) if grounds else rows,
        effective_on=None if grounds else day,
        edition=plan.edition(day),
        detail=" ".join(detail for *_, detail in grounds) if grounds else f"Registered on {day} with 0 points.",
        data={
            "reason": grounds[0][0] if grounds else None,
            "reasons": [code for code, *_ in grounds],
            "event": None if grounds else ("re_registered" if former_member else "registered"),
        },
    )


class EndState(StrEnum):
    """How a membership ended."""

    LEFT = "left"
    INELIGIBLE = "ineligible"
    ENDED_PROGRAMME = "ended_programme"


@dataclass(frozen=True)
class MembershipEnd:
    """The end of a membership (M-06.3)."""

    state: EndState
    ended_on: date
    """Leave day, day a loss of the line takes effect, or last day of the programme: from it the storage perk is off."""
    usable_through: date
    """The last day on which points may be used."""
    articles: tuple[str, ...]


def _ended_by(loss: Loss) -> MembershipEnd:
    left = loss.cause is LossCause.LEFT
    state, ended_on = (EndState.LEFT, loss.usable_through) if left else (EndState.INELIGIBLE, loss.closes_on)
    return MembershipEnd(state, ended_on, loss.usable_through, ("M-06.3", *loss.articles))


def membership_end(
    *, left_on: date | None = None, losses: tuple[tuple[LossCause, date], ...] = (), plan: Plan | None = None
) -> MembershipEnd:
    """The earliest of leaving, losing eligibility and the programme end (M-06.3).

    Of causes with the same last day of use the programme end counts first, then leaving.

    Args:
        left_on: the leave day; points are usable through it (M-05.7).
        losses: cause and effective day of what made the line ineligible (M-05.1 to M-05.3).
        plan: the plan in force.
    """
    plan = plan or notice_plan()
    ends = [MembershipEnd(EndState.ENDED_PROGRAMME, plan.ends_on, plan.ends_on, ("M-06.3", "M-07.1"))]
    if left_on is not None:
        ends.append(_ended_by(loss_of_use(LossCause.LEFT, left_on)))
    ends.extend(_ended_by(loss_of_use(cause, effective_on)) for cause, effective_on in losses)
    return min(ends, key=lambda end: end.usable_through)
