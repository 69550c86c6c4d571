"""Notices: every letter the texts call for, in Japanese, from the least and from all of its data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.notices import KINDS, NoticeDataError, render
from activities.notices.wording import WordingError, cite, course, day, month, points, yen
from models.tables.people import Person

FEE = {"amount": 4500, "tax": 360, "total": 4860}
NO_FEE = {"amount": 0, "tax": 0, "total": 0}
TERM = {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"}
FEES = {"fee": FEE, "fee_outcome": "due", "fee_due_on": "2018-09-30"}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "service_start": (
        {"service_start_on": "2018-06-12"},
        {"minimum_term": TERM, "course": "W2_FAMILY"},
        "2018年6月12日",
    ),
    "application_refused": ({}, {"ground": "REFUSE_NOT_LINE_HOLDER"}, "承ることができませんでした"),
    "filing_failed": ({}, {"outcome": "cancelled"}, "フレッツ光"),
    "course_moved": (
        {"course": "W2_MANSION", "on": "2019-03-01"},
        {"from_course": "W2_FAMILY", "cause": "line_type"},
        "マンション",
    ),
    "course_change_date": (
        {"to_course": "W2_FAMILY", "change_on": "2018-06-15"},
        {"from_course": "OTHER", "minimum_term": TERM, **FEES},
        "コース変更日: 2018年6月15日",
    ),
    "choice_request": (
        {"choices": ["course_change", "cancel"]},
        {"reason": "terminated", "deadline_days": 30, "effective_on": "2019-03-12", "chapter": 2},
        "・ご解約",
    ),
    "choice_reminder": (
        {"choices": ["continue", "cancel"]},
        {"asked_on": "2019-03-13", "deadline_on": "2019-04-12"},
        "・ご利用の継続",
    ),
    "cancellation_accepted": ({"end_on": "2018-08-31"}, {**FEES, "minimum_term": TERM}, "ご解約日: 2018年8月31日"),
    "contract_ended": ({"end_on": "2018-08-31"}, FEES, "ご契約終了日: 2018年8月31日"),
    "fee_due": (
        {"fee": FEE, "fee_due_on": "2018-09-30"},
        {"end_on": "2018-08-31", "fee_outcome": "reduced"},
        "お支払期日: 2018年9月30日",
    ),
    "fee_waived": ({}, {"fee": FEE, "case": "death", "end_on": "2018-08-31"}, "お支払いは不要です"),
    "direct_billing": ({"from_on": "2012-08-01"}, {"reason": "unpaid"}, "2012年8月1日"),
    "initial_cancellation_accepted": (
        {"end_on": "2018-05-17"},
        {**FEES, "then": "W2_FAMILY"},
        "初期契約解除の日: 2018年5月17日",
    ),
    "termination": ({"end_on": "2018-08-15"}, FEES, "ご契約終了日: 2018年8月15日"),
    "benefit_terms": (
        {"benefit_id": "B-1", "from_on": "2018-07-01"},
        {"minimum_months": 12, "end_on": "2019-06-30", "fee": FEE},
        "適用開始日: 2018年7月1日",
    ),
    "person_changed": ({"fields": ["お名前"], "changed_on": "2018-06-01"}, {}, "変更した項目: お名前"),
    "terms_changed": (
        {"effective_on": "2018-06-01"},
        {"kind": "discontinue", "notice": "詳細は当社ホームページ。", "announced_on": "2018-01-11", "chapter": 2},
        "2018年6月1日",
    ),
    "statement_issued": (
        {"month": "2018-07", "due_on": "2018-08-31"},
        {"total": 4860, "items": [{"code": "monthly_basic", "money": FEE}], "chapter": 2},
        "2018年7月分",
    ),
    "club_closure": (
        {"registration_ends_on": "2023-09-30", "last_grant_month": "2023-12", "ends_on": "2025-03-31"},
        {
            "points_redated": {
                "granted_from": "2023-04-01",
                "granted_to": "2023-12-31",
                "expires_on": "2025-03-31",
                "original_expires_on": "2026-03-31",
            },
            "reverts_on": "2025-04-30",
        },
        "提供終了日: 2025年3月31日",
    ),
    "points_expiring": ({"points": 1200, "expires_on": "2024-03-31"}, {}, "1,200ポイント"),
    "expiry_changed": (
        {"expires_on": "2025-03-31"},
        {
            "original_expires_on": "2026-03-31",
            "points": 700,
            "granted_from": "2023-04-01",
            "granted_to": "2023-12-31",
            "lots": [
                {
                    "granted_on": "2023-05-10",
                    "points": 700,
                    "original_expires_on": "2026-03-31",
                    "expires_on": "2025-03-31",
                }
            ],
        },
        "【変更後】2025年3月31日",
    ),
    "storage_advice": (
        {"advise_by": "2025-03-31", "reverts_on": "2025-04-30"},
        {"ended_on": "2025-03-31", "perk_gb": 5, "capacity_gb": 5, "used_gb": 8.3},
        "2025年3月31日までに",
    ),
    "registration_done": (
        {"registered_on": "2023-09-30"},
        {"member_id": "m1", "again": True, "ends_on": "2025-03-31"},
        "2023年9月30日",
    ),
    "left": ({"ended_on": "2024-10-15"}, {"points": 300, "reverts_on": "2024-11-30"}, "退会日: 2024年10月15日"),
    "exchange_done": (
        {"points": 500},
        {
            "item": "ギフトコード",
            "quantity": 2,
            "exchange_id": "x1",
            "balance_after": 0,
            "exchanged_on": "2024-12-01T10:15:00+09:00",
            "list_until": "2025-03-31",
        },
        "500ポイント",
    ),
    "exchange_failed": ({"points": 500}, {"item": "ギフトコード", "exchange_id": "x1"}, "500ポイント"),
    "membership_ended": (
        {"ended_on": "2025-03-31"},
        {"reason": "ended_programme", "points": 1600, "reverts_on": "2025-04-30"},
        "終了日: 2025年3月31日",
    ),
}


def person(**changes: Any) -> Person:
    """A contractor."""
    values = {"person_id": "p1", "name": "山田 太郎", "email": "taro@example.jp", "created_at": datetime.now(UTC)}
    return Person(**{**values, **changes})


def test_every_template_has_a_case_here() -> None:
    """No kind of notice is left untried."""
    assert set(CASES) == KINDS


@pytest.mark.parametrize("kind", sorted(CASES))
@pytest.mark.parametrize("full", [False, True])
def test_each_letter_is_written_from_the_least_and_from_all_its_data(kind: str, *, full: bool) -> None:
    """A letter names the person and its fact, leaves no raw value and no empty place, whatever optional data it has."""
    least, more, fact = CASES[kind]
    data = {**least, **more, "reference": "c-1", "unknown_key": {"x": 1}} if full else least
    letter = render(kind, data, person())
    assert letter.body.startswith("山田 太郎 様\n")
    assert fact in f"{letter.subject}\n{letter.body}"
    assert "\n" not in letter.subject
    for raw in ("None", "{", "}", "Undefined", "\n\n\n", "W2_", "201" + "8-"):
        assert raw not in f"{letter.subject}\n{letter.body}", raw


@pytest.mark.parametrize("kind", sorted(name for name, case in CASES.items() if case[0]))
def test_a_letter_without_what_it_needs_is_refused(kind: str) -> None:
    """Each required value left out is an error that never reaches a customer."""
    least = CASES[kind][0]
    for missing in least:
        with pytest.raises(NoticeDataError, match=missing):
            render(kind, {key: value for key, value in least.items() if key != missing}, person())


def test_service_start_says_the_minimum_term_or_that_there_is_none() -> None:
    """The start letter carries the start date, the term with both ends or none, and article 12 (W-12.1n)."""
    with_term = render("service_start", {"service_start_on": "2018-06-12", "minimum_term": TERM}, person()).body
    assert "利用開始日: 2018年6月12日" in with_term
    assert "最低利用期間: 2018年6月1日から2020年5月31日まで" in with_term
    assert "「WAKWAK 光 with フレッツシリーズ利用規程 第12条」" in with_term
    without = render("service_start", {"service_start_on": "2018-06-12", "minimum_term": None}, person()).body
    assert "最低利用期間: なし" in without
    assert "解約事務手数料" not in without


@pytest.mark.parametrize(
    ("outcome", "fee", "said"),
    [
        ("due", FEE, "4,500円(税抜)/4,860円(税込)"),
        ("reduced", {"amount": 3000, "tax": 240, "total": 3240}, "3,000円(税抜)/3,240円(税込)"),
        ("none", NO_FEE, "解約事務手数料は発生いたしません"),
        ("waived", NO_FEE, "免除"),
        ("carried", NO_FEE, "引き継がれます"),
        ("watched", FEE, "保留"),
        ("needs_operator", FEE, "あらためてご案内"),
        (None, None, "解約事務手数料は発生いたしません"),
    ],
)
def test_a_cancellation_letter_says_what_becomes_of_the_fee(outcome: str | None, fee: Any, said: str) -> None:
    """Each outcome of article 12-3 has its own sentence (W-12.3)."""
    data = {"end_on": "2018-08-31", "fee": fee, "fee_outcome": outcome, "fee_due_on": None, "minimum_term": None}
    assert said in render("cancellation_accepted", data, person()).body


def test_the_article_follows_the_chapter_and_the_decision() -> None:
    """Chapter 1 rests on article 10, chapter 2 on article 22; articles given by the decision win (W-22.1)."""
    data = {"end_on": "2018-08-31"}
    assert "第10条、第12条" in render("cancellation_accepted", data, person()).body
    assert "第22条、第23条" in render("cancellation_accepted", {**data, "chapter": 2}, person()).body
    given = {**data, "articles": ["W-10.5", "A-25", "X-01"]}
    assert "利用規程 第10条」" in render("cancellation_accepted", given, person()).body


@pytest.mark.parametrize("who", [None, person(name="", erased_at=datetime.now(UTC)), person(name=" ")])
def test_without_a_name_it_addresses_the_customer(who: Person | None) -> None:
    """An erased or unknown person is addressed as お客さま, never by a name."""
    assert render("fee_waived", {}, who).body.startswith("お客さま\n")


def test_a_name_is_written_as_it_is_and_stays_on_its_line() -> None:
    """Marks of HTML and of templates in a name are plain characters; a line break cannot forge a paragraph."""
    body = render("fee_waived", {}, person(name="A & <b>{{ 1 }}</b>\nB")).body
    assert body.startswith("A & <b>{{ 1 }}</b> B 様\n")


def test_an_unknown_kind_is_refused() -> None:
    """Neither a kind nobody wrote nor a part of the frame is a notice."""
    for kind in ("nothing", "_wakwak", "../render"):
        with pytest.raises(NoticeDataError):
            render(kind, {}, person())


def test_values_are_written_the_japanese_way() -> None:
    """Days, moments (by their Japan day), months, money, points and courses."""
    assert day("2018-06-12") == day(date(2018, 6, 12)) == "2018年6月12日"
    assert day("2018-06-11T15:00:00+00:00") == "2018年6月12日"
    assert day("2018-06-11T14:59:59+00:00") == "2018年6月11日"
    assert month("2018-06") == "2018年6月"
    assert yen(FEE) == "4,500円(税抜)/4,860円(税込)"
    assert yen({"amount": 5000, "tax": 0, "total": 5000}) == yen(5000) == "5,000円"
    assert points(1000) == "1,000ポイント"
    assert course("W2_FAMILY") == "WAKWAK 光 with フレッツ II ファミリー"
    assert course("W1_FAMILY") == "WAKWAK 光 with フレッツ ファミリー"
    assert course("COLLABO") == "WAKWAK 光コラボ"
    assert course("SOMETHING") == "SOMETHING"
    assert cite(["X-01", "M-07.1"]) == ""


@pytest.mark.parametrize(
    ("write", "value"), [(day, "2018-06-31"), (day, 3), (month, "2018-13"), (yen, "4500"), (points, 1.5), (yen, True)]
)
def test_an_ill_formed_value_is_refused(write: Any, value: object) -> None:
    """What is no day, month, money or number of points never stands in a letter."""
    with pytest.raises(WordingError):
        write(value)
