"""What members and operators ask beside joining and leaving: consents, credentials, points made good."""

from __future__ import annotations

import hashlib

from decisions.common.checks import not_in_future
from decisions.domain import Context, Step, known
from decisions.membership.changed import patch
from decisions.membership.facts import GrantedKnown
from decisions.membership.parts import ledger, plan_of
from decisions.membership.points import renewal
from models.messages.club.membership import AdjustPoints, MembershipState, SetMailConsents
from models.messages.entity import Command
from rules import terms
from rules.calendar import Month, japan_day
from rules.citation import Decision
from rules.club import grants, points, points_table
from rules.club.program import Plan
from rules.refusal import Refusal


def set_mail_consents(state: MembershipState, command: SetMailConsents, context: Context) -> list[Step]:
    """Two magazines, a consent each: the second never follows from the first (M-08.2, M-08.3, A-19)."""
    _ = state
    day = japan_day(context.moment)
    data = {"club": command.club, "ntt_east": command.ntt_east}
    decision = Decision("consents_set", ("M-08.2", "M-08.3"), day, plan_of(context).edition(day), "Kept.", data)
    change = patch({"mail_club": command.club, "mail_ntt_east": command.ntt_east})
    return [Step("set_mail_consents", decision, change)]


def change_credentials(state: MembershipState, command: Command, context: Context) -> list[Step]:
    """The reception centre set another password (M-09.11); the door keeps it, nothing of it comes here."""
    _ = (state, command)
    day = japan_day(context.moment)
    detail = "The password was changed at the reception centre."
    decision = Decision("credentials_changed", ("M-09.11", "M-06.4"), day, plan_of(context).edition(day), detail)
    return [Step("change_credentials", decision)]


def adjust_points(state: MembershipState, command: AdjustPoints, context: Context) -> list[Step]:
    """A missed grant is made good with its original grant day (M-02.5, A-09).

    Raises:
        Refusal: `NO_ENTITLEMENT`, `GRANT_DAY_OUTSIDE_BOOKING`, `GRANTS_ENDED`, `ALREADY_EXPIRED`, `IN_THE_FUTURE`.
    """
    plan, today = plan_of(context), japan_day(context.moment)
    usage = Month.parse(command.usage_month) if command.usage_month else None
    end_month = Month.parse(command.term_end_month) if command.term_end_month else None
    grants.check_adjustment(command.points, command.granted_on, usage_month=usage, term_end_month=end_month, plan=plan)
    not_in_future("granted_on", command.granted_on, context.keyed_at)
    most = _most(state, usage, end_month, plan)
    granted = known(context, GrantedKnown).granted
    if granted + command.points > most:
        detail = f"The entitlement is at most {most} points, and {granted} of them were granted."
        raise Refusal("NO_ENTITLEMENT", detail, ("M-02.5",), values={"most": most, "granted": granted})
    expiry = points.expiry(command.granted_on, today, plan)
    if expiry.expires_on < today:
        detail = f"Points granted on {command.granted_on} were usable through {expiry.expires_on}."
        raise Refusal(
            "ALREADY_EXPIRED", detail, expiry.articles, values={"on": command.granted_on, "last": expiry.expires_on}
        )
    ref = hashlib.sha256(str(command.op).encode()).hexdigest()[:16]
    articles = ["M-02.5", "M-02.1" if usage else "M-03.1"]
    order = ledger(
        "adjust",
        points=command.points,
        granted_on=command.granted_on,
        usage_month=str(usage) if usage else None,
        term_end_month=str(end_month) if end_month else None,
        ref=ref,
        articles=articles,
        reason=command.reason_code or "other",
        note_id=command.note_id,
    )
    data = {
        "points": command.points,
        "granted_on": command.granted_on.isoformat(),
        "expires_on": expiry.expires_on.isoformat(),
        "original_expires_on": expiry.original_expires_on.isoformat(),
    }
    detail = f"{command.points} points with the grant day {command.granted_on}."
    decision = Decision("adjusted", tuple(articles), today, plan.edition(today), detail, data)
    return [Step("adjust_points", decision, patch(), outgoing=(order,))]


def _most(state: MembershipState, usage: Month | None, end_month: Month | None, plan: Plan) -> int:
    """Points the entitlement can be at most; refuses one that this membership never had."""
    if end_month is not None:
        ruled = renewal.ruling(state, end_month, plan)
        if ruled is None:
            detail = f"No term of a にねん割 of this line ends in {end_month}."
            raise Refusal("NO_ENTITLEMENT", detail, ("M-03.1", "M-02.5"), values={"month": str(end_month)})
        if ruled.outcome != "due":
            raise Refusal("NO_ENTITLEMENT", ruled.detail, (*ruled.articles, "M-02.5"))
        return int(ruled.data["points"])
    if usage is None:
        raise Refusal("NO_ENTITLEMENT", "Name one usage month or one term end month.", ("M-02.5",))
    service = state.service_on(usage.last_day)
    earned = grants.monthly_points(
        usage,
        points_table.canonical(service.service_type) if service else "",
        in_use_through=state.in_use_through,
        in_use_since=state.in_use_since,
        registered_on=state.registered_on,
        plan=plan,
    )
    if earned.outcome == "none":
        raise Refusal("NO_ENTITLEMENT", earned.detail, (*earned.articles, "M-02.5"))
    return terms.constant("club.monthly_points_range", dict[str, int])["max"]
