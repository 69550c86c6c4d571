"""The club's "what if" doors answer the rules and refuse what they cannot read."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.decisions.club import router
from api.doors.problems import Problem


def _app() -> FastAPI:
    app = FastAPI()
    app.include_router(router)

    @app.exception_handler(Problem)
    async def answer(_: Request, problem: Problem) -> JSONResponse:
        return JSONResponse(problem.body(), problem.status, media_type="application/problem+json")

    return app


APP = _app()
CLIENT = TestClient(APP, headers={"Accept-Language": "en"})


def ask(name: str, **question: Any) -> dict[str, Any]:
    """The answer to a good question."""
    response = CLIENT.post(f"/v1/decisions/{name}", json=question)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    assert {"outcome", "effective_on", "articles", "edition", "detail"} <= set(answer)
    assert answer["articles"]
    return answer


@pytest.mark.parametrize(
    ("applied_at", "outcome"),
    [
        ("2023-09-30T23:59:00+09:00", "accepted"),
        ("2023-09-30T14:59:59Z", "accepted"),
        ("2023-10-01T00:00:00+09:00", "refused"),
        ("2023-09-30T15:00:00Z", "refused"),
    ],
)
def test_registration_closes_at_japan_midnight(applied_at: str, outcome: str) -> None:
    """An application counts through 2023-09-30 in Japan, whatever its offset (M-06.1)."""
    answer = ask("registration", applied_at=applied_at, operator="EAST", customer="INDIVIDUAL")
    assert answer["outcome"] == outcome
    assert answer["articles"][0] == "M-06.1"
    assert answer["edition"] == "2023-07-01"


def test_registration_names_every_ground() -> None:
    """A corporate customer on a West line is refused twice over (M-01.1, M-12.1)."""
    answer = ask("registration", applied_at="2023-05-01T00:00:00+09:00", operator="WEST", customer="CORPORATE")
    assert answer["outcome"] == "refused"
    assert answer["reasons"] == ["NOT_EAST_LINE", "NOT_INDIVIDUAL"]
    assert answer["edition"] is None


@pytest.mark.parametrize(
    ("usage_month", "through", "points", "booked"),
    [
        ("2023-11", None, 300, "2023-12"),
        ("2023-11", "2023-11-30", 300, "2023-12"),
        ("2023-11", "2023-11-29", 0, "2023-12"),
        ("2023-12", None, 0, "2024-01"),
    ],
)
def test_monthly_points(usage_month: str, through: str | None, points: int, booked: str) -> None:
    """November 2023 in full is the last month that earns (M-02.3, M-02.4)."""
    answer = ask(
        "monthly-points", usage_month=usage_month, service_type="NEXT_FAMILY", years_of_use=3, in_use_through=through
    )
    assert (answer["points"], answer["booking_month"]) == (points, booked)
    assert answer["outcome"] == ("granted" if points else "none")


def test_an_unknown_service_type_is_a_problem() -> None:
    """A type outside the table is 422 with its articles (M-02.2)."""
    response = CLIENT.post(
        "/v1/decisions/monthly-points", json={"usage_month": "2023-05", "service_type": "X", "in_use_through": None}
    )
    assert response.status_code == 422
    assert response.json()["code"] == "UNKNOWN_SERVICE_TYPE"
    assert response.json()["articles"] == ["M-02.2", "M-05.3"]


@pytest.mark.parametrize(
    ("month", "extra", "outcome", "points"),
    [
        ("2023-09", {}, "due", 1000),
        ("2023-10", {"ninen_wari_cancelled_on": "2023-10-01"}, "after_last_cohort", 0),
        ("2023-07", {"ninen_wari_cancelled_on": "2023-09-30"}, "disqualified", 0),
        ("2023-07", {"ninen_wari_cancelled_on": "2023-10-01"}, "due", 1000),
        ("2023-09", {"in_use_through": "2023-11-29"}, "disqualified", 0),
        ("2023-09", {"in_use_through": "2023-11-30"}, "due", 1000),
    ],
)
def test_renewal_bonus(month: str, extra: dict[str, str], outcome: str, points: int) -> None:
    """The last cohort, the window and continued use decide (M-03)."""
    answer = ask("renewal-bonus", term_end_month=month, service_class="FAMILY", registered_on="2020-01-01", **extra)
    assert (answer["outcome"], answer["points"]) == (outcome, points)


def test_renewal_window_and_deadline() -> None:
    """The window of 2022-12 crosses the year and is booked by the end of March (M-03.3, M-03.4)."""
    answer = ask("renewal-bonus", term_end_month="2022-12", service_class="MANSION", registered_on="2023-03-01")
    assert answer["window"] == {"from": "2022-12-01", "to": "2023-02-28"}
    assert answer["book_by"] == "2023-03-31"
    assert answer["reasons"] == ["MANSION_TYPE", "REGISTERED_TOO_LATE"]


@pytest.mark.parametrize(
    ("on", "expires_on", "outcome"),
    [
        (None, "2025-03-31", "valid"),
        ("2023-06-30", "2026-03-31", "valid"),
        ("2023-07-01", "2025-03-31", "valid"),
        ("2025-04-01", "2025-03-31", "expired"),
    ],
)
def test_points_expiry(on: str | None, expires_on: str, outcome: str) -> None:
    """The answer follows the rules as they stand on the day asked (M-04.4)."""
    answer = ask("points-expiry", granted_on="2023-04-01", on=on)
    assert (answer["expires_on"], answer["original_expires_on"]) == (expires_on, "2026-03-31")
    assert answer["outcome"] == outcome


LOTS = [
    {"id": "c", "granted_on": "2023-05-01", "points": 700},
    {"id": "b", "granted_on": "2022-05-01", "points": 900},
    {"id": "a", "granted_on": "2021-05-01", "points": 1200},
]


def test_spend_takes_the_earliest_expiry_first() -> None:
    """On 2024-03-31 the oldest lot goes first; on 2024-04-01 it is gone (M-04.6, A-15)."""
    answer = ask("spend", lots=LOTS, points=1300, on="2024-03-31")
    assert answer["uses"] == [{"id": "a", "points": 1200}, {"id": "b", "points": 100}]
    assert answer["balance_after"] == 1500
    answer = ask("spend", lots=LOTS, points=1300, on="2024-04-01")
    assert answer["uses"] == [{"id": "b", "points": 900}, {"id": "c", "points": 400}]
    assert answer["balance_after"] == 300


@pytest.mark.parametrize(("points", "on"), [(2801, "2024-03-31"), (1601, "2024-04-01"), (1, "2025-04-01")])
def test_spending_beyond_the_balance_is_a_problem(points: int, on: str) -> None:
    """One point more than is usable that day is 422 `INSUFFICIENT_POINTS` (M-04.6)."""
    response = CLIENT.post("/v1/decisions/spend", json={"lots": LOTS, "points": points, "on": on})
    assert response.status_code == 422
    assert response.json()["code"] == "INSUFFICIENT_POINTS"
    assert "M-04.6" in response.json()["articles"]


FILES = [
    {"id": "new", "stored_at": "2024-06-01T00:00:00+09:00", "gb": 4.8},
    {"id": "half", "stored_at": "2023-01-01T00:00:00+09:00", "gb": 0.5},
    {"id": "one", "stored_at": "2022-01-01T00:00:00+09:00", "gb": 1.0},
    {"id": "two", "stored_at": "2021-01-01T00:00:00+09:00", "gb": 2.0},
]


def test_storage_reverts() -> None:
    """8.3 GB shrink to 4.8 GB at the end of April 2025, oldest first (M-07.4, M-07.5)."""
    answer = ask("storage-reversion", ended_on="2025-03-31", capacity_gb=5, files=FILES)
    assert answer["outcome"] == "reverts"
    assert (answer["perk_off_on"], answer["reverts_on"], answer["advise_by"]) == (
        "2025-03-31",
        "2025-04-30",
        "2025-03-31",
    )
    assert answer["deletes"] == ["two", "one", "half"]
    assert ask("storage-reversion", ended_on="2025-03-31", files=FILES)["deletes"] == ["two", "one", "half"]
    assert ask("storage-reversion", ended_on="2025-03-31", capacity_gb=8.3, files=FILES)["deletes"] == []


def test_storage_exempt() -> None:
    """A support service keeps the increase (M-07.7)."""
    answer = ask("storage-reversion", ended_on="2025-03-31", services=["REMOTE_SUPPORT"], capacity_gb=5, files=FILES)
    assert (answer["outcome"], answer["reverts_on"], answer["deletes"]) == ("exempt", None, [])


REGISTER = {"applied_at": "2023-09-30T23:59:00+09:00", "operator": "EAST", "customer": "INDIVIDUAL"}
MONTH = {"usage_month": "2023-05", "service_type": "FAMILY", "in_use_through": None}
BONUS = {"term_end_month": "2023-09", "service_class": "FAMILY", "registered_on": "2020-01-01"}
SPEND = {"lots": LOTS, "points": 1, "on": "2024-01-01"}


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("registration", REGISTER | {"applied_at": "2023-09-30T23:59:00"}),
        ("registration", REGISTER | {"applied_at": "2023-09-30"}),
        ("registration", REGISTER | {"applied_at": 1696085940}),
        ("registration", REGISTER | {"applied_at": "9999-12-31T23:59:59-09:00"}),
        ("registration", REGISTER | {"applied_at": "0001-01-01T00:00:00+09:00"}),
        ("registration", REGISTER | {"operator": "NORTH"}),
        ("registration", REGISTER | {"extra": 1}),
        ("monthly-points", MONTH | {"usage_month": "2023-13"}),
        ("monthly-points", MONTH | {"usage_month": "9999-12"}),
        ("monthly-points", MONTH | {"usage_month": "0000-01"}),
        ("monthly-points", MONTH | {"usage_month": 202305}),
        ("monthly-points", MONTH | {"years_of_use": 0}),
        ("monthly-points", MONTH | {"years_of_use": True}),
        ("monthly-points", MONTH | {"in_use_through": "2023-02-30"}),
        ("renewal-bonus", BONUS | {"service_class": "family"}),
        ("renewal-bonus", BONUS | {"registered_on": 0}),
        ("renewal-bonus", BONUS | {"registered_on": "20200101"}),
        ("points-expiry", {"granted_on": "9999-12-31"}),
        ("points-expiry", {"granted_on": "2023-02-29"}),
        ("points-expiry", {}),
        ("spend", SPEND | {"points": 0}),
        ("spend", SPEND | {"points": 1.5}),
        ("spend", SPEND | {"points": 10**30}),
        ("spend", SPEND | {"lots": [LOTS[0], LOTS[0]]}),
        ("spend", SPEND | {"lots": [LOTS[0] | {"points": -1}]}),
        ("storage-reversion", {"ended_on": "2025-03-31", "services": ["OTHER"]}),
        ("storage-reversion", {"ended_on": "2025-03-31", "capacity_gb": -1}),
        ("storage-reversion", {"ended_on": "2025-03-31", "capacity_gb": "5"}),
        ("storage-reversion", {"ended_on": "2025-03-31", "capacity_gb": True}),
        ("storage-reversion", {"ended_on": "2025-03-31", "files": [FILES[0], FILES[0]]}),
        ("storage-reversion", {"ended_on": "2025-03-31", "files": [FILES[0] | {"gb": 1e300}]}),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, question: dict[str, Any]) -> None:
    """Ill-formed or absurd values are a 4xx, never an answer and never a crash."""
    assert CLIENT.post(f"/v1/decisions/{name}", json=question).status_code == 422


@pytest.mark.parametrize("year", ["1900", "2999"])
def test_the_whole_range_of_years_answers(year: str) -> None:
    """At both ends of the years that are read, every door still answers."""
    ask("registration", applied_at=f"{year}-06-30T00:00:00Z", operator="EAST", customer="INDIVIDUAL")
    ask("monthly-points", usage_month=f"{year}-12", service_type="MANSION", in_use_through=None)
    ask("renewal-bonus", term_end_month=f"{year}-12", service_class="FAMILY", registered_on=f"{year}-12-31")
    ask("points-expiry", granted_on=f"{year}-12-31", on="2023-06-30")
    ask("storage-reversion", ended_on=f"{year}-12-31")


def test_the_examples_in_the_document_work() -> None:
    """Every operation has an example, and posting it is answered."""
    paths = APP.openapi()["paths"]
    assert len(paths) == 6
    for path, operations in paths.items():
        body = operations["post"]["requestBody"]["content"]["application/json"]
        for example in body["examples"].values():
            assert CLIENT.post(path, json=example["value"]).status_code == 200, path


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
BASES: dict[str, dict[str, Any]] = {
    "registration": REGISTER,
    "monthly-points": MONTH,
    "renewal-bonus": BONUS,
    "points-expiry": {"granted_on": "2023-04-01", "on": "2023-07-01"},
    "spend": SPEND,
    "storage-reversion": {"ended_on": "2025-03-31", "capacity_gb": 5, "services": [], "files": FILES},
}
FIELDS = [(name, field) for name, base in BASES.items() for field in base]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FIELDS), json_values)
def test_no_value_of_any_field_crashes_a_door(field: tuple[str, str], value: Any) -> None:
    """Whatever JSON stands in a field, the answer is 200 or 422."""
    name, key = field
    assert CLIENT.post(f"/v1/decisions/{name}", json=BASES[name] | {key: value}).status_code in {200, 422}
