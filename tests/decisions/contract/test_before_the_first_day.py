"""Between the announcement of the first day of service and that day (W-12.1n)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Moment = Callable[[str], datetime]


@pytest.fixture
def announced(new_life: Callable[[], Any], application: dict[str, Any], moment: Moment) -> Any:
    """Applied 2018-05-20; announced on 06-10 that service starts on 07-12."""
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **application)
    life.ask("start_service", moment("2018-06-10 09:00"), service_start_on="2018-07-12")
    return life


def test_the_applicant_may_still_withdraw(announced: Any, moment: Moment) -> None:
    """Up to the day before nothing has begun: withdrawn, without a term and without a fee."""
    assert "withdraw" in announced.domain.allowed(announced.now)
    announced.ask("withdraw", moment("2018-07-11 23:59"))
    assert (announced.now.state, announced.now.minimum_term, announced.now.charges) == ("withdrawn", None, {})
    assert list(announced.now.agenda) == ["close"]


def test_from_the_first_day_on_it_is_cancelled(announced: Any, moment: Moment) -> None:
    """On 07-12 service has begun."""
    refused = announced.ask("withdraw", moment("2018-07-12 00:00")).refused
    assert (refused.status, refused.code) == (409, "SERVICE_BEGUN")
    assert announced.now.state == "active"


@pytest.mark.parametrize(("sent", "total"), [("2018-07-11", 0), ("2018-07-12", 3240)])
def test_an_initial_cancellation_before_it_costs_nothing(announced: Any, moment: Moment, sent: str, total: int) -> None:
    """The term binds from the first day of service on (W-12.4, A-31)."""
    told = announced.ask(
        "initial_cancellation", moment(f"{sent} 10:00"), papers_received_on="2018-07-10", dispatched_on=sent
    ).answer.decision
    assert (announced.now.state, told["fee"]["total"]) == ("ended", total)


@pytest.mark.parametrize(("holder", "tasks"), [(True, []), (False, ["OPENED_LINE_OF_ANOTHER"])])
def test_the_holder_is_tested_when_ntt_opens_the_line(
    new_life: Callable[[], Any],
    application: dict[str, Any],
    moment: Moment,
    holder: bool,
    tasks: list[str],
) -> None:
    """Ordered with the application the test waits for the line; then an operator looks at it (W-07.1, A-21)."""
    life = new_life()
    line = {**application["line"], "holder_is_applicant": holder}
    values = {**application, "line_key": None, "start_line": True, "filing_id": "F1", "line": line}
    life.ask("apply", moment("2018-05-20 09:00"), **values)
    life.ask("filing_report", moment("2018-06-13 09:00"), outcome="opened", opened_on="2018-06-12", line_key="L1")
    assert (life.now.state, list(life.now.tasks)) == ("active", tasks)
