"""Every field and code that a command can print has words in both languages; moments are those of Japan."""

from __future__ import annotations

import ast
import base64
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import app
from console import vocabulary
from console.shapes import operations
from console.tables import facts, rows
from console.wording import CODES, FIELDS
from decisions.registry import DOMAINS
from models.said import speak, spoken
from reference.client import document

ROOT = Path(__file__).parents[2]
ENVELOPE = {"specversion", "datacontenttype", "language"}
"""Fields of a protocol, whose values are no words."""


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = spoken()
    speak("ja")
    yield
    speak(before)


def properties(shape: Any) -> Iterator[tuple[str, Any]]:
    """Every named field of a published document, at any depth."""
    if isinstance(shape, dict):
        yield from (shape.get("properties") or {}).items()
        for each in shape.values():
            yield from properties(each)
    elif isinstance(shape, list):
        for each in shape:
            yield from properties(each)


def enumerated(field: Any) -> Iterator[str]:
    """The codes a published field may have."""
    for each in (field, field.get("items", {}), *field.get("anyOf", [])):
        found = [*each.get("enum", []), *([each["const"]] if "const" in each else [])]
        yield from (code for code in found if isinstance(code, str) and code)


def within(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value, itself first."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from within(each)
    elif isinstance(value, list):
        for each in value:
            yield from within(each)


@cache
def decisions() -> tuple[dict[str, Any], ...]:
    """Every decision that the kept histories and states of all kinds of lives hold."""
    found: list[dict[str, Any]] = []
    for file in sorted((ROOT / "tests" / "golden").rglob("*.json")):
        for each in within(json.loads(file.read_text(encoding="utf-8"))):
            told = [each]
            if isinstance(each.get("data"), str) and "metadata" in each:
                try:
                    told = list(within(json.loads(base64.b64decode(each["data"]))))
                except ValueError:
                    continue
            found += [one for one in told if {"outcome", "articles"} <= one.keys()]
    return tuple(found)


def outcomes() -> Iterator[str]:
    """What the code itself names as the outcome of a decision."""
    for room in ("decisions", "rules"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Decision" and node.args:
                    first = node.args[0]
                    told = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                    yield from (str(each.value) for each in told if isinstance(each, ast.Constant))


def test_every_published_field_has_words() -> None:
    """Of what the service takes and of what it answers."""
    names = {name for name, _ in properties(document())}
    assert sorted(names - set(FIELDS)) == []


def test_every_published_code_has_words() -> None:
    """By the field that holds it; what is no code of ours stands aside."""
    bare = set()
    for name, field in properties(document()):
        for code in enumerated(field):
            worded = any(vocabulary.code(code, name, kind=kind) != code for kind in vocabulary.STATES)
            if name not in ENVELOPE and not worded:
                bare.add((name, code))
    assert not bare, sorted(bare)


def test_every_outcome_has_words() -> None:
    """Of every decision the code can come to."""
    assert sorted(set(outcomes()) - set(CODES["outcome"])) == []


def test_every_field_and_code_of_a_kept_decision_has_words() -> None:
    """At any depth, for all kinds of lives; ids, dates and sums are told as they are."""
    assert len(decisions()) > 100
    fields, codes = set(), set()
    for decision in decisions():
        for each in within(decision):
            for name, value in each.items():
                if vocabulary.heading(name) == name and re.fullmatch("[a-z][a-z_]*", name):
                    fields.add(name)
                texts = value if isinstance(value, list) else [value]
                for text in [] if name.endswith("_id") else texts:
                    if isinstance(text, str) and re.fullmatch("[a-z_]+|[A-Z_]{3,}", text) and not text.startswith("op"):
                        worded = any(vocabulary.scalar(text, name, kind=kind) != text for kind in vocabulary.STATES)
                        codes |= set() if worded else {(name, text)}
    assert sorted(fields) == []
    assert not codes, sorted(codes)


def test_everything_that_can_be_asked_has_a_name() -> None:
    """Each request of the published document that `do` takes; each update but those of our own parts."""
    own = {
        "charge_paid",
        "credit_left",
        "exchange_failed",
        "filing_report",
        "line_notice",
        "plan_announced",
        "plan_changed",
        "rollout",
    }
    own |= {"charge_owed", "withdraw_payment_agency", "carrier_status", "withdraw_filing", "settle_defect"}
    asked = {each for domain in DOMAINS.values() for each in domain.operations}
    unnamed = [
        f"{each.method} {each.template}"
        for each in operations(document())
        if re.fullmatch(r"/v1/(contracts|memberships|filings|rollouts)/\{\w+\}/.+", each.template)
        and not vocabulary.request(each.method, each.template)
    ]
    assert unnamed == []
    assert sorted(asked - own - set(vocabulary.updates())) == []


MONEY = {"amount": 4500, "tax": 450, "total": 4950}
TRIED = {
    "outcome": "accepted",
    "detail": "The contract ends.",
    "fee": MONEY,
    "fee_outcome": "due",
    "tells": [{"channel": "notice", "what": "cancellation_accepted", "name": "cancellation_accepted", "how": "sent"}],
    "ahead": [{"on": "2019-10-31", "event": "end", "label": "月末解約", "undo_until": "2019-10-31T15:00:00Z"}],
}


def test_what_lies_within_is_laid_out_and_money_shows_its_tax(capsys: pytest.CaptureFixture[str]) -> None:
    """Each on a line of its own below its name; no English sentence in Japanese, no Japanese in English."""
    facts(TRIED, "contract")
    ja = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [re.sub(r" {2,}", " ", line.strip()) for line in ja] == [
        "結果 受付",
        "費用 4,950円(税抜4,500円+税450円)",
        "費用の扱い かかります",
        "お知らせ",
        "・送り先 お客さま",
        "内容 ご解約の受付のお知らせ",
        "お知らせの扱い お送りします",
        "これから起こること",
        "・日付 2019年10月31日",
        "内容 月末解約",
        "取り消せる期限 2019年11月1日 00:00(日本時間)",
    ]
    assert [line[:2] for line in ja[4:7]] == ["  "] * 3
    speak("en")
    facts(TRIED, "contract")
    en = capsys.readouterr().out
    assert not re.search("[ぁ-んァ-ン一-龠]", en), en
    assert "4,950 yen (4,500 yen + 450 yen tax)" in en
    assert "1 November 2019 00:00 (Japan time)" in en


def test_a_moment_in_a_table_is_one_of_japan_and_its_heading_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever offset the service wrote it with; days, moments and months are written as at the desk."""
    rows([{"since": "2019-10-31T15:00:00Z", "on": "2019-10-31", "month": "2019-10"}], ("since", "on", "month"))
    head, _, line, *_ = capsys.readouterr().out.strip().splitlines()
    assert head.split() == ["いつから(日本時間)", "日付", "月"]
    assert line.split() == ["2019年11月1日", "00:00", "2019年10月31日", "2019年10月"]


WRONG = [
    (("show",), "ID を示してください"),
    (("sho",), "sho というコマンドはありません。近いもの: show"),
    (("keys", "nonsense"), "nonsense というコマンドはありません"),
    (("show", "K1", "--lnag"), "--lnag というオプションはありません。近いもの: --"),
    (("show", "K1", "K2"), "余分な引数があります: K2"),
    (("show", "K1", "--as-of"), "--as-of には値が要ります"),
    (("show", "K1", "--json=3"), "--json は値をとりません"),
    (("show", "K1", "--as", "x"), "--as: 次のどれかを示してください: backoffice, operator, auditor"),
    (("events", "--limit", "x"), "--limit: 整数で入力してください"),
    (("events", "--limit", "0"), "--limit: 小さすぎます(1 以上)"),
    (("events", "--every", "x"), "--every: 数で入力してください"),
]


@pytest.mark.parametrize(("words", "told"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_is_typed_wrongly_is_told_in_the_spoken_language(words: tuple[str, ...], told: str) -> None:
    """One sentence, then usage and where help is; exit code 2 in both languages."""
    ja = CliRunner().invoke(app, list(words), env={"LC_ALL": "ja_JP.UTF-8"})
    assert (ja.exit_code, ja.stdout) == (2, "")
    first, *rest = ja.stderr.splitlines()
    assert first.startswith(f"keiyaku: {told}")
    assert all(line.startswith(("使い方: ", "詳しくは: ")) for line in rest), rest
    en = CliRunner().invoke(app, list(words), env={"LC_ALL": "en_US.UTF-8"})
    assert (en.exit_code, en.stdout) == (2, "")
    assert not re.search("[ぁ-ん]", en.stderr)
