"""The contract ends after its last day (W-10.7, W-12.3c); when its record closes, says `closing`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from decisions.common.closing import CLOSE, close_item
from decisions.contract.changed import patch
from decisions.contract.line import contents
from decisions.contract.money import benefit, watch
from decisions.contract.money.agency import agency_ended
from decisions.contract.money.charges import due_on, fee_of
from decisions.contract.money.fee import fee_data, fee_decision, planned_charge
from decisions.domain import Context, Outgoing, Step
from models.messages.contract.contract import ContractState
from models.messages.entity import AgendaItem, Charge
from rules.calendar import japan_day
from rules.citation import Decision


@dataclass(frozen=True)
class Settled:
    """What was planned for the end, decided again on the last day."""

    charges: dict[str, Charge]
    own: Decision | None
    """The ruling on the fee of article 12; None where no such fee can arise."""
    of_benefits: list[Decision]

    @property
    def rulings(self) -> list[Decision]:
        """All of them, the one on the fee of article 12 first."""
        return [*([self.own] if self.own else []), *self.of_benefits]


def settled_charges(state: ContractState, end_on: date) -> Settled:
    """What was planned for the end, decided again on the last day: each becomes due or waived (W-10.7, W-12.3c)."""
    charges: dict[str, Charge] = {}
    planned = [each for each in state.charges.values() if each.state == "planned" and each.code == "termination_fee"]
    money: Decision | None = None
    if planned or state.term_began_while_ending:
        money = fee_decision(state, end_on)
        # A course change between the notice and the end may have brought a term that the notice could not plan for.
        new = None if planned else planned_charge(state, money)
        for charge in planned or ([new] if new is not None else []):
            became = "due" if money.outcome in {"due", "reduced"} else "waived"
            values = {"state": became, "due_on": due_on(money), "articles": list(money.articles)}
            charges[charge.charge_id] = charge.model_copy(update={**values, **fee_of(money).as_json()})
    of_benefits, rulings = benefit.settled(state, end_on)
    return Settled({**charges, **of_benefits}, money, rulings)


def carry_out_end(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """The contract ends after its last day; a planned fee is decided again and becomes due (W-10.7, W-12.3c)."""
    _ = context
    end_on = item.on
    settled = settled_charges(state, end_on)
    agency, told, agency_articles = agency_ended(state, end_on)
    data = fee_data(settled.own, state) if settled.own is not None else {}
    detail = " ".join(
        [f"The contract was in force to the end of {end_on}.", *(each.detail for each in settled.rulings)]
    )
    articles = (*item.articles, *(row for each in settled.rulings for row in each.articles), *agency_articles)
    decision = Decision("ended", tuple(dict.fromkeys(articles)), end_on, None, detail, data)
    outgoing = (Outgoing("notice", "contract_ended", {"end_on": end_on.isoformat(), **data}), *told)
    outgoing = (*outgoing, *contents.told(state, "ended", end_on))
    change = patch(
        {"pending_course_change": None, "end_on": end_on, **agency},
        put={"agenda": {CLOSE: close_item(end_on)}, "charges": settled.charges},
        drop={"agenda": [key for key in state.agenda if key != CLOSE and not key.startswith(watch.WATCH_END)]},
    )
    state_from = japan_day(item.at)
    return [Step("end", decision, change, move="end", received_at=item.at, state_from=state_from, outgoing=outgoing)]
