"""Filings as NTT keeps them: planned once, cancelled, corrected after a defect."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carrier.playing.scripts import JAPAN, Script, ScriptStep, due_at
from carrier.problems import CarrierError
from carrier.store import Store, dumps, stamp
from models.messages.carrier import CarrierArea, FilingCancellation, FilingCorrection, FilingRequest

_LINE_ID_TRIES_MAX = 100


@dataclass(frozen=True)
class Planned:
    """What became of one POST of a filing: `faults` are those of the script's first step, when it was planned now."""

    new: bool
    line_id: str
    faults: frozenset[str]


def script_of(store: Store, contract_id: str, default: Script) -> Script:
    """The script in effect for a contract: its own, else the default set here, else the one from the start."""
    row = store.row(
        "select steps from scripts where name in (?, 'default') order by name = 'default' limit 1", contract_id
    )
    return Script(steps=json.loads(row["steps"])) if row else default


def _line_id(sql: sqlite3.Connection, filing_id: str) -> str:
    """A free CAF number (F-29), the same for a filing in every home."""
    for attempt in range(_LINE_ID_TRIES_MAX):
        digest = hashlib.sha256(f"{filing_id}/{attempt}".encode()).digest()
        line_id = f"CAF{int.from_bytes(digest[:8]) % 10**10:010d}"
        if sql.execute("select 1 from filings where line_id = ?", (line_id,)).fetchone() is None:
            return line_id
    raise RuntimeError("no free CAF number was found")


def _add_step(sql: sqlite3.Connection, filing_id: str, sequence: int, due: datetime, step: ScriptStep) -> None:
    sql.execute(
        "insert into steps (step_id, filing_id, sequence, due_at, step) values (?, ?, ?, ?, ?)",
        (f"{filing_id}-{sequence}", filing_id, sequence, stamp(due), step.model_dump_json(exclude_defaults=True)),
    )


def refuse_once(store: Store, filing_id: str, fault: str) -> bool:
    """Whether this fault of a filing's POST strikes now: the first time only, also across restarts."""
    with store.transaction() as sql:
        done = sql.execute("insert or ignore into filing_faults values (?, ?)", (filing_id, fault))
        return done.rowcount == 1


def known(store: Store, filing_id: str) -> bool:
    """Whether this filing has been planned."""
    return store.row("select 1 from filings where filing_id = ?", filing_id) is not None


def plan(store: Store, carrier_area: CarrierArea, filing: FilingRequest, script: Script) -> Planned:
    """Accept a filing and plan its script; a repetition plans nothing.

    Raises:
        CarrierError: 409 `FILING_CONFLICT`, the filing id is known with another body or operator.
    """
    body = dumps(filing.model_dump(mode="json"))
    with store.transaction() as sql:
        row = sql.execute(
            "select operator, body, line_id from filings where filing_id = ?", (filing.filing_id,)
        ).fetchone()
        if row is not None:
            if (row["operator"], row["body"]) != (carrier_area, body):
                raise CarrierError(
                    409, "FILING_CONFLICT", f"filing {filing.filing_id} is known with another body or operator"
                )
            return Planned(new=False, line_id=row["line_id"], faults=frozenset())
        line_id = _line_id(sql, filing.filing_id)
        sql.execute(
            "insert into filings (filing_id, operator, body, filed_at, line_id) values (?, ?, ?, ?, ?)",
            (filing.filing_id, carrier_area, body, stamp(filing.filed_at), line_id),
        )
        for sequence, step in enumerate(script.steps, start=1):
            _add_step(sql, filing.filing_id, sequence, due_at(filing.filed_at, step.after_days), step)
    return Planned(new=True, line_id=line_id, faults=frozenset(script.faults_of_filing()))


def _filing(sql: sqlite3.Connection, carrier_area: CarrierArea, filing_id: str) -> sqlite3.Row:
    found: sqlite3.Row | None = sql.execute(
        "select * from filings where filing_id = ? and operator = ?", (filing_id, carrier_area)
    ).fetchone()
    if found is None:
        raise CarrierError(404, "FILING_UNKNOWN", f"{carrier_area} has no filing {filing_id}")
    return found


def _live_steps(sql: sqlite3.Connection, filing_id: str) -> list[sqlite3.Row]:
    return sql.execute(
        "select * from steps where filing_id = ? and dropped = 0 order by sequence", (filing_id,)
    ).fetchall()


def _status(row: sqlite3.Row) -> str:
    return str(json.loads(row["step"])["status"])


def _happened(row: sqlite3.Row, at: str) -> bool:
    """Whether the step lies in NTT's past at a moment, even if its callback has not got through yet."""
    return row["played_at"] is not None or row["due_at"] <= at


def cancel(store: Store, carrier_area: CarrierArea, filing_id: str, request: FilingCancellation) -> None:
    """Drop what is still ahead and plan one `cancelled` at the cancellation's moment; a repetition changes nothing.

    Raises:
        CarrierError: 404 `FILING_UNKNOWN`; 409 `FILING_CLOSED` once NTT has opened, cancelled or refused the line.
    """
    at = stamp(request.at)
    with store.transaction() as sql:
        filing = _filing(sql, carrier_area, filing_id)
        if filing["cancelled_at"] is not None:
            return
        steps = _live_steps(sql, filing_id)
        blocked = False
        ahead: list[int] = []
        for row in steps:
            if blocked or not _happened(row, at):
                ahead.append(row["sequence"])
            elif _status(row) in {"opened", "cancelled", "not_available"}:
                raise CarrierError(409, "FILING_CLOSED", f"filing {filing_id} is already {_status(row)}")
            blocked = blocked or (_status(row) == "defect" and row["corrected_at"] is None)
        for sequence in ahead:
            sql.execute(
                "update steps set dropped = 1 where filing_id = ? and sequence = ? and played_at is null",
                (filing_id, sequence),
            )
        # A dropped step may have been sent already without our learning it: its sequence is never used again.
        last = sql.execute("select max(sequence) from steps where filing_id = ?", (filing_id,)).fetchone()[0] or 0
        step = ScriptStep(after_days=0, status="cancelled", reason=request.reason)
        _add_step(sql, filing_id, last + 1, request.at.astimezone(JAPAN), step)
        if blocked:  # an open defect does not hold back the answer to a cancellation
            sql.execute(
                "update steps set corrected_at = ? where filing_id = ? and dropped = 0 and corrected_at is null"
                " and json_extract(step, '$.status') = 'defect'",
                (at, filing_id),
            )
        sql.execute(
            "update filings set cancelled_at = ?, cancellation = ? where filing_id = ?",
            (at, dumps(request.model_dump(mode="json")), filing_id),
        )


def correct(store: Store, carrier_area: CarrierArea, filing_id: str, request: FilingCorrection) -> None:
    """Take corrected fields after a defect; the script goes on, what fell due meanwhile plays at this moment.

    Raises:
        CarrierError: 404 `FILING_UNKNOWN`; 409 `NOT_IN_DEFECT`; 409 `CORRECTION_CONFLICT`, known with another body.
    """
    at, body = stamp(request.at), dumps(request.model_dump(mode="json"))
    with store.transaction() as sql:
        _filing(sql, carrier_area, filing_id)
        known_as = sql.execute(
            "select body from corrections where filing_id = ? and correction_id = ?", (filing_id, request.correction_id)
        ).fetchone()
        if known_as is not None:
            if known_as["body"] != body:
                raise CarrierError(409, "CORRECTION_CONFLICT", f"correction {request.correction_id} has another body")
            return
        defect = _open_defect(_live_steps(sql, filing_id))
        if defect is None or not _happened(defect, at):
            raise CarrierError(409, "NOT_IN_DEFECT", f"filing {filing_id} has no defect to correct")
        sql.execute("insert into corrections values (?, ?, ?)", (filing_id, request.correction_id, body))
        sql.execute("update steps set corrected_at = ? where step_id = ?", (at, defect["step_id"]))
        sql.execute(
            "update steps set due_at = max(due_at, ?)"
            " where filing_id = ? and sequence > ? and played_at is null and dropped = 0",
            (at, filing_id, defect["sequence"]),
        )


def _open_defect(rows: Iterable[sqlite3.Row]) -> sqlite3.Row | None:
    return next((row for row in rows if _status(row) == "defect" and row["corrected_at"] is None), None)


def as_json(store: Store, carrier_area: CarrierArea, filing_id: str) -> dict[str, Any]:
    """A filing as NTT knows it, with its steps.

    Raises:
        CarrierError: 404 `FILING_UNKNOWN`.
    """
    with store.transaction() as sql:
        filing = _filing(sql, carrier_area, filing_id)
        rows = sql.execute("select * from steps where filing_id = ? order by sequence", (filing_id,)).fetchall()
    return {
        "filing": json.loads(filing["body"]),
        "operator": carrier_area,
        "line_id": filing["line_id"],
        "cancelled_at": filing["cancelled_at"],
        "steps": [
            {
                "step_id": row["step_id"],
                "sequence": row["sequence"],
                "due_at": row["due_at"],
                "status": _status(row),
                "played": row["played_at"] is not None,
                "dropped": bool(row["dropped"]),
                "answer": row["answer"],
            }
            for row in rows
        ],
    }
