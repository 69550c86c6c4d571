"""Decisions are told in plain words: every article has its text, and the arithmetic is that of the terms."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from decisions.registry import DOMAINS
from models.messages.carrier import FilingStatus, LineNoticeKind
from models.messages.contract.rollout import Kind as RolloutKind
from models.tasks import TASKS
from reference.catalogue import load
from rules.club.program import notice_plan
from rules.explain import cite, english, explain, paraphrase
from rules.explain.articles import Language, event, refusals, task, texts
from rules.explain.decision import ARROW
from rules.explain.steps import expiry
from rules.explain.wording import refusal, statements_in_words

ROOT = Path(__file__).parents[2]
ROOMS = ("rules", "decisions", "api", "workflows", "activities")
"""Rooms that refuse."""


def told(language: Language = "ja", **changes: Any) -> dict[str, Any]:
    """The explanation of a start of service, with changes."""
    values: dict[str, Any] = {
        "event": "start_service",
        "articles": ("W-12.1", "W-12.1n"),
        "decision": {
            "detail": "Service starts.",
            "service_start_on": "2018-06-12",
            "minimum_term": {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"},
        },
        "facts": {"applied_on": "2018-05-20"},
        "received_at": datetime.fromisoformat("2018-06-12T09:00:00+09:00"),
        "effective_on": date(2018, 6, 12),
        "language": language,
    }
    made = {**values, **changes}
    when = (made.pop("received_at"), made.pop("effective_on"))
    return explain(**{**made, "facts": (made["facts"], made["facts"]), "when": when}).as_json()


CANCEL: dict[str, Any] = {
    "event": "cancel",
    "articles": ("W-10.2", "W-12.3c", "W-99.4", "X-07"),
    "decision": {
        "detail": "The contract ends.",
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "fee_outcome": "due",
        "fee_due_on": "2019-05-31",
        "minimum_term": {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"},
    },
    "received_at": datetime.fromisoformat("2019-04-25T10:00:00+09:00"),
    "effective_on": date(2019, 4, 30),
}


def test_every_row_of_the_catalogue_has_its_words_in_both_languages() -> None:
    """No article is left as an id; each is a sentence for a person, not the catalogue's note for who builds it."""
    assert set(texts()) == set(load(ROOT).rows)
    assert [name for name, words in texts().items() if not words["ja"].endswith("。")] == []
    stiff = {name: words["en"] for name, words in texts().items() if not _SENTENCE.fullmatch(words["en"])}
    assert stiff == {}
    coded = {name: words["en"] for name, words in texts().items() if _CODED.search(words["en"])}
    assert coded == {}, "an id, a course's code, a day as programs write it, or a Japanese word in brackets"


_SENTENCE = re.compile(r"[A-Z“フ].*\.")
_CODED = re.compile(r"[WMXAF]-[0-9]|\bW[12]\b|[0-9]{4}-[0-9]{2}|NTT-ME|\([^)]*[\u3041-\u9fff][^) ]*\)$|paramet")


def test_everything_that_is_refused_has_its_words_in_both_languages() -> None:
    """No code that the rules, the decisions or the doors refuse with reaches a person as a code."""
    said = refusals()
    assert sorted(_refused() - said.keys()) == []
    assert [code for code, words in said.items() if not words["ja"] or not words["en"]] == []


def _refused() -> set[str]:
    """Codes as the code writes them: as a constant, or by the name of one."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    named = {
        target.id: node.value.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = {_code_of(node, named) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {code for code in found if code is not None and code.isupper()}


def _code_of(call: ast.Call, named: dict[str, str]) -> str | None:
    place = {"Refusal": 0, "Problem": 1, "NotAllowedError": None, "Refused": None}
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in place:
        return None
    at = place[name]
    given = next((each.value for each in call.keywords if each.arg == "code"), None)
    if given is None and at is not None and len(call.args) > at:
        given = call.args[at]
    if isinstance(given, ast.Name):
        return named.get(given.id)
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def test_the_figures_of_a_refusal_are_told_in_both_languages() -> None:
    """A sentence with figures names the same ones in Japanese and in English."""
    pairs = [(code, each) for code, words in refusals().items() for each in words.get("more", ())]
    assert len(pairs) > 80
    named = re.compile(r"\{([a-z_]+)\}")
    assert [code for code, each in pairs if set(named.findall(each["ja"])) != set(named.findall(each["en"]))] == []
    assert [code for code, each in pairs if not named.findall(each["ja"])] == []


@pytest.mark.parametrize(
    ("code", "values", "ja", "en"),
    [
        ("NOTICE_TOO_SHORT", {"least": 30, "days": 13},
         "告知から適用までの期間が足りません(30日前までに告知が必要です。残りは13日です)",
         "It would be announced too late (it has to be announced 30 days ahead; 13 are left)"),
        ("CHOICE_NOT_OFFERED", {"choices": ["course_change", "cancel"]},
         "その選択肢はありません(選べるのは コース変更、解約 です)",
         "That choice is not offered (the choices are a change of course, to cancel)"),
        ("OVERPAID", {"amount": 5000, "owed": 1200, "statement": "K1-2019-04"},
         "請求額を超える入金です(入金 5,000円、2019年4月分の請求書の残額 1,200円)",
         "More than the statement asks for (5,000 yen for the statement of April 2019, of which 1,200 yen are owed)"),
        ("IN_THE_FUTURE", {"on": "2019-04-02", "now": "2019-04-01T10:00:00+09:00"},
         "未来の日時は入力できません(2019年4月2日は、現在 2019年4月1日 10:00 より後です)",
         "A moment in the future cannot be entered (2 April 2019 is later than now, 1 April 2019 10:00)"),
        ("COURSE_CLOSED", {"course": "W2_FAMILY", "on": date(2019, 4, 1)},
         "このコースは新しいお申込みを受け付けていません(2019年4月1日の WAKWAK 光 with フレッツ II ファミリー)",
         "The course takes no new applications (WAKWAK 光 with フレッツ II ファミリー on 1 April 2019)"),
        ("SAME_COURSE", {}, "すでにそのコースです", "The contract is on this course already"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_with_its_figures(code: str, values: dict[str, Any], ja: str, en: str) -> None:
    """Days, sums and names of choices stand in the sentence, none of them as a code."""
    assert (refusal(code, "ja", values), refusal(code, "en", values)) == (ja, en)


WITHOUT_FIGURES = frozenset({
    "CHANNEL_NOT_ALLOWED", "DECIDED_ELSEWHERE", "NO_SUCH_TASK", "NOTHING_TO_DO", "ILLEGAL_TRANSITION", "CLOSED",
    "MALFORMED_PLAN",
})  # fmt: skip
"""What their English sentence quotes is a name of the machinery."""


def test_no_figure_of_a_refusal_stands_in_english_alone() -> None:
    """A sentence that is put together of values hands them on: the Japanese one has a place for them."""
    missing = []
    for room in ("rules", "decisions"):
        for file in (ROOT / room).rglob("*.py"):
            for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef):
                    missing += [f"{file.name}: {code}" for code in _without_values(function)]
    assert [each for each in missing if each.rpartition(" ")[2] not in WITHOUT_FIGURES] == []


def _without_values(function: ast.FunctionDef) -> list[str]:
    """Codes that a function refuses with a sentence made of values, and hands none of them on."""
    written = sorted(
        (node.lineno, target.id, isinstance(node.value, ast.JoinedStr))
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    )
    found = []
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in {"Refusal", "NotAllowedError"} or any(each.arg == "values" for each in node.keywords):
            continue
        last = {name: made for line, name, made in written if line < node.lineno}
        if any(isinstance(each, ast.JoinedStr) or (isinstance(each, ast.Name) and last.get(each.id))
               for each in node.args):  # fmt: skip
            found.append(_code_of(node, {}) or "ILLEGAL_TRANSITION")
    return found


def test_everything_that_can_wait_has_its_words_in_both_languages() -> None:
    """No code of the registry reaches a person as a code."""
    assert [code for code in TASKS if code in {task(code, "ja"), task(code, "en")}] == []


def test_what_waits_says_what_to_do() -> None:
    """A person who reads it at the desk is asked for something, not only told what happened (X-05)."""
    assert [code for code in TASKS if "ください" not in task(code, "ja")] == []


def test_everything_that_happens_has_its_words_in_both_languages() -> None:
    """No command and no timer of any kind of entity reaches a person as a name."""
    names = [name for domain in DOMAINS.values() for name in (*domain.commands, *domain.due)]
    assert [name for name in names if name in {event(name, "ja"), event(name, "en")}] == []
    assert event("issue_statements_done", "ja") == "請求書を発行しました(完了)"


def test_everything_that_is_recorded_has_its_words_in_both_languages() -> None:
    """Nor does any entry under another name than its command's: NTT's notices, its statuses, a rollout's own kinds."""
    by_kind = {
        *get_args(LineNoticeKind),
        *get_args(RolloutKind),
        *(f"carrier_{each}" for each in get_args(FilingStatus)),
    }
    names = {*_recorded(), *by_kind, "registered", "re_registered"}
    assert {"accept_failed", "choice_overdue", "course_change"} <= names
    assert sorted(name for name in names if name in {event(name, "ja"), event(name, "en")}) == []


def test_the_same_name_is_told_as_what_it_is_of_each_kind() -> None:
    """A membership that ends is no contract that ends."""
    assert event("end", "ja", "contract") == event("end", "ja") == "契約が終了しました"
    assert event("end", "ja", "membership") == "会員資格が終わりました"
    assert told(event="import", kind="membership")["title"] == "既存の会員を取り込みました"


def _recorded() -> set[str]:
    """The names under which the decisions record, as the code writes them: as a text, or by the name of one."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "decisions").rglob("*.py")]
    everywhere = {name: value for tree in trees for name, value in _texts_of(tree).items()}
    found: set[str] = set()
    for tree in trees:
        named = {**everywhere, **_texts_of(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Step" and node.args:
                given = node.args[0]
                choices = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
                found |= {str(each.value) for each in choices if isinstance(each, ast.Constant)}
                found |= {named[each.id] for each in choices if isinstance(each, ast.Name) and each.id in named}
    return found


def _texts_of(tree: ast.Module) -> dict[str, str]:
    """The constants of a module that are texts."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@pytest.mark.parametrize(
    ("event_name", "articles", "outcome", "steps"),
    [
        ("waive", ("W-12.6a", "W-12.6", "W-12.3c"), "waived",
         "第12条第6項(a) → 担当者が証拠を確かめて免除 → 解約事務手数料 4,860円(税抜4,500円+税360円) → 0円"),
        ("decide_fee", ("W-12.3d", "W-12.3c"), "due",
         "第12条第3項(d) → 担当者が請求すると判断 → 解約事務手数料 4,860円(税抜4,500円+税360円)"),
    ],
)  # fmt: skip
def test_what_an_operator_makes_of_a_fee_is_told_as_a_decision_of_a_person(
    event_name: str, articles: tuple[str, ...], outcome: str, steps: str
) -> None:
    """The day of the ruling is no end of the contract: it is compared with no term."""
    decision = {"outcome": outcome, "fee": {"amount": 4500, "tax": 360, "total": 4860}}
    assert told(event=event_name, articles=articles, decision=decision)["steps"] == [steps]


def test_the_minimum_term_is_told_from_the_application_to_its_last_day() -> None:
    """The chain names the application, the paragraph, the first day, the months and the last day."""
    assert told()["steps"] == [
        ARROW.join(
            [
                "2018年5月20日申込み",
                "第12条第1項",
                "開始日2018年6月12日を含む月の初日 2018年6月1日から24か月",
                "2020年5月31日まで",
            ]
        )
    ]
    assert told("en")["steps"] == [
        ARROW.join(
            [
                "applied on 20 May 2018",
                "article 12(1)",
                "24 months from 1 June 2018, the first day of the month of 12 June 2018",
                "to 31 May 2020",
            ]
        )
    ]


def test_without_a_term_the_chain_says_so() -> None:
    """Applied on the first day without a term."""
    decision = {"detail": "", "minimum_term": None, "service_start_on": "2018-06-12"}
    found = told(articles=("W-12.2",), decision=decision, facts={"applied_on": "2018-06-01"})
    assert found["steps"] == ["2018年6月1日申込み → 第12条第2項 → 最低利用期間なし"]


def test_a_cancellation_is_told_with_its_day_its_fee_and_the_tax() -> None:
    """The day of arrival against the cut-off, then the fee with the rate of the last day."""
    assert told(**CANCEL)["steps"] == [
        "2019年4月25日 書面が到着 → 25日まで → 第10条第2項 → その月(2019年4月)の末日 → 2019年4月30日をもって解約",
        ARROW.join(
            [
                "終了日 2019年4月30日は期間の末日 2020年5月31日より前",
                "第12条第3項(c)",
                "解約事務手数料 4,500円(税抜)",
                "2019年4月30日の税率8%: 4,500×8%=360円",
                "合計 4,860円",
                "2019年5月31日までにお支払い",
            ]
        ),
    ]


def test_a_day_later_it_is_the_next_month() -> None:
    """The 26th is past the cut-off."""
    late = {
        **CANCEL,
        "articles": ("W-10.3",),
        "received_at": datetime.fromisoformat("2019-04-26T10:00:00+09:00"),
        "effective_on": date(2019, 5, 31),
    }
    assert told(**late)["steps"][0] == (
        "2019年4月26日 書面が到着 → 25日を過ぎている → 第10条第3項 → 翌月(2019年5月)の末日 → 2019年5月31日をもって解約"
    )


def test_the_end_does_not_repeat_the_arithmetic_of_the_notice() -> None:
    """An end rests on the articles of the notice; its own moment is midnight and no arrival."""
    ended = {**CANCEL, "event": "end", "received_at": datetime.fromisoformat("2019-05-01T00:00:00+09:00")}
    assert len(told(**ended)["steps"]) == 1


@pytest.mark.parametrize(
    ("article", "ja", "en"),
    [
        ("W-12.1", "第12条第1項", "article 12(1)"),
        ("W-12.3c", "第12条第3項(c)", "article 12(3)(c)"),
        ("W-12.1n", "第12条第1項", "article 12(1)"),
        ("W-99.4", "附則", "supplementary provisions"),
        ("W-00.1", "前文", "preamble"),
        ("W-C1.1", "第1章 前書き", "head of chapter 1"),
        ("M-04.4", "終了のお知らせ", "closing notice"),
        ("X-07", "共通の定め", "common rule"),
    ],
)
def test_ids_are_cited_as_articles(article: str, ja: str, en: str) -> None:
    """As a customer can look them up."""
    assert (cite(article, "ja"), cite(article, "en")) == (ja, en)


def test_what_is_no_row_is_told_by_its_id() -> None:
    """A reading has no text of its own, and an unknown event keeps its name."""
    assert paraphrase("A-34", "ja") == "A-34"
    assert told(event="something_new")["title"] == "something_new"


def test_articles_name_the_days_of_the_plan_in_force() -> None:
    """A programme that ends on another day is nowhere said to end on that of the notice."""
    notice = notice_plan()
    other = replace(
        notice, ends_on=date(2025, 6, 30), points_redated=replace(notice.points_redated, expires_on=date(2025, 6, 30))
    )
    told = {name: paraphrase(name, "ja", other) + paraphrase(name, "en", other) for name in texts()}
    assert [name for name, said in told.items() if "2025年3月31日" in said or "2025-03-31" in said] == ["M-04.3"]
    assert paraphrase("M-07.1", "ja", other) == "プログラムは2025年6月30日に終了し、残る特典もすべて終わります。"
    assert "also the programme end" not in told["M-04.3"]
    assert paraphrase("M-07.1", "ja") == "プログラムは2025年3月31日に終了し、残る特典もすべて終わります。"


def test_a_lot_is_told_from_its_grant_to_its_changed_expiry() -> None:
    """The fiscal year decides, and the change is named."""
    assert expiry(date(2023, 4, 1), date(2026, 3, 31), date(2025, 3, 31), "ja") == [
        "2023年4月1日付与",
        "2023年度",
        "終了のお知らせ(3年後の3月31日)",
        "2026年3月31日まで",
        "終了に伴い 2025年3月31日に変更",
    ]


def test_figures_and_months_among_the_facts_are_read_as_everywhere() -> None:
    """A number has its thousands marked, and a month is no code."""
    decision = {"points": 1000, "term_end_month": "2018-04", "usage_month": "2018-05"}
    for language, said in (("ja", ["1,000", "2018年5月", "2018年4月"]), ("en", ["1,000", "May 2018", "April 2018"])):
        found = told(language, event="renewal_bonus", articles=("M-03.1",), decision=decision)
        assert [each["value"] for each in found["facts"] if each["name"] in decision] == said


@pytest.mark.parametrize(("language", "said"), [("ja", "#6 として待っています"), ("en", "waits as 6")])
def test_what_waits_under_another_number_names_it_in_both_languages(language: Any, said: str) -> None:
    """Whoever approves by the old number reads the new one (X-05)."""
    assert said in str(refusal("NOTHING_HELD", language, {"held": "3", "waits_as": "6"}))
    assert "3" in str(refusal("NOTHING_HELD", language, {"held": "3"}))
    assert "3" in str(refusal("NOTHING_HELD", language, {"held": "3", "overtaken": "3"}))


@pytest.mark.parametrize("named", ["0000-01", "2018-13", "2018-05-20T99:00:00+09:00", "0001-01-01T00:00:00+14:00"])
def test_a_name_that_only_looks_like_a_month_or_a_moment_is_repeated_as_it_is(named: str) -> None:
    """A refusal that repeats what a caller wrote is told, whatever that was."""
    assert named in str(refusal("UNKNOWN_COURSE", "ja", {"given": named}))
    assert named in str(refusal("UNKNOWN_COURSE", "en", {"given": named}))


def test_a_statement_is_named_by_its_month() -> None:
    """Its number is for programs; a day that begins like one, and an id without a month, stay as they are."""
    text = "1 yen are more than the 0 yen still owed on K0123456789ABCDEF-2019-05."
    assert english(text) == "1 yen are more than the 0 yen still owed on the statement of May 2019."
    for other in ("K0123-2019-05-01", "K0123456789ABCDEF", "W2_FAMILY-2019-05"):
        assert statements_in_words(other, "ja") == other
