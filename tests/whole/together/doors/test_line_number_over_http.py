"""One line, one number, at every door where a line number enters (W-03.1, W-17.1, M-09.2)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole.together.doors.test_poison import CONTRACT_ROW, member_row

if TYPE_CHECKING:
    from tests.whole.conftest import House

PASSWORD = "correct horse battery"

SPELLINGS: dict[str, Callable[[str], str]] = {
    "small": str.lower,
    "hyphens": lambda line: f"{line[:3]}-{line[3:6]}-{line[6:]}",
    "wide": lambda line: "".join(chr(ord(char) + 0xFEE0) for char in line),
    "blanks": lambda line: f" {line[:3]} {line[3:6]}　{line[6:]} ",
}


@pytest.fixture(scope="module")
def known(house: House) -> dict[str, str]:
    """A line with a contract and a membership, entered in capitals."""
    line = house.new_line()
    contract_id = house.active(line={"line_id": line})
    row = json.loads(member_row(line, uuid.uuid4().hex))
    row["member"]["password"] = PASSWORD
    entered = house.call("POST", "/v1/memberships/import", content=json.dumps(row).encode())
    return {"line": line, "contract": contract_id, "member": entered.json()["lines"][0]["member_id"]}


def _application(house: House, _known: dict[str, str], line: str) -> None:
    answer = house.call("POST", "/v1/applications", house.application(line={"line_id": line}))
    assert (answer.status_code, answer.json()["code"]) == (422, "LINE_TAKEN")


def _contract_import(house: House, _known: dict[str, str], line: str) -> None:
    row = {**CONTRACT_ROW, "external_id": uuid.uuid4().hex, "line": {**CONTRACT_ROW["line"], "line_id": line}}
    answer = house.call("POST", "/v1/contracts/import", content=json.dumps(row).encode())
    assert answer.json()["lines"][0]["code"] == "LINE_TAKEN", answer.text


def _contracts(house: House, known: dict[str, str], line: str) -> None:
    found = house.get("/v1/contracts", line_id=line)["items"]
    assert [(each["contract_id"], each["line_id"]) for each in found] == [(known["contract"], known["line"])]


def _memberships(house: House, known: dict[str, str], line: str) -> None:
    found = house.get("/v1/memberships", line_id=line)["items"]
    assert [(each["member_id"], each["line_id"]) for each in found] == [(known["member"], known["line"])]


def _people(house: House, known: dict[str, str], line: str) -> None:
    found = house.get_as("backoffice", "/v1/people", q=line)["items"]
    held = [contract["contract_id"] for each in found for contract in each["contracts"]]
    assert held == [known["contract"]]


def _registration(house: House, _known: dict[str, str], line: str) -> None:
    member = json.loads(member_row(line, "none"))
    body = {
        "line": member["line"],
        "member": {**member["member"], "password": PASSWORD},
        "applied_at": house.now.isoformat(),
    }
    answer = house.call("POST", "/v1/memberships", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "LINE_TAKEN"), answer.text


def _membership_import(house: House, _known: dict[str, str], line: str) -> None:
    answer = house.call("POST", "/v1/memberships/import", content=member_row(line, uuid.uuid4().hex))
    assert answer.json()["lines"][0]["code"] == "LINE_TAKEN", answer.text


def _line_notice(house: House, known: dict[str, str], line: str) -> None:
    body = {
        "notice_id": f"SPELT-{uuid.uuid4().hex}",
        "line_id": line,
        "kind": "ninen_wari_started",
        "effective_on": house.today.isoformat(),
        "details": {},
    }
    answer = house.callback("/v1/carrier/line-notices", body).json()
    assert known["member"] in [each["id"] for each in answer["served"]], answer


def _session(house: House, known: dict[str, str], line: str) -> None:
    handed = house.carrier.post("/EAST/line-tokens", json={"line_id": line}).json()["line_token"]
    login = {"member_id": known["member"], "password": PASSWORD, "line_token": handed}
    answer = house.call("POST", "/v1/sessions", login, key="site")
    assert answer.status_code == 200, answer.text


def _filing(house: House, _known: dict[str, str], line: str) -> None:
    """Opened by NTT on the line that another contract holds: an operator's task, not a second contract on it."""
    contract_id, filing_id = house.filing([])
    body = {"sequence": 1, "status": "opened", "occurred_at": house.now.isoformat(), "line_id": line}
    body |= {"filing_id": filing_id, "opened_on": house.today.isoformat()}
    answer = house.callback(f"/v1/carrier/filings/{filing_id}/status", body)
    assert answer.status_code == 200, answer.text
    house.until(lambda: "filing_report" in house.events(contract_id))
    assert [each["why"] for each in house.contract(contract_id)["needs_operator"]] == ["LINE_TAKEN_AT_OPENING"]


DOORS: list[Callable[[House, dict[str, str], str], None]] = [
    _application,
    _contract_import,
    _contracts,
    _memberships,
    _people,
    _registration,
    _membership_import,
    _line_notice,
    _session,
    _filing,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__.strip("_"))
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_names_the_line(
    house: House, known: dict[str, str], spelling: str, door: Callable[[House, dict[str, str], str], Any]
) -> None:
    """Case, hyphens, width and blanks make no second line at this door (W-03.1, W-17.1, M-09.2)."""
    door(house, known, SPELLINGS[spelling](known["line"]))


def test_another_number_is_another_line(house: House, known: dict[str, str]) -> None:
    """One digit more names nobody's line; what is no number is refused with the reason."""
    assert house.get("/v1/contracts", line_id=known["line"] + "0")["items"] == []
    answer = house.call("GET", "/v1/contracts", key="auditor", line_id="CAF/1")
    assert (answer.status_code, "letters and digits" in answer.text) == (400, True), answer.text


@pytest.mark.parametrize("dry_run", ["true", None])
@pytest.mark.parametrize("kind", ["contracts", "memberships"])
def test_one_external_id_does_not_stand_for_two_lines(house: House, kind: str, dry_run: str | None) -> None:
    """The same row again is there already; another line under its id is refused, in the file and in the next one."""
    first, second, external_id = house.new_line(), house.new_line(), uuid.uuid4().hex

    def row(line: str) -> bytes:
        if kind == "memberships":
            return member_row(line, external_id)
        made = {**CONTRACT_ROW, "external_id": external_id, "line": {**CONTRACT_ROW["line"], "line_id": line}}
        return json.dumps(made).encode()

    def told(*lines: str, dry_run: str | None = None) -> list[tuple[str, str | None]]:
        content = b"\n".join(row(line).strip() for line in lines)
        answer = house.call("POST", f"/v1/{kind}/import", content=content, dry_run=dry_run).json()
        return [(each["outcome"], each.get("code")) for each in answer["lines"]]

    conflict = ("refused", "EXTERNAL_ID_CONFLICT")
    assert told(first, first, second, dry_run=dry_run) == [("imported", None), ("already", None), conflict]
    assert told(first)[0][0] == ("imported" if dry_run else "already")
    assert told(first, second, dry_run=dry_run) == [("already", None), conflict]
