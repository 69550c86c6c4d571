"""Facts keyed in late, undone and corrected, over HTTP: the life is what it would have been in order (X-05)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rules.calendar import Month

if TYPE_CHECKING:
    from tests.whole.conftest import House


def letter(house: House, on: Any) -> dict[str, Any]:
    """A letter that arrived on a day."""
    return {"channel": "paper", "received_at": house.at(on)}


def changed(house: House) -> tuple[str, date, date]:
    """A contract with a minimum term that has been on DOCOMO for six days, the day it began and that of the change."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    first = Month.of(on).plus(1).first_day
    body = {"to_course": "DOCOMO", "channel": "online", "received_at": house.now.isoformat(), "change_on": str(first)}
    assert house.command(contract_id, "course-changes", body).status_code == 200
    house.advance(first + timedelta(days=6))
    return contract_id, on, first


def test_a_letter_keyed_in_after_a_change_is_shown_held_approved_and_told_again(house: House) -> None:
    """Dry run shows what falls, the back office's entry waits, an operator's approval carries it out."""
    contract_id, on, first = changed(house)
    assert house.contract(contract_id)["course"] == "DOCOMO"
    late = letter(house, on + timedelta(days=5))

    shown = house.command(contract_id, "cancellation", late, dry_run="true").json()
    assert (shown["outcome"], shown["against"]) == ("needs_approval", ["MORE_MONEY", "EARLIER_END"])
    assert [each["was"]["event"] for each in shown["revises"] if each["was"]] == ["course_change"]
    assert shown["money"][0]["becomes"]["money"]["amount"] == 4500
    assert {"what": "contract_ended", "channel": "notice", "how": "sent"} in shown["tells"]
    assert house.contract(contract_id)["course"] == "DOCOMO"

    held = house.command(contract_id, "cancellation", late, key="backoffice").json()
    assert held["outcome"] == "needs_approval"
    waiting = house.contract(contract_id)
    assert [each["why"] for each in waiting["needs_operator"]] == ["REVISION_APPROVAL"]
    assert waiting["awaiting"][0]["held_id"] == held["held_id"]
    assert "seal" not in waiting["awaiting"][0]["said"]

    approved = {"held_id": held["held_id"], "accept": True, "reason": "our stamp bears that day"}
    done = house.command(contract_id, "revisions", approved, key="operator")
    assert done.status_code == 200
    told = done.json()
    assert {name: told[name] for name in ("revises", "tells")} == {name: held[name] for name in ("revises", "tells")}
    assert [(each["becomes"], each["difference"]) for each in told["money"]] == [
        (each["becomes"], each["difference"]) for each in shown["money"]
    ]
    assert {name: told[name] for name in ("fee", "effective_on", "detail", "state")} == {
        name: held["if_approved"][name] for name in ("fee", "effective_on", "detail", "state")
    }
    assert shown["if_approved"] == held["if_approved"]
    read = house.contract(contract_id)
    last = Month.of(on).last_day
    assert (read["course"], read["state"], read["end_on"]) == ("W2_FAMILY", "ended", str(last))
    assert [(each["state"], each["money"]["amount"]) for each in house.fees(contract_id)] == [("due", 4500)]
    assert read["needs_operator"] == []
    kinds = [each["kind"] for each in house.get(f"/v1/contracts/{contract_id}/notices")["items"]]
    assert "contract_ended" in kinds
    then = house.get(f"/v1/contracts/{contract_id}", known_at=house.at(first + timedelta(days=3)))
    assert (then["course"], then["state"]) == ("DOCOMO", "active")


def test_an_operator_who_gives_a_reason_approves_by_keying_in(house: House) -> None:
    """What was told for the life that falls is told again in one correcting letter."""
    on = house.before_the_25th()
    contract_id = house.active(term=True, start=on)
    house.cancel(contract_id, house.now.isoformat())
    house.advance(Month.of(on).plus(1).first_day)
    assert house.state(contract_id) == "ended"
    seq = next(entry["seq"] for entry in house.history(contract_id) if entry["event"] == "cancel")
    told = house.command(contract_id, "corrections", {"voids": seq, "reason": "another contract's letter"}).json()
    assert (told["outcome"], told["state"]) == ("corrected", "active")
    assert [each["was"]["event"] for each in told["revises"]] == ["cancel", "end"]
    assert house.fees(contract_id) == []
    kinds = [each["kind"] for each in house.get(f"/v1/contracts/{contract_id}/notices")["items"]]
    assert kinds[-1] == "told_again"


def test_the_same_late_letter_sent_again_gives_the_same_answer(house: House) -> None:
    """A repeat under the same key answers as the first time, and nothing is recorded twice."""
    contract_id, on, _ = changed(house)
    late = {**letter(house, on + timedelta(days=5)), "reason": "found in the tray"}
    one = house.command(contract_id, "cancellation", late, key="operator", idem="late-letter-" + contract_id)
    two = house.command(contract_id, "cancellation", late, key="operator", idem="late-letter-" + contract_id)
    assert one.status_code == 200
    assert one.json() == two.json()
    assert one.json()["outcome"] == "accepted"
    assert house.events(contract_id).count("cancel") == 1


def test_a_letter_that_leaves_a_benefit_as_it_was_tells_of_it_once(house: House) -> None:
    """The letter arrived before the benefit was recorded: it is accepted, and the letter on the benefit still holds."""
    contract_id = house.active(term=True, start=house.before_the_25th())
    arrived = house.now.isoformat()
    benefit = {"benefit_id": "GIFT", "minimum_months": 12, "fee": 2000, "from_on": str(house.now.date())}
    assert house.command(contract_id, "benefits", benefit, key="operator").status_code == 200
    late = {"channel": "paper", "received_at": arrived}
    told = house.command(contract_id, "cancellation", late, key="backoffice").json()
    assert (told["outcome"], told["state"]) == ("accepted", "ending")
    assert [each["was"]["event"] for each in told["revises"] if each["was"]] == ["add_benefit"]
    kinds = [each["kind"] for each in house.get(f"/v1/contracts/{contract_id}/notices")["items"]]
    assert kinds.count("benefit_terms") == 1
    assert "told_again" not in kinds
