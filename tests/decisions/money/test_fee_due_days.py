"""One day by which a fee is to be paid, wherever it is told: that of the statement that carries it (W-12.3c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Moment = Callable[[str], Any]


def told(life: Any) -> set[str]:
    """Every due day of a fee that stands: in the log, the charges and the letters."""
    found: set[str] = set()
    gone = {seq for entry in life.log for seq in entry.voids}
    for entry in life.log:
        if entry.seq not in gone:
            for data in (entry.decision, *(each.data for each in entry.told if each.channel == "notice")):
                found.add(data.get("fee_due_on"))
    return (found | {str(each.due_on) for each in life.now.charges.values() if each.due_on}) - {None}


def cancel(life: Any, at: Any, received_at: Any) -> Any:
    """A letter that arrived then, keyed in now."""
    return life.ask("cancel", at, channel="paper", received_at=received_at)


LATE = [
    ("cancel", {"channel": "paper", "received_at": "2019-02-10T10:00:00+09:00"}, "2019-03-31"),
    ("terminate", {"effective_on": "2019-02-28", "reason_code": "other"}, "2019-03-31"),
    (
        "initial_cancellation",
        {"papers_received_on": "2018-06-14", "dispatched_on": "2018-06-20"},
        "2018-07-31",
    ),
]
"""A command, and the day by which its fee is to be paid by the rule of the fee."""


@pytest.mark.parametrize(("name", "said", "in_time"), LATE, ids=[each[0] for each in LATE])
@pytest.mark.parametrize(
    ("at", "payable"),
    [
        ("2019-05-04 23:59", "2019-05-31"),
        ("2019-05-05 00:00", "2019-06-30"),
        ("2019-05-31 10:00", "2019-06-30"),
    ],
)
def test_a_fee_that_comes_out_late_is_due_with_the_next_statement_everywhere(
    contract: Any, moment: Moment, name: str, said: dict[str, Any], in_time: str, at: str, payable: str
) -> None:
    """Issued on the 5th, due at the month's end: answer, log, charge and letters say that day, and no other."""
    _ = in_time
    outcome = contract.ask(name, moment(at), **said)
    assert outcome.answer.decision["fee_due_on"] == payable
    assert told(contract) == {payable}


@pytest.mark.parametrize("name", ["cancel", "terminate"])
def test_a_fee_that_was_known_in_time_is_due_by_its_own_day(contract: Any, moment: Moment, name: str) -> None:
    """The end of the month after the end, as the statement of the last month (W-12.3c)."""
    said = next(fields for each, fields, _ in LATE if each == name)
    outcome = contract.ask(name, moment("2019-02-10 10:00"), **said)
    contract.pass_to(moment("2019-12-01 00:00"))
    assert outcome.answer.decision["fee_due_on"] == "2019-03-31"
    assert told(contract) == {"2019-03-31"}


@pytest.mark.parametrize("at", ["2019-02-10 10:00", "2019-05-10 10:00"])
def test_a_life_decided_again_keeps_the_day_that_was_told(contract: Any, moment: Moment, at: str) -> None:
    """A benefit keyed in long afterwards, for a day before: the fee stays due as it was told, and nothing is resent."""
    cancel(contract, moment(at), moment("2019-02-10 10:00"))
    contract.pass_to(moment("2019-06-01 00:00"))
    before = told(contract)
    assert len(before) == 1
    late = contract.ask(
        "relocate", moment("2019-11-20 10:00"), to_operator="EAST", received_at=moment("2018-12-01 10:00")
    )
    assert late.refused is None
    assert told(contract) == before
    assert [each.name for _, each in late.outgoing if each.channel == "notice"] == []


def test_a_letter_decided_otherwise_months_later_still_names_the_day_of_its_statement(
    contract: Any, moment: Moment
) -> None:
    """The type was changed before the letter: it is decided again, and the fee is still on the statement it was on."""
    cancel(contract, moment("2019-05-10 10:00"), moment("2019-02-10 10:00"))
    notice = {"notice_id": "T1", "kind": "service_type_changed", "effective_on": "2018-10-15"}
    details = {"service_type": "MANSION", "by": "customer"}
    contract.ask("line_notice", moment("2019-08-20 10:00"), details=details, approved=True, **notice)
    contract.ask("relocate", moment("2019-09-20 10:00"), to_operator="EAST", received_at=moment("2018-12-01 10:00"))
    assert told(contract) == {"2019-06-30"}


def test_what_an_earlier_release_recorded_stays_as_it_was_told(contract: Any, moment: Moment) -> None:
    """It kept the day by the rule of the fee itself: decided again, the log still says that one."""
    cancel(contract, moment("2019-05-10 10:00"), moment("2019-02-10 10:00"))
    contract.log = [_as_before(entry) for entry in contract.log]
    assert told_in_log(contract) == {"2019-03-31"}
    assert contract.differences() == []


def _as_before(entry: Any) -> Any:
    text = entry.model_copy(update={"known": {}}).model_dump_json().replace("2019-06-30", "2019-03-31")
    return type(entry).model_validate_json(text)


def told_in_log(life: Any) -> set[str]:
    """Due days in the answers of the log."""
    return {str(each) for entry in life.log if (each := entry.decision.get("fee_due_on"))}
