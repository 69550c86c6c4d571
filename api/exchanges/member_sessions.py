"""Members' sessions: opened by id, password and line (M-09.1, M-09.2); a bearer token stands for one afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from cryptography.fernet import Fernet
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from api.doors.problems import Problem, as_problem
from api.exchanges import passwords, throttle
from api.exchanges.line_check import line_of, mismatch
from api.services import Caller, Services
from decisions.exchange.form import check_open
from models.tables.clock import WHEN_WRITTEN
from models.tables.club.club import Member, MemberCredential
from models.tables.club.exchange import MemberSession
from models.tables.people import Line
from rules.calendar import japan_day
from store.club.plan import plan_in_force
from store.database import business_now
from store.facts.exchange import Standing, standing

SESSION_MIN = 30
"""Minutes of business time."""
GUESSES_AT_ONCE = 4
"""Logins of one member that are verified at the same time: a burst learns at most so many answers too many."""
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Login:
    """What the site sends for a member."""

    member_id: str
    password: str
    line_token: str


@dataclass(frozen=True)
class Opened:
    """A session and the token that opens it."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class LiveSession:
    """Who is behind a session token."""

    session_id: str
    member_id: str
    line_key: str
    expires_at: datetime


@dataclass(frozen=True)
class _Asked:
    """One request to open a session, as it is kept: nothing in it can be read without the doors' secret."""

    request_id: str
    mac: str
    seal: Fernet
    """Opens the token of the same request only."""

    @classmethod
    def of(cls, secret: str, who: Caller, idempotency_key: str, login: Login) -> _Asked:
        named = f"{who.name}\n{idempotency_key}"
        typed = f"{named}\n{login.member_id}\n{login.password}\n{login.line_token}"
        return cls(
            _keyed(secret, "request", named).hex(),
            _keyed(secret, "typed", typed).hex(),
            Fernet(urlsafe_b64encode(_keyed(secret, "seal", typed))),
        )


# --- opening -----------------------------------------------------------------------------------------------------


async def open_session(house: Services, who: Caller, idempotency_key: str, login: Login) -> Opened:
    """Open a session, or give the one this request opened before.

    The token is random and the database knows its hash. For a repeat it keeps the token too, sealed with the doors'
    secret and what was typed: a copy of the database opens nothing, and the site's key and header say nothing of it.

    Raises:
        Problem: 401 `WRONG_CREDENTIALS`, whichever of both is wrong; 403 `LINE_MISMATCH`; 409
            `IDEMPOTENCY_CONFLICT`; 422 after the end of the programme or of the membership; 503.
        ThrottledError: after five wrong ones.
    """
    asked = [_Asked.of(secret, who, idempotency_key, login) for secret in house.secrets]
    known = await house.read(lambda session: _repeated(session, asked))
    if known is not None:
        return known
    line_key = await _authenticated(house, login)
    return await house.read(lambda session: _keep(session, asked, login, line_key))


_GATES: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()


async def _authenticated(house: Services, login: Login) -> str:
    """The key of the member's line, once the browser is on it and the password is right."""
    named = hashlib.sha256(login.member_id.encode()).hexdigest()
    carrier_area, line_id = await house.read(lambda session: _line_of_member(session, login.member_id, named))
    source = await line_of(house, carrier_area, login.line_token)
    own = line_id is not None and source == line_id
    held = throttle.buckets(login.member_id, own=own, line_id=source)
    gate = _GATES.get(named)
    if gate is None:
        gate = _GATES[named] = asyncio.Semaphore(GUESSES_AT_ONCE)
    async with gate:
        stored = await house.read(lambda session: _hash_of(session, login.member_id, held))
        right, stale = await passwords.verify(stored, login.password)
        if not right:
            await house.read(lambda session: throttle.failed(session, business_now(session), held))
            detail = "Member id and password do not belong together."
            raise Problem(401, "WRONG_CREDENTIALS", detail, ("M-09.1", "M-09.10"))
    if not own:
        raise mismatch()
    renewed = await passwords.hash_password(login.password) if stale else None
    found = await house.read(lambda session: _welcome(session, login.member_id, stored, renewed))
    return found.line_key


def _line_of_member(session: Session, member_id: str, named: str) -> tuple[str, str | None]:
    """Area and number of the member's line; for nobody an area all the same, so that both take as long."""
    query = select(col(Line.operator), col(Line.line_id)).join(Member, col(Member.line_key) == col(Line.line_key))
    row = session.execute(query.where(col(Member.member_id) == member_id)).one_or_none()
    return (row.operator, row.line_id) if row is not None else (("EAST", "WEST")[int(named[0], 16) % 2], None)


def _hash_of(session: Session, member_id: str, held: tuple[throttle.Bucket, ...]) -> str | None:
    """The stored hash, None for a member there is not.

    Raises:
        ThrottledError: too many wrong ones lately.
    """
    throttle.check(session, business_now(session), held)
    credential = session.get(MemberCredential, member_id)
    return credential.password_hash if credential else None


def _welcome(session: Session, member_id: str, stored: str | None, renewed: str | None) -> Standing:
    """The member is who he says: earlier mistakes are forgotten, a cheap hash is replaced.

    Raises:
        Problem: 401 where the password has no membership yet, 422 where the site is closed to the member.
    """
    if session.get(Member, member_id) is None:
        raise Problem(401, "WRONG_CREDENTIALS", "There is no membership yet.", ("M-09.1", "M-09.10"))
    throttle.forget(session, member_id)
    if renewed is not None:
        # Not a change of the password, so sessions that are open stay open.
        session.execute(
            update(MemberCredential)
            .where(col(MemberCredential.member_id) == member_id, col(MemberCredential.password_hash) == stored)
            .values(password_hash=renewed)
        )
    return check_site(session, member_id, business_now(session))


def _keep(session: Session, asked: list[_Asked], login: Login, line_key: str) -> Opened:
    now, newest = business_now(session), asked[0]
    token = f"ms_{secrets.token_urlsafe(TOKEN_BYTES)}"
    made = insert(MemberSession).values(
        token_hash=token_hash(token),
        session_id=f"S{secrets.token_hex(12).upper()}",
        request_id=newest.request_id,
        request_mac=newest.mac,
        sealed_token=newest.seal.encrypt(token.encode()).decode(),
        member_id=login.member_id,
        line_key=line_key,
        line_token_hash=token_hash(login.line_token),
        opened_at=now,
        expires_at=now + timedelta(minutes=SESSION_MIN),
        created_at=WHEN_WRITTEN,
    )
    session.execute(made.on_conflict_do_nothing())
    kept = _repeated(session, asked)
    if kept is None:
        message = "a session was neither made nor found"
        raise RuntimeError(message)
    return kept


def _repeated(session: Session, asked: list[_Asked]) -> Opened | None:
    """The session that this request opened before.

    Raises:
        Problem: 409, the key was used for another request.
    """
    by_id = {each.request_id: each for each in asked}
    row = session.execute(select(MemberSession).where(col(MemberSession.request_id).in_(by_id))).scalar_one_or_none()
    if row is None:
        return None
    same = by_id[row.request_id]
    if row.sealed_token is not None and hmac.compare_digest(row.request_mac, same.mac):
        return Opened(same.seal.decrypt(row.sealed_token.encode()).decode(), row.expires_at)
    detail = "This Idempotency-Key was used for another request; take a new key for a new request."
    raise Problem(409, "IDEMPOTENCY_CONFLICT", detail)


def _keyed(secret: str, use: str, said: str) -> bytes:
    return hmac.new(secret.encode(), f"member session {use}\n{said}".encode(), hashlib.sha256).digest()


def token_hash(token: str) -> str:
    """What the database knows of a token; the token has 256 bits of its own, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# --- using -------------------------------------------------------------------------------------------------------


async def live_session(house: Services, token: str | None) -> LiveSession:
    """Who is behind a token.

    Raises:
        Problem: 401: no session, one that has expired, or one from before the password was changed.
    """
    if token is None:
        raise Problem(401, "UNAUTHENTICATED", "Send `Authorization: Bearer <session token>`.", ("M-09.10",))
    return await house.read(lambda session: _live(session, token))


def _live(session: Session, token: str) -> LiveSession:
    row = session.get(MemberSession, token_hash(token))
    if row is None:
        raise Problem(401, "UNAUTHENTICATED", "There is no such session; log in again.", ("M-09.10",))
    credential = session.get(MemberCredential, row.member_id)
    changed = credential is None or credential.changed_at > row.opened_at
    if changed or row.ended_at is not None or business_now(session) >= row.expires_at:
        raise Problem(401, "SESSION_EXPIRED", "The session is over; log in again.", ("M-09.10",))
    return LiveSession(row.session_id, row.member_id, row.line_key, row.expires_at)


def end_session(session: Session, token: str) -> datetime:
    """Log out: from now on the token opens nothing. Ended before, the first end stands.

    Returns:
        The business moment at which the session ended.

    Raises:
        Problem: 401, there never was such a session.
    """
    row = session.get(MemberSession, token_hash(token), with_for_update=True)
    if row is None:
        raise Problem(401, "UNAUTHENTICATED", "There is no such session.", ("M-09.10",))
    return end(session, row)


def end(session: Session, row: MemberSession) -> datetime:
    """End a session that is held for update; ended before, the first end stands."""
    if row.ended_at is None:
        row.ended_at = min(business_now(session), row.expires_at)
    return row.ended_at


def check_site(session: Session, member_id: str, at: datetime) -> Standing:
    """Whether the site is open to the member at a business moment, and where the member stands.

    Raises:
        Problem: 422 after the end of the programme (M-08.1) or of the membership (M-05).
    """
    found = standing(session, member_id, japan_day(at))
    with as_problem():
        check_open(at, loss=found.loss, has_line=found.has_line, plan=plan_in_force(session))
    return found
