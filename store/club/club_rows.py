"""Rows of a membership from its folded state, and the orders its decisions give to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import Session, col

from models.messages.club.membership import MembershipState
from models.tables.club.club import RenewalEntitlement
from rules.calendar import japan_day
from store.club import ledger
from store.club.ledger_reopen import reopen


def row_values(state: MembershipState, line_no: int | None, moment: datetime) -> dict[str, Any]:
    """Columns of the row, without when it was created and the caller's own id for it.

    Raises:
        ValueError: the membership has no day of registration.
    """
    if state.registered_on is None or state.in_use_since is None:
        message = f"membership {state.member_id} has no day of registration"
        raise ValueError(message)
    service = state.service_on(japan_day(moment))
    item = state.next_item()
    until = max(state.ended_on, state.registered_on) if state.ended_on else None
    return {
        "member_id": state.member_id,
        "person_id": state.person_id,
        "line_key": state.line_key,
        "line_no": line_no,
        "state": state.state,
        "end_state": state.end_state,
        "registered_on": state.registered_on,
        "usable_through": state.usable_through,
        "ended_on": state.ended_on,
        "end_cause": state.end_cause,
        "held": Range(state.registered_on, until, bounds="[)"),
        "service_type": service.service_type if service else "",
        "service_class": service.service_class if service else "",
        "service_history": [step.model_dump(mode="json") for step in state.service],
        "in_use_since": state.in_use_since,
        "in_use_through": state.in_use_through,
        "ninen_wari_started_on": state.ninen_wari_started_on,
        "ninen_wari_cancelled_on": state.ninen_wari_cancelled_on,
        "mail_club": state.mail_club,
        "mail_ntt_east": state.mail_ntt_east,
        "storage_state": state.storage.state,
        "perk_off_on": state.storage.perk_off_on,
        "reverts_on": state.storage.reverts_on,
        "storage_plan_gb": Decimal(state.storage.plan_gb) if state.storage.plan_gb else None,
        "storage_support": {name: each.model_dump(mode="json") for name, each in state.storage.support.items()},
        "needs_operator": bool(state.tasks),
        "next_action_at": item.at if item else None,
    }


def write_renewals(session: Session, state: MembershipState, lots: Mapping[str, str]) -> None:
    """The rows of the entitlements; `lots` are those booked in this transaction, by term end month.

    What never was an entitlement, by what is known now, keeps a row that says so: none of them is ever deleted.
    """
    of_the_member = select(RenewalEntitlement).where(col(RenewalEntitlement.member_id) == state.member_id)
    rows = {row.term_end_month: row for row in session.execute(of_the_member).scalars()}
    for key, row in rows.items():
        if key not in state.renewals and row.lot_id is None:
            row.state, row.reasons = "disqualified", []
    for key, each in state.renewals.items():
        row = rows.get(key)
        if row is None:
            row = RenewalEntitlement(
                member_id=state.member_id,
                term_end_month=key,
                window_from=each.window_from,
                window_to=each.window_to,
                book_by=each.book_by,
                state="open",
            )
            session.add(row)
        row.lot_id = lots.get(key, row.lot_id)
        row.state, row.reasons, row.decided_on = each.state, each.reasons, each.decided_on
    session.flush()


def carry_out_order(session: Session, member_id: str, name: str, data: Mapping[str, Any], on: date) -> dict[str, str]:
    """One order to the ledger; answers the lot of a renewal by its term end month.

    Args:
        session: the deciding transaction; the member's row is written.
        member_id: whose.
        name: `grant` (a renewal bonus, or months of a late registration), `adjust`, `close` or `reopen`.
        data: what the decision says.
        on: the business day.

    Raises:
        ValueError: there is no such order.
    """
    if name == "grant":
        month, usage_month = data.get("term_end_month"), data.get("usage_month")
        made = ledger.grant(
            session,
            member_id,
            int(data["points"]),
            _day(data["granted_on"]),
            usage_month=usage_month,
            term_end_month=month,
            articles=data["articles"],
            known_on=on,
        )
        return {str(month): made.lot_id} if month is not None else {}
    if name == "adjust":
        values = {**data, "granted_on": _day(data["granted_on"]), "articles": tuple(data["articles"])}
        ledger.adjust(session, member_id, ledger.Adjustment(**values), on)
        return {}
    if name == "close":
        ledger.forfeit_all(session, member_id, _day(data["on"]))
        return {}
    if name == "reopen":
        reopen(session, member_id, _day(data["on"]), str(data["ref"]))
        return {}
    message = f"no order {name!r} to the points ledger"
    raise ValueError(message)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
