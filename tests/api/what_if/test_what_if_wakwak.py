"""The what-if doors about cancellation, lines and courses, on a bare application."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.decisions.wakwak import router
from api.doors.problems import Problem

LINE = {
    "operator": "EAST",
    "line_id": "CAF1234567890",
    "brand": "NEXT",
    "service_type": "FAMILY",
    "holder_is_applicant": True,
    "billing": [],
    "discounts": [],
    "zutto_months": None,
    "tax_exempt_embassy": False,
}


def _app() -> FastAPI:
    app = FastAPI()
    app.include_router(router)

    @app.exception_handler(Problem)
    async def _problem(_: Request, problem: Problem) -> JSONResponse:
        return JSONResponse(problem.body(), problem.status)

    @app.exception_handler(RequestValidationError)
    async def _malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 400)

    return app


APP = _app()
CLIENT = TestClient(APP, headers={"Accept-Language": "en"})


def _ask(name: str, body: Any, status: int = 200) -> dict[str, Any]:
    answer = CLIENT.post(f"/v1/decisions/{name}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_cancellation_date_answers_the_month_end_and_its_row() -> None:
    """W-10.2, W-10.3: the 25th in Japan ends this month, an hour later the next."""
    body = {"channel": "paper", "received_at": "2019-04-25T14:59:59Z"}
    assert _ask("cancellation-date", body) == {
        "outcome": "accepted",
        "effective_on": "2019-04-30",
        "articles": ["W-10.2"],
        "edition": "2018-06-01",
        "detail": "received 2019-04-25, on or before day 25 of the month: the contract ends at the end of 2019-04-30",
    }
    late = _ask("cancellation-date", {**body, "received_at": "2019-04-25T15:00:00Z"})
    assert (late["effective_on"], late["articles"]) == ("2019-05-31", ["W-10.3"])


def test_cancellation_date_honours_a_later_wanted_month() -> None:
    """W-10.6: arrives 2019-03-03, wants May: 2019-05-31."""
    body = {"channel": "online", "received_at": "2019-03-03T09:00:00+09:00", "wanted_month": "2019-05"}
    answer = _ask("cancellation-date", body)
    assert (answer["effective_on"], answer["articles"]) == ("2019-05-31", ["W-10.4", "W-10.6"])


def test_cancellation_by_phone_is_refused_by_the_rule() -> None:
    """W-10.1: another channel is a 422 with the row, not a malformed request."""
    problem = _ask("cancellation-date", {"channel": "phone", "received_at": "2019-04-25T09:00:00+09:00"}, 422)
    assert (problem["code"], problem["articles"]) == ("CHANNEL_NOT_OFFERED", ["W-10.1"])


def test_a_day_before_the_book_is_refused_by_the_rule() -> None:
    """W-99.1: a notice of 2010-01-31 has no answer in this book."""
    problem = _ask("cancellation-date", {"channel": "paper", "received_at": "2010-01-31T09:00:00+09:00"}, 422)
    assert (problem["code"], problem["articles"]) == ("OUTSIDE_TERMS", ["W-99.1"])


def test_eligibility_names_all_grounds() -> None:
    """W-19.2e, W-19.2f: an East line billed in a lump and on @ビリング is out of chapter 2 and in chapter 1."""
    line = {**LINE, "billing": ["GROUP_LUMP", "AT_BILLING"]}
    second = _ask("eligibility", {"chapter": 2, "line": line, "on": "2018-05-20"})
    assert second["outcome"] == "ineligible"
    assert second["reasons"] == ["EAST_GROUP_LUMP", "EAST_AT_BILLING"]
    assert second["articles"] == ["W-19.2e", "W-19.2f"]
    first = _ask("eligibility", {"chapter": 1, "line": line, "on": "2018-05-20"})
    assert (first["outcome"], first["reasons"], first["effective_on"]) == ("eligible", [], None)


def test_course_answers_what_a_contract_is_on() -> None:
    """W-C1.2, W-C1.5: old マンション is マンション H, then the new マンション."""
    before = _ask("course", {"course": "W2_MANSION_OLD", "on": "2018-05-31"})
    assert (before["course"], before["open_for_sale"]) == ("W2_MANSION_H", False)
    after = _ask("course", {"course": "W2_MANSION_OLD", "on": "2018-06-01"})
    assert (after["course"], after["open_for_sale"], after["edition"]) == ("W2_MANSION", True, "2018-06-01")


def test_course_before_the_first_edition_has_none() -> None:
    """W-99.1, W-C2.1: with フレッツ was sold on 2010-01-31, under no edition of this book."""
    answer = _ask("course", {"course": "W1_FAMILY", "on": "2010-01-31"})
    assert (answer["edition"], answer["open_for_sale"]) == (None, True)
    answer = _ask("course", {"course": "W1_FAMILY", "on": "2010-02-01"})
    assert (answer["edition"], answer["open_for_sale"]) == ("2010-02-01", False)


def test_an_unknown_course_is_refused_by_the_rule() -> None:
    """W-04.1: a code the annex does not have is a 422."""
    assert _ask("course", {"course": "W3_FAMILY", "on": "2018-05-20"}, 422)["code"] == "UNKNOWN_COURSE"


@pytest.mark.parametrize(("sent", "outcome"), [("2018-05-17", "in_time"), ("2018-05-18", "too_late")])
def test_initial_cancellation_answers_the_window(sent: str, outcome: str) -> None:
    """W-12.4: papers of 2018-05-10 give until 2018-05-17."""
    answer = _ask("initial-cancellation", {"papers_received_on": "2018-05-10", "dispatched_on": sent})
    assert (answer["outcome"], answer["last_day"]) == (outcome, "2018-05-17")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("cancellation-date", {"channel": "paper", "received_at": "2019-04-25T09:00:00"}),
        ("cancellation-date", {"channel": "paper", "received_at": "2019-04-25"}),
        ("cancellation-date", {"channel": "paper", "received_at": 1556150400}),
        ("cancellation-date", {"channel": "paper", "received_at": "2019-02-30T09:00:00+09:00"}),
        ("cancellation-date", {"channel": "paper", "received_at": "9999-12-31T23:59:59+09:00"}),
        ("cancellation-date", {"channel": "paper", "received_at": "0001-01-01T00:00:00+14:00"}),
        ("cancellation-date", {"channel": "paper", "received_at": "2019-04-25T09:00:00Z", "wanted_month": "2019-13"}),
        ("cancellation-date", {"channel": "paper", "received_at": "2019-04-25T09:00:00Z", "wanted_month": "2019-5"}),
        ("cancellation-date", {"channel": "paper", "received_at": "2019-04-25T09:00:00Z", "wanted_month": "9999-12"}),
        ("cancellation-date", {"channel": "paper", "received_at": "2019-04-25T09:00:00Z", "wanted_month": "0000-12"}),
        ("cancellation-date", {"channel": "paper", "received_at": "2019-04-25T09:00:00Z", "more": 1}),
        ("cancellation-date", {"channel": "paper"}),
        ("cancellation-date", []),
        ("course", {"course": "W2_FAMILY", "on": "2019-02-29"}),
        ("course", {"course": "W2_FAMILY", "on": "2019-02-28T00:00:00"}),
        ("course", {"course": "W2_FAMILY", "on": 20190228}),
        ("course", {"course": "W2_FAMILY", "on": "0001-01-01"}),
        ("course", {"course": "W2_FAMILY", "on": None}),
        ("course", {"course": "", "on": "2019-02-28"}),
        ("eligibility", {"chapter": 3, "line": LINE, "on": "2018-05-20"}),
        ("eligibility", {"chapter": "1", "line": LINE, "on": "2018-05-20"}),
        ("eligibility", {"chapter": 1, "line": {**LINE, "brand": "ADSL"}, "on": "2018-05-20"}),
        ("eligibility", {"chapter": 1, "line": {**LINE, "operator": "NORTH"}, "on": "2018-05-20"}),
        ("eligibility", {"chapter": 1, "line": {**LINE, "zutto_months": -1}, "on": "2018-05-20"}),
        ("eligibility", {"chapter": 1, "line": {**LINE, "tax_exempt_embassy": "no"}, "on": "2018-05-20"}),
        ("initial-cancellation", {"papers_received_on": "2018-05-10"}),
        ("initial-cancellation", {"papers_received_on": "9999-12-31", "dispatched_on": "9999-12-31"}),
    ],
)
def test_a_malformed_question_never_reaches_a_rule(name: str, body: Any) -> None:
    """X-01: dates are real, moments have an offset, months are months, years are sane, nothing unknown is sent."""
    _ask(name, body, 400)


@given(
    name=st.sampled_from(["cancellation-date", "eligibility", "course", "initial-cancellation"]),
    first=st.dates(),
    second=st.dates(),
    offset=st.sampled_from(["Z", "+09:00", "-12:00", "+14:00"]),
    channel=st.text(max_size=8),
)
def test_no_question_is_an_error_of_ours(name: str, first: Any, second: Any, offset: str, channel: str) -> None:
    """X-01: any days and channels are answered, refused or malformed, and never a failure."""
    bodies = {
        "cancellation-date": {
            "channel": channel if len(channel) % 2 else "paper",
            "received_at": f"{first.isoformat()}T23:30:00{offset}",
            "wanted_month": second.isoformat()[:7],
        },
        "eligibility": {"chapter": 1 + first.day % 2, "line": LINE, "on": first.isoformat()},
        "course": {"course": channel or "W2_FAMILY", "on": first.isoformat()},
        "initial-cancellation": {"papers_received_on": first.isoformat(), "dispatched_on": second.isoformat()},
    }
    assert CLIENT.post(f"/v1/decisions/{name}", json=bodies[name]).status_code in {200, 400, 422}


def test_every_operation_has_an_example_that_works() -> None:
    """The published interface carries an example of each operation, and each is answered."""
    paths = APP.openapi()["paths"]
    assert len(paths) == 4
    for path, operations in paths.items():
        examples = operations["post"]["requestBody"]["content"]["application/json"]["examples"]
        for example in examples.values():
            answer = CLIENT.post(path, json=example["value"])
            assert answer.status_code == 200, (path, answer.text)
