"""Members' sessions: opened by id, password and line (M-09.1, M-09.2); a bearer token stands for one afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from api.doors.problems import Problem
from api.exchanges import passwords
from api.exchanges.line_check import line_of, mismatch
from api.services import Services
from decisions.exchange.form import check_open
from models.tables.club import Member, MemberCredential
from models.tables.exchange import LoginFailure, MemberSession
from rules.calendar import japan_day
from rules.refusal import Refusal
from store.database import business_now
from store.facts.exchange import Standing, standing
from store.plan import plan_in_force, utc_now

SESSION_MIN = 30
"""Minutes of business time."""
FAILURES_MAX = 5
"""So many wrong logins under one member id within `FAILURES_MIN`, and the next ones are not even looked at."""
FAILURES_MIN = 15
"""Minutes of business time."""
GUESSES_AT_ONCE = 4
"""Logins of one member that are verified at the same time: a burst learns at most so many answers too many."""


OLD_MAX = 100
"""Failures that count no longer, dropped with each new one."""


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
    line_token: str
    expires_at: datetime


class ThrottledError(Exception):
    """Too many wrong logins under this member id."""

    def __init__(self, retry_after_s: int) -> None:
        """Say when it may be tried again."""
        super().__init__(f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


# --- opening -----------------------------------------------------------------------------------------------------


async def open_session(house: Services, site_key: str, idempotency_key: str, login: Login) -> Opened:
    """Open a session, or give the one this request opened before.

    The token is made of the site's own key and the request's, so a repeat gets the same one and nothing has to keep
    it: the database knows its hash only.

    Raises:
        Problem: 401 `WRONG_CREDENTIALS`, whichever of both is wrong; 403 `LINE_MISMATCH`; 409
            `IDEMPOTENCY_CONFLICT`; 422 after the end of the programme or of the membership; 503.
        ThrottledError: after five wrong ones.
    """
    token = _token(site_key, idempotency_key)
    mac = _mac(token, login)
    known = await house.read(lambda session: _repeated(session, token, mac))
    if known is not None:
        return Opened(token, known)
    line_key, operator, line_id = await _authenticated(house, login)
    if await line_of(house, operator, login.line_token) != line_id:
        raise mismatch()
    expires_at = await house.read(lambda session: _keep(session, token, mac, login, line_key))
    return Opened(token, expires_at)


_GATES: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()


async def _authenticated(house: Services, login: Login) -> tuple[str, str, str]:
    """Line key, operator and line number of the member, once the password is right."""
    named = hashlib.sha256(login.member_id.encode()).hexdigest()
    gate = _GATES.get(named)
    if gate is None:
        gate = _GATES[named] = asyncio.Semaphore(GUESSES_AT_ONCE)
    async with gate:
        stored = await house.read(lambda session: _hash_of(session, login.member_id, named))
        right, stale = await passwords.verify(stored, login.password)
        if not right:
            await house.read(lambda session: _failed(session, named))
            detail = "Member id and password do not belong together."
            raise Problem(401, "WRONG_CREDENTIALS", detail, ("M-09.1", "M-09.10"))
    renewed = await passwords.hash_password(login.password) if stale else None
    found = await house.read(lambda session: _welcome(session, login.member_id, named, stored, renewed))
    return found.line_key, found.operator, found.line_id


def _hash_of(session: Session, member_id: str, named: str) -> str | None:
    """The stored hash, None for a member there is not.

    Raises:
        ThrottledError: too many wrong ones lately.
    """
    now = business_now(session)
    since = now - timedelta(minutes=FAILURES_MIN)
    recent = (
        select(col(LoginFailure.at))
        .where(col(LoginFailure.named) == named, col(LoginFailure.at) > since)
        .order_by(col(LoginFailure.at).desc())
        .limit(FAILURES_MAX)
    )
    failures = list(session.execute(recent).scalars())
    if len(failures) >= FAILURES_MAX:
        wait = failures[-1] + timedelta(minutes=FAILURES_MIN) - now
        raise ThrottledError(max(1, int(wait.total_seconds()) + 1))
    credential = session.get(MemberCredential, member_id)
    return credential.password_hash if credential else None


def _failed(session: Session, named: str) -> None:
    """Keep the failure, and drop some that count no longer: made-up ids must not fill the table."""
    now = business_now(session)
    session.add(LoginFailure(named=named, at=now))
    old = (
        select(col(LoginFailure.id))
        .where(col(LoginFailure.at) <= now - timedelta(minutes=FAILURES_MIN))
        .order_by(col(LoginFailure.at))
        .limit(OLD_MAX)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(LoginFailure).where(col(LoginFailure.id).in_(old)))


def _welcome(session: Session, member_id: str, named: str, stored: str | None, renewed: str | None) -> Standing:
    """The member is who he says: earlier mistakes are forgotten, a cheap hash is replaced.

    Raises:
        Problem: 401 where the password has no membership yet, 422 where the site is closed to the member.
    """
    if session.get(Member, member_id) is None:
        raise Problem(401, "WRONG_CREDENTIALS", "There is no membership yet.", ("M-09.1", "M-09.10"))
    session.execute(delete(LoginFailure).where(col(LoginFailure.named) == named))
    if renewed is not None:
        # Not a change of the password, so sessions that are open stay open.
        session.execute(
            update(MemberCredential)
            .where(col(MemberCredential.member_id) == member_id, col(MemberCredential.password_hash) == stored)
            .values(password_hash=renewed)
        )
    return check_site(session, member_id, business_now(session))


def _keep(session: Session, token: str, mac: str, login: Login, line_key: str) -> datetime:
    now = business_now(session)
    hashed = token_hash(token)
    made = insert(MemberSession).values(
        token_hash=hashed,
        session_id=f"S{hashlib.sha256(f'session{hashed}'.encode()).hexdigest()[:24].upper()}",
        request_mac=mac,
        member_id=login.member_id,
        line_key=line_key,
        line_token=login.line_token,
        opened_at=now,
        expires_at=now + timedelta(minutes=SESSION_MIN),
        created_at=utc_now(),
    )
    session.execute(made.on_conflict_do_nothing())
    kept = _repeated(session, token, mac)
    if kept is None:
        message = "a session was neither made nor found"
        raise RuntimeError(message)
    return kept


def _repeated(session: Session, token: str, mac: str) -> datetime | None:
    row = session.get(MemberSession, token_hash(token))
    if row is None:
        return None
    if not hmac.compare_digest(row.request_mac, mac):
        detail = "This Idempotency-Key was used for another request; take a new key for a new request."
        raise Problem(409, "IDEMPOTENCY_CONFLICT", detail)
    return row.expires_at


def _token(site_key: str, idempotency_key: str) -> str:
    made = hmac.new(site_key.encode(), f"member session\n{idempotency_key}".encode(), hashlib.sha256)
    return f"ms_{urlsafe_b64encode(made.digest()).decode().rstrip('=')}"


def _mac(token: str, login: Login) -> str:
    said = f"{login.member_id}\n{login.password}\n{login.line_token}"
    return hmac.new(token.encode(), said.encode(), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """What the database knows of a token; the token has 256 bits of its own, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


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
    if changed or business_now(session) >= row.expires_at:
        raise Problem(401, "SESSION_EXPIRED", "The session is over; log in again.", ("M-09.10",))
    return LiveSession(row.session_id, row.member_id, row.line_token, row.expires_at)


def check_site(session: Session, member_id: str, at: datetime) -> Standing:
    """Whether the site is open to the member at a business moment, and where the member stands.

    Raises:
        Problem: 422 after the end of the programme (M-08.1) or of the membership (M-05).
    """
    found = standing(session, member_id, japan_day(at))
    try:
        check_open(at, loss=found.loss, has_line=found.has_line, plan=plan_in_force(session))
    except Refusal as refusal:
        raise Problem.of(refusal) from None
    return found
