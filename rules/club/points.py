"""Points by lot: how long a lot lives, in which order lots are spent, when they are lost (M-04, M-05).

Days are Japan days and inclusive. A lot is never edited: spending answers new lots. There is no function that moves
points to another programme (M-05.5) or pays them out (M-05.6), and none may be added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from rules import terms
from rules.calendar import fiscal_year
from rules.citation import Decision
from rules.club.program import Plan, notice_plan
from rules.refusal import Refusal

_DAY = timedelta(days=1)
_ROW_OF_FISCAL_YEAR = {2021: "M-04.2", 2022: "M-04.3"}


# --- lots and their expiry ---------------------------------------------------------------------------------------


class LotKind(StrEnum):
    """What a lot was granted for."""

    MONTHLY = "monthly"
    RENEWAL = "renewal"


@dataclass(frozen=True)
class Lot:
    """Points granted on one day (M-04.6).

    Raises:
        ValueError: `left` is not between 0 and `points`.
    """

    lot_id: str
    granted_on: date
    """The day of booking: it alone decides the expiry (A-09)."""
    points: int
    """Points granted."""
    left: int
    """Points not yet spent, lapsed or forfeited."""
    kind: LotKind = LotKind.MONTHLY

    def __post_init__(self) -> None:
        """Refuse a lot that holds less than nothing or more than was granted."""
        if not 0 <= self.left <= self.points:
            message = f"lot {self.lot_id} cannot have {self.left} of {self.points} points left"
            raise ValueError(message)


@dataclass(frozen=True)
class Expiry:
    """The last usable day of a lot (M-04.7 shows both)."""

    expires_on: date
    original_expires_on: date
    """What the fiscal-year pattern alone says (M-04.1)."""
    articles: tuple[str, ...]


def expiry(granted_on: date, on: date | None = None, plan: Plan | None = None) -> Expiry:
    """When a lot expires, as the rules stand on a day (M-04.1 to M-04.5, A-10).

    Until the announcement the fiscal-year pattern alone holds. From it on, lots of the re-dated range have the new
    day at once, and no lot outlives the programme. A lot that had expired before the announcement stays expired.

    Args:
        granted_on: the day of booking.
        on: the day whose rules count; None means the rules as finally known, after the announcement.
        plan: the plan in force.
    """
    plan = plan or notice_plan()
    year = fiscal_year(granted_on)
    original = date(year + terms.constant("club.points_validity_fiscal_years", int), 3, 31)
    if on is not None and not plan.known_on(on):
        return Expiry(original, original, ("M-04.1",))
    if original >= plan.announced_on and plan.points_redated.covers(granted_on):
        return Expiry(plan.points_redated.expires_on, original, ("M-04.4", "M-04.1"))
    if original > plan.ends_on:
        return Expiry(plan.ends_on, original, ("M-04.5", "M-04.1"))
    specific = _ROW_OF_FISCAL_YEAR.get(year)
    return Expiry(original, original, (specific, "M-04.1") if specific else ("M-04.1",))


def points_expiry(granted_on: date, on: date | None = None, plan: Plan | None = None) -> Decision:
    """When points granted on a day expire, as the rules stand on `on` (see `expiry`).

    Returns:
        `valid`, or `expired` when `on` is after the expiry; with both days and whether the plan moved it.

    Raises:
        Refusal: `GRANTS_ENDED` for a grant after the programme end, as far as the plan is known on `on`.
    """
    plan = plan or notice_plan()
    if granted_on > plan.ends_on and (on is None or plan.known_on(on)):
        raise Refusal(
            "GRANTS_ENDED",
            f"Nothing is granted after the programme end {plan.ends_on}.",
            ("M-02.5", "M-07.1"),
            values={"last": plan.ends_on},
        )
    found = expiry(granted_on, on, plan)
    moved = found.expires_on != found.original_expires_on
    return Decision(
        outcome="expired" if on is not None and on > found.expires_on else "valid",
        articles=found.articles,
        effective_on=found.expires_on,
        edition=plan.edition(on or plan.announced_on),
        detail=f"Usable through {found.expires_on}" + (f", formerly {found.original_expires_on}." if moved else "."),
        data={
            "expires_on": found.expires_on.isoformat(),
            "original_expires_on": found.original_expires_on.isoformat(),
            "redated": moved,
        },
    )


def usable(lots: Iterable[Lot], on: date, plan: Plan | None = None) -> list[Lot]:
    """Lots with points on a day, in spending order: earliest expiry, then earliest grant, then id (A-15)."""
    dated = [(expiry(lot.granted_on, on, plan).expires_on, lot) for lot in lots if lot.left and lot.granted_on <= on]
    alive = [
        (spending_key(expires_on, lot.granted_on, on), lot.lot_id, lot) for expires_on, lot in dated if on <= expires_on
    ]
    return [lot for *_, lot in sorted(alive, key=lambda row: row[:2])]


def spending_key(expires_on: date, granted_on: date, on: date) -> tuple[date, date]:
    """What decides which of two lots is spent first on a day, the lesser one (A-15, a dated parameter)."""
    if terms.dated("club.spending_order", str).on(on) == "earliest_grant":
        return (granted_on, expires_on)
    return (expires_on, granted_on)


def balance(lots: Iterable[Lot], on: date, plan: Plan | None = None) -> int:
    """Unspent points of lots that exist and have not expired on a day (M-04.6)."""
    return sum(lot.left for lot in usable(lots, on, plan))


# --- spending ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """Points taken from one lot."""

    lot_id: str
    points: int


@dataclass(frozen=True)
class Spending:
    """What a spending takes, and the lots after it."""

    uses: tuple[Use, ...]
    lots: tuple[Lot, ...]
    """All lots in the given order, less what was used."""
    balance_after: int


def spend(
    lots: Sequence[Lot], points: int, on: date, *, loss: Loss | None = None, plan: Plan | None = None
) -> Spending:
    """Take points from lots on a day, earliest expiry first, then earliest grant (M-04.6, A-15).

    Raises:
        Refusal: `POINTS_FORFEITED` once the right of use is lost (M-05), `INSUFFICIENT_POINTS` beyond the balance.
        ValueError: `points` is below 1, or two lots share an id.
    """
    if points < 1 or len({lot.lot_id for lot in lots}) != len(lots):
        message = f"cannot take {points} points from {len(lots)} lots: at least one point, and one id per lot"
        raise ValueError(message)
    check_right_of_use(on, loss)
    order = usable(lots, on, plan)
    available = sum(lot.left for lot in order)
    if points > available:
        ended = on > (plan or notice_plan()).ends_on
        raise Refusal(
            "INSUFFICIENT_POINTS",
            f"{points} points are wanted and {available} are usable on {on}.",
            ("M-04.5", "M-09.13", "M-04.6") if ended else ("M-04.6",),
            values={"points": points, "available": available, "on": on},
        )
    taken: dict[str, int] = {}
    wanted = points
    for lot in order:
        if not wanted:
            break
        taken[lot.lot_id] = min(lot.left, wanted)
        wanted -= taken[lot.lot_id]
    after = tuple(replace(lot, left=lot.left - taken.get(lot.lot_id, 0)) for lot in lots)
    return Spending(tuple(Use(lot_id, part) for lot_id, part in taken.items()), after, available - points)


def spend_decision(lots: Sequence[Lot], points: int, on: date, plan: Plan | None = None) -> Decision:
    """`spend` as an answer: `spent` with `uses` and `balance_after`. Raises as `spend` does."""
    plan = plan or notice_plan()
    done = spend(lots, points, on, plan=plan)
    return Decision(
        outcome="spent",
        articles=("M-04.6",),
        effective_on=on,
        edition=plan.edition(on),
        detail=f"{points} points from {len(done.uses)} lots, earliest expiry first; {done.balance_after} remain.",
        data={
            "uses": [{"id": use.lot_id, "points": use.points} for use in done.uses],
            "balance_after": done.balance_after,
        },
    )


def give_back(lots: Sequence[Lot], uses: Iterable[Use]) -> tuple[Lot, ...]:
    """Return the points of a failed exchange to their own lots; one that expired meanwhile lapses again (M-04.6).

    Raises:
        ValueError: a use names no lot, or a lot would hold more than was granted.
    """
    back = Counter({use.lot_id: use.points for use in uses})
    missing = set(back) - {lot.lot_id for lot in lots}
    if missing:
        message = f"no such lots: {sorted(missing)}"
        raise ValueError(message)
    return tuple(replace(lot, left=lot.left + back[lot.lot_id]) for lot in lots)


# --- losing ------------------------------------------------------------------------------------------------------


class LossCause(StrEnum):
    """What ends the right to use points before they expire."""

    CONVERSION = "conversion"
    """転用 (M-05.1)."""
    ABOLITION = "abolition"
    """廃止 (M-05.2)."""
    INELIGIBLE_TYPE = "ineligible_type"
    """対象外サービスへの変更 (M-05.3)."""
    LEFT = "left"
    """Leaving the club (M-05.7)."""


_LOSS_ROWS = {
    LossCause.CONVERSION: "M-05.1",
    LossCause.ABOLITION: "M-05.2",
    LossCause.INELIGIBLE_TYPE: "M-05.3",
    LossCause.LEFT: "M-05.7",
}


@dataclass(frozen=True)
class Loss:
    """The end of the right to use points."""

    cause: LossCause
    usable_through: date
    """The last day of use."""
    articles: tuple[str, ...]

    @property
    def closes_on(self) -> date:
        """The first day with balance 0: from its 00:00 JST points are FORFEITED."""
        return self.usable_through + _DAY


def loss_of_use(cause: LossCause, effective_on: date) -> Loss:
    """Conversion, abolition and type change block from 00:00 of their day (A-11); leaving, after its day (M-05.7)."""
    blocked = (
        cause is not LossCause.LEFT and terms.dated("club.loss_blocks_from", str).on(effective_on) == "effective_day"
    )
    return known_loss(cause, effective_on - _DAY if blocked else effective_on)


def known_loss(cause: LossCause, usable_through: date) -> Loss:
    """A loss whose last usable day is recorded already, whatever reading decided it then (M-05.1 to M-05.3, M-05.7)."""
    return Loss(cause, usable_through, (_LOSS_ROWS[cause],))


def check_right_of_use(on: date, loss: Loss | None = None, *, has_line: bool = True) -> None:
    """Whether a person may use points at all on a day.

    Raises:
        Refusal: `NO_ACTIVE_LINE` without a current フレッツ光 line (M-05.4), `POINTS_FORFEITED` after a loss (M-05).
    """
    if not has_line:
        raise Refusal("NO_ACTIVE_LINE", "Points are used on a current フレッツ光 line only.", ("M-05.4",))
    if loss is not None and on > loss.usable_through:
        raise Refusal(
            "POINTS_FORFEITED",
            f"Points were usable through {loss.usable_through}.",
            loss.articles,
            values={"last": loss.usable_through},
        )


@dataclass(frozen=True)
class Closing:
    """Points that leave a lot unused."""

    lot_id: str
    points: int
    on: date
    """The first day without them."""
    kind: str
    """The ledger's word: `expire` or `forfeit`."""
    articles: tuple[str, ...]


def closings(lots: Iterable[Lot], on: date, *, loss: Loss | None = None, plan: Plan | None = None) -> list[Closing]:
    """What has lapsed or been forfeited by 00:00 of a day, earliest first: with it a ledger sums to zero (M-04.5).

    Lots granted after `on` are left alone. What the programme end takes cites M-04.5 (EXPIRE_PROGRAMME_END).
    """
    plan = plan or notice_plan()
    found: list[Closing] = []
    for lot in lots:
        if not lot.left or lot.granted_on > on:
            continue
        end = expiry(lot.granted_on, on, plan)
        if loss is not None and loss.usable_through < end.expires_on:
            found.append(Closing(lot.lot_id, lot.left, loss.closes_on, "forfeit", loss.articles))
        else:
            ended = end.expires_on == plan.ends_on and plan.known_on(on)
            rows = tuple(dict.fromkeys(("M-04.5", *end.articles))) if ended else end.articles
            found.append(Closing(lot.lot_id, lot.left, end.expires_on + _DAY, "expire", rows))
    return sorted((row for row in found if row.on <= on), key=lambda row: (row.on, row.lot_id))
