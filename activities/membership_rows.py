"""Memberships: their read row, renewal entitlements, and the ledger entries a decision orders."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from activities.outgoing import Recipient, write_outgoing
from decisions.engine import Outcome
from decisions.membership.parts import LEDGER
from models.messages.membership import MembershipState
from models.tables.club_rows import carry_out_order, write_renewals, write_row
from models.tables.people import Line
from rules.calendar import japan_day


class MembershipRows:
    """The read side of memberships."""

    def __init__(self, webhook_url: str | None = None) -> None:
        """Bind where webhooks go, None for nowhere."""
        self._webhook_url = webhook_url

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """The row first, since the ledger reads how a membership ended from it; then its orders, then what goes out."""
        state = MembershipState.model_validate(outcome.state)
        line = session.get_one(Line, state.line_key)
        write_row(session, state, line, moment)
        lots: dict[str, str] = {}
        for _, order in outcome.outgoing:
            if order.channel == LEDGER:
                lots |= carry_out_order(session, state.member_id, order.name, order.data, japan_day(moment))
        write_renewals(session, state, lots)
        others = [(seq, message) for seq, message in outcome.outgoing if message.channel != LEDGER]
        if others:
            recipient = Recipient(
                person_id=state.person_id,
                line_id=line.line_id,
                operator=line.operator,
                webhook_url=self._webhook_url,
            )
            write_outgoing(session, entity_id, others, recipient, moment)
