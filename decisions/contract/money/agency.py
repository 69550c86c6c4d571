"""The end of payment on behalf with the end of with フレッツ (W-24.4, W-24.5, A-44)."""

from __future__ import annotations

from datetime import date

from decisions.contract.changed import Values
from decisions.domain import Outgoing
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import PaymentAgency
from rules.charges import payment_agency


def agency_ended(state: ContractState, last_day: date) -> tuple[Values, tuple[Outgoing, ...], tuple[str, ...]]:
    """What ends with the last day of with フレッツ, inclusive: NTT bills directly from the next day.

    A withdrawal for non-payment that was to begin later has lost its object: NTT and the contractor, who were told of
    that day, are told of this one.

    Returns:
        Fields to set, messages and articles; all empty where payment on behalf is off by then.
    """
    agency = state.payment_agency
    if agency is None or agency.state == "off_ended":
        return {}, (), ()
    withdrawn_from = agency.since if agency.state == "off_unpaid" else None
    ruling = payment_agency.end_with_contract(last_day, off_unpaid_from=withdrawn_from)
    if ruling.outcome != "ended":
        return {}, (), ()
    since = ruling.effective_on or last_day
    values: Values = {"payment_agency": PaymentAgency(state="off_ended", since=since)}
    told = {"from_on": since.isoformat(), "reason": "ended"}
    to_ntt = Outgoing("carrier", "DIRECT_BILLING", told)
    if withdrawn_from is None:
        return values, (Outgoing("notice", "direct_billing", told), to_ntt), ruling.articles
    # The entry rests on the withdrawal too: without it, it is decided, and told, otherwise.
    articles = (*ruling.articles, "W-24.3")
    if withdrawn_from == since:
        # The day they were told of stands; only why it is so has changed.
        return values, (), articles
    letter = Outgoing("notice", "direct_billing", {**told, "instead_of": withdrawn_from.isoformat()})
    no_more = {"from_on": withdrawn_from.isoformat(), "reason": "unpaid"}
    return values, (letter, Outgoing("carrier", "DIRECT_BILLING_WITHDRAWN", no_more), to_ntt), articles
