"""Wrong logins are held back on a real PostgreSQL: longer each time, and never at the cost of the member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.exchanges import throttle
from api.exchanges.throttle import Bucket, ThrottledError
from models.tables.club.club import Member
from models.tables.people import Line

AT = datetime(2025, 3, 20, tzinfo=UTC)
Held = tuple[Bucket, Bucket]


def fail(engine: Engine, held: Held, times: int, at: datetime = AT) -> None:
    """So many wrong logins at one moment."""
    for _ in range(times):
        with Session(engine) as session, session.begin():
            throttle.failed(session, at, held)


def waits(engine: Engine, held: Held, at: datetime = AT) -> int:
    """Seconds until the next login is looked at; 0: it is looked at now."""
    with Session(engine) as session:
        try:
            throttle.check(session, at, held)
        except ThrottledError as held_back:
            return held_back.retry_after_s
    return 0


def line_of(engine: Engine, member_id: str) -> str:
    """The number of a member's line."""
    with Session(engine) as session:
        return session.get_one(Line, session.get_one(Member, member_id).line_key).line_id


def test_waits_double_from_the_fifth_failure_to_a_quarter_of_an_hour(
    club_engine: Engine, new_member: Callable[..., str]
) -> None:
    """Four cost nothing, the fifth half a minute, each further one twice as much; an hour of quiet forgets them."""
    member_id = new_member()
    held = throttle.buckets(member_id, own=True, line_id=line_of(club_engine, member_id))
    fail(club_engine, held, 4)
    assert waits(club_engine, held) == 0
    seen = []
    for _ in range(7):
        fail(club_engine, held, 1)
        seen.append(waits(club_engine, held) - 1)
    assert seen == [30, 60, 120, 240, 480, 900, 900]
    assert waits(club_engine, held, AT + timedelta(seconds=900)) == 0
    later = AT + timedelta(minutes=throttle.QUIET_MIN)
    fail(club_engine, held, 1, later)
    assert waits(club_engine, held, later) == 0


def test_a_stranger_shuts_no_member_out(club_engine: Engine, new_member: Callable[..., str]) -> None:
    """A thousand failures from other lines and from nowhere leave the own line free; the stranger's line waits."""
    member_id = new_member()
    own = throttle.buckets(member_id, own=True, line_id=line_of(club_engine, member_id))
    stranger = throttle.buckets(member_id, own=False, line_id="CAF-STRANGER")
    nowhere = throttle.buckets(member_id, own=False, line_id=None)
    fail(club_engine, stranger, 30)
    fail(club_engine, nowhere, 30)
    assert waits(club_engine, own) == 0
    assert waits(club_engine, stranger) == waits(club_engine, nowhere) == 901
    other = throttle.buckets("M-ANOTHER", own=False, line_id="CAF-STRANGER")
    assert waits(club_engine, other) == 901


def test_the_right_password_after_a_reset_passes(club_engine: Engine, new_member: Callable[..., str]) -> None:
    """A new password forgets everything that was tried under the id and from the member's line."""
    member_id = new_member()
    held = throttle.buckets(member_id, own=True, line_id=line_of(club_engine, member_id))
    fail(club_engine, held, 40)
    assert waits(club_engine, held) > 0
    with Session(club_engine) as session, session.begin():
        throttle.forget_all(session, member_id)
    assert waits(club_engine, held) == 0


def test_nothing_that_was_typed_is_kept(club_engine: Engine) -> None:
    """People type passwords and names into the field of the id: the table holds digests only, and drops old ones."""
    held = throttle.buckets("taro@example.jp", own=False, line_id="CAF1")
    fail(club_engine, held, 1)
    fail(club_engine, throttle.buckets("later", own=False, line_id="CAF2"), 1, AT + timedelta(days=1))
    with club_engine.connect() as connection:
        rows = connection.execute(text("select bucket, last_at from login_hold")).all()
    assert rows
    assert all(len(row.bucket) == 64 and row.last_at > AT for row in rows)


@pytest.mark.parametrize("own", [True, False])
def test_each_source_has_its_own_count(own: bool) -> None:
    """Two lines never share a bucket, and the member's own never that of strangers."""
    first = throttle.buckets("M1", own=own, line_id="CAF1")
    second = throttle.buckets("M1", own=own, line_id="CAF2")
    assert first[1] != second[1]
    assert throttle.buckets("M1", own=not own, line_id="CAF1")[0] != first[0]
