"""What a pure answer says in one sentence: in the language asked for, Japanese where none is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.doors.problems import Problem
from rules.explain.answers import _SENTENCES
from tests.api.conftest import KEYS

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
RAW = re.compile(r"[0-9]{4}-[0-9]{2}|[A-Z]{2,}_[A-Z]+|None")
"""What people do not write: stored days and months, codes."""


def questions(app: FastAPI) -> list[tuple[str, str, Any]]:
    """Path, name and body of every example of a pure answer."""
    return [
        (path, path.rpartition("/")[2], example["value"])
        for path, methods in app.openapi()["paths"].items()
        if path.startswith("/v1/decisions/")
        for example in methods["post"]["requestBody"]["content"]["application/json"]["examples"].values()
    ]


@pytest.mark.parametrize("language", ["ja", "ja-JP,en;q=0.5", None])
def test_every_pure_answer_is_a_japanese_sentence(app: FastAPI, language: str | None) -> None:
    """Of each example of the published document; nothing in it is a code or a day as it is stored."""
    asked = questions(app)
    assert {name for _, name, _ in asked} == _SENTENCES.keys()
    for path, name, body in asked:
        said = _asked(app, path, body, language)
        assert JAPANESE.search(said), (name, said)
        assert said.endswith("。"), (name, said)
        assert not RAW.search(said), (name, said)


def test_in_english_the_rules_own_sentence_is_told(app: FastAPI) -> None:
    """The same as ever, for whoever asks for it."""
    for path, name, body in questions(app):
        # A proper name stays what it is.
        assert not JAPANESE.search(_asked(app, path, body, "en").replace("光コラボ", "")), name


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        (
            "cancellation-date",
            {"channel": "paper", "received_at": "2019-07-26T10:00:00+09:00"},
            "25日を過ぎている → 第10条第3項 → 翌月(2019年8月)の末日 → 2019年8月31日をもって解約。",
        ),
        (
            "minimum-term",
            {"applied_on": "2018-07-01", "change_on": "2018-07-10", "from_course": "COLLABO",
             "carried_minimum_end_on": "2019-08-31"},
            "2019年8月31日まで。",
        ),
        (
            "termination-fee",
            {"applied_on": "2018-04-20", "minimum_term_end_on": "2020-04-30", "ended_on": "2020-03-31",
             "cause": "cancellation"},
            "合計 4,950円",
        ),
        (
            "termination-fee",
            {"applied_on": "2018-04-20", "minimum_term_end_on": "2020-04-30", "ended_on": "2020-03-31",
             "cause": "cancellation", "waiver": "death"},
            "ご契約者の死亡による免除",
        ),
        (
            "termination-fee",
            {"applied_on": "2017-10-20", "minimum_term_end_on": "2019-10-31", "ended_on": "2018-12-10",
             "cause": "course_change", "to_course": "COLLABO"},
            "10か月を新しい契約に引き継ぐ",
        ),
        (
            "termination-fee",
            {"applied_on": "2018-07-01", "minimum_term_end_on": None, "ended_on": "2018-12-31",
             "cause": "cancellation"},
            "最低利用期間なし → 解約事務手数料 0円。",
        ),
        (
            "eligibility",
            {"chapter": 1, "on": "2018-05-20",
             "line": {"operator": "EAST", "brand": "NEXT", "service_type": "BUSINESS"}},
            "第1章のサービスを利用できません: 対象外の回線タイプです",
        ),
        (
            "initial-cancellation",
            {"papers_received_on": "2018-05-10", "dispatched_on": "2018-05-18"},
            "2018年5月17日までの発信が有効です。2018年5月18日の発信は期間を過ぎています。",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_was_decided(app: FastAPI, name: str, body: dict[str, Any], said: str) -> None:
    """The row, the day and the sum, as the fields beside it have them."""
    assert said in _asked(app, f"/v1/decisions/{name}", body, "ja")


def _asked(app: FastAPI, path: str, body: Any, language: str | None) -> str:
    headers = {"Authorization": f"Bearer {KEYS['backoffice'][1]}"}
    if language is not None:
        headers["Accept-Language"] = language
    answer = TestClient(app).post(path, json=body, headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    return str(answer.json()["detail"])


def test_a_refusal_calls_a_statement_by_its_month() -> None:
    """In the English `detail` as in the Japanese `message`: whoever paid it does not know its number."""
    figures = {"amount": 2000, "owed": 1026, "statement": "K0A1-2019-04"}
    detail = "2000 yen are more than the 1026 yen still owed on K0A1-2019-04."
    said = Problem(422, "OVERPAID", detail, ("W-11.3",), values=figures).body()
    assert said["detail"] == "2000 yen are more than the 1026 yen still owed on the statement of April 2019."
    assert "2019年4月分の請求書の残額 1,026円" in said["message"]
