"""What a log says about a fee is what was decided about it: for every way a contract changes or ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from decisions.fold import along
from rules.explain import explain
from rules.explain.articles import Language

TO = "2020年5月31日"
"""Last day of the term of the contract of these tests."""


def why(life: Any, event: str, language: Language = "ja") -> list[str]:
    """The steps of the last entry of that name."""
    initial = life.domain.state().model_dump(mode="json")
    states = along(initial, life.log)
    entry, facts = next(
        (entry, both) for entry, both in zip(reversed(life.log), reversed(states), strict=True) if entry.event == event
    )
    return list(
        explain(
            event=entry.event,
            articles=tuple(entry.articles),
            decision=entry.decision,
            facts=facts,
            when=(entry.received_at, entry.effective_on),
            language=language,
            kind="contract",
        ).as_json()["steps"]
    )


def of_fee(steps: list[str]) -> str:
    """The line about the fee."""
    return next((line for line in steps if re.search("解約事務手数料|留保していた費用|引き継ぐ", line)), "")


def change(life: Any, moment: Callable[[str], Any], to_course: str, day: str) -> None:
    """Ask for a change of that day, and let the day come."""
    at = moment("2018-07-02 10:00")
    asked = life.ask(
        "request_course_change", at, to_course=to_course, channel="online", received_at=at.isoformat(), change_on=day
    )
    assert asked.refused is None


AMOUNT = "解約事務手数料 4,500円(税抜) → {day}の税率{rate}%: 4,500×{rate}%={tax}円 → 合計 {total}円"
EIGHT = {"rate": 8, "tax": 360, "total": "4,860"}
TEN = {"rate": 10, "tax": 450, "total": "4,950"}


UNLISTED = "第12条第3項(d) → その他の WAKWAK コースは免除・引継ぎの対象に挙げられていない → "
FREE = "第12条第3項(a) → "
FIRST = f"変更日 2019年10月1日(変更前の最終日 2019年9月30日)は期間の末日 {TO}"
NEARLY = f"変更日 2020年5月30日(変更前の最終日 2020年5月29日)は期間の末日 {TO}"
MOVES = "7か月を新しい契約に引き継ぐ"


@pytest.mark.parametrize(
    ("to_course", "day", "said"),
    [
        ("OTHER", "2019-10-01",
         f"変更日 2019年10月1日(変更前の最終日 2019年9月30日)は期間の末日 {TO}より前 → {UNLISTED}"
         + AMOUNT.format(day="2019年9月30日", **EIGHT) + " → 請求するかどうかは担当者が判断"),
        ("OTHER", "2019-10-02",
         f"変更日 2019年10月2日(変更前の最終日 2019年10月1日)は期間の末日 {TO}より前 → {UNLISTED}"
         + AMOUNT.format(day="2019年10月1日", **TEN) + " → 請求するかどうかは担当者が判断"),
        ("OTHER", "2020-05-30",
         f"変更日 2020年5月30日(変更前の最終日 2020年5月29日)は期間の末日 {TO}より前 → {UNLISTED}"
         + AMOUNT.format(day="2020年5月29日", **TEN) + " → 請求するかどうかは担当者が判断"),
        ("OTHER", "2020-05-31",
         f"変更日 2020年5月31日(変更前の最終日 2020年5月30日)、期間の末日 {TO} → 期間を満了 → 解約事務手数料 0円"),
        ("DOCOMO", "2019-10-01",
         f"{FIRST}より前 → {FREE}ドコモ光への変更は免除 → 解約事務手数料 0円"),
        ("COMSYS", "2020-05-30",
         f"{NEARLY}より前 → {FREE}コムシス光への変更は免除 → 解約事務手数料 0円"),
        ("ZENKO_A", "2020-05-31",
         f"変更日 2020年5月31日(変更前の最終日 2020年5月30日)、期間の末日 {TO} → 期間を満了 → 解約事務手数料 0円"),
        ("COLLABO", "2019-10-01",
         f"変更日 2019年10月1日 → 第12条第3項(b) → 翌月 2019年11月1日から期間の末日 {TO}まで → {MOVES}"),
        ("COLLABO", "2020-05-15",
         f"変更日 2020年5月15日 → 第12条第3項(b) → 期間の末日は {TO} → 引き継ぐ期間なし → 解約事務手数料 0円"),
    ],
)  # fmt: skip
def test_a_change_is_told_by_the_term_it_meets_and_the_day_before_it(
    contract: Any, moment: Callable[[str], Any], to_course: str, day: str, said: str
) -> None:
    """Asked for and made, the sentence is the same: the term that the change leaves behind is not the one it finds."""
    change(contract, moment, to_course, day)
    assert of_fee(why(contract, "request_course_change")) == said
    contract.pass_to(moment(f"{day} 00:00"))
    assert of_fee(why(contract, "course_change")) == said


@pytest.mark.parametrize(
    ("due", "end"),
    [
        (
            True,
            "担当者が請求すると判断 → "
            + AMOUNT.format(day="2019年9月30日", **EIGHT) + " → 2019年11月30日までにお支払い",
        ),
        (False, "担当者が請求しないと判断 → 解約事務手数料 0円"),
    ],
)  # fmt: skip
def test_what_an_operator_decided_before_the_day_is_told_of_the_change_itself(
    contract: Any, moment: Callable[[str], Any], due: bool, end: str
) -> None:
    """Nobody is still to decide once somebody has."""
    change(contract, moment, "OTHER", "2019-10-01")
    charge = next(iter(contract.now.charges))
    contract.ask("decide_fee", moment("2019-08-01 10:00"), charge_id=charge, due=due)
    contract.pass_to(moment("2019-10-01 00:00"))
    assert of_fee(why(contract, "course_change")).endswith(end)


def test_an_english_reader_is_told_the_same(contract: Any, moment: Callable[[str], Any]) -> None:
    """Day, article, amount and who decides."""
    change(contract, moment, "OTHER", "2019-10-01")
    line = why(contract, "request_course_change", "en")[-1]
    assert line == (
        "changes on 1 October 2019 (last day before it 30 September 2019), before the last day 31 May 2020 → "
        "article 12(3)(d) → neither list names another WAKWAK course → fee 4,500 yen without tax → "
        "8% tax on 30 September 2019: 4,500 × 8% = 360 yen → total 4,860 yen → an operator decides whether it is due"
    )


def test_a_term_that_a_change_begins_counts_from_the_change(new_life: Callable[[], Any], moment: Any) -> None:
    """Neither the application nor the first day of the contract it was before begins the term (W-12.1c)."""
    life = imported(new_life, moment("2018-05-01 10:00"), "OTHER")
    at = moment("2018-05-31 10:00")
    asked = life.ask(
        "request_course_change", at, to_course="W2_FAMILY", channel="online", received_at=at.isoformat(),
        change_on="2018-06-15",
    )  # fmt: skip
    assert asked.refused is None
    said = "2018年5月31日申込み → 第12条第1項 → "
    said += "変更日2018年6月15日を含む月の初日 2018年6月1日から24か月 → 2020年5月31日まで"
    assert said in why(life, "request_course_change")
    life.pass_to(moment("2018-06-15 00:00"))
    assert said in why(life, "course_change")


def imported(new_life: Callable[[], Any], at: Any, course: str, end_on: str | None = None) -> Any:
    """A running contract in a course, taken over at a moment."""
    life = new_life()
    values = {
        "contract_id": "K1",
        "course": course,
        "applied_on": "2009-04-01",
        "service_start_on": "2009-04-20",
        "minimum_term_end_on": end_on,
        "line": {"operator": "EAST"},
    }
    assert life.ask("import", at, **values).refused is None
    return life


def test_a_notice_inside_a_watch_is_told_as_the_fee_it_makes_due(contract: Any, moment: Any) -> None:
    """The course of the day has no term; what is due is the fee that was suspended, with its own tax (W-12.6c)."""
    change(contract, moment, "OTHER", "2019-10-01")
    contract.ask("waive", moment("2019-09-01 10:00"), case="line_unusable")
    contract.pass_to(moment("2019-10-01 00:00"))
    assert of_fee(why(contract, "course_change")).endswith(
        "第12条第6項(c) → "
        + AMOUNT.format(day="2019年9月30日", **EIGHT)
        + " → 回線が使えなくなったため留保 → 2020年5月31日までに解約の通知がなければ免除"
    )
    at = moment("2019-12-02 10:00")
    contract.ask("cancel", at, channel="paper", received_at=at.isoformat())
    assert of_fee(why(contract, "cancel")) == (
        "留保の期間中の 2019年12月2日に解約を通知 → 第12条第6項(c) → 留保していた費用 4,860円(税抜4,500円+税360円) → "
        "2020年1月31日までにお支払い"
    )


def test_a_watch_that_nobody_broke_is_told_as_waived_for_good(contract: Any, moment: Any) -> None:
    """It is the one moment at which the fee goes."""
    change(contract, moment, "OTHER", "2019-10-01")
    contract.ask("waive", moment("2019-09-01 10:00"), case="line_unusable")
    contract.pass_to(moment("2020-06-01 00:00"))
    assert why(contract, "watch_end") == [
        "第12条第6項(c) → 2020年5月31日までに解約の通知なし → 解約事務手数料を免除 → 0円"
    ]


def test_an_initial_cancellation_is_told_with_its_window(contract: Any, moment: Any) -> None:
    """Papers, window, day of sending, then the reduced fee; of a change that is ahead only the change goes."""
    contract.ask(
        "initial_cancellation", moment("2018-06-21 10:00"), papers_received_on="2018-06-14", dispatched_on="2018-06-21"
    )
    steps = why(contract, "initial_cancellation")
    assert of_fee(steps) == (
        f"終了日 2018年6月21日は期間の末日 {TO}より前 → 第12条第4項 → 解約事務手数料 3,000円(税抜) → "
        "2018年6月21日の税率8%: 3,000×8%=240円 → 合計 3,240円 → 2018年7月31日までにお支払い"
    )
    assert "書面の受領 2018年6月14日を1日目として8日 → 2018年6月21日までの発信が有効 → 2018年6月21日に発信" in steps


def test_papers_of_a_change_ahead_end_no_contract(contract: Any, moment: Any) -> None:
    """Nothing ends, so no day is compared with the term."""
    change(contract, moment, "COLLABO", "2018-08-01")
    contract.ask(
        "initial_cancellation", moment("2018-07-10 10:00"), papers_received_on="2018-07-05", dispatched_on="2018-07-10"
    )
    steps = why(contract, "initial_cancellation")
    assert of_fee(steps) == "取りやめるのはコース変更だけ → 解約事務手数料 0円"


@pytest.mark.parametrize("case", ["death", "line_unusable", None])
@pytest.mark.parametrize("day", ["2018-06-25", "2019-09-30", "2019-10-01", "2019-10-02", "2020-05-30", "2020-05-31",
                                 "2020-06-01"])  # fmt: skip
@pytest.mark.parametrize(
    "way", ["OTHER", "DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A", "COLLABO", "HIKARI_PLUS", "terminate", "cancel"]
)
def test_the_explained_fee_is_the_decided_one(
    contract: Any, moment: Callable[[str], Any], way: str, day: str, case: str | None
) -> None:
    """Of every destination, end, waiver and day: where a fee was decided its sum is told, where none, 0 yen."""
    at = moment("2018-06-20 10:00")
    if case is not None:
        assert contract.ask("waive", moment("2018-06-20 09:00"), case=case).refused is None
    if way == "terminate":
        contract.ask("terminate", at, effective_on=day)
    elif way == "cancel":
        contract.ask("cancel", at, channel="paper", received_at=at.isoformat(), wanted_month=day[:7])
    else:
        contract.ask("request_course_change", at, to_course=way, channel="online", received_at=at.isoformat(),
                     change_on=day)  # fmt: skip
    contract.pass_to(moment("2020-08-01 00:00"))
    told = 0
    for language, nothing in (("ja", ("0円", "引き継ぐ")), ("en", ("no cancellation fee", "move into", "0 yen"))):
        for entry in contract.log:
            fee, outcome = entry.decision.get("fee"), entry.decision.get("fee_outcome")
            if outcome is None or entry.event in {"waive", "decide_fee"}:
                continue
            line = " ".join(why(contract, entry.event, language))
            total = f"{fee['total']:,}"
            told += 1
            if outcome in {"due", "reduced", "needs_operator", "watched"}:
                assert f"{'合計' if language == 'ja' else 'total'} {total}" in line, (entry.event, line)
                assert ("担当者が判断" in line or "operator decides" in line) == (outcome == "needs_operator")
            else:
                assert fee["total"] == 0
                assert any(each in line for each in nothing), (entry.event, line)
                assert "合計" not in line
                assert "total" not in line
    assert told
