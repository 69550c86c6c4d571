"""From application to service start, as recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from decisions.contract.beginning.service import filing_report
from decisions.contract.facts import LineKnown
from decisions.domain import Context, NotAllowedError

Moment = Callable[[str], datetime]
NewLife = Callable[..., Any]


@pytest.mark.parametrize(
    ("change", "state", "articles"),
    [
        ({}, "accepted", {"W-07.3"}),
        ({"identity_required": True}, "identity_requested", {"W-05.2"}),
        ({"start_line": True, "line_key": None, "filing_id": "F1"}, "filing", {"W-08.1"}),
        ({"line": {"operator": "EAST", "holder_is_applicant": False}}, "applied", {"W-07.1"}),
        ({"line": {"operator": "EAST", "service_type": "BUSINESS"}}, "declined", {"W-06.1"}),
        ({"line": {"operator": "EAST", "tax_exempt_embassy": True}}, "declined", {"W-06.2a"}),
        ({"course": "W1_FAMILY"}, "declined", {"W-C2.1"}),
        ({"course": "NO_SUCH_COURSE"}, "declined", set()),
    ],
)
def test_where_an_application_goes(
    new_life: NewLife,
    moment: Moment,
    application: dict[str, Any],
    change: dict[str, Any],
    state: str,
    articles: set[str],
) -> None:
    """Accepted at once, waiting for identity, filed, waiting for an operator, or declined with its articles."""
    life = new_life()
    outcome = life.ask("apply", moment("2018-05-20 09:00"), **{**application, **change})
    assert (outcome.answer.state, life.now.state) == (state, state)
    assert articles <= set(outcome.answer.decision["articles"])
    assert life.log[0].event == "apply"


@pytest.mark.parametrize(("taken", "state"), [(False, "accepted"), (True, "declined")])
def test_a_line_carries_one_contract(
    new_life: NewLife,
    moment: Moment,
    application: dict[str, Any],
    *,
    taken: bool,
    state: str,
) -> None:
    """An application on a line that is held is declined with LINE_TAKEN (W-03.1)."""
    life = new_life()
    life.facts = {"line_taken": taken}
    outcome = life.ask("apply", moment("2018-05-20 09:00"), **application)
    assert outcome.answer.state == state
    if taken:
        assert outcome.answer.decision["reasons"] == ["LINE_TAKEN"]
        assert "W-03.1" in outcome.answer.decision["articles"]


@pytest.mark.parametrize(
    ("applied", "edition", "term"),
    [("2018-05-31T23:58:00+09:00", "2017-06-01", True), ("2018-06-01T00:00:00+09:00", "2018-06-01", False)],
)
def test_the_application_day_decides_on_the_minimum_term(
    new_life: NewLife,
    moment: Moment,
    application: dict[str, Any],
    applied: str,
    edition: str,
    term: bool,
) -> None:
    """Applied 2018-05-31: 24 months from the month of the start; applied 2018-06-01: none."""
    life = new_life()
    consents = {"general_terms": edition, "course_terms": edition, "carrier_terms": "EAST-2017"}
    life.ask("apply", moment("2018-06-02 09:00"), **{**application, "received_at": applied, "consents": consents})
    life.ask("start_service", moment("2018-06-13 09:00"), service_start_on="2018-06-12")
    found = life.now.minimum_term
    assert (found is not None) is term
    if found is not None:
        assert (found.start_on.isoformat(), found.end_on.isoformat()) == ("2018-06-01", "2020-05-31")


def test_identity_shown_lets_the_application_go_on(
    new_life: NewLife, moment: Moment, application: dict[str, Any]
) -> None:
    """Requested on 2018-05-20, shown on 2018-05-22: accepted then."""
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **{**application, "identity_required": True})
    outcome = life.ask("show_identity", moment("2018-05-22 12:00"), shown_at="2018-05-22T11:00:00+09:00")
    assert outcome.answer.state == "accepted"
    assert [entry.event for entry in life.log] == ["apply", "request_identity", "show_identity", "accept"]


def test_an_operator_decides_about_an_applicant_who_does_not_hold_the_line(
    new_life: NewLife, moment: Moment, application: dict[str, Any]
) -> None:
    """It waits with a task, and acceptance clears the task (W-07.1, X-05)."""
    life = new_life()
    line = {"operator": "EAST", "holder_is_applicant": False}
    life.ask("apply", moment("2018-05-20 09:00"), **{**application, "line": line})
    assert set(life.now.tasks) == {"NOT_LINE_HOLDER"}
    outcome = life.ask("accept", moment("2018-05-21 09:00"), reason_code="other")
    assert (outcome.answer.state, life.now.tasks) == ("accepted", {})


@pytest.mark.parametrize(("day", "state"), [("2018-06-11 23:59", "withdrawn"), ("2018-06-12 00:00", "filing")])
def test_a_filed_order_can_be_taken_back_until_the_day_before_the_work(
    new_life: NewLife, moment: Moment, application: dict[str, Any], day: str, state: str
) -> None:
    """Construction on 2018-06-12: withdrawal works on the 11th and is refused on the 12th."""
    life = new_life()
    life.ask(
        "apply", moment("2018-05-20 09:00"), **{**application, "start_line": True, "line_key": None, "filing_id": "F1"}
    )
    life.facts = {"filing_work_on": datetime.fromisoformat("2018-06-12").date()}
    outcome = life.ask("withdraw", moment(day))
    assert life.now.state == state
    if state == "withdrawn":
        assert "withdraw_filing" in life.now.agenda
    else:
        assert outcome.refused.code == "WORK_DAY_REACHED"


def test_the_opening_day_of_ntt_starts_the_service(
    new_life: NewLife, moment: Moment, application: dict[str, Any]
) -> None:
    """Opened on 2018-06-12: active from that day with the term of its month."""
    life = new_life()
    life.ask(
        "apply", moment("2018-05-20 09:00"), **{**application, "start_line": True, "line_key": None, "filing_id": "F1"}
    )
    outcome = life.ask(
        "filing_report",
        moment("2018-06-12 15:00"),
        outcome="opened",
        opened_on="2018-06-12",
        line_key="L9",
        service_type="FAMILY",
        occurred_at="2018-06-12T15:00:00+09:00",
    )
    assert outcome.answer.state == "active"
    assert (life.now.line_key, life.now.service_start_on.isoformat()) == ("L9", "2018-06-12")
    assert [message.name for _, message in outcome.outgoing] == ["service_start", "CONTRACT"]


def test_an_opening_on_a_line_that_is_taken_goes_to_an_operator(
    new_life: NewLife, moment: Moment, application: dict[str, Any]
) -> None:
    """The clash of W-03.1 at the opening moves nothing and leaves a task."""
    life = new_life()
    life.ask(
        "apply", moment("2018-05-20 09:00"), **{**application, "start_line": True, "line_key": None, "filing_id": "F1"}
    )
    life.facts = {"line_taken": True}
    life.ask("filing_report", moment("2018-06-12 15:00"), outcome="opened", opened_on="2018-06-12", line_key="L9")
    assert (life.now.state, life.now.line_key) == ("filing", None)
    assert set(life.now.tasks) == {"LINE_TAKEN_AT_OPENING"}


def _opening(moment: Moment) -> Context:
    """The moment at which NTT tells of an opening; nobody else holds the line."""
    at = moment("2018-06-12 15:00")
    return Context(at, at, facts=LineKnown(line_taken=False))


def test_an_opening_says_nothing_of_a_line_that_is_not_known(
    new_life: NewLife, moment: Moment, application: dict[str, Any]
) -> None:
    """A report names no operator, so a contract that knows no line does not open on a guessed one."""
    life = new_life()
    life.ask(
        "apply", moment("2018-05-20 09:00"), **{**application, "start_line": True, "line_key": None, "filing_id": "F1"}
    )
    command = life.domain.commands["filing_report"].command(outcome="opened", line_key="L9")
    with pytest.raises(NotAllowedError):
        filing_report(life.now.model_copy(update={"line": None}), command, _opening(moment))


@pytest.mark.parametrize(("told", "becomes"), [("MANSION", "MANSION"), (None, "BUSINESS")])
def test_an_opened_line_is_of_the_type_told_or_of_the_one_ordered(
    new_life: NewLife, moment: Moment, application: dict[str, Any], told: str | None, becomes: str
) -> None:
    """NTT's word stands; where it says nothing the type ordered does, whatever it is."""
    life = new_life()
    life.ask(
        "apply", moment("2018-05-20 09:00"), **{**application, "start_line": True, "line_key": None, "filing_id": "F1"}
    )
    state = life.now.model_copy(update={"line": life.now.line.model_copy(update={"service_type": "BUSINESS"})})
    command = life.domain.commands["filing_report"].command(outcome="opened", line_key="L9", service_type=told)
    (step,) = filing_report(state, command, _opening(moment))
    assert step.patch.set["line"]["service_type"] == becomes


def test_service_cannot_start_before_the_application(
    new_life: NewLife, moment: Moment, application: dict[str, Any]
) -> None:
    """A start on 2018-05-19 for an application of 2018-05-20 is refused."""
    life = new_life()
    life.ask("apply", moment("2018-05-20 09:00"), **application)
    outcome = life.ask("start_service", moment("2018-05-20 10:00"), service_start_on="2018-05-19")
    assert (outcome.refused.status, outcome.refused.code) == (422, "BEFORE_APPLICATION")


def test_a_correction_that_meets_a_taken_line_is_refused_and_leaves_nothing(contract: Any, moment: Moment) -> None:
    """Ended, its line went to another contract: the cancellation cannot be taken out any more (W-03.1, X-05)."""
    at = moment("2019-07-20 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2019-08-01 00:00"))
    contract.facts["line_has_another"] = True
    before = contract.state
    seq = next(entry.seq for entry in contract.log if entry.event == "cancel")
    outcome = contract.ask("correct", moment("2019-08-05 10:00"), voids=seq, reason_code="entry_error")
    assert (outcome.refused.status, outcome.refused.code, outcome.refused.articles) == (422, "LINE_TAKEN", ["W-03.1"])
    assert (outcome.entries, contract.state) == ([], before)
    contract.facts["line_has_another"] = False
    contract.ask("correct", moment("2019-08-05 11:00"), voids=seq, reason_code="entry_error")
    assert contract.now.state == "active"


def test_an_approval_finds_a_line_taken_meanwhile(contract: Any, moment: Moment) -> None:
    """An earlier letter with a later end costs 10 % of tax: it waits, and is refused once the line is another's."""
    at = moment("2019-07-20 10:00")
    contract.ask("cancel", at, channel="online", received_at=at)
    contract.pass_to(moment("2019-08-01 00:00"))
    earlier = {"channel": "online", "received_at": moment("2019-07-10 10:00"), "wanted_month": "2019-12"}
    held = contract.ask("cancel", moment("2019-08-03 10:00"), **earlier).answer.decision
    assert (held["outcome"], held["against"]) == ("needs_approval", ["MORE_MONEY"])
    contract.facts["line_has_another"] = True
    before, answer = contract.state, {"held_id": held["held_id"], "reason_code": "other"}
    refused = contract.ask("decide_revision", moment("2019-08-04 10:00"), **answer, accept=True).refused
    assert (refused.code, contract.state) == ("LINE_TAKEN", before)
    contract.ask("decide_revision", moment("2019-08-04 11:00"), **answer, accept=False)
    assert (contract.now.state, contract.now.awaiting) == ("ended", {})


def test_an_initial_cancellation_does_not_return_to_a_taken_line(new_life: Any, moment: Moment) -> None:
    """From with フレッツ to コラボ, the line is another's by now: only the end is left (W-21.4, W-03.1)."""
    life = new_life()
    values = {"applied_on": "2009-04-01", "service_start_on": "2009-04-20", "line": {"operator": "EAST"}}
    life.ask("import", moment("2018-04-01 09:00"), contract_id="K1", line_key="L1", course="W1_FAMILY", **values)
    at = moment("2018-04-10 10:00")
    life.ask("request_course_change", at, to_course="COLLABO", channel="online", received_at=at)
    life.pass_to(moment("2018-05-01 00:00"))
    life.facts["line_has_another"] = True
    papers = {"papers_received_on": "2018-05-01", "dispatched_on": "2018-05-02"}
    later = moment("2018-05-03 10:00")
    assert life.ask("initial_cancellation", later, **papers, then="W2_FAMILY").refused.code == "LINE_TAKEN"
    assert life.now.course == "COLLABO"
    assert life.ask("initial_cancellation", later, **papers, then="end").answer.decision["outcome"] == "ends"


def test_what_ntt_told_of_a_taken_line_is_kept_for_an_operator(contract: Any, moment: Moment) -> None:
    """The type fitted again before the choice was made: that would put the contract back on a line of another."""
    business = {"kind": "service_type_changed", "details": {"service_type": "BUSINESS", "by": "customer"}}
    contract.ask("line_notice", moment("2019-03-05 10:00"), notice_id="N1", effective_on="2019-03-04", **business)
    at = moment("2019-03-10 10:00")
    contract.ask("choose", at, choice="course_change", to_course="COLLABO", received_at=at)
    contract.pass_to(moment("2019-04-01 00:00"))
    assert contract.now.course == "COLLABO"
    contract.facts["line_has_another"] = True
    family = {"kind": "service_type_changed", "details": {"service_type": "FAMILY", "by": "customer"}}
    told = contract.ask("line_notice", moment("2019-04-05 10:00"), notice_id="N2", effective_on="2019-03-07", **family)
    assert told.refused is None
    assert (told.answer.decision["outcome"], told.answer.decision["notice_id"]) == ("needs_operator", "N2")
    assert (contract.now.course, list(contract.now.tasks)) == ("COLLABO", ["NOTICE_NEEDS_TAKEN_LINE"])


def test_a_line_is_held_from_the_legal_day_of_the_application(
    new_life: Any, application: dict[str, Any], moment: Moment
) -> None:
    """Keyed in late, the line is asked about, and held, from the day the letter arrived (W-03.1, W-05.4)."""
    life = new_life()
    life.facts["from_on"] = moment("2018-05-20 08:00").date()
    life.ask("apply", moment("2018-05-28 09:00"), **application)
    assert life.now.held_from == moment("2018-05-20 08:00").date()
