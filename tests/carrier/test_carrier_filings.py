"""Filings, their scripts and the messages they lead to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest


def test_default_script_plays_the_example_of_the_interface(ntt: Any, receiver: Any) -> None:
    """A filing of 2018-05-20 09:00 opens on 2018-06-03, each message carrying the whole known state."""
    ntt.file()
    assert [(s["due_at"], s["status"]) for s in ntt.due()] == [
        ("2018-05-21T09:00:00+09:00", "accepted"),
        ("2018-05-23T09:00:00+09:00", "date_adjusting"),
        ("2018-05-25T09:00:00+09:00", "waiting_work"),
        ("2018-06-03T09:00:00+09:00", "opened"),
    ]
    ntt.play_all()
    assert [call["path"] for call in receiver.calls] == ["/v1/carrier/filings/f-1/status"] * 4
    assert [call["id"] for call in receiver.calls] == ["f-1-1", "f-1-2", "f-1-3", "f-1-4"]
    first = {"filing_id": "f-1", "sequence": 1, "status": "accepted", "occurred_at": "2018-05-21T09:00:00+09:00"}
    assert receiver.bodies[0] == first
    assert receiver.bodies[2]["work_on"] == "2018-06-03"
    opened = receiver.bodies[3]
    assert (opened["sequence"], opened["status"], opened["work_on"]) == (4, "opened", "2018-06-03")
    assert (opened["opened_on"], opened["service_type"]) == ("2018-06-03", "FAMILY")
    assert opened["line_id"].startswith("CAF")
    assert len(opened["line_id"]) == 13
    assert ntt.due() == []


def test_steps_are_listed_up_to_and_including_the_moment(ntt: Any) -> None:
    """A step due at `until` is listed, one a second later is not; a bare plus in the query is understood."""
    ntt.file()
    assert ntt.due_ids("2018-05-21T08:59:59+09:00") == []
    assert ntt.due_ids("2018-05-21T00:00:00Z") == ["f-1-1"]
    assert ntt.http.get("/steps?until=2018-05-21T09:00:00+09:00").json()[0]["step_id"] == "f-1-1"
    assert ntt.http.get("/steps?until=2018-05-21").status_code == 400


def test_steps_of_several_filings_stand_in_one_order(ntt: Any) -> None:
    """Steps are ordered by due moment, then filing, then sequence."""
    ntt.script({"after_days": 1, "status": "accepted"}, {"after_days": 1, "status": "negotiating"})
    ntt.file(2)
    ntt.file(1)
    assert ntt.due_ids() == ["f-1-1", "f-1-2", "f-2-1", "f-2-2"]


def test_the_same_filing_again_plans_nothing(ntt: Any) -> None:
    """A repetition is 200 and plans nothing; another body, or the other operator, is 409."""
    ntt.file()
    before = ntt.due()
    ntt.file()
    assert ntt.due() == before
    other = ntt.filing(service_type="MANSION")
    assert ntt.http.post("/EAST/filings", json=other).status_code == 409
    answer = ntt.http.post("/WEST/filings", json=ntt.filing())
    assert answer.status_code == 409
    assert answer.json()["code"] == "FILING_CONFLICT"
    assert answer.headers["content-type"] == "application/problem+json"


def test_each_filing_opens_a_line_of_its_own(ntt: Any, receiver: Any) -> None:
    """Two filings never open the same line."""
    ntt.script({"after_days": 1, "status": "opened"})
    ntt.file(1)
    ntt.file(2)
    ntt.play_all()
    assert len({body["line_id"] for body in receiver.bodies}) == 2


def test_a_contract_has_its_own_script(ntt: Any, receiver: Any) -> None:
    """A contract's script wins over the default, with its days, type change and reasons."""
    ntt.script(
        {"after_days": 0, "status": "type_changed", "service_type": "MANSION"},
        {"after_days": 2, "status": "waiting_work", "work_on": "2018-07-01", "reason": "ビルの許可"},
        {"after_days": 42, "status": "opened", "opened_on": "+40"},
        name="c-1",
    )
    ntt.file(1)
    ntt.file(2)
    assert next(s["status"] for s in ntt.due() if s["filing_id"] == "f-2") == "accepted"
    for step_id in ("f-1-1", "f-1-2", "f-1-3"):
        ntt.play(step_id)
    first, second, third = receiver.bodies
    assert first["service_type"] == "MANSION"
    assert (second["work_on"], second["reason"], second["service_type"]) == ("2018-07-01", "ビルの許可", "MANSION")
    assert (third["opened_on"], third["service_type"]) == ("2018-06-29", "MANSION")
    assert "reason" not in third


def test_a_played_step_is_not_sent_again(ntt: Any, receiver: Any) -> None:
    """Playing a step twice sends one callback and gives our first answer again."""
    ntt.file()
    assert ntt.play("f-1-1")["status"] == 200
    assert ntt.play("f-1-1") == {"step_id": "f-1-1", "status": 200, "played": True, "sent": []}
    assert len(receiver.calls) == 1


def test_an_answer_that_judges_nothing_leaves_the_step_unplayed(ntt: Any, receiver: Any) -> None:
    """After a 5xx, a rate limit or a bad key the step stays, and the same message goes out at the next play."""
    statuses = [500, 503, 429, 401]
    receiver.answers = list(statuses)
    ntt.file()
    for status in statuses:
        answer = ntt.play("f-1-1")
        assert (answer["status"], answer["played"]) == (status, False)
        assert ntt.due_ids()[0] == "f-1-1"
    assert ntt.play("f-1-1")["played"]
    assert len(receiver.calls) == 5
    assert all(call == receiver.calls[0] for call in receiver.calls)


def test_no_answer_leaves_the_step_unplayed(config: Any, running: Any, port: int) -> None:
    """When nobody listens on our side the play says so, and the step stays."""
    with running(replace(config, callback_url=f"http://127.0.0.1:{port}")) as ntt:
        ntt.file()
        answer = ntt.play("f-1-1")
        assert (answer["status"], answer["played"]) == (None, False)
        assert ntt.due_ids()[0] == "f-1-1"


def test_a_definite_refusal_is_recorded(ntt: Any, receiver: Any) -> None:
    """A 404 ends the step and is shown with the filing."""
    receiver.answers = [404]
    ntt.file()
    assert ntt.play("f-1-1")["played"]
    assert ntt.get("/EAST/filings/f-1")["steps"][0]["answer"] == 404


def test_a_defect_holds_the_script_until_the_correction(ntt: Any, receiver: Any) -> None:
    """Nothing plays after a defect; the correction lets what fell due meanwhile play at its moment."""
    ntt.script(
        {"after_days": 1, "status": "defect"},
        {"after_days": 3, "status": "accepted"},
        {"after_days": 30, "status": "opened"},
    )
    ntt.file()
    correction = {"correction_id": "k-1", "at": "2018-05-25T10:00:00+09:00", "fields": {"address": "大手町1"}}
    early = {**correction, "at": "2018-05-20T10:00:00+09:00"}
    assert ntt.http.post("/EAST/filings/f-1/corrections", json=early).json()["code"] == "NOT_IN_DEFECT"
    assert ntt.due_ids() == ["f-1-1"]
    ntt.play("f-1-1")
    assert receiver.bodies[0]["defects"] == ["ADDRESS_CONFIRMATION"]
    assert ntt.due() == []
    assert ntt.http.post("/steps/f-1-2/play").json()["code"] == "STEP_WAITS"
    for _ in range(2):
        assert ntt.http.post("/EAST/filings/f-1/corrections", json=correction).status_code == 200
    assert [(s["step_id"], s["due_at"]) for s in ntt.due()] == [
        ("f-1-2", "2018-05-25T10:00:00+09:00"),
        ("f-1-3", "2018-06-19T09:00:00+09:00"),
    ]
    ntt.play_all()
    assert "defects" not in receiver.bodies[1]
    other = {**correction, "correction_id": "k-2"}
    assert ntt.http.post("/EAST/filings/f-1/corrections", json=other).status_code == 409
    changed = {**correction, "fields": {}}
    assert ntt.http.post("/EAST/filings/f-1/corrections", json=changed).json()["code"] == "CORRECTION_CONFLICT"


def test_a_cancellation_drops_what_is_ahead(ntt: Any, receiver: Any) -> None:
    """What fell due before the cancellation still plays, what is ahead does not, and one `cancelled` ends it."""
    ntt.file()
    request = {"at": "2018-05-23T12:00:00+09:00"}
    for _ in range(2):
        assert ntt.http.post("/EAST/filings/f-1/cancel", json=request).status_code == 200
    assert [(s["step_id"], s["status"]) for s in ntt.due()] == [
        ("f-1-1", "accepted"),
        ("f-1-2", "date_adjusting"),
        ("f-1-5", "cancelled"),
    ]
    assert ntt.http.post("/steps/f-1-3/play").json()["code"] == "STEP_DROPPED"
    ntt.play_all()
    assert receiver.bodies[-1] == {
        "filing_id": "f-1",
        "sequence": 5,
        "status": "cancelled",
        "occurred_at": "2018-05-23T12:00:00+09:00",
    }


@pytest.mark.parametrize(("at", "status"), [("2018-06-03T08:59:59+09:00", 200), ("2018-06-03T09:00:00+09:00", 409)])
def test_an_opened_line_cannot_be_cancelled(ntt: Any, at: str, status: int) -> None:
    """A second before the opening a cancellation is taken, at the opening it is not."""
    ntt.file()
    answer = ntt.http.post("/EAST/filings/f-1/cancel", json={"at": at})
    assert answer.status_code == status, answer.text


def test_a_filing_in_defect_can_be_cancelled(ntt: Any, receiver: Any) -> None:
    """The answer to a cancellation does not wait for a correction that never comes."""
    ntt.script({"after_days": 1, "status": "defect"}, {"after_days": 2, "status": "opened"})
    ntt.file()
    ntt.play("f-1-1")
    assert ntt.http.post("/EAST/filings/f-1/cancel", json={"at": "2018-06-21T12:00:00+09:00"}).status_code == 200
    ntt.play_all()
    assert [body["status"] for body in receiver.bodies] == ["defect", "cancelled"]


def test_unknown_filings_and_operators_are_404(ntt: Any) -> None:
    """There is no third operator, and neither knows a filing that was never made."""
    at = {"at": "2018-05-23T12:00:00+09:00"}
    assert ntt.http.post("/NORTH/filings", json=ntt.filing()).json()["code"] == "OPERATOR_UNKNOWN"
    assert ntt.http.post("/EAST/filings/nope/cancel", json=at).json()["code"] == "FILING_UNKNOWN"
    assert ntt.http.post("/steps/nope/play").json()["code"] == "STEP_UNKNOWN"
    ntt.file()
    assert ntt.http.post("/WEST/filings/f-1/cancel", json=at).status_code == 404


@pytest.mark.parametrize(
    ("steps", "word"),
    [
        ([{"after_days": 1, "status": "vanished"}], "status"),
        ([{"after_days": 1, "status": "accepted", "faults": ["gremlin"]}], "faults"),
        ([{"after_days": -1, "status": "accepted"}], "after_days"),
        ([{"after_days": 3651, "status": "accepted"}], "after_days"),
        ([{"after_days": 1, "status": "waiting_work", "work_on": "soon"}], "work_on"),
        ([{"after_days": 1, "status": "type_changed"}], "service_type"),
        ([{"after_days": 2, "status": "accepted"}, {"after_days": 1, "status": "opened"}], "after_days"),
        ([{"after_days": 1, "status": "accepted", "colour": "red"}], "colour"),
    ],
)
def test_a_wrong_script_is_refused_by_name(shared_ntt: Any, steps: list[dict[str, Any]], word: str) -> None:
    """A script with an unknown word or an impossible day is 400 and says which."""
    answer = shared_ntt.http.put("/scripts/default", json=steps)
    assert answer.status_code == 400
    assert word in answer.json()["detail"]
    assert shared_ntt.get("/scripts/default")[0] == {"after_days": 1, "status": "accepted"}


@pytest.mark.parametrize("kind", ["CHANGE", "CANCEL"])
def test_lines_are_only_ever_filed_new(shared_ntt: Any, kind: str) -> None:
    """NTT-ME files neither changes nor cancellations of a line (W-08.5)."""
    assert shared_ntt.http.post("/EAST/filings", json=shared_ntt.filing(kind=kind)).status_code == 400


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"filing_id": NaN}',
        b"[" * 5000,
        b'"\\ud800"',
        b'{"filing_id": "\\ud800"}',
        b"9" * 5000,
    ],
)
def test_whatever_arrives_is_answered_and_journalled(shared_ntt: Any, content: bytes) -> None:
    """No body makes a 5xx, and the journal can still be read afterwards."""
    answer = shared_ntt.http.post("/EAST/filings", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text
    last = shared_ntt.get("/journal")[-1]
    assert (last["method"], last["path"]) == ("POST", "/EAST/filings")


@pytest.mark.parametrize(
    "changes",
    [
        {"filed_at": "0001-01-01T00:00:00+09:00"},
        {"filed_at": "9999-12-31T23:59:59+09:00"},
        {"filed_at": "2018-05-20T09:00:00"},
        {"applicant": {"name": "\ud800", "address": "x"}},
        {"filing_id": "a/b"},
        {"spare": 1},
    ],
)
def test_a_filing_outside_the_agreed_shape_is_refused(shared_ntt: Any, changes: dict[str, Any]) -> None:
    """Impossible years, naive moments, half characters and fields outside the agreed ones are 400."""
    content = json.dumps(shared_ntt.filing(**changes))
    answer = shared_ntt.http.post("/EAST/filings", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text


def test_half_characters_anywhere_make_no_5xx(ntt: Any) -> None:
    """A lone surrogate in any text or free field is refused or kept, never a 5xx."""
    ntt.script({"after_days": 0, "status": "defect"})
    ntt.file()
    half = {"at": "2018-05-20T09:00:00+09:00", "reason": "\ud800"}
    bodies: dict[str, dict[str, Any]] = {
        "filings/f-1/corrections": {"correction_id": "k", "at": half["at"], "fields": {"\ud800": "\ud800"}},
        "filings/f-1/cancel": half,
        "messages": {"message_id": "m", "kind": "INQUIRY", "at": half["at"], "body": {"text": "\ud800"}},
        "line-checks": {"line_token": "\ud800"},
    }
    headers = {"content-type": "application/json"}
    for path, body in bodies.items():
        for _ in range(2):
            answer = ntt.http.post(f"/EAST/{path}", content=json.dumps(body), headers=headers)
            assert answer.status_code < 500, answer.text
    assert len(ntt.get("/journal")) == 1 + 2 * len(bodies)
    ntt.get("/EAST/filings/f-1")
