"""Same key and body: the first answer again. Same key, other body: 409."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, and_, delete, exists, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from api.doors.problems import Problem
from api.services import Caller, Services
from api.wire import json_text
from models.tables.clock import BUSINESS_NOW, WHEN_WRITTEN
from models.tables.log import Transition
from models.tables.people import Note
from models.tables.service.doors import Idempotency

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


def key_of(request: Request) -> str:
    """The caller's `Idempotency-Key`.

    Raises:
        Problem: 400 without a usable one.
    """
    sent = request.headers.getlist("idempotency-key")
    if len(sent) > 1:
        # Which of them counts, a proxy and this service could see differently.
        raise Problem(400, "MALFORMED", "Send one `Idempotency-Key`; this request has several.")
    key = sent[0].strip() if sent else ""
    if not key or len(key) > KEY_MAX:
        detail = f"Send an `Idempotency-Key` of 1 to {KEY_MAX} characters; repeat it to repeat the same request."
        raise Problem(400, "IDEMPOTENCY_KEY_REQUIRED", detail, values={"most": KEY_MAX})
    return key


async def once(request: Request, house: Services, who: Caller, work: Work) -> JSONResponse:
    """Run a mutation once for its `Idempotency-Key` and keep its definitive answer.

    Raises:
        Problem: 400 without a usable key, 409 `IDEMPOTENCY_CONFLICT`, or what `work` raises.
    """
    key = key_of(request)
    hashed = hashlib.sha256(key.encode()).hexdigest()
    wanted = await _hashes(request, house.secrets)
    row = await house.single(lambda connection: _claim(connection, who.name, hashed, wanted[0]))
    if row.request_hash not in wanted:
        detail = "This Idempotency-Key was used for another request; take a new key for a new request."
        raise Problem(409, "IDEMPOTENCY_CONFLICT", detail)
    if row.status is not None:
        return _response(row.status, row.answer or {})
    stem = hashlib.sha256(f"{who.name}\n{hashed}".encode()).hexdigest()[:24].upper()
    seen = Mutation(op=_operation(who, hashed), at=row.at, stem=stem)
    kept = _Kept(who.name, hashed, row.request_hash, row.at, f"N{stem}")
    try:
        status, answer = await work(seen)
    except Problem as problem:
        if problem.status in {409, 422}:
            refusal, told = problem.status, problem.body()
            stored = await house.single(lambda connection: _keep(connection, kept, refusal, told))
            if stored != (refusal, told):
                # The same request, sent twice at once, was answered meanwhile: that answer counts.
                return _response(*stored)
        elif problem.status < 500:
            # Nothing has been done, so the key is free for a request that says it right.
            await house.read(lambda session: _release(session.connection(), kept))
        raise
    return _response(*await house.single(lambda connection: _keep(connection, kept, status, answer)))


def operation_of(request: Request, who: Caller) -> str:
    """The operation id under which a request of this caller is recorded, however often it comes.

    Raises:
        Problem: 400 without a usable key.
    """
    return _operation(who, hashlib.sha256(key_of(request).encode()).hexdigest())


def _operation(who: Caller, hashed: str) -> str:
    return f"{who.name}/{hashed[:32]}"


def _response(status: int, answer: dict[str, Any]) -> JSONResponse:
    media = "application/problem+json" if status >= 400 else "application/json"
    return JSONResponse(answer, status_code=status, media_type=media)


async def _hashes(request: Request, secrets: list[str]) -> list[str]:
    """Keyed, since a body may hold a password: a plain hash of it could be guessed from a copy of the database.

    One a secret: what was claimed before the newest secret came is still known as the same request.
    """
    body = await request.body()
    try:
        text = json.dumps(json_text.parse(body), sort_keys=True, ensure_ascii=False) if body else ""
    except ValueError:
        text = body.decode("utf-8", "replace")
    asked = f"{request.method}\n{request.url.path}\n{text}".encode()
    return [hmac.new(secret.encode(), asked, hashlib.sha256).hexdigest() for secret in secrets]


@dataclass(frozen=True)
class _Row:
    request_hash: str
    at: datetime
    status: int | None
    answer: dict[str, Any] | None


# A claim need not be on disk before what it is for begins: nothing that follows can be, without the claim before it,
# since the log of the database is flushed in order. Lost with a server that dies first, it is made again by the repeat,
# under the same operation id. So one of the two waits for the disk that a command has beside its decision falls away.
_CLAIM = text(f"""
with now as materialized (
  select {BUSINESS_NOW} as at, set_config('synchronous_commit', 'off', true) as unflushed
), made as (
  insert into idempotency (caller, key, request_hash, at, created_at)
  select :caller, :key, :wanted, now.at, clock_timestamp() from now
  on conflict do nothing
  returning request_hash, at, status, answer
)
select * from made
union all
select request_hash, at, status, answer from idempotency where caller = :caller and key = :key
""")
"""One statement: claims the key, or reads who did."""

_CLAIMS_MAX = 5


def _claim(connection: Connection, caller: str, key: str, wanted: str) -> _Row:
    for _ in range(_CLAIMS_MAX):
        row = connection.execute(_CLAIM, {"caller": caller, "key": key, "wanted": wanted}).first()
        if row is not None:
            return _Row(row.request_hash, row.at.astimezone(UTC), row.status, row.answer)
        # Another request claimed it between our snapshot and our insert: the next look sees it.
    message = "an idempotency key was neither claimed nor found"
    raise RuntimeError(message)


@dataclass(frozen=True)
class _Kept:
    """A claim, by which its answer is kept or the claim given back."""

    caller: str
    key: str
    wanted: str
    at: datetime
    note_id: str


def _keep(connection: Connection, claim: _Kept, status: int, answer: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Keep a definitive answer, unless there is one; gives the one that counts.

    What was done outweighs a refusal: of one request sent twice at once, one may be refused because of the other.
    """
    values = {
        "caller": claim.caller,
        "key": claim.key,
        "request_hash": claim.wanted,
        "at": claim.at,
        "created_at": WHEN_WRITTEN,
        "status": status,
        "answer": answer,
    }
    stands = col(Idempotency.status)
    better = stands.is_(None) if status >= 400 else or_(stands.is_(None), stands >= 400)
    # Inserted where another attempt has given the claim back meanwhile.
    made = insert(Idempotency).values(values)
    row = connection.execute(
        made.on_conflict_do_update(
            index_elements=["caller", "key"],
            set_={"status": status, "answer": answer},
            where=and_(better, col(Idempotency.request_hash) == claim.wanted),
        ).returning(col(Idempotency.status), col(Idempotency.answer))
    ).first()
    if row is None:
        query = select(col(Idempotency.status), col(Idempotency.answer), col(Idempotency.request_hash)).where(
            col(Idempotency.caller) == claim.caller, col(Idempotency.key) == claim.key
        )
        row = connection.execute(query).first()
        if row is None or row.request_hash != claim.wanted or row.status is None:
            return status, answer
    return int(row.status or status), row.answer or {}


def _release(connection: Connection, claim: _Kept) -> None:
    """Give the key back, and the note that nothing was recorded with."""
    gone = connection.execute(
        delete(Idempotency).where(
            col(Idempotency.caller) == claim.caller,
            col(Idempotency.key) == claim.key,
            col(Idempotency.request_hash) == claim.wanted,
            col(Idempotency.status).is_(None),
        )
    )
    if gone.rowcount:
        used = exists(select(col(Transition.seq)).where(col(Transition.note_id) == claim.note_id))
        connection.execute(delete(Note).where(col(Note.note_id) == claim.note_id, ~used))
