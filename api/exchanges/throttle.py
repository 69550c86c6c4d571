"""Holding back wrong logins: exponentially, and never so that a stranger shuts a member out (M-09.1, M-09.2).

A login counts against two of three kinds of bucket. From the member's own line it is *own* (this member, this line):
only who is on that line can fill it. From anywhere else it is *elsewhere* (this member), which nobody who may come in
ever meets, since the member must be on the own line. And always *source* (this line, whichever member): who tries
many ids from one line is held there. A browser whose token NTT does not know shares one source with its like.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.tables.club.club import Member
from models.tables.club.exchange import LoginHold
from models.tables.people import Line

FREE_OWN = 5
"""Wrong logins of one member in a row before the first wait."""
FREE_SOURCE = 20
"""Wrong logins from one line, whichever member, before the first wait: a household has several members."""
WAIT_FIRST_S = 30
"""Seconds of business time; each further failure doubles them."""
WAIT_MAX_S = 900
QUIET_MIN = 60
"""Minutes of business time without a failure after which all are forgotten."""
OLD_MAX = 100
"""Forgotten rows dropped with each new failure: made-up ids must not fill the table."""
DOUBLINGS_MAX = 10


@dataclass(frozen=True)
class Bucket:
    """One thing that failures count against."""

    name: str
    free: int
    """Failures before the first wait."""


class ThrottledError(Exception):
    """Too many wrong logins of this kind."""

    def __init__(self, retry_after_s: int) -> None:
        """Say when it may be tried again, in seconds."""
        super().__init__(f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


def buckets(member_id: str, *, own: bool, line_id: str | None) -> tuple[Bucket, Bucket]:
    """What a login counts against.

    Args:
        member_id: as typed.
        own: whether the browser is on that member's line.
        line_id: the line it is on; None where NTT does not know its token.
    """
    of_member = _own(member_id) if own else _named("elsewhere", member_id)
    return Bucket(of_member, FREE_OWN), Bucket(_source(line_id or ""), FREE_SOURCE)


def check(session: Session, at: datetime, held: Sequence[Bucket]) -> None:
    """See that no bucket is waiting.

    Raises:
        ThrottledError: one is.
    """
    names = [each.name for each in held]
    until = session.execute(select(func.max(col(LoginHold.until))).where(col(LoginHold.bucket).in_(names))).scalar()
    if until is not None and until > at:
        raise ThrottledError(max(1, int((until - at).total_seconds()) + 1))


def failed(session: Session, at: datetime, held: Sequence[Bucket]) -> None:
    """Count a wrong login against each bucket, and drop some that count no longer."""
    quiet = at - timedelta(minutes=QUIET_MIN)
    for each in sorted(held, key=lambda bucket: bucket.name):
        made = insert(LoginHold).values(bucket=each.name, failures=1, last_at=at, until=_until(at, 1, each.free))
        count = case((col(LoginHold.last_at) <= quiet, 1), else_=col(LoginHold.failures) + 1)
        counted = made.on_conflict_do_update(index_elements=["bucket"], set_={"failures": count, "last_at": at})
        failures = session.execute(counted.returning(col(LoginHold.failures))).scalar_one()
        row = session.get_one(LoginHold, each.name, populate_existing=True)
        row.until = _until(at, failures, each.free)
    session.flush()
    old = (
        select(col(LoginHold.bucket))
        .where(col(LoginHold.last_at) <= quiet)
        .order_by(col(LoginHold.last_at))
        .limit(OLD_MAX)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(LoginHold).where(col(LoginHold.bucket).in_(old)))


def forget(session: Session, member_id: str) -> None:
    """The member came in: earlier mistakes on the own line count no more; those of strangers do."""
    session.execute(delete(LoginHold).where(col(LoginHold.bucket) == _own(member_id)))


def forget_all(session: Session, member_id: str) -> None:
    """A new password was set: whatever was tried before, the right one comes in at once, from the own line too."""
    line = select(col(Line.line_id)).join(Member, col(Member.line_key) == col(Line.line_key))
    line_id = session.execute(line.where(col(Member.member_id) == member_id)).scalar_one_or_none()
    names = [_own(member_id), _named("elsewhere", member_id), *([_source(line_id)] if line_id else [])]
    session.execute(delete(LoginHold).where(col(LoginHold.bucket).in_(names)))


def _until(at: datetime, failures: int, free: int) -> datetime:
    if failures < free:
        return at
    return at + timedelta(seconds=min(WAIT_MAX_S, WAIT_FIRST_S * 2 ** min(failures - free, DOUBLINGS_MAX)))


def _own(member_id: str) -> str:
    return _named("own", member_id)


def _source(line_id: str) -> str:
    return _named("source", line_id)


def _named(kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind}\n{what}".encode()).hexdigest()
