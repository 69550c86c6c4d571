"""The club's programme over HTTP on a whole stack, from June 2023 to after its end; the tests share one timeline.

They run in the order of the file: each begins where the one before left the clock.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from desk.words import days
from embedded.stack import EmbeddedStack
from service.verify import differences
from store.database import engine
from tests.furnished import Furniture

PROGRAMME = "/v1/programs/flets-hikari-members-club"

NOTICE = {
    "announced_on": "2023-07-01",
    "registration_ends_on": "2023-09-30",
    "last_grant_month": "2023-12",
    "points_redated": {"granted_from": "2023-04-01", "granted_to": "2023-12-31", "expires_on": "2025-03-31"},
    "ends_on": "2025-03-31",
}

FILES = [
    {"id": "a", "stored_at": "2021-01-01", "gb": 2.0},
    {"id": "b", "stored_at": "2021-01-02", "gb": 1.0},
    {"id": "c", "stored_at": "2021-01-03", "gb": 0.5},
    {"id": "d", "stored_at": "2021-01-04", "gb": 4.8},
]

LOTS = [
    {"granted_on": "2022-03-10", "kind": "monthly", "points": 1200, "left": 1200},
    {"granted_on": "2022-09-10", "kind": "monthly", "points": 900, "left": 900},
    {"granted_on": "2023-04-10", "kind": "monthly", "points": 400, "left": 300},
]

NAMES = ("stays", "leaves", "converted", "supported", "larger", "silent")


class Club:
    """The stack as an operator sees it, with six members."""

    def __init__(self, stack: EmbeddedStack) -> None:
        """Import the members."""
        self.stack = stack
        self.http = httpx.Client(base_url=stack.urls.api, timeout=200, trust_env=False)
        self.carrier = httpx.Client(base_url=stack.urls.carrier, timeout=30, trust_env=False)
        lines = "\n".join(json.dumps(_imported(number, name)) for number, name in enumerate(NAMES))
        answer = self.call("POST", "/v1/memberships/import", content=lines.encode())
        assert answer.json()["imported"] == len(NAMES), answer.text
        self.ids = {each["external_id"]: each["member_id"] for each in answer.json()["lines"]}
        for name in ("stays", "supported", "larger"):
            self.carrier.put(f"/storage/{line_of(name)}/files", json=FILES).raise_for_status()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "operator",
        content: bytes | None = None,
        **more: Any,
    ) -> httpx.Response:
        """One request."""
        bearer = {"Authorization": f"Bearer {getattr(self.stack.keys, key)}", "Idempotency-Key": uuid.uuid4().hex}
        sent: dict[str, Any] = {"content": content} if content is not None else {"json": body}
        if content is not None:
            bearer["Content-Type"] = "application/x-ndjson"
        return self.http.request(method, path, headers={**bearer, **more.pop("headers", {})}, params=more, **sent)

    def get(self, path: str, **params: Any) -> Any:
        """A read that must work."""
        answer = self.call("GET", path, key="auditor", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, name: str, what: str, body: Any = None) -> Any:
        """A request of a member that must be granted."""
        answer = self.call("POST", f"/v1/memberships/{self.ids[name]}/{what}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def advance(self, to: str) -> None:
        """Move business time on."""
        answer = self.call("POST", "/v1/clock/advance", {"to": to})
        assert answer.status_code == 200, answer.text

    def member(self, name: str) -> Any:
        """One membership."""
        return self.get(f"/v1/memberships/{self.ids[name]}")

    def points(self, name: str, on: str | None = None) -> Any:
        """Balance and lots."""
        return self.get(f"/v1/memberships/{self.ids[name]}/points", **({"on": on} if on else {}))

    def ledger(self, name: str) -> list[dict[str, Any]]:
        """Every entry."""
        return list(self.get(f"/v1/memberships/{self.ids[name]}/ledger")["items"])

    def storage(self, name: str) -> Any:
        """The storage of one member."""
        return self.get(f"/v1/memberships/{self.ids[name]}/storage")

    def deleted(self, name: str) -> list[str]:
        """What the storage service has deleted."""
        return [each["id"] for each in self.carrier.get(f"/storage/{line_of(name)}/deletions").json()]


def line_of(name: str) -> str:
    return f"CAF77{NAMES.index(name):08d}"


def _imported(number: int, name: str) -> dict[str, Any]:
    line = {
        "operator": "EAST",
        "line_id": line_of(name),
        "service_type": "NEXT_FAMILY",
        "service_class": "FAMILY",
        "in_use_since": "2017-01-15",
        "ninen_wari_started_on": "2021-10-01" if name == "stays" else None,
    }
    person = {
        "name": f"会員 {number}",
        "email": f"member{number}@example.com",
        "phone": "03-0000-0000",
        "password": "pw",
    }
    return {
        "external_id": name,
        "registered_on": "2020-01-01",
        "line": line,
        "member": person,
        "mail_magazine": name != "silent",
        "lots": LOTS,
    }


@pytest.fixture(scope="module")
def club(furniture: Furniture) -> Iterator[Club]:
    """A stack whose clock begins in June 2023; at the end every stored state is the fold of its log."""
    clock = datetime.fromisoformat("2023-06-01T09:00:00+09:00")
    with furniture.stack(clock=clock) as background:
        yield Club(background.stack)
        assert differences(engine(background.stack.database_url)) == []


def test_a_new_home_carries_the_plan_of_the_notice(club: Club) -> None:
    """M-08.4: plan, dates and counts are there from the first moment, not announced yet."""
    shown = club.get(PROGRAMME)
    assert (shown["plan"], shown["announced"], shown["announce_by"]) == (NOTICE, False, "2025-03-01")
    assert {each["event"]: each["on"] for each in shown["dates"]}["storage_reverts"] == "2025-04-30"
    assert shown["counts"]["members"]["active"] == len(NAMES)
    assert club.call("GET", "/v1/programs/lottery").status_code == 404
    assert club.call("PUT", f"{PROGRAMME}/wind-down", NOTICE, key="backoffice").status_code == 403


def test_a_dry_run_counts_and_changes_nothing(club: Club) -> None:
    """Members, points, lots to be re-dated and files at risk; a short notice is refused."""
    plan = {**NOTICE, "announced_on": "2023-06-20"}
    told = club.call("PUT", f"{PROGRAMME}/wind-down", plan, dry_run="true").json()
    assert (told["outcome"], told["members"], told["points"]) == ("planned", 6, 6 * 2400)
    assert told["redated"] == {"members": 6, "lots": 6, "points": 1800}
    assert told["files_at_risk"] == {"members": 3, "files": 9, "gb": 10.5, "looked_at": 6, "of": 6}
    assert club.get(PROGRAMME)["plan"] == NOTICE
    short = club.call("PUT", f"{PROGRAMME}/wind-down", {**NOTICE, "ends_on": "2023-07-30"}, dry_run="true")
    assert (short.status_code, short.json()["code"], short.json()["articles"]) == (422, "NOTICE_TOO_SHORT", ["M-08.4"])


def test_a_plan_can_be_replaced_until_it_is_announced(club: Club) -> None:
    """Another day of announcement, and back."""
    other = {**NOTICE, "announced_on": "2023-06-25", "ends_on": "2025-06-30"}
    for plan in (other, NOTICE):
        assert club.call("PUT", f"{PROGRAMME}/wind-down", plan).json()["outcome"] == "planned"
        assert club.get(PROGRAMME)["plan"] == plan
        ahead = club.get(f"/v1/memberships/{club.ids['stays']}")["agenda"]
        assert [item["on"] for item in ahead if item["event"] == "programme_end"] == [plan["ends_on"]]
        listed = club.get("/v1/agenda", to=plan["ends_on"], limit=500)["items"]
        ends = [item for item in listed if item["kind"] == "membership" and item["event"] == "end"]
        assert {item["label"] for item in ends} == {f"プログラム終了 {plan['ends_on']}"}
        assert len(ends) == len(NAMES)
        assert f"or the programme ends on {days(str(plan['ends_on']))}, " in what_leaving_rests_on(club, "stays")


def what_leaving_rests_on(club: Club, name: str) -> str:
    """The page on which leaving would be confirmed, in English."""
    with httpx.Client(base_url=club.stack.urls.api, trust_env=False, timeout=60) as browser:
        browser.post("/desk/sign-in", data={"key": club.stack.keys.operator})
        browser.get("/desk/language")
        word = re.search(r'name="csrf" value="([^"]+)"', browser.get("/desk/clock").text)
        assert word is not None
        form = {"csrf": word[1]}
        return browser.post(f"/desk/members/{club.ids[name]}/check/leave", data=form).text


def test_a_held_programme_books_nothing_until_it_is_resumed(club: Club) -> None:
    """X-05: held over the 10th; resumed on the 12th it books then, once."""
    assert club.call("POST", f"{PROGRAMME}/pause").json()["state"] == "paused"
    club.advance("2023-06-12")
    assert len(club.points("stays")["lots"]) == 3
    assert club.call("POST", f"{PROGRAMME}/pause").status_code == 409
    assert club.call("POST", f"{PROGRAMME}/resume", {"reason": "確認済み"}).json()["state"] == "running"
    club.advance("2023-06-13")
    booked = [lot for lot in club.points("stays")["lots"] if lot["usage_month"] == "2023-05"]
    assert [(lot["granted_on"], lot["points"], lot["expires_on"]) for lot in booked] == [
        ("2023-06-12", 500, "2026-03-31")
    ]


def test_the_announcement_redates_lots_and_tells_every_member(club: Club) -> None:
    """M-04.4, M-08.4: on 07-01 each lot of the range shows both days, each member has an outcome, and a report."""
    club.advance("2023-06-30T23:59:00+09:00")
    assert club.get(f"{PROGRAMME}/progress")["announced"] == 0
    club.advance("2023-07-01")
    done = club.get(f"{PROGRAMME}/progress", limit=2)
    assert (done["announced"], done["told"], done["failed"], done["noticed"]) == (6, 6, 0, 6)
    assert done["redated"]["lots"] == 12
    second = club.get(f"{PROGRAMME}/progress", cursor=done["outcomes"]["next_cursor"], limit=500)
    assert len(done["outcomes"]["items"]) + len(second["outcomes"]["items"]) == 6
    report = list(csv.DictReader(io.StringIO(club.call("GET", f"{PROGRAMME}/progress", format="csv").text)))
    assert {row["outcome"] for row in report} == {"told"}
    asked = club.call("GET", f"{PROGRAMME}/progress", headers={"Accept": "text/csv"})
    assert asked.text.count("\n") == len(report) + 1
    lot = next(each for each in club.points("stays")["lots"] if each["granted_on"] == "2023-04-10")
    assert (lot["expires_on"], lot["original_expires_on"]) == ("2025-03-31", "2026-03-31")
    entry = next(each for each in club.ledger("stays") if each["kind"] == "redate")
    assert (entry["points"], entry["expires_from"], entry["reason"]) == (0, "2026-03-31", "programme_end/2023-07-01")
    history = club.get(f"/v1/memberships/{club.ids['stays']}/history")["items"]
    assert history[-1]["event"] == "plan_announced"
    refused = club.call("PUT", f"{PROGRAMME}/wind-down", {**NOTICE, "ends_on": "2025-06-30"})
    assert (refused.status_code, refused.json()["code"]) == (422, "PLAN_IN_EFFECT")
    assert club.call("PUT", f"{PROGRAMME}/wind-down", NOTICE).json()["outcome"] == "unchanged"


def test_points_end_with_december_and_the_last_cohort_has_its_bonus(club: Club) -> None:
    """M-02.4, M-03.8: November is booked in December, the September 2023 cohort on 12-01, nothing after."""
    club.advance("2023-10-15T10:00:00+09:00")
    club.ask("leaves", "leave")
    club.advance("2024-01-02")
    lots = club.points("stays")["lots"]
    assert [lot["usage_month"] for lot in lots if lot["granted_on"] >= "2023-12-01" and lot["kind"] == "monthly"] == [
        "2023-11"
    ]
    bonus = [lot for lot in lots if lot["kind"] == "renewal"]
    assert [(lot["points"], lot["granted_on"], lot["term_end_month"]) for lot in bonus] == [
        (1000, "2023-12-01", "2023-09")
    ]
    assert not [each for each in club.get(PROGRAMME)["agenda"] if each["event"] == "book_monthly_points"]
    assert sum(entry["points"] for entry in club.ledger("leaves")) == 0
    left = club.storage("leaves")
    assert (left["state"], left["perk_off_on"], left["reverts_on"]) == ("reverted", "2023-10-15", "2023-11-30")


def test_fiscal_year_points_lapse_after_their_last_day(club: Club) -> None:
    """M-04.2: usable on 2024-03-31, gone on 04-01; members with consent were reminded."""
    club.advance("2024-03-31T23:59:00+09:00")
    before = club.points("stays")["balance"]
    club.advance("2024-04-01")
    assert club.points("stays")["balance"] == before - 1200
    lapsed = [entry for entry in club.ledger("stays") if entry["kind"] == "expire"]
    assert [(entry["points"], entry["on"]) for entry in lapsed] == [(-1200, "2024-04-01")]
    assert club.get(PROGRAMME)["runs"]["remind_expiring"]["counts"]["letters"] == 4, "not who left, nor without consent"


def test_a_conversion_forfeits_from_its_own_day(club: Club) -> None:
    """M-05.1: converted on 2024-06-10, the points are usable through 06-09."""
    notice = {"kind": "conversion", "effective_on": "2024-06-10", "details": {}, "notice_id": "club-conversion"}
    assert club.carrier.post(f"/lines/{line_of('converted')}/notices", json=notice).status_code in {200, 201}
    club.advance("2024-06-09T23:59:00+09:00")
    assert club.points("converted")["balance"] > 0
    club.advance("2024-06-10")
    assert club.points("converted")["balance"] == 0
    assert {entry["kind"] for entry in club.ledger("converted")} >= {"grant", "redate", "expire", "forfeit"}


def test_the_programme_ends_after_its_last_day(club: Club) -> None:
    """M-04.5, M-07.1: usable on 2025-03-31; at 00:00 every membership is over and the ledger is balanced."""
    club.ask("supported", "storage/support", {"service": "REMOTE_SUPPORT", "active": True, "on": "2024-06-10"})
    club.advance("2025-03-31T23:59:00+09:00")
    assert (club.member("stays")["state"], club.points("stays")["balance"] > 0) == ("active", True)
    club.advance("2025-04-01")
    done = club.get(f"{PROGRAMME}/progress")
    assert done["ended"] == {"active": 0, "left": 1, "ineligible": 1, "ended_programme": 4}
    assert all(kind["balanced"] and kind["left"] == 0 for kind in done["ledger"].values()), done["ledger"]
    runs = club.get(PROGRAMME)["runs"]
    assert runs["end_memberships"]["counts"] == {"ended": 4, "left": 0}, "one run, not four timers"
    assert runs["wake_ended"]["counts"] == {"woken": 4}
    expired = [entry for entry in club.ledger("stays") if entry["kind"] == "expire" and entry["on"] == "2025-04-01"]
    assert expired
    assert all("M-04.5" in entry["articles"] for entry in expired)
    assert (club.storage("stays")["state"], club.storage("supported")["state"]) == ("off_grace", "exempt")


def test_the_workflows_follow_what_the_run_recorded(club: Club) -> None:
    """Told of it, each adopts the recorded end and waits for its storage, at its new moment."""

    async def held() -> list[dict[str, Any]]:
        client = await Client.connect(club.stack.urls.temporal, data_converter=pydantic_data_converter)
        handles = [client.get_workflow_handle(f"membership/{club.ids[name]}") for name in ("stays", "larger", "silent")]
        return [await handle.query("state", result_type=dict) for handle in handles]

    deadline = time.monotonic() + 60
    while any(state["state"] == "active" for state in asyncio.run(held())) and time.monotonic() < deadline:
        time.sleep(0.1)
    states = asyncio.run(held())
    assert [set(state["agenda"]) for state in states] == [{"storage_revert", "close"}] * 3


def test_nothing_is_deleted_before_the_end_of_the_next_month(club: Club) -> None:
    """M-07.4 to M-07.7: on 2025-04-30 all files are there; on 05-01 the oldest are gone, but not where a plan fits."""
    club.advance("2025-04-20")
    club.ask("larger", "storage/plan", {"capacity_gb": 25, "on": "2025-05-01"})
    club.advance("2025-04-30T23:59:00+09:00")
    assert [club.deleted(name) for name in ("stays", "larger", "supported")] == [[], [], []]
    assert club.storage("stays")["capacity_gb"] == 10
    club.advance("2025-05-01")
    assert [club.deleted(name) for name in ("stays", "larger", "supported")] == [["a", "b", "c"], [], []]
    logged = club.storage("stays")
    assert (logged["state"], logged["capacity_gb"]) == ("reverted", 5)
    assert [(each["id"], each["articles"]) for each in logged["deletions"]] == [
        (name, ["M-07.5", "M-07.4"]) for name in ("a", "b", "c")
    ]
    assert club.carrier.get(f"/storage/{line_of('stays')}/capacity").json()["capacity_gb"] == 5
    assert club.carrier.get(f"/storage/{line_of('larger')}/capacity").json()["capacity_gb"] == 25
    assert club.storage("larger")["capacity_gb"] == 25, "bought for the day at whose 00:00 files are deleted"


def test_a_support_service_that_ends_is_tested_again(club: Club) -> None:
    """M-07.7, A-08: ended on 05-20, the capacity reverts at the end of June."""
    told = club.ask("supported", "storage/support", {"service": "REMOTE_SUPPORT", "active": False, "on": "2025-05-20"})
    assert (told["storage"], told["reverts_on"]) == ("off_grace", "2025-06-30")
    unknown = {"service": "VIRUS_CLEAR", "active": True, "on": "2025-05-20"}
    refused = club.call("POST", f"/v1/memberships/{club.ids['supported']}/storage/support", unknown)
    assert (refused.status_code, refused.json()["code"]) == (422, "UNKNOWN_SERVICE")
    club.advance("2025-06-30T23:59:00+09:00")
    assert club.deleted("supported") == []
    club.advance("2025-07-01")
    assert club.deleted("supported") == ["a", "b", "c"]
    assert club.get(f"{PROGRAMME}/progress")["storage"]["files_deleted"] == 6


def test_files_of_a_member_who_became_known_late_stay_until_they_could_know(club: Club) -> None:
    """M-07.6, A-05: entered on 2025-07-01, three months after the end: every read says 08-31, and nothing is gone."""
    line_id = "CAF7700000099"
    row = _imported(len(NAMES), "silent")
    row = {**row, "external_id": "late", "line": {**row["line"], "line_id": line_id}}
    club.carrier.put(f"/storage/{line_id}/files", json=FILES).raise_for_status()
    entered = club.call("POST", "/v1/memberships/import", content=json.dumps(row).encode()).json()
    club.ids["late"] = entered["lines"][0]["member_id"]
    club.advance("2025-07-02")
    storage, agenda = club.storage("late"), club.member("late")["agenda"]
    assert (storage["state"], storage["perk_off_on"], storage["reverts_on"]) == (
        "off_grace",
        "2025-03-31",
        "2025-08-31",
    )
    assert [item["on"] for item in agenda if item["event"] == "storage_revert"] == ["2025-08-31"]
    club.advance("2025-08-31T23:59:00+09:00")
    assert club.carrier.get(f"/storage/{line_id}/deletions").json() == []
    club.advance("2025-09-01")
    assert [each["id"] for each in club.carrier.get(f"/storage/{line_id}/deletions").json()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("name", "what", "said", "size"),
    [
        ("stays", "support", {"service": "REMOTE_SUPPORT", "active": True, "on": "2025-04-10"}, 10),
        ("late", "plan", {"capacity_gb": 20, "on": "2025-08-20"}, 20),
    ],
)
def test_what_held_on_the_reversion_day_reaches_the_storage_service_afterwards(
    club: Club, name: str, what: str, said: dict[str, Any], size: int
) -> None:
    """M-07.6, M-07.7: keyed in when files were gone, the capacity is raised there too, and somebody is to say so."""
    tried = club.call("POST", f"/v1/memberships/{club.ids[name]}/storage/{what}", said, dry_run="true").json()
    told = club.ask(name, f"storage/{what}", said)
    assert tried["sets_gb"] == told["sets_gb"] == size
    assert f"ストレージの容量を{size}GBに変更" in told["detail"]
    club.advance("2025-09-02" if what == "support" else "2025-09-03")
    line_id = line_of(name) if name != "late" else "CAF7700000099"
    assert club.carrier.get(f"/storage/{line_id}/capacity").json()["capacity_gb"] == size
    assert club.storage(name)["capacity_gb"] == size
    assert [each["why"] for each in club.member(name)["needs_operator"]] == ["FILES_DELETED_IN_ERROR"]
