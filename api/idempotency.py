"""Same key and body: the first answer again. Same key, other body: 409."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from api.problems import Problem
from api.services import Caller, Services
from models.tables.database import business_now
from models.tables.doors import Idempotency

KEY_MAX = 255


@dataclass(frozen=True)
class Mutation:
    """One mutation as its door saw it first."""

    op: str
    """The operation id: the same for every repeat."""
    at: datetime
    """The business moment of the first receipt."""
    stem: str
    """Letters and digits that ids derived from this request begin with."""


Work = Callable[[Mutation], Awaitable[tuple[int, dict[str, Any]]]]


async def once(request: Request, house: Services, who: Caller, work: Work) -> JSONResponse:
    """Run a mutation once for its `Idempotency-Key` and keep its definitive answer.

    Raises:
        Problem: 400 without a usable key, 409 `IDEMPOTENCY_CONFLICT`, or what `work` raises.
    """
    key = request.headers.get("idempotency-key", "").strip()
    if not key or len(key) > KEY_MAX:
        detail = f"Send an `Idempotency-Key` of 1 to {KEY_MAX} characters; repeat it to repeat the same request."
        raise Problem(400, "IDEMPOTENCY_KEY_REQUIRED", detail)
    hashed = hashlib.sha256(key.encode()).hexdigest()
    wanted = await _hash(request)
    row = await house.read(lambda session: _claim(session, who.name, hashed, wanted))
    if row.request_hash != wanted:
        detail = "This Idempotency-Key was used for another request; take a new key for a new request."
        raise Problem(409, "IDEMPOTENCY_CONFLICT", detail)
    if row.status is not None:
        return _response(row.status, row.answer or {})
    stem = hashlib.sha256(f"{who.name}\n{hashed}".encode()).hexdigest()[:24].upper()
    seen = Mutation(op=f"{who.name}/{hashed[:32]}", at=row.at, stem=stem)
    try:
        status, answer = await work(seen)
    except Problem as problem:
        if problem.status in {409, 422}:
            await house.read(lambda session: _keep(session, who.name, hashed, problem.status, problem.body()))
        raise
    await house.read(lambda session: _keep(session, who.name, hashed, status, answer))
    return _response(status, answer)


def _response(status: int, answer: dict[str, Any]) -> JSONResponse:
    media = "application/problem+json" if status >= 400 else "application/json"
    return JSONResponse(answer, status_code=status, media_type=media)


async def _hash(request: Request) -> str:
    body = await request.body()
    try:
        text = json.dumps(json.loads(body), sort_keys=True, ensure_ascii=False) if body else ""
    except ValueError:
        text = body.decode("utf-8", "replace")
    return hashlib.sha256(f"{request.method}\n{request.url.path}\n{text}".encode()).hexdigest()


def _claim(session: Session, caller: str, key: str, wanted: str) -> Idempotency:
    now = business_now(session)
    session.execute(
        insert(Idempotency)
        .values(caller=caller, key=key, request_hash=wanted, at=now, created_at=datetime.now(UTC))
        .on_conflict_do_nothing()
    )
    row = session.get_one(Idempotency, (caller, key))
    session.expunge(row)
    return row


def _keep(session: Session, caller: str, key: str, status: int, answer: dict[str, Any]) -> None:
    row = session.get_one(Idempotency, (caller, key))
    if row.status is None:
        row.status, row.answer = status, answer
