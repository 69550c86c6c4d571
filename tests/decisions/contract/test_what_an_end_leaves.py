"""What waits for an operator after a life is over: what is owed, disputed or defect stays, the rest goes (X-05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from models.tasks import TASKS

Moment = Callable[[str], datetime]

Asked = tuple[str, dict[str, Any]]

AT = "2018-07-01T10:00:00+09:00"


def told(kind: str, **details: Any) -> Asked:
    """A notice of NTT of 2018-07-01."""
    return "line_notice", {"notice_id": kind, "kind": kind, "effective_on": "2018-07-01", "details": details}


RAISED: dict[str, list[Asked]] = {
    "LINE_HOLDER_CHANGED": [told("name_changed")],
    "LINE_TYPE_CHANGED": [told("service_type_changed", service_type="MANSION", by="ntt")],
    "LINE_BRAND_CHANGED": [told("brand_changed", brand="LIGHT", by="ntt")],
    "LINE_UNUSABLE": [told("unusable", attributable=False)],
    "CONTINUE_NOT_LINE_HOLDER": [
        told("end_notified", reason="name_change"),
        ("choose", {"choice": "continue", "holder_is_applicant": False, "received_at": AT}),
    ],
    "WAIVER_REQUESTED": [("request_waiver", {"case": "death"})],
    "LINE_DISPUTE_OURS": [("inquire", {"topic": "LINE_DISPUTE", "attributable": True})],
}
"""Task → what raises it."""

ENDS: dict[str, Asked] = {
    "cancelled": ("cancel", {"channel": "paper", "received_at": "2018-08-10T10:00:00+09:00"}),
    "terminated": ("terminate", {"effective_on": "2018-08-31", "reason_code": "breach"}),
    "terminated late": ("terminate", {"effective_on": "2018-08-09", "reason_code": "breach"}),
    "by its papers": ("initial_cancellation", {"papers_received_on": "2018-08-07", "dispatched_on": "2018-08-10"}),
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("why", RAISED)
@pytest.mark.parametrize("in_term", [True, False], ids=["with a fee", "without"])
def test_a_task_stays_after_the_end_only_where_something_is_left_to_do(
    new_life: Callable[[], Any],
    application: dict[str, Any],
    moment: Moment,
    why: str,
    how: str,
    *,
    in_term: bool,
) -> None:
    """A dispute stays; what may waive a fee stays where there is one; the correction of an end brings all."""
    life, day = new_life(), "2018-05-20" if in_term else "2018-06-01"
    edition = "2017-06-01" if in_term else "2018-06-01"
    consents = {**application["consents"], "general_terms": edition, "course_terms": edition}
    said = {**application, "received_at": f"{day}T08:00:00+09:00", "consents": consents}
    life.ask("apply", moment(f"{day} 09:00"), **said)
    life.ask("start_service", moment("2018-06-13 09:00"), service_start_on="2018-06-12")
    for name, fields in RAISED[why]:
        life.ask(name, moment("2018-07-01 10:00"), **fields)
    assert list(life.now.tasks) == [why]
    name, fields = ENDS[how]
    ended = life.ask(name, moment("2018-08-10 10:00"), approved=True, **fields)
    assert ended.refused is None
    seq = next(entry.seq for entry in ended.entries if entry.event == name)
    life.pass_to(moment("2018-09-01 00:00"))
    stays = why == "LINE_DISPUTE_OURS" or (why in {"WAIVER_REQUESTED", "LINE_UNUSABLE"} and in_term)
    assert (life.now.state, list(life.now.tasks)) == ("ended", [why] if stays else [])
    if why == "WAIVER_REQUESTED":
        (request,) = life.now.waiver_requests.values()
        assert request.state == ("pending" if in_term else "lapsed")
    life.ask("correct", moment("2018-09-02 10:00"), voids=seq, reason_code="entry_error", approved=True)
    assert life.now.state in {"active", "choosing"}
    assert why in life.now.tasks
    if why == "WAIVER_REQUESTED":
        assert [each.state for each in life.now.waiver_requests.values()] == ["pending"]


@pytest.mark.parametrize("name", ["withdraw", "refuse", "accept"])
def test_what_is_not_about_the_application_outlives_it(
    new_life: Callable[[], Any], application: dict[str, Any], moment: Moment, name: str
) -> None:
    """The holder test goes with the answer to it; a dispute that is ours stays, whatever becomes of the application."""
    life = new_life()
    line = {**application["line"], "holder_is_applicant": False}
    life.ask("apply", moment("2018-05-20 09:00"), **{**application, "line": line})
    life.ask("inquire", moment("2018-05-20 10:00"), topic="LINE_DISPUTE", attributable=True)
    assert sorted(life.now.tasks) == ["LINE_DISPUTE_OURS", "NOT_LINE_HOLDER"]
    life.ask(name, moment("2018-05-21 09:00"), **({} if name == "withdraw" else {"reason_code": "other"}))
    assert list(life.now.tasks) == ["LINE_DISPUTE_OURS"]


STAYS = {
    "FEE_DECISION", "NTT_WAS_TOLD_TO_BILL_DIRECTLY", "LINE_DISPUTE_OURS", "NOTICE_NEEDS_TAKEN_LINE",
    "COURSE_CHANGE_NOT_LINE_HOLDER", "CHOICE_OVERDUE", "CONTINUE_NOT_LINE_HOLDER",
    "LINE_NOTICE_AFTER_END", "POINTS_SPENT_AFTER_END", "LINE_LOST_BEFORE_REGISTRATION", "STORAGE_TO_RAISE",
    "FILES_DELETED_IN_ERROR", "ROWS_LEFT_OUT", "MEMBERS_NOT_TOLD", "PAYMENT_ANSWERED_OTHERWISE", "ROLLOUT_FAILED",
    "EFFECT_REFUSED", "NOT_ANSWERED", "DEFECT", "UNDELIVERABLE", "REVISION_APPROVAL", "WORKFLOW_RESTARTED",
    "GROUND_GONE", "LOG_BEHIND", "UNSEALED_RESULT",
}  # fmt: skip
"""Money, what is ours to make good, what has to be said to somebody or is still asked of somebody, defects and
approvals; and three that what answers them takes off itself, an end as well."""


def test_every_kind_says_whether_it_goes_with_an_end() -> None:
    """A new kind of task has to be decided: it is about something that ends, or named here as one that stays."""
    assert {code for code, task in TASKS.items() if task.about is None} == STAYS
