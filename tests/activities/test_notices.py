"""Notices: every letter the texts call for, in Japanese, from the least and from all of its data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from activities import notices
from activities.notices import LETTERS, NoticeDataError, render
from activities.notices.wakwak import LETTERS as WAKWAK
from activities.notices.wording import GROUNDS, WordingError, cite, course, day, month, points, yen
from decisions.contract.line.choice import reason_of
from models import words
from models.messages.carrier import EndNotified
from models.tables.people import Person
from rules.line.choice_grounds import GROUPS
from rules.line.line_notice import OPENED_BY_THE_LINE

FEE = {"amount": 4500, "tax": 360, "total": 4860}
NO_FEE = {"amount": 0, "tax": 0, "total": 0}
TERM = {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"}
FEES = {"fee": FEE, "fee_outcome": "due", "fee_due_on": "2018-09-30"}

FACTS: dict[str, str] = {
    "service_start": "2018年6月12日",
    "application_refused": "承ることができませんでした",
    "filing_failed": "フレッツ光",
    "course_moved": "マンション",
    "course_change_date": "コース変更日: 2018年6月15日",
    "choice_request": "・ご解約",
    "choice_reminder": "・ご利用の継続",
    "cancellation_accepted": "ご解約日: 2018年8月31日",
    "contract_ended": "ご契約終了日: 2018年8月31日",
    "fee_due": "お支払期日: 2018年9月30日",
    "fee_waived": "お支払いは不要です",
    "direct_billing": "2012年8月1日",
    "initial_cancellation_accepted": "初期契約解除の日: 2018年5月17日",
    "termination": "ご契約終了日: 2018年8月15日",
    "benefit_terms": "適用開始日: 2018年7月1日",
    "terms_changed": "2018年6月1日",
    "statement_issued": "2018年7月分",
    "person_changed": "変更した項目: お名前、メールアドレス",
    "told_again": "取り消します",
    "club_closure": "提供終了日: 2025年3月31日",
    "points_expiring": "1,200ポイント",
    "expiry_changed": "【変更後】2025年3月31日",
    "storage_advice": "2025年3月31日までに",
    "registration_done": "2023年9月30日",
    "left": "退会日: 2024年10月15日",
    "exchange_done": "500ポイント",
    "exchange_failed": "500ポイント",
    "membership_ended": "終了日: 2024年6月1日",
    "club_told_again": "会員資格終了のお知らせ",
}


def person(**changes: Any) -> Person:
    """A contractor."""
    values = {"person_id": "p1", "name": "山田 太郎", "email": "taro@example.jp", "created_at": datetime.now(UTC)}
    return Person(**{**values, **changes})


def least(kind: str) -> dict[str, Any]:
    """What the letter cannot do without."""
    letter = LETTERS[kind]
    return {name: letter.EXAMPLE[name] for name, field in letter.model_fields.items() if field.is_required()}


def test_every_letter_has_its_class_its_template_and_its_fact() -> None:
    """There is no template without a class, no class without a template, and none is left untried."""
    templates = Path(notices.__file__).with_name("templates").glob("[a-z]*.j2")
    assert {path.stem for path in templates} == set(LETTERS) == set(FACTS)


def test_every_letter_has_a_name_in_both_languages() -> None:
    """A confirmation at the desk, or the letter that withdraws it, never calls one by its template."""
    assert set(words.LETTERS) == set(LETTERS)


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_an_example_names_only_what_its_letter_knows(kind: str) -> None:
    """What an example holds is a field of the class, so nothing in it is ignored unseen."""
    assert set(LETTERS[kind].EXAMPLE) <= set(LETTERS[kind].model_fields)


@pytest.mark.parametrize("kind", sorted(LETTERS))
@pytest.mark.parametrize("full", [False, True])
def test_each_letter_is_written_from_the_least_and_from_all_its_data(kind: str, *, full: bool) -> None:
    """A letter names the person and its fact, leaves no raw value and no empty place, whatever optional data it has."""
    fact = FACTS[kind]
    data = {**LETTERS[kind].EXAMPLE, "reference": "c-1", "unknown_key": {"x": 1}} if full else least(kind)
    letter = render(kind, data, person())
    assert letter.body.startswith("山田 太郎 様\n")
    assert fact in f"{letter.subject}\n{letter.body}"
    assert "\n" not in letter.subject
    for raw in ("None", "{", "}", "Undefined", "\n\n\n", "W2_", "201" + "8-"):
        assert raw not in f"{letter.subject}\n{letter.body}", raw


@pytest.mark.parametrize("kind", sorted(name for name in LETTERS if least(name)))
def test_a_letter_without_what_it_needs_is_refused(kind: str) -> None:
    """Each required value left out is an error that never reaches a customer."""
    needed = least(kind)
    for missing in needed:
        with pytest.raises(NoticeDataError, match=missing):
            render(kind, {key: value for key, value in needed.items() if key != missing}, person())


def test_a_farewell_says_what_can_be_used_or_what_is_gone() -> None:
    """M-05.7: told in time it names the balance and its last day, keyed in late what lapsed, and no balance."""
    told = {"ended_on": "2024-10-15", "points": 300, "forfeited": None, "reverts_on": "2024-11-30"}
    timely = render("left", told, person()).body
    late = render("left", {**told, "points": None, "forfeited": 700}, person()).body
    assert ("現在のポイント残高: 300ポイント" in timely, "退会日までご利用いただけます" in timely) == (True, True)
    assert "退会日の翌日に、残りのポイント(700ポイント)は失効いたしました。" in late
    assert ("残高" in late, "ご利用いただけます" in late) == (False, False)


OPENS = sorted({*GROUPS, *OPENED_BY_THE_LINE} - {"end_notified"})
"""Kinds of grounds of a choice but NTT's end notice, which names a reason of its own."""
REASONS = [
    *(reason_of(kind, {}) for kind in OPENS),
    *(reason_of("end_notified", {"reason": each}) for each in get_args(EndNotified.model_fields["reason"].annotation)),
]


def test_every_ground_that_opens_a_choice_has_a_sentence_of_its_own() -> None:
    """No reason of a choice is told in the words of another one, and the table names none that cannot be (W-11.1)."""
    assert sorted(GROUNDS) == sorted(REASONS)
    assert len(set(GROUNDS.values())) == len(GROUNDS)


@pytest.mark.parametrize("reason", REASONS)
def test_a_choice_tells_of_an_ended_line_only_where_it_has_ended(reason: str) -> None:
    """A line that no longer fits goes on: its contractor reads that, and why, not that the line has ended (A-46)."""
    body = render("choice_request", {"choices": ["course_change", "cancel"], "reason": reason}, person()).body
    assert GROUNDS[reason] in body
    assert ("フレッツ光の契約が" in body) == (reason in {"terminated", "conversion"})
    assert ("提供条件に該当しなくなった" in body) == (reason in {reason_of(kind, {}) for kind in OPENED_BY_THE_LINE})


def test_a_choice_without_a_known_reason_claims_nothing_of_the_line() -> None:
    """A reason no table names is asked about in words that hold in any case."""
    body = render("choice_request", {"choices": ["cancel"], "reason": "something_else"}, person()).body
    assert "ご確認いただく必要がございます" in body
    assert "フレッツ光" not in body.partition("根拠となる規程")[0]


@pytest.mark.parametrize("kind", sorted(name for name in LETTERS if name in WAKWAK and name != "told_again"))
def test_a_correcting_letter_names_each_letter_by_the_subject_it_was_sent_under(kind: str) -> None:
    """The contractor finds the withdrawn letter by its subject; the table of names serves what was sent before."""
    data = dict(LETTERS[kind].EXAMPLE)
    again = {"withdrawn": [kind], "letters": [{"kind": kind, "data": data}], "state": "active", "course": "W2_FAMILY"}
    subject = render(kind, data, person()).subject.removeprefix("【WAKWAK】")
    assert f"・{subject}\n" in render("told_again", again, person()).body


@pytest.mark.parametrize(
    ("agency", "said"),
    [
        ({"state": "on", "since": "2009-04-20"}, "支払の代行: 継続しております"),
        ({"state": "off_unpaid", "since": "2018-08-01"}, "終了(2018年8月1日以降は"),
        (None, None),
    ],
)
def test_a_correcting_letter_says_how_the_line_charges_are_paid_now(agency: Any, said: str | None) -> None:
    """Where direct billing was announced by mistake, payment on behalf goes on, and the letter says so (W-24.3)."""
    data = {"withdrawn": ["direct_billing"], "state": "active", "course": "W1_FAMILY", "payment_agency": agency}
    body = render("told_again", data, person()).body
    assert (said in body) if said else ("支払の代行" not in body)


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
