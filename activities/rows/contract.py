"""Contracts: their read row, line hold, charges and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg.types.json import Jsonb
from sqlmodel import Session

from activities.batch import Batch
from activities.outbox.outgoing import Recipient, write_outgoing
from activities.rows.billing import write_line_charges
from activities.rows.refunds import write_refunds
from decisions.contract.line.hold import hold
from decisions.engine import Outcome
from decisions.revision_summary import TAKES_OUT
from models.messages.contract.contract import ContractState
from models.messages.contract.rollout import NAME as ROLLOUT
from models.messages.contract.rollout import rollout_of
from models.tables.contract.contract import ChargeRow
from models.tables.people import Line
from store.contracts import ROW, row_values


class ContractRows:
    """The read side of contracts."""

    def write(self, session: Session, entity_id: str, outcome: Outcome, moment: datetime) -> None:
        """The row behind every list, the hold, the charges and what goes out."""
        before = ContractState.model_validate(outcome.before)
        state = ContractState.model_validate(outcome.state)
        batch = Batch.of(session)
        _write_row(batch, state, moment)
        if hold(before) != hold(state):
            _write_hold(batch, state)
        _write_charges(batch, before, state, moment)
        write_line_charges(session, state, outcome, moment)
        write_refunds(session, state, outcome)
        _write_rollouts(batch, state, outcome, moment)
        if outcome.outgoing:
            # Only NTT is told the line's number.
            numbered = any(message.channel == "carrier" for _, message in outcome.outgoing)
            line = session.get(Line, state.line_key) if state.line_key and numbered else None
            recipient = Recipient(
                person_id=state.person_id,
                line_id=line.line_id if line else None,
                carrier_area=state.line.carrier_area if state.line else None,
                contract_id=state.contract_id,
                defaults={"chapter": state.chapter},
            )
            write_outgoing(session, entity_id, outcome.outgoing, recipient, moment)


def _upsert(columns: Sequence[str]) -> str:
    """Not the whole row: when it was created and the importer's own id are written once."""
    return f"""
INSERT INTO contract ({", ".join(columns)}, created_at)
VALUES ({", ".join(f"%({name})s" for name in columns)}, %(created_at)s)
ON CONFLICT (contract_id) DO UPDATE
SET {", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name != "contract_id")}
"""


_UPSERT = _upsert(ROW)


def _write_row(batch: Batch, state: ContractState, moment: datetime) -> None:
    batch.execute(_UPSERT, {**row_values(state), "created_at": moment})


_HOLD = """
INSERT INTO line_hold (contract_id, line_no, held)
SELECT %(contract_id)s, line_no, daterange(%(start)s::date, %(until)s::date, '[)')
FROM line WHERE line_key = %(line_key)s
ON CONFLICT (contract_id) DO UPDATE SET line_no = EXCLUDED.line_no, held = EXCLUDED.held
"""


def _write_hold(batch: Batch, state: ContractState) -> None:
    held = hold(state)
    if held is None:
        batch.execute("DELETE FROM line_hold WHERE contract_id = %(id)s", {"id": state.contract_id})
        return
    line_key, start, until = held
    values = {"contract_id": state.contract_id, "line_key": line_key, "start": start, "until": until}
    batch.execute(_HOLD, values)


_CHARGE = {"charge_id", "code", "amount", "tax", "total", "state", "due_on", "articles"}
"""Columns that are fields of a charge."""


def _write_charges(batch: Batch, before: ContractState, state: ContractState, moment: datetime) -> None:
    """Rows follow the folded state; a charge the fold no longer has was voided and stays marked so."""
    for key, charge in state.charges.items():
        if before.charges.get(key) != charge:
            batch.upsert(
                ChargeRow, **charge.model_dump(include=_CHARGE), contract_id=state.contract_id, created_at=moment
            )
    gone = [key for key in before.charges if key not in state.charges]
    if gone:
        batch.execute("UPDATE charge SET voided = true WHERE charge_id = ANY(%(gone)s)", {"gone": gone})


_TARGET = """
INSERT INTO rollout_target (rollout_id, contract_id, from_course, state, outcome, detail, articles, done_at)
SELECT rollout_id, %(contract_id)s, %(from_course)s, %(state)s, %(outcome)s, %(detail)s, %(articles)s, %(at)s
FROM rollout WHERE rollout_id = %(rollout_id)s
ON CONFLICT (rollout_id, contract_id) DO UPDATE
SET state = EXCLUDED.state, outcome = EXCLUDED.outcome, detail = EXCLUDED.detail, articles = EXCLUDED.articles,
  done_at = EXCLUDED.done_at
"""


_CORRECTED = """
UPDATE rollout_target SET state = 'skipped', outcome = 'corrected', detail = %(detail)s, done_at = %(at)s
WHERE contract_id = %(contract_id)s AND rollout_id = ANY(%(rollouts)s)
"""


def _write_rollouts(batch: Batch, state: ContractState, outcome: Outcome, moment: datetime) -> None:
    """What became of the contract's part in a rollout, where its own page did not decide that."""
    # Beside another fact it came with that one, which was keyed in late; alone it is the page's own.
    beside = any(entry.fact is not None and entry.fact.name != ROLLOUT for entry in outcome.entries)
    for entry in outcome.entries:
        if entry.fact is None or entry.fact.name != ROLLOUT or not (beside or entry.because is not None):
            continue
        told = entry.decision
        values = {
            "rollout_id": told["rollout_id"],
            "contract_id": state.contract_id,
            "from_course": told["from_course"],
            "state": "skipped" if told["outcome"] == "skipped" else "done",
            "outcome": told["outcome"],
            "detail": told["detail"],
            "articles": Jsonb(told["articles"]),
            "at": moment,
        }
        batch.execute(_TARGET, values)
    taken_out = [op for entry in outcome.entries for op in entry.known.get(TAKES_OUT, ())]
    rollouts = [each for op in taken_out if (each := rollout_of(op)) is not None]
    if rollouts:
        detail = "A correction took this contract out of the change."
        values = {"contract_id": state.contract_id, "rollouts": rollouts, "detail": detail, "at": moment}
        batch.execute(_CORRECTED, values)
