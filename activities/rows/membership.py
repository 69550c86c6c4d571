"""Memberships: their read row, renewal entitlements, and the ledger entries a decision orders."""

from __future__ import annotations

import functools
from datetime import datetime

from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange
from sqlmodel import Session

from activities.batch import Batch
from activities.outbox.outgoing import Recipient, write_outgoing
from decisions.engine import Outcome
from decisions.membership.parts import LEDGER
from models.messages.club.membership import MembershipState
from models.tables.people import Line
from rules.calendar import japan_day
from store.club.club_rows import carry_out_order, row_values, write_renewals


class MembershipRows:
    """The read side of memberships."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """The row first, since the ledger reads how a membership ended from it; then its orders, then what goes out."""
        before = MembershipState.model_validate(outcome.before)
        state = MembershipState.model_validate(outcome.state)
        batch = Batch.of(session)
        _write_row(batch, state, moment)
        orders = [order for _, order in outcome.outgoing if order.channel == LEDGER]
        if orders or state.renewals != before.renewals:
            batch.flush()
            lots: dict[str, str] = {}
            for order in orders:
                lots |= carry_out_order(session, state.member_id, order.name, order.data, japan_day(moment))
            write_renewals(session, state, lots)
        others = [(seq, message) for seq, message in outcome.outgoing if message.channel != LEDGER]
        if others:
            line = session.get_one(Line, state.line_key)
            recipient = Recipient(
                person_id=state.person_id,
                line_id=line.line_id,
                carrier_area=line.operator,
            )
            write_outgoing(session, entity_id, others, recipient, moment)


def _write_row(batch: Batch, state: MembershipState, moment: datetime) -> None:
    """Not the whole row: when it was created and the importer's own id are written once."""
    values = row_values(state, None, moment)
    del values["line_no"]
    held = values["held"]
    values |= {
        "held": DateRange(held.lower, held.upper, held.bounds),
        "service_history": Jsonb(values["service_history"]),
        "storage_support": Jsonb(values["storage_support"]),
    }
    batch.execute(_upsert(tuple(values)), {**values, "of_line": state.line_key, "created_at": moment})


@functools.cache
def _upsert(names: tuple[str, ...]) -> str:
    taken = ", ".join(f"%({name})s" for name in names)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*names, "line_no") if name != "member_id")
    return f"""
    INSERT INTO member ({", ".join(names)}, line_no, workflow_started, created_at)
    VALUES ({taken}, (SELECT line_no FROM line WHERE line_key = %(of_line)s), true, %(created_at)s)
    ON CONFLICT (member_id) DO UPDATE SET {changes}
    """
