"""The "what if" doors about minimum terms and fees, on a bare application."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.decisions.terms import router
from api.doors.problems import Problem

app = FastAPI()
app.include_router(router)


@app.exception_handler(Problem)
def _problem(_: Request, problem: Problem) -> JSONResponse:
    return JSONResponse(problem.body(), problem.status, media_type="application/problem+json")


@app.exception_handler(RequestValidationError)
def _malformed(_: Request, error: RequestValidationError) -> JSONResponse:
    body = Problem(400, "MALFORMED", str(error.errors()[0]["msg"])).body()
    return JSONResponse(body, 400, media_type="application/problem+json")


client = TestClient(app, headers={"Accept-Language": "en"})
FEE = {
    "applied_on": "2018-04-20",
    "minimum_term_end_on": "2020-04-30",
    "ended_on": "2020-03-31",
    "cause": "cancellation",
}


def ask(name: str, body: Any) -> tuple[int, dict[str, Any]]:
    """Post a question; the status and the answer."""
    response = client.post(f"/v1/decisions/{name}", json=body)
    return response.status_code, response.json()


def test_minimum_term_of_an_application() -> None:
    """The whole answer of the worked example (W-12.1)."""
    assert ask("minimum-term", {"applied_on": "2018-05-31", "service_start_on": "2018-06-12"}) == (
        200,
        {
            "outcome": "set",
            "effective_on": "2018-06-01",
            "articles": ["W-12.1"],
            "edition": "2017-06-01",
            "detail": "Applied on 2018-05-31: 24 months to 2020-05-31.",
            "minimum_term": {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"},
        },
    )


def test_no_minimum_term() -> None:
    """Applied on 2018-06-01: `minimum_term` is null and present (W-12.2)."""
    status, answer = ask("minimum-term", {"applied_on": "2018-06-01", "service_start_on": "2018-06-12"})
    assert (status, answer["minimum_term"], answer["articles"]) == (200, None, ["W-12.2"])


@pytest.mark.parametrize("carried", [{}, {"carried_minimum_end_on": None}])
def test_minimum_term_of_a_course_change(carried: dict[str, None]) -> None:
    """The second form answers with its own source; the carried end may be null or left out (W-12.1c, W-12.2a)."""
    body = {"applied_on": "2018-05-31", "change_on": "2018-06-15", "from_course": "OTHER", **carried}
    assert ask("minimum-term", body)[1]["minimum_term"]["source"] == "course_change"
    body = {
        "applied_on": "2018-07-01",
        "change_on": "2018-07-10",
        "from_course": "COLLABO",
        "carried_minimum_end_on": "2019-08-31",
    }
    assert ask("minimum-term", body)[1]["minimum_term"] == {
        "start_on": "2018-08-01",
        "end_on": "2019-08-31",
        "source": "carried_from_collabo",
    }


@pytest.mark.parametrize(
    "body",
    [
        {"applied_on": "2018-05-31"},
        {"applied_on": "2018-05-31", "change_on": "2018-06-15"},
        {
            "applied_on": "2018-05-31",
            "service_start_on": "2018-06-12",
            "change_on": "2018-06-15",
            "from_course": "OTHER",
        },
        {"applied_on": "2018-02-30", "service_start_on": "2018-06-12"},
        {"applied_on": "2018-05-31T00:00:00", "service_start_on": "2018-06-12"},
        {"applied_on": 1527692400, "service_start_on": "2018-06-12"},
        {"applied_on": "9999-12-31", "service_start_on": "2018-06-12"},
        {"applied_on": "2018-05-31", "service_start_on": "2018-06-12", "extra": 1},
        [],
        None,
    ],
)
def test_neither_form_nor_both_is_malformed(body: Any) -> None:
    """Fields of neither form or of both, unreal dates and unknown fields are 400."""
    assert ask("minimum-term", body)[0] == 400


def test_termination_fee() -> None:
    """The whole answer of the worked example (W-12.3c)."""
    assert ask("termination-fee", FEE) == (
        200,
        {
            "outcome": "due",
            "effective_on": "2020-03-31",
            "articles": ["W-12.3c", "W-99.4", "X-07"],
            "edition": "2018-06-01",
            "detail": "Ended inside the minimum term: the fee is due.",
            "fee": {"amount": 4500, "tax": 450, "total": 4950},
            "carried": None,
            "due_on": "2020-04-30",
        },
    )


@pytest.mark.parametrize(
    ("more", "outcome", "total"),
    [
        ({"ended_on": "2020-04-30"}, "none", 0),
        ({"minimum_term_end_on": None}, "none", 0),
        ({"initial_cancellation": True, "ended_on": "2018-05-17"}, "reduced", 3240),
        ({"initial_cancellation": None}, "due", 4950),
        ({"waiver": "death"}, "waived", 0),
        ({"waiver": "line_unusable"}, "due", 4950),
        ({"cause": "course_change", "to_course": "DOCOMO"}, "waived", 0),
        ({"cause": "course_change", "to_course": "HIKARI_PLUS"}, "carried", 0),
        ({"cause": "course_change", "to_course": "OTHER"}, "needs_operator", 4950),
        ({"cause": "course_change", "to_course": "OTHER", "waiver": "line_unusable"}, "watched", 4950),
    ],
)
def test_outcomes_of_a_fee(more: dict[str, Any], outcome: str, total: int) -> None:
    """Each outcome of the public interface is reached through the door (W-12.3 to W-12.6)."""
    status, answer = ask("termination-fee", {**FEE, **more})
    assert (status, answer["outcome"], answer["fee"]["total"]) == (200, outcome, total)
    assert answer["articles"]


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("termination-fee", {**FEE, "cause": "course_change"}, "TO_COURSE_MISSING"),
        ("termination-fee", {**FEE, "cause": "course_change", "to_course": "W1_FAMILY"}, "NO_CHANGE_INTO_W1"),
        ("termination-fee", {**FEE, "cause": "course_change", "to_course": "X"}, "UNKNOWN_COURSE"),
        ("termination-fee", {**FEE, "ended_on": "2010-01-31"}, "OUTSIDE_TERMS"),
        (
            "minimum-term",
            {"applied_on": "2018-05-31", "change_on": "2018-06-15", "from_course": "W2_FAMILY"},
            "NOT_A_COURSE_CHANGE",
        ),
    ],
)
def test_refusals_name_code_and_articles(name: str, body: dict[str, Any], code: str) -> None:
    """What a rule refuses, or cannot know for a day, is 422 with a code and articles."""
    status, answer = ask(name, body)
    assert (status, answer["code"]) == (422, code)
    assert answer["articles"]


@pytest.mark.parametrize(
    "body",
    [
        {**FEE, "cause": "boredom"},
        {**FEE, "waiver": "luck"},
        {**FEE, "initial_cancellation": "yes"},
        {**FEE, "ended_on": None},
        {key: value for key, value in FEE.items() if key != "minimum_term_end_on"},
        {**FEE, "chapter": 1},
    ],
)
def test_malformed_fee_questions(body: dict[str, Any]) -> None:
    """Values outside the interface, missing and unknown fields are 400."""
    assert ask("termination-fee", body)[0] == 400


def test_every_operation_has_an_example_that_works() -> None:
    """The examples in the published document are answered with 200."""
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {"/v1/decisions/minimum-term", "/v1/decisions/termination-fee"}
    for path, operations in paths.items():
        examples = operations["post"]["requestBody"]["content"]["application/json"]["examples"]
        for example in examples.values():
            assert client.post(path, json=example["value"]).status_code == 200


DATES = st.dates().map(str) | st.sampled_from(["1900-01-01", "2999-12-31", "2019-02-29", "", "0000-01-01"])


@settings(max_examples=80, deadline=None)
@given(
    body=st.fixed_dictionaries(
        {
            "applied_on": DATES,
            "minimum_term_end_on": st.none() | DATES,
            "ended_on": DATES,
            "cause": st.sampled_from(["cancellation", "termination", "course_change"]),
        },
        optional={
            "to_course": st.none() | st.sampled_from(["COLLABO", "OTHER", "W1_FAMILY", "W2_FAMILY"]) | st.text(),
            "initial_cancellation": st.none() | st.booleans(),
            "waiver": st.none() | st.sampled_from(["death", "line_name_change", "line_unusable"]),
        },
    )
)
def test_nothing_a_caller_sends_makes_a_server_error(body: dict[str, Any]) -> None:
    """Any dates, from the year 1 to 9999, any course text: an answer, a refusal or 400."""
    assert ask("termination-fee", body)[0] in {200, 400, 422}
    change = {"applied_on": body["applied_on"], "change_on": body["ended_on"], "from_course": body.get("to_course")}
    change["carried_minimum_end_on"] = body["minimum_term_end_on"]
    assert ask("minimum-term", change)[0] in {200, 400, 422}
