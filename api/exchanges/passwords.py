"""Members' passwords: Argon2id, beside the event loop, never logged and never sent anywhere."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from api.doors.problems import Problem
from api.exchanges import throttle
from models.bounds import wrong_character
from models.tables.club.club import Member, MemberCredential
from models.tables.people import Person

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Memory in KiB; the least that OWASP recommends, since a login storm must not starve the doors."""

IMPORTING = PasswordHasher(time_cost=1, memory_cost=4_096, parallelism=1)
"""For files of a hundred thousand members; the first login replaces such a hash (`verify` says so)."""


async def hash_password(password: str) -> str:
    """The hash of a new password."""
    return await asyncio.to_thread(HASHER.hash, password)


async def verify(stored: str | None, password: str) -> tuple[bool, bool]:
    """Whether it is the password, and whether the stored hash should be replaced by one of today's cost.

    Every login costs one hash of each cost, the missing ones made up: time tells neither who is a member nor whose
    password was imported and never used.
    """
    return await asyncio.to_thread(_verify, stored, password)


def _verify(stored: str | None, password: str) -> tuple[bool, bool]:
    imported = stored is not None and not IMPORTING.check_needs_rehash(stored)
    cheap = _matches(stored if imported and stored is not None else _made_up(IMPORTING), password)
    dear = _matches(stored if stored is not None and not imported else _made_up(HASHER), password)
    right = stored is not None and (cheap if imported else dear)
    return right, right and stored is not None and HASHER.check_needs_rehash(stored)


def _matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


@cache
def _made_up(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")


LENGTH_MIN = 8
"""Characters of a new password. An imported one counts as it is: its owner must still come in."""
DISTINCT_MIN = 4
"""Different characters of a new password."""


def check_new(password: str, *, personal: Iterable[str | None] = ()) -> None:
    """Refuse a new password that others would guess.

    Args:
        password: as typed.
        personal: what others know of its owner (name, address, telephone, member id): none of it is a password.

    Raises:
        Problem: 400, it has a character that cannot be typed; 422 `PASSWORD_TOO_WEAK`; the password itself is never
            said.
    """
    if wrong_character(password, lines=False) is not None:
        detail = "A password has no control characters and none that cannot be seen."
        raise Problem(400, "MALFORMED", detail)
    plain = _folded(password)
    bare = re.sub(r"[^a-z]+$", "", plain)
    known = [_folded(each) for each in personal if each]
    own = {_bare(part) for each in known for part in (each, each.partition("@")[0])} - {""}
    if len(password) < LENGTH_MIN or len(set(plain)) < DISTINCT_MIN:
        why = f"it takes at least {LENGTH_MIN} characters, {DISTINCT_MIN} of them different"
    elif plain in _common() or bare in _common() or plain in "01234567890123456789" or _bare(plain) in own:
        why = "it is among those that are guessed first"
    else:
        return
    values = {"length": LENGTH_MIN, "different": DISTINCT_MIN}
    raise Problem(422, "PASSWORD_TOO_WEAK", f"This password is not taken: {why}.", ("M-09.1", "M-09.11"), values=values)


def _folded(text: str) -> str:
    """Width and case make no difference to who guesses."""
    return unicodedata.normalize("NFKC", text).casefold()


def _bare(folded: str) -> str:
    """Nor do the spaces of a name and the hyphens of a telephone number."""
    return "".join(char for char in folded if char.isalnum())


def own_words(session: Session, member_id: str) -> tuple[str | None, ...]:
    """What others know of a member: none of it is a password."""
    found = select(Person).join(Member, col(Member.person_id) == col(Person.person_id))
    person = session.execute(found.where(col(Member.member_id) == member_id)).scalar_one_or_none()
    return (member_id,) if person is None else (member_id, person.name, person.name_kana, person.email, person.phone)


@cache
def _common() -> frozenset[str]:
    """Passwords that are tried first, in small letters (data, not a rule of the contract)."""
    return frozenset(files("api.exchanges").joinpath("common_passwords.txt").read_text("utf-8").split())


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
    if replace:
        throttle.forget_all(session, member_id)
