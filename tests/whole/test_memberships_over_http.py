"""Memberships seen from outside, on one timeline: the cut-off, the last bonus, the years' ends, the programme's end.

The tests of this file follow each other: each goes on where the clock of the last one stands.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from api.memberships.routes import EXAMPLE
from tests.whole.conftest import House, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.furnished import Furniture

BEGINS = datetime.fromisoformat("2023-09-30T10:00:00+09:00")
KNOWN: dict[str, str] = {}
"""Members of the timeline, by what they are for."""


@pytest.fixture(scope="module")
def house(furniture: Furniture) -> Iterator[House]:
    """A stack whose clock begins on the last day of registration."""
    with running(furniture, clock=BEGINS) as found:
        yield found


def application(line_id: str, applied_at: str, **line: Any) -> dict[str, Any]:
    """A registration on a line."""
    body = json.loads(json.dumps(EXAMPLE))
    body["applied_at"] = applied_at
    body["line"] = {**body["line"], "line_id": line_id, "ninen_wari_started_on": None, **line}
    return dict(body)


def imported(house: House, *lines: dict[str, Any], idem: str = "") -> dict[str, Any]:
    """The answer of an import."""
    answer = house.call(
        "POST",
        "/v1/memberships/import",
        idem=idem,
        content=("\ufeff" + "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)).encode(),
        headers={"Content-Type": "application/x-ndjson"},
        key="backoffice",
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def old_member(house: House, name: str, **more: Any) -> dict[str, Any]:
    """A member with 1,200/900/700 points of FY2021/22/23, the last lot half used."""
    line = application(house.new_line(), "2018-01-01T00:00:00+09:00")["line"]
    return {
        "external_id": name,
        "registered_on": "2018-04-01",
        "line": line,
        "member": EXAMPLE["member"],
        "lots": [
            {"granted_on": "2022-03-31", "kind": "monthly", "points": 1200, "left": 1200},
            {"granted_on": "2022-04-01", "kind": "monthly", "points": 900, "left": 900},
            {"granted_on": "2023-04-01", "kind": "monthly", "points": 1400, "left": 700},
        ],
        **more,
    }


def points(house: House, name: str, on: str | None = None) -> int:
    """A member's balance."""
    return int(house.get(f"/v1/memberships/{KNOWN[name]}/points", on=on)["balance"])


def member(house: House, name: str) -> dict[str, Any]:
    """A member as read."""
    return dict(house.get(f"/v1/memberships/{KNOWN[name]}"))


@pytest.mark.timeout(900)
def test_registration_closes_at_the_end_of_september(house: House) -> None:
    """In time until 2023-09-30 23:59:59; companies, western lines and a line that has a member are refused."""
    line_id = house.new_line()
    body = application(line_id, "2023-09-30T09:00:00+09:00", ninen_wari_started_on="2021-10-01")
    dry = house.call("POST", "/v1/memberships", body, dry_run="true").json()
    assert (dry["decision"]["outcome"], dry["dry_run"]) == ("accepted", True)
    first = house.call("POST", "/v1/memberships", body, idem="join-1", key="backoffice")
    assert first.status_code == 201
    assert house.call("POST", "/v1/memberships", body, idem="join-1", key="backoffice").json() == first.json()
    KNOWN["renewing"] = first.json()["member_id"]
    refusals = {
        "LINE_TAKEN": application(line_id, "2023-09-30T09:30:00+09:00"),
        "NOT_EAST_LINE": application(house.new_line(), "2023-09-30T09:30:00+09:00", operator="WEST"),
        "NOT_INDIVIDUAL": {
            **application(house.new_line(), "2023-09-30T09:30:00+09:00"),
            "customer": "CORPORATE",
        },
    }
    for code, wrong in refusals.items():
        answer = house.call("POST", "/v1/memberships", wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["articles"]
    house.advance("2023-10-01")
    late = house.call("POST", "/v1/memberships", application(house.new_line(), "2023-10-01T00:00:00+09:00"))
    assert (late.status_code, late.json()["code"]) == (422, "REGISTRATION_CLOSED")
    keyed_in_late = house.call("POST", "/v1/memberships", application(house.new_line(), "2023-09-30T23:59:59+09:00"))
    assert keyed_in_late.status_code == 201
    KNOWN["last"] = keyed_in_late.json()["member_id"]


@pytest.mark.timeout(600)
def test_an_import_enters_once_with_its_lots(house: House) -> None:
    """Repeating it imports nothing twice; a wrong line does not stop the others."""
    lines = [old_member(house, name) for name in ("idle", "converting", "leaving")]
    wrong = {**old_member(house, "late"), "registered_on": "2023-10-01"}
    told = imported(house, *lines, wrong, {"external_id": "shapeless"})
    assert (told["imported"], told["already"], told["refused"]) == (3, 0, 2)
    assert [each.get("code") for each in told["lines"]] == [None, None, None, "REGISTRATION_CLOSED", "MALFORMED"]
    KNOWN.update({each["external_id"]: each["member_id"] for each in told["lines"][:3]})
    again = imported(house, *lines)
    assert (again["imported"], again["already"]) == (0, 3)
    (other,) = imported(house, {**lines[0], "registered_on": "2018-05-01", "lots": lines[0]["lots"][:2]})["lines"]
    assert (other["outcome"], other["differs"]) == ("already", ["lots", "registered_on"])
    assert points(house, "idle") == 2800
    lots = house.get(f"/v1/memberships/{KNOWN['idle']}/points")["lots"]
    assert [(lot["expires_on"], lot["original_expires_on"]) for lot in lots] == [
        ("2024-03-31", "2024-03-31"),
        ("2025-03-31", "2025-03-31"),
        ("2025-03-31", "2026-03-31"),
    ]
    # A command reaches it whether or not its workflow has been started yet.
    consents = house.call("PUT", f"/v1/memberships/{KNOWN['idle']}/mail-consents", {"club": True, "ntt_east": False})
    assert consents.status_code == 200, consents.text
    assert member(house, "idle")["mail_consents"] == {"club": True, "ntt_east": False}


@pytest.mark.timeout(600)
def test_the_last_bonus_is_booked_in_december(house: House) -> None:
    """The cohort of 2023-09 has its 1,000 points on 2023-12-01; an adjustment in 2024 keeps its grant day."""
    house.advance("2023-12-02")
    renewal = {each["term_end_month"]: each["state"] for each in member(house, "renewing")["renewal"]}
    assert renewal["2023-09"] == "booked"
    ledger = house.get(f"/v1/memberships/{KNOWN['renewing']}/ledger")["items"]
    assert ("grant", 1000, "2023-12-01") in [(row["kind"], row["points"], row["on"]) for row in ledger]
    house.advance("2024-01-02")
    path = f"/v1/memberships/{KNOWN['last']}/point-adjustments"
    body = {"points": 50, "for": {"usage_month": "2023-11"}, "granted_on": "2024-01-01", "reason": "付与漏れ"}
    assert house.call("POST", path, body).json()["code"] == "GRANTS_ENDED"
    assert house.call("POST", path, {**body, "granted_on": "2023-12-01"}, key="backoffice").status_code == 403
    assert house.call("POST", path, {**body, "for": {}}).status_code == 400


@pytest.mark.timeout(600)
def test_the_fiscal_year_ends_by_the_day(house: House) -> None:
    """FY2021 points are there on 2024-03-31 and gone on April 1, whatever has been processed (M-04.2)."""
    house.advance("2024-03-31T23:59:00+09:00")
    before = points(house, "idle")
    house.advance("2024-04-01")
    assert before - points(house, "idle") == 1200
    assert points(house, "idle", "2024-03-31") == before


@pytest.mark.timeout(600)
def test_a_conversion_closes_the_balance_from_its_day(house: House) -> None:
    """Effective 2024-06-10: usable through the 9th, forfeited from the 10th, entries summing to zero (M-05.1)."""
    house.advance("2024-06-01T10:00:00+09:00")
    line_id = member(house, "converting")["line_id"]
    notice = {"kind": "conversion", "effective_on": "2024-06-10", "details": {}}
    assert house.carrier.post(f"/lines/{line_id}/notices", json=notice).status_code == 200
    house.advance("2024-06-09T23:59:00+09:00")
    assert member(house, "converting")["state"] == "active"
    held = points(house, "converting")
    assert held > 0
    house.advance("2024-06-10")
    read = member(house, "converting")
    assert (read["state"], read["ended_on"], read["end_reason"]) == ("ineligible", "2024-06-10", "conversion")
    assert points(house, "converting") == 0
    assert points(house, "converting", "2024-06-09") == held
    ledger = house.get(f"/v1/memberships/{KNOWN['converting']}/ledger")["items"]
    assert sum(row["points"] for row in ledger) == 0
    assert {row["on"] for row in ledger if row["kind"] == "forfeit"} == {"2024-06-10"}


@pytest.mark.timeout(600)
def test_leaving_shows_first_what_it_costs(house: House) -> None:
    """The dry run tells the points; the leave day is the last one; another registration is too late (M-05.7, A-13)."""
    house.advance("2024-10-15T10:00:00+09:00")
    held = points(house, "leaving")
    path = f"/v1/memberships/{KNOWN['leaving']}/leave"
    body = {"received_at": "2024-10-15T09:00:00+09:00"}
    dry = house.call("POST", path, body, dry_run="true").json()
    assert (dry["forfeited_points"], dry["dry_run"]) == (held, True)
    assert member(house, "leaving")["ended_on"] is None
    left = house.post(path, body)
    assert (left["usable_through"], left["reverts_on"]) == ("2024-10-15", "2024-11-30")
    assert member(house, "leaving")["storage"]["perk_off_on"] == "2024-10-15"
    assert points(house, "leaving") == held
    house.advance("2024-10-16")
    assert (member(house, "leaving")["state"], points(house, "leaving")) == ("left", 0)
    again = house.call("POST", path, body)
    assert (again.status_code, again.json()["code"]) == (409, "ILLEGAL_TRANSITION")


def test_a_loss_from_before_the_leave_day_waits_for_an_operator(house: House) -> None:
    """Told after the end, against the member: shown, held, approved with a reason, told again (X-05, M-06.3)."""
    place = f"/v1/memberships/{KNOWN['leaving']}"
    kinds = [each["kind"] for each in house.get(f"{place}/notices")["items"]]
    assert kinds == ["left", "storage_advice"]
    notice = {"kind": "terminated", "effective_on": "2024-10-10", "details": {}}
    line_id = member(house, "leaving")["line_id"]
    assert house.carrier.post(f"/lines/{line_id}/notices", json=notice).status_code == 200
    assert house.until(lambda: member(house, "leaving")["awaiting"])
    waiting = member(house, "leaving")
    assert (waiting["state"], waiting["ended_on"]) == ("left", "2024-10-15")
    assert [each["why"] for each in waiting["needs_operator"]] == ["REVISION_APPROVAL"]
    (held,) = waiting["awaiting"]
    assert (held["event"], held["against"]) == ("line_notice", ["EARLIER_END"])
    body = {"held_id": held["held_id"], "accept": True, "reason": "NTT confirmed it by telephone"}
    shown = house.call("POST", f"{place}/revisions", body, key="operator", dry_run="true").json()
    assert [each["was"]["event"] for each in shown["revises"] if each["was"]] == ["end"]
    assert {"what": "club_told_again", "channel": "notice", "how": "sent"} in shown["tells"]
    assert member(house, "leaving")["awaiting"] == [held]
    approved = house.call("POST", f"{place}/revisions", body, key="operator")
    assert (approved.status_code, approved.json()["revises"]) == (200, shown["revises"])
    read = member(house, "leaving")
    assert (read["state"], read["ended_on"], read["awaiting"]) == ("ineligible", "2024-10-10", [])
    ledger = house.get(f"{place}/ledger")["items"]
    assert sum(row["points"] for row in ledger) == 0
    kinds = [each["kind"] for each in house.get(f"{place}/notices")["items"]]
    assert sorted(kinds[2:]) == ["club_told_again", "membership_ended", "storage_advice"]
    then = {day: house.get(place, as_of=day) for day in ("2024-10-09", "2024-10-10", "2024-10-15")}
    assert [each["state"] for each in then.values()] == ["active", "ineligible", "ineligible"]
    known = house.get(place, as_of="2024-10-15", known_at="2024-10-15T23:00:00+09:00")
    assert (known["state"], known["ended_on"]) == ("active", "2024-10-15")
    assert house.call("GET", place, as_of="2018-03-31").status_code == 404


@pytest.mark.timeout(600)
def test_the_programme_ends_for_everybody(house: House) -> None:
    """Members through 2025-03-31; from April 1 ended, nothing usable, every ledger at zero (M-07.1, M-04.5)."""
    house.advance("2025-03-31T23:59:00+09:00")
    assert member(house, "idle")["state"] == "active"
    held = points(house, "idle")
    assert held >= 1600
    house.advance("2025-04-01")
    read = member(house, "idle")
    assert (read["state"], read["ended_on"]) == ("ended_programme", "2025-03-31")
    assert (points(house, "idle"), points(house, "idle", "2025-03-31")) == (0, held)
    for member_id in KNOWN.values():
        ledger = house.get(f"/v1/memberships/{member_id}/ledger")["items"]
        assert sum(row["points"] for row in ledger) == 0
    ended = house.get("/v1/memberships", state="ended_programme")["items"]
    assert {KNOWN["idle"], KNOWN["last"], KNOWN["renewing"]} == {each["member_id"] for each in ended}
    assert house.get("/v1/memberships", state="active")["items"] == []
    gone = house.call("GET", "/v1/memberships/M000", key="auditor")
    assert gone.status_code == 404


def test_nothing_personal_reaches_temporal(house: House) -> None:
    """No name, address, password or line number stands in any history of a membership."""
    for member_id in KNOWN.values():
        line_id = house.get(f"/v1/memberships/{member_id}")["line_id"]
        for history in house.histories(f"membership/{member_id}"):
            text = history.to_json()
            for secret in (line_id, *(str(value) for value in EXAMPLE["member"].values())):
                assert secret not in text
