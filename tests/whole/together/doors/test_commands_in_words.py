"""What every command prints for people beside a running stack: in one language, without codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.memberships.routes import EXAMPLE as MEMBER
from tests.whole.together.doors.test_commands import keiyaku, typed

if TYPE_CHECKING:
    from tests.whole.conftest import House

PROPER = re.compile(
    r"https?://\S+|\S+@\S+|\b(contract|membership|filing|rollout|program)[/.]\S+|\b[A-Z][0-9A-F]{20,}\S*|\bCAF\d+"
    r"|\d{4}-\d\d-\d\dT\S+,\S+|\b\w+(?:\.\w+)*=(?=\D)|\{\w+\}|\([A-Z_]+\)|`[^`]*`|--[\w-]+|KEIYAKU_\w+|\bK0\b"
)
"""What is the same in every language: addresses, ids, cursors, what is to be typed, the code of a refusal."""
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[A-Z]+\d*_[A-Z_]+\b|\b\w+=\w|\d\d:[\d:.]+Z|[+]00:00")
ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
JAPANESE = re.compile("[ぁ-ん]")


def complaints(text: str, language: str) -> list[str]:
    """Codes, and words of the other language, in what was printed; names of people and courses are as they are."""
    # The subject of a letter is as it was sent, in Japanese.
    left = PROPER.sub("", re.sub("【.*】.*", "", text))
    other = ENGLISH if language == "ja" else JAPANESE
    return [found[0] for found in (*CODE.finditer(left), *other.finditer(left))]


def test_a_code_and_a_word_of_the_other_language_would_be_found() -> None:
    """Each of what the commands once printed."""
    for bad in ("fee_outcome  due", "amount=4500 tax=450", "W2_FAMILY", "2019-10-31T15:00Z", "The contract ends."):
        assert complaints(bad, "ja"), bad
    assert complaints("解約の届出", "en")
    assert complaints("4,950円(税抜4,500円+税450円) contract/K0F4195F90325D6A45BDD0820", "ja") == []


class Lives:
    """A contract with an end ahead, one that runs, one NTT is asked for, a member, a rollout: by their ids."""

    def __init__(self, house: House) -> None:
        """Begun over HTTP."""
        self.runs = house.active()
        self.ends = house.active(term=True)
        self.filed, self.filing = house.filing()
        now = house.get("/v1/clock")["now"]
        body: dict[str, Any] = json.loads(json.dumps(MEMBER))
        body["line"] |= {"line_id": house.new_line(), "ninen_wari_started_on": None}
        self.member = house.post("/v1/memberships", {**body, "applied_at": now})["member_id"]
        self.person = house.contract(self.ends)["person_id"]
        house.cancel(self.ends, now)
        rollout = {"kind": "terms_change", "courses": ["W2_MANSION"], "notice": "-", "reason": "-"}
        days = {"announced_on": house.today.isoformat(), "effective_on": f"{house.today.year + 1}-12-01"}
        self.rollout = house.post("/v1/rollouts", {**rollout, **days})["rollout_id"]
        self.now = now


@pytest.fixture
def lives(house: House) -> Lives:
    """On the stack of all."""
    return Lives(house)


def commands(lives: Lives, empty: Path) -> list[tuple[int, tuple[str, ...]]]:
    """Every command that speaks over HTTP, by the exit code it ends with."""
    ids = (lives.runs, lives.ends, lives.filed, lives.filing, lives.member, lives.rollout, lives.person)
    dry = ("--dry-run",)
    return [
        (0, ("status",)),
        (0, ("find", lives.ends)),
        (4, ("find", "zzzz")),
        (0, ("tasks",)),
        (0, ("rollouts",)),
        (0, ("events", "--limit", "100000")),
        (0, ("events", "--after", "now")),
        *((0, ("show", each)) for each in ids),
        *((0, (command, each)) for command in ("timeline", "explain") for each in (lives.ends, lives.member)),
        *((0, ("do", each)) for each in ids[:-1]),
        (0, ("cancel", lives.runs, "--received", "now", *dry)),
        (0, ("cancel", lives.ends, "--undo", *dry)),
        (0, ("do", lives.runs, "relocation", "to_operator=WEST", f"received_at={lives.now}", *dry)),
        (0, ("do", lives.ends, "waiver-requests", "case=death", "evidence=x", *dry)),
        (0, ("do", lives.member, "leave", f"received_at={lives.now}", *dry)),
        (0, ("do", lives.rollout, "pause", *dry)),
        (0, ("request", "POST", "/v1/decisions/monthly-points", "usage_month=2019-04", "service_type=NEXT_FAMILY")),
        (0, ("import", "contracts", str(empty))),
        (1, ("import", "contracts", str(empty / "none"))),
        (2, ("request", "POST", "/v1/nothing")),
        (2, ("do", lives.runs, "relocation", "to_operator=WEST")),
        (2, ("do", lives.runs, "relocation", "wrong=x")),
        (2, ("do", lives.runs, "payments", "amount=x")),
        (2, ("cancel", lives.runs, "--received", "yesterday")),
        (2, ("cancel", lives.runs)),
        (3, ("cancel", lives.runs, "--received", "now", "--as", "auditor")),
        (4, ("show", "K0")),
        (5, ("cancel", lives.ends, "--received", "now")),
        (5, ("do", lives.filed, "service-start", "service_start_on=2018-01-01")),
    ]


def test_every_command_prints_words_of_one_language(house: House, lives: Lives, tmp_path: Path) -> None:
    """Tables, dry runs, empty lists and refusals: no code, nothing in UTC, no sentence of the other language."""
    empty = tmp_path / "empty.ndjson"
    empty.write_text("", encoding="utf-8")
    found = []
    for code, words in commands(lives, empty):
        for language in ("ja", "en"):
            done = typed(house.stack.home, *words, "--lang", language)
            assert done.exit_code == code, (words, done.stdout, done.stderr)
            assert (done.stdout + done.stderr).strip(), words
            found += [(words[:3], language, each) for each in complaints(done.stdout + done.stderr, language)]
    assert not found, sorted(set(found))


def test_a_service_that_is_away_or_knows_no_such_key_is_told_in_one_language(house: House, tmp_path: Path) -> None:
    """With the exit codes 6 and 3."""
    away = {"KEIYAKU_URL": "http://127.0.0.1:9", "KEIYAKU_KEY": "x"}
    stranger = {"KEIYAKU_URL": house.stack.urls.api, "KEIYAKU_KEY": "nobody"}
    for code, env in ((6, away), (3, stranger)):
        for language in ("ja", "en"):
            done = typed(tmp_path, "tasks", "--lang", language, **env)
            assert (done.exit_code, done.stdout) == (code, "")
            assert complaints(done.stderr, language) == [], done.stderr


def test_keys_are_listed_by_the_clock_of_japan_and_none_is_said_to_be_none(house: House) -> None:
    """An empty list says so; a key's times are those of Japan."""
    home = house.stack.home
    if not any("日本時間" in line for line in keiyaku(home, "keys", "list").stdout.splitlines()):
        assert "鍵はまだありません" in keiyaku(home, "keys", "list").stdout
    keiyaku(home, "keys", "create", "auditor", "listed-in-words", "--days", "3")
    (line,) = (each for each in keiyaku(home, "keys", "list").stdout.splitlines() if "listed-in-words" in each)
    assert line.count("(日本時間)") == 2
    assert "Z" not in line
