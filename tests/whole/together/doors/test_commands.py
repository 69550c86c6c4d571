"""What a person types beside a running stack."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from click.testing import Result
from typer.testing import CliRunner

from cli import app
from desk.words import plain_date
from models.operating import SENTENCES
from service.exits import Exit

if TYPE_CHECKING:
    from tests.whole.conftest import House


def keiyaku(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command on a home, in a process of its own and with no locale."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("KEIYAKU_", "LC_", "LANG"))}
    command = [sys.executable, "-m", "cli", *words]
    return subprocess.run(
        command, env={**env, "KEIYAKU_HOME": str(home)}, capture_output=True, text=True, check=False, timeout=60
    )


def typed(home: Path, *words: str, **more: str) -> Result:
    """One command over HTTP on a home, in this process and with no locale but a given one."""
    env: dict[str, str | None] = {name: None for name in os.environ if name.startswith(("KEIYAKU_", "LC_", "LANG"))}
    return CliRunner().invoke(app, list(words), env={**env, "KEIYAKU_HOME": str(home), **more})


def test_verify_reads_the_database_of_the_running_home(house: House) -> None:
    """With nothing but the home named, every stored state is compared with the fold of its log."""
    house.active()
    for language, index in (("ja", 0), ("en", 1)):
        done = keiyaku(house.stack.home, "verify", "--lang", language)
        told = [SENTENCES[name][index] for name in ("folds_hold", "all_run")]
        assert (done.returncode, done.stdout.splitlines()) == (0, told), done.stderr


def test_what_a_home_holds_is_private_to_its_user(house: House) -> None:
    """Neither the servers' files nor logs, keys or numbers of processes can be read by anybody else."""
    house.active()
    home = house.stack.home
    files = [path for path in home.rglob("*") if not path.is_socket()]
    names = {str(path.relative_to(home)) for path in files}
    assert {"temporal.db", "carrier.db", "keys.json", "pids.json", "addresses.json", "lock", "logs/api.log"} <= names
    assert [path for path in files if stat.S_IMODE(path.lstat().st_mode) & 0o077] == []


def test_erase_names_what_still_runs(house: House) -> None:
    """A contract in force keeps its person; the answer says which one."""
    contract_id = house.active()
    refused = keiyaku(house.stack.home, "erase", contract_id)
    assert refused.returncode == Exit.REFUSED
    assert f"contract/{contract_id}" in refused.stderr
    assert house.call("GET", f"/v1/contracts/{contract_id}").status_code == 200


def test_without_a_running_home_it_says_what_to_do(tmp_path: Path) -> None:
    """No traceback: where was looked, and how to start one."""
    done = keiyaku(tmp_path, "verify")
    assert done.returncode == Exit.AWAY
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cancellation_is_tried_entered_seen_and_taken_back(house: House) -> None:
    """A dry run changes nothing, the command ends the contract at the month's end, `--undo` leaves it as before."""
    contract_id = house.active()
    home = house.stack.home
    tried = typed(home, "cancel", contract_id, "--received", "now", "--dry-run", "--json")
    assert (tried.exit_code, json.loads(tried.stdout)["dry_run"]) == (0, True), tried.stderr
    assert house.state(contract_id) == "active"

    done = typed(home, "cancel", f"contract/{contract_id}", "--received", "now", "--json")
    assert json.loads(done.stdout)["effective_on"] == json.loads(tried.stdout)["effective_on"], done.stderr
    assert house.contract(contract_id)["end_on"] == json.loads(done.stdout)["effective_on"]

    told = typed(home, "timeline", contract_id)
    assert plain_date(json.loads(done.stdout)["effective_on"], "ja") in told.stdout, told.stderr
    why = typed(home, "explain", contract_id, "--lang", "ja")
    assert (why.exit_code, "第10条" in why.stdout) == (0, True), why.stderr

    assert typed(home, "cancel", contract_id, "--undo").exit_code == 0
    assert house.state(contract_id) == "active"
    again = typed(home, "cancel", contract_id, "--undo")
    assert (again.exit_code, "ILLEGAL_TRANSITION" in again.stderr) == (5, True), again.stderr


def test_every_command_of_the_service_is_offered_and_sent_by_its_published_shape(house: House) -> None:
    """`do` lists what a contract takes, sends it, and refuses an unknown field before anything is sent."""
    contract_id = house.active()
    home = house.stack.home
    offered = json.loads(typed(home, "do", contract_id, "--json").stdout)
    assert {"cancellation", "cancellation --undo", "relocation", "payments/{payment_id}/reversal"} <= {
        each["command"] for each in offered["commands"]
    }
    benefit = ["benefit_id=B1", "minimum_months=12", "fee=3000", f"from_on={house.today}"]
    assert typed(home, "do", contract_id, "benefits", *benefit).exit_code == 0
    assert any("benefit" in event for event in house.events(contract_id))
    for wrong in (["benefits", "unknown=1"], ["benefits", "benefit_id=B2"], ["nonsense"], ["benefits", "fee=x"]):
        before = house.history(contract_id)
        assert typed(home, "do", contract_id, *wrong).exit_code == 2, wrong
        assert house.history(contract_id) == before


def test_an_import_tells_what_was_refused_and_imports_nothing_twice(house: House, tmp_path: Path) -> None:
    """The bad line is named with its number and code, the good one runs; the same file again finds it there."""
    body = {
        "external_id": "old-command-1",
        "course": "W1_FAMILY",
        "applied_on": "2009-04-01",
        "service_start_on": "2009-04-20",
        "line": {"operator": "EAST", "line_id": house.new_line(), "brand": "B", "service_type": "FAMILY"},
        "person": house.application()["applicant"],
    }
    file, report = tmp_path / "old.ndjson", tmp_path / "told.ndjson"
    file.write_text(json.dumps(body) + "\n\n{}\n", encoding="utf-8")
    words = ["import", "contracts", str(file), "--report", str(report), "--json"]
    first = typed(house.stack.home, *words)
    told = json.loads(first.stdout)
    assert (first.exit_code, told["imported"], told["refused"]) == (7, 1, 1), first.stderr
    rows = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert [(each["line"], each["outcome"]) for each in rows] == [(1, "imported"), (3, "refused")]
    assert house.state(rows[0]["contract_id"]) == "active"
    assert json.loads(typed(house.stack.home, *words).stdout)["already"] == 1


def test_exit_codes_tell_one_trouble_from_another(house: House, tmp_path: Path) -> None:
    """Not found, not allowed, typed wrongly, nobody there, no key: each its own code, and no traceback."""
    contract_id, home = house.active(), house.stack.home
    url, key = house.stack.urls.api, house.stack.keys.auditor
    cancel = ("cancel", contract_id, "--received", "now")
    table: list[tuple[int, Path, tuple[str, ...], dict[str, str]]] = [
        (0, home, ("status",), {}),
        (0, home, ("tasks", "--json"), {}),
        (0, home, ("rollouts",), {}),
        (0, tmp_path, ("show", contract_id), {"KEIYAKU_URL": url, "KEIYAKU_KEY": key}),
        (1, home, ("status",), {"KEIYAKU_URL": "http://127.0.0.1:9"}),  # the key of a home stays in it
        (1, tmp_path, ("status",), {}),
        (2, home, ("cancel", contract_id, "--received", "yesterday"), {}),
        (3, home, (*cancel, "--as", "auditor"), {}),
        (4, home, ("show", "K0"), {}),
        (2, home, ("show", "../clock"), {}),
        (4, home, ("show", "contract/.."), {}),
        (6, home, ("status",), {"KEIYAKU_URL": "http://127.0.0.1:9", "KEIYAKU_KEY": key}),
    ]
    for code, where, words, more in table:
        done = typed(where, *words, **more)
        assert done.exit_code == code, (words, done.stdout, done.stderr)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert house.state(contract_id) == "active"


def test_events_go_on_from_a_cursor(house: House) -> None:
    """What `--after` the first gives begins with the second."""
    house.active()
    home = house.stack.home
    two = [json.loads(line) for line in typed(home, "events", "--json", "--limit", "2").stdout.splitlines()]
    next_one = typed(home, "events", "--json", "--limit", "1", "--after", two[0]["id"])
    assert json.loads(next_one.stdout)["id"] == two[1]["id"]


def followed(home: Path, *words: str) -> subprocess.Popen[str]:
    """`keiyaku events --follow`, running, with pipes to read what it prints."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("KEIYAKU_", "LC_", "LANG"))}
    # Tests that run in the background ignore Ctrl-C, and whoever they start inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "events", "--follow", "--every", "0.2", *words],
            env={**env, "KEIYAKU_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def listed(home: Path) -> list[dict[str, Any]]:
    """Every event that the feed has come to."""
    told = typed(home, "events", "--json", "--limit", "100000").stdout
    return [json.loads(line) for line in told.splitlines()]


def read_until(lines: IO[str], *wanted: str) -> list[dict[str, Any]]:
    """Events as they are printed, until every one that is wanted came; the test's own time limit ends the wait."""
    found: list[dict[str, Any]] = []
    while not set(wanted) <= {f"{each['subject']} {each['data']['event']}" for each in found}:
        found.append(json.loads(lines.readline()))
    return found


def test_followed_events_come_over_a_restart_of_the_api_and_end_with_a_cursor(house: House) -> None:
    """Every one comes once and in order, with the API away in between; Ctrl-C ends it and says where to go on."""
    home = house.stack.home
    process = followed(home, "--json", "--after", "start")
    assert process.stdout is not None
    try:
        first = house.active()
        before = read_until(process.stdout, f"contract/{first} start_service")
        house.background.hold("api", hard=True)
        assert process.stderr is not None
        assert "続きから尋ね直します" in process.stderr.readline()
        house.background.release("api")
        second = house.active()
        after = read_until(process.stdout, f"contract/{second} start_service")
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    ids = [each["id"] for each in [*before, *after, *map(json.loads, rest.splitlines())]]
    assert ids == [each["id"] for each in listed(home)][: len(ids)]
    assert process.returncode == 0, said
    # Interrupted right after it was printed, the last one may come again; none is left out.
    assert said.splitlines()[-1] in {f"続きは: keiyaku events --follow --after {each}" for each in ids[-2:]}
    assert "Traceback" not in said


def test_followed_events_end_when_nobody_reads_them_any_more(house: House) -> None:
    """`keiyaku events --follow | head -1` ends though nothing more happens, without a word and without a failure."""
    process = followed(house.stack.home, "--lang", "en")
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        assert process.stdout.readline().split() == ["time", "(Japan", "time)", "subject", "event", "state"]
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_a_followed_line_is_read_by_people(house: House) -> None:
    """When, whose, what, and from which state to which in words."""
    home = house.stack.home
    subject = f"contract/{house.active()}"

    def until_its_start() -> list[dict[str, Any]]:
        """The events up to its start, once the feed has come so far: it stays behind what is recorded just now."""
        found = listed(home)
        ends = [n for n, each in enumerate(found) if (each["subject"], each["data"]["to"]) == (subject, "active")]
        return found[: ends[0] + 1] if ends else []

    found = house.until(until_its_start)
    # From the last but one on: a single event comes, the start.
    words = ("events", "--follow", "--after", found[-2]["id"], "--limit", "1", "--lang")
    top, line = typed(home, *words, "ja").stdout.splitlines()
    assert top.split() == ["日時(日本時間)", "対象", "出来事", "状態"]
    assert line.split()[2:] == [subject, "サービスの提供を開始しました", "承諾済み・開始前", "→", "ご利用中"]
    assert typed(home, *words, "en").stdout.splitlines()[1].endswith("accepted → active")


def test_tables_are_in_japanese_unless_english_is_asked_for(house: House) -> None:
    """Headings, states and complaints; what scripts read is the same in both."""
    contract_id, home = house.active(), house.stack.home
    for more in ({}, {"LANG": "ja_JP.UTF-8"}, {"LANG": "C"}):
        told = typed(home, "timeline", contract_id, **more).stdout
        assert all(word in told for word in ("後の状態", "根拠", "ご利用中")), told
        assert "ありません" in typed(home, "show", "K0", **more).stderr
    for more in ({"LANG": "en_US.UTF-8"}, {"LANG": "ja_JP.UTF-8", "LC_ALL": "en_GB.UTF-8"}):
        told = typed(home, "timeline", contract_id, **more).stdout
        assert "articles" in told
        assert "active" in told
        assert "状態" not in told
        assert "nothing has the id K0" in typed(home, "show", "K0", **more).stderr
    told = typed(home, "show", contract_id, "--lang", "en", LANG="ja_JP.UTF-8").stdout
    assert "applied on" in told
    assert len({typed(home, "show", contract_id, "--json", "--lang", each).stdout for each in ("ja", "en")}) == 1
