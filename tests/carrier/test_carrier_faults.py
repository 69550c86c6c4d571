"""Scripted faults: on the way of a filing to NTT, and of NTT's answers to us."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import httpx
import pytest


def _first(fault: str) -> list[dict[str, Any]]:
    return [{"after_days": 1, "status": "accepted", "faults": [fault]}, {"after_days": 2, "status": "negotiating"}]


def test_http_503_refuses_the_first_filing_without_planning(ntt: Any) -> None:
    """The first POST is 503, journalled and not planned; the second is taken."""
    ntt.script(*_first("http_503"))
    answer = ntt.http.post("/EAST/filings", json=ntt.filing())
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert ntt.due() == []
    ntt.file()
    assert ntt.due_ids() == ["f-1-1", "f-1-2"]
    first, second = ntt.get("/journal")
    assert first == second


def test_reply_lost_drops_the_connection_after_planning(ntt: Any) -> None:
    """The filing is planned, its connection breaks without a byte, and the same filing again is answered."""
    ntt.script(*_first("reply_lost"))
    with pytest.raises(httpx.TransportError):
        ntt.http.post("/EAST/filings", json=ntt.filing())
    assert ntt.due_ids() == ["f-1-1", "f-1-2"]
    ntt.file()
    assert ntt.due_ids() == ["f-1-1", "f-1-2"]
    assert len(ntt.get("/journal")) == 2


def test_slow_holds_back_the_answer_to_a_filing_once(ntt: Any, config: Any) -> None:
    """The first answer comes late, the second does not; the callback is late too."""
    ntt.script(*_first("slow"))
    started = time.monotonic()
    ntt.file()
    assert time.monotonic() - started >= config.slow_reply_seconds
    started = time.monotonic()
    ntt.file()
    assert time.monotonic() - started < config.slow_reply_seconds
    started = time.monotonic()
    ntt.play("f-1-1")
    assert time.monotonic() - started >= config.slow_callback_seconds


@pytest.mark.parametrize("fault", ["duplicate", "reply_lost", "http_503"])
def test_a_callback_goes_out_twice_under_one_id(ntt: Any, receiver: Any, fault: str) -> None:
    """A doubled callback, a lost reply and an error all lead to the same message twice."""
    ntt.script({"after_days": 1, "status": "accepted"}, {"after_days": 2, "status": "negotiating", "faults": [fault]})
    ntt.file()
    ntt.play_all()
    assert [call["id"] for call in receiver.calls] == ["f-1-1", "f-1-2", "f-1-2"]
    assert receiver.calls[1] == receiver.calls[2]


def test_reorder_sends_the_next_step_first(ntt: Any, receiver: Any) -> None:
    """A reordered step waits for its successor, goes out after it, and both are played in one play."""
    ntt.script(
        {"after_days": 1, "status": "accepted", "faults": ["reorder"]},
        {"after_days": 3, "status": "waiting_work", "work_on": "+9"},
        {"after_days": 9, "status": "opened"},
    )
    ntt.file()
    assert ntt.due("2018-05-23T08:59:59+09:00") == []
    assert ntt.due_ids("2018-05-23T09:00:00+09:00") == ["f-1-1", "f-1-2"]
    assert ntt.play("f-1-1")["played"]
    assert [(b["sequence"], b["occurred_at"][:10]) for b in receiver.bodies] == [(2, "2018-05-23"), (1, "2018-05-21")]
    assert "work_on" not in receiver.bodies[1]
    assert ntt.play("f-1-2")["sent"] == []
    assert ntt.due_ids() == ["f-1-3"]


def test_a_reordered_pair_that_broke_in_the_middle_is_finished(ntt: Any, receiver: Any) -> None:
    """When the second callback of a pair fails, the next play sends only that one."""
    ntt.script(
        {"after_days": 1, "status": "accepted", "faults": ["reorder"]}, {"after_days": 3, "status": "negotiating"}
    )
    ntt.file()
    receiver.answers = [200, 503]
    assert not ntt.play("f-1-1")["played"]
    assert ntt.due_ids() == ["f-1-1"]
    assert ntt.play("f-1-1")["played"]
    assert [b["sequence"] for b in receiver.bodies] == [2, 1, 1]


def test_reorder_on_the_last_step_changes_nothing(ntt: Any, receiver: Any) -> None:
    """With no successor there is nothing to wait for."""
    ntt.script({"after_days": 1, "status": "opened", "faults": ["reorder"]})
    ntt.file()
    ntt.play_all()
    assert [b["sequence"] for b in receiver.bodies] == [1]


def test_the_wall_clock_plays_by_itself(config: Any, running: Any, receiver: Any, until: Any) -> None:
    """Without a rehearsal due steps are sent by themselves, in order, again after an error, and none ahead of time."""
    receiver.answers = [503]
    with running(replace(config, self_play=True)) as ntt:
        ntt.script({"after_days": 1, "status": "accepted"}, {"after_days": 2, "status": "negotiating"})
        ntt.file()
        ntt.http.post("/EAST/filings", json=ntt.filing(2, filed_at="2199-01-01T00:00:00+09:00"))
        until(lambda: len(receiver.calls) == 3)
        until(lambda: ntt.due_ids() == ["f-2-1", "f-2-2"])
        assert ntt.get("/healthz")["status"] == "ok"
    assert [call["id"] for call in receiver.calls] == ["f-1-1", "f-1-1", "f-1-2"]


def test_a_filing_that_is_not_answered_keeps_no_other_waiting(
    config: Any, running: Any, receiver: Any, until: Any
) -> None:
    """While an answer of NTT's to one order hangs, those to another arrive, in their order."""
    receiver.held = "f-1-"
    with running(replace(config, self_play=True)) as ntt:
        ntt.script({"after_days": 1, "status": "accepted"}, {"after_days": 2, "status": "negotiating"})
        ntt.file()
        until(lambda: len(receiver.calls) == 1)
        ntt.http.post("/EAST/filings", json=ntt.filing(2))
        until(lambda: [call["id"] for call in receiver.calls] == ["f-1-1", "f-2-1", "f-2-2"])
        receiver.held = "-"
        until(lambda: receiver.calls[-1]["id"] == "f-1-2")
