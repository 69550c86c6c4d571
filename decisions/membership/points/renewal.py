"""にねん割更新ポイント: an entitlement a renewal, decided after its window and booked at once (M-03).

Which renewals there are follows from everything told of にねん割, in whatever order; the day of a booking is the legal
one, whenever its ground was keyed in. After the last day of booking nothing is booked any more: what would
have been due is left to an operator's adjustment (M-02.5).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

from decisions.domain import Context, RaisedTask, Step, operator_task
from decisions.membership.changed import Put, Values, patch
from decisions.membership.parts import first_day_after, ledger, may_use_points, plan_of
from models.messages.club.membership import MembershipState, NinenWariTold, Renewal
from models.messages.entity import AgendaItem
from rules.calendar import Month, japan_day, start_of
from rules.citation import Decision
from rules.club import booking, ninen_wari, renewal
from rules.club.program import Plan
from rules.club.renewal import ServiceClass

NOT_BOOKED = "BONUS_NOT_BOOKED"
"""A bonus became known after the last day of booking: it needs an adjustment with its original grant day (M-02.5)."""

_EVENT = "renewal"
"""Of the items in the agenda."""

_ENDED = ["MEMBERSHIP_ENDED"]
"""Why an entitlement came to nothing that was open when the membership ended."""

_GRANTS_ENDED = ["GRANTS_ENDED"]
"""Why a bonus that was due is not booked: it became known after the last day of booking."""

_BY_NINEN_WARI = frozenset({"NINEN_WARI_CANCELLED", "NINEN_WARI_REPLACED"})
"""Reasons that another fact about にねん割 can take away again."""


def item_id(end_month: Month | str) -> str:
    """The key of a renewal in the agenda."""
    return f"renewal_{end_month}"


def told(state: MembershipState) -> list[NinenWariTold]:
    """Everything told of にねん割 so far; an older log knows only the latest start and its cancellation."""
    if state.ninen_wari or state.ninen_wari_started_on is None:
        return state.ninen_wari
    known = [NinenWariTold(started=True, on=state.ninen_wari_started_on)]
    cancelled_on = state.ninen_wari_cancelled_on
    return known if cancelled_on is None else [*known, NinenWariTold(started=False, on=cancelled_on)]


def discounts(state: MembershipState) -> tuple[ninen_wari.Discount, ...]:
    """The two-year discounts of the line, earliest first."""
    return ninen_wari.discounts(ninen_wari.Told(each.started, each.on) for each in told(state))


def values_of(state: MembershipState) -> Values:
    """What the state shows of them: all that was told, and the latest discount."""
    found = discounts(state)
    latest = found[-1] if found else None
    return {
        "ninen_wari": state.ninen_wari,
        "ninen_wari_started_on": latest.started_on if latest else None,
        "ninen_wari_cancelled_on": latest.ended_on if latest else None,
    }


@dataclass
class Planned:
    """What the renewals of a membership become."""

    renewals: dict[str, Renewal] = field(default_factory=dict)
    """Those that are new or change."""
    agenda: dict[str, AgendaItem] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)
    """Agenda items that are not to come any more."""
    never: list[str] = field(default_factory=list)
    """Term end months that no term ends in, by what is known now."""
    tasks: dict[str, RaisedTask] = field(default_factory=dict)
    no_longer_asked: list[str] = field(default_factory=list)
    """Tasks about a bonus that is not due, by what is known now."""

    def put(self) -> Put:
        """As the `put` of a patch."""
        found = Put()
        if self.renewals:
            found["renewals"] = dict(self.renewals)
        if self.agenda:
            found["agenda"] = dict(self.agenda)
        if self.tasks:
            found["tasks"] = dict(self.tasks)
        return found

    def gone(self) -> dict[str, list[str]]:
        """As part of the `drop` of a patch."""
        return {"agenda": self.drop, **({"renewals": self.never} if self.never else {})}


def plan(state: MembershipState, context: Context) -> Planned:
    """Bring the renewals in line with what is known of にねん割, registration and the plan (M-03.1 to M-03.8)."""
    today = japan_day(context.moment)
    expected = _expected(state, today, plan_of(context))
    planned = Planned()
    for month, due in expected.items():
        _one(planned, state, due, str(month), context)
    for key, each in state.renewals.items():
        if each.state != "booked" and Month.parse(key) not in expected:
            planned.never.append(key)
            _drop(planned, state, key)
    left = {key: each for key, each in (state.renewals | planned.renewals).items() if key not in planned.never}
    if NOT_BOOKED in state.tasks and not any(_was_too_late(each) for each in left.values()):
        planned.no_longer_asked.append(NOT_BOOKED)
    _as_open(planned, state, {key for key, each in left.items() if each.state == "open"})
    return planned


def _as_open(planned: Planned, state: MembershipState, months: Collection[str]) -> None:
    """What is open has its day ahead, and nothing else has: an entry taken back may have left either alone."""
    wanted = {item_id(key): key for key in months}
    ahead = {key for key, item in state.agenda.items() if item.event == _EVENT} - {*planned.drop}
    planned.drop += sorted(ahead - wanted.keys())
    for key in sorted(wanted.keys() - ahead - planned.agenda.keys()):
        planned.agenda[key] = _item(Month.parse(wanted[key]))


def _was_too_late(known: Renewal) -> bool:
    """Whether its bonus was due and is for an adjustment, as long as nothing is told that says otherwise (M-02.5)."""
    return known.state == "lapsed" and known.reasons == _GRANTS_ENDED


def booked_in_error(state: MembershipState, context: Context) -> frozenset[str]:
    """Term end months whose bonus was booked though none is earned, by all that is known (M-03.5, M-03.6)."""
    expected = _expected(state, japan_day(context.moment), plan_of(context))
    stand = {str(month) for month, each in expected.items() if each.lost is None and not _of_mansion(state, month)}
    return frozenset(key for key, each in state.renewals.items() if each.state == "booked" and key not in stand)


def _of_mansion(state: MembershipState, end_month: Month) -> bool:
    """Whether the line is of a mansion type on the last day of the window, as is known now (M-03.5)."""
    service = state.service_on(booking.window(end_month).to_on)
    return service is None or service.service_class == ServiceClass.MANSION


def _expected(state: MembershipState, today: date, plan_in_force: Plan) -> dict[Month, ninen_wari.Renewal]:
    """The renewals that concern the membership, without those another system had to book before an import."""
    last = plan_in_force.last_term_end_month if plan_in_force.known_on(today) else None
    found = ninen_wari.renewals(discounts(state), state.registered_on or today, today, last)
    if state.imported is None:
        return found
    before, since = state.imported.booked_before, state.imported.on
    return {
        month: each
        for month, each in found.items()
        if str(month) in state.renewals or (str(month) not in before and booking.book_by(month) >= since)
    }


def _one(planned: Planned, state: MembershipState, due: ninen_wari.Renewal, key: str, context: Context) -> None:
    """One renewal: kept, opened, opened again, or lost."""
    today, in_force, known = japan_day(context.moment), plan_of(context), state.renewals.get(key)
    if known is not None and known.reasons == _ENDED:
        # Whoever asks is a member: the end that it had come to nothing by is taken back.
        known = known.model_copy(update={"state": "disqualified", "reasons": []})
    if known is not None and _is_settled(state, known, due, in_force):
        return
    entitlement = known or _entitlement(due.end_month)
    if in_force.known_on(today) and due.end_month > in_force.last_term_end_month:
        late = {"state": "after_last_cohort", "reasons": ["AFTER_LAST_COHORT"], "decided_on": today}
        planned.renewals[key] = entitlement.model_copy(update=late)
        _drop(planned, state, key)
    elif due.lost is not None:
        if known is None or known.reasons != [due.lost]:
            _lose(planned, state, key, entitlement, due.lost, today)
    elif today > in_force.last_booking_on:
        _too_late(planned, state, key, entitlement, context)
    elif known is None or known.state == "disqualified":
        again: dict[str, object] = {"state": "open", "reasons": [], "decided_on": None, "points": 0}
        planned.renewals[key] = entitlement.model_copy(update=again)
        planned.agenda[item_id(key)] = _item(due.end_month)


def _is_settled(state: MembershipState, known: Renewal, due: ninen_wari.Renewal, in_force: Plan) -> bool:
    """Whether nothing that is told later changes what became of it."""
    if _was_too_late(known):
        ruled = ruling(state, due.end_month, in_force)
        return due.lost is None and ruled is not None and ruled.outcome == "due"
    if known.state == "disqualified":
        return not _may_come_out_otherwise(state, known, due, in_force)
    return known.state != "open"


def _may_come_out_otherwise(state: MembershipState, known: Renewal, due: ninen_wari.Renewal, in_force: Plan) -> bool:
    """Whether what costs a bonus is a fact about にねん割, was one, or is not so by what is known now."""
    if due.lost is not None or set(known.reasons) <= _BY_NINEN_WARI:
        return True
    ruled = ruling(state, due.end_month, in_force)
    return ruled is not None and ruled.outcome == "due"


def _too_late(planned: Planned, state: MembershipState, key: str, each: Renewal, context: Context) -> None:
    """Known only after the last day of booking: nothing is granted; what was due is for an adjustment (M-02.5)."""
    today, ruled = japan_day(context.moment), ruling(state, Month.parse(key), plan_of(context))
    if ruled is not None and ruled.outcome == "due":
        became = {"state": "lapsed", "reasons": _GRANTS_ENDED, "decided_on": today}
        if may_use_points(state, context):
            planned.tasks |= operator_task(NOT_BOOKED, context.moment, "M-02.5", "M-03.4")
    else:
        reasons = list(ruled.data["reasons"]) if ruled is not None else []
        became = {"state": "disqualified", "reasons": reasons, "decided_on": today}
    planned.renewals[key] = each.model_copy(update=became)
    _drop(planned, state, key)


def _lose(planned: Planned, state: MembershipState, key: str, each: Renewal, reason: str, today: date) -> None:
    lost = {"state": "disqualified", "reasons": [reason], "decided_on": today}
    planned.renewals[key] = each.model_copy(update=lost)
    _drop(planned, state, key)


def _drop(planned: Planned, state: MembershipState, key: str) -> None:
    if item_id(key) in state.agenda:
        planned.drop.append(item_id(key))


def _entitlement(end_month: Month) -> Renewal:
    window = booking.window(end_month)
    return Renewal(
        term_end_month=str(end_month),
        window_from=window.from_on,
        window_to=window.to_on,
        book_by=booking.book_by(end_month),
    )


def _item(end_month: Month) -> AgendaItem:
    """The day an entitlement is decided: the first of its booking month, also where that has passed (M-03.4)."""
    decided_on = renewal.decided_on(end_month)
    return AgendaItem(
        item_id=item_id(end_month),
        event=_EVENT,
        at=start_of(decided_on),
        on=booking.window(end_month).to_on,
        articles=["M-03.3", "M-03.4"],
        label=f"にねん割更新ポイントの判定({end_month}満了)",
        data={"term_end_month": str(end_month)},
    )


def ruling(state: MembershipState, end_month: Month, plan_in_force: Plan) -> Decision | None:
    """The rule on this membership's facts (M-03.1 to M-03.8); None where no term of a にねん割 ends in that month."""
    discount = ninen_wari.of_end_month(discounts(state), end_month)
    if discount is None:
        return None
    last = booking.window(end_month).to_on
    return renewal.renewal_bonus(
        end_month,
        ServiceClass.MANSION if _of_mansion(state, end_month) else ServiceClass.FAMILY,
        state.registered_on or last,
        ninen_wari_cancelled_on=discount.ended_on,
        in_use_through=state.in_use_through,
        plan=plan_in_force,
    )


def carry_out(state: MembershipState, item: AgendaItem, context: Context) -> list[Step]:
    """The window has passed: book the bonus or say why there is none, and open the next term's (M-03.4, A-04)."""
    in_force, day = plan_of(context), japan_day(item.at)
    month = Month.parse(str(item.data["term_end_month"]))
    ruled = ruling(state, month, in_force)
    if ruled is None:
        message = f"renewal {month} is on the agenda of a membership whose line has no such term"
        raise ValueError(message)
    became = {"due": "booked"}.get(ruled.outcome, ruled.outcome)
    points = int(ruled.data["points"])
    entitlement = state.renewals[str(month)].model_copy(
        update={"state": became, "reasons": ruled.data["reasons"], "decided_on": day, "points": points}
    )
    put: Put = {"renewals": {str(month): entitlement}}
    if ruled.outcome != "after_last_cohort":
        following = _following(state, month, day, context)
        put = {**following, "renewals": {str(month): entitlement, **following.get("renewals", {})}}
    order = ledger("grant", points=points, granted_on=day, term_end_month=str(month), articles=list(ruled.articles))
    decision = replace(ruled, outcome=became, effective_on=day, data={**ruled.data, "term_end_month": str(month)})
    change = patch(put=put, drop={"agenda": [item.item_id]})
    return [
        Step(
            "renewal",
            decision,
            change,
            received_at=item.at,
            state_from=day,
            outgoing=(order,) if became == "booked" else (),
        )
    ]


def _following(state: MembershipState, after: Month, day: date, context: Context) -> Put:
    """The renewals after one that are not known yet."""
    planned = Planned()
    for month, due in _expected(state, day, plan_of(context)).items():
        if month > after and str(month) not in state.renewals:
            _one(planned, state, due, str(month), context)
    return planned.put()


def lapsed(state: MembershipState, on: date) -> dict[str, Renewal]:
    """As `at_end` where nothing is told of にねん割 that begins later, as at the programme's end.

    All that is open comes to nothing, and so does what was found too late only after the end, which has come back.

    Args:
        state: the membership.
        on: the first day without it.
    """
    ended = {"state": "lapsed", "reasons": _ENDED, "decided_on": on}
    return {
        key: each.model_copy(update=ended)
        for key, each in state.renewals.items()
        if each.state == "open" or (_was_too_late(each) and each.decided_on is not None and each.decided_on >= on)
    }


def until(state: MembershipState, through: date) -> MembershipState:
    """The membership without what にねん割 is told to be from a later day on: that concerns no member of its day."""
    # An older log's two fields say what `told` has read of them: beside an empty list they would count again.
    facts = [each for each in told(state) if each.on <= through]
    return state.model_copy(
        update={"ninen_wari": facts, "ninen_wari_started_on": None, "ninen_wari_cancelled_on": None}
    )


def at_end(state: MembershipState, through: date, context: Context) -> tuple[dict[str, Renewal], list[str]]:
    """What the end of a membership makes of its renewals: (changed, those that never were).

    What is booked stays. What else there was to earn follows from the facts: the day of booking came while it was a
    member, or nobody is left to book for (M-06.3); what にねん割 is told to be from a later day on concerns no member.
    So they are the same whether NTT or the member told first, before the end or after it.

    Args:
        state: the membership, with all that is known of it.
        through: the last day on which its points may be used.
        context: of the decision.
    """
    known = until(state, through)
    expected = _expected(known, through, plan_of(context))
    changed = dict[str, Renewal]()
    for month, due in sorted(expected.items()):
        was = state.renewals.get(str(month))
        if was is not None and was.state == "booked":
            continue
        became, why, on = _came_to(known, due, was, through, context)
        if was is None or (was.state, was.reasons) != (became, why):
            entitlement = was or _entitlement(month)
            changed[str(month)] = entitlement.model_copy(update={"state": became, "reasons": why, "decided_on": on})
    never = [
        key
        for key, each in sorted(state.renewals.items())
        if each.state != "booked" and Month.parse(key) not in expected
    ]
    return changed, never


def _came_to(
    state: MembershipState, due: ninen_wari.Renewal, was: Renewal | None, through: date, context: Context
) -> tuple[str, list[str], date]:
    """What an end makes of one renewal that is not booked: its state, why, and since when."""
    in_force, today, month = plan_of(context), japan_day(context.moment), due.end_month
    if in_force.known_on(through) and month > in_force.last_term_end_month:
        return "after_last_cohort", ["AFTER_LAST_COHORT"], today
    if due.lost is not None:
        return "disqualified", [due.lost], today
    ruled = ruling(state, month, in_force)
    if renewal.decided_on(month) <= through and ruled is not None and ruled.outcome != "due":
        return "disqualified", list(ruled.data["reasons"]), today
    if was is not None and was.state == "lapsed" and was.decided_on is not None and was.decided_on <= through:
        # It was known too late to be booked, but to a member, who was told.
        return was.state, was.reasons, was.decided_on
    return "lapsed", _ENDED, first_day_after(through)
