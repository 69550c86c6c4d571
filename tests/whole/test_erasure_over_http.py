"""A life with a secret word in every field that a person can fill, erased: no table, and no history, has one left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, text
from sqlmodel import Session, SQLModel

from store.erasure import erase
from tests.whole.conftest import House

CANARY = "カナリア"


def left(house: House) -> list[str]:
    """Tables and columns in which a canary still sings."""
    engine = create_engine(house.stack.database_url)
    with engine.connect() as connection:
        rows = [
            (table.name, str(row[0]))
            for table in SQLModel.metadata.sorted_tables
            for row in connection.execute(text(f'select t::text from "{table.name}" t'))
        ]
    engine.dispose()
    return [f"{name}: {row[:400]}" for name, row in rows if CANARY in row or "canary" in row.lower()]


def application(house: House, **more: Any) -> dict[str, Any]:
    """An application whose every free field is a canary."""
    names = ("name", "name_kana", "phone", "postal_code", "address")
    applicant = {name: f"{CANARY}{name}" for name in names} | {"email": "canary@example.jp"}
    return {
        "course": "W2_FAMILY",
        "channel": "online",
        "received_at": house.now.isoformat(),
        "applicant": applicant,
        "line": {"operator": "EAST", "line_id": "CANARY-LINE-1", "holder_is_applicant": False},
        "consents": house.application()["consents"],
        "reason": f"{CANARY}reason",
        "on_behalf_of": f"{CANARY} 窓口",
        **more,
    }


def test_no_canary_is_left(fresh_house: House) -> None:
    """Commands that were taken and refused, notices for a line nobody was on, letters and messages to NTT: all gone."""
    house = fresh_house
    notice = {
        "notice_id": "before-anybody",
        "line_id": "CANARY-LINE-1",
        "kind": "name_changed",
        "effective_on": house.today.isoformat(),
        "details": {},
    }
    assert house.callback("/v1/carrier/line-notices", notice).status_code == 200
    for field in ("course", "consents"):
        wrong = {"course": f"{CANARY}", "consents": dict.fromkeys(application(house)["consents"], CANARY)}[field]
        assert house.call("POST", "/v1/applications", application(house, **{field: wrong})).status_code == 400
    made = house.post("/v1/applications", application(house))
    contract_id = made["contract_id"]
    path = f"/v1/contracts/{contract_id}"
    assert house.call(
        "POST", f"{path}/identity", {"shown_at": house.now.isoformat(), "reason": CANARY}
    ).status_code in {
        409,
        422,
    }
    said = {"topic": "other", "text": f"{CANARY}text", "reason": CANARY, "on_behalf_of": f"{CANARY} 太郎"}
    house.call("POST", f"{path}/inquiries", said)
    refused = house.call(
        "POST",
        "/v1/memberships",
        {
            "line": {
                "operator": "EAST",
                "line_id": "CANARY-LINE-2",
                "service_type": "NEXT_FAMILY",
                "service_class": "FAMILY",
                "in_use_since": "2016-01-01",
            },
            "customer": "CORPORATE",
            "applied_at": house.now.isoformat(),
            "member": {"name": CANARY, "email": "canary2@example.jp", "phone": CANARY, "password": "canary battery 1"},
            "mail_magazine": True,
            "reason": CANARY,
        },
    )
    assert refused.status_code == 422, refused.text
    for door, body in (
        ("waivers", {"case": "death", "evidence": f"{CANARY}evidence", "reason": CANARY}),
        ("waiver-requests", {"case": "line_unusable", "evidence": f"{CANARY}evidence"}),
        ("inquiries", {"topic": f"{CANARY}", "text": CANARY}),
        ("corrections", {"voids": 999, "reason": CANARY}),
        ("settlements", {"why": "LINE_HOLDER_CHANGED", "reason": CANARY}),
    ):
        assert house.call("POST", f"{path}/{door}", body).status_code in {200, 400, 409, 422}, door
    person_id = house.get(path)["person_id"]
    changed = {name: f"{CANARY}新{name}"[:20] for name in ("name", "name_kana", "phone", "postal_code", "address")}
    changed |= {"email": "canary.new@example.jp", "reason": CANARY, "on_behalf_of": f"{CANARY} 次郎"}
    answer = house.call("PUT", f"/v1/people/{person_id}", changed)
    assert answer.status_code == 200, answer.text
    house.post(f"{path}/withdrawal", {"reason": f"{CANARY}withdrawal"})
    assert house.state(contract_id) == "withdrawn"
    assert left(house)
    house.advance_days(400)  # the record is closed a year after its end
    engine = create_engine(house.stack.database_url)
    with Session(engine) as session, session.begin():
        erase(session, contract_id)
    engine.dispose()
    assert left(house) == []
