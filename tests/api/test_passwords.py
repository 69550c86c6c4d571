"""Which passwords are taken, and what verifying one costs."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from api.doors.problems import Problem
from api.exchanges import passwords


@pytest.mark.parametrize(
    "weak",
    ["pw", "1234567", "aaaaaaaa", "12345678", "Password", "password123", "P@ssw0rd1", "qwertyuiop", "abababab",
     "23456789", "taro@example.jp", "Sakura123", "PASSWORD2024",
     "ｐａｓｓｗｏｒｄ１", "09012345678", "090-1234-5678", "０９０１２３４５６７８", "会員太郎かいいん"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(weak: str) -> None:
    """Short ones, repeated ones, the common ones with digits at the end, and what others know of the member."""
    with pytest.raises(Problem) as refused:
        passwords.check_new(weak, personal=("会員 太郎かいいん", "taro@example.jp", "090-1234-5678", None))
    assert (refused.value.status, refused.value.code) == (422, "PASSWORD_TOO_WEAK")
    assert weak not in refused.value.detail


@pytest.mark.parametrize("unseen", ["a new one\x00", "a new\u200b one", "a new\none"])
def test_what_nobody_can_type_is_no_password(unseen: str) -> None:
    """A control character or one that cannot be seen: its owner would never come in."""
    with pytest.raises(Problem) as refused:
        passwords.check_new(unseen)
    assert (refused.value.status, refused.value.code) == (400, "MALFORMED")


@pytest.mark.parametrize(
    "good", ["correct horse battery", "a new one", "another good one", "さくらの花が咲いた", "x7$kQ2mp"]
)
def test_others_are_taken(good: str) -> None:
    """Eight characters of which four differ, in any script, without a recipe of signs."""
    passwords.check_new(good)


async def _verified(stored: str | None, password: str) -> tuple[bool, bool]:
    return await passwords.verify(stored, password)


def test_time_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody, a member and an imported one cost the same work, hash by hash; each answer is right all the same."""
    dear, cheap = passwords.HASHER.hash("right one"), passwords.IMPORTING.hash("right one")
    work: list[Parameters] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, stored: str, password: str) -> bool:
        work.append(extract_parameters(stored))
        return verify(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    one_of_each = [extract_parameters(cheap), extract_parameters(dear)]
    for stored, password, answer in (
        (None, "x", (False, False)),
        (dear, "right one", (True, False)),
        (dear, "wrong", (False, False)),
        (cheap, "right one", (True, True)),
        (cheap, "wrong", (False, False)),
    ):
        work.clear()
        assert asyncio.run(_verified(stored, password)) == answer
        assert work == one_of_each
