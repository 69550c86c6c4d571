"""Fold and decide every life again and compare with what is stored; and see that every open entity runs."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col
from temporalio.service import RPCError

from decisions import revise
from decisions.domain import AnyDomain
from decisions.fold import fold
from decisions.recording.again import base_op
from decisions.registry import DOMAINS
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import Entry
from models.said import Said, said, tell
from models.tables.log import Entity, PastState
from rules.calendar import japan_day
from service.connect import connect
from service.exits import Exit, TemporalAwayError
from service.healing.executions import Executions
from settings import Settings
from store import chain
from store.database import business_now, engine
from store.facts.looked_up import standing
from store.log import entries

log = logging.getLogger(__name__)

PAGE = 500


def differences(database: Engine) -> list[Said]:
    """Entities whose state is not the fold of their log, or would be decided otherwise, or whose log was rewritten."""
    found: list[Said] = []
    after = ""
    # Of one moment: what is recorded between a state and its log being read is no difference.
    snapshot = database.execution_options(isolation_level="REPEATABLE READ")
    while True:
        with Session(snapshot) as session:
            query = select(Entity).where(col(Entity.entity_id) > after).order_by(col(Entity.entity_id)).limit(PAGE)
            rows = list(session.execute(query).scalars())
            for row in rows:
                domain = DOMAINS[row.kind]
                recorded = entries(session, row.entity_id)
                folded = _read(domain, fold(domain.state().model_dump(mode="json"), recorded))
                stored = _read(domain, row.state)
                wrong = sorted(key for key in {*folded, *stored} if folded.get(key) != stored.get(key))
                if wrong:
                    found.append(said("state_differs", id=row.entity_id, fields=", ".join(wrong)))
                found += [
                    said("point_differs", id=row.entity_id, seq=seq, what=what)
                    for seq, what in _wrong_points(session, row, recorded)
                ]
                asked = standing(session, row.kind, row.state)
                again = revise.differences(domain, recorded, asked)
                found += [said("decided_again", id=row.entity_id, what=each) for each in again]
                found += _left_behind(session, row, recorded, asked)
        if not rows:
            return [*found, *chain.broken(database)]
        after = rows[-1].entity_id


def _left_behind(session: Session, row: Entity, recorded: Sequence[Entry], asked: Any) -> list[Said]:
    """Mergers whose day has come and that a running contract has had no part in: it is on a course that is none.

    Earlier releases passed over a contract that was over before the day, also where that end was corrected later; this
    one moves such a contract with whatever revises its life from before the day, and nothing moves it by itself.
    """
    shared = DOMAINS[row.kind].shared
    if shared is None or row.closed:
        return []
    state = DOMAINS[row.kind].state.model_validate(row.state)
    taken, today = {base_op(entry.op) for entry in recorded}, japan_day(business_now(session))
    return [
        said("left_behind", id=row.entity_id, course=row.state["course"], rollout=step.rollout_id)
        for step in shared.carried_out(asked)
        if isinstance(step, RolloutStep)
        and step.kind == "course_merge"
        and step.effective_on <= today
        and base_op(str(step.op)) not in taken
        and shared.reaches(state, step)
    ]


def _wrong_points(session: Session, row: Entity, recorded: Sequence[Entry]) -> list[tuple[int, Said]]:
    """Points kept of a long life that are not the fold of its entries, or that something stands before."""
    domain, wrong = DOMAINS[row.kind], list[tuple[int, Said]]()
    for point in session.execute(select(PastState).where(col(PastState.entity_id) == row.entity_id)).scalars():
        inside = [entry for entry in recorded if entry.seq <= point.seq]
        since = [entry for entry in recorded if entry.seq > point.seq]
        if _read(domain, fold(domain.state().model_dump(mode="json"), inside)) != _read(domain, point.state):
            wrong.append((point.seq, said("point_no_fold")))
        if any(
            (entry.place or "") <= point.place or min(entry.voids, default=entry.seq) <= point.seq for entry in since
        ):
            wrong.append((point.seq, said("point_overtaken")))
    return wrong


def _read(domain: AnyDomain, state: dict[str, Any]) -> dict[str, Any]:
    """The state as it is read: documents of earlier releases mean the same in their own shape."""
    read: dict[str, Any] = domain.state.model_validate(state).model_dump(mode="json")
    return read


async def missing(settings: Settings) -> list[str]:
    """Open entities, and filings that a contract waits for, that no execution stands behind.

    Raises:
        RPCError, SQLAlchemyError: Temporal or the database is away.
    """
    client = await connect(settings)
    executions = Executions(engine(settings.require_database_url(), pool_size=2), client)
    running = await executions.running()
    suspects = [each for each in await executions.open_ids() if each not in running]
    return [each for each in [*suspects, *await executions.unfiled()] if not await executions.is_running(each)]


def main(settings: Settings, *, anchor: bool = False, as_json: bool = False) -> int:
    """Print what differs and what is missing, with `anchor` the daily anchors too; 0 when all is as it should be.

    1 where something differs or is missing; 6 where it could only not be seen whether everything runs.

    Kept outside our reach (a notary's register, another company's store), the last anchor proves the whole log.
    """
    database = engine(settings.require_database_url())
    found = differences(database)
    gone: list[str] | None = None
    try:
        gone = asyncio.run(missing(settings))
    except (RPCError, TemporalAwayError) as error:
        log.debug("no look at Temporal", exc_info=error)
    anchors = _anchors(database) if anchor else []
    if as_json:
        told: dict[str, Any] = {"differences": found, "missing": gone}
        if anchor:
            told["anchors"] = [{"anchor": each, "holds": holds} for each, holds in anchors]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        _tell(settings, found, gone, anchors)
    if found or gone or not all(holds for _, holds in anchors):
        return Exit.SETUP
    return Exit.DONE if gone is not None else Exit.AWAY


def _anchors(database: Engine) -> list[tuple[str, bool]]:
    """Today's anchor is written first; then all of them, and whether the log still gives each."""
    chain.anchor(database)
    return [(str(each), holds) for each, holds in chain.anchors(database)]


def _tell(
    settings: Settings, found: Sequence[Said], gone: Sequence[str] | None, anchors: Sequence[tuple[str, bool]]
) -> None:
    for line in found:
        _print("differs", what=line)
    if not found:
        _print("folds_hold")
    if gone is None:
        _print("temporal_away", address=settings.temporal_address)
    for entity_id in gone or ():
        _print("missing", id=entity_id)
    if gone == []:
        _print("all_run")
    for anchor, holds in anchors:
        _print("anchor" if holds else "anchor_differs", said=anchor)


def _print(sentence: str, **values: object) -> None:
    sys.stdout.write(tell(sentence, **values) + "\n")
