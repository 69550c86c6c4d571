"""Money seen from outside: statements, payments, line charges, and payment on behalf lost by not paying."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.contracts.applications import EXAMPLE
from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House

PERSON = EXAMPLE["applicant"]


def imported(house: House, *, agency: bool) -> str:
    """A with フレッツ contract taken over today: its id."""
    line = {
        "external_id": house.new_line(),
        "course": "W1_FAMILY",
        "applied_on": "2009-04-01",
        "service_start_on": "2009-04-20",
        "minimum_term_end_on": None,
        "payment_agency": agency,
        "line": {"operator": "EAST", "line_id": house.new_line(), "brand": "B", "service_type": "FAMILY"},
        "person": PERSON,
    }
    answer = house.call(
        "POST",
        "/v1/contracts/import",
        content=json.dumps(line, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()["lines"]
    assert told["contract_id"], told
    return str(told["contract_id"])


def statements(house: House, contract_id: str) -> list[dict[str, Any]]:
    """Its statements, earliest month first."""
    return list(house.get(f"/v1/contracts/{contract_id}/statements")["items"])


def refused(house: House, contract_id: str, name: str, body: dict[str, Any]) -> str:
    """The code of a request that a rule refuses."""
    answer = house.command(contract_id, name, body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["articles"]
    return str(answer.json()["code"])


def next_month(house: House) -> Month:
    """Move to the first day of the next month, so that a whole month lies ahead."""
    month = Month.of(house.today).plus(1)
    house.advance(month.first_day)
    return month


FLETS = [{"code": "FLETS", "amount": 5200}]


@dataclass(frozen=True)
class Billed:
    """A with フレッツ contract with payment on behalf whose statement of a month has been issued, and is not paid."""

    house: House
    contract_id: str
    month: Month
    direct: list[dict[str, Any]]
    """What NTT bills itself of the charges keyed in."""
    a_day_before: list[dict[str, Any]]
    """Statements on the day before the one of issue."""

    @property
    def due_on(self) -> date:
        """The last day to pay."""
        return self.month.plus(1).last_day

    @property
    def off_on(self) -> date:
        """The first day without payment on behalf."""
        return self.due_on + timedelta(days=1)

    def read(self, as_of: date | None = None) -> dict[str, Any]:
        """The contract."""
        return self.house.contract(self.contract_id, as_of=as_of)

    def statements(self) -> list[dict[str, Any]]:
        """Its statements."""
        return statements(self.house, self.contract_id)


@pytest.fixture(scope="module")
def billed(fresh_house: House) -> Billed:
    """On the day of issue."""
    house = fresh_house
    month = next_month(house)
    contract_id = imported(house, agency=True)
    items = [*FLETS, {"code": "CONSTRUCTION", "amount": 300}, {"code": "HIKARI_DENWA", "amount": 500}]
    told = house.command(contract_id, "line-charges", {"month": str(month), "items": items}).json()
    house.advance(month.plus(1).first_day.replace(day=4))
    before = statements(house, contract_id)
    house.advance(month.plus(1).first_day.replace(day=5))
    return Billed(house, contract_id, month, told["direct"], before)


@pytest.fixture(scope="module")
def unpaid(billed: Billed) -> tuple[Billed, tuple[str, str]]:
    """On the day after the due date, with what the statement and payment on behalf were a minute before it."""
    billed.house.advance(billed.house.at(billed.due_on, "23:59:00"))
    evening = (billed.statements()[0]["state"], billed.read()["payment_agency"]["state"])
    billed.house.advance(billed.off_on)
    return billed, evening


def test_line_charges_and_the_monthly_fee_are_billed_together_on_the_5th(billed: Billed) -> None:
    """W-24.1, W-24.2b: what passes through untaxed beside the fee, and what is not ours to bill comes back."""
    assert [(each["code"], each["articles"]) for each in billed.direct] == [("HIKARI_DENWA", ["W-24.2b"])]
    assert billed.a_day_before == []
    (first,) = billed.statements()
    assert (first["month"], first["due_on"], first["state"]) == (str(billed.month), str(billed.due_on), "issued")
    assert {(item["code"], item["money"]["total"], item["taxable"]) for item in first["items"]} == {
        ("line_pass_through", 5200, False),
        ("line_pass_through", 300, False),
        ("monthly_basic", 1080, True),
    }
    assert {item.get("price_status") for item in first["items"]} == {None, "sample"}
    charges = {(each["code"], each["state"]) for each in billed.house.charges(billed.contract_id)}
    assert charges == {("monthly_basic", "due"), ("line_pass_through", "due")}


def test_unpaid_after_the_due_date_payment_on_behalf_is_off_from_the_first(
    unpaid: tuple[Billed, tuple[str, str]],
) -> None:
    """W-24.3: decided on the day after the due date and no minute earlier; NTT and the contractor are told."""
    billed, evening = unpaid
    assert evening == ("issued", "on")
    assert billed.statements()[0]["state"] == "overdue"
    read = billed.read()
    assert read["payment_agency"] == {"state": "off_unpaid", "since": billed.off_on.isoformat()}
    assert read["billed_party"] == "service_user"
    assert billed.read(as_of=billed.due_on)["payment_agency"]["state"] == "on"
    entry = billed.house.history(billed.contract_id)[-1]
    assert (entry["event"], entry["effective_on"]) == ("withdraw_payment_agency", billed.off_on.isoformat())
    assert "W-24.3" in entry["articles"]
    notices = billed.house.get(f"/v1/contracts/{billed.contract_id}/notices")["items"]
    assert [notice["kind"] for notice in notices].count("direct_billing") == 1
    house = billed.house
    told = house.until(lambda: [each for each in house.journal("DIRECT_BILLING") if billed.contract_id in str(each)])
    assert told


def test_what_ntt_bills_itself_is_not_ours_and_a_late_payment_brings_nothing_back(
    unpaid: tuple[Billed, tuple[str, str]],
) -> None:
    """W-24.5, A-43: charges of a month before still pass through, those of a month after do not."""
    billed, _ = unpaid
    house, contract_id, off_on = billed.house, billed.contract_id, billed.off_on
    off = {"month": str(Month.of(off_on)), "items": FLETS}
    assert refused(house, contract_id, "line-charges", off) == "PAYMENT_AGENCY_OFF"
    before = {"month": str(Month.of(billed.due_on)), "items": FLETS}
    assert house.command(contract_id, "line-charges", before).status_code == 200
    house.advance(off_on.replace(day=5))
    assert {each["code"] for each in billed.statements()[1]["items"]} == {"monthly_basic", "line_pass_through"}
    first = billed.statements()[0]
    paid = {"statement_id": first["statement_id"], "paid_on": house.today.isoformat(), "amount": first["total"]}
    assert house.command(contract_id, "payments", paid).status_code == 200
    assert billed.statements()[0]["state"] == "paid"
    assert billed.read()["payment_agency"]["state"] == "off_unpaid"
    house.advance(Month.of(off_on).plus(1).first_day.replace(day=5))
    assert [each["code"] for each in billed.statements()[2]["items"]] == ["monthly_basic"]
    check_owed_to_ntt(house, contract_id, str(billed.month))


def check_owed_to_ntt(house: House, contract_id: str, month: str) -> None:
    """What is owed to NTT is what was billed for it: in sum, by area, by month, page by page (W-24.1)."""
    items = [item for each in statements(house, contract_id) for item in each["items"]]
    billed = sum(item["money"]["total"] for item in items if item["code"] == "line_pass_through")
    owed = house.get("/v1/carrier/payables", contract_id=contract_id, area="EAST")
    assert sum(each["amount"] for each in owed["items"]) == owed["total"] == billed == 2 * 5200 + 300
    of_month = house.get("/v1/carrier/payables", contract_id=contract_id, month=month, limit=1)
    rest = house.get("/v1/carrier/payables", contract_id=contract_id, month=month, cursor=of_month["next_cursor"])
    assert [each["amount"] for page in (of_month, rest) for each in page["items"]] == [5200, 300]
    assert (of_month["total"], rest["next_cursor"]) == (5500, None)
    assert house.get("/v1/carrier/payables", contract_id=contract_id, area="WEST")["items"] == []
    assert house.call("GET", "/v1/carrier/payables", key="site").status_code == 403


def test_payments_cover_a_statement_and_keep_payment_on_behalf(fresh_house: House) -> None:
    """Paid in two parts by the due date: each counts once, too much is refused, and nothing is withdrawn."""
    house = fresh_house
    month = next_month(house)
    contract_id = imported(house, agency=True)
    house.advance(month.plus(1).first_day.replace(day=6))
    (statement,) = statements(house, contract_id)
    due_on = date.fromisoformat(statement["due_on"])
    body = {"statement_id": statement["statement_id"], "paid_on": house.today.isoformat(), "amount": 80}
    tomorrow = (house.today + timedelta(days=1)).isoformat()
    assert refused(house, contract_id, "payments", {**body, "paid_on": tomorrow}) == "IN_THE_FUTURE"
    assert refused(house, contract_id, "payments", {**body, "amount": statement["total"] + 1}) == "OVERPAID"
    assert refused(house, contract_id, "payments", {**body, "statement_id": "K0-2018-01"}) == "UNKNOWN_STATEMENT"
    assert house.command(contract_id, "payments", {**body, "amount": 0}).status_code == 400
    assert house.command("K0", "payments", body).status_code == 404
    dry = house.call("POST", f"/v1/contracts/{contract_id}/payments", body, dry_run="true").json()
    assert (dry["outcome"], dry["owed"]) == ("partly_paid", statement["total"] - 80)
    assert statements(house, contract_id)[0]["paid"] == 0
    for _ in range(2):
        told = house.command(contract_id, "payments", body, idem=f"pay-{contract_id}").json()
        assert (told["outcome"], told["owed"]) == ("partly_paid", statement["total"] - 80)
    assert statements(house, contract_id)[0]["paid"] == 80
    house.advance(due_on)
    rest = {**body, "paid_on": due_on.isoformat(), "amount": statement["total"] - 80}
    assert house.command(contract_id, "payments", rest).json()["outcome"] == "paid"
    house.advance(due_on + timedelta(days=2))
    assert statements(house, contract_id)[0]["state"] == "paid"
    assert house.contract(contract_id)["payment_agency"]["state"] == "on"
    assert "paid" in {each["state"] for each in house.charges(contract_id)}


def test_a_payment_dated_before_the_due_date_and_told_after_it(fresh_house: House) -> None:
    """`paid_on` counts, not the day it was keyed in: the withdrawal that rested on its absence is voided."""
    house = fresh_house
    month = next_month(house)
    contract_id = imported(house, agency=True)
    house.advance(month.plus(2).first_day + timedelta(days=1))
    assert house.contract(contract_id)["payment_agency"]["state"] == "off_unpaid"
    statement = statements(house, contract_id)[0]
    body = {"statement_id": statement["statement_id"], "paid_on": statement["due_on"], "amount": statement["total"]}
    assert house.command(contract_id, "payments", body).json()["retroactive"] is True
    assert house.contract(contract_id)["payment_agency"]["state"] == "on"


def test_the_fee_of_a_cancelled_contract_is_billed_and_paid(fresh_house: House) -> None:
    """W-11.3, W-12.3c: the fee stands on the last month's statement, and its payment pays the charge."""
    house = fresh_house
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    house.cancel(contract_id, house.now.isoformat())
    house.advance(Month.of(on).plus(1).first_day.replace(day=5))
    (statement,) = statements(house, contract_id)
    assert {item["code"] for item in statement["items"]} == {"monthly_basic", "termination_fee"}
    fee = next(each for each in house.charges(contract_id) if each["code"] == "termination_fee")
    assert fee["state"] == "due"
    body = {
        "statement_id": statement["statement_id"],
        "paid_on": house.today.isoformat(),
        "amount": statement["total"],
    }
    assert house.command(contract_id, "payments", body).json()["outcome"] == "paid"
    assert {each["state"] for each in house.charges(contract_id)} == {"paid"}
    house.advance(Month.of(on).plus(2).first_day.replace(day=5))
    assert len(statements(house, contract_id)) == 1, "nothing is billed after the end"


def test_an_end_told_late_is_put_right_on_the_next_statement(fresh_house: House) -> None:
    """A letter that arrived in the first month and was keyed in three months later reverses what came after it."""
    house = fresh_house
    on = house.before_the_25th()
    contract_id = house.active(start=on)
    arrived = house.now.isoformat()
    house.advance(Month.of(on).plus(2).first_day.replace(day=10))
    house.cancel(contract_id, arrived)
    assert house.state(contract_id) == "ended"
    house.advance(Month.of(on).plus(3).first_day.replace(day=5))
    billed, after, last = statements(house, contract_id)
    assert [item["reverses"] for item in last["items"]] == [after["items"][0]["item_id"]]
    assert last["total"] == -after["total"]
    assert (billed["total"], last["state"]) == (after["total"], "paid")
    assert [each["month"] for each in house.charges(contract_id)] == [billed["month"]]


def test_line_charges_belong_to_payment_on_behalf_only(fresh_house: House) -> None:
    """W-24.1: chapter 1 has none, a contract may have none, a month ahead has none, and codes are NTT's."""
    house = fresh_house
    month = str(Month.of(house.today))
    body = {"month": month, "items": [{"code": "FLETS", "amount": 5200}]}
    assert refused(house, house.active(), "line-charges", body) == "NOT_CHAPTER_TWO"
    assert refused(house, imported(house, agency=False), "line-charges", body) == "NO_PAYMENT_AGENCY"
    contract_id = imported(house, agency=True)
    ahead = {**body, "month": str(Month.of(house.today).plus(1))}
    assert refused(house, contract_id, "line-charges", ahead) == "IN_THE_FUTURE"
    unknown = {**body, "items": [{"code": "WATER", "amount": 1}]}
    assert refused(house, contract_id, "line-charges", unknown) == "UNKNOWN_CHARGE_CODE"
    dry = house.call("POST", f"/v1/contracts/{contract_id}/line-charges", body, dry_run="true").json()
    assert [each["code"] for each in dry["passed_through"]] == ["FLETS"]
    assert house.command(contract_id, "line-charges", body, key="auditor").status_code == 403
