from __future__ import annotations

import json

import pytest

from models.said import speak, spoken
from reference.catalogue import Catalogue, Fact, Reading, Row
from reference.citations import Citation
from reference.rule import (
    UNKNOWN_EXIT,
    Evidence,
    TermsError,
    UnknownRequirementError,
    as_data,
    describe,
    main,
    read_terms,
)
from rules.terms import load

TERMS = """
cut_off_day:
  unit: day of the month, inclusive
  note: no shift for holidays
  values:
    - {value: 20, from: 2010-02-01, to: 2012-02-29, articles: [W-10.3]}
    - {value: 25, from: 2012-03-01, articles: [W-10.2], status: choice}
basic_fee: {unit: yen, constant: {FAMILY: 950, tags: [a, b]}, articles: [W-04.1], status: F-33}
"""

KNOWN = Evidence(
    Catalogue(
        {
            "W-10.2": Row("W-10.2", "Article 10", "By the 25th.", "-", "month end", "04-25 → 04-30", "A-26"),
            "W-10.3": Row("W-10.3", "Article 10", "From the 26th.", "-", "next month end", "-", "-"),
        },
        {"A-26": Reading("A-26", "Cut-off", "Arrival or postmark.", "Arrival.", "W-10.2")},
        {"F-33": Fact("F-33", "Fees of 2017.", "third party")},
    ),
    (
        Citation("W-10.2", "rules/contract/cancellation.py", 12, "effective_on", "function", "The last day."),
        Citation("W-10.2", "rules/contract/cancellation.py", 15, "effective_on", "function", "The last day."),
        Citation("W-10.2", "rules/terms/x.yaml", 3, "cut_off_day", "entry"),
        Citation("W-10.2", "decisions/cancel.py", 4, "Cancel.decide", "function"),
        Citation("W-10.2", "tests/rules/test_c.py", 8, "test_25th", "function", "The 25th counts."),
    ),
    load(TERMS, "wakwak"),
    {"W-10.3": "nothing decides it"},
)


def test_a_rule_is_shown_with_everything_that_rests_on_it() -> None:
    """Row, linked reading, code by place and once per function, parameters by date, tests with their sentence."""
    assert describe("W-10.2", KNOWN).splitlines() == [
        "W-10.2  By the 25th.",
        "  section  Article 10",
        "  outcome  month end",
        "  example  04-25 → 04-30",
        "  note     A-26",
        "  A-26     Cut-off: Arrival.",
        "",
        "Code",
        "  rules/contract/cancellation.py:12  effective_on  The last day.",
        "  decisions/cancel.py:4  Cancel.decide",
        "",
        "Parameters",
        "  wakwak.cut_off_day  [day of the month, inclusive]",
        "    2012-03-01..  25  (choice)",
        "    no shift for holidays",
        "",
        "Tests",
        "  tests/rules/test_c.py::test_25th  The 25th counts.",
    ]


def test_a_text_only_row_says_why() -> None:
    """A row of the list shows its reason, and only the dated value that rests on it."""
    shown = describe("w-10.3", KNOWN)
    assert "  text only: nothing decides it" in shown
    assert "2010-02-01..2012-02-29  20  (source)" in shown
    assert "Tests\n  none" in shown


def test_readings_and_facts_are_shown_too() -> None:
    """A reading names its rows, a fact the parameters that have it as status."""
    assert "  rows     W-10.2" in describe("A-26", KNOWN)
    fact = describe(" f-33 ", KNOWN)
    assert "  status   third party" in fact
    assert "    FAMILY: 950, tags: a, b  (F-33)" in fact


def test_an_unknown_id_names_the_nearest() -> None:
    """What the catalogue lacks is refused with ids that look like it."""
    with pytest.raises(UnknownRequirementError, match=r"no 'W-10\.22'; nearest: W-10\.2, W-10\.3"):
        describe("W-10.22", KNOWN)
    with pytest.raises(UnknownRequirementError, match="nothing like it"):
        describe("?", KNOWN)


def test_a_rule_is_told_to_programs_as_well() -> None:
    """The entry of the catalogue, where it is decided and tried, and every value with its days, open ends as null."""
    told = as_data("ｗ－10.2", KNOWN)  # as a keyboard set to Japanese writes it
    assert told["id"] == "W-10.2"
    assert told["rule"] in describe("W-10.2", KNOWN)
    assert {*told} >= {"readings", "text_only", "code", "parameters", "tests"}
    assert json.loads(json.dumps(told, default=str))["code"][0].keys() == {"file", "line", "scope"}
    values = [value for each in told["parameters"] for value in each["values"]]
    assert values
    assert all({*value} == {"from", "to", "value", "status"} for value in values)


def test_the_exit_code_tells_unknown_from_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command ends with 0 for a requirement and with 2 and a message for an id that is none."""
    monkeypatch.setattr("reference.rule.evidence", lambda: KNOWN)
    before = spoken()
    try:
        speak("en")
        assert main("W-10.2") == 0
        assert capsys.readouterr().out.startswith("W-10.2  By the 25th.")
        assert main("W-98.7") == UNKNOWN_EXIT == 4
        assert "the catalogue has no 'W-98.7'" in capsys.readouterr().err
    finally:
        speak(before)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (TERMS.replace("2012-02-29", "2012-02-28"), "nothing holds between 2012-02-28 and 2012-03-01"),
        (TERMS.replace("2012-02-29", "2012-03-01"), "overlaps"),
        (TERMS.replace("  unit: day of the month, inclusive\n", ""), "has no 'unit'"),
        (TERMS.replace("[W-10.3]}", "[W-10.3"), "rules/terms cannot be read"),
    ],
)
def test_broken_terms_are_refused_in_one_sentence(broken: str, why: str) -> None:
    """A gap, an overlap, a missing key and a broken file are named; sound terms pass."""
    assert list(read_terms(lambda: load(TERMS, "wakwak"))) == ["wakwak.cut_off_day", "wakwak.basic_fee"]
    with pytest.raises(TermsError, match=why):
        read_terms(lambda: load(broken, "wakwak"))
