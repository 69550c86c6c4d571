"""The ledger of what is owed to NTT for line charges paid on behalf: it follows the charges kept (W-24.1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from models.messages.contract.contract import ContractState

# A charge counts while it passes through and is not voided; the ledger is brought up to that by one further row.
_FOLLOW = text("""
INSERT INTO ntt_payable
  (line_charge_id, turn, operator, contract_id, month, code, amount, reverses, articles, at, recorded_at)
SELECT c.line_charge_id, l.turns + 1, coalesce(last.operator, CAST(:operator AS text)), c.contract_id, c.month, c.code,
  CASE WHEN c.voided THEN 0 ELSE c.amount END - l.owed, CASE WHEN c.voided THEN last.entry_id END,
  '["W-24.1"]', :at, clock_timestamp()
FROM line_charge c
CROSS JOIN LATERAL (
  SELECT coalesce(sum(p.amount), 0) AS owed, coalesce(max(p.turn), 0) AS turns
  FROM ntt_payable p WHERE p.line_charge_id = c.line_charge_id
) l
LEFT JOIN ntt_payable last ON last.line_charge_id = c.line_charge_id AND last.turn = l.turns
WHERE c.contract_id = :contract_id AND NOT c.direct AND l.owed <> CASE WHEN c.voided THEN 0 ELSE c.amount END
ORDER BY c.month, c.line_charge_id
""")


def follow(session: Session, state: ContractState, at: datetime) -> None:
    """Append what the ledger lacks for a contract's charges; once it says what they say, nothing.

    Args:
        session: the transaction that has written the charges.
        state: the contract; one without payment on behalf, or without a line, has none.
        at: the business moment of the decision.
    """
    if state.payment_agency is None or state.line is None:
        return
    session.execute(_FOLLOW, {"contract_id": state.contract_id, "operator": state.line.carrier_area, "at": at})
