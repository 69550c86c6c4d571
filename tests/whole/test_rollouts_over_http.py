"""Rollouts as an operator sees them over HTTP, on a stack whose clock begins in May 2017."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import Session
from temporalio.client import Client, WorkflowExecutionDescription

from api.contracts.applications import EXAMPLE
from embedded.background import BackgroundStack
from service.verify import differences
from store.database import engine
from store.locks import lock_entity
from tests.furnished import Furniture

pytestmark = pytest.mark.timeout(600)

DOZEN = 12
PATIENCE_S = 120
START = datetime.fromisoformat("2017-04-20T09:00:00+09:00")


class Operator:
    """A client with the operator's key."""

    def __init__(self, background: BackgroundStack) -> None:
        """Speak to a running stack."""
        self.background = background
        self.stack = background.stack
        self.http = httpx.Client(base_url=self.stack.urls.api, timeout=PATIENCE_S, trust_env=False)
        self.database = engine(self.stack.database_url)

    def call(self, method: str, path: str, body: Any = None, *, key: str = "operator", **more: Any) -> httpx.Response:
        """One request under a fresh key, or the given one."""
        idem = more.pop("idem", None) or uuid.uuid4().hex
        headers = {"Authorization": f"Bearer {getattr(self.stack.keys, key)}", "Idempotency-Key": idem}
        return self.http.request(method, path, json=body, headers=headers, params=more)

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        """A request that is granted."""
        answer = self.call(method, path, body, **more)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    def active(self, course: str) -> str:
        """A contract in force from today."""
        today = self.ok("GET", "/v1/clock")["today"]
        body = {
            **EXAMPLE,
            "course": course,
            "received_at": f"{today}T00:00:00+09:00",
            "line": {
                **EXAMPLE["line"],
                "line_id": f"CAF{uuid.uuid4().int % 10**10:010d}",
                "service_type": "MANSION" if "MANSION" in course else "FAMILY",
            },
            "consents": {"general_terms": "2017-02-01", "course_terms": "2017-02-01", "carrier_terms": "EAST-2017"},
        }
        contract_id = str(self.ok("POST", "/v1/applications", body)["contract_id"])
        self.ok("POST", f"/v1/contracts/{contract_id}/service-start", {"service_start_on": today})
        return contract_id

    def some(self, course: str, count: int) -> list[str]:
        """Several contracts in force."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _: self.active(course), range(count)))

    def contract(self, contract_id: str, **more: Any) -> dict[str, Any]:
        """One contract."""
        return self.ok("GET", f"/v1/contracts/{contract_id}", **more)

    def rollout(self, rollout_id: str, **more: Any) -> dict[str, Any]:
        """One rollout."""
        return self.ok("GET", f"/v1/rollouts/{rollout_id}", **more)

    def shown(self, contract_id: str) -> list[object]:
        """The search attributes that Temporal has of a contract."""
        found = self.background.run(_described(self.stack.urls.temporal, f"contract/{contract_id}"))
        return [pair.value for pair in found.typed_search_attributes]

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "it did not come true in time"
            time.sleep(0.05)

    @contextmanager
    def decisions_held(self, contract_id: str) -> Iterator[None]:
        """Nothing can be decided about a contract inside the block: its lock is taken."""
        with Session(self.database) as session, session.begin():
            lock_entity(session, f"contract/{contract_id}")
            yield

    @contextmanager
    def unhealed(self, contract_id: str) -> Iterator[None]:
        """What is gone of a contract does not come back inside the block: its row says that it is closed."""
        closed = text("update entity set closed = :closed where entity_id = :id")
        with self.database.begin() as connection:
            connection.execute(closed, {"closed": True, "id": f"contract/{contract_id}"})
        try:
            yield
        finally:
            with self.database.begin() as connection:
                connection.execute(closed, {"closed": False, "id": f"contract/{contract_id}"})


@pytest.fixture(scope="module")
def operator(furniture: Furniture) -> Iterator[Operator]:
    """A stack of this module's own: these mergers belong to 2017."""
    with furniture.stack(clock=START) as background:
        found = Operator(background)
        yield found
        assert differences(found.database) == []
        found.database.dispose()


def merger(courses: list[str], to_course: str, announced_on: str, effective_on: str) -> dict[str, Any]:
    """The body of a merger."""
    return {
        "kind": "course_merge",
        "courses": courses,
        "to_course": to_course,
        "announced_on": announced_on,
        "effective_on": effective_on,
        "notice": "コースを統合いたします。",
    }


FAMILY = merger(["W2_GIGA_FAMILY", "W2_FAMILY_OLD", "W2_FAMILY_LIGHT"], "W2_FAMILY", "2017-04-20", "2017-06-01")
MANSION = merger(["W2_MANSION_OLD", "W2_MANSION_LIGHT"], "W2_MANSION_H", "2017-04-20", "2017-06-01")


@dataclass
class Mergers:
    """Contracts that the mergers of 2017 reach or do not, and the rollouts once they are announced."""

    families: list[str]
    mansions: list[str]
    leaver: str
    """Cancelled to the end of April, before anything is merged."""
    terms: dict[str, Any]
    """Minimum terms of the families before the merger."""
    family: str = ""
    mansion: str = ""
    """Paused from its announcement on."""
    joiner: str = ""
    """Came after the announcement."""


@pytest.fixture(scope="module")
def reached(operator: Operator) -> Mergers:
    """Before anything is announced."""
    families, mansions = operator.some("W2_FAMILY_LIGHT", DOZEN), operator.some("W2_MANSION_OLD", 3)
    leaver = operator.active("W2_GIGA_FAMILY")
    letter = {"channel": "paper", "received_at": "2017-04-20T00:30:00+09:00"}
    operator.ok("POST", f"/v1/contracts/{leaver}/cancellation", letter)
    terms = {each: operator.contract(each)["minimum_term"] for each in families}
    return Mergers(families, mansions, leaver, terms)


@pytest.fixture(scope="module")
def announced(operator: Operator, reached: Mergers) -> Mergers:
    """Both are announced, and one more has joined."""
    reached.family = str(operator.ok("POST", "/v1/rollouts", FAMILY, idem="family")["rollout_id"])
    reached.mansion = str(operator.ok("POST", "/v1/rollouts", MANSION)["rollout_id"])
    operator.ok("POST", f"/v1/rollouts/{reached.mansion}/pause")
    operator.until(lambda: [item["event"] for item in operator.rollout(reached.family)["agenda"]] == ["start"])
    reached.joiner = operator.active("W2_GIGA_FAMILY")
    return reached


@pytest.fixture(scope="module")
def merged(operator: Operator, announced: Mergers) -> Mergers:
    """The day has come; the worker was killed while one contract was held and all others were through."""
    first, *others = announced.families
    with ThreadPoolExecutor(1) as pool:
        with operator.decisions_held(first):
            advance = pool.submit(operator.call, "POST", "/v1/clock/advance", {"to": "2017-06-01"}, idem="first")
            operator.until(lambda: all(operator.contract(each)["course"] == "W2_FAMILY" for each in others))
            assert operator.contract(first)["course"] == "W2_FAMILY_LIGHT"
            operator.background.kill("worker")
        assert advance.result().status_code == 200
    return announced


def test_a_merger_is_rehearsed_and_nothing_is_announced(operator: Operator, reached: Mergers) -> None:
    """Too short a notice and another role are refused; a dry run counts and lists who is reached (W-14.1)."""
    short = operator.call("POST", "/v1/rollouts", {**FAMILY, "effective_on": "2017-05-19"})
    assert (short.status_code, short.json()["code"]) == (422, "NOTICE_TOO_SHORT")
    assert operator.call("POST", "/v1/rollouts", FAMILY, key="backoffice").status_code == 403

    rehearsed = operator.ok("POST", "/v1/rollouts", FAMILY, dry_run="true", limit=5)
    assert (rehearsed["planned"], rehearsed["dry_run"]) == (len(reached.families), True)
    assert rehearsed["affected"][0]["articles"] == ["W-C1.1", "W-14.1"]
    assert rehearsed["affected"][0]["monthly_basic"]["after"]["sample"] is True
    assert len(rehearsed["contracts"]["items"]) == 5
    assert operator.ok("GET", "/v1/rollouts")["items"] == []


def test_an_announcement_is_made_once_and_written_to_each(operator: Operator, announced: Mergers) -> None:
    """The same request again is the same rollout; who is reached has its letter (W-14.1)."""
    again = operator.ok("POST", "/v1/rollouts", FAMILY, idem="family")
    assert (again["rollout_id"], again["state"], again["planned"]) == (announced.family, "announced", DOZEN)
    notices = operator.ok("GET", f"/v1/contracts/{announced.families[0]}/notices")["items"]
    assert [notice["kind"] for notice in notices] == ["service_start", "terms_changed"]


def test_every_contract_is_merged_once_though_a_worker_died(operator: Operator, merged: Mergers) -> None:
    """Each one's history has the merger once, terms are kept, the day before is as it was; Temporal shows it."""
    done = operator.rollout(merged.family, limit=500)
    assert (done["state"], done["planned"], done["done"], done["failed"]) == ("finished", DOZEN + 1, DOZEN + 1, 0)
    assert {row["outcome"] for row in done["outcomes"]["items"]} == {"moved"}
    for each in [*merged.families, merged.joiner]:
        shown = operator.contract(each)
        assert shown["course"] == "W2_FAMILY"
        assert shown["course_history"][-1] == {"course": "W2_FAMILY", "from_on": "2017-06-01", "reason": "course_merge"}
        events = [entry["event"] for entry in operator.ok("GET", f"/v1/contracts/{each}/history")["items"]]
        assert events.count("course_merge") == 1
        operator.until(lambda each=each: "W2_FAMILY" in operator.shown(each))  # type: ignore[misc]
    assert {each: operator.contract(each)["minimum_term"] for each in merged.families} == merged.terms
    assert operator.contract(merged.families[0], as_of="2017-05-31")["course"] == "W2_FAMILY_LIGHT"
    assert operator.contract(merged.leaver)["course"] == "W2_GIGA_FAMILY"


def test_a_paused_merger_moves_nobody_until_it_is_resumed(operator: Operator, merged: Mergers) -> None:
    """Held over its day; resumed it reaches everybody, and what is finished is not paused any more."""
    held = operator.rollout(merged.mansion)
    assert (held["state"], held["remaining"], held["done"]) == ("paused", len(merged.mansions), 0)
    assert operator.contract(merged.mansions[0])["course"] == "W2_MANSION_OLD"
    operator.ok("POST", f"/v1/rollouts/{merged.mansion}/resume")
    operator.until(lambda: operator.rollout(merged.mansion)["state"] == "finished")
    assert {operator.contract(each)["course"] for each in merged.mansions} == {"W2_MANSION_H"}
    late = operator.call("POST", f"/v1/rollouts/{merged.mansion}/pause")
    assert (late.status_code, late.json()["state"]) == (409, "finished")


def test_who_had_not_ended_after_all_is_merged_with_the_others(operator: Operator, merged: Mergers) -> None:
    """The letter that had ended one before the day was somebody else's: it went on, and the dry run says so first."""
    leaver = merged.leaver
    events = operator.ok("GET", f"/v1/contracts/{leaver}/history")["items"]
    letter_seq = next(each["seq"] for each in events if each["event"] == "cancel")
    wrong = {"voids": letter_seq, "reason_code": "entry_error", "reason": "別の契約の解約通知でした。"}
    tried = operator.ok("POST", f"/v1/contracts/{leaver}/corrections", wrong, dry_run="true")
    comes = [each["becomes"] for each in tried["revises"] if each["was"] is None]
    assert [(each["event"], each["effective_on"]) for each in comes] == [("course_merge", "2017-06-01")]
    operator.ok("POST", f"/v1/contracts/{leaver}/corrections", wrong)
    shown = operator.contract(leaver)
    assert (shown["state"], shown["course"]) == ("active", "W2_FAMILY")
    rows = operator.rollout(merged.family, limit=500)["outcomes"]["items"]
    assert [row["outcome"] for row in rows if row["contract_id"] == leaver] == ["moved"]
    operator.until(lambda: "W2_FAMILY" in operator.shown(leaver))


def test_a_pause_stops_after_the_present_page(operator: Operator) -> None:
    """Paused while a page is under way: that page is finished, then nothing moves until the resumption."""
    today = operator.ok("GET", "/v1/clock")["today"]
    body = {
        "kind": "terms_change",
        "courses": ["W2_MANSION_H"],
        "announced_on": today,
        "effective_on": "2017-08-01",
        "notice": "規程を変更いたします。",
    }
    made = operator.ok("POST", "/v1/rollouts", body)
    rollout_id, reached = made["rollout_id"], made["planned"]
    items = operator.rollout(rollout_id)["outcomes"]["items"]
    with ThreadPoolExecutor(1) as pool:
        with operator.decisions_held(items[0]["contract_id"]):
            advance = pool.submit(operator.call, "POST", "/v1/clock/advance", {"to": "2017-08-01"})
            operator.until(lambda: operator.rollout(rollout_id)["state"] == "running")
            assert operator.ok("POST", f"/v1/rollouts/{rollout_id}/pause")["state"] == "paused"
        assert advance.result().status_code == 200
    shown = operator.rollout(rollout_id)
    assert shown["state"] == "paused"
    assert shown["done"] + shown["remaining"] == reached
    operator.ok("POST", f"/v1/rollouts/{rollout_id}/resume")
    operator.until(lambda: operator.rollout(rollout_id)["state"] == "finished")
    assert operator.rollout(rollout_id)["done"] == reached


def test_a_lost_contract_holds_the_rollout_until_an_operator_accepts_that(operator: Operator) -> None:
    """A contract whose workflow is gone fails with its reason; the others move; accepted, the rollout finishes."""
    today = operator.ok("GET", "/v1/clock")["today"]
    body = {
        "kind": "terms_change",
        "courses": ["W2_FAMILY"],
        "announced_on": today,
        "effective_on": "2017-10-01",
        "notice": "規程を変更いたします。",
    }
    made = operator.ok("POST", "/v1/rollouts", body)
    rollout_id = made["rollout_id"]
    lost = operator.rollout(rollout_id)["outcomes"]["items"][0]["contract_id"]
    with operator.unhealed(lost):
        operator.background.run(_terminate(operator.stack.urls.temporal, f"contract/{lost}"))
        operator.ok("POST", "/v1/clock/advance", {"to": "2017-10-01"})
    shown = operator.rollout(rollout_id, outcome="failed")
    assert (shown["state"], shown["failed"], shown["done"]) == ("paused", 1, made["planned"] - 1)
    assert [task["why"] for task in shown["needs_operator"]] == ["ROLLOUT_FAILED"]
    assert [(row["contract_id"], row["outcome"]) for row in shown["outcomes"]["items"]] == [(lost, "NO_WORKFLOW")]
    operator.ok("POST", f"/v1/rollouts/{rollout_id}/resume", {"accept_failed": True})
    operator.until(lambda: operator.rollout(rollout_id)["state"] == "finished")


def test_a_contract_can_choose_as_soon_as_its_course_is_discontinued(operator: Operator) -> None:
    """The choice that a rollout opens is open at the workflow too: a validator does not refuse by an old state."""
    running = operator.ok("GET", "/v1/contracts", course="W2_MANSION_H", state="active")["items"]
    chooser = running[0]["contract_id"]
    today = operator.ok("GET", "/v1/clock")["today"]
    body = {
        "kind": "discontinue",
        "courses": ["W2_MANSION_H"],
        "announced_on": today,
        "effective_on": "2017-11-01",
        "notice": "提供を終了いたします。",
    }
    rollout_id = operator.ok("POST", "/v1/rollouts", body)["rollout_id"]
    operator.ok("POST", "/v1/clock/advance", {"to": "2017-11-01"})
    assert operator.contract(chooser)["state"] == "choosing"
    choice = {"choice": "cancel", "received_at": "2017-11-01T00:00:00+09:00"}
    assert operator.ok("POST", f"/v1/contracts/{chooser}/choice", choice)["state"] == "ending"
    assert operator.rollout(rollout_id)["state"] == "finished"


async def _described(address: str, workflow_id: str) -> WorkflowExecutionDescription:
    client = await Client.connect(address)
    return await client.get_workflow_handle(workflow_id).describe()


async def _terminate(address: str, workflow_id: str) -> None:
    client = await Client.connect(address)
    await client.get_workflow_handle(workflow_id).terminate("lost on purpose")
