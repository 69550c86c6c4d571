"""The end of payment on behalf with the end of with フレッツ (W-24.4, W-24.5, A-44)."""

from __future__ import annotations

from datetime import date
from typing import Any

from decisions.domain import Outgoing
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import PaymentAgency
from rules.charges import payment_agency


def agency_ended(state: ContractState, last_day: date) -> tuple[dict[str, Any], tuple[Outgoing, ...], tuple[str, ...]]:
    """What ends with the last day of with フレッツ, inclusive: NTT bills directly from the next day.

    Returns:
        Fields to set, messages and articles; all empty where payment on behalf is not on.
    """
    if state.payment_agency is None or state.payment_agency.state != "on":
        return {}, (), ()
    ruling = payment_agency.end_with_contract(last_day)
    since = ruling.effective_on or last_day
    told = {"from_on": since.isoformat(), "reason": "ended"}
    outgoing = (Outgoing("notice", "direct_billing", told), Outgoing("carrier", "DIRECT_BILLING", told))
    return {"payment_agency": PaymentAgency(state="off_ended", since=since)}, outgoing, ruling.articles
