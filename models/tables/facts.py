"""Facts a decision needs besides an entity's own state, looked up in the transaction that decides (or a dry run)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.messages.billing import AboutStatement
from models.messages.entity import Command
from models.tables import club_facts, exchange_facts
from models.tables.filing import Filing
from models.tables.people import Line, Note
from rules.calendar import japan_day
from store import rollouts as rollout
from store import statements as billing

Lookup = Callable[[Session, Mapping[str, Any], Command | None, datetime], dict[str, Any]]


def line_taken(session: Session, line_key: str | None, contract_id: str, on: date) -> bool:
    """Whether another contract holds the line on that business day or later (W-03.1, W-17.1)."""
    line = session.get(Line, line_key) if line_key else None
    if line is None:
        return False
    held = session.execute(
        text(
            "select 1 from line_hold where line_no = :line_no and contract_id <> :contract_id "
            "and held && daterange(:on, null, '[)')"
        ),
        {"line_no": line.line_no, "contract_id": contract_id, "on": on},
    )
    return held.first() is not None


def _line(session: Session, state: Mapping[str, Any], command: Command | None, moment: datetime) -> dict[str, Any]:
    line_key = getattr(command, "line_key", None)
    contract_id = str(state.get("contract_id") or getattr(command, "contract_id", ""))
    return {"line_taken": line_taken(session, line_key, contract_id, japan_day(moment))}


def _work_day(session: Session, state: Mapping[str, Any], command: Command | None, moment: datetime) -> dict[str, Any]:
    _ = (command, moment)
    filing = session.get(Filing, state["filing_id"]) if state.get("filing_id") else None
    return {"filing_work_on": filing.work_on if filing else None}


def _rollout(session: Session, state: Mapping[str, Any], command: Command | None, moment: datetime) -> dict[str, Any]:
    _ = (command, moment)
    rollout_id = str(state["rollout_id"])
    return {
        "rollout_counts": rollout.counts(session, rollout_id),
        "rollout_unnoticed": rollout.unnoticed(session, rollout_id),
        "rollout_to_wake": rollout.to_wake(session, rollout_id),
    }


def _statement(session: Session, state: Mapping[str, Any], command: Command | None, moment: datetime) -> dict[str, Any]:
    _ = moment
    if not isinstance(command, AboutStatement):
        return {}
    found = billing.statement_facts(session, command.statement_id)
    return {"statement": found, "owed_statements": billing.owed_statements(session, str(state["contract_id"]))}


def _inquiry(session: Session, state: Mapping[str, Any], command: Command | None, moment: datetime) -> dict[str, Any]:
    """What the filing tells, and the text of the inquiry, which may go to NTT (W-08.2, W-13.1d)."""
    _ = moment
    filing = session.get(Filing, state["filing_id"]) if state.get("filing_id") else None
    note = session.get(Note, command.note_id) if command is not None and command.note_id else None
    known = (
        {
            "filing_state": filing.state,
            "work_on": filing.work_on.isoformat() if filing.work_on else None,
            "opened_on": filing.opened_on.isoformat() if filing.opened_on else None,
        }
        if filing
        else None
    )
    return {"filing": known, "note": note.text if note else None}


LOOKUPS: Mapping[tuple[str, str], Lookup] = {
    ("contract", "inquire"): _inquiry,
    ("contract", "apply"): _line,
    ("contract", "import"): _line,
    ("contract", "filing_report"): _line,
    ("contract", "withdraw"): _work_day,
    ("contract", "withdraw_payment_agency"): _statement,
    ("contract", "charge_paid"): _statement,
    ("rollout", "effect_done"): _rollout,
    ("exchange", "send"): exchange_facts.send_facts,
    ("exchange", "effect_done"): exchange_facts.outcome_facts,
}
"""(kind, command) → what it needs to know."""


def look_up(
    session: Session, kind: str, state: Mapping[str, Any], name: str | None, command: Command | None, moment: datetime
) -> dict[str, Any]:
    """The facts of one command; none for a timer and for commands that need none."""
    if kind == "membership":
        return club_facts.look_up(session, state, command, moment)
    lookup = LOOKUPS.get((kind, name or ""))
    found = lookup(session, state, command, moment) if lookup else {}
    if kind == "contract" and "close" in state.get("agenda", {}):
        # Its record closes by itself, and may be about to: what is still owed keeps it open.
        found.setdefault("owed_statements", billing.owed_statements(session, str(state["contract_id"])))
    return found
