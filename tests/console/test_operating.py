"""What an operator types on a server: every sentence in both languages, and none printed past them."""

from __future__ import annotations

import ast
import errno
import json
import re
import socket
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy.exc import ProgrammingError
from temporalio.service import RPCError, RPCStatusCode

from models.operating import SENTENCES
from models.said import Said, aloud, joined, said, speak, spoken, tell, trouble
from service.exits import Exit, of_server
from tests.console.typed import Typed, typed

ROOT = Path(__file__).parents[2]
SPEAKING = [
    *("cli.py", "settings.py", "store/people/access.py", "store/people/erasure.py", "store/chain.py"),
    *("service/verify.py", "service/erase.py", "service/healing/recover.py", "service/versions/admin.py"),
    *("service/access/admin_keys.py", "service/access/keys.py", "rehearsal/welcome.py"),
    *("service/connect.py", "service/exits.py", "rehearsal/club/doors.py"),
    *(f"rehearsal/story/{name}.py" for name in ("player", "rehearse", "steps", "telling")),
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "embedded").rglob("*.py"))),
]
"""Modules whose sentences an operator reads."""
LOOKED_FOR = {
    *("ready", "signal", "keys_revoked", "stuck", "unserved", "folds_hold", "all_run", "differs", "missing", "anchor"),
    *("anchor_differs", "started_again", "behind", "unknown", "adopted", "silent", "not_adopted", "not_known_there"),
}
"""Lines that other programs find by a word in them."""


_ERROR = re.compile(r"\w+Error")


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = spoken()
    yield
    speak(before)


def sayings(source: str) -> Iterator[tuple[int, ast.AST]]:
    """What a module prints, hands to be printed, or stops with: line and expression."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            on = ast.unparse(node.func)
            printed = on in {"print", "say", "self.say", "self._say", "_fail"} or re.search(
                r"(stdout|stderr)\.write$|console\.(print|log)$", on
            )
            if printed or called in {"ValueError", "add_row", "add_column"} or _ERROR.fullmatch(called):
                yield from ((node.lineno, each) for each in [*node.args, *(word.value for word in node.keywords)])


def bare(expression: ast.AST) -> Iterator[str]:
    """Words that stand in an expression itself, outside of what is looked up by name."""
    if isinstance(expression, ast.Call) and getattr(expression.func, "id", "") in {"said", "tell", "_print"}:
        return
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        if re.search(r"[a-z]{2,} [a-z]{2,}|[ぁ-ん]", expression.value, re.IGNORECASE):
            yield expression.value
        return
    for child in ast.iter_child_nodes(expression):
        if not (isinstance(child, ast.keyword) and child.arg == "style"):
            yield from bare(child)


@pytest.mark.parametrize("module", SPEAKING)
def test_no_sentence_is_printed_in_one_language_only(module: str) -> None:
    """Whatever is printed or raised is looked up by its name in the one table of both languages."""
    source = (ROOT / module).read_text(encoding="utf-8")
    assert [(line, words) for line, each in sayings(source) for words in bare(each)] == []


def test_a_sentence_in_one_language_would_be_found() -> None:
    """Printed, raised, written, and inside another expression."""
    wrong = """
print(f"{name} is ready")
raise StackError(f"the port {port} is taken")
sys.stdout.write("not found\\n" if gone else "")
console.print(Text("起動しました"))
sys.stdout.write(tell("all_run"))
"""
    assert sorted({line for line, each in sayings(wrong) for _ in bare(each)}) == [2, 3, 4, 5]


def test_every_sentence_is_there_twice_and_used() -> None:
    """No half is empty, both take the same values, and each name stands somewhere in the code."""
    assert [name for name, pair in SENTENCES.items() if not all(pair)] == []

    def holes(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [name for name, (ja, en) in SENTENCES.items() if holes(ja) != holes(en)] == []
    rooms = ("embedded", "service", "store", "decisions", "rehearsal", "reference")
    alone = [ROOT / name for name in ("cli.py", "settings.py", "models/said.py")]
    files = [*alone, *(path for room in rooms for path in (ROOT / room).rglob("*.py"))]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    built = {f"column_{name}" for name in re.findall(r"\w+", code)}
    assert [name for name in SENTENCES if not re.search(rf"[\"']{name}[\"']", code) and name not in built] == []


@pytest.mark.parametrize("name", sorted(LOOKED_FOR))
def test_words_that_other_programs_look_for_are_the_same_in_both_languages(name: str) -> None:
    """The first word, markup aside; `no worker` stands at the end of its line, in brackets."""
    ja, en = (re.sub(r"\[/?\w+\]", "", text).strip() for text in SENTENCES[name])
    words = re.match(r"no worker|\{signal\}:|[a-z]+", en)
    assert words is not None
    assert words[0] in ja if name == "unserved" else ja.startswith(words[0])


def test_a_sentence_within_another_is_in_its_language() -> None:
    """As a text it is English, aloud it is the spoken one; so is an error that says it."""
    taken = said("port_taken", port=8000, variable="KEIYAKU_API_PORT")
    outer = said("complaint", why=ValueError(joined([taken, Said("二", "two")])))
    assert outer == "keiyaku: port 8000 is taken: set KEIYAKU_API_PORT to a free one; two"
    speak("ja")
    assert aloud(outer) == f"keiyaku: {taken.ja}。二"
    assert aloud(ValueError(taken)) == taken.ja
    assert aloud(ValueError("as it is")) == "as it is"
    speak("en")
    assert aloud(ValueError(taken)) == str(taken) == tell("port_taken", port=8000, variable="KEIYAKU_API_PORT")


COMMANDS = [
    ("verify",),
    ("keys", "list"),
    ("keys", "create", "operator", "hanako"),
    ("keys", "rotate", "hanako"),
    ("keys", "revoke", "hanako"),
    ("versions", "list"),
    ("versions", "promote", "1.5"),
    ("erase", "K0"),
    ("recover",),
    ("person", "export", "K0"),
    ("migrate",),
]
ENGLISH = {"LC_ALL": "en_US.UTF-8"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], list[Typed]]:
    """Each command where nothing runs: as it is, with `--lang en`, in an English locale."""
    home = {"KEIYAKU_HOME": str(tmp_path_factory.mktemp("home"))}
    ways = [((), home), (("--lang", "en"), home), ((), home | ENGLISH)]
    found = typed([((*words, *more), env) for words in COMMANDS for more, env in ways])
    return {words: found[3 * n : 3 * n + 3] for n, words in enumerate(COMMANDS)}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_that_nobody_answers_says_so_in_the_language_asked_for(
    answers: dict[tuple[str, ...], list[Typed]], words: tuple[str, ...]
) -> None:
    """One sentence on standard error, no traceback, and the same exit code in both languages."""
    ja, *english = answers[words]
    for en in english:
        assert en.returncode == ja.returncode != 0
        assert len(en.stderr.splitlines()) == len(ja.stderr.splitlines()) == 1, en.stderr
        assert not re.search("[ぁ-ん]", en.stderr)
    assert re.search("[ぁ-ん]", ja.stderr), ja.stderr


SERVED = [
    *(words for words in COMMANDS if words not in {("recover",), ("migrate",)}),
    ("recover", "--adopt-database", "contract/K0"),
    ("api",),
    ("worker",),
]
_STAYING = {("api",), ("worker",)}


def test_a_server_that_is_named_and_away_is_a_sentence_and_exit_code_6(tmp_path: Path) -> None:
    """Database or Temporal, whatever is asked first: where it should be, and what to look at; never a traceback."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(dict.fromkeys(("backoffice", "operator", "auditor", "site"), "k" * 40)))
    keys.chmod(0o600)
    away = {"KEIYAKU_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x", "TEMPORAL_ADDRESS": "127.0.0.1:1"}
    env = {"KEIYAKU_HOME": str(tmp_path), **away}
    for words, done in zip(SERVED, typed([(words, env) for words in SERVED]), strict=True):
        assert (done.returncode, done.stdout) == (6, ""), (words, done)
        said_last = done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr, words
        assert "127.0.0.1" in said_last
        assert re.search("[ぁ-ん]", said_last) or words in _STAYING, words  # what stays logs in English


def test_a_database_of_another_shape_is_to_be_migrated() -> None:
    """And what no server causes is no trouble of a server: it stays a defect that is seen."""
    told = of_server(ProgrammingError("select", {}, ValueError('relation "api_key" does not exist\nLINE 1')))
    assert told is not None
    assert (told[0], "keiyaku migrate" in told[1], "LINE 1" in told[1]) == (Exit.SETUP, True, False)
    among_many = ExceptionGroup("at once", [RPCError("no such namespace", RPCStatusCode.NOT_FOUND, b"")])
    assert [each and each[0] for each in map(of_server, (among_many, KeyError("x")))] == [Exit.AWAY, None]


def test_up_says_in_the_language_asked_for_which_port_is_taken(tmp_path: Path) -> None:
    """And what to set."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        env = {"KEIYAKU_HOME": str(tmp_path / "home"), "KEIYAKU_API_PORT": port}
        ja, en = typed([(("up",), env), (("up", "--lang", "en"), env)])
    assert (ja.returncode, en.returncode) == (1, 1)
    values = {"port": port, "variable": "KEIYAKU_API_PORT"}
    assert SENTENCES["port_taken"][0].format(**values) in ja.stderr
    assert SENTENCES["port_taken"][1].format(**values) in en.stderr


WRONG = [
    *(["keys", "create", "operator", "x", "--days", days] for days in ("3000000", "99999999999")),
    *(["keys", "rotate", "x", "--keep-hours", hours] for hours in ("99999999999", "nan", "inf")),
    *([*words, "\udcff"] for words in (["find"], ["erase"], ["person", "export"], ["versions", "promote"])),
    *(["cancel", "K1", *more] for more in (["--received", "\udcff"], ["--idempotency-key", "あ"])),
    ["cancel", "K1", "--idempotency-key", "a\nb"],
    ["events", "--after", "\udcff"],
    ["do", "K1", "inquiries", "topic=X", "text=\udcff"],
    *(["request", "GET", "/v1/access-log", *more] for more in (["limit"], ["a=1", "a=2"], ["path=x"], ["--dry-run"])),
]


def test_what_cannot_be_sent_or_counted_is_typed_wrongly(tmp_path: Path) -> None:
    """Exit code 2 and a sentence, before anything is read or sent: no traceback, and no doubt whether it was done."""
    home = {"KEIYAKU_HOME": str(tmp_path), "KEIYAKU_URL": "http://127.0.0.1:1", "KEIYAKU_KEY": "key"}
    for words, done in zip(WRONG, typed([(words, home) for words in WRONG]), strict=True):
        assert (done.returncode, done.stdout) == (2, ""), (words, done)
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()
    (no_key,) = typed([(["find", "x"], {**home, "KEIYAKU_KEY": "鍵"})])
    assert (no_key.returncode, "KEIYAKU_KEY" in no_key.stderr) == (1, True)


def test_another_program_at_the_address_is_named_as_such() -> None:
    """A page where JSON should be, or an address that is none: exit code 1 and what to look at."""
    with serving(b"<html>") as url:
        env = {"KEIYAKU_KEY": "k" * 40}
        cases = [(("tasks",), {**env, "KEIYAKU_URL": each}) for each in (url, "keiyaku.example", "ftp://x")]
        page, *wrong = typed(cases)
    assert (page.returncode, "keiyaku のものではありません" in page.stderr) == (1, True), page
    assert [(each.returncode, "http://" in each.stderr) for each in wrong] == [(1, True)] * 2, wrong


@contextmanager
def serving(body: bytes) -> Iterator[str]:
    """An address where every request is answered 200 with this."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_why_a_file_is_refused_is_said_in_the_spoken_language(tmp_path: Path) -> None:
    """The usual reasons in Japanese too; a rare one in the words of the system."""
    env = {"KEIYAKU_URL": "http://127.0.0.1:1", "KEIYAKU_KEY": "k" * 40}
    files = (tmp_path / "none.ndjson", tmp_path)
    told = typed([(("import", "contracts", str(each), "--lang", lang), env) for each in files for lang in ("ja", "en")])
    reasons = ("そのファイルはありません", "No such file or directory", "フォルダーです", "Is a directory")
    assert [(each.returncode, why in each.stderr) for each, why in zip(told, reasons, strict=True)] == [(1, True)] * 4
    assert trouble(OSError(errno.EMFILE, "Too many open files")).ja == "Too many open files"


SCENARIOS = {
    "title: x": ("clock: 入力が必要です", "clock: Field required"),
    "title: [": ("YAML として読めません: 1 行目", "is not YAML: line 1"),
    "a text": ("筋書きではありません", "is no scenario"),
    "{title: x, clock: noon, steps: [{note: y}]}": ("'noon' は時差つきの日時ではありません", "'noon' is no timestamp"),
    "{title: x, clock: y, steps: [{note: {de: z}}]}": ("{ja: …, en: …} の組", "{ja: …, en: …} of one"),
}


def test_what_is_wrong_with_a_scenario_is_said_in_the_spoken_language(tmp_path: Path) -> None:
    """With the place and what to write there; nothing is started for it."""
    paths = [tmp_path / f"{n}.yaml" for n in range(len(SCENARIOS))]
    for path, text in zip(paths, SCENARIOS, strict=True):
        path.write_text(text)
    said_of = typed([(("rehearse", str(path), "--lang", lang), {}) for path in paths for lang in ("ja", "en")])
    wanted = [words for both in SCENARIOS.values() for words in both]
    assert [(each.returncode, want in each.stderr) for each, want in zip(said_of, wanted, strict=True)] == [
        (1, True)
    ] * len(wanted), said_of


def test_a_scenario_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    """Exit code 4 with those that are there, in the spoken language."""
    env = {"KEIYAKU_HOME": str(tmp_path)}
    ja, en = typed([(("rehearse", "nope", "--lang", lang), env) for lang in ("ja", "en")])
    assert [(each.returncode, "boundary-2018" in each.stderr) for each in (ja, en)] == [(4, True)] * 2
    assert "という筋書きはありません" in ja.stderr
    assert "there is no scenario" in en.stderr
