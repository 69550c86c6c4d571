"""Members' passwords: Argon2id, beside the event loop, never logged and never sent anywhere."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from models.tables.club import MemberCredential

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Memory in KiB; the least that OWASP recommends, since a login storm must not starve the doors."""

IMPORTING = PasswordHasher(time_cost=1, memory_cost=4_096, parallelism=1)
"""For files of a hundred thousand members; the first login replaces such a hash (`verify` says so)."""


async def hash_password(password: str) -> str:
    """The hash of a new password."""
    return await asyncio.to_thread(HASHER.hash, password)


async def verify(stored: str | None, password: str) -> tuple[bool, bool]:
    """Whether it is the password, and whether the stored hash should be replaced by one of today's cost.

    Without a stored hash a made-up one is verified all the same, so that time does not tell who is a member.
    """
    return await asyncio.to_thread(_verify, stored, password)


def _verify(stored: str | None, password: str) -> tuple[bool, bool]:
    try:
        HASHER.verify(stored or _made_up(), password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False, False
    return stored is not None, stored is not None and HASHER.check_needs_rehash(stored)


@cache
def _made_up() -> str:
    return HASHER.hash("nobody has this password")


def keep_credential(session: Session, member_id: str, hashed: str, at: datetime, *, replace: bool = True) -> None:
    """Write a member's hash; with `replace` false one that is there stays, so that a repeat changes nothing."""
    values = {"member_id": member_id, "password_hash": hashed, "changed_at": at}
    made = insert(MemberCredential).values(**values)
    if replace:
        made = made.on_conflict_do_update(
            index_elements=["member_id"], set_={"password_hash": hashed, "changed_at": at}
        )
    else:
        made = made.on_conflict_do_nothing()
    session.execute(made)
